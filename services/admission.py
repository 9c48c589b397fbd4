"""Whether a known caller may go on: what its key is for, from where, and how often."""

from __future__ import annotations

from contextlib import suppress
from typing import Literal

from django.http import HttpRequest

from credentials.auth import Caller
from services import access, cors, preview, rates
from services.action import Action
from services.errors import BadRequest, Forbidden
from services.service import Service

_SAFE = ("GET", "HEAD")
Need = Literal["read", "manage"] | tuple[Service, Action]


def admit(request: HttpRequest, who: Caller, need: Need) -> dict[str, str]:
    """Let the request go on and count it; the headers that say what is left of the limits.

    `need` is "read" for what every key of the org may see, "manage" for the management API, or the
    service and action that are to be called. Raises Forbidden, RateLimited and, for a dry run of
    what has none, BadRequest; what is refused so is counted too.
    """
    try:
        _permit(request, who, need)
    except (Forbidden, BadRequest):
        _count_refused(request, who)
        raise
    return rates.limiter.admit(who)


def _permit(request: HttpRequest, who: Caller, need: Need) -> None:
    if isinstance(need, tuple):
        access.permit(who, *need)
    elif need == "manage":
        access.permit_managing(who)
        if request.method not in _SAFE and preview.wanted(request.META):
            raise BadRequest("X-Dry-Run: only calls of actions can be tried.", code="no_dry_run")
    _permit_from(request, who)
    cors.permit(request, who)


def _permit_from(request: HttpRequest, who: Caller) -> None:
    if who.key.networks:
        access.permit_from(who, request.META)


def _count_refused(request: HttpRequest, who: Caller) -> None:
    """Unless it comes from elsewhere: a stolen key must not use up the org's calls from there."""
    with suppress(Forbidden):
        _permit_from(request, who)
        rates.limiter.admit(who)
