"""Replies and errors as HTTP responses; the one place where an error body is written."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import AsyncIterator
from functools import lru_cache

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import http_date

from services import upstream
from services.action import Action, hidden
from services.errors import Forbidden, ProxyError
from services.exchange import Reply
from services.service import Service, Sunset

_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")
JSON = "application/json"


def require_https(request: HttpRequest) -> None:
    """Raise Forbidden for plain HTTP where only HTTPS is served.

    A redirect would drop the body, and the key has crossed the wire already.
    """
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        raise Forbidden("Use https.", code="https_required")


@lru_cache(maxsize=1)
def _transport() -> str:
    """The header of RFC 6797 as Django's middleware writes it."""
    parts = [f"max-age={settings.SECURE_HSTS_SECONDS}"]
    parts += ["includeSubDomains"] if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS else []
    parts += ["preload"] if settings.SECURE_HSTS_PRELOAD else []
    return "; ".join(parts)


def request_id(request: HttpRequest) -> str:
    """The caller's `X-Request-Id` when it is sane, else a new one."""
    given: str = request.META.get("HTTP_X_REQUEST_ID", "")
    if not _SANE.fullmatch(given) or hidden(given) != given:
        # Kept, so that whoever asks again about this request gets the same one.
        given = request.META["HTTP_X_REQUEST_ID"] = uuid.uuid4().hex
    return given


def error(exc: ProxyError, request_id: str) -> HttpResponse:
    """The error body of `docs/contract.md`, on every route alike."""
    shown: dict[str, object] = {
        "detail": exc.detail,
        "error": exc.detail,
        "code": exc.code,
        "origin": exc.origin,
        "retryable": exc.retryable,
        "request_id": request_id,
    }
    if exc.upstream is not None:
        shown["upstream"] = {"status": exc.upstream.status, "body": exc.upstream.body}
    return HttpResponse(msgspec.json.encode(shown), JSON, status=exc.status, headers=exc.headers)


def success(reply: Reply) -> HttpResponseBase:
    """The response for a reply; a stream is passed on as it arrives."""
    if reply.stream is None:
        return HttpResponse(reply.content, JSON, status=reply.status, headers=reply.headers)
    kind = reply.headers.pop("content-type", "application/octet-stream")
    return Stream(reply.stream, content_type=kind, status=reply.status, headers=reply.headers)


class Stream(StreamingHttpResponse):
    """A vendor's body on its way to the caller; `aclose` ends the upstream exchange."""

    def __init__(self, answer: upstream.Answer, **options: object) -> None:
        self._answer = answer
        super().__init__(self._flow(), **options)

    async def _flow(self) -> AsyncIterator[bytes]:
        async with self._answer:
            async for chunk in self._answer.chunks():
                yield chunk

    async def aclose(self) -> None:
        await self._answer.aclose()


def lifetime(response: HttpResponseBase, service: Service, action: Action, org: str) -> None:
    """Say when an old action ends and what follows it (RFC 9745, RFC 8594, RFC 8288)."""
    sunset = service.sunset(action)
    if sunset is None:
        return
    response.headers["Deprecation"], response.headers["Sunset"] = _dates(sunset)
    if where := _successor(service, action):
        path = f"/api/ai-proxy/orgs/{org}/services/{where[0]}/{where[1]}/"
        response.headers["Link"] = f'<{path}>; rel="successor-version"'


@lru_cache(maxsize=64)
def _dates(sunset: Sunset) -> tuple[str, str]:
    return f"@{sunset.deprecated}", http_date(sunset.removed)


def _successor(service: Service, action: Action) -> tuple[str, str] | None:
    if action.successor:
        return service.slug, action.successor
    vendor, _, slug = (action.external or "").partition(":")
    return (vendor, slug) if slug and not slug.startswith("event:") else None


def finish(
    response: HttpResponseBase, request_id: str, started: float, upstream_seconds: float = 0.0
) -> None:
    """The headers that every answer carries; times are in milliseconds (Server-Timing, W3C)."""
    own = max(0.0, time.perf_counter() - started - upstream_seconds) * 1000
    response.headers["X-Request-Id"] = request_id
    response.headers["Server-Timing"] = (
        f"proxy;dur={own:.2f}, upstream;dur={upstream_seconds * 1000:.2f}"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Cache-Control", "no-store")
    if settings.SECURE_HSTS_SECONDS:
        response.headers.setdefault("Strict-Transport-Security", _transport())
    if not response.headers["Content-Type"].startswith(("video/", "audio/")):
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
