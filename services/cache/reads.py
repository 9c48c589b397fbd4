"""Catalogue reads: kept, fetched once for all who wait, or past their time when nothing better is.

RFC 9111 (caching), RFC 5861 (stale-if-error), RFC 9211 (Cache-Status).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings

from services import threads
from services.cache.asked import Asked
from services.cache.entry import VERSION, Entry, Found, Place, tag_of
from services.cache.flights import Flights, Work
from services.cache.memory import Memory
from services.errors import ProxyError
from services.exchange import Reply

if TYPE_CHECKING:
    from services.cache.remote import Remote

NAME = "ai-proxy"


class Reads:
    """The catalogue reads of this process; `clock` gives unix seconds."""

    def __init__(self, flights: Flights, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self._flights = flights

    @property
    def store(self) -> Memory | Remote:
        return _store(settings.REDIS_URL, settings.CACHE_BYTES)

    async def read(
        self, place: Place, asked: Asked, patience: float, work: Work, *given: Any
    ) -> Reply:
        """The answer of `work(*given)`, or a kept one as far as `asked` allows."""
        found = Found(None) if asked.no_store else await self.store.find(place)
        if found.entry and self._fresh(found.entry) and asked.takes(self._age(found.entry)):
            return _fitting(asked, self._kept(found.entry, found.content))
        try:
            reply = await self._made(place, asked, found, patience, work, given)
        except ProxyError as exc:
            if not found.entry or not asked.forgiving or not _excused(exc) or self._old(found):
                raise
            reply = self._kept(found.entry, found.content)
            reply.headers["Cache-Status"] = f"{NAME}; fwd=stale; detail=stale-if-error"
        return _fitting(asked, reply)

    async def drop(self, mark: bytes) -> None:
        """Forget what was kept under `mark`, because a write may have changed it."""
        await self.store.drop(mark)

    async def _made(
        self,
        place: Place,
        asked: Asked,
        found: Found,
        patience: float,
        work: Work,
        given: tuple[Any, ...],
    ) -> Reply:
        if asked.passes:
            return await self._fetch(place, asked, found, work, given)
        # A call that began before a write is under another turn, and not shared after it.
        flight = (place.key, found.turn)
        more = (place, asked, found, work, given)
        return await self._flights.share(flight, patience, self._fetch, *more)

    async def _fetch(
        self, place: Place, asked: Asked, found: Found, work: Work, given: tuple[Any, ...]
    ) -> Reply:
        began = self.clock()
        reply = await work(*given)
        if reply.stream is not None:
            return reply
        tag = await threads.run(tag_of, reply.content, size=len(reply.content))
        stored = not asked.no_store and await self._keep(place, found.turn, reply, tag, began)
        status = f"{NAME}; fwd={self._why(asked, found)}{'; stored' if stored else ''}"
        reply.headers |= _head(tag) | {"Cache-Status": status}
        return reply

    async def _keep(
        self, place: Place, turn: bytes | None, reply: Reply, tag: str, began: float
    ) -> bool:
        """Store a reply; whether it was."""
        ttl = min(place.ttl, place.noted) if reply.notes else place.ttl
        if turn is None or reply.status != 200 or not ttl:
            return False
        entry = Entry(VERSION, place.key, turn, began, ttl, reply.status, tag, reply.notes)
        life = ttl + settings.CACHE_STALE_SECONDS
        return await self.store.put(place, entry, reply.content, life)

    def _why(self, asked: Asked, found: Found) -> str:
        """Why a call went on to the vendor (RFC 9211 section 2.2)."""
        if asked.no_store or (found.entry and self._fresh(found.entry)):
            return "request"
        if found.entry:
            return "stale"
        return "bypass" if found.turn is None else "miss"

    def _kept(self, entry: Entry, content: bytes) -> Reply:
        age = int(self._age(entry))
        status = f"{NAME}; hit; ttl={entry.ttl - age}"
        told = _head(entry.tag) | {"Age": str(age), "Cache-Status": status}
        return Reply(entry.status, content, told, notes=entry.notes)

    def _age(self, entry: Entry) -> float:
        return entry.age(self.clock())

    def _fresh(self, entry: Entry) -> bool:
        return self._age(entry) < entry.ttl

    def _old(self, found: Found) -> bool:
        """Whether even a failure does not excuse giving this answer."""
        entry = found.entry
        return entry is None or self._age(entry) >= entry.ttl + settings.CACHE_STALE_SECONDS


def _excused(exc: ProxyError) -> bool:
    """Whether it is the vendor's or our own trouble, and no word about the call or its key."""
    return exc.status >= 500 and exc.code != "upstream_auth_failed"


def _head(tag: str) -> dict[str, str]:
    return {"ETag": tag, "Cache-Control": "private, no-cache"}


def _fitting(asked: Asked, reply: Reply) -> Reply:
    """The reply, or 304 without a body when the caller holds it already."""
    if asked.tags and asked.has(reply.headers.get("ETag", "")):
        reply.status, reply.content = 304, b""
    return reply


@lru_cache(maxsize=4)
def _store(url: str, size: int) -> Memory | Remote:
    memory = Memory(size)
    if not url or not size:
        return memory
    from services.cache.remote import Remote  # Redis's client costs who has no Redis 50 ms

    return Remote(url, memory)


flights = Flights()
reads = Reads(flights)
