"""Jobs and batches as paths of the OpenAPI document. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from services.action import Action
from services.describing.operations import ref
from services.describing.shapes import Json
from services.describing.wording import (
    MAYBE,
    READS,
    SENT,
    TEXT,
    TIME,
    UUID,
    YES_NO,
    data,
    in_header,
    in_path,
    in_query,
    operation,
    page,
    paged,
    record,
    sends,
    wait,
)

_STATES = ["pending", "running", "succeeded", "failed", "expired", "stopped"]
_KINDS = ["vendor", "batch", "upload"]
_RESULTS = ["video", "captioned", "audio", "caption", "thumbnail", "gif"]
_FETCHED = (*READS, 409, 502, 504)
_LINKS: Json = {"type": "object", "additionalProperties": TEXT}
_LINE = record(
    {"number": {"type": "integer"}, "at": TIME, "type": TEXT, "source": TEXT, "data": {}}
)
_JOB = record(
    {
        "id": UUID,
        "kind": {"enum": _KINDS},
        "service": TEXT,
        "action": TEXT,
        "status": {"enum": _STATES},
        "upstream_id": MAYBE,
        "upstream_status": MAYBE,
        "progress": {"type": ["integer", "null"], "description": "Percent, where it is known."},
        "error": {},
        "request_id": MAYBE,
        "end_user": MAYBE | {"description": "Whom the ticket was for that started it."},
        "created_at": TIME,
        "changed_at": TIME,
        "ended_at": TIME,
        "expires_at": TIME,
        "links": _LINKS,
        "result": {"description": "The vendor's last word on it."},
        "history": {"type": "array", "items": ref("schemas", "JobEvent")},
    },
    "result",
    "history",
)
_ITEM = record(
    {
        "number": {"type": "integer"},
        "state": {"enum": ["waiting", "done", "failed", "stopped"]},
        "status": {"type": ["integer", "null"], "description": "As a single call's answer has it."},
        "answer": {"description": "What a single call would have answered."},
        "job": MAYBE,
        "ended_at": TIME,
        "links": _LINKS,
    }
)
_LINK = record({"url": TEXT, "expires_at": TIME, "kind": MAYBE, "item": {"type": "integer"}})
SCHEMAS: Json = {"Job": _JOB, "JobEvent": _LINE, "BatchItem": _ITEM, "Link": _LINK}


def batches(actions: Sequence[Action]) -> Json:
    """The path below a service by which these of its actions are called many times at once."""
    batched = [a.slug for a in actions if a.request in ("json", "none") and a.response == "json"]
    if not batched:
        return {}
    named = in_path("action", {"type": "string", "enum": batched})
    return {"{action}/batch/": {"parameters": [named], "post": _submit()}}


def jobs(*, invokes: bool) -> Json:
    """The paths below an org, for a key that may read what jobs made, or call actions too."""
    named = [in_path("job", UUID)]
    paths: Json = {
        "jobs/": {"get": _list()},
        "jobs/{job}/": {"parameters": named, "get": _read()},
        "jobs/{job}/events/": {"parameters": named, "get": _events()},
        "jobs/{job}/items/": {"parameters": named, "get": _items()},
        "jobs/{job}/media/": {"parameters": named, "get": _media()},
    }
    if invokes:
        shown = data(ref("schemas", "Job"))
        paths["jobs/{job}/"]["delete"] = operation("stop_job", "Follow a job no more", shown)
        void = operation("void_links", "Make all links to the result void", data({"type": "null"}))
        paths["jobs/{job}/links/"] = {"parameters": named, "post": _make_link(), "delete": void}
    return paths


def _list() -> Json:
    query = [
        in_query("service", TEXT),
        in_query("action", TEXT),
        in_query("status", TEXT, f"One or several of {', '.join(_STATES)}, with commas."),
        in_query("kind", {"type": "string", "enum": _KINDS}),
        in_query("created_after", {"type": "string", "format": "date-time"}),
        *paged(200),
    ]
    return operation("list_jobs", "The org's jobs, newest first", page("Job"), query)


def _read() -> Json:
    about = "A job, once it ended if so asked"
    return operation("read_job", about, data(ref("schemas", "Job")), [wait()])


def _events() -> Json:
    stream: Json = {"text/event-stream": {}}
    last = [in_header("Last-Event-ID")]
    made = operation("watch_job", "A job's history as it happens", stream, last)
    made["responses"]["204"] = {"description": "The job has ended, and you know all of it."}
    return made


def _items() -> Json:
    query = [in_query("state", TEXT), *paged(100)]
    return operation("list_items", "What a batch's calls came to", page("BatchItem"), query)


def _media() -> Json:
    query = [
        in_query("kind", {"type": "string", "enum": _RESULTS}),
        in_query("item", {"type": "integer", "minimum": 0, "maximum": 999}),
        in_query("redirect", YES_NO, "Say where the bytes are."),
        in_header("Range"),
        in_header("If-Range"),
    ]
    made = operation("read_result", "The bytes of a job's result", {"*/*": {}}, query, _FETCHED)
    made["responses"] |= {
        "206": made["responses"]["200"],
        "302": {"description": "Where the bytes are."},
        "4XX": ref("responses", "Refused4XX"),
    }
    return made


def _make_link() -> Json:
    properties: Json = {
        "expires_in": {"type": "integer", "minimum": 1, "maximum": 7 * 24 * 3600},
        "kind": {"type": "string", "enum": ["", *_RESULTS]},
        "item": {"type": "integer", "minimum": 0, "maximum": 999},
    }
    body = record(properties, *properties) | {"additionalProperties": False}
    link = data(ref("schemas", "Link"))
    made = operation("make_link", "A public link to the result", link, (), SENT, status=201)
    return made | sends({"application/json": {"schema": body}}, required=False)


def _submit() -> Json:
    body = record(
        {
            "items": {"type": "array", "items": {"type": "object"}, "minItems": 1, "maxItems": 100},
            "concurrency": {"type": "integer", "minimum": 1, "maximum": 10, "default": 4},
        },
        "concurrency",
    ) | {"additionalProperties": False}
    made = operation(
        "submit_batch",
        "Many calls at once",
        data(record({"job": ref("schemas", "Job")})),
        [in_header("Idempotency-Key")],
        SENT,
        status=202,
        headers=("X-Job-Id", "Link", "Idempotent-Replayed"),
    )
    return made | sends({"application/json": {"schema": body}})
