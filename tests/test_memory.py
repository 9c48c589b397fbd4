"""What one peer can make the service hold: bombs and endless bodies, from either side."""

from __future__ import annotations

import base64
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
import requests

from tests.conftest import BASE_URLS
from tests.deployed import Deployed, deployed
from tests.faults import Wire, chunked

MIB = 1024 * 1024
BOUND = 64 * MIB
SIZE = 300 * MIB
SPEECH = {"path_params": {"voice_id": "v"}, "body": {"text": "hi"}}
# 300 MiB of zeros in brotli, which needs 241 bytes for them, and 16 MiB of them as a zstd frame;
# both deflated here.
BROTLI = (
    "eNo7//9/PYMKw6ONDkXv///8/5+/gcVBRqzh3V/7////M05g6DjMdGHv/+f//9szCDEURjDs+v7/z///7A5MCnzcDt//"
    "zQeqYvBgOJLI+OLe/8///8szcDZY6DDc/V3/7/9/ZgVGgXbWBdX/z0Mt2cBQMgCWgFQxwSxhBQCbmIGK"
)
ZSTD = "eNrT2Kr/tyGCgYGBMYSBQQBIMfz+b3mAiQnIHsUjDzMDMQCLAA8s"


def deflated(bits: int, pieces: Iterable[bytes] | None = None) -> Iterator[bytes]:
    """300 MiB of zeros, or these pieces, compressed as they go (`zlib` says what `bits` are)."""
    packer = zlib.compressobj(9, zlib.DEFLATED, bits)
    for piece in pieces or (bytes(MIB) for _ in range(SIZE // MIB)):
        yield packer.compress(piece)
    yield packer.flush()


def zeros() -> Iterator[bytes]:
    return (bytes(MIB) for _ in range(SIZE // MIB))


def unpacked(text: str, times: int = 1) -> Iterator[bytes]:
    return (zlib.decompress(base64.b64decode(text)) for _ in range(times))


BOMBS: dict[str, tuple[str, Callable[[], Iterable[bytes]]]] = {
    "gzip": ("gzip", lambda: deflated(31)),
    "deflate": ("deflate", lambda: deflated(15)),
    "brotli": ("br", lambda: unpacked(BROTLI)),
    "zstd": ("zstd", lambda: unpacked(ZSTD, SIZE // (16 * MIB))),
    "gzip in gzip": ("gzip, gzip", lambda: deflated(31, deflated(31))),
    "none": ("identity", zeros),
}


@pytest.fixture(scope="module")
def wired() -> Iterator[Wire]:
    made = Wire()
    yield made
    made.close()


@pytest.fixture(scope="module")
def live(tmp_path_factory: Any, wired: Wire) -> Iterator[Deployed]:
    urls = dict.fromkeys(BASE_URLS, wired.url)
    with deployed(tmp_path_factory.mktemp("memory"), urls) as made:
        wired.writes(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        for _ in range(3):  # what is loaded at the first call is not what a bomb costs
            assert made.call("list-models", service="elevenlabs").status_code == 200
            made.call("tts", SPEECH, "elevenlabs")
        yield made


def bomb(status: int, name: str) -> Iterator[bytes]:
    coding, pieces = BOMBS[name]
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Encoding: {coding}"
    yield f"{head}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    yield from chunked(pieces())


def sound(live: Deployed, wired: Wire) -> None:
    """Good answers between the bombs, so that the vendor counts as up."""
    wired.writes(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
    for _ in range(6):
        assert live.call("list-models", service="elevenlabs").status_code == 200


@pytest.mark.parametrize("status", [200, 400, 500])
@pytest.mark.parametrize("name", BOMBS)
def test_bomb_ends_at_the_limit(live: Deployed, wired: Wire, name: str, status: int) -> None:
    sound(live, wired)
    wired.pieces = lambda _: bomb(status, name)
    before = live.forget_peak()
    response = live.call("list-models", service="elevenlabs")
    assert response.status_code == (400 if status == 400 else 502)
    assert len(response.content) < MIB
    assert live.peak() - before < BOUND


@pytest.mark.parametrize("name", BOMBS)
def test_bomb_in_a_file_is_not_held(live: Deployed, wired: Wire, name: str) -> None:
    """A file flows: a caller that reads slowly or not at all makes the vendor wait."""
    sound(live, wired)
    wired.pieces = lambda _: bomb(200, name)
    before = live.forget_peak()
    with live.call("tts", SPEECH, "elevenlabs", stream=True) as response:
        assert response.status_code == 200
        time.sleep(0.5)
        try:
            for seen, _ in enumerate(response.iter_content(65536)):
                if seen > 200:
                    break
        except requests.RequestException:
            pass  # a coding that was not asked for may also be refused
    assert live.peak() - before < BOUND


def test_announced_body_is_refused_unread(live: Deployed) -> None:
    before, started = live.forget_peak(), time.monotonic()
    head = live.head("list-voices", f"Content-Length: {1 << 40}")
    reply = live.wire(head + b"\r\n" + b"{" * MIB, seconds=5)
    assert reply.statuses in ([413], [])  # the rest of what was sent may end it with a reset
    assert time.monotonic() - started < 1
    assert live.peak() - before < BOUND


ENDLESS = {
    "JSON": ("list-voices", "application/json", b'{"body": "', b"a" * MIB),
    "file": ("upload-asset", "video/mp4", b"", b"a" * MIB),
    "form": (
        "v3-upload-asset",
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n',
        b"a" * MIB,
    ),
    "fields": (
        "v3-upload-asset",
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="body"\r\n\r\n',
        b"a" * MIB,
    ),
    "preamble": ("v3-upload-asset", "multipart/form-data; boundary=b", b"", b"a" * MIB),
}


@pytest.mark.parametrize(("action", "kind", "start", "more"), ENDLESS.values(), ids=ENDLESS)
def test_endless_body_ends_at_the_limit(
    live: Deployed, wired: Wire, action: str, kind: str, start: bytes, more: bytes
) -> None:
    """Without a length nobody knows beforehand; a refusal comes while the body still flows."""
    sent = [0]
    url = f"{live.service.url}{live.path(action)}"
    headers = live.headers | {"Content-Type": kind}
    wired.requests.clear()
    before = live.forget_peak()
    try:
        answer = requests.post(url, data=endless(start, more, sent), headers=headers, timeout=30)
        assert answer.status_code in (400, 413)
    except requests.ConnectionError:
        pass  # the client was still sending when the connection was closed
    assert sent[0] < 250 * MIB
    assert live.peak() - before < BOUND
    assert wired.requests == []


def endless(start: bytes, more: bytes, sent: list[int]) -> Iterator[bytes]:
    if start:
        yield start
    while sent[0] < 300 * MIB:
        sent[0] += len(more)
        yield more


COMPLEX = {
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep, not closed": b"[" * 1_000_000,
}


@pytest.mark.parametrize("value", COMPLEX.values(), ids=COMPLEX)
def test_deep_json_is_refused_quickly(live: Deployed, value: bytes) -> None:
    """In an envelope as in a part of a form."""
    part = b'--b\r\nContent-Disposition: form-data; name="body"\r\n\r\n' + value + b"\r\n--b--\r\n"
    given = (
        (b'{"body":' + value + b"}", "application/json"),
        (part, "multipart/form-data; boundary=b"),
    )
    for raw, kind in given:
        started = time.monotonic()
        headers = live.headers | {"Content-Type": kind}
        answer = live.call("share-video", data=raw, headers=headers)
        assert (answer.status_code, answer.json()["origin"]) == (400, "proxy")
        assert answer.json()["code"] in ("body_too_complex", "bad_json")
        assert time.monotonic() - started < 0.5


MANY = {
    "names": ",".join(f'"{number}":1' for number in range(700_000)).encode(),
    "lists": b'"a":[' + b",".join([b"[]"] * 2_700_000) + b"]",
    "names in lists": b'"a":[' + b",".join([b'{"a":{}}'] * 900_000) + b"]",
}


@pytest.mark.parametrize("members", MANY.values(), ids=MANY)
def test_many_members_hold_nobody_up(live: Deployed, wired: Wire, members: bytes) -> None:
    """A body within its limit in bytes costs its caller, and not the others."""
    wired.writes(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
    before = live.forget_peak()
    with live.connect(live.head("share-video", f"Content-Length: {len(members) + 11}")) as slow:
        slow.settimeout(20)
        slow.sendall(b'\r\n{"body":{' + members + b"}}")
        slowest = 0.0
        for _ in range(20):
            started = time.monotonic()
            assert live.call("list-voices").status_code == 200
            slowest = max(slowest, time.monotonic() - started)
        assert slow.recv(100).startswith(b"HTTP/1.1 400")
    assert slowest < 1
    assert live.peak() - before < BOUND
