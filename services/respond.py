"""Replies and errors as HTTP responses; the one place where an error body is written."""

from __future__ import annotations

import random
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping
from functools import lru_cache

import msgspec
from django.conf import settings
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import http_date

from services import upstream
from services.action import Action, hidden
from services.errors import ApprovalRequired, Forbidden, Gone, InvalidFields, ProxyError
from services.exchange import Reply
from services.response import Headers, Response
from services.service import Service, Sunset

_NOTHING: Mapping[str, str] = {}
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")


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


def new_id() -> str:
    """A request id that nobody else has; it need not be hard to guess."""
    return f"{random.getrandbits(128):032x}"


def is_sane(request_id: str) -> bool:
    """Whether a caller's own request id may go into answers and logs."""
    return _SANE.fullmatch(request_id) is not None and hidden(request_id) == request_id


def request_id(request: HttpRequest) -> str:
    """The caller's `X-Request-Id` when it is sane, else a new one."""
    given: str = request.META.get("HTTP_X_REQUEST_ID", "")
    if not is_sane(given):
        # Kept, so that whoever asks again about this request gets the same one.
        given = request.META["HTTP_X_REQUEST_ID"] = new_id()
    return given


def error(exc: ProxyError, request_id: str) -> Response:
    """The error body of `docs/contract.md`, on every route alike."""
    shown: dict[str, object] = {
        "detail": exc.detail,
        "error": exc.detail,
        "code": exc.code,
        "origin": exc.origin,
        "retryable": exc.retryable,
        "request_id": exc.request_id or request_id,
    }
    if exc.upstream is not None:
        shown["upstream"] = {"status": exc.upstream.status, "body": exc.upstream.body}
    if isinstance(exc, InvalidFields):
        shown["errors"] = exc.errors
    if isinstance(exc, ApprovalRequired) and exc.approval is not None:
        shown["approval"] = exc.approval
    if isinstance(exc, Gone):
        shown["instead"] = {"service": exc.service, "action": exc.instead}
    return Response(msgspec.json.encode(shown), status=exc.status, headers=exc.headers)


def success(reply: Reply, then: Callable[[], None]) -> HttpResponseBase:
    """The response for a reply; a stream is passed on as it arrives.

    `then` is done when the vendor's part is over: now, or at the stream's end.
    """
    if reply.stream is None:
        then()
        return Response(reply.content, status=reply.status, headers=reply.headers)
    reply.stream.then(then)
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

    @property
    def left(self) -> float:
        """Seconds that it may still take, however slowly the caller reads."""
        return self._answer.left

    async def aclose(self) -> None:
        await self._answer.aclose()

    def close(self) -> None:
        super().close()
        self._answer.release()


def lifetime(service: Service, action: Action, org: str) -> Mapping[str, str]:
    """When an old action ends and what follows it (RFC 9745, RFC 8594, RFC 8288)."""
    sunset = service.sunset(action)
    if sunset is None:
        return _NOTHING
    return _lifetime(sunset, org, *_successor(service, action))


def add(headers: dict[str, str], more: Mapping[str, str]) -> None:
    """Add headers; links join those that are there (RFC 8288 section 3)."""
    links = ", ".join(each["Link"] for each in (headers, more) if "Link" in each)
    headers.update(more)
    if links:
        headers["Link"] = links


@lru_cache(maxsize=4096)
def _lifetime(sunset: Sunset, org: str, service: str, action: str) -> Mapping[str, str]:
    told = {"Deprecation": f"@{sunset.deprecated}", "Sunset": http_date(sunset.removed)}
    if action:
        path = f"/api/ai-proxy/orgs/{org}/services/{service}/{action}/"
        told["Link"] = f'<{path}>; rel="successor-version"'
    return told


def _successor(service: Service, action: Action) -> tuple[str, str]:
    if action.successor:
        return service.slug, action.successor
    vendor, _, slug = (action.external or "").partition(":")
    return ("", "") if slug.startswith("event:") else (vendor, slug)


def finish(
    response: HttpResponseBase, request_id: str, started: float, upstream_seconds: float = 0.0
) -> None:
    """The headers that every answer carries; times are in milliseconds (Server-Timing, W3C)."""
    own = max(0.0, time.perf_counter() - started - upstream_seconds) * 1000
    headers = response.headers
    told = {
        "X-Request-Id": request_id,
        "Server-Timing": f"proxy;dur={own:.2f}, upstream;dur={upstream_seconds * 1000:.2f}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": headers.get("Cache-Control", "no-store"),
    }
    if settings.SECURE_HSTS_SECONDS:
        told["Strict-Transport-Security"] = _transport()
    if not headers["Content-Type"].startswith(("video/", "audio/")):
        own_policy = headers.get("Content-Security-Policy")  # that of a page; vendors' never pass
        told["Content-Security-Policy"] = own_policy or "default-src 'none'; sandbox"
    if isinstance(headers, Headers):
        headers.add(told)
    else:
        for name, value in told.items():
            headers[name] = value
