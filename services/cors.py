"""Browsers as callers: which origins may call, and the headers that tell them (Fetch standard)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from credentials.auth import Caller
from credentials.directory import OrgRecord, directory
from credentials.errors import DirectoryUnavailable
from services.errors import Forbidden

_EXPOSED = ", ".join(
    (
        "X-Request-Id", "Server-Timing", "X-Credential-Source", "X-Contract-Notes", "X-Test-Mode",
        "Deprecation", "Sunset", "Link", "Retry-After", "Content-Disposition", "Content-Range",
        "ETag", "Age", "Cache-Status", "RateLimit", "RateLimit-Policy", "X-Dry-Run", "X-Job-Id",
        "Idempotent-Replayed", "X-Recorded", "X-Answered-By", "Accept-Ranges",
        "Preference-Applied",
    )
)  # fmt: skip
_NAMES = re.compile(r"[A-Za-z0-9_, -]{1,2000}")
_METHODS = "Access-Control-Allow-Methods"
_PREFLIGHT = {
    _METHODS: "GET, POST, PUT, PATCH, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": (
        "Authorization, Content-Type, Accept-Language, Cache-Control, Idempotency-Key, "
        "If-None-Match, If-Range, Last-Event-ID, MCP-Protocol-Version, Mcp-Method, Mcp-Name, "
        "Prefer, Range, X-Dry-Run, X-Filename, X-Request-Id"
    ),
    "Access-Control-Max-Age": "600",
}

_ELSEWHERE = "The ticket is for pages at another origin, or that is no longer an allowed one."


def permit(request: HttpRequest, who: Caller) -> None:
    """Raise Forbidden when a browser at another origin uses a key that is not for it.

    A ticket is of use with its own origin's `Origin` alone.
    """
    origin = request.META.get("HTTP_ORIGIN")
    if who.ticket is not None:
        if origin is None or not who.may_from(origin):
            raise Forbidden(_ELSEWHERE, code="origin_not_allowed")
        return
    if origin and not _same(origin, request) and not who.may_from(origin):
        raise Forbidden(code="origin_not_allowed")


def preflight() -> HttpResponse:
    """The answer to `OPTIONS`; `mark` says whether the origin may go on."""
    return HttpResponse(status=204, headers=_PREFLIGHT)


def any_preflight(request: HttpRequest) -> HttpResponse:
    """`preflight` where vendors' own clients send headers of their own, which go no further.

    The page's origin is checked as ever, and no cookie ever counts.
    """
    response = preflight()
    asked = request.META.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")
    if _NAMES.fullmatch(asked):
        response.headers["Access-Control-Allow-Headers"] = asked
    response.headers["Access-Control-Allow-Methods"] = f"{_PREFLIGHT[_METHODS]}, HEAD"
    return response


async def known_org(slug: str) -> OrgRecord | None:
    """The org whose pages may read an answer; None where it is unknown, or cannot be looked up."""
    try:
        return await directory.find_org(slug)
    except DirectoryUnavailable:
        return None


def mark(
    response: HttpResponseBase,
    request: HttpRequest,
    org: OrgRecord | None,
    exposed: Iterable[str] = (),
) -> None:
    """Let a browser at an allowed origin read this answer, whatever it says.

    `exposed` are headers that it may read besides those of every answer.
    """
    response.headers["Vary"] = "Origin"
    origin = request.META.get("HTTP_ORIGIN")
    if origin and org and org.knows(origin):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = ", ".join((_EXPOSED, *exposed))


def _same(origin: str, request: HttpRequest) -> bool:
    return origin.partition("://")[2] == request.get_host()
