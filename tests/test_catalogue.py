"""The table of actions is literal, sound in itself, and says what the reference data says."""

import ast
import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from services import schema
from services.action import SLUG, Action, Call, Param
from services.catalogue import SERVICES
from services.errors import BadRequest
from services.service import Service

REFERENCE = Path(__file__).parent / "reference"
BY_SLUG = {service.slug: service for service in SERVICES}
each_service = pytest.mark.parametrize("service", SERVICES, ids=list(BY_SLUG))


def reference(service: Service) -> dict[str, dict[str, Any]]:
    rows = json.loads((REFERENCE / f"{service.slug}-actions.json").read_text())
    return {row["slug"]: {**row, "body": json_schema(row["body"])} for row in rows}


def json_schema(body: Any) -> Any:
    """The reference's subset of OpenAPI as JSON Schema."""
    if not isinstance(body, dict):
        return body
    if "body_of" in body:
        return {"$ref": f"#/{body['body_of']}/body"}
    made = {name: part for name, part in body.items() if name != "nullable"}
    if made.get("type") in ("file", "binary"):
        made |= {"type": "string", "format": "binary"}
    if "properties" in made:
        made["properties"] = {n: json_schema(part) for n, part in made["properties"].items()}
    made |= {n: json_schema(made[n]) for n in ("items", "additionalProperties") if n in made}
    if "oneOf" in made:
        made["oneOf"] = [json_schema(part) for part in made["oneOf"]]
        made["discriminator"] = {"propertyName": made["discriminator"]}
    return nullable(made) if body.get("nullable") else made


def nullable(made: dict[str, Any]) -> dict[str, Any]:
    if "oneOf" in made:
        return made | {"oneOf": [*made["oneOf"], {"type": "null"}]}
    values = {"enum": [*made["enum"], None]} if "enum" in made else {}
    return made | {"type": [made["type"], "null"]} | values


def as_reference(service: Service, action: Action) -> dict[str, Any]:
    """An action of the table in the reference's words."""
    data = service.schemas.get(action.slug, {})
    return {
        "slug": action.slug,
        "title": action.title,
        "group": action.group,
        "method": action.method,
        "path_template": action.path,
        "host": action.host,
        "api_version": action.version,
        "path_params": [{"name": name, "type": "string"} for name in action.path_params],
        "query": [query(param) for param in action.query],
        "body": data.get("body"),
        "request_mode": action.request,
        "response_mode": action.response,
        "response_data": data.get("response"),
        "paginated": action.pages is not None,
        "pagination": pages(action),
        "async_job": job(action),
        "billable": action.billable,
        "destructive": action.destructive,
        "idempotency": action.idempotency,
        "successor": action.successor,
        "successor_external": action.external,
        "confidence": action.confidence,
        "notes": data.get("note"),
    }


def query(param: Param) -> dict[str, Any]:
    extra = {
        "default": param.default,
        "enum": list(param.enum) or None,
        "minimum": param.minimum,
        "maximum": param.maximum,
        "format": param.format,
    }
    shown = {"name": param.name, "type": param.type, "required": param.required}
    return shown | {name: value for name, value in extra.items() if value is not None}


def pages(action: Action) -> dict[str, Any] | None:
    if action.pages is None:
        return None
    return {
        "style": action.pages.style,
        "cursor_param" if action.pages.style == "token" else "page_param": action.pages.cursor,
        "size_param": action.pages.size,
        "items_field": action.pages.items,
        "more_field": action.pages.more,
        "next_field": action.pages.next,
    }


def job(action: Action) -> dict[str, Any] | None:
    if action.job is None:
        return None
    return {
        "id_field": action.job.id,
        "status_action": action.job.status_action,
        "status_field": action.job.status,
        "pending": list(action.job.pending) or None,
        "done": list(action.job.done) or None,
        "failed": list(action.job.failed) or None,
        "result_field": action.job.result,
    }


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """A reference row without its sources; an unknown answer passes through as it comes."""
    shown = {name: value for name, value in row.items() if name != "sources"}
    shown["response_mode"] = shown["response_mode"] or "passthrough"
    return shown


@each_service
def test_table_agrees_with_reference(service):
    ours = {action.slug: as_reference(service, action) for action in service.actions}
    theirs = {slug: plain(row) for slug, row in reference(service).items()}
    assert ours.keys() == theirs.keys()
    assert [ours[slug] for slug in ours if ours[slug] != theirs[slug]] == []
    assert service.schemas.keys() <= ours.keys()


def test_every_known_use_is_reachable(call):
    [path] = REFERENCE.glob("*-coverage.json")
    shown = {
        endpoint["slug"]
        for service in SERVICES
        for endpoint in call.get(f"acme/services/{service.slug}/").json()["endpoints"]
    }
    uses = [item for items in json.loads(path.read_text()).values() for item in items]
    wanted = {slug for item in uses for slug in item.get("slugs", [item.get("slug")])}
    assert len(uses) > 150
    assert wanted - shown == set()


@each_service
def test_slugs_and_routes_are_unique(service):
    slugs = [action.slug for action in service.actions]
    routes = [(action.method, action.path) for action in service.actions]
    assert [slug for slug in slugs if not re.fullmatch(SLUG, slug)] == []
    assert len(set(slugs)) == len(slugs)
    assert len(set(routes)) == len(routes)


@each_service
def test_named_actions_exist(service):
    named = {action.successor for action in service.actions if action.successor}
    named |= {action.job.status_action for action in service.actions if action.job}
    named |= {service.check_action, *service.translations, *service.patch}
    if service.test_mode:
        named |= service.test_mode.creates
    assert named - service.by_slug.keys() == set()


def test_successors_elsewhere_exist():
    named = [action.external for item in SERVICES for action in item.actions if action.external]
    assert named
    for vendor, _, slug in (name.partition(":") for name in named):
        assert slug.startswith("event:") or slug in BY_SLUG[vendor].by_slug


@each_service
def test_hosts_have_an_address(service):
    assert {action.host for action in service.actions} == set(service.base_urls)


@each_service
def test_check_action_costs_nothing(service):
    action = service.by_slug[service.check_action]
    assert (action.safe, action.billable, action.destructive) == (True, False, False)
    assert (action.path_params, action.required_query) == ((), ())


@each_service
def test_every_schema_compiles_and_refuses(service):
    for slug, data in service.schemas.items():
        jsonschema_rs.meta.validate(data.get("body", True))
        action = service.by_slug[slug]
        if "body" in data and action.request == "json":
            with pytest.raises(BadRequest, match=r"^body"):
                schema.check(service, action, Call(body=["no object"]))


# Lists in the bodies of paid actions that make no more than one thing, however long they are.
ONE_PIECE = {
    "heygen:generate-video": {"video_inputs"},  # scenes
    "heygen:generate-video-agent": {"files"},
    "heygen:v3-create-ai-clipping": {"output_settings.duration_types"},
    "heygen:v3-create-avatar": {"reference_images"},
    "heygen:v3-create-background-removal": {"layers"},
    "heygen:v3-generate-template-video": {"scene_ids"},
    "heygen:v3-create-video-agent": {"files"},
    "heygen:v3-send-video-agent-message": {"files"},
    "heygen:v3-create-video": {"avatar_id", "references", "scenes"},
    "elevenlabs:add-voice": {"files"},
    "elevenlabs:edit-voice": {"files"},
} | {
    f"elevenlabs:{slug}": {
        "pronunciation_dictionary_locators", "previous_request_ids", "next_request_ids"
    }
    for slug in ("tts", "tts-stream", "tts-timestamps")
}  # fmt: skip
SETTINGS = {"stock_voice_config.preferred_stock_voice_ids"}  # of what is made, wherever they stand


def lists(service: Service, part: Any, place: str = "") -> Iterator[str]:
    """The dotted places of all lists in a body, but those inside a list's items."""
    if not isinstance(part, dict):
        return
    if "array" in (part.get("type"), *(part["type"] if isinstance(part.get("type"), list) else ())):
        yield place
        return
    for name, inner in part.get("properties", {}).items():
        yield from lists(service, inner, f"{place}.{name}".lstrip("."))
    for inner in part.get("oneOf", ()):
        yield from lists(service, inner, place)


@each_service
def test_paid_lists_are_counted(service: Service) -> None:
    """A new action that makes many things with one call must say where they stand."""
    found: dict[str, set[str]] = {}
    for action in filter(service.paid, service.actions):
        body = service.schemas.get(action.slug, {}).get("body")
        places = set(lists(service, body)) - SETTINGS
        if body and action.pieces:
            assert action.pieces.partition(".")[0] in places, action.slug
        if uncounted := places - {action.pieces.partition(".")[0]}:
            found[f"{service.slug}:{action.slug}"] = uncounted
        assert action.pieces or not action.slug.endswith("-batch"), action.slug
    own = {name: places for name, places in ONE_PIECE.items() if name.startswith(service.slug)}
    assert found == own


@each_service
def test_renewed_actions_count_as_their_steps(service: Service) -> None:
    for slug, renewal in service.translations.items():
        many = any(service.by_slug[step].pieces for step in renewal.through)
        assert not many or service.by_slug[slug].pieces, slug


MADE = {"Action", "Param", "Job", "Pages"}


@pytest.mark.parametrize("name", list(BY_SLUG))
def test_tables_are_literals_only(name):
    module = importlib.import_module(f"services.{name}.actions")
    tree = ast.parse(Path(module.__file__).read_text())
    docstring, *statements = tree.body
    assert isinstance(docstring, ast.Expr)
    constants: set[str] = set()
    for statement in statements:
        if isinstance(statement, ast.ImportFrom):
            assert statement.module == "services.action"
            assert {alias.name for alias in statement.names} <= MADE
            assert all(alias.asname is None for alias in statement.names)
            continue
        assert isinstance(statement, ast.Assign | ast.AnnAssign)
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        assert literal(statement.value, constants), ast.unparse(statement)[:200]
        constants.add(target.id)
    assert "ACTIONS" in constants


def literal(node: ast.AST | None, constants: set[str]) -> bool:
    """Whether an expression is a literal, a constant above it, or one of the table's own types."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Name):
        return node.id in constants
    if isinstance(node, ast.Tuple):
        return all(literal(item, constants) for item in node.elts)
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant)
    if isinstance(node, ast.Call):
        inner = [*node.args, *(keyword.value for keyword in node.keywords)]
        made = isinstance(node.func, ast.Name) and node.func.id in MADE
        named = all(keyword.arg for keyword in node.keywords)
        return made and named and all(literal(item, constants) for item in inner)
    return False
