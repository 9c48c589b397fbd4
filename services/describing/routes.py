"""What every key can use beside the actions: jobs, batches, discovery, these documents. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from services.action import Action
from services.describing.formats import FORMATS
from services.describing.operations import SECURITY, ref, refusals
from services.describing.shapes import Json

_TEXT: Json = {"type": "string"}
_MAYBE: Json = {"type": ["string", "null"]}
_TIME: Json = {"type": ["string", "null"], "format": "date-time"}
_JOB_STATES = ["pending", "running", "succeeded", "failed", "expired", "stopped"]
_RESULTS = ["video", "captioned", "audio", "caption", "thumbnail", "gif"]
_READS = (400, 401, 403, 404, 429, 431, 503)
_YES_NO: Json = {"type": "string", "enum": ["true", "false"]}
_ANY_OBJECT: Json = {"type": "object"}


def _object(properties: Json, *optional: str) -> Json:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


_LINE = _object(
    {
        "number": {"type": "integer"},
        "at": _TIME,
        "type": _TEXT,
        "source": _TEXT,
        "data": {},
    }
)
_JOB = _object(
    {
        "id": {"type": "string", "format": "uuid"},
        "kind": {"enum": ["vendor", "batch"]},
        "service": _TEXT,
        "action": _TEXT,
        "status": {"enum": _JOB_STATES},
        "upstream_id": _MAYBE,
        "upstream_status": _MAYBE,
        "progress": {},
        "error": {},
        "request_id": _MAYBE,
        "created_at": _TIME,
        "changed_at": _TIME,
        "ended_at": _TIME,
        "expires_at": _TIME,
        "links": {"type": "object", "additionalProperties": _TEXT},
        "result": {"description": "The vendor's last word on it."},
        "history": {"type": "array", "items": ref("schemas", "JobEvent")},
    },
    "result",
    "history",
)
_ITEM = _object(
    {
        "number": {"type": "integer"},
        "state": {"enum": ["waiting", "done", "failed", "stopped"]},
        "status": {"type": ["integer", "null"], "description": "As a single call's answer has it."},
        "answer": {"description": "What a single call would have answered."},
        "job": _MAYBE,
        "ended_at": _TIME,
        "links": {"type": "object", "additionalProperties": _TEXT},
    }
)
_LINK = _object({"url": _TEXT, "expires_at": _TIME, "kind": _MAYBE, "item": {"type": "integer"}})
SCHEMAS: Json = {"Job": _JOB, "JobEvent": _LINE, "BatchItem": _ITEM, "Link": _LINK}


def of_service(actions: Sequence[Action], *, invokes: bool) -> Json:
    """The paths below the service, for a key that may call these actions."""
    paths: Json = {
        "": _get("read_service", "The service and its actions", _json(_ANY_OBJECT)),
        "credential/": _get("read_credential", "Which credential calls use", _json(_ANY_OBJECT)),
        "openapi.json": _get("read_openapi", "This document", _json(_ANY_OBJECT)),
        "definition/": _get("read_definition", "The plain catalogue", _data(_ANY_OBJECT)),
    }
    as_tools = _operation("list_tools", "The actions as tools for models", _listed(), _tools())
    paths["tools/"] = {"get": as_tools}
    batched = [a.slug for a in actions if a.request in ("json", "none") and a.response == "json"]
    if invokes and batched:
        paths["{action}/batch/"] = {
            "parameters": [_path("action", {"type": "string", "enum": batched})],
            "post": _submit(),
        }
    return paths


def of_org(*, reads: bool, invokes: bool) -> Json:
    """The paths below the org, for a key that may read what jobs made, or call actions."""
    paths: Json = {"services/": _get("list_services", "The services", _json({"type": "array"}))}
    if not reads:
        return paths
    job = [_path("job", {"type": "string", "format": "uuid"})]
    paths["jobs/"] = {"get": _jobs()}
    paths["jobs/{job}/"] = {"parameters": job, "get": _job()}
    paths["jobs/{job}/events/"] = {"parameters": job, "get": _events()}
    paths["jobs/{job}/items/"] = {"parameters": job, "get": _items()}
    paths["jobs/{job}/media/"] = {"parameters": job, "get": _media()}
    if invokes:
        shown = _data(ref("schemas", "Job"))
        paths["jobs/{job}/"]["delete"] = _operation("stop_job", "Follow a job no more", shown)
        void = _data({"type": "null"})
        paths["jobs/{job}/links/"] = {
            "parameters": job,
            "post": _make_link(),
            "delete": _operation("void_links", "Make all links to the result void", void),
        }
    return paths


def _tools() -> list[Json]:
    return [
        _query("format", {"type": "string", "enum": list(FORMATS), "default": "openai"}),
        _query("read_only", _YES_NO, "`true` leaves out what changes something."),
        _query("billable", _YES_NO, "`false` leaves out what costs, or may cost, something."),
        _query("group", _TEXT),
        _query("names", _TEXT, "Tools' names or actions' slugs, with commas between them."),
    ]


def _listed() -> Json:
    properties: Json = {
        "data": {"type": "array", "items": {"type": "object"}},
        "hints": {"type": "object", "additionalProperties": {"type": "object"}},
    }
    return _json(_object(properties))


def _jobs() -> Json:
    query = [
        _query("service", _TEXT),
        _query("action", _TEXT),
        _query("status", _TEXT, f"One or several of {', '.join(_JOB_STATES)}, with commas."),
        _query("kind", {"type": "string", "enum": ["vendor", "batch"]}),
        _query("created_after", {"type": "string", "format": "date-time"}),
        *_paged(200),
    ]
    return _operation("list_jobs", "The org's jobs, newest first", _page("Job"), query)


def _job() -> Json:
    wait = _query("wait", {"type": "integer", "minimum": 0, "maximum": 60}, "Seconds to wait.")
    return _operation(
        "read_job", "A job, once it ended if so asked", _data(ref("schemas", "Job")), [wait]
    )


def _events() -> Json:
    made = _operation("watch_job", "A job's history as it happens", {"text/event-stream": {}})
    made["responses"]["204"] = {"description": "The job has ended, and you know all of it."}
    return made


def _items() -> Json:
    query = [_query("state", _TEXT), *_paged(100)]
    return _operation("list_items", "What a batch's calls came to", _page("BatchItem"), query)


def _media() -> Json:
    query = [*_which(), _query("redirect", _YES_NO, "Say where the bytes are.")]
    made = _operation("read_result", "The bytes of a job's result", {"*/*": {}}, query, _FETCHED)
    made["responses"] |= {
        "206": made["responses"]["200"],
        "302": {"description": "Where the bytes are."},
        "4XX": ref("responses", "Refused4XX"),
    }
    return made


_FETCHED = (*_READS, 409, 502, 504)


def _which() -> list[Json]:
    return [
        _query("kind", {"type": "string", "enum": _RESULTS}),
        _query("item", {"type": "integer", "minimum": 0, "maximum": 999}),
    ]


def _make_link() -> Json:
    properties: Json = {
        "expires_in": {"type": "integer", "minimum": 1, "maximum": 7 * 24 * 3600},
        "kind": {"type": "string", "enum": ["", *_RESULTS]},
        "item": {"type": "integer", "minimum": 0, "maximum": 999},
    }
    body: Json = {"type": "object", "properties": properties, "additionalProperties": False}
    answer = _data(ref("schemas", "Link"))
    made = _operation("make_link", "A public link to the result", answer, (), _SENT, status=201)
    return made | {"requestBody": {"content": {"application/json": {"schema": body}}}}


_SENT = (*_READS, 408, 409, 413, 415, 422)


def _submit() -> Json:
    body = _object(
        {
            "items": {"type": "array", "items": {"type": "object"}, "minItems": 1, "maxItems": 100},
            "concurrency": {"type": "integer", "minimum": 1, "maximum": 10, "default": 4},
        },
        "concurrency",
    ) | {"additionalProperties": False}
    answer = _data(_object({"job": ref("schemas", "Job")}))
    made = _operation("submit_batch", "Many calls at once", answer, (), _SENT, status=202)
    made["parameters"] = [ref("parameters", "Idempotency-Key")]
    return made | {
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}}
    }


def _get(name: str, summary: str, content: Json) -> Json:
    return {"get": _operation(name, summary, content)}


def _operation(
    name: str,
    summary: str,
    content: Json,
    query: Sequence[Json] = (),
    refused: Sequence[int] = _READS,
    *,
    status: int = 200,
) -> Json:
    headers = {"X-Request-Id": ref("headers", "X-Request-Id")}
    good: Json = {"description": summary + ".", "headers": headers, "content": content}
    return {
        "operationId": name,
        "tags": ["about"],
        "summary": summary,
        "security": SECURITY,
        "parameters": list(query),
        "responses": {str(status): good, **refusals(*refused)},
    }


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def _data(schema: Json) -> Json:
    return _json(_object({"data": schema}))


def _page(name: str) -> Json:
    rows: Json = {"type": "array", "items": ref("schemas", name)}
    return _json(_object({"data": rows, "has_more": {"type": "boolean"}, "next_cursor": _MAYBE}))


def _paged(most: int) -> list[Json]:
    limit: Json = {"type": "integer", "minimum": 1, "maximum": most, "default": 50}
    return [_query("limit", limit), _query("cursor", _TEXT, "`next_cursor` of the page before.")]


def _query(name: str, schema: Json, about: str = "") -> Json:
    made: Json = {"name": name, "in": "query", "schema": schema}
    return made | ({"description": about} if about else {})


def _path(name: str, schema: Json) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": schema}
