"""The way into the routes about jobs: who calls, how often, and the one shape of errors."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from credentials.auth import Caller
from credentials.errors import InvalidKey
from services import access, admission, cors, rates, refusals, respond
from services.action import shown
from services.errors import (
    BadRequest,
    Forbidden,
    MethodNotAllowed,
    ProxyError,
    Unauthenticated,
    Unavailable,
)
from services.response import Response

logger = logging.getLogger("ai_proxy")
READING = frozenset(("invoke", "read"))  # what a key must be for to see what jobs made
CHANGING = frozenset(("invoke",))
EVERY = READING | {"manage"}
_SAFE = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a known caller."""

    request: HttpRequest
    caller: Caller
    named: Mapping[str, str]  # by the route, besides the org
    left: Mapping[str, str] = field(default_factory=dict)  # headers that tell of the limits

    def query(self, *known: str) -> dict[str, str]:
        """The query's parameters, each given once. Raises BadRequest for any other."""
        try:
            given = {name: values[-1] for name, values in self.request.GET.lists()}
        except SuspiciousOperation:
            raise BadRequest("There are too many query parameters.") from None
        for name in given:
            if name not in known:
                raise BadRequest(
                    f"Unknown query parameter: {shown(name)}. Known are {', '.join(known)}.",
                    code="unknown_field",
                )
        return given

    def answer(self, shown: Any, *, status: int = 200) -> Response:
        """`shown` as JSON, with what is left of the caller's limits."""
        return Response(msgspec.json.encode(shown), status=status, headers=self.left)


Work = Callable[[Visit], Awaitable[HttpResponseBase]]
View = Callable[..., Coroutine[Any, Any, HttpResponseBase]]


def route(
    *,
    reading: frozenset[str] = READING,
    changing: frozenset[str] = CHANGING,
    by_ticket: bool = False,
    **works: Work,
) -> View:
    """The view of a route: by method, what is done for whoever may.

    `reading` and `changing` are what a key must be for, one of them, with methods that are safe and
    others. `by_ticket` lets browsers in that have a ticket; the work must hold them to it.
    """
    allowed = ", ".join((*works, "OPTIONS"))

    async def view(request: HttpRequest, org: str, **named: str) -> HttpResponseBase:
        started, request_id = time.perf_counter(), respond.request_id(request)
        origin = await cors.known_org(org) if "HTTP_ORIGIN" in request.META else None
        known: list[Caller] = []
        response: HttpResponseBase
        try:
            respond.require_https(request)
            if request.method == "OPTIONS":
                response = cors.preflight()
            else:
                known.append(await _caller(request, org, by_ticket=by_ticket))
                if (work := works.get(request.method or "")) is None:
                    raise MethodNotAllowed(request.method or "", allowed)
                needed = reading if request.method in _SAFE else changing
                response = await _done(Visit(request, known[0], named), work, needed)
        except ProxyError as exc:
            response = respond.error(exc, request_id)
            refusals.note(request.META, exc, org=org, known=bool(known))
        except Exception:
            logger.exception("The request %s failed in the proxy", request_id)
            response = respond.error(ProxyError(), request_id)
        cors.mark(response, request, origin)
        respond.finish(response, request_id, started)
        return response

    return view


async def _done(visit: Visit, work: Work, needed: frozenset[str]) -> HttpResponseBase:
    caller = visit.caller
    left = admission.admit(visit.request, caller, "read")
    if not needed & caller.key.access:
        raise Forbidden(code="out_of_scope")
    try:
        return await work(replace(visit, left=left))
    except (DatabaseError, InterfaceError) as exc:
        raise Unavailable(code="directory_unavailable") from exc


async def _caller(request: HttpRequest, org: str, *, by_ticket: bool) -> Caller:
    given = request.META.get("HTTP_AUTHORIZATION")
    try:
        return await access.caller(given, org, by_ticket=by_ticket)
    except Unauthenticated as exc:
        if isinstance(exc.__cause__, InvalidKey):
            rates.limiter.failed(request)
        raise
