"""The memory in which the limits are counted: one for all workers that `serve` starts."""

from __future__ import annotations

import fcntl
import logging
import mmap
import os
import secrets

from services.counters import Counters, cells

logger = logging.getLogger("ai_proxy")
CALLERS = 32_768  # slots for orgs and keys
ADDRESSES = 8_192  # slots for clients that are not known; a flood of them leaves callers alone
_NAME = "RATES_MEMORY"
_MACHINE, _MACHINES, _SYNCED, _HEAD = 0, 1, 2, 3  # cells before the tables
_SIZE = 8 * (_HEAD + cells(CALLERS) + cells(ADDRESSES))


def share() -> None:
    """Make the memory for the workers that this process, or what it becomes, starts from here on.

    Where the system has no nameless files, each worker counts for itself.
    """
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("rates", 0)  # stays open when another program takes over
        os.ftruncate(descriptor, _SIZE)
        os.pwrite(descriptor, _machine().to_bytes(8, "little"), 0)
        os.environ[_NAME] = f"/proc/{os.getpid()}/fd/{descriptor}"


class Memory:
    """The tables, and what is known of the other machines."""

    def __init__(self, path: str | None = None) -> None:
        self._file, mapped = _mapped(os.environ.get(_NAME, "") if path is None else path)
        self._head = memoryview(mapped).cast("Q")
        self._head[_MACHINE] = self._head[_MACHINE] or _machine()
        first = _HEAD + cells(CALLERS)
        self.callers = Counters(self._head[_HEAD:first], CALLERS)
        self.addresses = Counters(self._head[first:], ADDRESSES)

    @property
    def machine(self) -> str:
        """A name for this machine among those that share a Redis."""
        return f"{self._head[_MACHINE]:016x}"

    def shares(self, bucket: int) -> int:
        """Among how many a limit is divided: 1 as long as the others' counts are known."""
        machines, synced = self._head[_MACHINES], self._head[_SYNCED]
        return machines if machines > 1 and synced < bucket - 1 else 1

    def synced(self, bucket: int, machines: int) -> None:
        """Note that so many machines' counts were exchanged in this bucket."""
        self._head[_MACHINES], self._head[_SYNCED] = machines, bucket

    def lead(self) -> bool:
        """Whether this worker may speak for the machine; one can, until it ends."""
        if self._file < 0:
            return True
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _mapped(path: str) -> tuple[int, mmap.mmap]:
    if path:
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
            return descriptor, mmap.mmap(descriptor, _SIZE)
        except (OSError, ValueError):
            logger.warning("The workers' memory cannot be opened: each counts limits for itself")
    return -1, mmap.mmap(-1, _SIZE)


def _machine() -> int:
    return secrets.randbits(63) | 1
