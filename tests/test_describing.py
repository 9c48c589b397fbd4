"""OpenAPI document, tools and definition over HTTP: for each key exactly what it may call."""

import json
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import drf_spectacular.validation
import pytest
from jsonschema_rs import Draft202012Validator

from credentials import vault
from credentials.issue import issue
from jobs.models import Job
from services import urls
from services.catalogue import SERVICES
from services.describing.formats import FORMATS
from services.errors import Forbidden
from services.realtime import asking
from tests.conftest import Caller
from tests.factories import HEYGEN_SECRET, make_account, make_policy
from tests.live import ROOT

HEYGEN = SERVICES[0]
SEEDS = json.loads((Path(__file__).parent / "reference" / "seed-coverage.json").read_text())
OPENAPI = Draft202012Validator(
    json.loads(
        Path(drf_spectacular.validation.__file__).with_name("openapi_3_1_schema.json").read_text()
    )
)
NAMES: dict[str, Callable[[Any], str]] = {
    "openai": lambda tool: tool["function"]["name"],
    "openai-responses": lambda tool: tool["name"],
    "anthropic": lambda tool: tool["name"],
    "mcp": lambda tool: tool["name"],
    "langchain": lambda tool: tool["title"],
}


def tools(call: Caller, query: str = "", service: str = "heygen", **headers: str) -> Any:
    return call.get(f"acme/services/{service}/tools/{query}", **headers)


def slugs(answer: Any) -> list[str]:
    return [hint["action"] for hint in answer.json()["hints"].values()]


def key_headers(call: Caller, **limits: Any) -> dict[str, str]:
    return {"Authorization": f"Api-Key {issue(call.account.org, **limits)[1]}"}


@pytest.mark.parametrize("format", FORMATS)
def test_every_tool_of_the_seeds_is_there(call: Caller, format: str) -> None:
    told = tools(call, f"?format={format}").json()
    names = [NAMES[format](tool) for tool in told["data"]]
    assert names == list(told["hints"])
    wanted = {row["slug"] for row in SEEDS["definable"] + SEEDS["lowcodeapi"] if row["slug"]}
    wanted |= {slug for row in SEEDS["truto"] for slug in row["slugs"]}
    assert len(SEEDS["definable"]) == 89
    assert len(SEEDS["lowcodeapi"]) == 48
    unexplained = [
        row for rows in SEEDS.values() for row in rows if not row.get("slug") and not row["reason"]
    ]
    assert [row for row in unexplained if not row.get("slugs")] == []
    assert {f"heygen_{slug}" for slug in wanted} <= set(names)


def test_formats_are_what_the_ecosystems_take(call: Caller) -> None:
    told = {
        name: tools(call, f"?format={name}&names=video-status").json()["data"] for name in FORMATS
    }
    function = told["openai"][0]["function"]
    assert function["name"] == "heygen_video-status"
    assert function["description"].startswith("Read a video (HeyGen, videos). Only reads.")
    about = "An id, as heygen_v3-list-videos tells it."
    assert function["parameters"] == {
        "type": "object",
        "properties": {"video_id": {"type": "string", "description": about}},
        "additionalProperties": False,
        "required": ["video_id"],
    }
    shared = {name: function[name] for name in ("name", "description")}
    schema = function["parameters"]
    assert told == {
        "openai": [{"type": "function", "function": function}],
        "openai-responses": [{"type": "function", **function, "strict": False}],
        "anthropic": [{**shared, "input_schema": schema}],
        "langchain": [{"title": shared["name"], "description": shared["description"], **schema}],
        "mcp": [
            {
                **shared,
                "title": "Read a video",
                "inputSchema": schema,
                "annotations": {
                    "title": "Read a video",
                    "readOnlyHint": True,
                    "destructiveHint": False,
                    "idempotentHint": True,
                    "openWorldHint": True,
                },
                "_meta": told["mcp"][0]["_meta"],
            }
        ],
    }


def test_hints_say_cost_job_and_end(call: Caller) -> None:
    hints = tools(call, "?names=generate-video,heygen_v3-delete-video").json()["hints"]
    made, gone = hints["heygen_generate-video"], hints["heygen_v3-delete-video"]
    assert made["bills"] is True
    assert made["instead"] == "heygen_v3-create-video"
    assert made["deprecated"]
    assert made["poll"] == {
        "action": "video-status",
        "place": "query",
        "name": "video_id",
        "id": "data.video_id",
        "status": "data.status",
        "done": ["completed"],
        "failed": ["failed"],
        "result": "data.video_url",
    }
    assert (gone["destroys"], gone["bills"], gone["reads"], gone["poll"]) == (
        True,
        False,
        False,
        None,
    )


def test_filters_narrow_the_list(call: Caller) -> None:
    reads = set(slugs(tools(call, "?read_only=true")))
    assert reads == {action.slug for action in HEYGEN.actions if action.safe}
    free = set(slugs(tools(call, "?billable=false")))
    assert free == {action.slug for action in HEYGEN.actions if not HEYGEN.paid(action)}
    folders = set(slugs(tools(call, "?group=folders&read_only=false")))
    assert folders == {action.slug for action in HEYGEN.actions if action.group == "folders"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("?format=xml", "bad_query_param"),
        ("?read_only=perhaps", "bad_query_param"),
        ("?names=no-such", "unknown_tool"),
        ("?group=no-such", "unknown_tool"),
        ("?nope=1", "unknown_field"),
    ],
)
def test_unusable_filter_is_refused(call: Caller, query: str, code: str) -> None:
    answer = tools(call, query)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"scopes": ["heygen:*folder*"]}, lambda action: "folder" in action.slug),
        ({"access": ["read"]}, lambda action: action.repeatable),
        ({"access": ["manage"]}, lambda action: False),
    ],
)
def test_key_is_told_what_it_may_call(call: Caller, limits: Any, expected: Any) -> None:
    headers = key_headers(call, **limits)
    wanted = [action.slug for action in HEYGEN.actions if expected(action)]
    assert slugs(tools(call, **headers)) == wanted
    document = call.get("acme/services/heygen/openapi.json", **headers).json()
    root = "/api/ai-proxy/orgs/acme/services/heygen/"
    called = [path.removeprefix(root)[:-1] for path in document["paths"] if calls(document, path)]
    assert called == wanted
    plain = call.get("acme/services/heygen/definition/", **headers).json()["data"]
    assert [each["slug"] for each in plain["endpoints"]] == wanted


def calls(document: Any, path: str) -> bool:
    return "x-hints" in document["paths"][path].get("post", {})


def test_what_policy_and_account_forbid_is_not_told(call: Caller) -> None:
    org = call.account.org
    policy = make_policy(org, disabled_actions=["list-voices"])
    assert "list-voices" not in slugs(tools(call))
    policy.delete()
    before = set(slugs(tools(call)))
    vault.store(org=None, service="heygen", secret=HEYGEN_SECRET)
    make_policy(org, allow_tenant_key=False, allow_platform_key=True, default_source="platform")
    shared = set(slugs(tools(call)))
    rules = HEYGEN.ownership.rules
    assert before - shared == {
        slug for slug in before if slug not in rules or rules[slug].shared == "no"
    }
    assert before - shared


def test_documents_are_not_sent_twice(call: Caller) -> None:
    for path in ("openapi.json", "definition/", "tools/"):
        first = call.get(f"acme/services/heygen/{path}")
        tag = first["ETag"]
        again = call.get(f"acme/services/heygen/{path}", **{"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        other = make_account(slug=f"other-{path.rstrip('/.json')}")
        headers = {"Authorization": other.authorization, "If-None-Match": tag}
        fresh = call.get(f"{other.org.slug}/services/heygen/{path}", **headers)
        assert fresh.status_code == (304 if path == "tools/" else 200)


def test_documents_need_a_key_of_the_org(call: Caller) -> None:
    for path in ("openapi.json", "definition/", "tools/"):
        assert call.client.get(f"/api/ai-proxy/orgs/acme/services/heygen/{path}").status_code == 401
        assert call.get(f"another/services/heygen/{path}").status_code == 403
        assert call.get(f"acme/services/nope/{path}").status_code == 404
        assert call.send(f"/api/ai-proxy/orgs/acme/services/heygen/{path}").status_code == 405


def test_documents_count_for_the_limits(call: Caller) -> None:
    headers = key_headers(call, rate=2)
    codes = [
        call.get(f"acme/services/heygen/{path}", **headers).status_code
        for path in ("openapi.json", "definition/", "tools/")
    ]
    assert codes == [200, 200, 429]


@pytest.mark.parametrize("service", [service.slug for service in SERVICES])
def test_document_is_valid(call: Caller, service: str) -> None:
    document = call.get(f"acme/services/{service}/openapi.json").json()
    OPENAPI.validate(document)
    operations = [told for item in document["paths"].values() for told in item.values()]
    operations = [told for told in operations if "operationId" in told]
    assert len({told["operationId"] for told in operations}) == len(operations)
    schema = {"components": document["components"]}
    for told in operations:
        for content in told.get("requestBody", {}).get("content", {}).values():
            Draft202012Validator(schema | content["schema"])
            if "example" in content:
                Draft202012Validator(schema | content["schema"]).validate(content["example"])
    assert document["externalDocs"]["url"] == "/api/ai-proxy/orgs/acme/openapi.json"


def test_documents_tell_of_every_route_with_a_key(call: Caller) -> None:
    found = [call.get(f"acme/services/{each.slug}/openapi.json").json() for each in SERVICES]
    paths = {path for document in found for path in document["paths"]}
    sample = str(uuid.uuid4())
    values = {"job": sample, "approval": sample, "path": "v1/voices"}
    told = {
        re.sub(r"{(\w+)}", lambda one: values.get(one[1], "list-voices"), path).lstrip("/")
        for path in paths
    }
    routes = {each.name: str(each.pattern) for each in urls.urlpatterns if each.name}
    assert "`/mcp/orgs/acme/`" in found[0]["info"]["description"]
    keyless = {"docs", "public", "parcel", "mcp"}
    missing = [
        name
        for name, pattern in routes.items()
        if name not in keyless and not any(re.search(pattern, path) for path in told)
    ]
    assert missing == []
    task = found[0]["paths"]["/api/ai-proxy/orgs/acme/services/heygen/realtime-avatar/"]["post"]
    body = task["requestBody"]["content"]["application/json"]["schema"]
    assert body["properties"]["task_type"]["enum"] == list(asking.TASKS)
    assert set(body["properties"]) - {"options"} == set(asking._FIELDS)
    kinds = found[0]["components"]["schemas"]["Job"]["properties"]["kind"]["enum"]
    assert kinds == Job.Kind.values


def headers_of_the_contract() -> set[str]:
    page = (ROOT / "docs" / "contract.md").read_text()
    answers = page.partition("| header | says |")[2].partition("\n\n")[0]
    answers += page.partition("| you get | says |")[2].partition("\n\n")[0]
    cells = [line.split("|")[1] for line in answers.splitlines() if line.startswith("| `")]
    return {name for cell in cells for name in re.findall(r"`([A-Za-z-]+)", cell)}


def test_document_knows_the_headers_of_the_contract(call: Caller) -> None:
    names = headers_of_the_contract()
    document = call.get("acme/services/heygen/openapi.json").json()
    known = set(document["components"]["headers"])
    assert names - known == {"Cache-Control"}
    assert len(names) > 12
    told = json.dumps([document["paths"], document["components"]["responses"]])
    assert [name for name in known if f'/headers/{name}"' not in told] == ["X-Dry-Run"]


def test_pages_can_read_the_headers_of_the_contract(call: Caller) -> None:
    call.account.org.origins = ["https://a.example"]
    call.account.org.save()
    answer = call.get("acme/services/heygen/tools/", Origin="https://a.example")
    exposed = set(answer["Access-Control-Expose-Headers"].split(", "))
    # The first every page may read; the other is told on the pass-through, and exposed there.
    assert headers_of_the_contract() - exposed == {"Cache-Control", "X-Error-Origin"}


@pytest.mark.parametrize(
    ("limits", "told", "untold"),
    [
        ({"access": ["read"]}, {"jobs/", "approvals/{approval}/call/"}, {"tickets/"}),
        ({"access": ["manage"]}, {"services/"}, {"jobs/", "tickets/"}),
        (
            {"scopes": ["heygen:list-*"]},
            {"tickets/", "services/heygen/tools/{name}/", "services/heygen/passthrough/{path}"},
            {"services/heygen/assets/"},
        ),
        ({"scopes": ["heygen:v3-upload-asset"]}, {"services/heygen/assets/"}, set()),
    ],
)
def test_key_is_told_of_its_routes(call: Caller, limits: Any, told: Any, untold: Any) -> None:
    headers = key_headers(call, **limits)
    document = call.get("acme/services/heygen/openapi.json", **headers).json()
    below = {path.removeprefix("/api/ai-proxy/orgs/acme/") for path in document["paths"]}
    assert told <= below
    assert below.isdisjoint(untold)


def test_documents_answer_head(call: Caller) -> None:
    for path in ("openapi.json", "definition/", "tools/"):
        url = f"/api/ai-proxy/orgs/acme/services/heygen/{path}"
        headers = {"Authorization": call.account.authorization}
        answer = call.client.head(url, headers=headers)
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer["ETag"] == call.client.get(url, headers=headers)["ETag"]


def test_no_action_hides_behind_a_route() -> None:
    routes = {"tools", "definition", "credential", "openapi", "assets", "passthrough"}
    routes.add("realtime-avatar")
    assert all(routes.isdisjoint(service.by_slug) for service in SERVICES)


def test_tool_is_used_with_flat_arguments(call: Caller, vendor: Any) -> None:
    vendor.answers({"code": 100, "data": {"status": "completed"}})
    url = "/api/ai-proxy/orgs/acme/services/heygen/tools/heygen_video-status/"
    answer = call.send(url, b'{"video_id": "v1"}')
    assert answer.json()["data"] == {"status": "completed"}
    assert vendor.requests[-1].target == "/v1/video_status.get?video_id=v1"
    assert call.send(url.replace("heygen_", ""), b'{"video_id": "v1"}').status_code == 200
    refused = call.send(url, b'{"vid": "v1"}')
    assert (refused.status_code, refused.json()["code"]) == (400, "unknown_argument")
    listed = call.send(url, b'["v1"]')
    assert (listed.status_code, listed.json()["code"]) == (400, "bad_arguments")


def test_definition_is_the_plain_catalogue(call: Caller) -> None:
    told = call.get("acme/services/heygen/definition/").json()["data"]
    assert told["call_url"] == "/api/ai-proxy/orgs/acme/services/heygen/{action}/"
    one = next(each for each in told["endpoints"] if each["slug"] == "list-assets")
    assert (one["method"], one["path"]) == ("GET", "/v1/asset/list")
    assert one["parameters"][1] == {
        "name": "file_type",
        "in": "query",
        "required": False,
        "schema": {"type": "string", "enum": ["audio", "video", "image"]},
    }


def test_forbidden_is_what_a_call_gets(call: Caller) -> None:
    headers = key_headers(call, scopes=["heygen:list-*"])
    told = slugs(tools(call, **headers))
    refused = call("get-asset", {"path_params": {"asset_id": "a"}}, **headers)
    assert "get-asset" not in told
    assert refused.status_code == Forbidden.status
