"""A vendor of the tests: a real socket that records what it receives, byte for byte."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Received:
    """One request as it came off the wire."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Script:
    """What to answer: whole, in pieces, or raw bytes after which the connection is cut."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    pieces: tuple[bytes, ...] = ()
    delay: float = 0.0  # seconds before the answer
    pause: float = 0.0  # seconds between pieces
    raw: bytes | None = None


class Upstream:
    """Start it, script it, read `requests`; `url` is its base URL."""

    def __init__(self) -> None:
        self.requests: list[Received] = []
        self.connections = 0
        self._script: Callable[[Received], Script] = lambda _: Script()
        self._started = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._started.wait(10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def reset(self) -> None:
        self.requests.clear()
        self.connections = 0
        self._script = lambda _: Script()

    def answers(self, body: Any = None, **script: Any) -> None:
        """Answer every request like this; `body` is bytes, or a value to send as JSON."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self._script = lambda _: Script(body=raw, **script)

    def plays(self, script: Callable[[Received], Script]) -> None:
        """Answer each request as `script` says."""
        self._script = script

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._server = self._loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 20)
        )
        self.port = self._server.sockets[0].getsockname()[1]
        self._started.set()
        self._loop.run_forever()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                received = await _read(reader)
                self.requests.append(received)
                if not await _answer(writer, self._script(received)):
                    return
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    method, target, _ = first.split(" ")
    headers = tuple(
        (name, value.strip()) for name, _, value in (line.partition(":") for line in lines)
    )
    sizes = [value for name, value in headers if name.lower() == "content-length"]
    if any(name.lower() == "transfer-encoding" for name, _ in headers):
        body = await _chunked(reader)
    else:
        body = await reader.readexactly(int(sizes[0])) if sizes else b""
    return Received(method, target, headers, body)


async def _chunked(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while size := int((await reader.readline()).strip(), 16):
        parts.append(await reader.readexactly(size))
        await reader.readline()
    await reader.readline()
    return b"".join(parts)


async def _answer(writer: asyncio.StreamWriter, script: Script) -> bool:
    """Send the answer; whether the connection stays open."""
    await asyncio.sleep(script.delay)
    if script.raw is not None:
        writer.write(script.raw)
        await writer.drain()
        return False
    lines = [f"HTTP/1.1 {script.status} X", *(f"{k}: {v}" for k, v in script.headers.items())]
    if script.pieces:
        lines.append("Transfer-Encoding: chunked")
    elif script.status != 204:
        lines.append(f"Content-Length: {len(script.body)}")
    writer.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n")
    if not script.pieces:
        writer.write(b"" if script.status == 204 else script.body)
    for piece in script.pieces:
        writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        await writer.drain()
        await asyncio.sleep(script.pause)
    if script.pieces:
        writer.write(b"0\r\n\r\n")
    await writer.drain()
    return True
