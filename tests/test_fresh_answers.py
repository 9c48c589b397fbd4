"""Polls of old clients: answered from the job where that is fresh, in the vendor's own bytes."""

from __future__ import annotations

import asyncio
import json
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jobs import database, tracking
from jobs.models import Job
from services import observing
from tests.asgi import posted
from tests.conftest import Caller
from tests.factories import Account, make_account
from tests.upstream import Script, Upstream
from tests.working import SUCCEEDED, Status, begun, history

ODD = b'{"status":"%s","z":1.10,"n":12345678901234567890123,"url":"https:\\/\\/x","u":"\\u00e9"}'


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Iterator[Clock]:
    made = Clock()
    made.now = time.time()
    before, observing.memory.clock = observing.memory.clock, made
    yield made
    observing.memory.clock = before


@pytest.fixture
def told(vendor: Upstream) -> list[bytes]:
    """What the vendor says of the video now; its last entry."""
    words = [b"processing"]

    def say(_: object) -> Any:
        return Script(body=b'{"code":100,"message":"Success","data":' + ODD % words[-1] + b"}")

    vendor.plays(say)
    return words


def poll(call: Caller, video: str = "vid1", **headers: str) -> Any:
    return call("video-status", {"query": {"video_id": video}}, **headers)


@pytest.fixture(autouse=True)
def _legacy(settings: Any) -> None:
    settings.HEYGEN_GENERATION = "legacy"


def test_quick_polls_ask_vendor_once(call: Caller, vendor: Upstream, told: list[bytes]) -> None:
    begun(call.account)
    answers = [poll(call) for _ in range(20)]
    assert len(vendor.requests) == 1
    assert {answer.content for answer in answers} == {b'{"data":' + ODD % b"processing" + b"}"}
    assert "X-Answered-By" not in answers[0].headers
    assert {answer.headers["X-Answered-By"] for answer in answers[1:]} == {"job"}
    assert {answer.headers["Age"] for answer in answers[1:]} <= {"0", "1"}
    assert {answer.headers["X-Credential-Source"] for answer in answers} == {"tenant"}


def test_warm_polls_cost_no_query(call: Caller, told: list[bytes]) -> None:
    begun(call.account)
    poll(call)
    call("video-status", {"query": {"video_id": "nobody's"}})
    with CaptureQueriesContext(connection) as asked:
        poll(call)
        poll(call, "nobody's")
    ledger = [query for query in asked.captured_queries if "jobs_" in query["sql"]]
    assert ledger == []


def test_moment_ends(call: Caller, vendor: Upstream, told: list[bytes], clock: Clock) -> None:
    begun(call.account)
    for seconds, asked in ((0, 1), (1.9, 1), (60, 2), (1.9, 2), (60, 3)):
        clock.now += seconds
        poll(call)
        assert len(vendor.requests) == asked


def test_end_is_known_for_longer(
    call: Caller, vendor: Upstream, told: list[bytes], clock: Clock
) -> None:
    told.append(b"completed")
    begun(call.account)
    for seconds, asked in ((0, 1), (59, 1), (600, 2), (59, 2)):
        clock.now += seconds
        assert poll(call).json()["data"]["status"] == "completed"
        assert len(vendor.requests) == asked


@pytest.mark.parametrize("control", ["no-cache", "no-store", "max-age=0"])
def test_caller_may_insist(call: Caller, vendor: Upstream, told: list[bytes], control: str) -> None:
    begun(call.account)
    for _ in range(3):
        assert "X-Answered-By" not in poll(call, Cache_Control=control).headers
    assert len(vendor.requests) == 3


def test_setting_switches_it_off(
    call: Caller, vendor: Upstream, told: list[bytes], settings: Any
) -> None:
    settings.JOB_FRESH_SECONDS = 0
    begun(call.account)
    poll(call)
    poll(call)
    assert len(vendor.requests) == 2


def test_what_is_no_job_is_asked_each_time(
    call: Caller, vendor: Upstream, told: list[bytes]
) -> None:
    begun(make_account("other"))  # of the same id, and another org's
    poll(call)
    poll(call)
    assert len(vendor.requests) == 2


def test_background_look_answers_polls(call: Caller, vendor: Upstream, told: list[bytes]) -> None:
    """What a poller of any process wrote down serves here, byte for byte."""
    job = begun(call.account)
    text = (b'{"data":' + ODD % b"completed" + b"}").decode()
    tracking.observe(job.id, tracking.Seen(Status.SUCCEEDED, "completed", answer=text), "poll")
    answer = poll(call)
    assert (answer.content.decode(), answer.headers["X-Answered-By"]) == (text, "job")
    assert vendor.requests == []


def test_old_answer_of_row_is_not_given(call: Caller, vendor: Upstream, told: list[bytes]) -> None:
    job = begun(call.account)
    tracking.observe(job.id, SUCCEEDED, "poll")
    Job.objects.update(seen_at=timezone.now() - timedelta(seconds=61))
    assert "X-Answered-By" not in poll(call).headers


def test_webhooks_word_is_no_status_answer(
    call: Caller, vendor: Upstream, told: list[bytes]
) -> None:
    job = begun(call.account)
    seen = tracking.Seen(Status.SUCCEEDED, "completed", result={"url": "https://x"})
    tracking.observe(job.id, seen, "webhook")
    assert "X-Answered-By" not in poll(call).headers


def test_ledger_that_is_away_holds_nobody_up(
    call: Caller, vendor: Upstream, told: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError

    monkeypatch.setattr(observing, "_load", away)
    assert poll(call).status_code == 200
    assert len(vendor.requests) == 1


def test_ledger_that_is_away_changes_nothing_that_is_known(
    call: Caller, told: list[bytes], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError

    begun(call.account)
    poll(call)
    clock.now += 60
    with monkeypatch.context() as patch:
        patch.setattr(observing, "_load", away)
        assert "X-Answered-By" not in poll(call).headers
        assert poll(call).headers["X-Answered-By"] == "job"  # from the poll before


def test_ledger_is_asked_again_once_it_is_back(
    call: Caller, told: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError

    begun(call.account)
    with monkeypatch.context() as patch:
        patch.setattr(observing, "_load", away)
        poll(call)
    poll(call)
    assert poll(call).headers["X-Answered-By"] == "job"


@pytest.mark.django_db(transaction=True)
def test_large_answer_is_read_aside(
    vendor: Upstream, told: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loop goes on meanwhile; the job hears of it all the same."""
    for place in ("services.observing.LARGEST", "services.threads.LONG"):
        monkeypatch.setattr(place, 10)
    account, readers = make_account(), []
    begun(account)
    told.append(b"completed")
    read = observing.progress.read

    def watched(*given: Any) -> tracking.Seen:
        readers.append(threading.get_ident())
        return read(*given)

    monkeypatch.setattr(observing.progress, "read", watched)
    path = "/api/ai-proxy/orgs/acme/services/heygen/video-status/"
    body = json.dumps({"query": {"video_id": "vid1"}}).encode()

    async def looks() -> int:
        await posted(account, path, [body], content_type="application/json")
        for _ in range(200):
            if await database.run(lambda: Job.objects.get().ended):
                break
            await asyncio.sleep(0.05)
        return threading.get_ident()

    loop = async_to_sync(looks)()
    assert readers
    assert loop not in readers
    assert Job.objects.get().status == Status.SUCCEEDED
    assert {known.answer for known in observing.memory._known.values()} == {b""}


@pytest.mark.django_db(transaction=True)
def test_callers_poll_moves_job(vendor: Upstream, told: list[bytes]) -> None:
    """What a caller is told reaches the job behind its back, once for each change."""
    account = make_account()
    job = begun(account)
    path = "/api/ai-proxy/orgs/acme/services/heygen/video-status/"
    body = json.dumps({"query": {"video_id": "vid1"}}).encode()

    async def looks() -> None:
        await posted(account, path, [body], content_type="application/json")
        told.append(b"completed")
        name = next(iter(observing.memory._known))
        known = observing.memory._known[name]
        known.seen = 0
        await posted(account, path, [body], content_type="application/json")
        for _ in range(200):
            if await database.run(lambda: Job.objects.get().ended):
                return
            await asyncio.sleep(0.05)

    async_to_sync(looks)()
    job.refresh_from_db()
    assert (job.status, job.answer) == (
        Status.SUCCEEDED,
        (b'{"data":' + ODD % b"completed" + b"}").decode(),
    )
    assert history(job) == ["created", "status", "succeeded"]
    assert {event.source for event in job.events.all()} == {"call"}


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observing, "SIZE", 3)
    monkeypatch.setattr(observing, "ROOM", 100)
    memory = observing.Memory(clock=lambda: 0.0)
    names = [observing.Name(uuid.UUID(int=1), "s", "a", str(number)) for number in range(9)]
    for name in names:
        memory.keep(name, observing.Known(0.0, uuid.UUID(int=2), answer=b"x" * 20))
    assert [memory.peek(name) is not None for name in names] == [False] * 6 + [True] * 3
    memory.keep(names[0], observing.Known(0.0, answer=b"x" * 90))
    assert (memory.size, memory.peek(names[8])) == (90, None)
    memory.clear()
    assert memory.size == 0


def test_other_orgs_never_share(call: Caller, vendor: Upstream, told: list[bytes]) -> None:
    other: Account = make_account("other")
    begun(call.account)
    begun(other)
    poll(call)
    theirs = Caller(other)
    assert "X-Answered-By" not in poll(theirs).headers
    assert len(vendor.requests) == 2
