"""Many who wait for news of jobs in one worker: one look for all of them, now and then."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import OperationalError

from jobs.models import JobEvent
from services.following import hub as hubs
from services.following.hub import Hub, News

JOBS = [uuid.UUID(int=number) for number in range(3)]


class Ledger:
    """Histories as the database would tell them; counts how often it is asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lines: dict[uuid.UUID, int] = dict.fromkeys(JOBS, 1)
        self.asked: list[int] = []
        self.away = False
        monkeypatch.setattr(hubs, "TICK", 0.02)
        monkeypatch.setattr(hubs, "_found", self.find)

    def find(self, wanted: Mapping[uuid.UUID, int]) -> dict[uuid.UUID, News]:
        self.asked.append(len(wanted))
        if self.away:
            raise OperationalError
        return {
            job: self.news(job, last) if job in self.lines else None for job, last in wanted.items()
        }

    def news(self, job: uuid.UUID, last: int) -> list[JobEvent]:
        return [JobEvent(job_id=job, number=n) for n in range(last + 1, self.lines[job] + 1)]


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    return Ledger(monkeypatch)


def run(work: Any) -> Any:
    async def whole() -> Any:
        return await work()

    return async_to_sync(whole)()


def test_waiters_share_looks(ledger: Ledger) -> None:
    hub = Hub()

    async def many() -> list[News]:
        waiting = [asyncio.ensure_future(hub.news(JOBS[n % 3], 1, 30)) for n in range(300)]
        await asyncio.sleep(0.2)
        before = len(ledger.asked)
        ledger.lines = dict.fromkeys(JOBS, 2)
        found = await asyncio.gather(*waiting)
        assert len(ledger.asked) - before <= 3
        return found

    assert {tuple(event.number for event in news or ()) for news in run(many)} == {(2,)}
    assert set(ledger.asked) <= {1, 2, 3}  # jobs in one look, whoever waits for them
    assert len(ledger.asked) < 20  # in ten ticks and a little


def test_everyone_gets_what_is_new_to_them(ledger: Ledger) -> None:
    ledger.lines[JOBS[0]] = 4
    hub = Hub()

    async def two() -> list[News]:
        return await asyncio.gather(hub.news(JOBS[0], 1, 30), hub.news(JOBS[0], 3, 30))

    assert [[event.number for event in news or ()] for news in run(two)] == [[2, 3, 4], [4]]


def test_who_comes_during_a_look_waits_for_the_next(ledger: Ledger) -> None:
    """The look was for lines that it knows, or not for all that it wants."""
    hub = Hub()

    async def late() -> Any:
        knows = asyncio.ensure_future(hub.news(JOBS[0], 3, 30))
        here = await _round(hub)
        found = asyncio.Event()

        async def slow(find: Any, wanted: Any) -> Any:
            told = find(wanted)
            here.waiters.add(less)
            found.set()
            return told

        less = hubs.Waiter(JOBS[0], 1, asyncio.get_running_loop().create_future())
        ledger.lines[JOBS[0]] = 4
        before, hubs.database.run = hubs.database.run, slow
        try:
            await found.wait()
            await knows
            early = less.news.done()
            news = await less.news
        finally:
            hubs.database.run = before
            here.waiters.discard(less)
        return early, [event.number for event in news]

    assert run(late) == (False, [2, 3, 4])


async def _round(hub: Hub) -> hubs.Round:
    await asyncio.sleep(0)
    [here] = hub._rounds.values()
    return here


def test_time_ends_the_waiting(ledger: Ledger) -> None:
    hub, started = Hub(), time.monotonic()
    assert list(run(lambda: hub.news(JOBS[0], 1, 0.2))) == []
    assert 0.15 < time.monotonic() - started < 10
    assert hub._rounds == {}  # and nobody looks any more


def test_deleted_job_ends_the_waiting(ledger: Ledger) -> None:
    assert run(lambda: Hub().news(uuid.uuid4(), 1, 30)) is None


def test_leaving_worker_lets_go(ledger: Ledger) -> None:
    leaving = False
    hub = Hub(lambda: leaving)

    async def wait() -> list[News]:
        nonlocal leaving
        waiting = [asyncio.ensure_future(hub.news(JOBS[0], 1, 60)) for _ in range(5)]
        await asyncio.sleep(0.1)
        leaving = True
        return [*await asyncio.gather(*waiting), await hub.news(JOBS[0], 1, 60)]

    started = time.monotonic()
    assert [list(news or ()) for news in run(wait)] == [[]] * 6
    assert time.monotonic() - started < 20


def test_away_database_is_asked_again(ledger: Ledger) -> None:
    hub = Hub()
    ledger.away = True

    async def wait() -> News:
        waiting = asyncio.ensure_future(hub.news(JOBS[0], 1, 30))
        await asyncio.sleep(0.1)
        ledger.away, ledger.lines[JOBS[0]] = False, 2
        return await waiting

    assert [event.number for event in run(wait)] == [2]


def test_whoever_leaves_is_forgotten(ledger: Ledger) -> None:
    hub = Hub()

    async def leave() -> None:
        waiting = asyncio.ensure_future(hub.news(JOBS[0], 1, 60))
        await asyncio.sleep(0.05)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    run(leave)
    assert hub._rounds == {}
