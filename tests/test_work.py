"""`manage.py work`: what is due is done, by whoever is there, whatever goes away meanwhile."""

from __future__ import annotations

import os
import signal
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import redis
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from rq.serializers import JSONSerializer, resolve_serializer

from jobs.models import Job
from services import chores, tasks
from services.tasks import QUICK, SLOW, Work
from services.ticker import Ticker
from tests.factories import Account
from tests.faults import FaultProxy
from tests.following import Stored, make_job, start_jobs, working
from tests.live import Service, database
from tests.upstream import Received, Script, Upstream

POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")
DONE = {"code": 100, "data": {"id": "v", "status": "completed", "video_url": "https://x/v.mp4"}}
REDIS = "redis://127.0.0.1:6379/7"
TABLE = DBTaskResult._meta.db_table
PREPARE = """
from django.core.management import call_command
from credentials import vault
from credentials.models import Org
call_command("migrate", verbosity=0)
vault.store(org=Org.objects.create(slug="acme"), service="heygen", secret="sk-vendor-secret-0001")
"""


def test_one_round_follows_what_is_due(account: Account, vendor: Upstream) -> None:
    vendor.answers(DONE)
    job = make_job(account, action="generate-video")
    call_command("work", "--once")
    job.refresh_from_db()
    assert (job.status, len(vendor.requests)) == ("succeeded", 1)


def test_every_kind_of_work_has_its_name() -> None:
    assert len(tasks.BY_NAME) == len(tasks.WORK) == 8
    assert {work.queue for work in tasks.WORK} == set(tasks.QUEUES)


def test_what_hangs_holds_up_nothing_else(settings: Any) -> None:
    """An endpoint, a vendor that is looked at and one that is called each hold their own queue."""
    queues = {work.name: work.queue for work in tasks.WORK}
    hanging = {"polling jobs", "delivering webhooks", "carrying out batches"}
    assert len({queues[name] for name in hanging}) == len(hanging)
    for name in ("reading webhooks", "settling attempts"):
        assert queues[name] not in {queues[other] for other in hanging}
    assert set(settings.TASKS["default"]["QUEUES"]) == set(tasks.QUEUES)


def nothing(limit: int) -> list[uuid.UUID]:
    return []


def breaks(piece: uuid.UUID) -> None:
    raise RuntimeError("a fault of ours")


def loses_database(piece: uuid.UUID) -> None:
    raise OperationalError("host db.internal refused")


@pytest.mark.parametrize(
    ("carry_out", "counted", "logged"),
    [
        (lambda piece: None, "odd work", 0),
        (breaks, "odd work, failed", 1),
        (loses_database, "odd work, the database was away", 0),
    ],
)
def test_failed_piece_is_counted_and_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: Any, carry_out: Any, counted: str, logged: int
) -> None:
    monkeypatch.setitem(tasks.BY_NAME, "odd work", Work("odd work", nothing, carry_out))
    tasks.done.take()
    tasks.carry_out.func("odd work", str(uuid.uuid4()))
    assert tasks.done.take() == {counted: 1}
    assert len([line for line in caplog.records if line.name == "ai_proxy.work"]) == logged


class Bench:
    """Takes tasks and leaves them where they are: as much room as it is given."""

    def __init__(self, room: int) -> None:
        self.free = room
        self.engine = self
        self.woken: Counter[str] = Counter()

    def room(self, queue: str) -> int:
        return self.free

    def wake(self, queue: str, tasks: int) -> None:
        self.woken[queue] += tasks


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the works whose pieces were given to the engine."""
    given: list[str] = []
    monkeypatch.setattr("services.ticker.enqueue", lambda work, piece: given.append(work.name))
    return given


def endless(limit: int) -> list[uuid.UUID]:
    return [uuid.uuid4() for _ in range(limit)]


def test_room_is_shared_by_kinds_of_work(handed: list[str], db: None) -> None:
    works = (
        Work("a", endless, breaks),
        Work("b", endless, breaks),
        Work("c", nothing, breaks),
        Work("d", endless, breaks, SLOW),
    )
    bench = Bench(6)
    Ticker(bench, works).tick(0.0)  # type: ignore[arg-type]  # all that a ticker needs
    assert Counter(handed) == {"a": 2, "b": 2, "d": 6}
    assert bench.woken == {QUICK: 4, SLOW: 6}


def test_full_engine_is_given_nothing(handed: list[str], db: None) -> None:
    Ticker(Bench(0), (Work("a", endless, breaks),)).tick(0.0)  # type: ignore[arg-type]
    assert handed == []


def test_busy_work_is_looked_at_sooner(handed: list[str], db: None) -> None:
    asked: Counter[str] = Counter()

    def claim(name: str, found: int) -> Callable[[int], list[uuid.UUID]]:
        def work(limit: int) -> list[uuid.UUID]:
            asked[name] += 1
            return endless(found)

        return work

    works = (Work("idle", claim("idle", 0), breaks), Work("busy", claim("busy", 1), breaks))
    ticker = Ticker(Bench(100), works)  # type: ignore[arg-type]
    for tick in range(100):
        ticker.tick(tick / 10 + 0.01)
    assert asked["idle"] in range(19, 22)
    assert asked["busy"] in range(95, 101)


@pytest.mark.django_db(transaction=True)
def test_ticker_outlives_its_database(handed: list[str], caplog: Any) -> None:
    away = threading.Event()
    away.set()

    def claim(limit: int) -> list[uuid.UUID]:
        if away.is_set():
            raise OperationalError("host db.internal refused")
        return endless(1)

    ticker = Ticker(Bench(100), (Work("a", claim, breaks),))  # type: ignore[arg-type]
    ticker.start()
    time.sleep(0.8)
    assert handed == []
    away.clear()
    until = time.monotonic() + 15
    while not handed and time.monotonic() < until:
        time.sleep(0.05)
    ticker.end(5)
    assert handed
    lines = [line.getMessage() for line in caplog.records if line.name == "ai_proxy.work"]
    assert lines == ["Nothing can be worked on for now: OperationalError", "Work goes on"]


def test_broken_kind_of_work_holds_up_no_other(handed: list[str], db: None, caplog: Any) -> None:
    def broken(limit: int) -> list[uuid.UUID]:
        raise TypeError("a fault of ours")

    works = (Work("broken", broken, breaks), Work("sound", endless, breaks))
    ticker = Ticker(Bench(2), works)  # type: ignore[arg-type]
    for now in (0.0, 1.0, 2.0):
        ticker.tick(now)
    assert handed == ["sound", "sound", "sound", "sound", "sound"]
    lines = [line.getMessage() for line in caplog.records if line.name == "ai_proxy.work"]
    assert lines == ["Broken cannot be claimed"]


def test_failed_chore_keeps_no_other_from_being_done(
    monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    done: list[str] = []

    def away() -> None:
        raise OperationalError("host db.internal refused")

    def broken() -> None:
        raise TypeError("a fault of ours")

    three = (("asking", away), ("counting", broken), ("sweeping", lambda: done.append("swept")))
    monkeypatch.setattr(chores, "_ROUND", three)
    chores.hourly()
    assert done == ["swept"]
    lines = [line.getMessage() for line in caplog.records if line.name == "ai_proxy.work"]
    assert lines == [
        "The database was away; asking waits for the next round",
        "Counting failed",
    ]


TASKS = [  # state, minutes since it was handed over, minutes since it ended, whether it stays
    ("READY", 1, None, True),
    ("RUNNING", 5, None, True),
    ("SUCCESSFUL", 1, 0, True),
    ("SUCCESSFUL", 5, 3, False),
    ("FAILED", 5, 3, False),
    ("RUNNING", 100, None, False),
    ("READY", 100, None, False),
]


@pytest.mark.parametrize(("state", "age", "ended", "stays"), TASKS)
def test_ended_tasks_are_dropped(
    db: None, state: str, age: int, ended: int | None, stays: bool
) -> None:
    now = timezone.now()
    row = tasks.carry_out.enqueue("polling jobs", str(uuid.uuid4()))
    rows = DBTaskResult.objects.filter(pk=row.id)
    finished = None if ended is None else now - timedelta(minutes=ended)
    rows.update(status=state, enqueued_at=now - timedelta(minutes=age), finished_at=finished)
    chores.each_minute()
    assert rows.exists() is stays


def test_old_jobs_are_dropped(account: Account, settings: Any) -> None:
    settings.JOB_DAYS = 30
    now = timezone.now()
    kept = {
        make_job(account, created_at=now - timedelta(days=90)).pk,
        make_job(account, ended_at=now - timedelta(days=29), status="succeeded").pk,
    }
    make_job(account, ended_at=now - timedelta(days=31), status="succeeded")
    chores.hourly()
    assert set(Job.objects.values_list("pk", flat=True)) == kept


def test_tasks_in_redis_are_no_pickles(settings: Any) -> None:
    """Or whoever writes to Redis runs code in the worker."""
    serializers = [resolve_serializer(queue["SERIALIZER"]) for queue in settings.RQ_QUEUES.values()]
    assert serializers == [JSONSerializer] * len(tasks.QUEUES)


# Real processes.


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    made = Upstream()
    made.answers(DONE)
    yield made
    made.close()


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One migrated database with an org and its credential."""
    with database(tmp_path_factory.mktemp("work")) as url:
        service = Service(url, POLL_RATE="50")
        service.manage("shell", "-c", PREPARE)
        yield service


@pytest.fixture
def service(deployment: Service, upstream: Upstream) -> Service:
    """The same, without jobs, in front of this test's vendor."""
    deployment.env["HEYGEN_BASE_URL"] = upstream.url
    rows = stored(deployment)
    for table in ("jobs_message", "jobs_jobevent", "jobs_job", "jobs_pace", TABLE):
        rows.ask(f"DELETE FROM {table}")  # noqa: S608
    return deployment


def stored(service: Service) -> Stored:
    return Stored(service.env["DATABASE_URL"])


ENDED = "SELECT count(*) FROM jobs_job WHERE status = 'succeeded'"


@pytest.mark.slow
def test_worker_follows_jobs_and_ends_in_order(
    service: Service, upstream: Upstream, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    start_jobs(service, 20)
    with working(service, log) as process:
        stored(service).until(ENDED, 20)
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert time.monotonic() - asked < 20
    looks = Counter(seen.target for seen in upstream.requests)
    assert set(looks.values()) == {1}
    text = log.read_text()
    assert "audit head" in text
    assert "Done: polling jobs 20" in text
    assert "Traceback" not in text


@pytest.mark.slow
def test_look_under_way_ends_before_worker_does(
    service: Service, upstream: Upstream, tmp_path: Path
) -> None:
    begun = threading.Event()

    def late(_: Received) -> Script:
        begun.set()
        return Script(body=b'{"code": 100, "data": {"status": "completed"}}', delay=2)

    upstream.plays(late)
    start_jobs(service, 1)
    with working(service, tmp_path / "log") as process:
        assert begun.wait(60)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert stored(service).ask(ENDED) == [(1,)]


@pytest.mark.slow
def test_killed_worker_is_made_up_for(service: Service, upstream: Upstream, tmp_path: Path) -> None:
    begun = threading.Event()

    def first(_: Received) -> Script:
        late = 0.0 if begun.is_set() else 60.0
        begun.set()
        return Script(body=b'{"code": 100, "data": {"status": "completed"}}', delay=late)

    upstream.plays(first)
    start_jobs(service, 1)
    rows = stored(service)
    with working(service, tmp_path / "log") as process:
        assert begun.wait(60)
        process.kill()
        process.wait()
    [(polls,)] = rows.ask("SELECT polls FROM jobs_job")
    with working(service, tmp_path / "log"):
        time.sleep(3)
        assert (polls, len(upstream.requests)) == (1, 1)  # it may still be at it, for all we know
        over = f"'{timezone.now() - timedelta(seconds=1):%Y-%m-%d %H:%M:%S}'"
        rows.ask(f"UPDATE jobs_job SET due_at = {over}, lease_until = {over}")  # noqa: S608
        rows.until(ENDED, 1)
    assert len(upstream.requests) == 2


@pytest.mark.slow
@pytest.mark.skipif(not POSTGRES, reason="SQLite is for one worker")
def test_two_workers_share_the_load(service: Service, upstream: Upstream, tmp_path: Path) -> None:
    upstream.plays(lambda _: Script(body=b'{"data": {"status": "completed"}}', delay=0.1))
    start_jobs(service, 100)
    with ExitStack() as both:
        for n in range(2):
            both.enter_context(working(service, tmp_path / f"log{n}"))
        stored(service).until(ENDED, 100)
    assert set(Counter(seen.target for seen in upstream.requests).values()) == {1}
    for n in range(2):
        assert "Done: polling jobs" in (tmp_path / f"log{n}").read_text()


@pytest.mark.slow
@pytest.mark.skipif(not POSTGRES, reason="a file does not go away")
def test_worker_outlives_its_database(service: Service, upstream: Upstream, tmp_path: Path) -> None:
    url = urlsplit(service.env["DATABASE_URL"])
    wire = FaultProxy(url.port or 5432)
    there = url._replace(netloc=f"{url.username}@127.0.0.1:{wire.port}").geturl()
    log = tmp_path / "log"
    rows = stored(service)
    with working(service, log, DATABASE_URL=there) as process:
        start_jobs(service, 1)
        rows.until(ENDED, 1)
        wire.refuse()
        wire.reset()
        start_jobs(service, 1)
        time.sleep(2)
        assert process.poll() is None
        wire.listen()
        rows.until(ENDED, 2, seconds=40)
    wire.close()
    text = log.read_text()
    assert "Nothing can be worked on for now" in text
    assert "Work goes on" in text


def has_redis() -> bool:
    try:
        return bool(redis.Redis.from_url(REDIS, socket_connect_timeout=1).ping())
    except redis.RedisError:
        return False


@pytest.mark.slow
@pytest.mark.skipif(not has_redis(), reason="no Redis here")
def test_redis_carries_tasks_by_configuration_alone(
    service: Service, tmp_path: Path, upstream: Upstream
) -> None:
    redis.Redis.from_url(REDIS).flushdb()
    start_jobs(service, 10)
    log = tmp_path / "log"
    with working(service, log, TASKS_BACKEND="rq", REDIS_URL=REDIS) as process:
        stored(service).until(ENDED, 10)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert stored(service).ask(f"SELECT count(*) FROM {TABLE}") == [(0,)]  # noqa: S608
    assert set(Counter(seen.target for seen in upstream.requests).values()) == {1}
    assert "Done: polling jobs 10" in log.read_text()
