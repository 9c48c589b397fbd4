"""The pass-through: a vendor's own client, its bytes as they are, behind every guard."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

import msgspec
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from credentials.auth import Caller
from credentials.directory import Policy
from services import (
    admission,
    answers,
    bulkhead,
    catalogue,
    cors,
    gateway,
    preview,
    rates,
    refusals,
    respond,
    usage,
)
from services.action import Action, Untouched, credential_like
from services.cache.asked import asked
from services.errors import (
    BadRequest,
    MethodNotAllowed,
    NotFound,
    ProxyError,
    UpstreamFailed,
)
from services.exchange import Reply
from services.invocation import Invocation
from services.passthrough import keys, paths, reading
from services.passthrough.keys import Known
from services.passthrough.paths import METHODS, OTHER, TOKEN, Match
from services.recording import keys as idempotency
from services.response import Response
from services.service import Service

logger = logging.getLogger("ai_proxy")
_DOOR = re.compile(r"/api/ai-proxy/orgs/[^/]+/services/[^/]+/passthrough(?=/)")
_ALLOWED = ", ".join((*METHODS, "OPTIONS"))


async def passthrough(
    request: HttpRequest, org: str, service: str, rest: str = ""
) -> HttpResponseBase:
    """Carry out what a vendor's own client asks for."""
    started, request_id = time.perf_counter(), respond.request_id(request)
    seconds, origin, fault = 0.0, None, None
    trail, vendor = usage.Trail(), catalogue.known(service)
    response: HttpResponseBase
    try:
        origin = await cors.known_org(org) if "HTTP_ORIGIN" in request.META else None
        respond.require_https(request)
        if request.method == "OPTIONS":
            response = cors.any_preflight(request)
        else:
            response, seconds = await _answered(request, trail, org, service)
    except ProxyError as exc:
        fault, seconds = exc, exc.seconds
        response = _failure(exc, request_id, vendor)
        refusals.note(request.META, exc, org=org, known=trail.caller is not None)
    except Exception:
        logger.exception("The call %s failed in the proxy", request_id)
        fault = ProxyError()
        response = respond.refusal(fault, request_id, vendor)
    cors.mark(response, request, origin, (respond.OURS, *(vendor.tells if vendor else ())))
    if "Access-Control-Allow-Origin" in response.headers:  # LiveAvatar's SDK asks for cookies' sake
        response.headers["Access-Control-Allow-Credentials"] = "true"
    respond.finish(response, request_id, started, seconds)
    usage.note(trail, response, fault, request_id, started=started, upstream_seconds=seconds)
    return response


async def _answered(
    request: HttpRequest, trail: usage.Trail, org: str, slug: str
) -> tuple[HttpResponseBase, float]:
    path, query = _target(request)
    who = await keys.known(request, org, catalogue.known(slug), path, query)
    caller = trail.caller = who.caller
    service = catalogue.find_service(slug, caller.org.policy(slug))
    trail.service = service.slug
    match = _matched(request, service, caller, path, who.query)
    if who.session:
        match = replace(match, action=replace(match.action, session=True))
    trail.action = match.action.slug
    left = admission.admit(request, caller, (service, match.action))
    leave = bulkhead.enter(caller.org.slug)
    reply: Reply | None = None
    try:
        trail.dry = preview.wanted(request.META)
        reply = await _carried_out(request, who, service, match, dry=trail.dry)
        rates.tell(reply.headers, left)
        respond.add(reply.headers, respond.lifetime(service, match.action, org))
        return _response(request, reply, match.action, leave), reply.upstream_seconds
    except BaseException:
        leave()
        if reply is not None and reply.stream is not None:
            await reply.stream.aclose()
        raise


def _matched(
    request: HttpRequest, service: Service, caller: Caller, path: str, query: str
) -> Match:
    """What the request asks for. Raises BadRequest, NotFound, MethodNotAllowed."""
    policy, method = caller.org.policy(service.slug), request.method or ""
    if method not in METHODS:
        raise MethodNotAllowed(method, _ALLOWED)
    found = paths.matches(service, method, path, query)
    if not found:
        other = paths.other(service, method, path, query) if policy.uncatalogued else None
        if other is None:
            raise paths.refused(service, method, path)
        found = (other,)
    match = min(found, key=lambda each: not _is_open(each.action, service, caller, policy))
    if match.action.slug != OTHER:
        catalogue.find_action(service, match.action.slug, policy)
    _refuse_credentials(match)
    return match


def _is_open(action: Action, service: Service, caller: Caller, policy: Policy) -> bool:
    """Whether this one of several actions at one address may be used."""
    return action.slug not in policy.disabled_actions and caller.may(service.slug, action.slug)


def _refuse_credentials(match: Match) -> None:
    """Refuse a parameter by which a vendor could take another credential than the org's."""
    own = {match.action.pages.cursor} if match.action.pages else set()
    own |= match.action.query_names | ({"token"} if match.action.slug == OTHER else set())
    for name in paths.parameters(match.query):
        if name not in own and (name == TOKEN or credential_like(name)):
            raise BadRequest(f"Query parameter not allowed: {name}", code="query_not_allowed")


async def _carried_out(
    request: HttpRequest, who: Known, service: Service, match: Match, *, dry: bool
) -> Reply:
    call, sent = await reading.read(request, match, request.method or "")
    try:
        call = idempotency.named(request.META, call)
        folder = f"/api/ai-proxy/orgs/{who.caller.org.slug}/test-media"
        return await gateway.invoke(
            Invocation(
                who.caller,
                service,
                match.action,
                call,
                media=lambda video: request.build_absolute_uri(f"{folder}/{video}.mp4"),
                key=who.key,
                asked=asked(request.META),
                dry=dry,
                request_id=respond.request_id(request),
                untouched=_with_session(sent, match.action, who.session),
            )
        )
    finally:
        if sent.file:
            sent.file.close()


def _with_session(sent: Untouched, action: Action, token: str) -> Untouched:
    """What is sent, with the session's token that takes a credential's place."""
    if not action.session:
        return sent
    if not token:
        raise BadRequest("A session's token is needed as Bearer.", code="session_needed")
    return replace(sent, headers=(*sent.headers, ("authorization", f"Bearer {token}")))


def _response(
    request: HttpRequest, reply: Reply, action: Action, leave: Callable[[], None]
) -> HttpResponseBase:
    if reply.stream is not None:
        return respond.success(reply, then=leave)
    content = reply.raw
    if content is None:  # a dry run's answer, or a rehearsal's
        content = reply.content
        if "X-Test-Mode" in reply.headers:
            content = _wrapped(content, action)
    leave()
    content = b"" if request.method == "HEAD" else content
    return Response(content, status=reply.status, headers=reply.headers)


def _wrapped(content: bytes, action: Action) -> bytes:
    """A rehearsal's answer in the vendor's envelope, which differs from one API to the next."""
    data = msgspec.json.decode(content, type=dict[str, msgspec.Raw])["data"]
    if action.version == "v1":
        return msgspec.json.encode({"code": 100, "data": data, "message": "Success"})
    beside = {"error": None} if action.version == "v2" else {}
    return msgspec.json.encode({**beside, "data": data})


def _failure(exc: ProxyError, request_id: str, service: Service | None) -> Response:
    """The vendor's own refusal as it came, or ours in the form of the vendor's."""
    answer = exc.upstream
    if service is None or answer is None or answer.raw is None or _hides(exc, service):
        return respond.refusal(exc, request_id, service)
    headers = {**exc.headers, **answer.headers}
    return Response(answer.raw, status=answer.status, headers=headers)


def _hides(exc: ProxyError, service: Service) -> bool:
    """Whether the vendor's answer is not for the caller: it is about the org's credential.

    A client would take it for a word about its own key. A redirect is not followed, nor shown.
    """
    answer = exc.upstream
    if not isinstance(exc, UpstreamFailed) or answer is None:
        return True
    if exc.code == "upstream_redirect":
        return True
    if exc.code != "upstream_auth_failed":
        return False
    word = answers.code(answer.body)
    if answer.status == 403:
        return word is None or word in service.about_key
    return word not in service.about_else


def _target(request: HttpRequest) -> tuple[str, str]:
    """The vendor's path and query as they stand on the wire."""
    raw: bytes = getattr(request, "scope", {}).get("raw_path") or b""
    whole = raw.decode("latin-1") or quote(request.path_info)
    found = _DOOR.match(whole)
    if found is None:
        raise NotFound
    return whole[found.end() :], request.META.get("QUERY_STRING", "")
