"""One action as an operation of OpenAPI 3.1: what it takes, answers, and how it fails. Pure."""

from __future__ import annotations

from dataclasses import asdict

from services.action import Action
from services.describing import examples, shapes
from services.describing.hints import hints
from services.describing.shapes import Json
from services.describing.tools import tool
from services.service import Service

SECURITY: list[Json] = [{"ApiKey": []}, {"Bearer": []}]
FIELDS = ("path_params", "query", "headers", "body")
_BINARY: Json = {"type": "string", "contentMediaType": "application/octet-stream"}
# What any call may fail with; 4XX is the vendor's own answer, whatever it is.
REFUSALS = (400, 401, 402, 403, 404, 408, 409, 413, 415, 422, 429, 431, 502, 503, 504)
_TOLD = (
    "X-Request-Id", "Server-Timing", "X-Credential-Source", "X-Contract-Notes", "RateLimit",
    "RateLimit-Policy", "Preference-Applied",
)  # fmt: skip


def ref(kind: str, name: str) -> Json:
    """A reference to one of the document's components."""
    return {"$ref": f"#/components/{kind}/{name}"}


def operation(service: Service, action: Action) -> Json:
    """The call of one action, by `POST`."""
    told = tool(service, action)
    made = {
        "operationId": operation_id(action.slug),
        "tags": [action.group],
        "summary": action.title,
        "description": f"{told.description}\n\nUpstream: `{action.method} {action.path}`.",
        "security": SECURITY,
        "parameters": [*map(_header, _taken(action)), *_in_query(action)],
        "requestBody": _request(service, action),
        "responses": _answers(service, action),
        "x-hints": asdict(hints(service, action)),
    }
    return made | ({"deprecated": True} if told.hints.deprecated else {})


def operation_id(slug: str) -> str:
    """A name that generators make a function of."""
    return slug.replace("-", "_")


def refusals(*codes: int) -> Json:
    """The refusals of these statuses, by reference."""
    return {str(code): ref("responses", f"Refused{code}") for code in codes}


def _taken(action: Action) -> list[str]:
    """The headers of the request itself that mean something to the action."""
    names = ["Prefer", "X-Request-Id", "Idempotency-Key"]
    names += ["Cache-Control", "If-None-Match"] if action.ttl else []
    return names + (["Range", "If-Range"] if action.is_file else [])


def _header(name: str) -> Json:
    return ref("parameters", name)


def _in_query(action: Action) -> list[Json]:
    """Where the parameters of a call with raw bytes stand."""
    if action.request != "binary":
        return []
    path = [_beside("path_params", name, {"type": "string"}) for name in action.path_params]
    return path + [_beside("query", p.name, shapes.of_param(p)) for p in action.query]


def _beside(place: str, name: str, schema: Json) -> Json:
    about = "With raw bytes as the body; else it stands in the form."
    return {"name": f"{place}.{name}", "in": "query", "schema": schema, "description": about}


def _request(service: Service, action: Action) -> Json:
    """The envelope as JSON, a form with files beside it, or a file's own bytes."""
    schema = shapes.envelope(service, action)
    files = shapes.files(service, action)
    content: Json = {}
    if not any(file["required"] for file in files):
        shown = examples.example(service, action)
        content["application/json"] = {"schema": schema, "example": shown}
    if files:
        content["multipart/form-data"] = _form(schema, files)
    if action.request == "binary":
        content["application/octet-stream"] = {"schema": _BINARY}
        content["*/*"] = {"schema": _BINARY}
    return {"content": content, "required": bool(schema.get("required")) or not content}


def _form(schema: Json, files: list[Json]) -> Json:
    """The envelope's fields as parts that hold JSON, and the files under their own names."""
    fields = {name: schema["properties"][name] for name in FIELDS if name in schema["properties"]}
    parts = {file["name"]: _part(file) for file in files}
    required = [file["name"] for file in files if file["required"]]
    made: Json = {"type": "object", "properties": {**fields, **parts}}
    if needed := required + list(schema.get("required", ())):
        made["required"] = needed
    encoding: Json = {name: {"contentType": "application/json"} for name in fields}
    return {"schema": made, "encoding": encoding}


def _part(file: Json) -> Json:
    return {"type": "array", "items": _BINARY} if file["multiple"] else _BINARY


def _answers(service: Service, action: Action) -> Json:
    """What it answers, with every status that it can answer with."""
    good = _good(service, action)
    made: Json = {"200": good}
    if not action.safe:
        made |= {"201": good, "202": good}
    if action.is_file:
        made |= {"206": good, "416": ref("responses", "Refused4XX")}
    if action.ttl:
        made["304"] = {"description": "What you hold is the answer still."}
    if action.slug in service.ended:
        made |= refusals(410)
    return made | refusals(*REFUSALS) | {"4XX": ref("responses", "Refused4XX")}


def _rehearses(service: Service, action: Action) -> bool:
    mode = service.test_mode
    return mode is not None and action.slug in mode.creates | service.polls


def _good(service: Service, action: Action) -> Json:
    names = list(_TOLD)
    names += ["X-Job-Id", "Link"] if action.job else []
    names += [] if action.safe else ["Idempotent-Replayed", "X-Recorded"]
    names += ["X-Test-Mode"] if _rehearses(service, action) else []
    names += ["X-Answered-By", "Age"] if action.slug in service.polls else []
    names += ["ETag", "Age", "Cache-Status"] if action.ttl else []
    names += ["Deprecation", "Sunset", "Link"] if service.sunset(action) else []
    headers = {name: ref("headers", name) for name in dict.fromkeys(names)}
    if action.response == "json":
        about, kind = "The vendor's payload under `data`.", "application/json"
        schema = shapes.answer(service, action)
    else:
        about, kind, schema = "The vendor's bytes as they come.", "*/*", {}
    return {"description": about, "headers": headers, "content": {kind: {"schema": schema}}}
