"""How the service speaks to vendors: faults translated, nothing picked up from the environment."""

from __future__ import annotations

import inspect
import ipaddress
import socket
import ssl
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyreqwest.exceptions
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from services import catalogue, upstream
from services.action import Deadlines, UpstreamRequest
from services.errors import UpstreamFailed
from services.heygen import SERVICE
from tests.conftest import Caller
from tests.upstream import Received, Script, Upstream

REQUEST = UpstreamRequest(method="GET", base_url="http://127.0.0.1", path="/", auth_header="X")


@pytest.mark.parametrize(
    "kind",
    [
        kind
        for _, kind in inspect.getmembers(pyreqwest.exceptions, inspect.isclass)
        if issubclass(kind, Exception) and kind.__module__ == pyreqwest.exceptions.__name__
    ],
)
def test_every_client_fault_is_translated(kind: type[Exception]) -> None:
    fault = kind.__new__(kind)
    assert isinstance(upstream._translated(fault, REQUEST), UpstreamFailed)


@pytest.fixture
def fresh_client() -> Any:
    """A client built anew, and dropped again."""
    upstream._client.cache_clear()
    yield
    upstream._client.cache_clear()


def test_environment_proxy_is_ignored(
    fresh_client: None, call: Caller, vendor: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
    ):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    vendor.answers({"error": None, "data": []})
    assert call("list-voices").status_code == 200


def test_netrc_is_not_read(
    fresh_client: None,
    call: Caller,
    vendor: Upstream,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login someone password netrc-word\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(netrc))
    vendor.answers({"error": None, "data": []})
    assert call("list-voices").status_code == 200
    assert [seen.header("authorization") for seen in vendor.requests] == [[]]


def test_cookies_are_not_kept(call: Caller, vendor: Upstream) -> None:
    vendor.answers({"error": None, "data": []}, headers={"Set-Cookie": "session=a; Path=/"})
    for _ in range(2):
        call("list-voices")
    assert [seen.header("cookie") for seen in vendor.requests] == [[], []]


def test_drip_is_cut_at_deadline(
    call: Caller, vendor: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = replace(SERVICE, deadlines=Deadlines(total=0.5))
    monkeypatch.setitem(catalogue._BY_SLUG, "heygen", quick)
    pieces = tuple(b" " for _ in range(100))
    vendor.plays(lambda _: Script(pieces=pieces, pause=0.1))
    response = call("list-voices")
    assert (response.status_code, response.json()["code"]) == (504, "upstream_timeout")


def test_http_is_refused_in_production(
    fresh_client: None, call: Caller, vendor: Upstream, settings: Any
) -> None:
    settings.ALLOW_INSECURE_UPSTREAMS = False
    response = call("list-voices")
    assert (response.status_code, response.json()["origin"]) == (502, "upstream")
    assert vendor.requests == []


def test_untrusted_certificate_gets_no_key(
    fresh_client: None, call: Caller, settings: Any, tmp_path: Path
) -> None:
    settings.HEYGEN_BASE_URL, decrypted = tls_listener(tmp_path)
    response = call("list-voices")
    assert (response.status_code, response.json()["code"]) == (502, "upstream_unreachable")
    assert decrypted == []


def tls_listener(folder: Path) -> tuple[str, list[bytes]]:
    """A vendor with a self-signed certificate; what it could decrypt."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(folder))
    listener = socket.create_server(("127.0.0.1", 0))
    decrypted: list[bytes] = []
    threading.Thread(target=accept, args=(listener, context, decrypted), daemon=True).start()
    return f"https://127.0.0.1:{listener.getsockname()[1]}", decrypted


def self_signed(folder: Path) -> Path:
    """A key and a certificate for 127.0.0.1 that nobody vouches for, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    now = datetime.now(UTC)
    cert = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = folder / "vendor.pem"
    path.write_bytes(key.private_bytes(*form) + cert.public_bytes(Encoding.PEM))
    return path


def accept(listener: socket.socket, context: ssl.SSLContext, decrypted: list[bytes]) -> None:
    with listener:
        connection, _ = listener.accept()
        with connection:
            try:
                with context.wrap_socket(connection, server_side=True) as secured:
                    decrypted.append(secured.recv(4096))
            except OSError:
                return


def test_redirect_is_not_followed(call: Caller, vendor: Upstream) -> None:
    second = Upstream()
    try:

        def moved(_: Received) -> Script:
            return Script(status=307, headers={"Location": f"{second.url}/elsewhere"})

        vendor.plays(moved)
        response = call("list-voices")
        assert (response.status_code, response.json()["code"]) == (502, "upstream_redirect")
        assert second.url not in response.content.decode() + str(response.headers)
        assert second.connections == 0
    finally:
        second.close()
