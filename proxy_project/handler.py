"""Django's ASGI handler with a short way for the invoke route and the health checks.

The stock handler opens a thread context, sends signals through threads, races a disconnect
listener and walks sync middleware for every request, which costs more than the whole call. For
the routes of `LEAN` this one builds Django's own request, resolves the URL with Django's own
resolver, awaits the view and sends its response; everything else takes the stock way.
"""

from __future__ import annotations

import asyncio
import io
import re
import time
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, get_resolver

from proxy_project import health, overload, transport
from proxy_project.life import CLOSE, life
from services import approvals, catalogue, documents, respond, tickets, views
from services.agents import parcels
from services.agents import views as agents
from services.assets import views as assets
from services.batches import views as batches
from services.errors import BadRequest, Overloaded, ProxyError
from services.following import links, media
from services.following import views as following
from services.following.hub import hub
from services.gate import ORDINARY, PAID, READ, gate, kind
from services.passthrough.views import passthrough
from services.realtime import views as realtime
from services.response import Response

# Async views that need no middleware. Probes know a worker by its address, not by its name.
LEAN = (
    *(views.invoke, batches.submit, health.live, health.ready),
    *(tickets.make, assets.upload, passthrough),
    *(views.use, documents.document, documents.plain, documents.tools),
    *(agents.endpoint, parcels.parcel, approvals.approval, approvals.call),
    *(following.jobs, following.job, following.events, media.media, links.links, links.public),
    realtime.realtime,
)
WITHOUT_HOST = (health.live, health.ready)
_PREFIXES = (
    "/api/ai-proxy/orgs/",
    "/api/ai-proxy/media/",
    "/api/ai-proxy/parcels/",
    "/mcp/orgs/",
    "/health/",
)
# Of the pass-through only what stands before the vendor's own path, which its view reads.
_DOOR = re.compile(rb"/api/ai-proxy/orgs/[\w-]+/services/[\w-]+/passthrough/")
_NO_BODY = io.BytesIO()
_HOSTS: set[str] = set()


hub.leaving = lambda: life.leaving  # whoever waits or watches goes on at another worker


class LeanRequest(ASGIRequest):
    """Django's request, whose body is still on the wire; `services.body` reads it."""

    def __init__(self, scope: Any, receive: Any) -> None:
        super().__init__(scope, _NO_BODY)
        self.receive = receive


class LeanHandler(ASGIHandler):
    """Serves the routes of `LEAN` itself and leaves the rest to Django's handler."""

    chunk_size = 1 << 30  # what is in memory whole is sent whole; Django would copy it in pieces

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return await super().__call__(scope, receive, send)  # which refuses it by name
        match = _lean_match(scope)
        if match is not None and match.func in WITHOUT_HOST:
            return await self._answer(match, scope, receive, send)  # however busy it is here
        if not gate.enter(_room(match, scope)):
            return await self._refuse(scope, receive, send)
        try:
            await self._answer(match, scope, receive, send)
        finally:
            gate.leave()

    async def _refuse(self, scope: Any, receive: Any, send: Any) -> None:
        """Say that the worker is full, at next to no cost unless a browser needs more headers."""
        if await overload.refuse(scope, send):
            return
        response = await views.refused(LeanRequest(scope, receive), Overloaded())
        await self.send_response(response, send)

    async def _answer(
        self, match: ResolverMatch | None, scope: Any, receive: Any, send: Any
    ) -> None:
        started, sending = time.perf_counter(), transport.Started(send)
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE if match is None else None
        try:
            transport.check(scope, limit)
            if match is None:
                await self._stock(scope, receive, sending)
            else:
                await self._serve(match, scope, receive, sending)
        except ProxyError as exc:
            if sending.yes:
                raise  # half an answer is out: the server cuts the connection, so it shows
            request_id = respond.new_id()
            response = _refusal(exc, request_id, match)
            respond.finish(response, request_id, started)
            await self.send_response(response, send)

    async def _stock(self, scope: Any, receive: Any, send: Any) -> None:
        """Django's own way; its body is spooled whole, so it is bounded first."""
        bounded = transport.Bounded(receive, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        await super().__call__(scope, bounded, send)
        if bounded.fault:
            raise bounded.fault

    def create_request(self, scope: Any, body_file: Any) -> Any:
        """Django's request. Raises BadRequest for headers that it cannot read."""
        try:
            return super().create_request(scope, body_file)
        except ValueError:
            body_file.close()
            raise _unreadable() from None

    async def send_response(self, response: Any, send: Any) -> None:
        """Send it; a worker that leaves says so, and the caller's next call goes elsewhere."""
        if life.leaving:
            response.headers["Connection"] = "close"
        await super().send_response(response, send)

    async def _serve(self, match: ResolverMatch, scope: Any, receive: Any, send: Any) -> None:
        response = await _response(match, scope, receive)
        if isinstance(response, Response):
            await _send(response, send)
        elif response.streaming:
            await self._flow(response, receive, send)
        else:
            await self.send_response(response, send)

    async def _flow(self, response: Any, receive: Any, send: Any) -> None:
        """Send a stream; a caller that goes away, or reads too slowly, ends the exchange."""
        sending = asyncio.create_task(self.send_response(response, send))
        leaving = asyncio.create_task(_disconnect(receive))
        try:
            both = (sending, leaving)
            await asyncio.wait(both, timeout=response.left, return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
        finally:
            sending.cancel()
            leaving.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)
            await response.aclose()


def _refusal(exc: ProxyError, request_id: str, match: ResolverMatch | None) -> Response:
    if match is not None and match.func is passthrough:
        return respond.refusal(exc, request_id, catalogue.known(match.kwargs["service"]))
    return respond.error(exc, request_id)


async def _send(response: Response, send: Any) -> None:
    """A whole answer in two messages; it has no cookies, and nothing to close."""
    headers = response.headers.encoded()
    if life.leaving:
        headers.append(CLOSE)
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})


def _room(match: ResolverMatch | None, scope: Any) -> int:
    """How much of the worker's room this request may fill, in percent."""
    if match is not None:
        named = match.kwargs
        if scope["method"] == "OPTIONS":
            return PAID
        if match.func is passthrough:
            return READ if scope["method"] in ("GET", "HEAD") else PAID
        if match.func is agents.endpoint:
            return ORDINARY  # what it calls is not known before its body is read
        if match.func is realtime.realtime:
            return PAID
        return kind(named["service"], named["action"]) if "action" in named else READ
    return READ if scope["path"].startswith(_PREFIXES) else ORDINARY


def _lean_match(scope: Any) -> ResolverMatch | None:
    if not scope["path"].startswith(_PREFIXES):
        return None
    raw = scope.get("raw_path") or b""
    door = _DOOR.match(raw) if b"/passthrough/" in raw else None
    if door is None and (b"%" in raw or b"//" in raw):
        return None  # the middleware answers what is not spelled plainly
    try:
        match = _resolved(scope["path"] if door is None else door[0].decode())
    except Resolver404:
        return None
    return match if match.func in LEAN else None


@lru_cache(maxsize=4096)
def _resolved(path: str) -> ResolverMatch:
    """What Django's resolver makes of a path; it depends on the path alone."""
    return get_resolver().resolve(path)


async def _response(match: ResolverMatch, scope: Any, receive: Any) -> HttpResponseBase:
    try:
        request = LeanRequest(scope, receive)
        if match.func not in WITHOUT_HOST:
            _check_host(request.META.get("HTTP_HOST", ""), request)
    except (DisallowedHost, ValueError):
        raise _unreadable() from None
    request.resolver_match = match
    response: HttpResponseBase = await match.func(request, **match.kwargs)
    return response


def _unreadable() -> BadRequest:
    return BadRequest("The request's headers are not usable.")


def _check_host(host: str, request: LeanRequest) -> None:
    """Django's own check of `Host`; a name that passed once passes."""
    if host not in _HOSTS:
        request.get_host()
        if len(_HOSTS) < 1000:
            _HOSTS.add(host)


async def _disconnect(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
