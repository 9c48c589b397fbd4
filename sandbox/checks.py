"""Whether a request is one HeyGen would accept: its JSON, its query, and what it refers to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sandbox.answers import Refusal
from services import heygen
from services.action import Action, Param

SCHEMAS: Mapping[str, Mapping[str, Any]] = json.loads(
    Path(heygen.__path__[0], "schemas.json").read_text("utf-8")
)
MAX_TEXT = 5000  # characters of one script
_SCRIPTS = ("input_text", "script", "text")
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}


def body(action: Action, raw: bytes) -> Any:
    """The parsed JSON body of a call of this action. Raises Refusal."""
    value = parsed(raw, SCHEMAS.get(action.slug, {}).get("body", {}))
    for path, name, text in mentions(value):
        if name in _SCRIPTS and isinstance(text, str) and len(text) > MAX_TEXT:
            raise _wrong(path, f"text exceeds the limit of {MAX_TEXT} characters")
    return value


def parsed(raw: bytes, schema: Mapping[str, Any]) -> Any:
    """A body's JSON, held to its schema; no body is an empty object. Raises Refusal."""
    try:
        value = json.loads(raw) if raw.strip() else {}
        conform(schema, value)
    except (ValueError, RecursionError) as exc:
        raise Refusal("missing_parameter", "The request body is not valid JSON.") from exc
    return value


def conform(schema: Mapping[str, Any], value: Any, path: str = "") -> None:
    """Hold a value to the subset of JSON Schema that the schemas use. Raises Refusal."""
    if "$ref" in schema:
        _, slug, part = schema["$ref"].split("/")
        schema = SCHEMAS[slug][part]
    if "oneOf" in schema:
        schema = _branch(schema, value, path)
    if "type" in schema and not _has_type(value, schema["type"]):
        raise _wrong(path, f"expected {schema['type']}")
    if "enum" in schema and value not in schema["enum"]:
        raise _wrong(path, f"must be one of {', '.join(map(str, schema['enum']))}")
    if isinstance(value, dict):
        _members(schema, value, path)
    elif isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            conform(schema["items"], item, _join(path, index))


def query(action: Action, given: Mapping[str, str]) -> None:
    """Hold the query to the declared parameters. Raises Refusal."""
    for param in action.query:
        if param.name in given:
            _hold(param, given[param.name])
        elif param.required:
            raise Refusal("bad_query", f"{param.name} is required.", param=param.name)


def mentions(value: object, path: str = "", name: str = "") -> Iterator[tuple[str, str, object]]:
    """Every scalar in a JSON value: where it is, the nearest field name, and what it is."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from mentions(item, _join(path, key), key)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from mentions(item, _join(path, index), name)
    else:
        yield path, name, value


def _branch(schema: Mapping[str, Any], value: Any, path: str) -> Mapping[str, Any]:
    branches: Sequence[Mapping[str, Any]] = schema["oneOf"]
    if value is None and any(branch.get("type") == "null" for branch in branches):
        return {}
    if not isinstance(value, dict):
        raise _wrong(path, "expected object")
    tag = schema["discriminator"]["propertyName"]
    for branch in branches:
        if value.get(tag) in branch.get("properties", {}).get(tag, {}).get("enum", ()):
            return branch
    raise _wrong(_join(path, tag), "is missing or not a known type", missing=tag not in value)


def _members(schema: Mapping[str, Any], value: Mapping[str, Any], path: str) -> None:
    for name in schema.get("required", ()):
        if name not in value:
            raise _wrong(_join(path, name), "field required", missing=True)
    known, other = schema.get("properties", {}), schema.get("additionalProperties")
    for name, item in value.items():
        rule = known.get(name, other)
        if isinstance(rule, dict):
            conform(rule, item, _join(path, name))


def _has_type(value: Any, wanted: str | Sequence[str]) -> bool:
    names = [wanted] if isinstance(wanted, str) else wanted
    if isinstance(value, bool):
        return "boolean" in names
    if isinstance(value, float) and value.is_integer() and "integer" in names:
        return True
    return isinstance(value, tuple(kind for name in names for kind in _TYPES[name]))


def _hold(param: Param, text: str) -> None:
    if param.enum and text not in param.enum:
        raise _bad(param, f"must be one of {', '.join(param.enum)}")
    if param.type not in ("integer", "number"):
        return
    try:
        number = int(text) if param.type == "integer" else float(text)
    except ValueError as exc:
        raise _bad(param, f"must be a valid {param.type}") from exc
    if param.minimum is not None and number < param.minimum:
        raise _bad(param, f"must be at least {param.minimum}")
    if param.maximum is not None and number > param.maximum:
        raise _bad(param, f"must be at most {param.maximum}")


def _bad(param: Param, why: str) -> Refusal:
    return Refusal("bad_query", f"{param.name} is invalid: {why}.", param=param.name)


def _wrong(path: str, why: str, *, missing: bool = False) -> Refusal:
    kind = "missing_parameter" if missing else "invalid_parameter"
    where = path or "body"
    return Refusal(kind, f"{where} is invalid: {why}.", param=where)


def _join(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)
