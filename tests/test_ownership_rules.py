"""Every action has its rule of whose things it may touch, and the rule fits the action."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from services.action import Action
from services.catalogue import SERVICES
from services.ownership import mentions
from services.rule import Branch, Ownership, Rule, kinds, normal, steps
from services.service import Service

EACH = [pytest.param(service, id=service.slug) for service in SERVICES]
ID_LIKE = re.compile(r"(?:.*_)?(?:ids?|uuids?|guids?|keys?)")
OPEN = "..."  # anything may stand here


@pytest.mark.parametrize("service", EACH)
def test_every_action_has_a_rule_and_no_rule_is_left_over(service: Service) -> None:
    assert set(service.ownership.rules) == set(service.by_slug)


@pytest.mark.parametrize("service", EACH)
def test_the_tables_are_literals_only(service: Service) -> None:
    module = importlib.import_module(f"services.{service.slug}.ownership")
    assert module.__file__
    docstring, imported, *statements = ast.parse(Path(module.__file__).read_text()).body
    assert isinstance(docstring, ast.Expr)
    assert ast.unparse(imported) == "from services.rule import Ownership, Rule"
    names: set[str] = set()
    for statement in statements:
        assert isinstance(statement, ast.Assign)
        assert _literal(statement.value, names), ast.unparse(statement)[:100]
        names.add(ast.unparse(statement.targets[0]))


def _literal(node: ast.AST | None, names: set[str]) -> bool:
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Name):
        return node.id in names
    if isinstance(node, ast.Tuple):
        return all(_literal(item, names) for item in node.elts)
    if isinstance(node, ast.Dict):
        return all(_literal(item, names) for item in (*node.keys, *node.values))
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func) in ("Rule", "Ownership", "frozenset")
        return called and all(
            _literal(item, names) for item in (*node.args, *(word.value for word in node.keywords))
        )
    return False


@pytest.mark.parametrize("service", EACH)
def test_every_id_that_an_action_takes_is_under_its_rule(service: Service) -> None:
    missing = [
        (action.slug, place)
        for action in service.actions
        for place in _places(service, action)
        if _is_id(service.ownership, place) and place not in service.ownership.uses(action.slug)
    ]
    assert missing == []


def _is_id(ownership: Ownership, place: str) -> bool:
    name = normal(place)
    free = name in ownership.free or any(place.endswith(f".{end}") for end in ownership.free)
    return bool(ID_LIKE.fullmatch(name) or name in ownership.names) and not free


@pytest.mark.parametrize("service", EACH)
def test_every_place_of_a_rule_is_one_that_the_action_has(service: Service) -> None:
    strange = []
    for action in service.actions:
        known = set(_places(service, action))
        open_ends = [place.removesuffix(OPEN) for place in known if place.endswith(OPEN)]
        strange += [
            (action.slug, place)
            for place in service.ownership.uses(action.slug)
            if place not in known and not any(map(place.startswith, open_ends))
        ]
    assert strange == []


@pytest.mark.parametrize("service", EACH)
def test_a_rule_says_what_its_word_promises(service: Service) -> None:
    for action in service.actions:
        _check_promise(service.ownership, action)


def _check_promise(ownership: Ownership, action: Action) -> None:
    rule = ownership.rules[action.slug]
    named = ownership.uses(action.slug)
    promises = {
        "yes": not (named or rule.makes or rule.lists),
        "own": bool(named or rule.makes) and not rule.lists,
        "filtered": bool(rule.lists) and action.response == "json",
        "no": not rule.lists,
    }
    assert promises[rule.shared], action.slug
    if action.path_params:
        assert rule.shared != "yes", "what a path names is somebody's"
    if not action.safe and action.path_params and rule.shared == "own" and not rule.makes:
        common = {place: kind for place, kind in rule.uses.items() if kind in ownership.common}
        assert rule.alters or not common or action.slug in SPEAKING, common


# They write nothing: the thing that their path names is read.
SPEAKING = {"preview-voice", "tts", "tts-stream", "tts-timestamps"}


@pytest.mark.parametrize("service", EACH)
def test_what_an_action_starts_is_recorded(service: Service) -> None:
    """The id that a job is followed by belongs to whoever started it."""
    missing = []
    for action in service.actions:
        if action.job and action.job.id and not action.job.id.startswith("request."):
            place = action.job.id.removeprefix("data.").replace(".0", "[]")
            rule = service.ownership.rules[action.slug]
            known = {name.rpartition(".")[2] for name in rule.alters}  # or it was there before
            missing += [] if place in rule.makes or place in known else [(action.slug, place)]
    assert missing == []


@pytest.mark.parametrize("service", EACH)
def test_the_kinds_are_those_of_the_names(service: Service) -> None:
    ownership = service.ownership
    used = kinds(ownership.rules.values())
    assert ownership.common <= used
    assert set(ownership.names.values()) <= used
    assert all(re.fullmatch("[a-z_]{1,40}", kind) for kind in used)
    assert all(len(why) > 10 for why in ownership.free.values())
    assert ownership.free.keys().isdisjoint(ownership.names)


@pytest.mark.parametrize("service", EACH)
def test_one_name_is_of_one_kind_everywhere(service: Service) -> None:
    """So that the net over undeclared fields holds what the rules hold."""
    ownership = service.ownership
    for slug in ownership.rules:
        for place, kind in ownership.uses(slug).items():
            assert ownership.names.get(normal(place), kind) == kind, (slug, place)


def test_actions_that_show_the_account_itself_are_refused_where_orgs_share_it() -> None:
    words = ("webhook", "quota", "user", "subscription", "credits", "history", "token")
    slips = {
        (service.slug, action.slug)
        for service in SERVICES
        for action in service.actions
        if any(word in action.slug for word in words)
        and service.ownership.rules[action.slug].shared != "no"
    }
    assert slips == {
        ("heygen", "v3-list-webhook-event-types"),  # the vendor's own words
        ("heygen", "list-streaming-history"),  # filtered
        ("liveavatar", "create-session-token"),  # of one session, which is the org's
    }


def _places(service: Service, action: Action) -> Iterator[str]:
    yield from (f"path.{name}" for name in action.path_params)
    yield from (f"query.{param.name}" for param in action.query)
    if action.request in ("json", "multipart"):
        schema = service.schemas.get(action.slug, {}).get("body", {"type": "object"})
        yield from dict.fromkeys(_fields(schema, service.schemas, "body"))


def _fields(schema: Any, schemas: Mapping[str, Any], place: str) -> Iterator[str]:
    if "$ref" in schema:
        schema = schemas[schema["$ref"].split("/")[1]]["body"]
    inner = [*schema.get("oneOf", ()), *schema.get("anyOf", ()), *schema.get("allOf", ())]
    for branch in inner:
        yield from _fields(branch, schemas, place)
    for name, part in schema.get("properties", {}).items():
        yield f"{place}.{name}"
        yield from _fields(part, schemas, f"{place}.{name}")
    for name, step in (("items", "[]"), ("additionalProperties", ".*")):
        if isinstance(schema.get(name), dict):
            yield from _fields(schema[name], schemas, f"{place}{step}")
    if schema.get("type") == "object" and not inner and "properties" not in schema:
        yield f"{place}.{OPEN}"


def test_places_are_read_as_they_are_written() -> None:
    assert steps("videos[].input.ids[]") == ("videos", "[]", "input", "ids", "[]")
    assert steps("[].id") == ("[]", "id")


@pytest.mark.parametrize(
    "name",
    ["voice_id", "voiceId", "voiceID", "VOICE_ID", "voice-id", "filter[voice_id]", "a.voiceId"],
)
def test_a_name_is_known_in_every_spelling(name: str) -> None:
    ownership = Ownership({}, {"voice_id": "voice"}, free={"callback_id": "a text"})
    assert ownership.must(name) is True


def test_a_name_that_looks_like_an_ids_is_an_ids_unless_it_is_known_not_to_be() -> None:
    ownership = Ownership({}, {"voice_id": "voice"}, frozenset(("voice",)), {"callback_id": "text"})
    told = [
        ownership.must(name) for name in ("voice_id", "other_ids", "key", "title", "callbackId")
    ]
    assert told == [False, False, False, None, None]


def test_rules_reach_into_lists_members_and_other_rules() -> None:
    one = Rule("own", uses={"body.x.id": "thing", "body.by.*.id": "thing"})
    many = Rule("own", uses={"body.all[]": "@one"}, alters={"path.id": "voice"})
    ownership = Ownership({"one": one, "many": many}, common=frozenset(("voice",)))
    assert ownership.uses("many") == {
        "body.all[].x.id": "thing",
        "body.all[].by.*.id": "thing",
        "path.id": "voice",
    }
    tree: Branch = ownership.trees["many"].below["body"]
    found = mentions.Mentions(ownership)
    found.take({"all": [{"x": {"id": "a"}, "by": {"n": {"id": 7}}}]}, tree, None)
    found.take({"id": "v"}, ownership.trees["many"].below["path"], None)
    found.take({"free": "text", "other_id": "z"}, None, None)
    assert found.ids == {"a": True, "7": True, "v": True, "z": False}
