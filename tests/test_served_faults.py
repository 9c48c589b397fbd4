"""The running service between slow, hanging and breaking peers: others do not notice."""

from __future__ import annotations

import hashlib
import os
import resource
import select
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.conftest import BASE_URLS
from tests.deployed import Deployed, deployed
from tests.faults import Fault, FaultProxy
from tests.upstream import Received, Script, Upstream

MIB = 1024 * 1024
SPEECH = {"path_params": {"voice_id": "v"}, "body": {"text": "hi"}}


@dataclass
class Between:
    """A service whose way to HeyGen and to ElevenLabs has faults of its own."""

    live: Deployed
    vendor: Upstream
    heygen: FaultProxy
    elevenlabs: FaultProxy


@pytest.fixture(scope="module")
def _between(tmp_path_factory: Any, _vendor: Upstream) -> Iterator[Between]:
    heygen, elevenlabs = FaultProxy(_vendor.port), FaultProxy(_vendor.port)
    urls = dict.fromkeys(BASE_URLS, heygen.url) | {"ELEVENLABS_BASE_URL": elevenlabs.url}
    with deployed(tmp_path_factory.mktemp("between"), urls) as live:
        yield Between(live, _vendor, heygen, elevenlabs)
    heygen.close()
    elevenlabs.close()


@pytest.fixture
def between(_between: Between) -> Iterator[Between]:
    _between.vendor.reset()
    yield _between
    for proxy in (_between.heygen, _between.elevenlabs):
        proxy.set()
        proxy.reset()


def paced(live: Deployed, calls: int) -> list[float]:
    """How long each of these calls of another vendor took, in order."""
    took = []
    for _ in range(calls):
        started = time.monotonic()
        assert live.call("list-models", service="elevenlabs").status_code == 200
        took.append(time.monotonic() - started)
    return sorted(took)


@pytest.mark.parametrize("fault", [Fault(cut=50_000), Fault(reset=50_000)])
def test_broken_file_is_seen_broken(between: Between, fault: Fault) -> None:
    """Half a file never ends as if it were whole."""
    content = os.urandom(200_000)
    between.vendor.answers(content, headers={"Content-Type": "audio/mpeg"})
    between.elevenlabs.set(down=fault)
    with pytest.raises(requests.RequestException):
        assert between.live.call("tts", SPEECH, "elevenlabs").content
    between.elevenlabs.set()
    assert between.live.call("tts", SPEECH, "elevenlabs").content == content


def test_broken_chunks_are_seen_broken(between: Between) -> None:
    kind = {"Content-Type": "text/event-stream"}
    pieces = tuple(b"data: %d\n\n" % number for number in range(1000))
    between.vendor.plays(lambda _: Script(headers=kind, pieces=pieces))
    between.elevenlabs.set(down=Fault(cut=3000))
    with pytest.raises(requests.RequestException):
        assert between.live.call("tts-stream", SPEECH, "elevenlabs").content


@pytest.mark.slow
def test_slow_callers_are_dropped(between: Between) -> None:
    """200 connections that trickle hold nobody up, and are gone in the end."""
    live = between.live
    before = paced(live, 50)
    head = live.head("list-voices", "Content-Length: 10")
    openings = {"nothing": b"", "half a word": b"PO", "half a head": head[:60], "drip": head[:60]}
    openings |= {"body": head + b"\r\n{"}
    slow: dict[socket.socket, str] = {}
    for number in range(200):
        name = list(openings)[number % len(openings)]
        slow[live.connect(openings[name])] = name
    stop = threading.Event()
    drip = threading.Thread(target=dripping, args=([s for s in slow if slow[s] == "drip"], stop))
    drip.start()
    try:
        started = time.monotonic()
        during = paced(live, 100)
        ended = ends(slow, started, 45)
    finally:
        stop.set()
        drip.join()
        for connection in slow:
            connection.close()
    assert during[97] < max(5 * before[47], 0.2)
    late = {name: max(seconds) for name, seconds in ended.items()}
    assert {name for name, seconds in late.items() if seconds > 20} <= {"body"}
    assert late["body"] < 40


def dripping(connections: list[socket.socket], stop: threading.Event) -> None:
    """A byte of a header each second, as long as the service takes them."""
    while not stop.wait(1):
        for connection in connections:
            try:
                connection.send(b"a")
            except OSError:
                continue


def ends(slow: dict[socket.socket, str], started: float, limit: float) -> dict[str, list[float]]:
    """When the service ended each connection; `limit` seconds for those that it did not."""
    left, ended = set(slow), {name: [] for name in slow.values()}
    while left and time.monotonic() - started < limit:
        for connection in select.select(list(left), [], [], 0.2)[0]:
            if not received(connection):
                left.discard(connection)
                ended[slow[connection]].append(time.monotonic() - started)
    for connection in left:
        ended[slow[connection]].append(limit)
    return ended


def received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(4096)
    except OSError:
        return b""


@pytest.fixture
def full_disk(between: Between) -> Iterator[Any]:
    """Sets how much the service may write to one file; as a full disk does, but for the errno."""
    worker = between.live.worker
    before = resource.prlimit(worker, resource.RLIMIT_FSIZE)

    def limit(size: int) -> None:
        resource.prlimit(worker, resource.RLIMIT_FSIZE, (size, before[1]))

    yield limit
    resource.prlimit(worker, resource.RLIMIT_FSIZE, before)


FILE = os.urandom(5 * MIB)
DOORS: dict[str, dict[str, Any]] = {
    "raw": {"data": FILE, "headers": {"Content-Type": "video/mp4"}},
    "multipart": {"files": {"file": ("a.mp4", FILE, "video/mp4")}},
}


@pytest.mark.parametrize("door", DOORS)
def test_full_disk_is_told(between: Between, full_disk: Any, door: str) -> None:
    """Nothing half-written goes to the vendor or stays behind; later uploads pass."""
    live, given = between.live, DOORS[door]
    given = given | {"headers": live.headers | given.get("headers", {})}
    before = set(live.descriptors())
    full_disk(2 * MIB)
    answer = live.call("upload-asset", **given)
    assert answer.status_code in (200, 503, 507)
    if answer.status_code != 200:
        assert answer.json()["code"] != "internal_error"
        assert answer.json()["retryable"]
        assert between.vendor.requests == []
    left = set(live.descriptors()) - before
    assert not [name for name in left if name.endswith("(deleted)")]
    full_disk(resource.RLIM_INFINITY)
    between.vendor.reset()
    assert live.call("upload-asset", **given).status_code == 200
    [sent] = between.vendor.requests
    assert hashlib.sha256(sent.body).digest() == hashlib.sha256(FILE).digest()


FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


@pytest.mark.slow
@pytest.mark.skipif(FAKETIME is None, reason="libfaketime is not installed")
def test_jumping_clock_changes_nothing(tmp_path: Path, between: Between) -> None:
    """The wall clock of the whole process leaps an hour each way, in the middle of a call."""
    clock = tmp_path / "clock"
    clock.write_text("+0")
    settings = {
        "LD_PRELOAD": str(FAKETIME), "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }  # fmt: skip
    vendor = between.vendor
    vendors = dict.fromkeys(BASE_URLS, vendor.url)
    with deployed(tmp_path, vendors, serving=settings) as live:
        for jump in ("+3600", "-3600", "+0"):

            def leap(_: Received, jump: str = jump) -> Script:
                clock.write_text(jump)
                return Script(body=b'{"error": null, "data": 1}', delay=0.5)

            vendor.plays(leap)
            started = time.monotonic()
            response = live.call("list-voices")
            assert (response.status_code, response.json()) == (200, {"data": 1})
            assert 0.5 <= time.monotonic() - started < 3
            assert float(response.headers["Server-Timing"].split("upstream;dur=")[1]) < 3000
        revoke(live)


def revoke(live: Deployed) -> None:
    """A key that is revoked while the clock is wrong is dead within the second, too."""
    live.service.manage("revoke_key", live.key[5:13])
    time.sleep(1.1)
    assert live.call("list-voices").status_code == 401


def test_hung_vendor_leaves_the_other_alone(between: Between) -> None:
    """HeyGen is silent to all its callers; ElevenLabs' callers do not notice.

    The last test here: HeyGen's callers feel it for a while.
    """
    live = between.live
    before = paced(live, 50)
    between.heygen.set(down=Fault(hang=0))
    pool = ThreadPoolExecutor(30)
    hung = [pool.submit(live.call, "list-voices") for _ in range(30)]
    time.sleep(0.5)
    during = paced(live, 50)
    assert not any(one.done() and one.result().status_code == 200 for one in hung)
    assert sum(not one.done() for one in hung) >= 2
    between.heygen.set()
    between.heygen.reset()
    pool.shutdown()
    assert during[47] < max(10 * before[47], 0.2)
