"""A job's results, streamed from wherever they lie now: the link that lasts."""

from __future__ import annotations

import mimetypes
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from jobs.models import Job
from services import bulkhead, catalogue, headers, outcome, respond, upstream
from services.action import Deadlines
from services.errors import BadRequest, UpstreamFailed
from services.following import results
from services.following.door import Visit, route
from services.following.finding import find
from services.following.results import KINDS, MAX_ITEM, Wanted
from services.gate import gate

LIMITS = Deadlines(answer=30.0, idle=60.0, total=3600.0)  # people watch, stop, and go on
_PASSED = (
    "content-type", "content-disposition", "content-range", "content-length", "accept-ranges",
    "etag", "last-modified",
)  # fmt: skip
_RANGE = {"HTTP_RANGE": "range", "HTTP_IF_RANGE": "if-range"}
_UNTYPED = ("", "application/octet-stream", "binary/octet-stream")
_OLD = (401, 403, 404, 410)  # what hosts of files say of a URL that has ended


async def _read(visit: Visit) -> HttpResponseBase:
    given = visit.query("kind", "item", "redirect")
    job = await find(visit.caller, visit.named["job"])
    catalogue.find_service(job.service, visit.caller.org.policy(job.service))
    response = await deliver(
        visit.request, visit.caller.org.slug, job, wanted(given), given.get("redirect") == "1"
    )
    for name, value in visit.left.items():
        response.headers[name] = value
    return response


def wanted(given: Mapping[str, Any]) -> Wanted:
    """The result that a query or a body names. Raises BadRequest."""
    kind, item = given.get("kind", ""), given.get("item", 0)
    if not isinstance(kind, str) or (kind and kind not in KINDS):
        raise BadRequest(f"kind: must be one of {', '.join(KINDS)}.", code="bad_query_param")
    text = str(item)
    if isinstance(item, bool) or not (text.isascii() and text.isdigit()) or len(text) > 3:
        raise BadRequest(f"item: must be a whole number up to {MAX_ITEM}.", code="bad_query_param")
    return Wanted(kind, int(text))


async def deliver(
    request: HttpRequest, org: str, job: Job, which: Wanted, redirect: bool = False
) -> HttpResponseBase:
    """The result's bytes, or the part that was asked for, or where they are. Raises ProxyError."""
    leave = bulkhead.beside(org, "media")
    try:
        if results.is_behind(job):
            answer = await results.opened(job, which, _part(request))
            return await _passed_on(request, job, "", answer, leave)
        url, asked = await results.locate(job, which)
        if redirect:
            upstream.located(url, (), LIMITS)
            leave()
            return HttpResponse(status=302, headers={"Location": url, "Content-Type": "text/plain"})
        answer = await _sent(request, url)
        if answer.status in _OLD and not asked:
            await answer.aclose()
            url, _ = await results.locate(job, which, renew=True)
            answer = await _sent(request, url)
        return await _passed_on(request, job, url, answer, leave)
    except BaseException:
        leave()
        raise


def _part(request: HttpRequest) -> dict[str, str]:
    """The headers that ask for a part. Raises BadRequest."""
    asked = {name: request.META[key] for key, name in _RANGE.items() if key in request.META}
    return headers.from_caller(asked, asked)[0]


async def _sent(request: HttpRequest, url: str) -> upstream.Answer:
    part = _part(request)
    try:
        return await upstream.send(upstream.located(url, tuple(part.items()), LIMITS), secret=None)
    except BadRequest:
        raise UpstreamFailed(code="upstream_bad_answer") from None  # the vendor's URL is none


async def _passed_on(
    request: HttpRequest, job: Job, url: str, answer: upstream.Answer, leave: Callable[[], None]
) -> HttpResponseBase:
    try:
        told = _headers(url, answer)
        if answer.status not in (200, 206):
            raise _failure(job, answer)
        if int(told.get("content-length", "0")) > settings.MAX_MEDIA_BYTES:
            raise UpstreamFailed(code="upstream_too_large")
        kind = told.pop("content-type")
        if request.method == "HEAD":
            await answer.aclose()
            leave()
            return HttpResponse(content_type=kind, status=answer.status, headers=told)
    except BaseException:
        await answer.aclose()
        raise
    answer.then(leave)
    answer.then(gate.aside())  # viewers pause for as long as they like
    return Bounded(answer, content_type=kind, status=answer.status, headers=told)


class Bounded(respond.Stream):
    """A result on its way; one that never ends is cut off, so that it shows."""

    async def _flow(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in super()._flow():
            size += len(chunk)
            if size > settings.MAX_MEDIA_BYTES:
                raise UpstreamFailed(code="upstream_too_large")
            yield chunk


def _headers(url: str, answer: upstream.Answer) -> dict[str, str]:
    """What the host of the file may say of it, in lower case, and how long it may be kept."""
    given = headers.to_caller(answer.headers, ())
    told = {name: given[name] for name in _PASSED if name in given}
    if not told.get("content-length", "0").isdecimal():
        del told["content-length"]
    if told.get("content-type", "").partition(";")[0].strip().lower() in _UNTYPED:
        told["content-type"] = _guessed(url)
    told.setdefault("accept-ranges", "bytes")
    told.setdefault("content-disposition", "inline")
    told["cache-control"] = "private, no-cache"
    return told


def _guessed(url: str) -> str:
    kind = mimetypes.guess_type(urlsplit(url).path)[0] or ""
    shown = kind.startswith(("video/", "audio/", "image/")) and "svg" not in kind
    return kind if shown else "application/octet-stream"


def _failure(job: Job, answer: upstream.Answer) -> UpstreamFailed:
    """The host's refusal; its words are about its own URLs, and stay here."""
    if answer.status in (401, 403):
        return UpstreamFailed()
    service = catalogue.known(job.service)
    assert service is not None
    told = headers.unsatisfied(answer.headers, ()) if answer.status == 416 else {}
    return outcome.failure(service, outcome.Told(answer.status, told, b""))


media = route(by_ticket=True, GET=_read, HEAD=_read)
