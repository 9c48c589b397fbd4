"""How the document words what is no action: an operation, its parameters and its answers. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from services.describing.operations import SECURITY, ref, refusals
from services.describing.shapes import Json

TEXT: Json = {"type": "string"}
MAYBE: Json = {"type": ["string", "null"]}
TIME: Json = {"type": ["string", "null"], "format": "date-time"}
YES_NO: Json = {"type": "string", "enum": ["true", "false"]}
ANY: Json = {"type": "object"}
UUID: Json = {"type": "string", "format": "uuid"}
READS = (400, 401, 403, 404, 429, 431, 503)
SENT = (*READS, 408, 409, 413, 415, 422)
TOLD = ("X-Request-Id", "Server-Timing", "RateLimit", "RateLimit-Policy")


def record(properties: Json, *optional: str) -> Json:
    """An object that has all of these but the optional ones, and perhaps others."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def operation(
    name: str,
    summary: str,
    content: Json,
    query: Sequence[Json] = (),
    refused: Sequence[int] = READS,
    *,
    status: int = 200,
    headers: Sequence[str] = (),
) -> Json:
    """One method of a path, with what it answers when all is well, and the refusals it may give."""
    good = answer(summary + ".", content, headers)
    return {
        "operationId": name,
        "tags": ["about"],
        "summary": summary,
        "security": SECURITY,
        "parameters": list(query),
        "responses": {str(status): good, **refusals(*refused)},
    }


def answer(about: str, content: Json, headers: Sequence[str] = ()) -> Json:
    """An answer with the headers of every answer, and these."""
    named = {name: ref("headers", name) for name in (*TOLD, *headers)}
    return {"description": about, "headers": named, "content": content}


def sends(content: Json, *, required: bool = True) -> Json:
    """The request's body, by media type."""
    return {"requestBody": {"required": required, "content": content}}


def as_json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def data(schema: Json) -> Json:
    return as_json(record({"data": schema}))


def page(name: str) -> Json:
    rows: Json = {"type": "array", "items": ref("schemas", name)}
    return as_json(record({"data": rows, "has_more": {"type": "boolean"}, "next_cursor": MAYBE}))


def paged(most: int) -> list[Json]:
    limit: Json = {"type": "integer", "minimum": 1, "maximum": most, "default": 50}
    return [in_query("limit", limit), in_query("cursor", TEXT, "`next_cursor` of the page before.")]


def wait() -> Json:
    """Of a long poll."""
    return in_query("wait", {"type": "integer", "minimum": 0, "maximum": 60}, "Seconds to wait.")


def in_query(name: str, schema: Json, about: str = "") -> Json:
    made: Json = {"name": name, "in": "query", "schema": schema}
    return made | ({"description": about} if about else {})


def in_path(name: str, schema: Json) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def in_header(name: str) -> Json:
    return ref("parameters", name)
