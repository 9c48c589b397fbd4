"""Headers to a caller. The one place where a key is checked; the DRF class wraps it."""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from django.conf import settings
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from credentials import keys, origins
from credentials.directory import KeyRecord, OrgRecord, directory
from credentials.errors import InvalidKey, MissingKey, WrongOrg

_SCHEMES = ("api-key", "token", "api-token", "bearer")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: an org through one of its keys. There is no anonymous caller."""

    org: OrgRecord
    key: KeyRecord

    is_authenticated = True  # what DRF asks of a user

    def may(self, service: str, action: str) -> bool:
        """Whether the key's scopes cover this action; a key without scopes covers all."""
        name = f"{service}:{action}"
        return not self.key.scopes or any(fnmatchcase(name, scope) for scope in self.key.scopes)

    def may_from(self, origin: str) -> bool:
        """Whether browsers at this origin may use the key."""
        return origins.allowed(origin, self.key.origins or self.org.own_origins)


async def identify(authorization: str | None, org: str) -> Caller:
    """The caller behind an `Authorization` header, for one org's URL.

    Raises MissingKey, InvalidKey, WrongOrg; DirectoryUnavailable when nobody can be recognised.
    """
    for digest in _digests(authorization):
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


def session_digest(token: str) -> bytes:
    """What to store of a vendor's session token."""
    return keys.digest(token.encode(), peppers(settings.API_KEY_PEPPER)[0])


def identify_sync(authorization: str | None, org: str) -> Caller:
    """`identify` for synchronous code."""
    for digest in _digests(authorization):
        if record := directory.key(digest):
            return _caller(_checked(record, digest, org), directory.org(org))
    raise InvalidKey


def new_digest(key: str) -> bytes:
    """What to store of a new key."""
    return keys.digest(key.encode(), peppers(settings.API_KEY_PEPPER)[0])


@lru_cache(maxsize=4)
def peppers(setting: str) -> tuple[bytes, ...]:
    """The pepper that new digests use, then those that older keys may still be under."""
    return tuple(part.strip().encode() for part in setting.split(",") if part.strip())


def _digests(authorization: str | None) -> list[bytes]:
    key = _key(authorization)
    return [keys.digest(key, pepper) for pepper in peppers(settings.API_KEY_PEPPER)]


def _key(authorization: str | None) -> bytes:
    """Exactly one scheme word, one space, one key (RFC 9110 section 11.6.2).

    Two headers arrive joined by a comma, which no key holds.
    """
    scheme, _, key = (authorization or "").partition(" ")
    if scheme.lower() not in _SCHEMES or not key.strip():
        raise MissingKey
    encoded = key.encode("latin-1", "replace")
    if not keys.well_formed(encoded):
        raise InvalidKey
    return encoded


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
    """`identify` as DRF asks for it; the URL's `org` names the org."""

    def authenticate(self, request: Request) -> tuple[Any, KeyRecord]:
        parser: Mapping[str, Any] = request.parser_context["kwargs"]
        caller = identify_sync(request.META.get("HTTP_AUTHORIZATION"), parser["org"])
        return caller, caller.key

    def authenticate_header(self, request: Request) -> str:
        return "Api-Key"
