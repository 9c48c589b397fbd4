"""Headers to a caller. The one place where a key is checked; the DRF class wraps it."""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from django.conf import settings
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from credentials import keys, origins, tickets
from credentials.directory import KeyRecord, OrgRecord, directory
from credentials.errors import (
    ExpiredTicket,
    InvalidKey,
    InvalidTicket,
    MissingKey,
    NoTicket,
    WrongOrg,
)
from credentials.tickets import Ticket

_SCHEMES = ("api-key", "token", "api-token", "bearer")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: an org through one of its keys, perhaps by a ticket that was made with it.

    There is no anonymous caller.
    """

    org: OrgRecord
    key: KeyRecord
    ticket: Ticket | None = None

    is_authenticated = True  # what DRF asks of a user

    @property
    def end_user(self) -> str:
        """Whom its ticket was made for, where that was said."""
        return self.ticket.end_user if self.ticket is not None else ""

    def may(self, service: str, action: str) -> bool:
        """Whether the key's scopes, and its ticket, cover this action; no scopes cover all."""
        name = f"{service}:{action}"
        if self.ticket is not None and not self.ticket.covers(name):
            return False
        return not self.key.scopes or any(fnmatchcase(name, scope) for scope in self.key.scopes)

    def may_from(self, origin: str) -> bool:
        """Whether browsers at this origin may use the key, and its ticket."""
        if self.ticket is not None and origin != self.ticket.origin:
            return False
        return origins.allowed(origin, self.key.origins or self.org.own_origins)


async def identify(authorization: str | None, org: str, *, by_ticket: bool = False) -> Caller:
    """The caller behind an `Authorization` header, for one org's URL.

    Raises MissingKey, InvalidKey, WrongOrg; NoTicket for a ticket, unless `by_ticket`;
    DirectoryUnavailable when nobody can be recognised.
    """
    key = _presented(authorization)
    if key.startswith(tickets.MARK):
        ticket = _ticket(key)
        record = await directory.find_key(ticket.digest)
        known = await directory.find_org(org)
        return _bearer(ticket, record, known, org, by_ticket=by_ticket)
    for digest in _digests(key):
        if record := await directory.find_key(digest):
            return _caller(_checked(record, digest, org), await directory.find_org(org))
    raise InvalidKey


async def of_session(token: str, service: str, org: str) -> Caller:
    """The caller whose key a vendor's session token was asked for with, while that key lives.

    Raises InvalidKey, WrongOrg; DirectoryUnavailable.
    """
    for pepper in peppers(settings.API_KEY_PEPPER):
        session = await directory.find_session(keys.digest(token.encode(), pepper))
        if not session or session.service != service or session.expires_at <= time.time():
            continue
        if record := await directory.find_key(session.key_digest):
            known = _checked(record, session.key_digest, org)
            return _caller(known, await directory.find_org(org))
    raise InvalidKey


async def again(caller: Caller) -> Caller:
    """The caller as it is known by now: after a wait its key may have ended, or its org changed.

    Raises InvalidKey, WrongOrg, DirectoryUnavailable.
    """
    digest, slug = caller.key.digest, caller.org.slug
    if (record := await directory.find_key(digest)) is None:
        raise InvalidKey
    known = _caller(_checked(record, digest, slug), await directory.find_org(slug))
    return replace(known, ticket=caller.ticket)


def session_digest(token: str) -> bytes:
    """What to store of a vendor's session token."""
    return keys.digest(token.encode(), peppers(settings.API_KEY_PEPPER)[0])


def identify_sync(authorization: str | None, org: str, *, by_ticket: bool = False) -> Caller:
    """`identify` for synchronous code."""
    key = _presented(authorization)
    if key.startswith(tickets.MARK):
        ticket = _ticket(key)
        record, known = directory.key(ticket.digest), directory.org(org)
        return _bearer(ticket, record, known, org, by_ticket=by_ticket)
    for digest in _digests(key):
        if record := directory.key(digest):
            return _caller(_checked(record, digest, org), directory.org(org))
    raise InvalidKey


def new_ticket(ticket: Ticket) -> str:
    """The text of a ticket."""
    return tickets.seal(ticket, peppers(settings.API_KEY_PEPPER)[0])


def new_digest(key: str) -> bytes:
    """What to store of a new key."""
    return keys.digest(key.encode(), peppers(settings.API_KEY_PEPPER)[0])


@lru_cache(maxsize=4)
def peppers(setting: str) -> tuple[bytes, ...]:
    """The pepper that new digests use, then those that older keys may still be under."""
    return tuple(part.strip().encode() for part in setting.split(",") if part.strip())


def _digests(key: bytes) -> list[bytes]:
    if not keys.well_formed(key):
        raise InvalidKey
    return [keys.digest(key, pepper) for pepper in peppers(settings.API_KEY_PEPPER)]


def _presented(authorization: str | None) -> bytes:
    """Exactly one scheme word, one space, one key or ticket (RFC 9110 section 11.6.2).

    Two headers arrive joined by a comma, which no key holds.
    """
    scheme, _, key = (authorization or "").partition(" ")
    if scheme.lower() not in _SCHEMES or not key.strip():
        raise MissingKey
    return key.encode("latin-1", "replace")


def _ticket(text: bytes) -> Ticket:
    """The ticket, if it is one of ours and its time is not over."""
    ticket = tickets.opened(text, peppers(settings.API_KEY_PEPPER))
    if ticket is None:
        raise InvalidTicket
    if ticket.expires_at <= time.time():
        raise ExpiredTicket
    return ticket


def _bearer(
    ticket: Ticket, record: KeyRecord | None, org: OrgRecord | None, slug: str, *, by_ticket: bool
) -> Caller:
    """Who calls by a ticket: its key must work still."""
    if record is None:
        raise InvalidTicket
    try:
        caller = _caller(_checked(record, ticket.digest, slug), org)
    except InvalidKey:
        raise InvalidTicket from None
    if not by_ticket:
        raise NoTicket
    return replace(caller, ticket=ticket)


def _checked(record: KeyRecord, digest: bytes, org: str) -> KeyRecord:
    if not hmac.compare_digest(record.digest, digest):
        raise InvalidKey
    if record.expires_at is not None and record.expires_at <= time.time():
        raise InvalidKey
    if record.org != org:
        raise WrongOrg
    return record


def _caller(key: KeyRecord, org: OrgRecord | None) -> Caller:
    if org is None:
        raise InvalidKey
    return Caller(org=org, key=key)


class ApiKeyAuthentication(BaseAuthentication):
    """`identify` as DRF asks for it; the URL's `org` names the org.

    Tickets are for views that say `takes_tickets`.
    """

    def authenticate(self, request: Request) -> tuple[Any, KeyRecord]:
        parser: Mapping[str, Any] = request.parser_context["kwargs"]
        given = request.META.get("HTTP_AUTHORIZATION")
        by_ticket = getattr(request.parser_context["view"], "takes_tickets", False)
        caller = identify_sync(given, parser["org"], by_ticket=by_ticket)
        return caller, caller.key

    def authenticate_header(self, request: Request) -> str:
        return "Api-Key"
