"""Holding a call's body to its action's JSON Schema (draft 2020-12, as data beside the table)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jsonschema_rs import Draft202012Validator

from services.action import Action, Call, hidden
from services.errors import BadRequest
from services.service import Service

Schema = dict[str, Any]
_VALIDATORS: dict[tuple[str, str], Draft202012Validator] = {}


def check(service: Service, action: Action, call: Call) -> None:
    """Raise BadRequest, naming the field, when the body is not what the action takes."""
    if "body" not in service.schemas.get(action.slug, {}) or action.request == "binary":
        return
    for error in _validator(service, action).iter_errors(_sent(service, action, call)):
        path = "".join(f"[{at}]" if isinstance(at, int) else f".{at}" for at in error.instance_path)
        where, why = hidden(path)[:200], hidden(error.message)[:300]
        raise BadRequest(f"body{where}: {why}", code="schema_violation")


def declares(service: Service, action: Action, field: str) -> bool:
    """Whether the action's body schema knows a top-level field."""
    body = service.schemas.get(action.slug, {}).get("body", {})
    branches = (body, *body.get("oneOf", ()))
    return any(field in branch.get("properties", {}) for branch in branches)


def _validator(service: Service, action: Action) -> Draft202012Validator:
    key = (service.slug, action.slug)
    if key not in _VALIDATORS:
        schema = _branching(service.schemas[action.slug]["body"], service.schemas)
        _VALIDATORS[key] = Draft202012Validator(schema, mask="the value")
    return _VALIDATORS[key]


def _branching(schema: Any, schemas: Mapping[str, Any]) -> Any:
    """The same schema, with each discriminated union spelled as if/then.

    A failed `oneOf` only says that no branch fits; the branch that the discriminator names says
    which field is wrong.
    """
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _branching(schemas[schema["$ref"].split("/")[1]]["body"], schemas)
    made: Schema = {
        name: _branching(part, schemas) if name in ("items", "additionalProperties") else part
        for name, part in schema.items()
    }
    if "properties" in schema:
        made["properties"] = {n: _branching(p, schemas) for n, p in schema["properties"].items()}
    if "oneOf" in schema:
        del made["oneOf"], made["discriminator"]
        made |= _union(schema["oneOf"], schema["discriminator"]["propertyName"], schemas)
    return made


def _union(branches: list[Schema], tag: str, schemas: Mapping[str, Any]) -> Schema:
    objects = [branch for branch in branches if branch.get("type") != "null"]
    tags = [value for branch in objects for value in branch["properties"][tag]["enum"]]
    arms = [
        {
            "if": {"properties": {tag: branch["properties"][tag]}, "required": [tag]},
            "then": _branching(branch, schemas),
        }
        for branch in objects
    ]
    return {
        "type": ["object", "null"] if len(objects) < len(branches) else "object",
        "required": [tag],
        "properties": {tag: {"enum": tags}},
        "allOf": arms,
    }


def _sent(service: Service, action: Action, call: Call) -> Any:
    """The body as the schema sees it: uploads stand beside the fields, as a text or a list."""
    sent = {} if call.body is None else call.body
    if not call.uploads:
        return sent
    known = service.schemas[action.slug]["body"].get("properties", {})
    files = {upload.field.removesuffix("[]") for upload in call.uploads}
    return {**sent, **{name: _empty(known.get(name, {})) for name in files}}


def _empty(schema: Schema) -> object:
    return [""] if schema.get("type") == "array" else ""
