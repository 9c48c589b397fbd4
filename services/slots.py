"""How many calls may be under way at a time, by name; some may wait for their turn."""

from __future__ import annotations

import asyncio
import threading
from collections import deque

from services.errors import Busy

QUEUE = 10  # calls that may wait for a credential's slot
PATIENCE = 1.0  # seconds that they wait


class Slots:
    """Counts by name. What `take` lets through ends with exactly one `give`, in any thread."""

    __slots__ = ("_lock", "_used")

    def __init__(self) -> None:
        self._used: dict[object, int] = {}
        self._lock = threading.Lock()

    def take(self, name: object, limit: int) -> bool:
        """Whether one more fits; taken when it does."""
        with self._lock:
            used = self._used.get(name, 0)
            if used >= limit:
                return False
            self._used[name] = used + 1
            return True

    def give(self, name: object) -> None:
        with self._lock:
            left = self._used[name] - 1
            if left:
                self._used[name] = left
            else:
                del self._used[name]  # only names in use are remembered

    def used(self, name: object) -> int:
        return self._used.get(name, 0)


class Queues:
    """Slots for which a few calls may wait a little."""

    def __init__(self) -> None:
        self._slots = Slots()
        self._waiting: dict[object, deque[asyncio.Future[None]]] = {}

    async def take(self, name: object, limit: int, within: float = PATIENCE) -> None:
        """Take a slot, after waiting for one if need be.

        Raises Busy when none comes free within so many seconds.
        """
        if not self._slots.take(name, limit):
            await self._wait(name, within)

    def give(self, name: object) -> None:
        """Give a slot back, or hand it to the call that has waited longest."""
        waiting = self._waiting.get(name)
        while waiting:
            heir = waiting.popleft()
            if not heir.done() and self._hand(name, heir):
                return
        self._slots.give(name)

    def _hand(self, name: object, heir: asyncio.Future[None]) -> bool:
        """Let a call have the slot; one of another thread's loop is told there."""
        loop = heir.get_loop()
        if loop is _running():
            heir.set_result(None)
            return True
        try:
            loop.call_soon_threadsafe(self._arrive, name, heir)
        except RuntimeError:  # that loop has ended
            return False
        return True

    def _arrive(self, name: object, heir: asyncio.Future[None]) -> None:
        if heir.done():  # it went away meanwhile
            self.give(name)
        else:
            heir.set_result(None)

    def used(self, name: object) -> int:
        return self._slots.used(name)

    async def _wait(self, name: object, within: float) -> None:
        waiting = self._waiting.setdefault(name, deque())
        if len(waiting) >= QUEUE:
            raise Busy
        turn = asyncio.get_running_loop().create_future()
        waiting.append(turn)
        try:
            async with asyncio.timeout(within):
                await turn
        except TimeoutError:
            self._leave(name, waiting, turn)
            raise Busy from None
        except asyncio.CancelledError:
            self._leave(name, waiting, turn)
            raise
        finally:
            if not waiting and self._waiting.get(name) is waiting:
                del self._waiting[name]

    def _leave(
        self, name: object, waiting: deque[asyncio.Future[None]], turn: asyncio.Future[None]
    ) -> None:
        """Give up a place in the queue, or the slot that was handed over at that moment."""
        if turn in waiting:
            waiting.remove(turn)
        elif turn.done() and not turn.cancelled():
            self.give(name)


def _running() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
