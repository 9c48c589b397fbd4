"""Tools made of the catalogue: names, schemas, and the way back to the envelope."""

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from services.action import Action
from services.catalogue import SERVICES
from services.describing import examples, flat, shapes, tools
from services.errors import BadRequest
from services.service import Service

ACTIONS = [(service, action) for service in SERVICES for action in service.actions]
ANY = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.integers())
vendors = pytest.mark.parametrize("service", SERVICES, ids=lambda service: str(service.slug))
quick = settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


def filled(service: Service, action: Action) -> st.SearchStrategy[dict[str, Any]]:
    """Arguments of the action, any of them, with any values but a null for the whole body."""
    fields = [field for field in flat.fields(service, action) if not field.is_file]
    values = {field.name: ANY if field.inner else st.just({"a": 1}) for field in fields}
    return st.fixed_dictionaries({}, optional=values)


@vendors
def test_arguments_and_envelope_are_inverse(service: Service) -> None:
    for action in service.actions:
        _turn_round(service, action)


def _turn_round(service: Service, action: Action) -> None:
    @quick
    @given(filled(service, action))
    def check(arguments: dict[str, Any]) -> None:
        envelope = tools.envelope_of(service, action, arguments)
        assert tools.arguments_of(service, action, envelope) == arguments, action.slug
        assert set(envelope) <= {"path_params", "query", "headers", "body"}
        assert sum(map(len, envelope.values())) == len(arguments)

    check()


@vendors
def test_examples_are_what_the_schemas_say(service: Service) -> None:
    for action in service.actions:
        example = examples.example(service, action)
        if not any(file["required"] for file in shapes.files(service, action)):
            Draft202012Validator(shapes.envelope(service, action)).validate(example)
        told = tools.tool(service, action).input
        arguments = tools.arguments_of(service, action, example)
        missing = set(told.get("required", ())) - set(arguments)
        assert missing <= {f.name for f in flat.fields(service, action) if f.is_file}, action.slug
        Draft202012Validator({**told, "required": []}).validate(arguments)
        made = tools.envelope_of(service, action, arguments)
        assert _told(made) == _told(example), action.slug


def _told(envelope: dict[str, Any]) -> dict[str, Any]:
    return {place: held for place, held in envelope.items() if held}


def test_names_are_usable_everywhere_and_unique() -> None:
    names = [tools.tool(*pair).name for pair in ACTIONS]
    assert len(set(names)) == len(names) == 288
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name) for name in names)
    assert [tools.named(name) for name in names] == [(s.slug, a.slug) for s, a in ACTIONS]


def test_inputs_are_plain_objects() -> None:
    for pair in ACTIONS:
        told = tools.tool(*pair)
        assert told.input["type"] == "object"
        assert not {"oneOf", "anyOf", "allOf", "$ref"} & set(told.input)
        assert all(re.fullmatch(r"[a-zA-Z0-9_.-]{1,64}", name) for name in told.input["properties"])
        assert 0 < len(told.description) < tools.LONGEST
        Draft202012Validator(told.input)


def test_name_in_two_places_is_the_paths() -> None:
    heygen = SERVICES[0]
    preview = heygen.by_slug["preview-voice"]
    made = tools.envelope_of(heygen, preview, {"voice_id": "a", "body_voice_id": "b", "text": "c"})
    assert made == {"path_params": {"voice_id": "a"}, "body": {"voice_id": "b", "text": "c"}}


@pytest.mark.parametrize(
    ("action", "arguments", "code", "text"),
    [
        (
            "v3-get-video",
            {"video_id": "v", "nope": 1, "wrong": 2},
            "unknown_argument",
            "nope, wrong",
        ),
        ("v3-upload-asset", {"file": "cat.png"}, "file_argument", "file: the bytes"),
    ],
)
def test_unusable_argument_is_named(
    action: str, arguments: dict[str, Any], code: str, text: str
) -> None:
    heygen = SERVICES[0]
    with pytest.raises(BadRequest) as refused:
        tools.envelope_of(heygen, heygen.by_slug[action], arguments)
    assert refused.value.code == code
    assert text in refused.value.detail
