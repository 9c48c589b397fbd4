"""Vendors and networks that misbehave: every call ends in time, once, and as what it was."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from services import elevenlabs, heygen
from services.action import Deadlines
from tests.conftest import BASE_URLS, Caller
from tests.factories import make_account
from tests.faults import Fault, FaultProxy, Piece, Wire, chunked
from tests.upstream import Received, Script, Upstream

GET = ("list-voices", {})
VIDEO = {"type": "avatar", "avatar_id": "a", "script": "Hi", "voice_id": "v"}
POST = ("v3-create-video", {"body": VIDEO})
SPEECH = {"path_params": {"voice_id": "v"}, "body": {"text": "hi"}}
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
BIG = 20_000


@pytest.fixture
def faults(vendor: Upstream, settings: Any) -> Iterator[FaultProxy]:
    """What is between the service and the vendor."""
    proxy = FaultProxy(vendor.port)
    for name in BASE_URLS:
        setattr(settings, name, proxy.url)
    yield proxy
    proxy.close()


@pytest.fixture
def wire(settings: Any) -> Iterator[Wire]:
    """A vendor that writes raw bytes."""
    made = Wire()
    for name in BASE_URLS:
        setattr(settings, name, made.url)
    yield made
    made.close()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """All deadlines are short."""
    half = Deadlines(connect=0.5, answer=0.5, idle=0.5, total=0.5)
    for service in (heygen.SERVICE, elevenlabs.SERVICE):
        monkeypatch.setitem(vars(service), "deadlines", half)
        monkeypatch.setitem(vars(service), "looks", half)
        monkeypatch.setitem(vars(service), "transfers", half)


def eventually(check: Any, seconds: float = 3) -> bool:
    until = time.monotonic() + seconds
    while not check() and time.monotonic() < until:
        time.sleep(0.02)
    return bool(check())


@pytest.mark.parametrize(("action", "envelope"), [GET, POST])
def test_refused_connection_is_told_soon(
    call: Caller, vendor: Upstream, faults: FaultProxy, action: str, envelope: Any
) -> None:
    faults.refuse()
    started = time.monotonic()
    response = call(action, envelope)
    assert time.monotonic() - started < 3
    assert (response.status_code, response.json()["code"]) == (502, "upstream_unreachable")
    assert (response.json()["retryable"], vendor.requests) == (True, [])
    faults.listen()
    assert call(action, envelope).status_code == 200


@pytest.mark.parametrize("after", [0, 10, 100, 5000])
def test_silence_ends_at_the_deadline(
    call: Caller, vendor: Upstream, faults: FaultProxy, hurried: None, after: int
) -> None:
    """However much came before it; and a paid call is not sent again."""
    vendor.answers({"data": "x" * BIG})
    faults.set(down=Fault(hang=after))
    started = time.monotonic()
    response = call(*POST)
    assert (response.status_code, response.json()["code"]) == (504, "upstream_timeout")
    assert time.monotonic() - started < 2
    assert not response.json()["retryable"]
    assert eventually(lambda: faults.open == 0), "the connection is still held"
    assert len(vendor.requests) == 1


def test_silent_vendor_is_asked_once(
    call: Caller, vendor: Upstream, faults: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There would be time for another attempt, but the first may have been paid for."""
    patient = Deadlines(connect=3.0, answer=0.3, idle=0.3, total=5.0)
    monkeypatch.setitem(vars(elevenlabs.SERVICE), "transfers", patient)
    faults.set(down=Fault(hang=0))
    response = call("tts", SPEECH, service="elevenlabs")
    assert (response.status_code, response.json()["retryable"]) == (504, False)
    assert len(vendor.requests) == 1


LOST = {
    "reset before the answer": Fault(reset=0),
    "reset in the status": Fault(reset=10),
    "reset in the headers": Fault(reset=40),
    "reset in the body": Fault(reset=5000),
    "closed before the answer": Fault(cut=0),
    "closed in the status": Fault(cut=10),
    "closed in the headers": Fault(cut=40),
    "closed in the body": Fault(cut=5000),
    "garbage": Fault(garbage=300),
}


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
def test_lost_answer_is_not_asked_for_twice(
    call: Caller, vendor: Upstream, faults: FaultProxy, fault: Fault
) -> None:
    """The vendor may have acted: no resending, no part of an answer as a success."""
    vendor.answers({"data": ["x" * 100] * 200})
    faults.set(down=fault)
    response = call(*POST)
    assert response.status_code == 502
    assert response.json()["code"] in ("upstream_broken", "upstream_truncated")
    assert not response.json()["retryable"]
    assert len(vendor.requests) == 1
    faults.set()
    assert call(*POST).status_code == 200


@pytest.mark.parametrize("fault", [Fault(reset=0), Fault(cut=0), Fault(reset=60), Fault(cut=60)])
def test_lost_request_is_a_failure(
    call: Caller, vendor: Upstream, faults: FaultProxy, fault: Fault
) -> None:
    """It never arrived whole, which the caller's side cannot know."""
    faults.set(up=fault)
    response = call(*POST)
    assert response.status_code == 502
    assert vendor.requests == []


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_slices_are_put_together(
    call: Caller, vendor: Upstream, faults: FaultProxy, size: int
) -> None:
    """Bytes mean the same however they arrive, both ways."""
    vendor.answers({"data": "é" * 50})
    sliced = Fault(slice=size, pause=0.0001)
    faults.set(up=sliced, down=sliced)
    assert call(*POST).json()["data"] == "é" * 50
    assert vendor.requests[0].json == VIDEO


def forever(piece: bytes, pause: float = 0.02) -> Iterator[Piece]:
    while True:
        yield piece
        yield pause


def numbered() -> Iterator[Piece]:
    yield OK
    for number in count():
        yield b"X-%d: a\r\n" % number
        yield 0.02


def endless_chunks() -> Iterator[Piece]:
    yield OK + b"Transfer-Encoding: chunked\r\n\r\n"
    for number in count():
        yield b"1\r\n%s\r\n" % (b" " if number else b"{")
        yield 0.02


def endless_body() -> Iterator[Piece]:
    yield OK + b"\r\n{"
    yield from forever(b" ")


DRIPS: dict[str, Any] = {
    "status line": lambda: forever(b"H"),
    "header names": numbered,
    "one header": lambda: iter((OK + b"X-A: ", *(b"a", 0.02) * 200)),
    "body in chunks": endless_chunks,
    "body without length": endless_body,
    "body with length": lambda: iter((OK + b"Content-Length: 999\r\n\r\n", *(b" ", 0.02) * 200)),
    "interim answers": lambda: forever(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "early hints": lambda: forever(b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n"),
}


@pytest.mark.parametrize("drip", DRIPS.values(), ids=DRIPS)
def test_dripping_ends_at_the_deadline(call: Caller, wire: Wire, hurried: None, drip: Any) -> None:
    """Each byte comes in time, and the answer never."""
    wire.pieces = lambda _: drip()
    started = time.monotonic()
    response = call(*POST)
    assert time.monotonic() - started < 2
    assert (response.status_code, response.json()["origin"]) in [
        (504, "upstream"),
        (502, "upstream"),
    ]
    assert len(wire.requests) == 1


FLOODS = {
    "many headers": [b"X-%d: a\r\n" % number for number in range(100_000)],
    "one long header": [b"X-A: ", *[b"a" * 65536] * 64, b"\r\n"],
    "long reason": [b"HTTP/1.1 200 ", *[b"a" * 65536] * 64, b"\r\n"],
}


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
def test_huge_headers_are_a_failure(
    call: Caller, wire: Wire, hurried: None, flood: list[bytes]
) -> None:
    start = () if flood[0].startswith(b"HTTP") else (OK,)
    wire.writes(*start, *flood, b"Content-Length: 2\r\n\r\n{}")
    response = call(*POST)
    assert (response.status_code, response.json()["origin"]) == (502, "upstream")
    assert len(response.content) < 1000


OWN = b'{"error":null,"data":"own"}'
ANSWER = OK + b"Content-Length: %d\r\n\r\n" % len(OWN) + OWN
OLD = b'{"error":null,"data":"POISON"}'
POISON = OK + b"Content-Length: %d\r\n\r\n" % len(OLD) + OLD
EMPTY = b"HTTP/1.1 204 No Content\r\n"
CHUNKS = b"2\r\n{}\r\n0\r\n\r\n"
QUEUED: dict[str, tuple[Piece, ...]] = {
    "in one packet": (ANSWER + POISON,),
    "later, while idle": (ANSWER, 0.1, POISON),
    "twice the answer": (ANSWER + POISON + POISON,),
    "after nothing": (EMPTY + b"\r\n" + POISON,),
    "nothing with a body": (EMPTY + b"Content-Length: %d\r\n\r\n" % len(POISON) + POISON,),
    "nothing with chunks": (
        EMPTY + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(POISON), POISON),
    ),
    "two lengths": (
        OK + b"Content-Length: 2\r\nContent-Length: %d\r\n\r\n{}" % (len(POISON) + 2) + POISON,
    ),
    "length and chunks": (
        OK
        + b"Content-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
        + POISON,
    ),
    "after the chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" + POISON,),
    "unchanged with a body": (b"HTTP/1.1 304 Not Modified\r\n\r\n" + POISON,),
    "refused": (ANSWER.replace(b"200 OK", b"404 No") + POISON,),
    "late interim": (ANSWER, 0.1, b"HTTP/1.1 100 Continue\r\n\r\n" + POISON),
}


@pytest.mark.parametrize("pieces", QUEUED.values(), ids=QUEUED)
def test_queued_answer_reaches_nobody(
    call: Caller, wire: Wire, hurried: None, pieces: tuple[Piece, ...]
) -> None:
    """What one org's answer left on a connection is not the next org's answer."""
    other = Caller(make_account("other"))
    wire.writes(*pieces)
    for caller in (call, other, call, other):
        response = caller(*GET)
        assert b"POISON" not in response.content
        time.sleep(0.15 if len(pieces) > 1 else 0)
    wire.writes(ANSWER)
    assert eventually(lambda: other(*GET).json().get("data") == "own")


def test_doubled_answers_reach_nobody(call: Caller, vendor: Upstream, faults: FaultProxy) -> None:
    """Each answer comes twice; every caller still gets its own."""
    numbers = count()
    vendor.plays(lambda _: Script(body=b'{"error":null,"data":%d}' % next(numbers)))
    faults.set(down=Fault(copies=2))
    got = [call(*POST).json().get("data") for _ in range(6)]
    answered = [number for number in got if number is not None]
    assert answered == sorted(set(answered))
    assert len(answered) >= 3


def test_broken_connections_are_given_back(
    call: Caller, vendor: Upstream, faults: FaultProxy, hurried: None
) -> None:
    """After a seeded storm of faults nothing is held, and a sound network is used again."""
    vendor.answers({"error": None, "data": "own"})
    faults.mix(7)
    statuses = set()
    for _ in range(60):
        response = call(*GET)
        statuses.add(response.status_code)
        assert response.status_code != 200 or response.json() == {"data": "own"}
    assert {200} < statuses <= {200, 502, 503, 504}
    faults.set()
    faults.reset()
    assert eventually(lambda: call(*GET).status_code == 200, seconds=40)
    assert eventually(lambda: faults.open <= 2)


def test_clock_may_jump(
    call: Caller, vendor: Upstream, hurried: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deadlines and timings are of a clock that only goes on."""
    real = time.time
    for hours in (-1, 1):

        def jump(_: Received, hours: int = hours) -> Script:
            monkeypatch.setattr(time, "time", lambda: real() + hours * 3600)
            return Script(body=b'{"error": null, "data": 1}', delay=0.2)

        vendor.plays(jump)
        response = call(*GET)
        assert (response.status_code, response.json()) == (200, {"data": 1})
        spent = response.headers["Server-Timing"].split("upstream;dur=")[1]
        assert 190 < float(spent) < 1000
        vendor.answers({}, delay=3)
        started = time.monotonic()
        assert call(*POST).status_code == 504
        assert 0.3 < time.monotonic() - started < 2
        monkeypatch.setattr(time, "time", real)


def test_netrc_is_not_read(
    call: Caller, vendor: Upstream, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("default login evil password evil\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    assert call(*GET).status_code == 200
    assert vendor.requests[0].header("authorization") == []


def test_chunks_are_written_as_the_standard_says() -> None:
    assert b"".join(chunked([b"ab", b"", b"c"])) == b"2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
