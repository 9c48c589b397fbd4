"""One upstream call for callers who ask for the same thing at the same time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import replace
from typing import Any

from services.errors import ProxyError, UpstreamTimeout
from services.exchange import Reply

Work = Callable[..., Awaitable[Reply]]
COLLAPSED = "ai-proxy; fwd=miss; collapsed"  # RFC 9211 section 2.7


class Flight:
    """A call under way; `landing` is made by the first who waits for it."""

    __slots__ = ("landing", "patience")

    def __init__(self, patience: float) -> None:
        self.patience = patience  # seconds that its leader has
        self.landing: asyncio.Future[Reply | ProxyError | None] | None = None

    async def land(self, patience: float) -> Reply | ProxyError | None:
        """What came of it; None when that says nothing about anyone else's call."""
        if self.landing is None:
            self.landing = asyncio.get_running_loop().create_future()
        outcome = await asyncio.shield(self.landing)
        # Who gave it less time may have run out of it, or got a list that was cut short.
        hurt = isinstance(outcome, UpstreamTimeout) or (
            isinstance(outcome, Reply) and outcome.notes
        )
        return None if hurt and self.patience < patience else outcome


class Flights:
    """The calls under way in this process, by what they ask for."""

    def __init__(self) -> None:
        self._flights: dict[Hashable, Flight] = {}

    def share(
        self, identity: Hashable, patience: float, work: Work, *given: Any
    ) -> Awaitable[Reply]:
        """`work(*given)`, or what a call under way for the same `identity` brings.

        To be awaited at once. `patience`, in seconds, bounds the waiting; `work` bounds itself.
        The replies and errors are each caller's own.
        """
        key = (id(asyncio.get_running_loop()), identity)
        if key in self._flights:
            return self._follow(key, patience, work, given)
        return self._lead(key, patience, work, given)

    async def _lead(
        self, key: Hashable, patience: float, work: Work, given: tuple[Any, ...]
    ) -> Reply:
        flight = self._flights[key] = Flight(patience)
        outcome: Reply | ProxyError | None = None
        try:
            outcome = reply = await work(*given)
            return reply
        except ProxyError as exc:
            outcome = exc
            raise
        finally:
            # Cancelled, or a fault of ours: whoever waits goes on by itself, one at a time.
            del self._flights[key]
            if flight.landing is not None:
                flight.landing.set_result(_own(outcome))

    async def _follow(
        self, key: Hashable, patience: float, work: Work, given: tuple[Any, ...]
    ) -> Reply:
        started = time.perf_counter()
        try:
            async with asyncio.timeout(patience):
                while flight := self._flights.get(key):
                    outcome = _own(await flight.land(patience))
                    if isinstance(outcome, ProxyError):
                        raise outcome
                    if outcome is not None and outcome.stream is None:
                        outcome.upstream_seconds = time.perf_counter() - started
                        outcome.headers["Cache-Status"] = COLLAPSED
                        return outcome
                return await self._lead(key, patience, work, given)
        except TimeoutError:
            raise UpstreamTimeout(retryable=True) from None


def _own(outcome: Reply | ProxyError | None) -> Reply | ProxyError | None:
    """A copy that its caller may change: headers are added to replies and errors per call."""
    if isinstance(outcome, Reply):
        return replace(outcome, headers=dict(outcome.headers))
    if outcome is None:
        return None
    twin = type(outcome).__new__(type(outcome), *outcome.args)
    twin.__dict__.update(outcome.__dict__)
    twin.headers = dict(outcome.headers)
    return twin
