"""Kept answers in Redis: shared by all workers, and never missed when Redis is gone."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socketserver
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from asgiref.sync import async_to_sync

from credentials import vault
from services.cache import remote
from services.cache.memory import Memory
from services.cache.reads import reads
from services.cache.remote import Remote
from tests.asgi import posted
from tests.conftest import Caller
from tests.factories import HEYGEN_SECRET, make_account
from tests.live import free_port
from tests.upstream import Script

pytestmark = pytest.mark.skipif(not shutil.which("redis-server"), reason="needs redis-server")
SLACK = 0.15  # seconds for a noisy machine


@pytest.fixture(autouse=True)
def _patient(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine's Redis may take its time where the test is not about that."""
    if not any(word in request.node.name for word in ("silent", "stopped", "late")):
        monkeypatch.setattr("services.cache.remote.PATIENCE", 3.0)


@pytest.fixture(autouse=True)
def _without_shared_limits(monkeypatch: Any) -> None:
    """The limits' own use of Redis, from a thread, is another matter."""
    monkeypatch.setattr("services.sharing.start", lambda *given: None)


class RedisServer:
    """A Redis of the test's own, to be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = ["--port", str(self.port), "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL)
        until = time.monotonic() + 10
        while time.monotonic() < until:
            try:
                self.client().ping()
                return
            except redis.RedisError:
                time.sleep(0.02)
        raise AssertionError("Redis did not start")

    def client(self) -> Any:
        return redis.Redis.from_url(self.url)

    def names(self, kind: str) -> list[bytes]:
        with self.client() as client:
            found: list[bytes] = client.keys(f"ai-proxy:{kind}:*")
            return found

    def signal(self, number: signal.Signals) -> None:
        assert self.process
        self.process.send_signal(number)

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def server(tmp_path: Path, settings: Any, monkeypatch: Any) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path)
    server.start()
    settings.REDIS_URL, settings.CACHE_BYTES = server.url, 32 * 1024 * 1024
    # A pause of a second would be slept away; each test says what it means by it.
    monkeypatch.setattr(remote, "PAUSE", 0.2)
    yield server
    server.stop()


@pytest.fixture
def numbered(vendor: Any) -> Any:
    vendor.plays(lambda _: Script(body=json.dumps({"data": len(vendor.requests)}).encode()))
    return vendor


def another_worker(server: RedisServer, monkeypatch: Any) -> None:
    """From here on the calls are another process's: it holds nothing but its connection."""
    fresh = Remote(server.url, Memory(32 * 1024 * 1024))
    monkeypatch.setattr(type(reads), "store", property(lambda _: fresh))


def data(response: Any) -> Any:
    assert response.status_code == 200, response.content
    return response.json()["data"]


def timed(call: Any, *args: Any, **more: str) -> tuple[Any, float]:
    started = time.perf_counter()
    response = call(*args, **more)
    return response, time.perf_counter() - started


def test_workers_share_answers(call, numbered, server, monkeypatch) -> None:
    first = call("list-avatars")
    another_worker(server, monkeypatch)
    for _ in range(2):
        second = call("list-avatars")
        assert second.headers["Cache-Status"].startswith("ai-proxy; hit")
        assert (second.content, second.headers["ETag"]) == (first.content, first.headers["ETag"])
    assert len(numbered.requests) == 1


def test_orgs_and_credentials_never_share(call, numbered, server, monkeypatch) -> None:
    other = Caller(make_account("globex"))
    assert [data(one("list-avatars")) for one in (call, other)] == [1, 2]
    another_worker(server, monkeypatch)
    assert [data(one("list-avatars")) for one in (call, other)] == [1, 2]
    vault.store(org=call.account.org, service="heygen", secret="sk-heygen-ANOTHER-secret-1")
    assert [data(one("list-avatars")) for one in (call, other)] == [3, 2]


def test_write_is_read_on_every_worker(call, vendor, server, monkeypatch) -> None:
    vendor.answers({"data": "before"})
    call("list-avatars")
    with monkeypatch.context() as elsewhere:
        another_worker(server, elsewhere)
        call("v3-delete-avatar", {"path_params": {"group_id": "g"}})
    vendor.answers({"data": "after"})
    assert data(call("list-avatars")) == "after"
    assert data(call("list-avatars", {"headers": {"Accept-Language": "de"}})) == "after"


def test_refresh_is_seen_on_every_worker(call, numbered, server, monkeypatch) -> None:
    call("list-avatars")
    with monkeypatch.context() as elsewhere:
        another_worker(server, elsewhere)
        assert data(call("list-avatars", Cache_Control="no-cache")) == 2
    assert data(call("list-avatars")) == 2


def test_nothing_stays_for_ever(call, numbered, server) -> None:
    call("list-avatars")
    call("v3-delete-avatar", {"path_params": {"group_id": "g"}})
    with server.client() as client:
        left = {name: client.ttl(name) for name in client.keys("ai-proxy:*")}
    assert len(left) == 3
    assert {name.split(b":")[1] for name in left} == {b"answer", b"content", b"mark"}
    assert all(0 < seconds <= remote.MARK_LIFE for seconds in left.values())


def test_no_secret_is_stored(call, vendor, server) -> None:
    vendor.plays(lambda sent: Script(body=json.dumps({"data": sent.headers}).encode()))
    assert "[redacted]" in json.dumps(data(call("list-avatars")))
    with server.client() as client:
        stored = b"".join(client.get(name) for name in client.keys("ai-proxy:*"))
    assert b"[redacted]" in stored
    assert HEYGEN_SECRET.encode() not in stored
    assert call.account.text.encode() not in stored


@pytest.mark.parametrize("kind", ["answer", "content"])
@pytest.mark.parametrize("damage", [b"", b"\x00", b"garbage", None, "other"])
def test_damaged_value_is_a_miss(call, numbered, server, monkeypatch, kind, damage) -> None:
    call("list-voices")
    [other] = server.names(kind)
    call("list-avatars")
    [name] = set(server.names(kind)) - {other}
    with server.client() as client:
        if damage is None:
            client.delete(name)
        else:
            client.set(name, client.get(other) if damage == "other" else damage)
    another_worker(server, monkeypatch)
    response = call("list-avatars")
    assert (data(response), response.headers["Cache-Status"]) == (3, "ai-proxy; fwd=miss; stored")
    assert data(call("list-avatars")) == 3


def test_flushed_redis_is_a_miss(call, numbered, server) -> None:
    call("list-avatars")
    with server.client() as client:
        client.flushall()
    assert data(call("list-avatars")) == 2
    assert data(call("list-avatars")) == 2


def test_stopped_redis_is_gone_past(call, numbered, server) -> None:
    call("list-avatars")
    server.stop()
    for number in range(2, 12):
        response, seconds = timed(call, "list-avatars")
        assert data(response) == number
        assert response.headers["Cache-Status"] == "ai-proxy; fwd=bypass"
        assert seconds < 0.1 + SLACK
    server.start()
    time.sleep(remote.PAUSE + 0.05)
    assert data(call("list-avatars")) == 12
    assert data(call("list-avatars")) == 12


def test_silent_redis_is_gone_past(call, numbered, server) -> None:
    """It takes connections and commands and never answers."""
    for action in ("list-avatars", "list-voices"):
        call(action)
    server.signal(signal.SIGSTOP)
    try:
        seconds = [timed(call, "list-avatars")[1] for _ in range(4)]
        assert max(seconds) < 0.1 + SLACK
        assert sorted(seconds)[1] < 0.1  # most do not even try
        write = {"path_params": {"group_id": "g"}}
        response, took = timed(call, "v3-delete-avatar", write)
        assert (response.status_code, took < 0.1 + SLACK) == (200, True)
    finally:
        server.signal(signal.SIGCONT)
    time.sleep(remote.PAUSE + 0.05)
    numbered.answers({"data": "after the write"})
    # The drop that Redis missed is made up for before anything is taken from it.
    assert data(call("list-avatars")) == "after the write"
    assert data(call("list-voices")) == "after the write"
    assert call("list-voices").headers["Cache-Status"].startswith("ai-proxy; hit")


def test_silent_redis_holds_up_no_crowd(account, numbered, server) -> None:
    server.signal(signal.SIGSTOP)

    async def run() -> tuple[list[Any], float]:
        path = "/api/ai-proxy/orgs/acme/services/heygen/get-template/"
        started = time.perf_counter()
        bodies = [json.dumps({"path_params": {"template_id": f"t{n}"}}).encode() for n in range(50)]
        answers = await asyncio.gather(*(posted(account, path, [body]) for body in bodies))
        return answers, time.perf_counter() - started

    try:
        answers, seconds = async_to_sync(run)()
    finally:
        server.signal(signal.SIGCONT)
    assert {answer.status for answer in answers} == {200}
    assert seconds < 1.0


class Slow(socketserver.StreamRequestHandler):
    """Answers every command, each a little late."""

    def handle(self) -> None:
        while line := self.rfile.readline():
            for _ in range(2 * int(line[1:])):
                self.rfile.readline()
            time.sleep(0.08)
            self.wfile.write(b"+OK\r\n")


def test_late_answers_do_not_add_up(call, numbered, settings) -> None:
    settings.CACHE_BYTES = 1 << 20
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Slow) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.REDIS_URL = f"redis://127.0.0.1:{server.server_address[1]}/3"
        response, seconds = timed(call, "list-avatars")
        server.shutdown()
    assert response.headers["Cache-Status"] == "ai-proxy; fwd=bypass"
    assert seconds < 0.1 + SLACK


def test_unusable_address_is_gone_past(call, numbered, settings) -> None:
    settings.CACHE_BYTES = 1 << 20
    for url in ("redis://127.0.0.1:1/0", "redis://no-such-host.invalid:6379/0", "nonsense"):
        settings.REDIS_URL = url
        assert call("list-avatars").headers["Cache-Status"] == "ai-proxy; fwd=bypass"


@pytest.mark.skipif(not os.environ.get("REDIS_URL"), reason="the suite runs without Redis")
def test_works_on_the_suites_redis(call, numbered, settings) -> None:
    settings.CACHE_BYTES = 1 << 20
    assert [data(call("list-avatars")) for _ in range(3)] == [1, 1, 1]
