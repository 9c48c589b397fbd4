"""The service behind its own server: real sockets, several workers, a client we did not write."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from tests.live import Service, database
from tests.upstream import Received, Script, Upstream

SECRET = "sk-live-heygen-secret-0001"


@pytest.fixture(scope="module")
def live(tmp_path_factory: Any, _vendor: Upstream) -> Iterator[Any]:
    """Four workers in front of the recording vendor."""
    with database(tmp_path_factory.mktemp("live")) as url:
        vendors = ("HEYGEN_BASE_URL", "HEYGEN_UPLOAD_BASE_URL", "ELEVENLABS_BASE_URL")
        service = Service(url, **dict.fromkeys(vendors, _vendor.url), MAX_JSON_BYTES="1000000")
        service.manage("migrate")
        service.manage("create_org", "acme")
        for name in ("heygen", "elevenlabs"):
            service.manage("set_credential", "acme", name, stdin=SECRET)
        key = service.manage("issue_key", "acme")
        with service.serving(workers=4):
            yield SimpleNamespace(service=service, url=service.url, key=key, port=service.port)


@pytest.fixture
def served(live: Any, _vendor: Upstream) -> Any:
    _vendor.reset()
    live.vendor = _vendor
    return live


def post(
    served: Any, action: str, body: Any = None, service: str = "heygen", **options: Any
) -> Any:
    url = f"{served.url}/api/ai-proxy/orgs/acme/services/{service}/{action}"
    options.setdefault("headers", {"Authorization": f"Api-Key {served.key}"})
    if not isinstance(body, bytes):
        options.setdefault("json", body or {})
    else:
        options.setdefault("data", body)
    return requests.post(url, timeout=20, allow_redirects=False, **options)


@pytest.mark.parametrize("slash", ["", "/"])
def test_trailing_slash_is_optional(served: Any, slash: str) -> None:
    served.vendor.answers({"error": None, "data": {"voices": []}})
    response = post(served, f"list-voices{slash}")
    assert (response.status_code, response.json()) == (200, {"data": {"voices": []}})


def test_answer_carries_documented_headers(served: Any) -> None:
    served.vendor.answers({"error": None, "data": {"voices": []}})
    response = post(served, "list-voices", headers={
        "Authorization": f"token {served.key}", "X-Request-Id": "caller-chosen-1",
    })  # fmt: skip
    shown = {name.lower() for name in response.headers}
    assert response.headers["X-Request-Id"] == "caller-chosen-1"
    assert response.headers["X-Credential-Source"] == "tenant"
    assert response.headers["Server-Timing"].startswith("proxy;dur=")
    assert shown == {
        "content-type", "content-length", "date", "server", "x-credential-source", "vary",
        "x-request-id", "server-timing", "x-content-type-options", "cache-control",
        "content-security-policy", "deprecation", "sunset", "link", "ratelimit", "ratelimit-policy",
        "etag", "cache-status",
    }  # fmt: skip


@pytest.mark.parametrize(
    "path",
    [
        "/api/ai-proxy/orgs/acme%2fx/services/heygen/list-voices/",
        "/api/ai-proxy/orgs/acme/services/heygen/list%2dvoices/",
        "/api/ai-proxy/orgs//acme/services/heygen/list-voices/",
        "/api/ai-proxy/orgs/acme/services/heygen/%2e%2e/list-voices/",
        "/api/ai-proxy/orgs/acme/services/heygen/list-voices%0a",
        "/api/ai-proxy/orgs/acme/services/heygen/list-voices/extra/more",
    ],
)
def test_unplain_paths_are_unknown(served: Any, path: str) -> None:
    status, body = raw(served, path, f"Authorization: Api-Key {served.key}\r\n", b"{}")
    assert (status, body["detail"], body["code"]) == (404, "Not found.", "not_found")
    assert served.vendor.requests == []


def raw(served: Any, target: str, headers: str, body: bytes, method: str = "POST") -> Any:
    """One request spelled by hand; the status and the JSON body."""
    head = f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{headers}"
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as connection:
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    top, _, content = answer.partition(b"\r\n\r\n")
    return int(top.split(b" ")[1]), json.loads(content)


def test_unknown_host_is_refused(served: Any) -> None:
    response = post(served, "list-voices", headers={"Host": "evil.example"})
    assert (response.status_code, response.json()["code"]) == (400, "bad_request")


def test_huge_length_is_refused_at_once(served: Any) -> None:
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as connection:
        connection.sendall(
            b"POST /api/ai-proxy/orgs/acme/services/heygen/list-voices/ HTTP/1.1\r\n"
            b"Host: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"Authorization: Api-Key " + served.key.encode() + b"\r\n"
            b"Content-Length: 1099511627776\r\n\r\n{"
        )
        assert connection.recv(4096).startswith(b"HTTP/1.1 413")
    assert time.monotonic() - started < 1


def test_chunked_body_arrives_whole(served: Any) -> None:
    served.vendor.answers({"code": 100, "data": {"status": "processing"}})
    pieces = iter([b'{"query": {"vid', b'eo_id": "v', b'9"}}'])
    headers = {"Authorization": f"Api-Key {served.key}", "Content-Type": "application/json"}
    response = requests.post(
        f"{served.url}/api/ai-proxy/orgs/acme/services/heygen/video-status/",
        data=pieces, headers=headers, timeout=10,
    )  # fmt: skip
    assert response.json() == {"data": {"status": "processing"}}
    assert served.vendor.requests[0].target == "/v1/video_status.get?video_id=v9"


def test_stream_passes_as_it_arrives(served: Any) -> None:
    pieces = (b"data: one\n\n", b"data: two\n\n", b"data: three\n\n")
    kind = {"Content-Type": "text/event-stream"}
    served.vendor.plays(lambda _: Script(headers=kind, pieces=pieces, pause=0.4))
    started = time.monotonic()
    with speech(served) as response:
        arrived = [(chunk, time.monotonic() - started) for chunk in response.iter_content(None)]
    assert b"".join(chunk for chunk, _ in arrived) == b"".join(pieces)
    assert arrived[0][1] < 0.4 < 0.8 <= arrived[-1][1]
    assert response.headers["Content-Type"] == "text/event-stream"


def speech(served: Any) -> Any:
    body = {"path_params": {"voice_id": "v"}, "body": {"text": "hi"}}
    return post(served, "tts-stream", body, service="elevenlabs", stream=True)


def test_leaving_caller_ends_upstream(served: Any) -> None:
    left = threading.Event()

    def endless(_: Received) -> Script:
        return Script(pieces=Endless(left), pause=0.02)

    served.vendor.plays(endless)
    speech(served).close()
    assert left.wait(3), "the upstream connection stayed open"


class Endless(tuple[bytes, ...]):
    """Pieces without end; sets `left` when nobody reads them any more."""

    def __new__(cls, left: threading.Event) -> Endless:
        made = super().__new__(cls, (b"x",))
        made.left = left  # type: ignore[attr-defined]
        return made

    def __iter__(self) -> Iterator[bytes]:
        try:
            while True:
                yield b"x" * 4096
        finally:
            self.left.set()  # type: ignore[attr-defined]


@pytest.mark.slow
def test_revoked_key_stops_within_second(served: Any) -> None:
    served.vendor.answers({"error": None, "data": {}})
    key = served.service.manage("issue_key", "acme")
    seen: list[tuple[float, int]] = []
    stop = threading.Event()
    threads = [threading.Thread(target=hammer, args=(served, key, seen, stop)) for _ in range(8)]
    for thread in threads:
        thread.start()
    time.sleep(1.5)
    script = (
        "import time; from credentials.models import ApiKey; "
        f"ApiKey.objects.get(pk='{key[5:13]}').revoke(); print(repr(time.time()))"
    )
    revoked = float(served.service.manage("shell", "--no-imports", "-c", script))
    time.sleep(2)
    stop.set()
    for thread in threads:
        thread.join()
    last = max(began for began, status in seen if status == 200)
    assert {status for _, status in seen} == {200, 401}
    assert last - revoked <= 1.0
    assert sum(began > revoked + 1 for began, _ in seen) > 50


def hammer(served: Any, key: str, seen: list[tuple[float, int]], stop: threading.Event) -> None:
    """Call on new connections, so that every worker gets its share."""
    while not stop.is_set():
        began = time.time()
        response = post(served, "list-voices", headers={"Authorization": f"Api-Key {key}"})
        seen.append((began, response.status_code))
