"""A stand-in for the vendors, quick and of fixed answers: `python -m benchmarks.upstream PORT`.

It answers only calls that carry the credential. A video's id that begins with `slow` takes a
second, a credential that ends in `-far` a tenth of one; files are made and digested as they flow.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from typing import Any

import uvloop

from benchmarks import content
from benchmarks.avatars import avatars

SECRET = "benchmark-upstream-secret"  # noqa: S105  of this stand-in alone
FAR = f"{SECRET}-far"
SLOW_SECONDS = 1.0
FAR_SECONDS = 0.1
VIDEO: dict[str, Any] = {
    "id": "v1",
    "status": "processing",
    "created_at": 1735689600,
    "duration": None,
    "gif_url": None,
    "thumbnail_url": None,
    "video_url": None,
    "error": None,
}
STATUS_PATH = "/v1/video_status.get?video_id="


def _answer(status: str, value: object) -> bytes:
    body = json.dumps(value, separators=(",", ":")).encode()
    return _head(status, "application/json", len(body)) + body


def _head(status: str, kind: str, size: int) -> bytes:
    lines = (f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {size}", "", "")
    return "\r\n".join(lines).encode()


_LEGACY = _answer("200 OK", {"code": 100, "data": VIDEO, "message": "Success"})
_V3 = _answer("200 OK", {"data": VIDEO})
_LIST = _answer("200 OK", {"error": None, "data": avatars()})
_UNKNOWN = _answer("404 Not Found", {"code": 40400, "data": None, "message": "Not found"})
_REFUSED = _answer("401 Unauthorized", {"code": 40100, "data": None, "message": "Unauthorized"})
_ANSWERS = ((b"/v1/video_status.get", _LEGACY), (b"/v3/videos/", _V3), (b"/v2/avatars", _LIST))


class Upstream(asyncio.Protocol):
    """HTTP/1.1 with keep-alive: one request at a time, bodies by Content-Length, nothing more."""

    def __init__(self) -> None:
        self._buffer = b""
        self._head = b""  # of a request whose body is still arriving
        self._missing = 0
        self._size = 0
        self._digest = hashlib.sha256()
        self._room = asyncio.Event()
        self._room.set()
        self._sending: asyncio.Task[None] | None = None
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self._sending:
            self._sending.cancel()

    def pause_writing(self) -> None:
        self._room.clear()

    def resume_writing(self) -> None:
        self._room.set()

    def data_received(self, data: bytes) -> None:
        if self._missing:
            self._body(data)
            return
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if found:
            self._buffer = b""
            self._head = head.lower()
            self._missing = self._size = _content_length(self._head)
            self._digest = hashlib.sha256()
            self._body(rest)

    def _body(self, data: bytes) -> None:
        self._digest.update(data)
        self._missing -= len(data)
        if self._missing <= 0:
            self._missing = 0
            self._reply()

    def _reply(self) -> None:
        path = self._head.split(b" ", 2)[1]
        if SECRET.encode() not in self._head:
            self._send(_REFUSED)
        elif path.startswith(b"/v1/history/"):
            size = int(path.split(b"/")[3])
            self._sending = asyncio.get_running_loop().create_task(self._stream(size))
        elif path.startswith(b"/v1/asset"):
            self._send(self._receipt())
        elif b"slow" in path:
            self._later(SLOW_SECONDS, path)
        elif FAR.encode() in self._head:
            self._later(FAR_SECONDS, path)
        else:
            self._send(_fixed(path))

    def _receipt(self) -> bytes:
        """What was received, as HeyGen would describe an asset."""
        data = {"id": "a1", "size": self._size, "sha256": self._digest.hexdigest()}
        return _answer("200 OK", {"code": 100, "data": data, "message": "Success"})

    def _later(self, seconds: float, path: bytes) -> None:
        asyncio.get_running_loop().call_later(seconds, self._send, _fixed(path))

    def _send(self, answer: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(answer)

    async def _stream(self, size: int) -> None:
        self._send(_head("200 OK", "audio/mpeg", size))
        for block in content.blocks(size):
            await self._room.wait()
            self._send(block)


def _fixed(path: bytes) -> bytes:
    return next((answer for start, answer in _ANSWERS if path.startswith(start)), _UNKNOWN)


def _content_length(head: bytes) -> int:
    value = head.partition(b"\r\ncontent-length:")[2]
    return int(value.partition(b"\r\n")[0]) if value else 0


async def serve(port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Upstream, "127.0.0.1", port, backlog=4096)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
