"""The engines that carry tasks out in threads of this process: the database's, and Redis'.

Both are the well-kept workers of their packages, without the handling of signals, which belongs to
whoever owns the process.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from redis import RedisError

from services.tasks import QUEUES

logger = logging.getLogger("ai_proxy.work")
IDLE = 5.0  # seconds after which an idle thread looks by itself
PAUSE = 1.0  # seconds after a failure
AWAY = (DatabaseError, InterfaceError, OSError, RedisError)  # what the engine raises when it is


class Engine(Protocol):
    """Where tasks wait and who carries them out."""

    def run(self, queue: str) -> None:
        """Carry out what waits in a queue, for as long as there is some; may wait a little."""

    def waiting(self, queue: str, limit: int) -> int:
        """How many tasks wait in a queue, counted up to `limit`. Raises when it is away."""

    def stop(self) -> None:
        """Begin nothing more; what is under way goes on."""

    def wake(self, queue: str, tasks: int) -> None:
        """Say that so many tasks have come."""


class DatabaseEngine:
    """Tasks as rows (django-tasks-db), taken with SKIP LOCKED where the database has it."""

    def __init__(self) -> None:
        self._arrived = {queue: threading.Condition() for queue in QUEUES}
        self._workers: set[Worker] = set()
        self._ended = False

    def run(self, queue: str) -> None:
        worker = Worker(
            queue_names=[queue], interval=0, batch=True, backend_name="default",
            startup_delay=False, max_tasks=None, worker_id=uuid.uuid4().hex,
            excluded_queue_names=[],
        )  # fmt: skip
        self._workers.add(worker)
        try:
            worker.running = not self._ended
            worker.run()
        finally:
            self._workers.discard(worker)
        with self._arrived[queue]:
            if not self._ended:
                self._arrived[queue].wait(IDLE)

    def waiting(self, queue: str, limit: int) -> int:
        rows = DBTaskResult.objects.ready().filter(queue_name=queue, backend_name="default")
        return len(rows.order_by().values_list("pk")[:limit])

    def stop(self) -> None:
        self._ended = True
        for worker in list(self._workers):
            worker.running = False
        for arrived in self._arrived.values():
            with arrived:
                arrived.notify_all()

    def wake(self, queue: str, tasks: int) -> None:
        with self._arrived[queue]:
            self._arrived[queue].notify(tasks)


class RedisEngine:
    """Tasks in Redis (django-tasks-rq), for more of them than a database likes to carry."""

    def __init__(self) -> None:
        from services import redis_engine

        self._rq = redis_engine
        self._workers: set[Any] = set()
        self._ended = False

    def run(self, queue: str) -> None:
        worker = self._rq.worker(queue)
        self._workers.add(worker)
        try:
            if not self._ended:
                worker.work(max_idle_time=int(IDLE), logging_level="WARNING")
        finally:
            self._workers.discard(worker)

    def waiting(self, queue: str, limit: int) -> int:
        return min(limit, self._rq.waiting(queue))

    def stop(self) -> None:
        self._ended = True
        for worker in list(self._workers):
            worker.stop()

    def wake(self, queue: str, tasks: int) -> None:
        """Redis tells its workers by itself."""


class Crew:
    """The threads of this process, as many for each queue."""

    def __init__(self, engine: Engine, threads: int) -> None:
        self.engine = engine
        self.threads = threads
        self._ended = threading.Event()
        self._all = [
            threading.Thread(target=self._work, args=(queue,), name=f"{queue}-{n}", daemon=True)
            for queue in QUEUES
            for n in range(threads)
        ]

    def start(self) -> None:
        for thread in self._all:
            thread.start()

    def room(self, queue: str) -> int:
        """How many more tasks this process would take on now. Raises when the engine is away."""
        most = self.threads * 2
        waiting = self.engine.waiting(queue, most)
        if waiting:
            self.engine.wake(queue, waiting)  # those of another process too
        return most - waiting

    def end(self, patience: float) -> bool:
        """Begin nothing more; whether all that was under way ended within so many seconds."""
        self._ended.set()
        self.engine.stop()
        until = time.monotonic() + patience
        for thread in self._all:
            thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in self._all)

    def _work(self, queue: str) -> None:
        while not self._ended.is_set():
            try:
                self.engine.run(queue)
            except AWAY:  # the ticker has a word about it in the log
                with suppress(Exception):
                    connections.close_all()
                self._ended.wait(PAUSE)
            except Exception:
                logger.exception("A thread of the engine begins anew")
                self._ended.wait(PAUSE)
        with suppress(Exception):
            connections.close_all()


def engine() -> Engine:
    """The engine of the settings."""
    makers: dict[str, Callable[[], Engine]] = {"database": DatabaseEngine, "rq": RedisEngine}
    return makers[settings.TASKS_BACKEND]()
