"""From a call to the request that goes upstream, everything but the secret. Pure."""

from __future__ import annotations

import hashlib
import hmac
import math
from dataclasses import replace

import msgspec
from django.conf import settings

from services import schema
from services.action import PART_NAME, Action, Call, Untouched, UpstreamRequest, shown
from services.errors import BadRequest
from services.service import Service

_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_STRING = msgspec.json.Decoder(str)


def build(
    service: Service,
    action: Action,
    call: Call,
    *,
    scope: str,
    within: float | None = None,
) -> UpstreamRequest:
    """The upstream request, without the secret. Raises BadRequest.

    `scope` is the org's uuid: what orgs must not share with each other is derived from it.
    `within`, in seconds, is what is left for it; without it the action's own deadline holds, and
    the caller's wish if that is shorter.
    """
    path, query = check(service, action, call)
    deadlines = service.limits(action)
    total = within or min(deadlines.total, call.wait or math.inf)
    headers = _headers(service, action, call, scope)
    once = headers.get("idempotency-key", "")
    body = _body(action, call)
    if action.idempotency == "request_id" and (once := _named(service, action, call, scope)):
        body = _with_request_id(body or b"{}", once)
    return UpstreamRequest(
        method=action.method,
        base_url=getattr(settings, service.base_urls[action.host]).rstrip("/"),
        path=path,
        query=query,
        headers=tuple(headers.items()),
        auth_header=service.auth_header,
        body=body,
        uploads=call.uploads,
        fields=_fields(call.raw) if action.request == "multipart" else (),
        multipart=action.request == "multipart",
        deadlines=deadlines if total == deadlines.total else replace(deadlines, total=total),
        shortened=call.wait is not None,
        response=action.response,
        repeatable=action.repeatable or (bool(once) and not call.once),
        once=once,
    )


def untouched(
    service: Service, action: Action, call: Call, given: Untouched, *, scope: str, shared: bool
) -> UpstreamRequest:
    """The upstream request of a vendor's own client, its bytes as they came.

    Where orgs share the account (`shared`), a `request_id` is replaced as in every call: theirs
    must not be each other's.
    """
    deadlines = service.limits(action)
    total = min(deadlines.total, call.wait or math.inf)
    headers, once, body = list(given.headers), "", given.body
    key = call.headers.get("idempotency-key", "") or call.once
    if key and action.idempotency == "header":
        once = derived(scope, service.slug, action.slug, key)
        headers.append(("idempotency-key", once))
    if shared and action.idempotency == "request_id" and _says_id(call):
        once = _named(service, action, call, scope)
        body = _with_request_id(body or b"{}", once)
    return UpstreamRequest(
        method=given.method,
        base_url=getattr(settings, service.base_urls[action.host]).rstrip("/"),
        path=given.path,
        written=given.query,
        headers=tuple(headers),
        auth_header=service.auth_header,
        body=body,
        uploads=(given.file,) if given.file else (),
        deadlines=deadlines if total == deadlines.total else replace(deadlines, total=total),
        shortened=call.wait is not None,
        response=action.response,
        repeatable=action.repeatable or (bool(once) and not call.once),
        once=once,
        untouched=True,
    )


def _says_id(call: Call) -> bool:
    return isinstance(call.body, dict) and bool(call.body.get("request_id"))


def check(service: Service, action: Action, call: Call) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The path and query of a call that is what the action takes. Raises BadRequest."""
    path, query = action.target(call.path_params), action.pairs(call.query)
    _fits(action, call)
    schema.check(service, action, call)
    return path, query


def _fits(action: Action, call: Call) -> None:
    """Refuse a body or files that the action does not take."""
    if action.request == "none" and (call.body or call.uploads):
        raise BadRequest(f"body: action '{action.slug}' takes no body.", code="unexpected_body")
    if action.request == "json" and call.uploads:
        names = ", ".join(shown(upload.field) for upload in call.uploads)
        raise BadRequest(f"{names}: action '{action.slug}' takes no files.", code="unexpected_file")
    if action.request == "multipart" and not isinstance(call.body or {}, dict):
        raise BadRequest("body: must be an object of form fields.", code="schema_violation")
    if action.request == "binary" and (len(call.uploads) != 1 or call.body):
        raise BadRequest(
            f"Action '{action.slug}' takes exactly one file, and no body beside it.",
            code="one_file_expected",
        )


def _body(action: Action, call: Call) -> bytes | None:
    return (call.raw or b"{}") if action.request == "json" else None


def _fields(raw: bytes) -> tuple[tuple[str, str], ...]:
    """A JSON object as form fields: a list of plain values repeats its name, the rest is JSON."""
    members = _OBJECT.decode(raw or b"{}").items()
    for name, _ in members:
        if not PART_NAME.fullmatch(name):
            raise BadRequest(f"body: {shown(name)} cannot name a form field.", code="bad_field")
    return tuple((name, text) for name, part in members for text in _texts(bytes(part)))


def _texts(part: bytes) -> list[str]:
    items = [bytes(item) for item in _LIST.decode(part)] if part.startswith(b"[") else [part]
    if any(item.startswith((b"[", b"{")) for item in items):
        items = [part]
    return [_text(item) for item in items if item != b"null"]


def _text(part: bytes) -> str:
    """A text by itself, anything else as the caller wrote it: `1.10` stays `1.10`."""
    return _STRING.decode(part) if part.startswith(b'"') else part.decode()


def _headers(service: Service, action: Action, call: Call, scope: str) -> dict[str, str]:
    passed = dict(call.headers)
    key = passed.pop("idempotency-key", "") or call.once
    if key and action.idempotency == "header":
        passed["idempotency-key"] = derived(scope, service.slug, action.slug, key)
    if action.session:
        passed["authorization"] = f"Bearer {_session(passed)}"
    if action.request == "json":
        passed["content-type"] = "application/json"
    return passed


def _session(passed: dict[str, str]) -> str:
    token = passed.pop("x-session-token", "")
    if not token or " " in token:
        raise BadRequest("headers.X-Session-Token: a session's token is needed.")
    return token


def _named(service: Service, action: Action, call: Call, scope: str) -> str:
    """The `request_id` that goes upstream, derived from the caller's own where there is one."""
    given = call.body.get("request_id") if isinstance(call.body, dict) else None
    if given:
        return derived(scope, service.slug, action.slug, "request_id", str(given))
    key = call.headers.get("idempotency-key", "") or call.once
    return derived(scope, service.slug, action.slug, key) if key else ""


def _with_request_id(raw: bytes, name: str) -> bytes:
    """The body with this `request_id`; every other value stays as the caller wrote it."""
    members = _OBJECT.decode(raw) | {"request_id": msgspec.Raw(msgspec.json.encode(name))}
    return msgspec.json.encode(members)


def derived(*parts: str) -> str:
    """The key that goes upstream: orgs that share one vendor account must not share keys."""
    secret = settings.SECRET_KEY.encode()
    return hmac.new(secret, "\0".join(parts).encode(), hashlib.sha256).hexdigest()
