"""What callers can do to the transport: long headers, endless and slow bodies, plain HTTP."""

from __future__ import annotations

import errno
import io
import os
import tempfile
import time
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from credentials.directory import Directory, directory
from proxy_project.transport import Bounded
from services.body import IDLE
from services.errors import TooSlow
from tests import asgi
from tests.conftest import Caller
from tests.upstream import Received, Script, Upstream

INVOKE = "/api/ai-proxy/orgs/acme/services/heygen/list-voices/"
STOCK = ["/api/ai-proxy/orgs/acme/services/", "/admin/login/", "/anything"]
LIMIT = 2_621_440  # DATA_UPLOAD_MAX_MEMORY_SIZE


@pytest.mark.parametrize("path", [INVOKE, *STOCK])
@pytest.mark.parametrize(
    "kind",
    [
        'a/b; x="' + ";" * 200_000,
        'a/b; x="' + ";" * 8000,
        "application/json; charset*=nope''abc",
        "application/json; charset*=utf-8''%00",
    ],
)
def test_hostile_content_type_costs_nothing(call: Caller, path: str, kind: str) -> None:
    started = time.monotonic()
    answer = asgi.post(call.account, path, [b"{}"], content_type=kind)
    assert time.monotonic() - started < 1
    if len(kind) > 8190:
        assert (answer.status, answer.json["code"]) == (431, "header_too_large")
    elif len(kind) > 512 or path == INVOKE:
        assert (answer.status, answer.json["code"]) == (400, "bad_request")
        assert answer.headers["x-request-id"] == answer.json["request_id"]
    else:
        assert answer.status < 500


@pytest.mark.parametrize("path", STOCK)
def test_stock_routes_take_no_big_body(call: Caller, path: str) -> None:
    announced = asgi.post(call.account, path, [b"x"], content_length=str(10**12))
    streamed = asgi.post(call.account, path, [b"x" * 100_000] * 100)
    for answer in (announced, streamed):
        assert (answer.status, answer.json["code"]) == (413, "body_too_large")
    assert announced.taken == 0
    assert streamed.taken <= LIMIT // 100_000 + 1


@pytest.mark.parametrize("path", [INVOKE, *STOCK])
def test_slow_body_is_cut(call: Caller, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.body.IDLE", 0.05)
    kind = {"content_type": "application/json"}
    answer = asgi.post(call.account, path, [b"{"], slow=True, **kind)
    assert (answer.status, answer.json["code"]) == (408, "request_timeout")


@pytest.mark.parametrize(("speed", "cut"), [(100, True), (500, True), (1100, False)])
def test_stock_body_must_keep_coming(
    monkeypatch: pytest.MonkeyPatch, speed: int, cut: bool
) -> None:
    now = 1000.0

    async def receive() -> dict[str, Any]:
        nonlocal now
        now += 1
        return {"type": "http.request", "body": b" " * speed, "more_body": now < 1200}

    async def read() -> Bounded:
        bounded = Bounded(receive, LIMIT)
        while (await bounded())["type"] == "http.request" and now < 1200:
            pass
        return bounded

    monkeypatch.setattr("services.body.time", SimpleNamespace(monotonic=lambda: now))
    assert isinstance(async_to_sync(read)().fault, TooSlow) is cut


@pytest.mark.parametrize(
    ("speed", "status"), [(100, 408), (1000, 408), (1100, 200), (100_000, 413)]
)
def test_body_must_keep_coming(
    call: Caller, vendor: Upstream, monkeypatch: pytest.MonkeyPatch, speed: int, status: int
) -> None:
    """A piece every second, so that no silence is long: what counts is the speed."""
    now, application = 1000.0, asgi.application

    async def slowly(scope: Any, receive: Any, send: Any) -> None:
        async def later() -> Any:
            nonlocal now
            now += 1
            return await receive()

        await application(scope, later, send)

    monkeypatch.setattr("services.body.time", SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr(asgi, "application", slowly)
    pieces = [b"{}", *[b" " * speed] * 2000]
    answer = asgi.post(call.account, INVOKE, pieces, content_type="application/json")
    assert answer.status == status
    if status == 408:
        assert answer.json["code"] == "request_timeout"
        assert now - 1000 >= IDLE
        assert answer.taken < 2000
        assert vendor.requests == []


@pytest.mark.parametrize("path", [INVOKE, *STOCK])
@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"x_any": "a" * 8191}, 431, "header_too_large"),
        ({"cookie": "a=" + "b" * 100_000}, 431, "header_too_large"),
        ({"transfer_encoding": "gzip, chunked"}, 400, "bad_request"),
        ({"transfer_encoding": "identity"}, 400, "bad_request"),
    ],
)
def test_unusable_header_is_refused(
    call: Caller, vendor: Upstream, path: str, headers: dict[str, str], status: int, code: str
) -> None:
    answer = asgi.post(call.account, path, [b"{}"], **headers)
    assert (answer.status, answer.json["code"], answer.taken) == (status, code, 0)
    assert answer.headers["x-request-id"] == answer.json["request_id"]
    assert vendor.requests == []


@pytest.mark.parametrize("headers", [{"x_any": "a" * 8190}, {"transfer_encoding": "Chunked"}])
def test_long_and_chunked_are_ordinary(
    call: Caller, vendor: Upstream, headers: dict[str, str]
) -> None:
    kind = {"content_type": "application/json"}
    assert asgi.post(call.account, INVOKE, [b"{}"], **kind, **headers).status == 200


def test_unknown_host_answer_is_whole(call: Caller) -> None:
    answer = asgi.post(call.account, INVOKE, [b"{}"], host="evil.example")
    assert (answer.status, answer.json["code"]) == (400, "bad_request")
    assert answer.headers["x-request-id"] == answer.json["request_id"]
    assert answer.headers["server-timing"].startswith("proxy;dur=")


def test_plain_http_is_refused_where_https_is(
    call: Caller, vendor: Upstream, settings: Any
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answers = [call("list-voices"), call.get("acme/services/")]
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (403, "https_required")
    assert vendor.requests == []


def test_https_answers_pin_https(call: Caller, vendor: Upstream, settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_PRELOAD = 31536000, True
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    for answer in (call("list-voices"), call.get("acme/services/")):
        pinned = answer.headers["Strict-Transport-Security"]
        assert pinned == "max-age=31536000; includeSubDomains; preload"


def test_duplicate_name_is_found_quickly(call: Caller, vendor: Upstream) -> None:
    names = ",".join(f'"n{number}":1' for number in [*range(60_000), 0])
    started = time.monotonic()
    response = call("generate-video", f'{{"body":{{{names}}}}}'.encode())
    assert (response.status_code, response.json()["code"]) == (400, "bad_json")
    assert time.monotonic() - started < 2


def test_many_parameters_are_refused(call: Caller, vendor: Upstream) -> None:
    many = "&".join(f"query.a{number}=1" for number in range(1001))
    response = call.send(f"{call.url('upload-asset')}?{many}", b"x", "image/png")
    assert (response.status_code, response.json()["code"]) == (400, "bad_request")


def test_extended_filename_alone_is_refused(call: Caller, vendor: Upstream) -> None:
    body = (
        b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename*=utf-8''a.png\r\n"
        b"Content-Type: image/png\r\n\r\nx\r\n--b--\r\n"
    )
    response = call.send(call.url("v3-upload-asset"), body, "multipart/form-data; boundary=b")
    assert (response.status_code, response.json()["code"]) == (400, "bad_multipart")
    assert vendor.requests == []


def test_hanging_database_is_unavailable(
    call: Caller, vendor: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hang(*_: Any) -> None:
        time.sleep(0.3)

    monkeypatch.setattr("credentials.directory.PATIENCE", 0.05)
    monkeypatch.setattr(Directory, "_ask", hang)
    directory.forget()
    response = call("list-voices")
    assert (response.status_code, response.json()["code"]) == (503, "directory_unavailable")


def test_foreign_header_bytes_pass_by(call: Caller, vendor: Upstream) -> None:
    name = 'attachment; filename="é.mp3"'
    kind = {"Content-Type": "audio/mpeg", "Content-Disposition": name, "ETag": '"e"'}
    vendor.answers(b"ID3", headers=kind)
    envelope = {"path_params": {"voice_id": "v"}, "body": {"text": "hi"}}
    response = call("tts", envelope, service="elevenlabs")
    assert (response.status_code, b"".join(response)) == (200, b"ID3")
    assert response.headers["ETag"] == '"e"'
    assert "Content-Disposition" not in response.headers


@pytest.mark.parametrize("action", ["tts", "tts-stream", "tts-timestamps"])
def test_no_content_is_null_in_every_mode(call: Caller, vendor: Upstream, action: str) -> None:
    vendor.answers(b"", status=204, headers={})
    envelope = {"path_params": {"voice_id": "v"}, "body": {"text": "hi"}}
    response = call(action, envelope, service="elevenlabs")
    assert (response.status_code, response.content) == (200, b'{"data":null}')


def test_stream_ends_without_a_fault(call: Caller, vendor: Upstream) -> None:
    vendor.answers(b"ID3", headers={"Content-Type": "audio/mpeg"})
    path = "/api/ai-proxy/orgs/acme/services/elevenlabs/tts/"
    envelope = b'{"path_params": {"voice_id": "v"}, "body": {"text": "hi"}}'
    kind = {"content_type": "application/json"}
    answer = asgi.post(call.account, path, [envelope], **kind)
    assert (answer.status, answer.body) == (200, b"ID3")


def test_failure_tells_source_and_time(call: Caller, vendor: Upstream) -> None:
    def late(_: Received) -> Script:
        return Script(status=500, body=b"{}", delay=0.2)

    vendor.plays(late)
    response = call("list-voices", {"headers": {"X-Odd": "1"}})
    assert (response.status_code, response.headers["X-Credential-Source"]) == (502, "tenant")
    assert response.headers["X-Contract-Notes"] == "headers.X-Odd: not forwarded"
    own, upstream = (
        float(part.split("=")[1]) for part in response.headers["Server-Timing"].split(", ")
    )
    assert own < 150 < 200 <= upstream


def test_range_past_the_end_says_the_size(
    call: Caller, vendor: Upstream, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HEYGEN_GENERATION = "v3"
    monkeypatch.setattr("services.heygen.testmode.SECONDS", 0.0)
    body = {"type": "avatar", "avatar_id": "a", "test": True}
    made = call("v3-create-video", {"body": body}).json()["data"]["video_id"]
    path = f"/api/ai-proxy/orgs/acme/test-media/{made}.mp4"
    response = call.client.get(path, headers={"Range": "bytes=99999999-"})
    assert response.status_code == 416
    assert response.headers["Content-Range"].startswith("bytes */1")


@pytest.mark.parametrize(
    ("action", "kind", "raw"),
    [
        ("upload-asset", "image/png", b"x" * 3_000_000),
        (
            "v3-upload-asset",
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n'
            b"Content-Type: image/png\r\n\r\n" + b"x" * 3_000_000 + b"\r\n--b--\r\n",
        ),
    ],
)
def test_full_disk_is_unavailable_and_leaves_nothing(
    call: Caller,
    vendor: Upstream,
    monkeypatch: pytest.MonkeyPatch,
    action: str,
    kind: str,
    raw: bytes,
) -> None:
    files: list[Any] = []

    class Full(io.FileIO):
        """A file on a disk with room for one megabyte more."""

        def write(self, data: Any) -> int:
            if self.tell() + len(data) > 1_200_000:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return super().write(data)

    def temporary(**_: Any) -> Any:
        descriptor = os.open(tempfile.gettempdir(), os.O_TMPFILE | os.O_RDWR, 0o600)
        files.append(Full(descriptor, "r+"))
        return files[-1]

    monkeypatch.setattr(tempfile, "TemporaryFile", temporary)
    response = call.send(call.url(action), raw, kind)
    assert (response.status_code, response.json()["code"]) == (503, "storage_full")
    assert response.headers["Retry-After"] == "1"
    assert response.json()["retryable"] is True
    assert [file.closed for file in files] == [True]
    assert vendor.requests == []
