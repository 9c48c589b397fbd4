"""Takes what calls left behind in memory to the database: from a thread, off their way."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import DatabaseError, close_old_connections, connections

from services import refusals, usage

logger = logging.getLogger("ai_proxy")
TICK = 1.0  # seconds between two looks at what is due
PATIENCE = 2.0  # seconds that the last round may take


@dataclass(slots=True)
class Job:
    """Something to write every so many seconds; `write` keeps what it could not write."""

    write: Callable[[], None]
    every: float
    due: float = 0.0


class Flusher:
    """One thread for all jobs of a worker. Whatever the database does, no call waits for it."""

    def __init__(self, *jobs: Job) -> None:
        self._jobs = jobs
        self._away = False
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, once this process is a worker."""
        now = time.monotonic()
        for job in self._jobs:
            job.due = now + job.every
        self._thread = threading.Thread(target=self._run, name="flusher", daemon=True)
        self._thread.start()

    def end(self, patience: float = PATIENCE) -> None:
        """Write what is left and stop; gives up after `patience` seconds."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(patience)

    def _run(self) -> None:
        while not self._ended.wait(TICK):
            now = time.monotonic()
            self._write([job for job in self._jobs if job.due <= now])
        self._write(list(self._jobs))
        connections.close_all()

    def _write(self, jobs: list[Job]) -> None:
        """Write these; what fails is kept where it is, and tried again when it is due."""
        fault: Exception | None = None
        close_old_connections()
        for job in jobs:
            job.due = time.monotonic() + job.every
            try:
                job.write()
            except Exception as exc:  # noqa: BLE001  whatever it is, this thread goes on
                fault = exc
        if jobs:
            self._tell(fault)

    def _tell(self, fault: Exception | None) -> None:
        """Log that writing begins to fail, or succeeds again."""
        if fault is not None and not self._away:
            shown = None if isinstance(fault, DatabaseError) else fault  # a fault of ours
            logger.warning("Calls and refusals cannot be written down yet", exc_info=shown)
        elif fault is None and self._away:
            logger.warning("Calls and refusals are written down again")
        self._away = fault is not None


flusher = Flusher(Job(usage.flush, every=2.0), Job(refusals.flush, every=10.0))
