"""Where connections go: to vetted addresses only, without waiting for DNS when it can be helped."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyreqwest.client import ClientBuilder

from services import catalogue, resolver, upstream
from services.action import Deadlines, UpstreamRequest
from services.heygen import SERVICE
from services.resolver import Resolver, Unresolved, ask, is_public
from tests.conftest import Caller
from tests.factories import HEYGEN_SECRET
from tests.upstream import Script, Upstream

NAME = "api.vendor.example"
PUBLIC, SECOND, PRIVATE = "127.0.0.2", "127.0.0.3", "127.0.0.1"  # the first two stand for public
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 24\r\n\r\n"
BODY = b'{"code":100,  "data":{}}'


def stands_for_public(address: str) -> bool:
    return is_public(address) or address in (PUBLIC, SECOND)


class Names:
    """A name server: what it answers next, how often it was asked. Addresses, a fault or a wait."""

    def __init__(self, *answers: Sequence[str] | Exception | float) -> None:
        self.answers, self.asked = list(answers), 0

    async def __call__(self, _: str) -> Sequence[str]:
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, float):
            await asyncio.sleep(answer)
            return [PUBLIC]
        return answer


@dataclass
class Listener:
    """Counts connections on one address; `serve` decides what happens to each."""

    host: str
    port: int = 0
    serve: Callable[[socket.socket], None] = lambda _: None
    connections: int = 0

    def __enter__(self) -> Listener:
        self._socket = socket.create_server((self.host, self.port))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                connection.settimeout(5)
                self.serve(connection)


@dataclass
class Vendor:
    """TLS for NAME: what it saw of a client, in the handshake and after."""

    folder: Path
    greeted: list[str] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate(self.folder))
        self.context.sni_callback = lambda _, name, __: self.greeted.append(name)

    def __call__(self, connection: socket.socket) -> None:
        try:
            with self.context.wrap_socket(connection, server_side=True) as secured:
                self.heads.append(secured.recv(65536))
                secured.sendall(ANSWER + BODY)
        except OSError:
            return


def certificate(folder: Path) -> Path:
    """A key and a certificate for NAME that vouches for itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    cert = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "vendor.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + cert.public_bytes(Encoding.PEM))
    return path


@pytest.fixture
def vendor_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vendor]:
    """A vendor whose certificate the proxy's client trusts."""
    seen = Vendor(tmp_path)
    pem = (tmp_path / "vendor.pem").read_bytes()
    root = pem[pem.index(b"-----BEGIN CERTIFICATE") :]
    monkeypatch.setattr(
        upstream, "ClientBuilder", lambda: ClientBuilder().add_root_certificate_pem(root)
    )
    upstream._client.cache_clear()
    yield seen
    upstream._client.cache_clear()


Placed = Callable[..., Names]


@pytest.fixture
def placed(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Placed:
    """Switches vetting on, and lets the vendor's name stand for what a test says."""

    def place(
        port: int,
        *answers: Sequence[str] | Exception | float,
        host: str = NAME,
        connect: float = 0.5,
    ) -> Names:
        names = Names(*answers)
        vetted = Resolver(names, vet=stands_for_public)
        monkeypatch.setattr(upstream, "resolver", vetted)
        settings.ALLOW_INSECURE_UPSTREAMS = False
        settings.HEYGEN_BASE_URL = f"https://{host}:{port}"
        soon = Deadlines(connect=connect, answer=9, total=9)
        quick = replace(SERVICE, deadlines=soon, looks=soon)
        monkeypatch.setitem(catalogue._BY_SLUG, "heygen", quick)
        return names

    return place


def told(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def poll(call: Caller) -> Any:
    """A call that is never answered from memory."""
    return call("video-status", {"query": {"video_id": "v1"}})


UNREACHABLE = (502, "upstream_unreachable")


def test_rebinding_reaches_nothing_private(
    call: Caller, placed: Placed, vendor_tls: Vendor
) -> None:
    with Listener(PUBLIC, serve=vendor_tls) as good, Listener(PRIVATE, good.port) as trap:
        names = placed(good.port, [PUBLIC], [PRIVATE])
        for _ in range(3):
            assert poll(call).status_code == 200
            upstream.resolver._entries[NAME].renew = 0  # as if time had passed
        assert names.asked >= 2
        assert (good.connections, trap.connections) == (3, 0)
        assert vendor_tls.greeted == [NAME] * 3
        for head in vendor_tls.heads:
            assert f"host: {NAME}:{good.port}\r\n" in head.decode().lower()


PRIVATE_PLACES = {
    NAME: [[PRIVATE], ["::1"], ["::ffff:127.0.0.1"], ["169.254.169.254"], []],
    PRIVATE: [[PRIVATE]],
    "2130706433": [[PRIVATE]],
    "127.1": [[PRIVATE]],
    "[::ffff:127.0.0.1]": [["::ffff:127.0.0.1"]],
}


@pytest.mark.parametrize(
    ("host", "answer"), [(host, each) for host, all_ in PRIVATE_PLACES.items() for each in all_]
)
def test_private_address_is_never_connected(
    call: Caller, placed: Placed, host: str, answer: list[str]
) -> None:
    with Listener(PRIVATE) as trap:
        placed(trap.port, answer, host=host)
        assert told(poll(call)) == UNREACHABLE
        assert trap.connections == 0


def test_private_address_among_public_is_left_out(
    call: Caller, placed: Placed, vendor_tls: Vendor
) -> None:
    with Listener(PUBLIC, serve=vendor_tls) as good, Listener(PRIVATE, good.port) as trap:
        placed(good.port, [PRIVATE, PUBLIC])
        assert poll(call).status_code == 200
        assert (good.connections, trap.connections) == (1, 0)


def test_http_to_a_public_address_is_refused(call: Caller, placed: Placed, settings: Any) -> None:
    with Listener(PUBLIC) as plain:
        placed(plain.port, [PUBLIC])
        settings.HEYGEN_BASE_URL = f"http://{NAME}:{plain.port}"
        assert told(poll(call)) == (502, "upstream_unsendable")
        assert plain.connections == 0


def test_next_address_serves_when_one_refuses(
    call: Caller, placed: Placed, vendor_tls: Vendor
) -> None:
    with Listener(SECOND, serve=vendor_tls) as good:
        placed(good.port, [PUBLIC, SECOND])
        poll(call)  # a retry may have found the second address already
        assert [poll(call).status_code for _ in range(2)] == [200, 200]


def test_failed_lookup_is_not_kept(call: Caller, placed: Placed, vendor_tls: Vendor) -> None:
    with Listener(PUBLIC, serve=vendor_tls) as good:
        fault = socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        names = placed(good.port, fault, fault, fault, [PUBLIC])
        response = poll(call)
        assert told(response) == UNREACHABLE
        assert (response.json()["retryable"], "name resolution" in response.text) == (True, False)
        names.answers = [[PUBLIC]]
        assert poll(call).status_code == 200


def test_slow_lookup_ends_with_connect_budget(call: Caller, placed: Placed) -> None:
    names = placed(9, 30.0, connect=1.5)
    started = time.perf_counter()
    assert told(poll(call)) == UNREACHABLE
    assert 1.4 < time.perf_counter() - started < 1.5 * 2.7  # and no attempt waits once more
    assert names.asked == 1


def test_refused_connection_is_unreachable(call: Caller, placed: Placed) -> None:
    with Listener(PUBLIC) as closed:
        pass
    placed(closed.port, [PUBLIC, SECOND])
    started = time.perf_counter()
    response = poll(call)
    assert (told(response), response.json()["retryable"]) == (UNREACHABLE, True)
    assert time.perf_counter() - started < 3


def test_silent_handshake_ends_with_connect_budget(call: Caller, placed: Placed) -> None:
    received: list[bytes] = []

    def hang(connection: socket.socket) -> None:
        while data := connection.recv(65536):
            received.append(data)

    with Listener(PUBLIC, serve=hang) as silent:
        placed(silent.port, [PUBLIC], connect=1.0)
        started = time.perf_counter()
        assert told(poll(call)) == (504, "upstream_timeout")
        assert 0.9 < time.perf_counter() - started < 2
    assert received
    assert HEYGEN_SECRET.encode() not in b"".join(received)


def test_answer_under_way_survives_a_new_address(vendor: Upstream) -> None:
    vendor.plays(lambda _: Script(pieces=(b"a",) * 20, pause=0.02))
    request = UpstreamRequest("GET", vendor.url, "/", "X", response="stream")

    async def read() -> bytes:
        async with await upstream.send(request, secret=None) as answer:
            upstream._client.cache_clear()
            return b"".join([chunk async for chunk in answer.chunks()])

    assert asyncio.run(read()) == b"a" * 20


NOT_PUBLIC = """
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1 127.8.8.8
169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1
192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1
239.255.255.255 240.0.0.1 255.255.255.255 168.63.129.16
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:a9fe:a9fe ::ffff:10.0.0.1 ::ffff:0:127.0.0.1
64:ff9b::127.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b:1::8.8.8.8 100::1 2001::1 2001:10::1 2001:db8::1
2002:7f00:1:: 2002:808:808:: 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1
ff02::1 ff0e::1 2130706433 0x7f.1 localhost 1.2.3
"""
ON_THE_INTERNET = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0
172.15.255.255 172.32.0.0 192.0.1.0 192.167.255.255 198.17.255.255 198.20.0.0 223.255.255.255
::ffff:8.8.8.8 64:ff9b::8.8.8.8 2001:200:: 2606:4700::1111 2a00:1450:4001::1 2003::1
"""


def test_only_addresses_of_the_internet_are_public() -> None:
    assert [text for text in NOT_PUBLIC.split() if is_public(text)] == []
    assert [text for text in ON_THE_INTERNET.split() if not is_public(text)] == []


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Place:
    """A resolver with a clock and a name server in hand."""

    def __init__(self) -> None:
        self.clock = Clock()

    def resolver(self, *answers: Sequence[str] | Exception | float) -> tuple[Resolver, Names]:
        names = Names(*answers)
        return Resolver(names, vet=lambda _: True, clock=self.clock), names


def run(work: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(work(), 30))  # type: ignore[arg-type]


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_callers_share_one_question() -> None:
    place = Place()
    vetted, names = place.resolver(0.05, ["8.8.8.8"])

    async def work() -> None:
        found = await asyncio.gather(*(vetted.find(NAME, within=5) for _ in range(50)))
        assert (set(found), names.asked) == ({PUBLIC}, 1)
        place.clock.now += resolver.KEPT - resolver.AHEAD - 0.1
        assert vetted.known(NAME) == PUBLIC
        await settled()
        assert names.asked == 1

    run(work)


def test_answer_is_renewed_ahead_of_its_end() -> None:
    place = Place()
    vetted, names = place.resolver(["8.8.8.8"], ["9.9.9.9"])

    async def work() -> None:
        await vetted.find(NAME, within=5)
        place.clock.now += resolver.KEPT - 0.1
        assert vetted.known(NAME) is None
        assert await vetted.find(NAME, within=5) == "8.8.8.8"  # at once, the question runs behind
        await settled()
        assert (vetted.known(NAME), names.asked) == ("9.9.9.9", 2)

    run(work)


def test_ended_answer_gives_way_to_a_new_one() -> None:
    place = Place()
    vetted, _ = place.resolver(["8.8.8.8"], ["9.9.9.9"])

    async def work() -> None:
        await vetted.find(NAME, within=5)
        place.clock.now += resolver.KEPT + 1
        assert await vetted.find(NAME, within=5) == "9.9.9.9"

    run(work)


def test_old_answer_serves_a_while_without_dns() -> None:
    place = Place()
    vetted, names = place.resolver(["8.8.8.8"], OSError())

    async def work() -> None:
        await vetted.find(NAME, within=5)
        place.clock.now += resolver.KEPT + 1
        assert await vetted.find(NAME, within=5) == "8.8.8.8"
        assert (vetted.known(NAME), names.asked) == ("8.8.8.8", 2)  # and is not asked every time
        place.clock.now += resolver.PAUSE
        assert await vetted.find(NAME, within=5) == "8.8.8.8"
        assert names.asked == 3
        place.clock.now += resolver.STALE
        assert vetted.known(NAME) is None
        with pytest.raises(Unresolved):
            await vetted.find(NAME, within=5)

    run(work)


def test_hanging_dns_delays_old_answer_once() -> None:
    place = Place()
    vetted, names = place.resolver(["8.8.8.8"], 20.0)

    async def work() -> None:
        await vetted.find(NAME, within=5)
        place.clock.now += resolver.KEPT + 1
        started = time.perf_counter()
        assert await vetted.find(NAME, within=5) == "8.8.8.8"
        assert resolver.GLANCE * 0.9 < time.perf_counter() - started < 3
        assert (vetted.known(NAME), names.asked) == ("8.8.8.8", 2)

    run(work)


def test_late_answer_counts_for_the_next_caller() -> None:
    vetted, names = Place().resolver(0.2)

    async def work() -> None:
        with pytest.raises(Unresolved):
            await vetted.find(NAME, within=0.05)
        assert await vetted.find(NAME, within=5) == PUBLIC
        assert names.asked == 1

    run(work)


def test_hanging_question_holds_up_first_callers_only() -> None:
    place = Place()
    vetted, names = place.resolver(20.0)

    async def work() -> None:
        for passed in (0.2, 0.0):
            started = time.perf_counter()
            with pytest.raises(Unresolved):
                await vetted.find(NAME, within=0.2)
            assert (time.perf_counter() - started > 0.15) == (passed > 0)
            place.clock.now += passed
        assert names.asked == 1

    run(work)


def test_caller_that_leaves_takes_nobody_along() -> None:
    vetted, names = Place().resolver(0.1)

    async def work() -> None:
        first = asyncio.create_task(vetted.find(NAME, within=5))
        second = asyncio.create_task(vetted.find(NAME, within=5))
        await asyncio.sleep(0.02)
        first.cancel()
        assert (await second, names.asked) == (PUBLIC, 1)

    run(work)


def test_address_stays_while_it_is_answered() -> None:
    place = Place()
    vetted, _ = place.resolver(["8.8.8.8", "9.9.9.9"], ["9.9.9.9", "8.8.8.8"], ["9.9.9.9"])

    async def work() -> None:
        for expected in ("8.8.8.8", "8.8.8.8", "9.9.9.9"):
            assert await vetted.find(NAME, within=5) == expected
            place.clock.now += resolver.KEPT

    run(work)


def test_failed_addresses_take_turns() -> None:
    place = Place()
    vetted, names = place.resolver(["8.8.8.8", "9.9.9.9"])

    async def work() -> None:
        used = [await vetted.find(NAME, within=5)]
        for _ in range(3):
            vetted.failed(NAME)
            place.clock.now += 1
            used.append(str(vetted.known(NAME)))
        assert used == ["8.8.8.8", "9.9.9.9", "8.8.8.8", "9.9.9.9"]
        place.clock.now += resolver.PAUSE
        assert vetted.known(NAME) is None  # and DNS is asked again early

    run(work)
    assert names.asked == 1


def test_literal_address_is_its_own() -> None:
    for host, address in (("127.0.0.1", "127.0.0.1"), ("[::1]", "::1"), ("8.8.8.8", "8.8.8.8")):
        assert asyncio.run(ask(host)) == [address]  # type: ignore[arg-type]
