"""The HTTP side: the invoke view on the hot path, rehearsal videos, discovery in DRF."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Awaitable, Callable
from functools import partial
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
from credentials.errors import AccessError, InvalidKey
from services import (
    access,
    admission,
    bulkhead,
    catalogue,
    cors,
    discovery,
    envelope,
    gateway,
    preview,
    rates,
    refusals,
    respond,
    usage,
    using,
)
from services.action import Action, Call
from services.cache.asked import asked
from services.errors import MethodNotAllowed, NotFound, ProxyError, RateLimited, Unauthenticated
from services.exchange import Reply
from services.explain import explain
from services.heygen import testmode
from services.invocation import Invocation
from services.recording import keys
from services.service import Service

logger = logging.getLogger("ai_proxy")
Parse = Callable[[HttpRequest, Action], Awaitable[Call]]
_VIDEO = Path(__file__).parent.parent / "sandbox" / "video.mp4"


async def use(request: HttpRequest, org: str, service: str, action: str) -> HttpResponseBase:
    """Carry out one named action for an org as a model calls a tool: with flat arguments."""
    return await invoke(request, org, service, action, partial(using.parse, service))


async def invoke(
    request: HttpRequest, org: str, service: str, action: str, parse: Parse = envelope.parse
) -> HttpResponseBase:
    """Carry out one named action for an org; `parse` reads the call from the request."""
    started = time.perf_counter()
    request_id = respond.request_id(request)
    seconds, known, fault = 0.0, None, None
    trail = usage.Trail()
    response: HttpResponseBase
    try:
        # Before the call: nothing may come between a stream and whoever closes it.
        known = await cors.known_org(org) if "HTTP_ORIGIN" in request.META else None
        respond.require_https(request)
        if request.method == "OPTIONS":
            response = cors.preflight()
        else:
            response, seconds = await _invoke(request, parse, trail, org, service, action)
    except ProxyError as exc:
        fault, seconds = exc, exc.seconds
        response = respond.error(exc, request_id)
        refusals.note(request.META, exc, org=org, known=trail.caller is not None)
    except Exception:
        logger.exception("The call %s failed in the proxy", request_id)
        fault = ProxyError()
        response = respond.error(fault, request_id)
    cors.mark(response, request, known)
    respond.finish(response, request_id, started, seconds)
    usage.note(trail, response, fault, request_id, started=started, upstream_seconds=seconds)
    return response


async def _invoke(
    request: HttpRequest,
    parse: Parse,
    trail: usage.Trail,
    org: str,
    service_slug: str,
    action_slug: str,
) -> tuple[HttpResponseBase, float]:
    caller = trail.caller = await _caller(request, org)
    policy = caller.org.policy(service_slug)
    service = catalogue.find_service(service_slug, policy)
    trail.service = service.slug
    action = catalogue.find_action(service, action_slug, policy)
    trail.action = action.slug
    if request.method != "POST":
        raise MethodNotAllowed(request.method or "", "POST, OPTIONS")
    left = admission.admit(request, caller, (service, action))
    leave = bulkhead.enter(caller.org.slug)
    reply: Reply | None = None
    try:
        trail.dry = preview.wanted(request.META)
        reply = await _carried_out(request, parse, caller, service, action, dry=trail.dry)
        rates.tell(reply.headers, left)
        respond.add(reply.headers, respond.lifetime(service, action, org))
        return respond.success(reply, then=leave), reply.upstream_seconds
    except BaseException:
        leave()
        if reply is not None and reply.stream is not None:
            await reply.stream.aclose()
        raise


async def _carried_out(
    request: HttpRequest,
    parse: Parse,
    caller: Caller,
    service: Service,
    action: Action,
    *,
    dry: bool,
) -> Reply:
    call = await parse(request, action)
    try:
        call = keys.named(request.META, call)
        key = request.META["HTTP_AUTHORIZATION"].partition(" ")[2]
        media = _media(request, caller.org.slug)
        wish = asked(request.META)
        known = respond.request_id(request)
        given = Invocation(caller, service, action, call, media, key, wish, dry, known)
        return await gateway.invoke(given)
    finally:
        for upload in call.uploads:
            upload.close()


async def _caller(request: HttpRequest, org: str) -> Caller:
    try:
        return await access.caller(request.META.get("HTTP_AUTHORIZATION"), org, by_ticket=True)
    except Unauthenticated as exc:
        if isinstance(exc.__cause__, InvalidKey):
            rates.limiter.failed(request)
        raise


def _media(request: HttpRequest, org: str) -> Callable[[str], str]:
    folder = f"/api/ai-proxy/orgs/{org}/test-media"
    return lambda video: request.build_absolute_uri(f"{folder}/{video}.mp4")


async def refused(request: HttpRequest, exc: ProxyError) -> HttpResponse:
    """An error to a request that reached no view."""
    started, request_id = time.perf_counter(), respond.request_id(request)
    response = respond.error(exc, request_id)
    parts = request.path_info.split("/")
    org = await cors.known_org(parts[4]) if len(parts) > 4 and parts[3] == "orgs" else None
    cors.mark(response, request, org)
    respond.finish(response, request_id, started)
    return response


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
    """The services that an org can reach; a ticket's own, for one who has a ticket."""

    takes_tickets = True

    def get(self, request: Request, org: str) -> Response:
        caller = cast(Caller, request.user)
        left = admission.admit(request, caller, "read")
        known, shown = caller.org, _shown_to(caller)
        rows = [
            discovery.summary(item, known.policy(item.slug), shown) for item in catalogue.SERVICES
        ]
        if caller.ticket is not None:
            rows = [row for row in rows if row["endpoint_count"]]
        return Response(rows, headers=left)


class ServiceDetail(Discovery):
    """One service and its actions; a ticket's own, for one who has a ticket."""

    takes_tickets = True

    def get(self, request: Request, org: str, service: str) -> Response:
        caller = cast(Caller, request.user)
        policy = caller.org.policy(service)
        found = catalogue.find_service(service, policy)
        left = admission.admit(request, caller, "read")
        shown = discovery.detail(found, policy, _shown_to(caller))
        return Response(shown, headers=left)


def _shown_to(caller: Caller) -> discovery.Shown:
    return discovery.everything if caller.ticket is None else caller.may


class Explanation(Discovery):
    """Which credential calls of a service would use, and why."""

    def get(self, request: Request, org: str, service: str) -> Response:
        caller = cast(Caller, request.user)
        found = catalogue.find_service(service, caller.org.policy(service))
        left = admission.admit(request, caller, "read")
        managing = "manage" in caller.key.access and caller.may(service, "*")
        return Response(explain(caller.org, found, managing=managing), headers=left)


def handle_exception(exc: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """DRF's errors in the one error shape."""
    request_id = respond.request_id(context["request"])
    known = not isinstance(exc, AccessError)
    if isinstance(exc, AccessError):
        exc = _refusal(exc, context["request"])
    if isinstance(exc, DrfMethodNotAllowed):
        view = context["view"]
        exc = MethodNotAllowed(context["request"].method, ", ".join(view.allowed_methods))
    if isinstance(exc, APIException):
        wrapped = ProxyError(str(exc.detail), code=exc.default_code)
        wrapped.status = exc.status_code
        exc = wrapped
    if isinstance(exc, ProxyError):
        org = context["view"].kwargs.get("org", "")
        refusals.note(context["request"].META, exc, org=org, known=known)
        return respond.error(exc, request_id)
    logger.error("The request %s failed in the proxy", request_id, exc_info=exc)
    return respond.error(ProxyError(), request_id)


def _refusal(exc: AccessError, request: HttpRequest) -> ProxyError:
    try:
        if isinstance(exc, InvalidKey):
            rates.limiter.failed(request)
    except RateLimited as limited:
        return limited
    return access.translated(exc)
