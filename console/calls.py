"""Calls that a member of the staff makes as an org: the same road, with another caller."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from console.figures import STAFF
from credentials.auth import Caller
from credentials.directory import KeyRecord, OrgRecord, directory
from credentials.errors import DirectoryUnavailable
from services import catalogue, envelope, errand, preview, rates, respond, usage
from services.action import Action
from services.cache.asked import asked
from services.errand import Errand
from services.errors import NotFound, ProxyError, Unavailable
from services.exchange import Reply
from services.service import Service


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which action of which service, as which org."""

    caller: Caller
    service: Service
    action: Action


async def wanted(org: str, service: str, action: str) -> Wanted:
    """What a call as this org would use. Raises ProxyError as a call would."""
    try:
        found = await directory.find_org(org)
    except DirectoryUnavailable as exc:
        raise Unavailable(code="directory_unavailable") from exc
    if found is None:
        raise NotFound("There is no such org, or it is switched off.", code="org_not_found")
    policy = found.policy(service)
    vendor = catalogue.find_service(service, policy)
    return Wanted(_caller(found), vendor, catalogue.find_action(vendor, action, policy))


def _caller(org: OrgRecord) -> Caller:
    """The org through a key that does not exist: counted by itself, and good for every action."""
    name = f"{STAFF}{org.id.hex[:7]}"
    record = KeyRecord(id=name, org=org.slug, digest=b"", scopes=(), origins=(), expires_at=None)
    return Caller(org, record)


async def invoke(request: HttpRequest, what: Wanted) -> HttpResponseBase:
    """Carry out the call whose envelope is the request's body; errors are answers too."""
    started, request_id, seconds = time.perf_counter(), respond.request_id(request), 0.0
    response: HttpResponseBase
    fault = None
    try:
        reply = await _counted(request, what)
        response, seconds = respond.success(reply, then=_nothing), reply.upstream_seconds
    except ProxyError as exc:
        fault, seconds = exc, exc.seconds
        response = respond.error(exc, request_id)
    respond.finish(response, request_id, started, seconds)
    dry = preview.wanted(request.META)
    trail = usage.Trail(what.caller, what.service.slug, what.action.slug, dry)
    usage.note(trail, response, fault, request_id, started=started, upstream_seconds=seconds)
    return response


def refused(request: HttpRequest, exc: ProxyError) -> HttpResponseBase:
    """An error before there was a call."""
    response = respond.error(exc, respond.request_id(request))
    respond.finish(response, respond.request_id(request), time.perf_counter())
    return response


async def _counted(request: HttpRequest, what: Wanted) -> Reply:
    rates.limiter.admit(what.caller)
    return await _whole(await _carried_out(request, what))


async def _carried_out(request: HttpRequest, what: Wanted) -> Reply:
    call = await envelope.parse(request, what.action)
    try:
        here, known = request.build_absolute_uri("/").rstrip("/"), respond.request_id(request)
        dry, wish = preview.wanted(request.META), asked(request.META)
        asking = Errand(what.caller, here, known, asked=wish, dry=dry, staff=True)
        return await errand.answered(asking, what.service, what.action, call)
    finally:
        for upload in call.uploads:
            upload.close()


async def _whole(reply: Reply) -> Reply:
    """The reply with its body read: a page of the admin has no event loop to stream on."""
    if reply.stream is None:
        return reply
    async with reply.stream as answer:
        reply.content = await answer.body(settings.MAX_ANSWER_BYTES)
    reply.stream = None
    reply.headers["Content-Type"] = reply.headers.pop("content-type", "application/octet-stream")
    return reply


def _nothing() -> None:
    """The slot is given back before: nothing flows any more."""
