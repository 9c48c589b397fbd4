"""What a tree of processes used, read from Linux's /proc: processor time and memory."""

from __future__ import annotations

import os
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


def cpu_seconds(pid: int) -> float:
    """User and system seconds used so far by a process and all its descendants.

    Ended and reaped children count too (they are in their parent's cutime and cstime), so that a
    worker that was replaced does not make the service look cheaper. See proc(5).
    """
    ticks = sum(int(value) for one in tree(pid) for value in (_stat(one) or [])[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> Memory:
    pids = tree(pid)
    rss = sum(_resident(one) for one in pids)
    shares = [_proportional(one) for one in pids]
    known = [share for share in shares if share is not None]
    pss = sum(known) / _MIB if len(known) == len(shares) else None
    return Memory(rss=rss / _MIB, pss=pss)


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
