"""Public links to a job's result, for viewers without a key: signed, for one result, for a time.

A token is, in base64url: the job's id (16 bytes), when it was made and when it ends (6 bytes each,
milliseconds), the kind and the item of the result (1 and 2 bytes), and the first 24 bytes of an
HMAC-SHA256 of all that. Its key is made of `SECRET_KEY` for this one purpose.
"""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import hmac
import logging
import time
import uuid
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from credentials.directory import OrgRecord, directory
from credentials.errors import DirectoryUnavailable
from jobs import database
from jobs.models import Job
from services import access, body, rates, respond, strict
from services.errors import BadRequest, MethodNotAllowed, NotFound, ProxyError, Unavailable
from services.following import media, showing
from services.following.door import Visit, route
from services.following.finding import find
from services.following.results import KINDS, Wanted

logger = logging.getLogger("ai_proxy")
LONGEST = 7 * 24 * 3600  # seconds that a link may work
USUAL = 24 * 3600
MAX_BODY = 4096
_NAMES = ("", *KINDS)
_MAC = 24
_SIZE = 16 + 6 + 6 + 1 + 2
_ANYWHERE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Range, Content-Length, Accept-Ranges, X-Request-Id",
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "Range, If-Range",
    "Access-Control-Max-Age": "600",
}


@dataclass(frozen=True, slots=True)
class Link:
    """What a token says; times in milliseconds since 1970."""

    job: uuid.UUID
    made: int
    ends: int
    which: Wanted


def sign(link: Link) -> str:
    """The token of a link."""
    head = b"".join(
        (
            link.job.bytes,
            link.made.to_bytes(6, "big"),
            link.ends.to_bytes(6, "big"),
            bytes((_NAMES.index(link.which.kind),)),
            link.which.item.to_bytes(2, "big"),
        )
    )
    return base64.urlsafe_b64encode(head + _mac(head)).decode().rstrip("=")


def read(token: str) -> Link | None:
    """What a token says; None for one that was not made here, or has ended."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    head, mac = raw[:_SIZE], raw[_SIZE:]
    if not hmac.compare_digest(mac, _mac(head)) or head[28] >= len(_NAMES):
        return None
    made, ends = (int.from_bytes(head[at : at + 6], "big") for at in (16, 22))
    if ends <= time.time() * 1000:
        return None
    which = Wanted(_NAMES[head[28]], int.from_bytes(head[29:31], "big"))
    return Link(uuid.UUID(bytes=head[:16]), made, ends, which)


def _mac(head: bytes) -> bytes:
    return hmac.digest(_key(settings.SECRET_KEY), head, hashlib.sha256)[:_MAC]


@functools.lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"ai-proxy: public links to results, 1", hashlib.sha256)


async def _make(visit: Visit) -> HttpResponseBase:
    visit.query()
    seconds, which = await _asked(visit.request)
    job = await find(visit.caller, visit.named["job"])
    return visit.answer({"data": made(visit.request, job, seconds, which)}, status=201)


def made(request: HttpRequest, job: Job, seconds: int, which: Wanted) -> dict[str, Any]:
    """A new link to a job's result, as callers are told of it. Raises NotFound."""
    if job.kind != Job.Kind.VENDOR:
        raise NotFound("The job has no such result.", code="no_result")
    now = int(time.time() * 1000)
    link = Link(job.id, now, now + seconds * 1000, which)
    path = f"/api/ai-proxy/media/{sign(link)}"
    base = settings.PUBLIC_URL.rstrip("/")
    url = f"{base}{path}" if base else request.build_absolute_uri(path)
    ends = showing.moment(datetime.fromtimestamp(link.ends / 1000, UTC))
    return {"url": url, "expires_at": ends, "kind": which.kind or None, "item": which.item}


async def _asked(request: HttpRequest) -> tuple[int, Wanted]:
    raw = await body.read(request, MAX_BODY)
    given = strict.loads(raw, what="The request body", depth=4) if raw.strip() else {}
    if not isinstance(given, dict):
        raise BadRequest("The request body must be a JSON object.", code="bad_envelope")
    for name in given:
        if name not in ("expires_in", "kind", "item"):
            raise BadRequest("Known are expires_in, kind and item.", code="unknown_field")
    seconds = given.get("expires_in", USUAL)
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 1 <= seconds <= LONGEST:
        raise BadRequest(
            f"expires_in: must be a whole number of seconds, from 1 to {LONGEST}.",
            code="schema_violation",
        )
    return seconds, media.wanted(given)


async def _void(visit: Visit) -> HttpResponseBase:
    """All links that were made of this job so far work no more."""
    visit.query()
    job = await find(visit.caller, visit.named["job"])
    job.links_after = timezone.now()
    await database.run(job.save, update_fields=["links_after"])
    return visit.answer({"data": None})


Read = Callable[[HttpRequest, str], Awaitable[HttpResponseBase]]


def for_anybody(read: Read) -> Callable[..., Coroutine[Any, Any, HttpResponseBase]]:
    """The view of what a signed token lets anybody read, within a limit for each address."""

    async def view(request: HttpRequest, token: str) -> HttpResponseBase:
        started, request_id = time.perf_counter(), respond.request_id(request)
        response: HttpResponseBase
        try:
            respond.require_https(request)
            if request.method == "OPTIONS":
                response = HttpResponse(status=204, headers=_PREFLIGHT)
            elif request.method in ("GET", "HEAD"):
                rates.limiter.linked(request)
                response = await read(request, token)
            else:
                raise MethodNotAllowed(request.method or "", "GET, HEAD, OPTIONS")
        except ProxyError as exc:
            response = respond.error(exc, request_id)
        except Exception:
            logger.exception("The request %s failed in the proxy", request_id)
            response = respond.error(ProxyError(), request_id)
        for name, value in _ANYWHERE.items():
            response.headers[name] = value
        respond.finish(response, request_id, started)
        return response

    return view


async def _followed(request: HttpRequest, token: str) -> HttpResponseBase:
    """The result behind a public link."""
    link = read(token)
    if link is None:
        raise NotFound
    try:
        job = await database.run(_job, link)
    except (DatabaseError, InterfaceError) as exc:
        raise Unavailable(code="directory_unavailable") from exc
    org = await _org(job.org.slug)
    if not org.policy(job.service).is_enabled:
        raise NotFound
    return await media.deliver(request, org.slug, job, link.which)


def _job(link: Link) -> Job:
    job = Job.objects.select_related("org").filter(pk=link.job).first()
    if job is None:
        raise NotFound
    if job.links_after is not None and link.made <= job.links_after.timestamp() * 1000:
        raise NotFound
    return job


async def _org(slug: str) -> OrgRecord:
    try:
        found = await directory.find_org(slug)
    except DirectoryUnavailable as exc:
        raise access.translated(exc) from exc
    if found is None:
        raise NotFound
    return found


public = for_anybody(_followed)
links = route(POST=_make, DELETE=_void)
