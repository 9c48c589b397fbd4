"""The recent fate of a credential's calls to a host: a breaker, a budget for retries. Pure."""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from services.errors import CircuitOpen

BUCKET = 5.0  # seconds that are counted together
BREAK_WINDOW = 30.0  # seconds that the breaker looks back
BUDGET_WINDOW = 60.0  # seconds that the retry budget looks back
MIN_CALLS = 20  # that ended in the window, before a share of failures means anything
FAILED_SHARE = 0.5  # of those calls: opens
OPEN_SECONDS = 15.0  # give or take a fifth, so that many workers do not probe together
PROBES = 3  # calls that must succeed, and may be under way, before it closes
RETRY_SHARE = 0.1  # retries per call
MIN_RETRIES = 3  # in the window, however few calls there were
KEPT = 10_000  # circuits in memory


@dataclass(slots=True)
class _Bucket:
    start: float
    calls: int = 0  # that began
    ended: int = 0  # those of them, or of earlier ones, that told how the host is
    failures: int = 0  # of those that ended
    retries: int = 0


class Circuit:
    """Closed while calls mostly succeed; open when they mostly fail; then a few probes decide.

    A failure is what speaks against the host: no connection, no answer in time, 5xx. Every call
    that `enter` lets through ends with exactly one `leave`.
    """

    __slots__ = ("_buckets", "_clock", "_epoch", "_open_until", "_probing", "_proved")

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: deque[_Bucket] = deque()
        self._epoch = 0
        self._turn(None)

    def enter(self) -> int:
        """Count a call that is about to be sent; what it returns goes back to `leave`.

        Raises CircuitOpen while none should be sent.
        """
        self.check()
        if self._open_until is not None:
            self._probing += 1
        self._bucket(self._clock()).calls += 1
        return self._epoch

    def check(self) -> None:
        """Raises CircuitOpen while no call should be sent; counts nothing."""
        if self._open_until is None:
            return
        left = self._open_until - self._clock()
        if left > 0:
            raise CircuitOpen(after=left)
        if self._probing >= PROBES:
            raise CircuitOpen(after=1)

    def leave(self, epoch: int, failed: bool | None) -> bool:
        """Say how a call ended, None for one that says nothing about the host.

        True when that opened the circuit.
        """
        if epoch != self._epoch:
            return False  # it was under way when the circuit changed
        was_open = self._open_until is not None
        if was_open:
            self._judge(failed)
        elif failed is not None:
            self._count(failed)
        return not was_open and self._open_until is not None

    def take_retry(self) -> bool:
        """Whether a call may be sent again, counted when it may."""
        now = self._clock()
        bucket = self._bucket(now)
        calls, retries = 0, 0
        for one in self._buckets:
            calls, retries = calls + one.calls - one.retries, retries + one.retries
        if retries >= max(MIN_RETRIES, int(calls * RETRY_SHARE)):
            return False
        bucket.retries += 1
        return True

    @property
    def idle(self) -> bool:
        """Whether forgetting it would lose nothing."""
        latest = self._buckets[-1].start if self._buckets else 0.0
        return self._clock() - latest > BUDGET_WINDOW

    def _judge(self, failed: bool | None) -> None:
        """The end of a probe."""
        self._probing -= 1
        if failed:
            self._open()
        elif failed is False:
            self._proved += 1
            if self._proved >= PROBES:
                self._close()

    def _count(self, failed: bool) -> None:
        """An end, whenever that call began: a host that hangs fails it a minute later."""
        now = self._clock()
        bucket = self._bucket(now)
        bucket.ended += 1
        if not failed:
            return
        bucket.failures += 1
        seen = [one for one in self._buckets if now - one.start < BREAK_WINDOW]
        ended = sum(one.ended for one in seen)
        if ended >= MIN_CALLS and sum(one.failures for one in seen) >= ended * FAILED_SHARE:
            self._open()

    def _open(self) -> None:
        spread = OPEN_SECONDS * random.uniform(0.8, 1.2)  # noqa: S311  no secret
        self._turn(self._clock() + spread)

    def _close(self) -> None:
        self._turn(None)
        self._buckets.clear()

    def _turn(self, open_until: float | None) -> None:
        self._open_until = open_until
        self._probing = self._proved = 0
        self._epoch += 1

    def _bucket(self, now: float) -> _Bucket:
        if self._buckets and now - self._buckets[-1].start < BUCKET:
            return self._buckets[-1]
        while self._buckets and now - self._buckets[0].start >= BUDGET_WINDOW:
            self._buckets.popleft()
        self._buckets.append(_Bucket(now))
        return self._buckets[-1]


class Circuits:
    """One circuit for each name that has been called lately."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[tuple[str, ...], Circuit] = {}

    def of(self, *name: str) -> Circuit:
        found = self._known.get(name)
        if found is None:
            if len(self._known) >= KEPT:
                self._known = {key: one for key, one in self._known.items() if not one.idle}
            found = self._known[name] = Circuit(self._clock)
        return found

    def forget(self) -> None:
        self._known.clear()


circuits = Circuits()
