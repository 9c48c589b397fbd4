"""Calls counted by name over the last minute, in memory that a machine's workers share.

A name has one slot of 64-bit cells, each a stamp (its upper half) and a count: what is outdated
shows by its stamp, so nothing has to be cleared and no worker waits for another. Two workers that
count at the very same moment may count one call instead of two.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

BUCKET = 2  # seconds that one cell counts for
SPAN = 31  # cells: the one under way and the whole minute before it
WINDOW = BUCKET * SPAN  # seconds for which a call counts, at the most
REACH = 64  # slots in which a name may stand
_RIVALS = 16  # of them, those of which one goes when all are taken
_SUM, _ELSEWHERE, _FIRST = 1, 2, 3  # cells after the name's fingerprint; the counts come last
_STRIDE = _FIRST + SPAN
_COUNT = (1 << 32) - 1


def cells(slots: int) -> int:
    """How many cells a table of this many slots takes."""
    return (slots + REACH) * _STRIDE


def fingerprint(name: str) -> int:
    """What stands for a name, on every machine alike; never 0."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big") | 1


def bucket_at(now: float) -> int:
    """The bucket of a moment, in seconds of a clock that all workers share."""
    return int(now) // BUCKET


class Counters:
    """A table of names in `memory`, which is made of `cells(slots)` unsigned 64-bit numbers.

    A place is a slot's first cell. Within a process one thread at a time may place and count.
    """

    def __init__(self, memory: memoryview, slots: int) -> None:
        self._cells = memory
        self._slots = slots

    def holds(self, place: int, name: int) -> bool:
        """Whether the slot is still this name's."""
        return self._cells[place] == name

    def place(self, name: int, bucket: int) -> int:
        """The slot of a name (its fingerprint), given to it where it has none."""
        start = name % self._slots * _STRIDE
        near = self._cells[start : start + REACH * _STRIDE : _STRIDE].tolist()
        if name in near:
            return start + near.index(name) * _STRIDE
        found = self._room(start, near, bucket)
        for cell in range(found + 1, found + _STRIDE):
            self._cells[cell] = 0
        self._cells[found] = name
        return found

    def _room(self, start: int, near: list[int], bucket: int) -> int:
        """A slot that is empty, or outdated, or else that of a small count.

        Whoever makes up names to get rid of a large count only gets rid of what was made up.
        """
        if 0 in near:
            return start + near.index(0) * _STRIDE
        first = start + _SUM
        sums = self._cells[first : first + REACH * _STRIDE : _STRIDE].tolist()
        oldest = min(range(REACH), key=sums.__getitem__)
        if sums[oldest] >> 32 <= bucket - SPAN:
            return start + oldest * _STRIDE
        some = range(start, start + _RIVALS * _STRIDE, _STRIDE)
        return min(some, key=lambda place: self.count(place, bucket))

    def used(self, place: int, bucket: int) -> int:
        """The calls of the last minute: here and, as far as is known, on other machines."""
        table = self._cells
        stamped = table[place + _SUM]
        if stamped >> 32 != bucket:
            stamped = table[place + _SUM] = bucket << 32 | self._earlier(place, bucket)
        total: int = stamped & _COUNT
        here = table[place + _FIRST + bucket % SPAN]
        if here >> 32 == bucket:
            total += here & _COUNT
        elsewhere = table[place + _ELSEWHERE]
        if elsewhere and elsewhere >> 32 >= bucket - 1:
            total += elsewhere & _COUNT
        return total

    def add(self, place: int, bucket: int) -> None:
        """Count one call."""
        cell = place + _FIRST + bucket % SPAN
        before = self._cells[cell]
        self._cells[cell] = (before if before >> 32 == bucket else bucket << 32) + 1

    def count(self, place: int, bucket: int) -> int:
        """The calls of the last minute on this machine."""
        return sum(_counts(self._live(place, bucket)))

    def elsewhere(self, place: int, bucket: int, count: int) -> None:
        """Note what other machines counted; it holds until the bucket after this one ends."""
        self._cells[place + _ELSEWHERE] = bucket << 32 | count

    def touched(self, bucket: int) -> dict[int, int]:
        """The names that were asked about in the last minute, and their places.

        Two buckets longer, so that other machines are also told when a count came to nothing.
        """
        end = self._slots + REACH
        sums = self._cells[_SUM : end * _STRIDE : _STRIDE].tolist()
        oldest = max(0, bucket - SPAN - 2) << 32
        places = [slot * _STRIDE for slot, stamped in enumerate(sums) if stamped > oldest]
        return {self._cells[place]: place for place in places}

    def free_in(self, place: int, now: float, wanted: int) -> float:
        """Seconds until this many of the calls counted here no longer count."""
        bucket = bucket_at(now)
        for cell in sorted(self._live(place, bucket)):
            wanted -= cell & _COUNT
            if wanted <= 0:
                return ((cell >> 32) + SPAN) * BUCKET - now
        return float(WINDOW)

    def _earlier(self, place: int, bucket: int) -> int:
        return sum(_counts(cell for cell in self._live(place, bucket) if cell >> 32 != bucket))

    def _live(self, place: int, bucket: int) -> list[int]:
        first, oldest = place + _FIRST, bucket - SPAN + 1 << 32
        return [c for c in self._cells[first : first + SPAN].tolist() if c > oldest]


def _counts(found: Iterable[int]) -> Iterator[int]:
    return (cell & _COUNT for cell in found)
