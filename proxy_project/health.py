"""`/health/live` and `/health/ready`: whether the process is up, and whether it can serve."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Literal

import msgspec
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse

from credentials import vault
from credentials.crypto import KeyRingError
from credentials.directory import Sealed
from credentials.errors import CredentialUnreadable
from credentials.models import Credential, Revision
from proxy_project.life import life
from services.errors import MethodNotAllowed

Outcome = Literal["ok", "failed", "unknown"]
Checks = Mapping[str, Outcome]
PATIENCE = 0.5  # seconds that the database has
KEPT = 0.5  # seconds that an outcome is good for
SAMPLE = 3  # credentials of which one must open: a damaged row is no reason to serve nobody
_REDIS_PATIENCE = 0.1  # seconds
_UNKNOWN: Checks = {"database": "unknown", "migrations": "unknown", "credentials": "unknown"}


async def live(request: HttpRequest) -> HttpResponse:
    """200 while the process turns; asks nobody."""
    _permit(request)
    return _answer(200, {"status": "live"})


async def ready(request: HttpRequest) -> HttpResponse:
    """200 when calls can be served, else 503; with the outcome of every check."""
    _permit(request)
    if life.draining:
        return _answer(503, {"status": "draining"})
    checks = await readiness.checks()
    unready = [name for name, outcome in checks.items() if outcome != "ok" and name != "redis"]
    return _answer(503 if unready else 200, {
        "status": "unready" if unready else "ready", "checks": checks,
    })  # fmt: skip


def _permit(request: HttpRequest) -> None:
    if request.method not in ("GET", "HEAD"):
        raise MethodNotAllowed(request.method or "", "GET, HEAD")


def _answer(status: int, shown: Mapping[str, object]) -> HttpResponse:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    body = msgspec.json.encode(shown)
    return HttpResponse(body, "application/json", status=status, headers=headers)


class Readiness:
    """The last outcome for a moment, and one check under way for all who ask meanwhile."""

    def __init__(
        self, ask: Callable[[], Awaitable[Checks]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ask = ask
        self._clock = clock
        self.forget()

    def forget(self) -> None:
        self._known: Checks = {}
        self._known_at = float("-inf")
        self._asking: asyncio.Task[Checks] | None = None

    async def checks(self) -> Checks:
        """Each check's outcome, at most `KEPT` old; all unknown when it takes too long."""
        if self._clock() - self._known_at < KEPT:
            return self._known
        if self._asking is None:
            self._asking = asyncio.create_task(self._refresh())
        try:
            async with asyncio.timeout(PATIENCE):
                return await asyncio.shield(self._asking)
        except TimeoutError:
            return {**_UNKNOWN, "database": "failed"}

    async def _refresh(self) -> Checks:
        try:
            self._known = await self._ask()
            self._known_at = self._clock()
            return self._known
        finally:
            self._asking = None


class Storage:
    """What was found true and stays so while the process lives."""

    def __init__(self) -> None:
        self.migrated = False
        self.unsealed = False

    async def ask(self) -> Checks:
        checks = await sync_to_async(self.look)()
        return checks | await _redis() if settings.REDIS_URL else checks

    def look(self) -> dict[str, Outcome]:
        """Ask the database. On the thread of the directory's look-ups, whose connection it is."""
        checks = dict(_UNKNOWN)
        try:
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()
            self._look(checks)
            checks["database"] = "ok"
        except Error:
            checks["database"] = "failed"
        return checks

    def _look(self, checks: dict[str, Outcome]) -> None:
        self.migrated = self.migrated or _migrated()
        checks["migrations"] = _outcome(self.migrated)
        if self.migrated:
            Revision.current()
            self.unsealed = self.unsealed or _unsealed()
            checks["credentials"] = _outcome(self.unsealed)


def _outcome(good: bool) -> Outcome:
    return "ok" if good else "failed"


def _migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _unsealed() -> bool:
    """Whether there is a key ring, and it is the one that credentials were sealed with."""
    try:
        if not vault.ring():
            return False
    except KeyRingError:
        return False
    newest = Credential.objects.order_by("-changed_at")[:SAMPLE]
    opened = [_opens(Sealed(row=item.row, text=item.sealed)) for item in newest]
    return any(opened) or not opened


def _opens(sealed: Sealed) -> bool:
    try:
        vault.open_sealed(sealed)
    except CredentialUnreadable:
        return False
    return True


async def _redis() -> dict[str, Outcome]:
    """Reported, not required: without it each machine keeps answers and counts for itself."""
    from redis.asyncio import Redis, RedisError  # megabytes that a service without it saves

    client = Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=_REDIS_PATIENCE,
        socket_connect_timeout=_REDIS_PATIENCE,
    )
    try:
        async with client, asyncio.timeout(2 * _REDIS_PATIENCE):
            return {"redis": _outcome(bool(await client.ping()))}
    except (RedisError, OSError, TimeoutError):
        return {"redis": "failed"}


storage = Storage()
readiness = Readiness(storage.ask)
