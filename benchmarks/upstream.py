"""A stand-in for HeyGen that answers at once: `python -m benchmarks.upstream PORT`."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

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
LEGACY_PATH = "/v1/video_status.get?video_id=v1"


def _answer(status: str, value: object) -> bytes:
    body = json.dumps(value, separators=(",", ":")).encode()
    head = (f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(body)}")
    return "\r\n".join([*head, "", ""]).encode() + body


_LEGACY = _answer("200 OK", {"code": 100, "data": VIDEO, "message": "Success"})
_V3 = _answer("200 OK", {"data": VIDEO})
_UNKNOWN = _answer("404 Not Found", {"code": 40400, "data": None, "message": "Not found"})
_ANSWERS = {b"/v1/": _LEGACY, b"/v2/": _LEGACY, b"/v3/": _V3}


class Upstream(asyncio.Protocol):
    """HTTP/1.1 with keep-alive: one request at a time, bodies by Content-Length, nothing more."""

    def __init__(self) -> None:
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].lower()
            size = end + 4 + _content_length(head)
            if len(self._buffer) < size:
                return
            self._buffer = self._buffer[size:]
            self._reply(head)

    def _reply(self, head: bytes) -> None:
        assert self._transport is not None
        path = head.split(b" ", 2)[1]
        self._transport.write(_ANSWERS.get(path[:4], _UNKNOWN))
        if b"\r\nconnection: close" in head:
            self._transport.close()


def _content_length(head: bytes) -> int:
    value = head.partition(b"\r\ncontent-length:")[2]
    return int(value.partition(b"\r\n")[0]) if value else 0


async def serve(port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Upstream, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
