"""Kept answers in this process: bounded in bytes, the least used ones go first."""

from __future__ import annotations

import itertools
import threading
from collections import OrderedDict

from services.cache.entry import Entry, Found, Place

MAX_ENTRY = 8 * 1024 * 1024  # bytes of one answer
SHARE = 4  # one org has at most a quarter
LATE = 120.0  # seconds by which an answer that was asked for earlier may come later
OVERHEAD = 1024  # bytes that an entry costs beside its content
MAX_MARKS = 10_000


class Memory:
    """A store of at most `limit` bytes. Threads may share it."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._lock = threading.Lock()
        self._turns = itertools.count()
        self.clear()

    def clear(self) -> None:
        """Forget everything; what is still on its way under an older turn will not be found."""
        with self._lock:
            self._clear()

    def _clear(self) -> None:
        self.size = 0
        self._entries: OrderedDict[bytes, tuple[str, Entry, bytes]] = OrderedDict()
        self._orgs: dict[str, OrderedDict[bytes, int]] = {}
        self._sizes: dict[str, int] = {}
        self._marks: dict[bytes, bytes] = {}
        self._epoch = self._turn()

    async def find(self, place: Place) -> Found:
        turn = self._turn_of(place)
        held = self.get(place)
        if held is None:
            return Found(turn)
        if held[0].turn != turn:
            self.remove(place.key)
            return Found(turn)
        return Found(turn, *held)

    async def put(self, place: Place, entry: Entry, content: bytes, life: int) -> bool:
        """Keep an answer, if it fits; `life`, in seconds, is for stores where entries expire."""
        if entry.turn != self._turn_of(place) or self.late(place, entry):
            return False
        return self.set(place, entry, content)

    async def drop(self, mark: bytes) -> None:
        """Make everything under this mark unfindable, also what is put later under its turn."""
        with self._lock:
            if len(self._marks) >= MAX_MARKS:
                self._clear()
            self._marks[mark] = self._turn()

    def get(self, place: Place) -> tuple[Entry, bytes] | None:
        with self._lock:
            held = self._entries.get(place.key)
            if held is None:
                return None
            org, entry, content = held
            self._entries.move_to_end(place.key)
            self._orgs[org].move_to_end(place.key)
        return entry, content

    def set(self, place: Place, entry: Entry, content: bytes) -> bool:
        size = len(content) + OVERHEAD
        share = self.limit // SHARE
        if size > min(MAX_ENTRY + OVERHEAD, share):
            return False
        with self._lock:
            self._remove(place.key)
            while self._sizes.get(place.org, 0) + size > share:
                self._remove(next(iter(self._orgs[place.org])))
            while self.size + size > self.limit:
                self._remove(next(iter(self._entries)))
            self._entries[place.key] = (place.org, entry, content)
            self._orgs.setdefault(place.org, OrderedDict())[place.key] = size
            self._sizes[place.org] = self._sizes.get(place.org, 0) + size
            self.size += size
        return True

    def late(self, place: Place, entry: Entry) -> bool:
        """Whether a newer answer is here already: this one was asked for before it."""
        held = self._entries.get(place.key)
        return held is not None and 0 < held[1].since - entry.since < LATE

    def remove(self, key: bytes) -> None:
        with self._lock:
            self._remove(key)

    def _remove(self, key: bytes) -> None:
        held = self._entries.pop(key, None)
        if held is None:
            return
        org = held[0]
        size = self._orgs[org].pop(key)
        self.size -= size
        self._sizes[org] -= size
        if not self._orgs[org]:
            del self._orgs[org], self._sizes[org]

    def _turn_of(self, place: Place) -> bytes:
        return self._marks.get(place.mark, self._epoch)

    def _turn(self) -> bytes:
        return b"%d" % next(self._turns)
