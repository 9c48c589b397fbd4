"""Django's ASGI handler with a short way for the invoke route.

The stock handler opens a thread context, sends signals through threads, races a disconnect
listener and walks sync middleware for every request, which costs more than the whole call. For
the invoke route alone this one builds Django's own request, resolves the URL with Django's own
resolver, awaits the view and sends its response; everything else takes the stock way.
"""

from __future__ import annotations

import asyncio
import io
import time
import uuid
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, get_resolver

from proxy_project import transport
from services import respond, views
from services.errors import BadRequest, ProxyError

_PREFIX = "/api/ai-proxy/orgs/"
_NO_BODY = io.BytesIO()
_HOSTS: set[str] = set()


class LeanRequest(ASGIRequest):
    """Django's request, whose body is still on the wire; `services.body` reads it."""

    def __init__(self, scope: Any, receive: Any) -> None:
        super().__init__(scope, _NO_BODY)
        self.receive = receive


class LeanHandler(ASGIHandler):
    """Serves the invoke route itself and leaves the rest to Django's handler."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return await super().__call__(scope, receive, send)  # which refuses it by name
        started, sending = time.perf_counter(), transport.Started(send)
        match = _invoke_match(scope)
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
            request_id = uuid.uuid4().hex
            response = respond.error(exc, request_id)
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

    async def _serve(self, match: ResolverMatch, scope: Any, receive: Any, send: Any) -> None:
        response = await _response(match, scope, receive)
        if response.streaming:
            await self._flow(response, receive, send)
        else:
            await self.send_response(response, send)

    async def _flow(self, response: Any, receive: Any, send: Any) -> None:
        """Send a stream; a caller that goes away ends the upstream exchange at once."""
        sending = asyncio.create_task(self.send_response(response, send))
        leaving = asyncio.create_task(_disconnect(receive))
        try:
            await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
        finally:
            sending.cancel()
            leaving.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)
            await response.aclose()


def _invoke_match(scope: Any) -> ResolverMatch | None:
    if not scope["path"].startswith(_PREFIX):
        return None
    raw = scope.get("raw_path") or b""
    if b"%" in raw or b"//" in raw:
        return None  # the middleware answers what is not spelled plainly
    try:
        match = _resolved(scope["path"])
    except Resolver404:
        return None
    return match if match.func is views.invoke else None


@lru_cache(maxsize=4096)
def _resolved(path: str) -> ResolverMatch:
    """What Django's resolver makes of a path; it depends on the path alone."""
    return get_resolver().resolve(path)


async def _response(match: ResolverMatch, scope: Any, receive: Any) -> HttpResponseBase:
    try:
        request = LeanRequest(scope, receive)
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
