"""Workers of Redis' engine that live in threads; imported only where TASKS_BACKEND is `rq`."""

from __future__ import annotations

import django_rq
from django_tasks_rq import Job
from rq.timeouts import TimerDeathPenalty
from rq.worker import SimpleWorker


class ThreadWorker(SimpleWorker):
    """RQ's worker without a process for each task, and without signals of its own."""

    death_penalty_class = TimerDeathPenalty  # the other one needs the main thread

    def stop(self) -> None:
        """End after the task that is under way."""
        self._stop_requested = True

    def _install_signal_handlers(self) -> None:
        """They are the process's."""


def worker(queue: str) -> ThreadWorker:
    """One that takes tasks of this queue, and has not begun."""
    source = django_rq.get_queue(queue, job_class=Job)
    return ThreadWorker(
        [source], connection=source.connection, job_class=Job, serializer=source.serializer
    )


def waiting(queue: str) -> int:
    """How many tasks wait in this queue."""
    return int(django_rq.get_queue(queue, job_class=Job).count)
