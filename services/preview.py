"""A dry run: the request that a call would send, told instead of sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import msgspec

from credentials.vault import Source
from services import answers, threads, upstream
from services.action import Action, UpstreamRequest
from services.errors import BadRequest
from services.exchange import Reply
from services.invocation import Invocation, moves_on, unused
from services.outgoing import build
from services.rehearsal import refuse_unpaid, rehearse, rehearsed
from services.service import Plan
from services.steps import filled, told
from services.walk import called

MASK = "***"
_WORDS = {"true": True, "false": False}
_IN_PROCESS = "Answered in process: nothing would be sent, and nothing charged."
_KEPT = "An equal call's answer may be kept; then nothing is sent."
_MOVES_ON = "If the vendor says that this API is gone, its new one is called."
_PAGED = "Further pages are asked for as long as there are any."
_NONE: dict[str, Any] = {
    "method": None,
    "url": None,
    "headers": {},
    "request_mode": None,
    "body": None,
}


@dataclass(frozen=True, slots=True)
class Told:
    """What would become of a call; `notes` are its translation's, `hints` the dry run's own."""

    would_be: Literal["sent", "translated", "rehearsed"]
    requests: tuple[dict[str, Any], ...] = ()
    notes: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


def wanted(meta: Mapping[str, str]) -> bool:
    """Whether `X-Dry-Run` asks for this. Raises BadRequest for a word that could mean either."""
    given = meta.get("HTTP_X_DRY_RUN")
    if given is None:
        return False
    if given.lower() not in _WORDS:
        raise BadRequest("X-Dry-Run must be true or false.", code="bad_header")
    return _WORDS[given.lower()]


async def preview(invocation: Invocation, request: UpstreamRequest | None, source: Source) -> Reply:
    """What this call would send; `request` is None when a translation is to be sent instead.

    Raises what the call itself would raise before anything is sent.
    """
    size = len(invocation.call.raw)
    told = await threads.run(_told, invocation, request, size=size)
    content = await threads.run(_encoded, invocation, told, source, size=size)
    return Reply(200, content, notes=told.notes)


def _told(invocation: Invocation, request: UpstreamRequest | None) -> Told:
    if rehearsed(invocation):
        return Told("rehearsed", hints=(_IN_PROCESS,))
    kept = (_KEPT,) if invocation.action.ttl else ()
    if request is None:
        return _translated(invocation, kept)
    refuse_unpaid(invocation)
    later = moves_on(invocation) and invocation.action.slug in invocation.service.translations
    hints = (*kept, _MOVES_ON) if later else kept
    return Told("sent", (_shown(invocation, invocation.action, request),), hints=hints)


def _translated(invocation: Invocation, hints: tuple[str, ...]) -> Told:
    """The steps of a plan; what one waits for from another is told in words."""
    plan = invocation.service.translations[invocation.action.slug].plan(invocation.call)
    if plan.test:
        rehearse(invocation)
        return Told("rehearsed", notes=plan.notes, hints=(_IN_PROCESS,))
    paged = any(step.paged for step in plan.steps)
    hints = (*hints, _PAGED) if paged else hints
    return Told("translated", tuple(_steps(invocation, plan)), plan.notes, hints)


def _steps(invocation: Invocation, plan: Plan) -> list[dict[str, Any]]:
    service, scope = invocation.service, str(invocation.caller.org.id)
    found = []
    for number, step in enumerate(plan.steps):
        action = service.by_slug[step.action]
        call = called(filled(step, told), invocation.call, number)
        request = build(service, action, call, scope=scope)
        found.append(_shown(invocation, action, request))
    return found


def _shown(invocation: Invocation, action: Action, request: UpstreamRequest) -> dict[str, Any]:
    """The request as it goes out, but for its secret and what the HTTP client adds by itself."""
    if invocation.call.once and request.once:
        request = _unnamed(request)
    return {
        "method": request.method,
        "url": str(upstream.target(request)),
        "headers": _headers(action, request),
        "request_mode": action.request_mode,
        "body": _body(action, request),
    }


def _unnamed(request: UpstreamRequest) -> UpstreamRequest:
    """Without the name that every call gets anew."""
    headers = tuple((name, text.replace(request.once, MASK)) for name, text in request.headers)
    body = request.body and request.body.replace(request.once.encode(), MASK.encode())
    return replace(request, headers=headers, body=body)


def _headers(action: Action, request: UpstreamRequest) -> dict[str, str]:
    shown = {"user-agent": upstream.AGENT, **dict(request.headers)}
    if action.session:
        shown["authorization"] = f"Bearer {MASK}"
    else:
        shown[request.auth_header] = MASK
    if request.multipart:
        shown["content-type"] = "multipart/form-data"
    elif request.uploads and (kind := request.uploads[0].content_type):
        shown["content-type"] = kind
    return shown


def _body(action: Action, request: UpstreamRequest) -> Any:
    """JSON as it was written; of files, and of a form's parts, what they are."""
    files = [
        {
            "name": upload.field,
            "filename": upload.filename,
            "content_type": upload.content_type,
            "size": upload.size,
        }
        for upload in request.uploads
    ]
    if request.multipart:
        return [{"name": name, "value": value} for name, value in request.fields] + files
    if files:
        return files[0]
    return None if request.body is None else msgspec.Raw(request.body)


def _encoded(invocation: Invocation, told: Told, source: Source) -> bytes:
    """The answer, without the caller's own key if the call holds it; the secret was never here."""
    first, *others = told.requests or (_NONE,)
    data = {
        "would_be": told.would_be,
        **first,
        "then": others,
        "credential_source": source,
        "notes": [*invocation.call.notes, *unused(invocation), *told.notes, *told.hints],
    }
    return answers.redact(msgspec.json.encode({"data": data}), (invocation.key,))
