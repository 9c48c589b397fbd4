"""Answered calls in memory until they are written down: counted by kind, the last ones kept.

However long that takes, memory is bounded: counts go on, of the last calls the older ones go.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

GOOD = "ok"
SHOWN = 50  # recent calls of an org from one flush, errors before successes
WAITING = 2048  # calls that may wait to be counted before the next one counts them itself
KINDS = 20_000  # counts in memory; of more, only org, hour and outcome are told apart
ORGS = 500  # of which recent calls are in memory
KEYS = 20_000  # of which it is in memory when they were used


class Call(NamedTuple):
    """One answered call; `at` in unix seconds, `code` and `origin` of its error."""

    at: float
    org: UUID
    key: str
    service: str
    action: str
    status: int
    code: str
    origin: str
    request_id: str
    milliseconds: float
    upstream_milliseconds: float
    source: str
    end_user: str = ""  # of a browser ticket


class Kind(NamedTuple):
    """What calls have in common that are counted together; `hour` in hours since 1970."""

    hour: int
    org: UUID
    key: str
    service: str
    action: str
    outcome: str  # `ok` or the error's code


@dataclass(slots=True)
class Sum:
    calls: int = 0
    milliseconds: float = 0.0


def _shelf() -> deque[Call]:
    return deque(maxlen=SHOWN)


@dataclass(slots=True)
class Latest:
    """The last calls of one org."""

    errors: deque[Call] = field(default_factory=_shelf)
    successes: deque[Call] = field(default_factory=_shelf)

    def chosen(self) -> list[Call]:
        """As many as one flush adds, oldest first."""
        room = SHOWN - len(self.errors)
        return sorted([*self.errors, *(list(self.successes)[-room:] if room else [])])


@dataclass(slots=True)
class Taken:
    """What is about to be written; who writes takes out what is done."""

    sums: dict[Kind, Sum] = field(default_factory=dict)
    latest: dict[UUID, Latest] = field(default_factory=dict)
    used: dict[str, float] = field(default_factory=dict)  # when each key was, in unix seconds


class Tally:
    """The calls of one process, noted by any of its threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        with self._lock:
            self._waiting: deque[Call] = deque()
            self._held = Taken()

    def note(self, call: Call) -> None:
        """Remember an answered call; never waits, never fails."""
        self._waiting.append(call)
        if len(self._waiting) >= WAITING and self._lock.acquire(blocking=False):
            try:
                self._fold()
            finally:
                self._lock.release()

    def use(self, key: str, at: float) -> None:
        """Remember when a key was used for what is no call."""
        with self._lock:
            if len(self._held.used) < KEYS:
                self._held.used[key] = at

    def take(self) -> Taken:
        """All that was noted since the last time, and what was put back."""
        with self._lock:
            self._fold()
            taken, self._held = self._held, Taken()
        return taken

    def put_back(self, left: Taken) -> None:
        """Keep what could not be written for the next time."""
        with self._lock:
            newer, self._held = self._held, left
            for kind, more in newer.sums.items():
                self._add(kind, more)
            for org, latest in newer.latest.items():
                if (shelves := self._latest(org)) is not None:
                    shelves.errors.extend(latest.errors)
                    shelves.successes.extend(latest.successes)
            self._held.used |= newer.used

    def _fold(self) -> None:
        for _ in range(len(self._waiting)):
            self._count(self._waiting.popleft())

    def _count(self, call: Call) -> None:
        at, org, key, service, action, _, code, *_ = call
        kind = (int(at) // 3600, org, key, service, action, code or GOOD)
        if (total := self._held.sums.get(kind)) is not None:  # type: ignore[call-overload]
            total.calls += 1
            total.milliseconds += call.milliseconds
        else:
            self._add(Kind(*kind), Sum(1, call.milliseconds))
        used, latest = self._held.used, self._held.latest
        if key in used or len(used) < KEYS:
            used[key] = at
        if (shelves := latest.get(org) or self._latest(org)) is not None:
            (shelves.errors if code else shelves.successes).append(call)

    def _add(self, kind: Kind, more: Sum) -> None:
        sums = self._held.sums
        if kind not in sums and len(sums) >= KINDS:
            kind = Kind(kind.hour, kind.org, "", "", "", kind.outcome)
        total = sums.setdefault(kind, Sum())
        total.calls += more.calls
        total.milliseconds += more.milliseconds

    def _latest(self, org: UUID) -> Latest | None:
        if org not in self._held.latest and len(self._held.latest) >= ORGS:
            return None
        return self._held.latest.setdefault(org, Latest())
