"""What becomes of the vendor's connection when nobody waits for its answer any more."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from proxy_project.asgi import application
from services import bulkhead, elevenlabs, upstream
from services.action import Deadlines, Upload, UpstreamRequest
from services.body import Spool
from tests.factories import Account
from tests.upstream import Script, Upstream

HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n"
SOON = 1.0  # seconds; a loaded machine is slow


class Watch:
    """A vendor that never finishes its answer, and notes when its connection closes."""

    def __init__(self) -> None:
        self.asked, self.closed, self.received = asyncio.Event(), asyncio.Event(), 0
        self.says = b""

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            self.asked.set()
            writer.write(self.says)
            while piece := await reader.read(65536):
                self.received += len(piece)
                await asyncio.sleep(0.002)  # no faster than a network
        except ConnectionError:
            pass
        finally:
            self.closed.set()
            writer.close()

    async def closes_within(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.closed.wait(), seconds)
        return self.closed.is_set()


@asynccontextmanager
async def watched() -> AsyncIterator[tuple[Watch, str]]:
    watch = Watch()
    server = await asyncio.start_server(watch, "127.0.0.1", 0)
    yield watch, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


async def leave(request: UpstreamRequest, watch: Watch) -> None:
    """Send, and go away before the headers are there."""
    sending = asyncio.create_task(upstream.send(request, secret=None))
    await asyncio.wait_for(watch.asked.wait(), 10)
    await asyncio.sleep(0.05)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending


def get(url: str, **limits: float) -> UpstreamRequest:
    deadlines = Deadlines(**limits)
    return UpstreamRequest("GET", url, "/", "X", response="stream", deadlines=deadlines)


def run(work: Any) -> None:
    asyncio.run(asyncio.wait_for(work, 30))


def test_connection_closes_when_left_mid_body() -> None:
    async def work() -> None:
        async with watched() as (watch, url):
            watch.says = HEAD
            answer = await upstream.send(get(url, total=20), secret=None)
            reading = asyncio.create_task(collect(answer))
            await asyncio.sleep(0.1)
            reading.cancel()
            await asyncio.wait({reading})
            await answer.aclose()
            assert await watch.closes_within(SOON)

    run(work())


async def collect(answer: upstream.Answer) -> list[bytes]:
    return [chunk async for chunk in answer.chunks()]


def test_upload_stops_when_left() -> None:
    size = 64 * 1024 * 1024

    async def work() -> None:
        async with watched() as (watch, url):
            spool = Spool()
            spool.write(bytes(size))
            upload = Upload("file", "a.bin", "video/mp4", size, spool.chunks, spool.close)
            limits = Deadlines(total=25)
            sent = UpstreamRequest("POST", url, "/", "X", uploads=(upload,), deadlines=limits)
            await leave(sent, watch)
            upload.close()
            assert await watch.closes_within(10)
            assert watch.received < size

    run(work())


def test_longest_silence_ends_what_was_left() -> None:
    async def work() -> None:
        async with watched() as (watch, url):
            started = time.perf_counter()
            await leave(get(url, answer=0.6, idle=0.6, total=25), watch)
            assert await watch.closes_within(5)
            assert time.perf_counter() - started < 5

    run(work())


@pytest.mark.xfail(strict=True, reason="the client does not stop what is cancelled: decision 6")
def test_connection_closes_when_left_before_headers() -> None:
    async def work() -> None:
        async with watched() as (watch, url):
            await leave(get(url, answer=2, idle=2, total=25), watch)
            in_time = await watch.closes_within(SOON)
            await watch.closes_within(10)
        assert in_time

    run(work())


def test_caller_that_stops_reading_is_cut(
    account: Account, vendor: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the answer's time is over, what it holds is free again, though nobody left."""
    monkeypatch.setitem(vars(elevenlabs.SERVICE), "transfers", Deadlines(total=0.5))
    kind = {"Content-Type": "audio/mpeg"}
    vendor.plays(lambda _: Script(pieces=tuple([b"x" * 65536] * 200), headers=kind))
    async_to_sync(unread)(account)
    assert bulkhead.orgs.used(account.org.slug) == 0


async def unread(account: Account) -> None:
    """Begin a stream, and take nothing after its first piece."""
    path = f"/api/ai-proxy/orgs/{account.org.slug}/services/elevenlabs/tts-stream/"
    envelope = json.dumps({"path_params": {"voice_id": "v"}, "body": {"text": "Hi"}}).encode()
    given = {"authorization": account.authorization, "host": "testserver"}
    scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "scheme": "http", "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    request = [{"type": "http.request", "body": envelope, "more_body": False}]
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        if not request:
            await asyncio.Event().wait()
        return request.pop()

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        if len(sent) > 2:
            await asyncio.Event().wait()

    await asyncio.wait_for(application(scope, receive, send), 5)
    assert sent[0]["status"] == 200
    assert not any(message.get("more_body") is False for message in sent[1:])
