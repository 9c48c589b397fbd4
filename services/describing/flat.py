"""An action's envelope as one flat object, which is what a model fills in, and back. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from services.action import Action, shown
from services.describing import shapes
from services.describing.shapes import Json
from services.errors import BadRequest
from services.service import Service

Place = Literal["path_params", "query", "headers", "body"]
WHOLE = "body"  # the argument that is all of the body, where that is no object of known fields
_PREFIXES = {"path_params": "path", "query": "query", "headers": "header", "body": "body"}
_FILE: Json = {
    "type": "string",
    "contentMediaType": "application/octet-stream",
    "description": "A file: whoever carries the call out sends its bytes.",
}
_TEST: Json = {"type": "boolean", "description": "Rehearse only: nothing is charged."}
_KNOWN: dict[tuple[str, str], tuple[Field, ...]] = {}


@dataclass(frozen=True, slots=True)
class Field:
    """One argument: what it is called, where it stands in the envelope and by which name.

    `inner` is empty where it is the whole body.
    """

    name: str
    place: Place
    inner: str
    schema: Json
    required: bool
    is_file: bool = False  # stands for bytes, which no argument holds


def fields(service: Service, action: Action) -> tuple[Field, ...]:
    """The arguments of an action: path, query, the headers of its own, body.

    A name that stands in two places is the first one's; another's has its place in front, as
    `body_voice_id`.
    """
    key = (service.slug, action.slug)
    if key not in _KNOWN:
        _KNOWN[key] = _fields(service, action)
    return _KNOWN[key]


def arguments_of(service: Service, action: Action, envelope: Mapping[str, Any]) -> Json:
    """An envelope as arguments; what no argument stands for is left out."""
    found = {}
    for field in fields(service, action):
        holder = envelope.get(field.place)
        if not field.inner:
            if holder is not None:
                found[field.name] = holder
        elif isinstance(holder, Mapping) and field.inner in holder:
            found[field.name] = holder[field.inner]
    return found


def envelope_of(service: Service, action: Action, arguments: Mapping[str, Any]) -> Json:
    """The envelope that these arguments stand for; the inverse of `arguments_of`.

    Raises BadRequest for arguments that the action does not have, naming them, and for files,
    whose bytes no argument holds.
    """
    known = {field.name: field for field in fields(service, action)}
    _refuse(action, [name for name in arguments if name not in known])
    made: dict[str, Any] = {}
    for name, value in arguments.items():
        field = known[name]
        if field.is_file:
            raise _bytes(name)
        if field.inner:
            made.setdefault(field.place, {})[field.inner] = value
        else:
            made[field.place] = value
    return made


def _refuse(action: Action, unknown: list[str]) -> None:
    if unknown:
        names = ", ".join(shown(name) for name in unknown[:10])
        raise BadRequest(
            f"Action '{action.slug}' has no such arguments: {names}.", code="unknown_argument"
        )


def _bytes(name: str) -> BadRequest:
    return BadRequest(
        f"{name}: the bytes of a file cannot be an argument; send them as the action takes them.",
        code="file_argument",
    )


def _fields(service: Service, action: Action) -> tuple[Field, ...]:
    made: list[Field] = []
    taken: set[str] = set()
    for field in _places(service, action):
        name = f"{_PREFIXES[field.place]}_{field.name}" if field.name in taken else field.name
        taken.add(name)
        made.append(replace(field, name=name))
    return tuple(made)


def _places(service: Service, action: Action) -> Iterator[Field]:
    """Every place of the envelope, in order."""
    for name in action.path_params:
        yield Field(name, "path_params", name, {"type": "string"}, True)
    for param in action.query:
        yield Field(param.name, "query", param.name, shapes.of_param(param), param.required)
    for name in action.headers:
        yield Field(name.replace("-", "_"), "headers", name, {"type": "string"}, action.session)
    if action.request in ("json", "multipart"):
        body = _of_body(shapes.resolved(service, action))
        yield from body
        if _rehearses(service, action) and not any(field.inner == "test" for field in body):
            yield Field("test", "body", "test", _TEST, False)
    for file in shapes.files(service, action):
        schema = {"type": "array", "items": _FILE} if file["multiple"] else _FILE
        yield Field(file["name"], "body", file["name"], schema, file["required"], True)


def _rehearses(service: Service, action: Action) -> bool:
    """Whether this service answers `test: true` where the vendor has no such field."""
    return service.test_mode is not None and action.slug in service.test_mode.creates


def _of_body(schema: Json) -> list[Field]:
    properties, required = _members(schema)
    if properties is None:
        about = "What the vendor's request has as its body; its fields are not written down."
        return [Field(WHOLE, "body", "", {"type": "object", "description": about}, False)]
    return [Field(name, "body", name, part, name in required) for name, part in properties.items()]


def _members(schema: Json) -> tuple[Json | None, set[str]]:
    """The fields of a body and those that it needs; None for one whose fields are not known.

    Models are given one object, so the branches of a union are laid over each other.
    """
    if "properties" in schema:
        return schema["properties"], set(schema.get("required", ()))
    branches = [branch for branch in schema.get("oneOf", ()) if "properties" in branch]
    if not branches:
        return None, set()
    found: dict[str, list[Json]] = {}
    for branch in branches:
        for name, part in branch["properties"].items():
            if part not in found.setdefault(name, []):
                found[name].append(part)
    needed = [set(branch.get("required", ())) for branch in branches]
    return {name: _either(parts) for name, parts in found.items()}, set.intersection(*needed)


def _either(parts: list[Json]) -> Json:
    """One schema for a field that the branches of a union have different ones for."""
    if len(parts) == 1:
        return parts[0]
    if all(set(part) <= {"type", "enum"} and "enum" in part for part in parts):
        values = [value for part in parts for value in part["enum"]]
        return {"type": parts[0]["type"], "enum": list(dict.fromkeys(values))}
    return {"anyOf": parts}
