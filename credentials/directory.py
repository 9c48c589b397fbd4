"""The in-process picture of orgs, keys and credentials; knows when it is stale.

Every entry was read from the database after the revision it is filed under, the revision is asked
again at most `max_age` seconds later, and a changed one drops everything. So a call costs no query,
a change is seen everywhere within a second, and when the database is out of reach nobody is let in
on what may be outdated.
"""

from __future__ import annotations

import asyncio
import math
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.db import DatabaseError, InterfaceError, connections

from credentials import origins
from credentials.crypto import Row
from credentials.errors import DirectoryUnavailable
from credentials.models import (
    ApiKey,
    Credential,
    Org,
    Retirement,
    Revision,
    ServicePolicy,
    SessionToken,
)
from credentials.models.policies import reaches_platform

MAX_AGE = 0.9  # seconds; with the time of a call it stays under the promised second
PATIENCE = 3.0  # seconds to wait for the database
SIZE = 10_000  # entries of each kind
Found = TypeVar("Found")
Name = TypeVar("Name")


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """What the directory knows of a key; `expires_at` in unix seconds."""

    id: str
    org: str
    digest: bytes
    scopes: tuple[str, ...]
    origins: tuple[str, ...]
    expires_at: float | None
    kind: str = "server"
    access: frozenset[str] = frozenset(("invoke",))
    networks: tuple[str, ...] = ()
    rate: int | None = None  # calls a minute, instead of the setting for its kind
    paid_per_day: int | None = None
    approve_above: int | None = None  # paid pieces of one call, beyond which a person decides
    lineage: str = ""  # the first of the keys that were rolled into it, when there were any


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A vendor's session token and the key that it was asked for with; times in unix seconds."""

    service: str
    key_digest: bytes
    expires_at: float


@dataclass(frozen=True, slots=True)
class Policy:
    """Which credential sources, vendor generation and test mode an org's calls use."""

    is_enabled: bool = True
    disabled_actions: frozenset[str] = frozenset()
    allow_tenant_key: bool = True
    allow_platform_key: bool = False
    default_source: str = "tenant"
    fallback_to_platform_key: bool = False
    upstream_generation: str = ""
    test_mode: str = "sandbox"
    paid_per_day: int | None = None
    uncatalogued: bool = False  # paths that the catalogue does not have, on the pass-through
    query_token: bool = False  # keys in the query, there
    approve_above: int | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """A credential as stored: the sealed text and the row it is bound to."""

    row: Row
    text: str
    concurrency: int | None = None  # paid calls at a time in the vendor's plan


@dataclass(frozen=True, slots=True)
class OrgRecord:
    """What the directory knows of an org."""

    id: uuid.UUID
    slug: str
    own_origins: frozenset[str]
    key_origins: tuple[tuple[float, frozenset[str]], ...] = ()  # until when (unix seconds), which
    policies: Mapping[str, Policy] = field(default_factory=dict)
    own: Mapping[str, Sealed] = field(default_factory=dict)
    platform: Mapping[str, Sealed] = field(default_factory=dict)
    retired: frozenset[str] = frozenset()

    def policy(self, service: str) -> Policy:
        return self.policies.get(service, _DEFAULT)

    def knows(self, origin: str) -> bool:
        """Whether browsers at this origin may call with some live key of the org."""
        if origins.allowed(origin, self.own_origins):
            return True
        now = time.time()
        live = (allowed for until, allowed in self.key_origins if until > now)
        return origins.allowed(origin, chain.from_iterable(live))


_DEFAULT = Policy()
_UNKNOWN: Any = object()


class Directory:
    """Look-ups by digest and by slug. Raises DirectoryUnavailable when the database is away."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.max_age = MAX_AGE
        self._clock = clock
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Drop everything; the next look-up asks the database."""
        with self._lock:
            self._clear(None, checked=float("-inf"))

    async def find_key(self, digest: bytes) -> KeyRecord | None:
        """The live key with this digest."""
        return await self._find(_load_key, digest)

    async def find_session(self, digest: bytes) -> SessionRecord | None:
        """The vendor's session token with this digest; it was noted before anybody had it."""
        return await self._find(_load_session, digest)

    async def find_org(self, slug: str) -> OrgRecord | None:
        """The active org of this slug."""
        return await self._find(_load_org, slug)

    def key(self, digest: bytes) -> KeyRecord | None:
        """`find_key` for synchronous code."""
        return self._ask(_load_key, digest)

    def org(self, slug: str) -> OrgRecord | None:
        """`find_org` for synchronous code."""
        return self._ask(_load_org, slug)

    async def _find(self, load: Callable[[Name], Found | None], name: Name) -> Found | None:
        if self._fresh():
            found: Found | None = self._shelves[load].get(name, _UNKNOWN)
            if found is not _UNKNOWN:
                return found
        try:
            async with asyncio.timeout(PATIENCE):
                return await sync_to_async(self._ask)(load, name)
        except TimeoutError as exc:
            raise DirectoryUnavailable("The database does not answer.") from exc

    def _ask(self, load: Callable[[Name], Found | None], name: Name) -> Found | None:
        try:
            _drop_stale_connections()
            self._refresh()
            shelf = self._shelves[load]
            found: Found | None = shelf.get(name, _UNKNOWN)
            return self._keep(shelf, name, load(name)) if found is _UNKNOWN else found
        except (DatabaseError, InterfaceError) as exc:
            raise DirectoryUnavailable("The database cannot be asked.") from exc

    def _fresh(self) -> bool:
        return self._clock() - self._checked < self.max_age

    def _refresh(self) -> None:
        with self._lock:
            if self._fresh():
                return
            asked = self._clock()
            token = Revision.current()
            if token != self._token or token is None:
                self._clear(token, checked=asked)
            self._checked = asked

    def _keep(self, shelf: dict[Any, Any], name: object, entry: Found | None) -> Found | None:
        with self._lock:
            if len(shelf) >= SIZE:
                if entry is None:
                    return None  # unknown names must not push known ones out
                shelf.pop(next(iter(shelf)), None)
            shelf[name] = entry
        return entry

    def _clear(self, token: uuid.UUID | None, *, checked: float) -> None:
        # New shelves, not emptied ones: a load still under way files its outdated entry on the
        # old shelf, where nobody will find it.
        self._shelves: dict[Any, dict[Any, Any]] = {
            _load_key: {},
            _load_org: {},
            _load_session: {},
        }
        self._token, self._checked = token, checked


def _drop_stale_connections() -> None:
    """What Django does around a request; a transaction under way keeps its connection."""
    for held in connections.all(initialized_only=True):
        if not held.in_atomic_block:
            held.close_if_unusable_or_obsolete()


def _load_key(digest: bytes) -> KeyRecord | None:
    key = (
        ApiKey.objects.filter(digest=digest, revoked_at=None, org__is_active=True)
        .select_related("org")
        .first()
    )
    if key is None:
        return None
    return KeyRecord(
        id=key.id,
        org=key.org.slug,
        digest=bytes(key.digest),
        scopes=tuple(key.scopes),
        origins=tuple(key.origins),
        expires_at=key.expires_at.timestamp() if key.expires_at else None,
        kind=key.kind,
        access=frozenset(key.access),
        networks=tuple(key.networks),
        rate=key.rate,
        paid_per_day=key.paid_per_day,
        approve_above=key.approve_above,
        lineage=key.lineage,
    )


def _load_session(digest: bytes) -> SessionRecord | None:
    held = SessionToken.objects.filter(digest=digest).select_related("key").first()
    if held is None:
        return None
    return SessionRecord(held.service, bytes(held.key.digest), held.expires_at.timestamp())


def _load_org(slug: str) -> OrgRecord | None:
    org = Org.objects.filter(slug=slug, is_active=True).first()
    if org is None:
        return None
    return OrgRecord(
        id=org.id,
        slug=org.slug,
        own_origins=frozenset(org.origins),
        key_origins=_key_origins(org),
        policies=policies_of(org),
        own=_sealed(Credential.objects.filter(org=org)),
        platform=_sealed(Credential.objects.filter(org=None)),
        retired=frozenset(Retirement.objects.filter(org=org).values_list("service", flat=True)),
    )


def _key_origins(org: Org) -> tuple[tuple[float, frozenset[str]], ...]:
    """The origins of keys that were not revoked; those of many keys alike are told once."""
    found: dict[frozenset[str], float] = {}
    for key in ApiKey.objects.filter(org=org, revoked_at=None).only("origins", "expires_at"):
        until = key.expires_at.timestamp() if key.expires_at else math.inf
        if allowed := frozenset(key.origins):
            found[allowed] = max(until, found.get(allowed, until))
    return tuple((until, allowed) for allowed, until in found.items())


def _sealed(rows: Any) -> dict[str, Sealed]:
    return {item.service: Sealed(item.row, item.sealed, item.concurrency) for item in rows}


def smallest(limits: Iterable[int | None]) -> int | None:
    """The one that holds of several limits, of which None is none."""
    return min((limit for limit in limits if limit is not None), default=None)


def policies_of(org: Org) -> dict[str, Policy]:
    for_all = {row.service: row for row in ServicePolicy.objects.filter(org=None)}
    own = {row.service: row for row in ServicePolicy.objects.filter(org=org)}
    return {
        service: policy_of(row, for_all.get(service)) for service, row in {**for_all, **own}.items()
    }


def policy_of(row: ServicePolicy, for_all: ServicePolicy | None) -> Policy:
    """The org's own row decides, except that what is switched off for all stays off.

    A row that the org made itself allows no credential source that not everyone is allowed, and
    brings no call to the platform's credential where the row for all does not.
    """
    rows = [row, for_all] if for_all else [row]
    roof = (for_all or _DEFAULT) if row.set_by_org else row
    policy = Policy(
        is_enabled=all(item.is_enabled for item in rows),
        disabled_actions=frozenset(name for item in rows for name in item.disabled_actions),
        allow_tenant_key=row.allow_tenant_key and roof.allow_tenant_key,
        allow_platform_key=row.allow_platform_key and roof.allow_platform_key,
        default_source=row.default_source,
        fallback_to_platform_key=row.fallback_to_platform_key,
        upstream_generation=row.upstream_generation,
        test_mode=row.test_mode,
        paid_per_day=smallest(item.paid_per_day for item in rows),
        uncatalogued=roof.uncatalogued,
        query_token=roof.query_token,
        approve_above=smallest(item.approve_above for item in rows),
    )
    further = row.set_by_org and reaches_platform(policy) and not reaches_platform(roof)
    return replace(policy, allow_platform_key=False) if further else policy


directory = Directory()
