"""Jobs over HTTP: the list, one with its history, waiting for its end, its events as they come."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.dateparse import parse_datetime

from credentials.auth import Caller
from jobs import database, tracking
from jobs.models import Job, JobEvent
from services import access, bulkhead, paging
from services.errors import BadRequest, ProxyError
from services.following import showing
from services.following.door import Visit, route
from services.following.finding import ended, find, history, visible
from services.following.hub import hub
from services.response import Response

MAX_WAIT = 60  # seconds of one long poll
MAX_PAGE = 200
HEARTBEAT = 15.0  # seconds between signs of life on a silent stream
LONGEST = 3600.0  # seconds of one stream; who wants more asks again
_ORDER = ("-created_at", "-id")
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


async def _list(visit: Visit) -> HttpResponseBase:
    asked = visit.query("service", "action", "status", "kind", "created_after", "limit", "cursor")
    limit = _whole(asked.get("limit", "50"), "limit", 1, MAX_PAGE)
    wish = paging.Wish(f"jobs:{visit.caller.org.id}", limit, asked.get("cursor", ""))
    found = await database.run(_page, visit, asked, wish)
    shown = [showing.summary(job, visit.caller.org.slug) for job in found.rows]
    more = found.cursor is not None
    return visit.answer({"data": shown, "has_more": more, "next_cursor": found.cursor})


def _page(visit: Visit, asked: dict[str, str], wish: paging.Wish) -> paging.Page[Job]:
    rows = visible(visit.caller).defer("answer")
    for name in ("service", "action", "kind"):
        rows = rows.filter(**{name: asked[name]}) if name in asked else rows
    if "status" in asked:
        rows = rows.filter(status__in=_statuses(asked["status"]))
    if "created_after" in asked:
        rows = rows.filter(created_at__gt=_moment(asked["created_after"]))
    return paging.page(rows, _ORDER, wish)


def _statuses(text: str) -> list[str]:
    known = list(Job.Status.values)
    given = text.split(",")
    if not set(given) <= set(known):
        raise BadRequest(f"status: known are {', '.join(known)}.", code="bad_query_param")
    return given


def _moment(text: str) -> datetime:
    try:
        at = parse_datetime(text.replace(" ", "+"))  # a plus that the query's encoding ate
    except ValueError:
        at = None
    if at is None:
        raise BadRequest("created_after: must be a time of RFC 3339.", code="bad_query_param")
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _whole(text: str, name: str, least: int, most: int) -> int:
    if not _NUMBER.fullmatch(text) or not least <= int(text) <= most:
        raise BadRequest(
            f"{name}: must be a whole number from {least} to {most}.", code="bad_query_param"
        )
    return int(text)


async def _read(visit: Visit) -> HttpResponseBase:
    seconds = _whole(visit.query("wait").get("wait", "0"), "wait", 0, MAX_WAIT)
    job = await find(visit.caller, visit.named["job"])
    if seconds and not job.ended:
        job = await ended(visit.caller, job, seconds)
    return await _shown(visit, job)


async def _shown(visit: Visit, job: Job) -> Response:
    told = showing.detail(job, visit.caller.org.slug, await history(job))
    return visit.answer({"data": told})


async def _stop(visit: Visit) -> HttpResponseBase:
    """No more looks; what the vendor has begun, it finishes, and charges."""
    visit.query()
    job = await find(visit.caller, visit.named["job"])
    return await _shown(visit, await database.run(tracking.stop, job.id))


async def _watch(visit: Visit) -> HttpResponseBase:
    visit.query()
    last = visit.request.META.get("HTTP_LAST_EVENT_ID", "0")
    known = int(last) if _NUMBER.fullmatch(last) else 0
    job = await find(visit.caller, visit.named["job"])
    if job.ended and known >= job.last_event:
        return Response(b"", status=204, headers=visit.left)  # which ends a browser's asking
    leave = bulkhead.beside(visit.caller.org.slug, "watch")
    return Events(visit.caller, job, known, leave, headers=visit.left)


class Events(StreamingHttpResponse):
    """A job's history as server-sent events, from the line after `known` to its end.

    https://html.spec.whatwg.org/multipage/server-sent-events.html
    """

    left = LONGEST

    def __init__(
        self, caller: Caller, job: Job, known: int, leave: Callable[[], None], headers: Any
    ) -> None:
        self._caller, self._job, self._known, self._leave = caller, job, known, leave
        super().__init__(
            self._flow(),
            content_type="text/event-stream",
            headers={**headers, "X-Accel-Buffering": "no"},
        )

    async def _flow(self) -> AsyncIterator[bytes]:
        try:
            yield b"retry: 2000\n\n"
            known = self._known
            news = [event for event in await history(self._job) if event.number > known]
            until = time.monotonic() + LONGEST
            while time.monotonic() < until:
                for event in news:
                    yield _event(event)
                if self._job.ended or any(event.type in Job.TERMINAL for event in news):
                    return
                known = news[-1].number if news else known
                found = await hub.news(self._job.id, known, HEARTBEAT)
                if found is None or hub.leaving():
                    return  # there is no such job any more; or another worker goes on
                news = list(found)
                if not news:
                    yield b": still there\n\n"
                elif not await self._may():
                    return
        finally:
            self._leave()

    async def _may(self) -> bool:
        """Whether the key that came in works still: what is new is for no other."""
        try:
            await access.again(self._caller)
            return True
        except ProxyError:
            return False

    async def aclose(self) -> None:
        self._leave()

    def close(self) -> None:
        super().close()
        self._leave()


def _event(event: JobEvent) -> bytes:
    told = {"job": str(event.job_id), **showing.line(event)}
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (
        event.number,
        event.type.encode(),
        msgspec.json.encode(told),
    )


jobs = route(by_ticket=True, GET=_list)
job = route(by_ticket=True, GET=_read, DELETE=_stop)
events = route(by_ticket=True, GET=_watch)
