"""The JSON Schemas (2020-12) of what an action takes and answers. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.action import Action, Param
from services.service import Service

Json = dict[str, Any]
_TEXT = {"string", "integer", "number", "boolean"}
_SCALAR: Json = {"type": ["string", "number", "boolean", "null"]}
_PAGING: Json = {
    "has_more": {"type": ["boolean", "null"], "description": "Whether there are more."},
    "next_token": {
        "type": ["string", "integer", "null"],
        "description": "Asks for the next page, as the query's cursor.",
    },
    "token": {"type": ["string", "integer", "null"]},
    "total": {"type": ["integer", "null"]},
}
_PASSED = {
    "Accept-Language": "The language of the vendor's messages.",
    "Idempotency-Key": "The same request with the same key is carried out once.",
}


def envelope(service: Service, action: Action) -> Json:
    """The request envelope as JSON. What it cannot hold are files: `files` names those."""
    parts: Json = {}
    if action.path_params:
        parts["path_params"] = _closed({name: _segment() for name in action.path_params})
    parts["query"] = {
        "type": "object",
        "properties": {param.name: of_param(param) for param in action.query},
        "additionalProperties": {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}]},
        **_required(action.required_query),
    }
    parts["headers"] = _headers(action)
    if action.request in ("json", "multipart"):
        parts["body"] = resolved(service, action)
    needed = [name for name, part in parts.items() if _is_needed(part)]
    made = {"type": "object", "properties": parts, "additionalProperties": False}
    return made | _required(needed)


def answer(service: Service, action: Action) -> Json:
    """The answer of an action that answers JSON; where nothing is known, any JSON."""
    made: Json = {"type": "object", "properties": {"data": _payload(service, action)}}
    if action.pages is not None:
        made["properties"] |= _PAGING
    return made | {"required": ["data"]}


def of_param(param: Param) -> Json:
    """One query parameter."""
    kind: Json = {"type": param.type} if param.type in _TEXT else {}
    extra = {
        "enum": list(param.enum) or None,
        "default": param.default,
        "minimum": param.minimum,
        "maximum": param.maximum,
        "format": param.format,
    }
    made = kind | {name: value for name, value in extra.items() if value is not None}
    return {"type": "array", "items": {"type": "string", **made}} if param.type == "array" else made


def whole(service: Service, action: Action) -> Json:
    """The action's body schema with its references followed; empty where none is known."""
    schema = service.schemas.get(action.slug, {}).get("body", {})
    made: Json = _followed(schema, service.schemas)
    return made


def resolved(service: Service, action: Action) -> Json:
    """The body as JSON holds it: without what is sent as a file."""
    schema = whole(service, action)
    if action.request != "multipart" or "properties" not in schema:
        return schema
    kept = {name: part for name, part in schema["properties"].items() if not is_file(part)}
    required = [name for name in schema.get("required", ()) if name in kept]
    return {**schema, "properties": kept, "required": required}


def files(service: Service, action: Action) -> list[Json]:
    """The files that the action takes: name, whether several, whether needed."""
    if action.request == "binary":
        return [{"name": "file", "multiple": False, "required": True}]
    if action.request != "multipart":
        return []
    schema = whole(service, action)
    required = schema.get("required", ())
    found = [
        {"name": name, "multiple": part.get("type") == "array", "required": name in required}
        for name, part in schema.get("properties", {}).items()
        if is_file(part)
    ]
    return found or [{"name": "file", "multiple": False, "required": False}]


def is_file(schema: Json) -> bool:
    """Whether a multipart field holds a file's bytes."""
    return bool(
        schema.get("format") == "binary" or schema.get("items", {}).get("format") == "binary"
    )


def _followed(schema: Any, schemas: Mapping[str, Any]) -> Any:
    """The schema with every `$ref` replaced by what it names, without OpenAPI's own keywords."""
    if isinstance(schema, list):
        return [_followed(item, schemas) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _followed(schemas[schema["$ref"].split("/")[1]]["body"], schemas)
    # A union is told by its branches; its `discriminator` needs names that these do not have.
    kept = {name: part for name, part in schema.items() if not _is_hint(name, part)}
    return {name: _followed(part, schemas) for name, part in kept.items()}


def _is_hint(name: str, part: Any) -> bool:
    return name == "discriminator" and isinstance(part, dict) and set(part) == {"propertyName"}


def _payload(service: Service, action: Action) -> Json:
    """What stands under `data`, as far as it is known."""
    fields = service.schemas.get(action.slug, {}).get("response")
    if not fields:
        return {}
    known: Json = {"properties": {name: {} for name in fields}}
    if action.pages is not None and action.pages.items == "data":
        return {"type": ["array", "null"], "items": {"type": "object", **known}}
    return {"type": ["object", "array", "null"], **known}


def _headers(action: Action) -> Json:
    known = {name: {"type": "string", "description": why} for name, why in _PASSED.items()}
    own = {name: {"type": "string"} for name in sorted(action.takes_headers)}
    made: Json = {"type": "object", "properties": known | own}
    return made | _required(action.headers if action.session else ())


def _segment() -> Json:
    return {"type": ["string", "integer"], "minLength": 1, "maxLength": 1024}


def _closed(properties: Json) -> Json:
    made = {"type": "object", "properties": properties, "additionalProperties": False}
    return made | _required(properties)


def _required(names: Any) -> Json:
    return {"required": list(names)} if names else {}


def _is_needed(part: Json) -> bool:
    """Whether an envelope without this part can never do."""
    return bool(part.get("required") or "oneOf" in part)
