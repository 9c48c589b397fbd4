"""A worker's entrance: who is turned away when there is more to do than it can."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings

from services import catalogue

# How much of a worker's room each kind of request may fill, in percent. Who polls or discovers
# asks again anyway; the last fifth is for calls that cost money, and their answers.
READ, ORDINARY, PAID = 70, 80, 100

TICK = 0.05  # seconds between two looks at the event loop
LATE = 0.1  # seconds by which a look is late
BEHIND = 4  # looks in a row that come late, after which the worker is behind


@lru_cache(maxsize=4096)
def kind(service: str, action: str) -> int:
    """How much room calls of this action may fill."""
    found = catalogue.known(service)
    named = found.by_slug.get(action) if found else None
    if found is None or named is None or action in found.polls:
        return READ
    return ORDINARY if named.billable is False else PAID


class Gate:
    """Counts who is inside, and watches whether the event loop keeps up.

    Room is for calls that wait for a vendor. When the worker itself is too slow, and that lasts,
    there is room for paid calls only until it has caught up.
    """

    def __init__(self) -> None:
        self.inside = 0
        self.behind = False
        self._late = 0
        self._loop: asyncio.AbstractEventLoop | None = None

    def enter(self, room: int) -> bool:
        """Let one in, if there is room; who was let in leaves by `leave`."""
        if self._loop is None:
            self._watch(asyncio.get_running_loop())
        if self.inside * 100 >= settings.MAX_IN_FLIGHT * room or (self.behind and room < PAID):
            return False
        self.inside += 1
        return True

    def leave(self) -> None:
        self.inside -= 1

    def aside(self) -> Callable[[], None]:
        """Whoever is inside takes no room until what this returns is called: it only waits."""
        self.inside -= 1

        def back() -> None:
            self.inside += 1

        return back

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        due = loop.time() + TICK
        loop.call_at(due, self._look, due, loop.time)

    def _look(self, due: float, clock: Callable[[], float]) -> None:
        # One long pause, of a collector or of the machine, is a single late look.
        self._late = self._late + 1 if clock() - due >= LATE else 0
        self.behind = self._late >= BEHIND
        if self._loop is not None:
            self._watch(self._loop)


gate = Gate()
