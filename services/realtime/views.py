"""The realtime avatar over HTTP: one task a request, and the list of what is open."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from credentials import vault
from jobs import database, sessions
from jobs.models import LiveSession
from services import body, bulkhead, catalogue, envelope, errand, preview
from services.action import Call, shown
from services.errors import BadRequest, Unavailable, UnsupportedMedia
from services.following import showing
from services.following.door import Visit, route
from services.gate import gate
from services.realtime import asking, speaking, tasks, vendors
from services.realtime.asking import Wish
from services.realtime.tasks import Order
from services.recording import keys

_STREAMS = {"text/plain": speaking.plain, "application/x-ndjson": speaking.lines}
_QUERY = ("task_type", "session_id", "reuse_session", "conversation")
_LOOKS = ("avatar_name", "voice_id", "quality")  # which session is reused


async def _task(visit: Visit) -> HttpResponseBase:
    """Carry out the task that the request asks for."""
    request = visit.request
    catalogue.find_service(vendors.HEYGEN, visit.caller.org.policy(vendors.HEYGEN))
    if preview.wanted(request.META):
        raise BadRequest("X-Dry-Run: only single calls can be tried.", code="no_dry_run")
    if not vault.ring():
        raise Unavailable("The service is sealed.", code="sealed")
    given = errand.asking(request, visit.caller)
    key = keys.named(request.META, Call()).headers.get(keys.NAME, "")
    kind = (request.content_type or "").lower()
    if kind in _STREAMS:
        wish = asking.streamed(visit.query(*_QUERY, *_LOOKS))
        texts = _STREAMS[kind](_pieces(request))
        leave, back = bulkhead.beside(visit.caller.org.slug, "speak"), gate.aside()
        try:
            told = await tasks.carry_out(Order(given, wish, key, texts))
        finally:
            back()
            leave()
    else:
        wish = await _read(visit, kind)
        told = await tasks.carry_out(Order(given, wish, key))
    return visit.answer({"data": {"task_type": wish.task, "task_response_json": told}})


async def _list(visit: Visit) -> HttpResponseBase:
    """The org's open sessions, as far as the key may start such."""
    visit.query()
    caller = visit.caller
    catalogue.find_service(vendors.HEYGEN, caller.org.policy(vendors.HEYGEN))
    services = [name for name, action in vendors.STARTS.items() if caller.may(name, action)]
    rows = await database.run(sessions.listed, caller.org.id, services)
    return visit.answer({"data": [_shown(row) for row in rows]})


def _shown(row: LiveSession) -> dict[str, Any]:
    return {
        "session_id": row.upstream_id,
        "service": row.service,
        "state": row.state,
        "conversation": row.conversation,
        "opened_at": showing.moment(row.opened_at),
        "used_at": showing.moment(row.used_at),
    }


async def _read(visit: Visit, kind: str) -> Wish:
    if kind and kind != "application/json":
        known = "application/json, text/plain and application/x-ndjson"
        raise UnsupportedMedia(f"A task comes as {known}, not as {shown(kind)}.")
    visit.query()
    envelope.require_json(visit.request)
    return asking.read(await body.read(visit.request, settings.MAX_JSON_BYTES))


def _pieces(request: HttpRequest) -> AsyncIterator[bytes]:
    """The body as it comes, however slowly, for as long as a session may live."""
    return body.trickle(request, settings.MAX_JSON_BYTES, seconds=settings.REALTIME_MAX_SECONDS)


realtime = route(GET=_list, POST=_task)
