"""What a tree of processes used, read from Linux's /proc: processor time and memory."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Memory:
    """MiB of a process tree; `pss` counts shared pages once and is None where it is unreadable."""

    rss: float
    pss: float | None


class Peak:
    """The most memory that a tree held while the block ran, looked at 50 times a second.

    Shared pages take the kernel longer to divide up, so `pss` is looked at twice a second.
    """

    EVERY = 0.02  # seconds
    SHARES = 25  # looks at `rss` for one at `pss`

    def __init__(self, pid: int) -> None:
        self.start = memory(pid)
        self.rss = self.start.rss
        self.pss = self.start.pss
        self._pids = tree(pid)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        looks = 0
        while not self._over.wait(self.EVERY):
            self.rss = max(self.rss, sum(_resident(one) for one in self._pids) / _MIB)
            if looks % self.SHARES == 0 and self.pss is not None:
                self.pss = max(self.pss, _shares(self._pids) or 0.0)
            looks += 1


def cpu_seconds(pid: int) -> float:
    """User and system seconds used so far by a process and all its descendants.

    Ended and reaped children count too (they are in their parent's cutime and cstime), so that a
    worker that was replaced does not make the service look cheaper. See proc(5).
    """
    ticks = sum(int(value) for one in tree(pid) for value in (_stat(one) or [])[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> Memory:
    pids = tree(pid)
    return Memory(rss=sum(_resident(one) for one in pids) / _MIB, pss=_shares(pids))


def _shares(pids: list[int]) -> float | None:
    shares = [_proportional(one) for one in pids]
    known = [share for share in shares if share is not None]
    return sum(known) / _MIB if len(known) == len(shares) else None


def tree(pid: int) -> list[int]:
    """The process and its descendants, parents first."""
    children: dict[int, list[int]] = {}
    for one, parent in _parents():
        children.setdefault(parent, []).append(one)
    found = [pid]
    for one in found:
        found.extend(children.get(one, []))
    return found


def _parents() -> Iterator[tuple[int, int]]:
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and (stat := _stat(int(entry.name))):
            yield int(entry.name), int(stat[1])


def _stat(pid: int) -> list[str] | None:
    """The fields after the command's name, which may itself hold spaces and brackets."""
    with suppress(OSError):
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return None


def _resident(pid: int) -> int:
    with suppress(OSError):
        pages = int((_PROC / str(pid) / "statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    return 0


def _proportional(pid: int) -> int | None:
    with suppress(OSError):
        for line in (_PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return None
