"""Where vendors report what happened: verified, stored, and only then answered."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse

from credentials import vault
from credentials.crypto import SealedError
from jobs import database, inbox
from jobs.inbox import Flooded
from jobs.models import Receiver
from services import body, catalogue, rates
from services.errors import (
    MethodNotAllowed,
    NotFound,
    RateLimited,
    Unauthenticated,
    Unavailable,
)
from services.service import Webhooks
from services.webhooks import events, tokens
from services.webhooks.handling import handle as handle
from services.webhooks.signatures import Forged, signed

MAX_BYTES = 256 * 1024
_MOST = 10_000
_right: set[bytes] = set()  # digests of tokens that a receiver had, as far as this process asked
_DONE = b'{"data":null}'


async def receive(request: HttpRequest, token: str) -> HttpResponse:
    """Take one event. Raises ProxyError; what was answered with 200 is stored."""
    if request.method == "OPTIONS":  # vendors ask so whether somebody is there
        return HttpResponse(_DONE, "application/json", headers={"Allow": "POST, OPTIONS"})
    if request.method != "POST":
        raise MethodNotAllowed(request.method or "", "POST, OPTIONS")
    try:
        receiver = await _found(request, tokens.digests(token))
        raw = await body.read(request, MAX_BYTES)
        await database.run(_kept, receiver, _headers(request), raw)
    except (DatabaseError, InterfaceError, SealedError) as exc:
        raise Unavailable from exc
    return HttpResponse(_DONE, "application/json")


receive.csrf_exempt = True  # type: ignore[attr-defined]  # nobody's browser sends these


async def _found(request: HttpRequest, digests: Sequence[bytes]) -> Receiver:
    """Whose address it is. Raises NotFound, RateLimited.

    Who guessed too often is not looked up, but for addresses that were right before: a vendor
    reports to strangers' from the same machines.
    """
    if _right.isdisjoint(digests):
        rates.limiter.spent(request)
    receiver = await database.run(_receiver, digests) if digests else None
    if receiver is None:
        rates.limiter.failed(request)
        raise NotFound
    if len(_right) >= _MOST:
        _right.clear()
    _right.add(digests[0])
    return receiver


def _receiver(digests: Sequence[bytes]) -> Receiver | None:
    rows = Receiver.objects.select_related("credential")
    found = rows.filter(token__in=digests).first()
    if found is not None and bytes(found.token) != digests[0]:
        _renew(found, digests[0])
    return found


def _renew(receiver: Receiver, digest: bytes) -> None:
    """Keep the address under the pepper in use: the one before may go."""
    Receiver.objects.filter(pk=receiver.pk, token=receiver.token).update(token=digest)


def _headers(request: HttpRequest) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _kept(receiver: Receiver, headers: Mapping[str, str], raw: bytes) -> None:
    about = _about(receiver)
    try:
        is_signed = signed(about, headers, raw, opened(receiver), time.time())
    except Forged:
        raise Unauthenticated("The signature is not valid.", code="bad_signature") from None
    arrived = events.read(about, headers, raw, signed=is_signed)
    try:
        inbox.keep(receiver, arrived)
    except Flooded:
        raise RateLimited(
            "There were too many events in a minute.", headers={"Retry-After": "60"}
        ) from None


def _about(receiver: Receiver) -> Webhooks:
    service = catalogue.known(receiver.credential.service)
    if service is None or service.webhooks is None:
        raise NotFound
    return service.webhooks


def opened(receiver: Receiver) -> list[str]:
    """The secrets with which the vendor may sign, newest first. Raises SealedError."""
    found: list[str] = json.loads(vault.ring().open(receiver.sealed, receiver.row).reveal())
    return found
