"""The catalogue as the generators read it: one operation per action, references resolved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.action import Action
from services.catalogue import SERVICES
from services.service import Service

_REQUESTS = {"multipart": "m", "binary": "b"}
_FILE = {"type": "string", "format": "binary"}


@dataclass(frozen=True)
class Operation:
    """What a client has to know of one action."""

    service: Service
    action: Action

    @property
    def flags(self) -> str:
        """One letter each: `r` free read, `g` other read, `w` write; `m`, `b` files; `f` answer."""
        kind = "r" if self.action.repeatable else "g" if self.action.safe else "w"
        answer = "" if self.action.response == "json" else "f"
        return kind + _REQUESTS.get(self.action.request, "") + answer

    @property
    def lines(self) -> list[str]:
        """Its description."""
        action = self.action
        said = [f"{action.title}: `{action.slug}`, {action.method} {action.path}."]
        if action.billable:
            said.append("Costs something.")
        if action.job:
            said.append("Starts a job.")
        if note := self._schema.get("note"):
            said.append(" ".join(str(note).replace("*/", "* /").split()))
        return said

    @property
    def ends(self) -> str:
        """When its API ends and what follows it; "" when nobody has said so."""
        sunset = self.service.sunset(self.action)
        if sunset is None:
            return ""
        day = datetime.fromtimestamp(sunset.removed, UTC).date()
        after = self.action.successor or self.action.external
        return f"Its own API ends on {day}." + (f" Successor: {after}." if after else "")

    @property
    def kept(self) -> bool:
        """Whether the service answers it when its own API has ended."""
        return self.action.slug in self.service.translations

    @property
    def _schema(self) -> Mapping[str, Any]:
        return self.service.schemas.get(self.action.slug, {})

    @property
    def path(self) -> dict[str, Any] | None:
        """The schema of `path_params`."""
        names = self.action.path_params
        kind = {"type": ["string", "integer"]}
        return _record(dict.fromkeys(names, kind), list(names)) if names else None

    @property
    def query(self) -> dict[str, Any] | None:
        """The schema of `query`."""
        fields = {
            one.name: {"type": one.type, **({"enum": list(one.enum)} if one.enum else {})}
            for one in self.action.query
        }
        return _record(fields, list(self.action.required_query)) if fields else None

    @property
    def body(self) -> dict[str, Any] | None:
        """The schema of `body`; of a form, of its fields that are no files."""
        schema = self._whole
        if schema is None or self.action.request == "binary":
            return None
        if self.action.request != "multipart":
            return schema
        return _part(schema, files=False)

    @property
    def files(self) -> dict[str, Any] | None:
        """The schema of a form's files."""
        if self._whole is None or self.action.request != "multipart":
            return None
        return _part(self._whole, files=True)

    @property
    def answer(self) -> tuple[str, ...]:
        """Names that the answer's `data` is known to have."""
        return tuple(self._schema.get("response") or ())

    @property
    def _whole(self) -> dict[str, Any] | None:
        body = self._schema.get("body")
        return None if body is None else _resolved(body, self.service.schemas)


def operations() -> Iterator[tuple[Service, list[Operation]]]:
    """Every service with its operations, in the catalogue's order."""
    for service in SERVICES:
        yield service, [Operation(service, action) for action in service.actions]


def needed(schema: Mapping[str, Any] | None) -> bool:
    """Whether there has to be a value of this schema."""
    if schema is None:
        return False
    return bool(schema.get("required")) or any(needed(one) for one in schema.get("oneOf", ()))


def _record(fields: Mapping[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": dict(fields), "required": required}


def _part(schema: Mapping[str, Any], *, files: bool) -> dict[str, Any] | None:
    fields = {
        name: one for name, one in schema.get("properties", {}).items() if is_file(one) is files
    }
    required = [name for name in schema.get("required", ()) if name in fields]
    return _record(fields, required) if fields else None


def is_file(schema: Mapping[str, Any]) -> bool:
    """Whether a field of a form is a file, or a list of files."""
    return schema.get("format") == "binary" or schema.get("items") == _FILE


def _resolved(value: Any, schemas: Mapping[str, Any]) -> Any:
    """The schema with what its `$ref`s name in their place."""
    if isinstance(value, list):
        return [_resolved(one, schemas) for one in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        found: Any = schemas
        for name in value["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        return _resolved(found, schemas)
    return {name: _resolved(one, schemas) for name, one in value.items()}
