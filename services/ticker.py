"""Finds what is due and hands it to the engine: a thread that looks, and does nothing itself."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress

from django.db import close_old_connections, connections

from services.engine import AWAY, Crew
from services.tasks import WORK, Work, enqueue

logger = logging.getLogger("ai_proxy.work")
TICK = 0.1  # seconds between two looks at what may be due
BUSY = 1.0  # seconds after something was due in which the next look comes at once
BROKEN = 60.0  # seconds that a kind of work rests which fails by a fault of ours
LONGEST_PAUSE = 5.0  # seconds between two looks while the database or the engine is away


class Ticker:
    """One thread for all kinds of work. Whatever fails, it goes on."""

    def __init__(self, crew: Crew, works: tuple[Work, ...] = WORK) -> None:
        self._crew = crew
        self._due = dict.fromkeys(works, 0.0)
        self._busy = dict.fromkeys(works, float("-inf"))
        self._ended = threading.Event()
        self._failures = 0
        self._thread = threading.Thread(target=self._run, name="ticker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self, patience: float) -> None:
        """Claim nothing more."""
        self._ended.set()
        self._thread.join(patience)

    def _run(self) -> None:
        pause = TICK
        while not self._ended.wait(pause):
            try:
                close_old_connections()
                self.tick(time.monotonic())
                pause = self._well()
            except Exception as exc:  # noqa: BLE001  whatever it is, this thread goes on
                pause = self._fails(exc)
        with suppress(Exception):
            connections.close_all()

    def tick(self, now: float) -> None:
        """One look at every kind of work whose turn it is. Raises when something is away."""
        works = [work for work, due in self._due.items() if due <= now]
        room = {queue: self._crew.room(queue) for queue in {work.queue for work in works}}
        for work in works:
            if self._ended.is_set():
                return
            beside = sum(other.queue == work.queue for other in works)
            self._turn(work, max(0, -(-room[work.queue] // beside)), now)

    def _turn(self, work: Work, limit: int, now: float) -> None:
        try:
            if self._hand_over(work, limit):
                self._busy[work] = now
            self._due[work] = now if now - self._busy[work] < BUSY else now + work.every
        except AWAY:
            raise
        except Exception:
            self._due[work] = now + BROKEN
            logger.exception("%s cannot be claimed", work.name.capitalize())

    def _hand_over(self, work: Work, limit: int) -> int:
        """Claim and enqueue; how many pieces that were."""
        pieces = work.claim(limit) if limit else []
        for piece in pieces:
            enqueue(work, piece)
        if pieces:
            self._crew.engine.wake(work.queue, len(pieces))
        return len(pieces)

    def _well(self) -> float:
        if self._failures:
            logger.warning("Work goes on")
        self._failures = 0
        return TICK

    def _fails(self, exc: Exception) -> float:
        """How long to wait, after a word in the log about the first failure."""
        if not self._failures:
            logger.warning("Nothing can be worked on for now: %s", type(exc).__name__)
        with suppress(Exception):
            connections.close_all()
        self._failures += 1
        return min(LONGEST_PAUSE, TICK * 2.0 ** min(self._failures, 10))
