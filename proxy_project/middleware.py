"""What every API answer carries when it comes by Django's stock way."""

from __future__ import annotations

import time
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from credentials.directory import OrgRecord, directory
from credentials.errors import DirectoryUnavailable
from services import cors, respond
from services.errors import NotFound, ProxyError
from services.response import JSON

WEBHOOKS = "/api/ai-proxy/webhooks/"  # where OPTIONS comes from vendors, not from browsers


class ApiMiddleware:
    """CORS, request id and timing on the API's answers, and its errors in the one shape."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/api/"):
            return self._get_response(request)
        started, request_id = time.perf_counter(), respond.request_id(request)
        try:
            response = _shaped(self._answer(request), request_id)
        except ProxyError as exc:
            response = respond.error(exc, request_id)
        if "X-Request-Id" not in response.headers:
            cors.mark(response, request, _org(request))
            respond.finish(response, request_id, started)
        return response

    def process_exception(self, request: HttpRequest, exc: Exception) -> HttpResponse | None:
        """A view's ProxyError as the answer that stands for it."""
        if not isinstance(exc, ProxyError):
            return None
        return respond.error(exc, respond.request_id(request))

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if not _plain(request):
            raise NotFound
        respond.require_https(request)
        if request.method == "OPTIONS" and not request.path_info.startswith(WEBHOOKS):
            return cors.preflight()
        return self._get_response(request)


def _plain(request: HttpRequest) -> bool:
    """Whether the path was written without escapes and doubled slashes; slugs need neither."""
    raw = getattr(request, "scope", {}).get("raw_path") or request.path_info.encode()
    return b"%" not in raw and b"//" not in raw


def _shaped(response: HttpResponse, request_id: str) -> HttpResponse:
    """Django's own HTML error pages, as the API's errors."""
    kind = response.headers.get("Content-Type", "")
    if response.status_code < 400 or kind.startswith((JSON, "video/")):
        return response
    if response.status_code == 404:
        return respond.error(NotFound(), request_id)
    exc = ProxyError(HTTPStatus(response.status_code).phrase + ".", code="refused")
    exc.status = response.status_code
    return respond.error(exc, request_id)


def _org(request: HttpRequest) -> OrgRecord | None:
    parts = request.path_info.split("/")
    try:
        return directory.org(parts[4]) if len(parts) > 4 and parts[3] == "orgs" else None
    except DirectoryUnavailable:
        return None
