"""The HTTP side: the invoke view on the hot path, rehearsal videos, discovery in DRF."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.exceptions import APIException
from rest_framework.exceptions import MethodNotAllowed as DrfMethodNotAllowed
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from credentials.auth import Caller
from credentials.directory import OrgRecord, directory
from credentials.errors import AccessError, DirectoryUnavailable
from services import access, catalogue, cors, discovery, envelope, gateway, respond
from services.errors import MethodNotAllowed, NotFound, ProxyError
from services.heygen import testmode

logger = logging.getLogger("ai_proxy")
_VIDEO = Path(__file__).parent.parent / "sandbox" / "video.mp4"


async def invoke(request: HttpRequest, org: str, service: str, action: str) -> HttpResponseBase:
    """Carry out one named action for an org."""
    started = time.perf_counter()
    request_id = respond.request_id(request)
    seconds = 0.0
    response: HttpResponseBase
    try:
        respond.require_https(request)
        if request.method == "OPTIONS":
            response = cors.preflight()
        else:
            response, seconds = await _invoke(request, org, service, action)
    except ProxyError as exc:
        response, seconds = respond.error(exc, request_id), exc.seconds
    except Exception:
        logger.exception("The call %s failed in the proxy", request_id)
        response = respond.error(ProxyError(), request_id)
    cors.mark(response, request, await _org(org) if "HTTP_ORIGIN" in request.META else None)
    respond.finish(response, request_id, started, seconds)
    return response


async def _invoke(
    request: HttpRequest, org: str, service_slug: str, action_slug: str
) -> tuple[HttpResponseBase, float]:
    authorization = request.META.get("HTTP_AUTHORIZATION")
    caller = await access.caller(authorization, org)
    policy = caller.org.policy(service_slug)
    service = catalogue.find_service(service_slug, policy)
    action = catalogue.find_action(service, action_slug, policy)
    if request.method != "POST":
        raise MethodNotAllowed(request.method or "", "POST, OPTIONS")
    access.permit(caller, service, action)
    cors.permit(request, caller)
    call = await envelope.parse(request, action)
    try:
        key = (authorization or "").partition(" ")[2]
        media = _media(request, org)
        reply = await gateway.invoke(gateway.Invocation(caller, service, action, call, media, key))
    finally:
        for upload in call.uploads:
            upload.close()
    response = respond.success(reply)
    respond.lifetime(response, service, action, org)
    return response, reply.upstream_seconds


def _media(request: HttpRequest, org: str) -> Callable[[str], str]:
    folder = f"/api/ai-proxy/orgs/{org}/test-media"
    return lambda video: request.build_absolute_uri(f"{folder}/{video}.mp4")


async def _org(slug: str) -> OrgRecord | None:
    try:
        return await directory.find_org(slug)
    except DirectoryUnavailable:
        return None


def test_media(request: HttpRequest, org: str, video: str) -> HttpResponse:
    """The video of a finished rehearsal; its signed id is the permission."""
    if request.method not in ("GET", "HEAD"):
        raise MethodNotAllowed(request.method or "", "GET, HEAD")
    if not testmode.exists(video, org):
        raise NotFound
    return _ranged(_VIDEO.read_bytes(), request.META.get("HTTP_RANGE", ""))


def _ranged(content: bytes, wanted: str) -> HttpResponse:
    """The file, or the one range of it that was asked for (RFC 9110 section 14)."""
    headers = {"Accept-Ranges": "bytes", "Cache-Control": "private, max-age=3600"}
    found = re.fullmatch(r"bytes=(\d{0,9})-(\d{0,9})", wanted)
    if not found or not any(found.groups()):
        return HttpResponse(content, "video/mp4", headers=headers)
    first, last = found.groups()
    start = int(first) if first else max(0, len(content) - int(last))
    end = min(int(last), len(content) - 1) if first and last else len(content) - 1
    if start > end:
        headers["Content-Range"] = f"bytes */{len(content)}"
        return HttpResponse(status=416, content_type="video/mp4", headers=headers)
    headers["Content-Range"] = f"bytes {start}-{end}/{len(content)}"
    return HttpResponse(content[start : end + 1], "video/mp4", status=206, headers=headers)


class JsonAlways(BaseContentNegotiation):
    """JSON, whatever `Accept` says: errors and answers have one shape."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class Discovery(APIView):
    """What the discovery views have in common."""

    content_negotiation_class = JsonAlways


class ServiceList(Discovery):
    """The services that an org can reach."""

    def get(self, request: Request, org: str) -> Response:
        caller = cast(Caller, request.user)
        cors.permit(request, caller)
        known = caller.org
        return Response(
            [discovery.summary(item, known.policy(item.slug)) for item in catalogue.SERVICES]
        )


class ServiceDetail(Discovery):
    """One service and its actions."""

    def get(self, request: Request, org: str, service: str) -> Response:
        caller = cast(Caller, request.user)
        policy = caller.org.policy(service)
        found = catalogue.find_service(service, policy)
        cors.permit(request, caller)
        return Response(discovery.detail(found, policy))


def handle_exception(exc: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """DRF's errors in the one error shape."""
    request_id = respond.request_id(context["request"])
    if isinstance(exc, AccessError):
        return respond.error(access.translated(exc), request_id)
    if isinstance(exc, DrfMethodNotAllowed):
        view = context["view"]
        exc = MethodNotAllowed(context["request"].method, ", ".join(view.allowed_methods))
    if isinstance(exc, APIException):
        wrapped = ProxyError(str(exc.detail), code=exc.default_code)
        wrapped.status = exc.status_code
        exc = wrapped
    if isinstance(exc, ProxyError):
        return respond.error(exc, request_id)
    logger.error("Discovery failed", exc_info=exc)
    return respond.error(ProxyError(), request_id)
