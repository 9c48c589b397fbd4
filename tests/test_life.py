"""Health checks, draining and replacing workers: no call is lost while processes come and go."""

from __future__ import annotations

import asyncio
import itertools
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from asgiref.sync import async_to_sync
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from proxy_project import health
from proxy_project.asgi import application
from proxy_project.life import Life
from services.catalogue import SERVICES
from services.management.commands.serve import patience
from tests.faults import Fault, FaultProxy
from tests.live import ROOT, Service, database, free_port
from tests.upstream import Received, Script, Upstream

GOOD = {"database": "ok", "migrations": "ok", "credentials": "ok"}
if os.environ.get("REDIS_URL"):
    GOOD["redis"] = "ok"
SEALED_WITH_ANOTHER = "k1:" + "B" * 43


@pytest.fixture(autouse=True)
def _newborn(monkeypatch: Any) -> None:
    """A process that has checked nothing yet."""
    monkeypatch.setattr(health, "life", Life())
    monkeypatch.setattr(health, "storage", health.Storage())
    monkeypatch.setattr(health, "readiness", health.Readiness(health.storage.ask))


def probe(name: str = "ready", method: str = "GET", **headers: str) -> Any:
    return Client(raise_request_exception=False).generic(method, f"/health/{name}", headers=headers)


@contextmanager
def database_away() -> Iterator[None]:
    def refuse(*given: Any) -> None:
        raise OperationalError("host db.internal refused")

    with connection.execute_wrapper(refuse):
        yield


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["live", "live/"])
def test_live_asks_nobody(db: None, method: str, path: str, django_assert_num_queries: Any) -> None:
    with database_away(), django_assert_num_queries(0):
        response = probe(path, method)
    body = b'{"status":"live"}' if method == "GET" else b""
    assert (response.status_code, response.content) == (200, body)
    assert response.headers["Cache-Control"] == "no-store"


def test_ready_says_every_outcome(account: Any) -> None:
    response = probe()
    assert (response.status_code, response.json()) == (200, {"status": "ready", "checks": GOOD})
    assert response.headers["Cache-Control"] == "no-store"
    assert probe(method="HEAD").status_code == 200


def forget_migration() -> None:
    MigrationRecorder.Migration.objects.filter(app="credentials").order_by("-id")[:1].get().delete()


@pytest.mark.parametrize(
    ("setting", "breaks", "checks"),
    [
        ({"CREDENTIAL_KEYS": ""}, None, GOOD | {"credentials": "failed"}),
        ({"CREDENTIAL_KEYS": "nonsense"}, None, GOOD | {"credentials": "failed"}),
        ({"CREDENTIAL_KEYS": SEALED_WITH_ANOTHER}, None, GOOD | {"credentials": "failed"}),
        ({}, forget_migration, GOOD | {"migrations": "failed", "credentials": "unknown"}),
    ],
)
def test_unready_names_what_failed(
    account: Any, settings: Any, setting: Any, breaks: Callable[[], None] | None, checks: Any
) -> None:
    for name, value in setting.items():
        setattr(settings, name, value)
    if breaks:
        breaks()
    response = probe()
    assert (response.status_code, response.json()) == (503, {"status": "unready", "checks": checks})


def test_outage_is_unready_until_it_ends(account: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(health, "KEPT", 0.0)
    assert probe().status_code == 200
    with database_away():
        response = probe()
    assert (response.status_code, response.json()["checks"]["database"]) == (503, "failed")
    assert probe().json() == {"status": "ready", "checks": GOOD}


def test_one_damaged_credential_serves_the_others(account: Any) -> None:
    newest = account.org.credentials.order_by("-changed_at").first()
    newest.sealed = newest.sealed[:-2]
    newest.save()
    assert probe().json() == {"status": "ready", "checks": GOOD}


def test_draining_shows_at_once(account: Any, django_assert_num_queries: Any) -> None:
    assert probe().status_code == 200
    health.life.drain()
    with django_assert_num_queries(0):
        response = probe()
    assert (response.status_code, response.json()) == (503, {"status": "draining"})
    assert probe("live").status_code == 200


def test_replaced_worker_stays_ready(account: Any) -> None:
    health.life.leave()
    assert probe().status_code == 200


@pytest.mark.parametrize("name", ["live", "ready"])
def test_other_methods_are_refused(db: None, name: str) -> None:
    response = probe(name, "POST")
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")
    assert response.json()["code"] == "method_not_allowed"


def test_away_redis_is_reported(account: Any, settings: Any) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    body = {"status": "ready", "checks": GOOD | {"redis": "failed"}}
    assert (probe().status_code, probe().json()) == (200, body)


@pytest.mark.parametrize("name", ["live", "ready"])
def test_probes_need_neither_https_nor_name(account: Any, settings: Any, name: str) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert probe(name).status_code == 200
    assert asgi(f"/health/{name}", host="10.1.2.3:8000") == 200


def asgi(path: str, host: str) -> int:
    """The status as a server gets it."""
    sent: list[Any] = []
    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "headers": [(b"host", host.encode())], "client": ("127.0.0.1", 1), "server": ("", 80),
    }  # fmt: skip

    async def send(message: Any) -> None:
        sent.append(message)

    async_to_sync(application)(scope, asyncio.Event().wait, send)
    return int(sent[0]["status"])


class Checked:
    """Checks that take until they are told; counts how often they were begun."""

    def __init__(self) -> None:
        self.begun = 0
        self.gate = asyncio.Event()

    async def __call__(self) -> Any:
        self.begun += 1
        await self.gate.wait()
        return GOOD


def test_probes_share_one_check() -> None:
    async def scenario() -> None:
        checked, now = Checked(), [0.0]
        readiness = health.Readiness(checked, lambda: now[0])
        asking = [asyncio.create_task(readiness.checks()) for _ in range(20)]
        await asyncio.sleep(0)
        checked.gate.set()
        assert await asyncio.gather(*asking) == [GOOD] * 20
        now[0] = health.KEPT - 0.01
        assert await readiness.checks() == GOOD
        assert checked.begun == 1
        now[0] = health.KEPT
        assert await readiness.checks() == GOOD
        assert checked.begun == 2

    asyncio.run(scenario())


def test_hung_check_is_unready_in_time() -> None:
    async def scenario() -> None:
        checked = Checked()
        readiness = health.Readiness(checked)
        began = time.monotonic()
        for _ in range(2):
            assert (await readiness.checks())["database"] == "failed"
        assert 0.9 < time.monotonic() - began < 1.9
        assert checked.begun == 1
        checked.gate.set()
        assert await readiness.checks() == GOOD

    asyncio.run(scenario())


def test_patience_outlasts_every_call() -> None:
    totals = [service.limits(action).total for service in SERVICES for action in service.actions]
    assert patience() >= max(totals) + 10


# From here on the service as it is run.


class Instance:
    """A deployment with an org, its key and quick settings."""

    def __init__(self, url: str, vendor: Upstream, **settings: str) -> None:
        names = ("HEYGEN_BASE_URL", "HEYGEN_UPLOAD_BASE_URL")
        given = dict.fromkeys(names, vendor.url) | {
            "DRAIN_SECONDS": "1", "RATE_ORG": "0", "RATE_SERVER_KEY": "0", "RATE_BROWSER_KEY": "0",
        }  # fmt: skip
        self.service = Service(url, **given | settings)
        self.key = ""

    def prepare(self) -> Instance:
        self.service.manage("migrate")
        self.service.manage("create_org", "acme")
        self.service.manage("set_credential", "acme", "heygen", stdin="sk-heygen-secret-0001")
        self.key = self.service.manage("issue_key", "acme")
        return self

    def twin(self, vendor: Upstream, **settings: str) -> Instance:
        """Another instance on the same database."""
        other = Instance(self.service.env["DATABASE_URL"], vendor, **settings)
        other.key = self.key
        return other

    def call(self, session: Any = requests, video: str = "v", timeout: float = 30) -> Any:
        """One status poll; every id is asked for once, so that nothing is shared or kept."""
        return session.post(
            f"{self.service.url}/api/ai-proxy/orgs/acme/services/heygen/video-status/",
            json={"query": {"video_id": video}},
            headers={"Authorization": f"Api-Key {self.key}"},
            timeout=timeout,
        )

    def health(self, name: str = "ready", session: Any = requests) -> int:
        status: int = session.get(f"{self.service.url}/health/{name}", timeout=5).status_code
        return status

    def wait_ready(self, seconds: float = 20) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with suppress(requests.ConnectionError):
                if self.health() == 200:
                    return
            time.sleep(0.02)
        raise AssertionError(f"not ready after {seconds} s")


@pytest.fixture(scope="module")
def _instance(tmp_path_factory: Any, _vendor: Upstream) -> Iterator[Instance]:
    with database(tmp_path_factory.mktemp("life")) as url:
        yield Instance(url, _vendor).prepare()


@pytest.fixture
def instance(_instance: Instance, vendor: Upstream) -> Instance:
    vendor.answers({"code": 100, "data": {"status": "processing"}})
    return _instance


def workers(process: subprocess.Popen[bytes]) -> set[int]:
    path = f"/proc/{process.pid}/task/{process.pid}/children"
    with open(path) as file:
        return set(map(int, file.read().split()))


def background(work: Callable[[], Any]) -> Callable[[], Any]:
    """Start `work` in a thread; call what comes back for its result."""
    done: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def run() -> None:
        try:
            done.put(work())
        except requests.RequestException as exc:
            done.put(exc)

    threading.Thread(target=run, daemon=True).start()
    return lambda: done.get(timeout=60)


def slow(seconds: float) -> Callable[[Received], Script]:
    body = b'{"code": 100, "data": {"status": "processing"}}'
    return lambda _: Script(body=body, delay=seconds)


@pytest.mark.slow
def test_sigterm_loses_no_call(instance: Instance, vendor: Upstream) -> None:
    vendor.plays(slow(3))
    with instance.service.serving(workers=2) as process, requests.Session() as kept:
        instance.wait_ready()
        assert "close" not in kept.get(f"{instance.service.url}/health/live").headers.values()
        calls = [background(lambda n=n: instance.call(video=f"t{n}")) for n in range(8)]
        late_session = requests.Session()
        instance.health(session=late_session)
        wait_until(lambda: len(vendor.requests) == 8)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        time.sleep(0.15)
        answers = [
            requests.get(f"{instance.service.url}/health/ready", timeout=5) for _ in range(20)
        ]
        assert {(a.status_code, a.headers["Connection"]) for a in answers} == {(503, "close")}
        assert instance.health("live", late_session) == 200
        during = background(lambda: instance.call(video="during"))
        assert [call().status_code for call in calls] == [200] * 8
        assert during().status_code == 200
        assert process.wait(15) == 0
        assert 1.0 < time.monotonic() - began < 8
    with pytest.raises(requests.ConnectionError):
        instance.health("live")


def wait_until(true: Callable[[], bool], seconds: float = 15) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.parametrize("numbers", [[signal.SIGINT], [signal.SIGTERM, signal.SIGTERM]])
def test_haste_ends_calls(instance: Instance, vendor: Upstream, numbers: list[int]) -> None:
    vendor.plays(slow(20))
    with instance.service.serving(workers=2) as process:
        instance.wait_ready()
        call = background(lambda: instance.call(video=f"h{len(numbers)}"))
        wait_until(lambda: bool(vendor.requests))
        began = time.monotonic()
        for number in numbers:
            process.send_signal(number)
            time.sleep(0.2)
        assert process.wait(10) == 0
        assert time.monotonic() - began < 6
    assert isinstance(call(), requests.ConnectionError)


@pytest.mark.slow
def test_terminal_and_manager_signal_whole_group(instance: Instance, vendor: Upstream) -> None:
    """systemd's default and Ctrl-C reach the workers too; only the parent decides."""
    vendor.plays(slow(2))
    with instance.service.serving(workers=2) as process:
        instance.wait_ready()
        call = background(lambda: instance.call(video="group"))
        wait_until(lambda: bool(vendor.requests))
        os.killpg(process.pid, signal.SIGTERM)
        assert call().status_code == 200
        assert process.wait(15) == 0


@pytest.mark.slow
def test_killed_worker_is_replaced(instance: Instance) -> None:
    with instance.service.serving(workers=2) as process:
        instance.wait_ready()
        wait_until(lambda: len(workers(process)) == 2)
        before = workers(process)
        os.kill(min(before), signal.SIGKILL)
        wait_until(lambda: len(workers(process)) == 2 and workers(process) != before)
        for number in range(20):
            assert instance.call(video=f"k{number}").status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0


@pytest.mark.slow
def test_workers_leave_without_parent(instance: Instance) -> None:
    with instance.service.serving(workers=2) as process:
        instance.wait_ready()
        orphans = workers(process)
        process.kill()
        process.wait(5)
        wait_until(lambda: not any(os.path.exists(f"/proc/{pid}/exe") for pid in orphans))


@pytest.mark.slow
def test_unusable_start_ends_with_one(instance: Instance) -> None:
    with instance.service.serving():
        taken = serve(instance.service.env)
        assert (taken.returncode, "Cannot listen" in taken.stderr) == (1, True)
    unsafe = serve(instance.service.env | {"SECRET_KEY": "short"})
    assert (unsafe.returncode, "proxy.E001" in unsafe.stderr) == (1, True)
    options = [f"--{name}=1" for name in ("workers", "drain", "patience", "keep-alive")]
    command = [sys.executable, "-m", "proxy_project.server", "--host=127.0.0.1"]
    command += [f"--port={free_port()}", "--log-level=INFO", *options]
    env = instance.service.env | {"DATABASE_URL": "nonsense://"}
    broken = subprocess.run(command, cwd=ROOT, env=env, timeout=30, capture_output=True, text=True)
    assert (broken.returncode, "ended with 1" in broken.stderr) == (1, True)


def serve(env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "serve"]
    return subprocess.run(command, cwd=ROOT, env=env, timeout=30, capture_output=True, text=True)


@pytest.mark.slow
def test_live_answers_beside_idle_crowd(instance: Instance) -> None:
    with instance.service.serving():
        instance.wait_ready()
        crowd = [
            socket.create_connection(("127.0.0.1", instance.service.port)) for _ in range(2500)
        ]
        try:
            time.sleep(0.5)
            began = time.monotonic()
            assert instance.health("live") == 200
            assert time.monotonic() - began < 1
        finally:
            for one in crowd:
                one.close()


@pytest.mark.slow
def test_first_answer_is_soon(instance: Instance) -> None:
    """1.2 s on a quiet machine, where Django's own `check` takes about as long."""
    began = time.monotonic()
    check = [sys.executable, "manage.py", "check"]
    subprocess.run(check, cwd=ROOT, env=instance.service.env, check=True, capture_output=True)
    alone, began = time.monotonic() - began, time.monotonic()
    with instance.service.serving(workers=2):
        instance.wait_ready()
        assert time.monotonic() - began < 4 + 3 * alone


class Load:
    """Calls at a steady rate to whichever instances are ready, as a load balancer sends them."""

    def __init__(self, instances: list[Instance], *, rate: float, fresh: bool = False) -> None:
        self._instances = instances
        self._ready = list(instances)
        self._turn = itertools.count()
        self._interval = 1 / rate
        self._fresh = fresh
        self._stop = threading.Event()
        self.outcomes: Counter[str] = Counter()
        self._threads = [threading.Thread(target=self._send, args=(n, 8)) for n in range(8)]
        if len(instances) > 1:
            self._threads += [threading.Thread(target=self._watch, args=(o,)) for o in instances]

    def __enter__(self) -> Load:
        self._began = time.monotonic()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *given: Any) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(30)

    def _watch(self, instance: Instance) -> None:
        while not self._stop.wait(0.2):
            if not self._is_ready(instance):
                self._ready = [one for one in self._ready if one is not instance]
            elif instance not in self._ready:
                self._ready = [*self._ready, instance]

    def _is_ready(self, instance: Instance) -> bool:
        try:
            return instance.health() == 200
        except requests.RequestException:
            return False

    def _send(self, first: int, step: int) -> None:
        with requests.Session() as session:
            for number in itertools.count(first, step):
                due = self._began + number * self._interval
                if self._stop.wait(max(0.0, due - time.monotonic())):
                    return
                self._call(session, number)

    def _call(self, session: requests.Session, number: int) -> None:
        ready = self._ready
        instance = ready[next(self._turn) % len(ready)]
        try:
            client = requests if self._fresh else session
            answer = instance.call(client, video=f"{id(self)}-{number}")
            outcome = "200" if answer.status_code == 200 else answer.text
        except requests.RequestException as exc:
            outcome = repr(exc)
        self.outcomes[outcome] += 1


@pytest.mark.slow
def test_rolling_restart_loses_nothing(instance: Instance, vendor: Upstream) -> None:
    vendor.plays(slow(0.05))
    pair = [instance.twin(vendor, DRAIN_SECONDS="1.5") for _ in range(2)]
    with ExitStack() as stack:
        processes = [stack.enter_context(one.service.serving(2)) for one in pair]
        for one in pair:
            one.wait_ready()
        with Load(pair, rate=100) as load:
            for one, process in zip(pair, processes, strict=True):
                time.sleep(1)
                process.send_signal(signal.SIGTERM)
                assert process.wait(20) == 0
                stack.enter_context(one.service.serving(2))
                one.wait_ready()
            time.sleep(1)
    assert set(load.outcomes) == {"200"}
    assert load.outcomes["200"] > 300


@pytest.mark.slow
@pytest.mark.parametrize("fresh", [False, True])
def test_hangup_replaces_workers_unnoticed(
    instance: Instance, vendor: Upstream, fresh: bool
) -> None:
    vendor.plays(slow(0.05))
    with instance.service.serving(workers=2) as process:
        instance.wait_ready()
        with Load([instance], rate=100, fresh=fresh) as load:
            for _ in range(2):
                wait_until(lambda: len(workers(process)) == 2)
                before = workers(process)
                process.send_signal(signal.SIGHUP)
                wait_until(lambda before=before: not before & workers(process))
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    assert set(load.outcomes) == {"200"}
    assert load.outcomes["200"] > 200


@pytest.mark.slow
def test_leaving_worker_serves_what_it_has(instance: Instance, vendor: Upstream) -> None:
    """Connections without a request yet are answered by the old, new ones by the new."""
    lasting = instance.twin(vendor, DRAIN_SECONDS="60")
    with lasting.service.serving(workers=2) as process:
        lasting.wait_ready()
        where = ("127.0.0.1", lasting.service.port)
        early = [socket.create_connection(where, timeout=10) for _ in range(6)]
        kept = [requests.Session() for _ in range(16)]
        wait_until(lambda: len(workers(process)) == 2)
        process.send_signal(signal.SIGHUP)
        while kept:  # every one of them is told to move on, sooner or later
            kept = [one for one in kept if not told_to_leave(lasting, one)]
            time.sleep(0.05)
        news = [socket.create_connection(where, timeout=10) for _ in range(20)]
        assert not any(b"close" in head(one) for one in news)
        heads = [head(connection) for connection in early]
        assert all(b" 200 OK" in one and b"connection: close" in one for one in heads)
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0


def told_to_leave(instance: Instance, session: requests.Session) -> bool:
    answer = session.get(f"{instance.service.url}/health/ready", timeout=5)
    return answer.headers.get("Connection") == "close"


def head(connection: socket.socket) -> bytes:
    """The head of an answer to a probe."""
    with connection:
        connection.sendall(b"GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        return connection.recv(4096).partition(b"\r\n\r\n")[0]


# The database's faults; on PostgreSQL alone, since SQLite has no connection to lose.

on_postgres = pytest.mark.skipif(
    not os.environ.get("DATABASE_URL", "").startswith("postgres"), reason="needs PostgreSQL"
)


@dataclass
class Shaky:
    """A served instance whose database is behind a proxy, and the database itself."""

    instance: Instance
    proxy: FaultProxy
    name: str

    def sql(self, text: str) -> list[Any]:
        import psycopg

        url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{self.name}").geturl()
        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(text)
            return cursor.fetchall() if cursor.description else []

    def others(self, what: str = "pid") -> list[Any]:
        """`what` of the service's connections."""
        return self.sql(
            f"SELECT {what} FROM pg_stat_activity "  # noqa: S608
            f"WHERE datname = '{self.name}' AND pid <> pg_backend_pid()"
        )

    def call(self) -> Any:
        return self.instance.call(video=uuid.uuid4().hex)

    def recovers(self) -> None:
        self.instance.wait_ready(10)
        assert self.call().status_code == 200

    def is_down(self) -> None:
        answer = self.call()
        assert (answer.status_code, answer.json()["code"]) == (503, "directory_unavailable")
        assert (self.instance.health(), self.instance.health("live")) == (503, 200)


@pytest.fixture
def shaky(instance: Instance, vendor: Upstream) -> Iterator[Shaky]:
    url = urlsplit(instance.service.env["DATABASE_URL"])
    proxy = FaultProxy(url.port or 5432, url.hostname or "127.0.0.1")
    user = f"{url.username or ''}:{url.password or ''}".rstrip(":")
    through = url._replace(netloc=f"{user}@127.0.0.1:{proxy.port}").geturl()
    behind = instance.twin(vendor)
    behind.service.env["DATABASE_URL"] = through
    with behind.service.serving(workers=1):
        behind.wait_ready()
        assert behind.call(video=uuid.uuid4().hex).status_code == 200
        yield Shaky(behind, proxy, url.path[1:])
        proxy.set()
    proxy.close()


@pytest.mark.slow
@on_postgres
def test_lost_database_is_503_until_back(shaky: Shaky, vendor: Upstream) -> None:
    shaky.proxy.refuse()
    shaky.proxy.reset()
    sent = len(vendor.requests)
    time.sleep(1)  # what the directory knows is good for 0.9 s
    shaky.is_down()
    assert len(vendor.requests) == sent
    shaky.proxy.listen()
    shaky.recovers()


@pytest.mark.slow
@on_postgres
def test_hung_database_is_503_in_time(shaky: Shaky) -> None:
    shaky.proxy.set(up=Fault(hang=0), down=Fault(hang=0))
    time.sleep(1)
    began = time.monotonic()
    asked = [background(shaky.call) for _ in range(30)]
    assert shaky.instance.health("live") == 200
    assert time.monotonic() - began < 1
    assert shaky.instance.health() == 503
    assert time.monotonic() - began < 2
    assert {call().status_code for call in asked} == {503}
    assert time.monotonic() - began < 5
    shaky.proxy.set()
    shaky.proxy.reset()  # as a failover does
    shaky.recovers()


@pytest.mark.slow
@on_postgres
def test_cut_connection_is_replaced_unseen(shaky: Shaky) -> None:
    for _ in range(3):
        time.sleep(1)
        shaky.others("pg_terminate_backend(pid)")
        assert shaky.call().status_code == 200
        assert shaky.instance.health() == 200


@pytest.mark.slow
@on_postgres
def test_slow_database_is_503_without_queue(shaky: Shaky) -> None:
    shaky.sql("ALTER TABLE credentials_revision RENAME TO hidden")
    try:
        shaky.sql(
            "CREATE VIEW credentials_revision AS "
            "SELECT hidden.* FROM hidden, LATERAL (SELECT pg_sleep(30)) AS wait"
        )
        time.sleep(1)
        began = time.monotonic()
        asked = [background(shaky.call) for _ in range(30)]
        assert {call().status_code for call in asked} == {503}
        assert time.monotonic() - began < 5
        assert len(shaky.others()) <= 5  # the process's own; 30 calls wait
    finally:
        shaky.sql("DROP VIEW IF EXISTS credentials_revision")
        shaky.sql("ALTER TABLE hidden RENAME TO credentials_revision")
    shaky.recovers()
    assert time.monotonic() - began < 15


@pytest.mark.slow
@on_postgres
def test_no_transaction_waits_for_vendor(shaky: Shaky, vendor: Upstream) -> None:
    vendor.plays(slow(2))
    asked = [background(shaky.call) for _ in range(5)]
    sent = len(vendor.requests)
    wait_until(lambda: len(vendor.requests) >= sent + 4 or len(vendor.requests) >= 5)
    states = {state for (state,) in shaky.others("state")}
    assert states <= {"idle", "active"}
    assert {call().status_code for call in asked} == {200}
