"""Kept answers in Redis, shared by every worker; a Redis that fails is gone past, never waited for.

An entry's head and its content are two values, and each worker holds on to contents that it has
seen: the tag in the head says whether they still are the right ones, so a hit rarely moves more
than a few hundred bytes.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeVar

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from services.cache.entry import Entry, Found, Place, read, written
from services.cache.memory import MAX_ENTRY, Memory

PATIENCE = 0.1  # seconds for one operation
CONNECTIONS = 16  # of one worker
PAUSE = 1.0  # seconds without asking a Redis that failed
MAX_OWED = 10_000
MARK_LIFE = 2 * 24 * 3600  # seconds; longer than any entry
Made = TypeVar("Made")
logger = logging.getLogger("ai_proxy")


class Away(Exception):
    """Redis is not there, or was not a moment ago."""


class Remote:
    """The store behind `url`."""

    def __init__(self, url: str, near: Memory) -> None:
        self._url = url
        self._near = near
        self._clients: dict[Any, tuple[Any, AsyncGenerator[Any, None]]] = {}  # by event loop
        self._asks_again = 0.0  # by the monotonic clock; 0 when all is well
        self._owed: set[bytes] = set()  # marks whose drop Redis has not heard of

    async def find(self, place: Place) -> Found:
        try:
            if self._owed:
                await self._settle()
            head, turn = await self._ask(lambda redis: redis.mget(_head(place), _mark(place.mark)))
            entry = read(head, place.key) if head else None
            turn = turn or b""
            if entry is None or entry.turn != turn:
                return Found(turn)
            content = await self._content(place, entry)
            return Found(turn) if content is None else Found(turn, entry, content)
        except Away:
            return Found(None)

    async def put(self, place: Place, entry: Entry, content: bytes, life: int) -> bool:
        if len(content) > MAX_ENTRY or self._near.late(place, entry):
            return False
        self._near.set(place, entry, content)
        pairs = ((_body(place), place.key + content), (_head(place), written(entry)))
        try:
            await self._ask(lambda redis: _set(redis, pairs, life))
        except Away:
            return False
        return True

    async def drop(self, mark: bytes) -> None:
        if len(self._owed) < MAX_OWED:
            self._owed.add(mark)
        with suppress(Away):
            await self._settle()

    def clear(self) -> None:
        """Forget what this process holds, and that Redis was away."""
        self._near.clear()
        self._owed.clear()
        self._asks_again = 0.0

    async def _content(self, place: Place, entry: Entry) -> bytes | None:
        near = self._near.get(place)
        if near is not None and near[0].tag == entry.tag:
            return near[1]
        body: bytes | None = await self._ask(lambda redis: redis.get(_body(place)))
        if body is None or not body.startswith(place.key):
            return None
        content = body[len(place.key) :]
        self._near.set(place, entry, content)
        return content

    async def _settle(self) -> None:
        """Tell Redis of the drops that it missed: each mark gets a turn that never was."""
        owed = tuple(self._owed)
        turn = uuid.uuid4().bytes
        pairs = tuple((_mark(mark), turn) for mark in owed)
        await self._ask(lambda redis: _set(redis, pairs, MARK_LIFE))
        self._owed.difference_update(owed)

    async def _ask(self, work: Callable[[Any], Awaitable[Made]]) -> Made:
        """What Redis says. Raises Away, at once for a while after it failed."""
        now = time.monotonic()
        if now < self._asks_again:
            raise Away
        if self._asks_again:
            self._asks_again = now + PAUSE  # one asks for all
        try:
            async with asyncio.timeout(PATIENCE):
                made = await work(await self._client())
        except Exception as exc:  # noqa: BLE001  whatever is wrong, the call goes on without it
            if not self._asks_again:
                logger.warning("Redis failed (%s); going on without it", type(exc).__name__)
            self._asks_again = time.monotonic() + PAUSE
            raise Away from None
        self._asks_again = 0.0
        return made

    async def _client(self) -> Any:
        """The event loop's own client; it is closed with the loop."""
        loop = asyncio.get_running_loop()
        held = self._clients.get(loop)
        if held is None:
            keeper = self._open(loop)
            held = self._clients[loop] = (await anext(keeper), keeper)
        return held[0]

    async def _open(self, loop: Any) -> AsyncGenerator[Any, None]:
        """A client that lives until the loop ends its generators, as a loop does when it closes."""
        pool = BlockingConnectionPool.from_url(
            self._url,
            max_connections=CONNECTIONS,
            timeout=PATIENCE,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 0),
        )
        client = Redis(connection_pool=pool)
        try:
            yield client
        finally:
            del self._clients[loop]
            await client.aclose()
            await pool.aclose()


async def _set(redis: Any, pairs: tuple[tuple[str, bytes], ...], life: int) -> None:
    pipe = redis.pipeline(transaction=False)
    for name, value in pairs:
        pipe.set(name, value, ex=life)
    await pipe.execute()


def _head(place: Place) -> str:
    return f"ai-proxy:answer:{place.key.hex()}"


def _body(place: Place) -> str:
    return f"ai-proxy:content:{place.key.hex()}"


def _mark(mark: bytes) -> str:
    return f"ai-proxy:mark:{mark.hex()}"
