"""One call made inside the service for a known caller: the same road, with no request of its own.

An agent's tool, a task of several steps or an upload in parts asks its vendor here.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

from django.http import HttpRequest

from credentials.auth import Caller
from services import access, bulkhead, catalogue, envelope, gateway, respond, usage
from services.action import Action, Call
from services.cache.asked import ANYTHING, Asked
from services.errors import ProxyError
from services.exchange import Reply
from services.invocation import Invocation
from services.recording import keys
from services.response import Response
from services.service import Service

_NO_KEY = secrets.token_hex(16)  # in place of the caller's, which is kept out of what is echoed


@dataclass(frozen=True, slots=True)
class Errand:
    """On whose behalf calls are made, and what of the caller's request goes along with each."""

    caller: Caller
    base_url: str  # of this service as the caller sees it, without a slash at the end
    request_id: str
    key: str = ""  # the caller's own, to keep out of what the vendor echoes
    asked: Asked = ANYTHING  # of the cache
    dry: bool = False
    approval: str = ""  # under which the call is carried out
    staff: bool = False  # the caller is a person


def asking(request: HttpRequest, caller: Caller) -> Errand:
    """On this caller's behalf, as its request asks."""
    return Errand(
        caller,
        request.build_absolute_uri("/").rstrip("/"),
        respond.request_id(request),
        key=request.META["HTTP_AUTHORIZATION"].partition(" ")[2],
    )


def permitted(caller: Caller, service: str, action: str) -> tuple[Service, Action]:
    """What is called, if the caller may. Raises NotFound and Forbidden as a call does."""
    policy = caller.org.policy(service)
    vendor = catalogue.find_service(service, policy)
    found = catalogue.find_action(vendor, action, policy)
    access.permit(caller, vendor, found)
    return vendor, found


def parsed(action: Action, text: bytes) -> Call:
    """An envelope's JSON as the call that it is. Raises BadRequest."""
    return keys.named({}, envelope.from_json(text, action))


async def carry_out(errand: Errand, service: str, action: str, call: Call) -> Reply:
    """Carry out one call; it is noted as every call is. Raises ProxyError.

    Whoever asks has counted it for the limits a minute (`rates.limiter.admit`) and closes a reply's
    stream.
    """
    started, trail = time.perf_counter(), usage.Trail(errand.caller, dry=errand.dry)
    fault: ProxyError | None = None
    seconds, status, headers = 0.0, 500, dict[str, str]()
    try:
        vendor, found = permitted(errand.caller, service, action)
        trail.service, trail.action = vendor.slug, found.slug
        reply = await answered(errand, vendor, found, call)
        seconds, status, headers = reply.upstream_seconds, reply.status, reply.headers
        return reply
    except ProxyError as exc:
        fault, seconds, status, headers = exc, exc.seconds, exc.status, exc.headers
        raise
    finally:
        told = Response(b"", status=status, headers=headers)
        known = errand.request_id
        usage.note(trail, told, fault, known, started=started, upstream_seconds=seconds)


async def answered(errand: Errand, service: Service, action: Action, call: Call) -> Reply:
    """The answer to a call that its caller may make; it takes one of the org's places."""
    org = errand.caller.org.slug
    folder = f"{errand.base_url}/api/ai-proxy/orgs/{org}/test-media"
    leave = bulkhead.enter(org)
    try:
        reply = await gateway.invoke(
            Invocation(
                errand.caller,
                service,
                action,
                call,
                media=lambda video: f"{folder}/{video}.mp4",
                key=errand.key or _NO_KEY,
                asked=errand.asked,
                dry=errand.dry,
                request_id=errand.request_id,
                approval=errand.approval,
                staff=errand.staff,
            )
        )
    except BaseException:
        leave()
        raise
    if reply.stream is None:
        leave()
    else:
        reply.stream.then(leave)
    return reply


def refusal(fault: ProxyError, request_id: str) -> bytes:
    """What a caller over HTTP would read of this failure: the one error shape, as JSON."""
    return respond.error(fault, request_id).content
