"""What a caller can do to the message itself: one request is one answer, or a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import BASE_URLS
from tests.deployed import Deployed, deployed
from tests.upstream import Script, Upstream

SMUGGLED = b"POST /api/ai-proxy/orgs/acme/services/heygen/list-avatars/ HTTP/1.1\r\nHost: a\r\n\r\n"
CHUNKS = b"2\r\n{}\r\n0\r\n\r\n"


@pytest.fixture(scope="module")
def _live(tmp_path_factory: Any, _vendor: Upstream) -> Iterator[Deployed]:
    folder = tmp_path_factory.mktemp("framing")
    with deployed(folder, dict.fromkeys(BASE_URLS, _vendor.url)) as made:
        yield made


@pytest.fixture
def live(_live: Deployed, sees: Upstream) -> Deployed:
    return _live


@pytest.fixture
def sees(_vendor: Upstream) -> Upstream:
    """The vendor behind it, with nothing seen yet."""
    _vendor.reset()
    _vendor.answers({"error": None, "data": {"voices": []}})
    return _vendor


def lengths(*values: str) -> tuple[str, ...]:
    return tuple(f"Content-Length: {value}" for value in values)


REFUSED: dict[str, tuple[tuple[str, ...], bytes]] = {
    "two lengths": (lengths("2", "40"), b"{}" + SMUGGLED),
    "list of lengths": (lengths("2, 2"), b"{}"),
    "signed length": (lengths("+2"), b"{}"),
    "negative length": (lengths("-2"), b"{}"),
    "hexadecimal length": (lengths("0x2"), b"{}"),
    "length of two numbers": (lengths("2 2"), b"{}"),
    "length of nothing": (lengths(""), b"{}"),
    "length past 64 bits": (lengths("99999999999999999999"), b"{}"),
    "space before the colon": (("Content-Length : 2",), b"{}"),
    "unknown coding": (("Transfer-Encoding: xchunked",), CHUNKS),
    "coding without chunks": (("Transfer-Encoding: gzip",), CHUNKS),
    "chunked is not last": (("Transfer-Encoding: chunked, identity",), CHUNKS),
    "chunked in disguise": (("Transfer-Encoding: \x0bchunked",), CHUNKS),
    "two codings": (("Transfer-Encoding: chunked", "Transfer-Encoding: identity"), CHUNKS),
    "folded header": (("X-A: a\r\n b", *lengths("2")), b"{}"),
    "folded length": (("Content-Length:\r\n 2",), b"{}"),
    "NUL in a value": (("X-A: a\0b", *lengths("2")), b"{}"),
    "NUL in a name": (("X\0A: b", *lengths("2")), b"{}"),
    "space in a name": (("X A: b", *lengths("2")), b"{}"),
    "lone CR": (("X-A: a\rb", *lengths("2")), b"{}"),
    "no colon": (("X-A", *lengths("2")), b"{}"),
    "second Host": (("Host: evil.example", *lengths("2")), b"{}"),
    "same Host again": (("Host: 127.0.0.1", *lengths("2")), b"{}"),
    "chunk of no number": (("Transfer-Encoding: chunked",), b"zz\r\n{}\r\n0\r\n\r\n"),
    "negative chunk": (("Transfer-Encoding: chunked",), b"-2\r\n{}\r\n0\r\n\r\n"),
    "chunk with 0x": (("Transfer-Encoding: chunked",), b"0x2\r\n{}\r\n0\r\n\r\n"),
    "chunk past 64 bits": (("Transfer-Encoding: chunked",), b"f" * 17 + b"\r\n{}\r\n0\r\n\r\n"),
    "chunk without its end": (("Transfer-Encoding: chunked",), b"2\r\n{}x0\r\n\r\n"),
    "long chunk extension": (("Transfer-Encoding: chunked",), b"2;" + b"a" * 20_000 + CHUNKS[1:]),
}


@pytest.mark.parametrize(("lines", "body"), REFUSED.values(), ids=REFUSED)
def test_broken_framing_is_refused(
    live: Deployed, sees: Upstream, lines: tuple[str, ...], body: bytes
) -> None:
    """One refusal, and what follows on the connection is never taken for a request."""
    reply = live.wire(live.head("list-voices", *lines) + b"\r\n" + body, seconds=0.5)
    assert [status for status in reply.statuses if status not in (400, 501)] == []
    assert len(reply.statuses) == 1
    assert sees.requests == []


AMBIGUOUS: dict[str, tuple[tuple[str, ...], bytes]] = {
    "length before chunks": (
        (*lengths("2"), "Transfer-Encoding: chunked"),
        b"0\r\n\r\n" + SMUGGLED,
    ),
    "chunks before length": (
        ("Transfer-Encoding: chunked", *lengths("6")),
        b"0\r\n\r\n" + SMUGGLED,
    ),
}


@pytest.mark.parametrize(("lines", "body"), AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_length_beside_chunks_ends_connection(
    live: Deployed, sees: Upstream, lines: tuple[str, ...], body: bytes
) -> None:
    """RFC 9112 section 6.3: chunks win, and nothing after them is read."""
    reply = live.wire(live.head("list-voices", *lines) + b"\r\n" + body, seconds=3)
    assert len(reply.statuses) == 1
    assert reply.closed
    assert [seen.target for seen in sees.requests] in ([], ["/v2/voices"])


def test_other_codings_are_refused(live: Deployed, sees: Upstream) -> None:
    """What is compressed inside its chunks would be read as it stands."""
    head = live.head("list-voices", "Transfer-Encoding: gzip, chunked")
    reply = live.wire(head + b"\r\n" + CHUNKS, seconds=0.5)
    assert reply.statuses[0] in (400, 501)
    assert sees.requests == []


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (tuple(f"X-{number}: a" for number in range(90)), 200),
        (tuple(f"X-{number}: a" for number in range(101)), 431),
        (("X-A: " + "a" * 8000,), 200),
        (("X-A: " + "a" * 9000,), 431),
        (("X-A: " + "a" * 600_000,), 431),
    ],
    ids=["90 headers", "101 headers", "8000 bytes", "9000 bytes", "600000 bytes"],
)
def test_headers_have_a_limit(
    live: Deployed, sees: Upstream, lines: tuple[str, ...], status: int
) -> None:
    reply = live.wire(live.head("list-voices", *lines, *lengths("2")) + b"\r\n{}", seconds=0.5)
    assert reply.statuses == [status]
    assert len(sees.requests) == (status == 200)


def test_long_target_is_refused(live: Deployed, sees: Upstream) -> None:
    head = live.head("list-voices", *lengths("2")).replace(
        b"/ HTTP", b"/?a=%s HTTP" % (b"a" * 70_000)
    )
    assert live.wire(head + b"\r\n{}", seconds=0.5).statuses == [414]
    assert sees.requests == []


@pytest.mark.parametrize(
    "line",
    [
        b"POST %s HTTP/3.0", b"POST %s HTTP/1.9", b"POST %s", b"POST %s\x01 HTTP/1.1",
        b"POST %s\xff HTTP/1.1", b"POST %s x HTTP/1.1", b"\x16\x03\x01\x02\x00\x01%s",
    ],
)  # fmt: skip
def test_odd_request_line_is_refused(live: Deployed, sees: Upstream, line: bytes) -> None:
    _, _, rest = live.head("list-voices", *lengths("2")).partition(b"\r\n")
    made = line % live.path("list-voices").encode()
    assert live.wire(made + b"\r\n" + rest + b"\r\n{}", seconds=0.5).statuses == [400]
    assert sees.requests == []


def test_second_protocol_is_not_spoken(live: Deployed) -> None:
    """HTTP/2 has limits of its own, and none of ours."""
    hello = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"
    reply = live.wire(hello, seconds=0.5)
    assert reply.closed
    assert reply.statuses in ([], [400])


@pytest.mark.parametrize(
    "lines",
    [
        ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"),
        ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQ"),
        ("Connection: Authorization, Content-Type",),
        ("TE: trailers", "Trailer: X-Api-Key"),
    ],
)
def test_hop_headers_end_here(live: Deployed, sees: Upstream, lines: tuple[str, ...]) -> None:
    reply = live.wire(live.head("list-voices", *lines, *lengths("2")) + b"\r\n{}", seconds=0.5)
    assert reply.statuses == [200]
    assert b"upgrade" not in reply.raw.lower()
    [sent] = sees.requests
    names = {name.lower() for name, _ in sent.headers}
    assert names == {"accept", "accept-encoding", "user-agent", "host", "x-api-key"}


HOPS = {
    "Connection": "ETag, X-Api-Key", "Keep-Alive": "timeout=99", "TE": "trailers",
    "Trailer": "X-A", "Upgrade": "h2c", "Proxy-Authenticate": "Basic", "Proxy-Connection": "x",
    "Proxy-Authorization": "Basic eA==",
}  # fmt: skip


@pytest.mark.parametrize("service", ["heygen", "elevenlabs"])
def testseess_hop_headers_end_here(live: Deployed, sees: Upstream, service: str) -> None:
    kind = {"Content-Type": "audio/mpeg"}
    sees.plays(lambda _: Script(body=b"{}", headers=HOPS | kind))
    action = {"heygen": "list-voices", "elevenlabs": "tts"}[service]
    body = {"path_params": {"voice_id": "v"}, "body": {"text": "hi"}}
    response = live.call(action, body if action == "tts" else {}, service)
    assert response.status_code == 200
    assert not {name.lower() for name in HOPS} & {name.lower() for name in response.headers}


def test_trailers_are_not_headers(live: Deployed, sees: Upstream) -> None:
    """A key after the body is no key; the call without one is refused."""
    head = live.head("list-voices", "Transfer-Encoding: chunked")
    key = b"Authorization: Api-Key " + live.key.encode() + b"\r\n"
    sent = head.replace(key, b"") + b"\r\n2\r\n{}\r\n0\r\n" + key + b"\r\n"
    assert live.wire(sent, seconds=0.5).statuses == [401]
    assert sees.requests == []


def test_pipelined_calls_keep_their_order(live: Deployed, sees: Upstream) -> None:
    def late(received: Any) -> Script:
        slow = len(sees.requests) == 1
        return Script(body=b'{"data": %d}' % len(sees.requests), delay=0.3 if slow else 0)

    sees.plays(late)
    one = live.head("list-voices", *lengths("2")) + b"\r\n{}"
    reply = live.wire(one * 3, seconds=1)
    assert reply.statuses == [200] * 3
    places = [reply.raw.index(b'{"data":%d}' % number) for number in (1, 2, 3)]
    assert places == sorted(places)


def test_refused_body_is_not_the_next_request(live: Deployed, sees: Upstream) -> None:
    """A body that was never read must not be read as a request afterwards."""
    good = live.head("list-voices", *lengths("2")) + b"\r\n{}"
    head = f"POST {live.path('list-voices')} HTTP/1.1\r\nHost: 127.0.0.1\r\n".encode()
    sent = head + b"Content-Length: %d\r\n\r\n" % len(good) + good
    assert live.wire(sent, seconds=0.5).statuses == [401]
    assert sees.requests == []
