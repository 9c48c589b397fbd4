"""Whoever waits for news of jobs in this worker: one look at the database for all, now and then."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import DatabaseError, InterfaceError

from jobs import database
from jobs.models import Job, JobEvent
from services.gate import gate

logger = logging.getLogger("ai_proxy")
TICK = 0.5  # seconds between two looks
News = Sequence[JobEvent] | None  # what is new in a history; None: there is no such job any more


@dataclass(eq=False, slots=True)
class Waiter:
    """Somebody who knows a job's history up to the line `last`."""

    job: uuid.UUID
    last: int
    news: asyncio.Future[News]


@dataclass(slots=True)
class Round:
    """Those who wait on one event loop, and the task that looks for them."""

    waiters: set[Waiter] = field(default_factory=set)
    task: asyncio.Task[None] | None = None


class Hub:
    """Brings news to those who wait, until the worker leaves: then they are let go.

    `leaving` says whether it does.
    """

    def __init__(self, leaving: Callable[[], bool] = lambda: False) -> None:
        self.leaving = leaving
        self._rounds: dict[int, Round] = {}  # by the id of their loop; a worker has one

    async def news(self, job: uuid.UUID, last: int, seconds: float) -> News:
        """The history's lines after `last`; none when there are none in this time."""
        if self.leaving() or seconds <= 0:
            return ()
        loop = asyncio.get_running_loop()
        here = self._rounds.setdefault(id(loop), Round())
        waiter = Waiter(job, last, loop.create_future())
        here.waiters.add(waiter)
        if here.task is None:
            here.task = loop.create_task(self._go_round(here))
        back = gate.aside()
        try:
            async with asyncio.timeout(seconds):
                return await waiter.news
        except TimeoutError:
            return ()
        finally:
            back()
            here.waiters.discard(waiter)
            if not here.waiters:
                self._end(id(loop))

    def _end(self, loop: int) -> None:
        here = self._rounds.pop(loop, None)
        if here is not None and here.task is not None:
            here.task.cancel()

    async def _go_round(self, here: Round) -> None:
        while True:
            await asyncio.sleep(TICK)
            if self.leaving():
                _let_go(here.waiters)
                continue
            try:
                await self._look(here.waiters)
            except (DatabaseError, InterfaceError):
                logger.warning("The database could not be asked for news of jobs")
            except Exception:
                logger.exception("Nobody is told of news of jobs")

    async def _look(self, waiters: set[Waiter]) -> None:
        asked = list(waiters)  # who comes during the look may know less
        wanted: dict[uuid.UUID, int] = {}
        for waiter in asked:
            wanted[waiter.job] = min(waiter.last, wanted.get(waiter.job, waiter.last))
        found = await database.run(_found, wanted)
        for waiter in asked:
            news = found.get(waiter.job, ())
            if news is not None:
                news = [event for event in news if event.number > waiter.last]
            if (news is None or news) and not waiter.news.done():
                waiter.news.set_result(news)


def _let_go(waiters: set[Waiter]) -> None:
    for waiter in waiters:
        if not waiter.news.done():
            waiter.news.set_result(())


def _found(wanted: Mapping[uuid.UUID, int]) -> dict[uuid.UUID, News]:
    """What is new in the history of each job after the line that is known of it."""
    now = dict(Job.objects.filter(id__in=wanted).values_list("id", "last_event"))
    found: dict[uuid.UUID, News] = {job: None for job in wanted if job not in now}
    moved = {job: last for job, last in wanted.items() if now.get(job, 0) > last}
    if moved:
        events = JobEvent.objects.filter(job__in=moved, number__gt=min(moved.values()))
        for event in events.order_by("number"):
            found[event.job_id] = [*(found.get(event.job_id) or ()), event]
    return found


hub = Hub()
