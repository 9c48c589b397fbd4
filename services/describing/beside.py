"""What calls a vendor beside the actions' own paths, and what lets others do so: as paths. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from services.action import Action
from services.describing.hints import tool_name
from services.describing.operations import REFUSALS, ref, refusals
from services.describing.shapes import Json
from services.describing.wording import (
    MAYBE,
    READS,
    TEXT,
    TIME,
    UUID,
    answer,
    as_json,
    data,
    in_header,
    in_path,
    in_query,
    operation,
    record,
    sends,
    wait,
)
from services.service import Service

METHODS = ("get", "post", "put", "patch", "delete")
CALLED = (
    "X-Credential-Source", "X-Contract-Notes", "X-Job-Id", "Link", "X-Test-Mode",
    "Idempotent-Replayed", "X-Recorded", "Preference-Applied",
)  # fmt: skip
_BINARY: Json = {"type": "string", "contentMediaType": "application/octet-stream"}
_LOOKS = ("avatar_name", "voice_id", "conversation")
_TASKS = (
    "create_session", "start_session", "submit_ice_candidate", "repeat", "talk", "interrupt",
    "keep_alive", "close_session",
)  # fmt: skip
_VALUE: Json = {"type": ["string", "integer"]}
_PINNED: Json = {
    "type": "object",
    "maxProperties": 8,
    "additionalProperties": {
        "anyOf": [_VALUE, {"type": "array", "minItems": 1, "maxItems": 20, "items": _VALUE}]
    },
}
_PATTERN = "^[A-Za-z0-9*][A-Za-z0-9_*-]{0,62}:[A-Za-z0-9_*-]{1,63}$"
_WISH: Json = {
    "origin": {"type": "string", "description": "Whose pages may use it."},
    "actions": {
        "type": "array",
        "minItems": 1,
        "maxItems": 20,
        "items": {"type": "string", "pattern": _PATTERN},
        "description": "As `SERVICE:ACTION`; `*` stands for any characters.",
    },
    "path_params": _PINNED,
    "query": _PINNED,
    "calls": {"type": "integer", "minimum": 1, "maximum": 100_000},
    "end_user": {"type": "string", "pattern": "^[!-~]{1,64}$"},
    "expires_in": {"type": "integer", "minimum": 1, "maximum": 3600, "default": 300},
    "jobs": {"type": "array", "maxItems": 10, "items": UUID},
}
_VALUES: Json = {"type": "object", "additionalProperties": {"type": "array", "items": TEXT}}
_TICKET = record(
    {
        "ticket": {"type": "string", "pattern": "^aipt_", "maxLength": 1000},
        "id": UUID,
        "expires_at": TIME,
        "origin": TEXT,
        "actions": {"type": "array", "items": TEXT},
        "path_params": _VALUES,
        "query": _VALUES,
        "calls": {"type": ["integer", "null"]},
        "end_user": MAYBE,
        "jobs": {"type": "array", "items": UUID},
    }
)
_ASSET = record(
    {
        "asset_id": TEXT,
        "url": MAYBE,
        "mime_type": MAYBE,
        "size_bytes": {"type": ["integer", "null"]},
        "status": MAYBE,
    }
)
_SESSION = record(
    {
        "session_id": TEXT,
        "service": {"enum": ["heygen", "liveavatar"]},
        "state": {"enum": ["open", "started"]},
        "conversation": TEXT,
        "opened_at": TIME,
        "used_at": TIME,
    }
)
_APPROVAL = record(
    {
        "id": UUID,
        "status": {"enum": ["pending", "approved", "refused", "expired"]},
        "service": TEXT,
        "action": TEXT,
        "units": {"type": "integer", "description": "Paid pieces of the call."},
        "expires_at": TIME,
        "links": {"type": "object", "additionalProperties": TEXT},
    }
)
SCHEMAS: Json = {
    "Ticket": _TICKET, "Asset": _ASSET, "RealtimeSession": _SESSION, "Approval": _APPROVAL,
}  # fmt: skip


def tools(service: Service, actions: Sequence[Action]) -> Json:
    """These actions, called with flat arguments."""
    names = [tool_name(service.slug, action.slug) for action in actions]
    made = _called("use_tool", "Call an action with a tool's flat arguments")
    made |= sends(as_json({"type": "object"}), required=False)
    named = in_path("name", {"type": "string", "enum": names})
    return {"tools/{name}/": {"parameters": [named], "post": made}}


def passthrough(service: Service) -> Json:
    """One path for all of the vendor's own, which may hold slashes; `HEAD` is as `GET`."""
    item: Json = {"parameters": [in_path("path", {"type": "string", "minLength": 1})]}
    for method in METHODS:
        item[method] = _passed(service, method)
    return {"passthrough/{path}": item}


def _passed(service: Service, method: str) -> Json:
    name = service.display_name
    bytes_: Json = {"*/*": {"schema": {}}}
    summary = f"{method.upper()} one of {name}'s own paths"
    made = operation(f"passthrough_{method}", summary, bytes_, (), (), headers=CALLED)
    told = answer(f"{name}'s answer as it came.", bytes_, CALLED)
    failed = answer(f"{name}'s own failure; the service's in its form.", bytes_, ["X-Error-Origin"])
    made["responses"] = {"2XX": told, "4XX": failed, "5XX": failed}
    made["description"] = (
        f"For {name}'s own clients, which need another base URL: path, query, body and answer are "
        f"{name}'s. `path` is its whole path, slashes and all. The key may come as "
        f"`{service.auth_header}` too."
    )
    return (
        made
        if method in ("get", "delete")
        else made | sends({"*/*": {"schema": _BINARY}}, required=False)
    )


def uploads(service: Service, actions: Sequence[Action]) -> Json:
    """The upload of a file, for a key that may call the actions of one way at least."""
    assets, slugs = service.assets, {action.slug for action in actions}
    if assets is None:
        return {}
    ways = ({assets.simple}, {assets.old}, {assets.reserve, assets.complete})
    return {"assets/": {"post": _upload()}} if any(way <= slugs for way in ways) else {}


def _upload() -> Json:
    parameters = [
        in_query("filename", TEXT, "What the file is called, whatever else says so."),
        *map(in_header, ("X-Filename", "Prefer", "X-Request-Id", "Idempotency-Key")),
    ]
    content = data(ref("schemas", "Asset"))
    told = ("X-Credential-Source", "Idempotent-Replayed", "X-Recorded", "X-Contract-Notes")
    made = operation("upload_file", "A file of any size", content, parameters, headers=told)
    job = data(record({"job": ref("schemas", "Job")}))
    linked = ("X-Job-Id", "Link", "Idempotent-Replayed")
    made["responses"] |= {"202": answer("The job that sends it.", job, linked), **_failures()}
    form: Json = {"type": "object", "properties": {"file": _BINARY}, "required": ["file"]}
    raw = ("application/octet-stream", "*/*")
    bodies: Json = {"multipart/form-data": {"schema": form}}
    return made | sends(bodies | {kind: {"schema": _BINARY} for kind in raw})


def realtime(*, invokes: bool) -> Json:
    """The realtime avatar: its open sessions, and its tasks."""
    rows = data({"type": "array", "items": ref("schemas", "RealtimeSession")})
    item: Json = {"get": operation("list_realtime", "The open sessions with avatars", rows)}
    return {"realtime-avatar/": item | ({"post": _task()} if invokes else {})}


def _task() -> Json:
    task: Json = {"type": "string", "enum": list(_TASKS)}
    options: Json = {name: {"type": "string", "maxLength": 128} for name in _LOOKS} | {
        "quality": {"type": "string", "enum": ["low", "medium", "high"], "default": "medium"},
        "reuse_session": {"type": "boolean", "default": False},
        "input_stream": {"type": "boolean", "default": False},
    }
    fields: Json = {
        "task_type": task,
        "session_id": {"type": "string", "maxLength": 255},
        "text": {"type": "string", "maxLength": 100_000},
        "end_of_text": {"type": "boolean"},
        "sdp": {"type": "object"},
        "candidate": {"type": "object"},
        **options,
        "options": {"type": "object", "properties": options, "additionalProperties": False},
    }
    optional = [name for name in fields if name != "task_type"]
    body = record(fields, *optional) | {"additionalProperties": False}
    told = data(record({"task_type": task, "task_response_json": {"type": "object"}}))
    query = [
        in_query(name, TEXT, "With text as the body; else it stands there.")
        for name in ("task_type", "session_id", "reuse_session", "quality", *_LOOKS)
    ]
    made = operation("realtime_task", "One task of a session with an avatar", told, query)
    made["parameters"].append(in_header("Idempotency-Key"))
    made["responses"] |= _failures()
    text: Json = {"schema": TEXT}
    return made | sends({**as_json(body), "text/plain": text, "application/x-ndjson": text})


def tickets() -> Json:
    """What makes a token for a page."""
    optional = [name for name in _WISH if name not in ("origin", "actions")]
    body = record(_WISH, *optional) | {"additionalProperties": False}
    refused = (*READS, 408, 413, 415)
    about = "A short-lived token for a page, with a server key"
    made = operation("make_ticket", about, data(ref("schemas", "Ticket")), (), refused, status=201)
    return {"tickets/": {"post": made | sends(as_json(body))}}


def approvals() -> Json:
    """How a call stands that waits for a person, and the call once it is approved."""
    named = [in_path("approval", UUID)]
    about = "How a call stands that waits for a person"
    read = operation("read_approval", about, data(ref("schemas", "Approval")), [wait()])
    call = _called("make_approved_call", "Make the call that a person approved, once")
    return {
        "approvals/{approval}/": {"parameters": named, "get": read},
        "approvals/{approval}/call/": {"parameters": named, "post": call},
    }


def _called(name: str, summary: str) -> Json:
    """An operation that answers and fails as any of the actions may."""
    parameters = [in_header(each) for each in ("Prefer", "X-Request-Id", "Idempotency-Key")]
    content = {**data({}), "*/*": {}}
    made = operation(name, summary, content, parameters, headers=CALLED)
    good = made["responses"]["200"]
    made["responses"] |= {"201": good, "202": good, "206": good, **_failures()}
    return made


def _failures() -> Json:
    return refusals(*REFUSALS, 410) | {"4XX": ref("responses", "Refused4XX")}
