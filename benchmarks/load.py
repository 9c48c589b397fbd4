"""A closed-loop load generator on asyncio, for machines without wrk: `python -m benchmarks.load`.

It reads a job as JSON on standard input and writes what it measured as JSON on standard output.
Every connection sends its next request when the last answer is complete; at the end the answers
still under way are waited for and counted.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

DRAIN_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Target:
    """One request, sent over and over."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: str = ""


@dataclass(frozen=True, slots=True)
class Load:
    """What a load generator saw; `calls` were answered with success, times are milliseconds."""

    calls: int
    errors: int
    seconds: float
    p50: float
    p99: float


class _Connection(asyncio.Protocol):
    """Sends one request at a time until the deadline; `ended` resolves when it has stopped."""

    def __init__(self, request: bytes, *, deadline: float, ended: asyncio.Future[None]) -> None:
        self.latencies: list[float] = []
        self.errors = 0
        self._request = request
        self._deadline = deadline
        self._ended = ended
        self._buffer = b""
        self._sent = 0.0
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._ended.done():
            self.errors += 1
            self._ended.set_result(None)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found or len(rest) < _content_length(head):
            return
        if head[9:10] == b"2":
            self.latencies.append(time.perf_counter() - self._sent)
        else:
            self.errors += 1
        self._buffer = b""
        self._send()

    def _send(self) -> None:
        self._sent = time.perf_counter()
        if self._sent < self._deadline:
            self._transport.write(self._request)
        elif not self._ended.done():
            self._ended.set_result(None)
            self._transport.close()


async def closed_loop(target: Target, *, connections: int, seconds: float) -> Load:
    """Keep `connections` requests under way for `seconds`; answers need a Content-Length."""
    loop = asyncio.get_running_loop()
    address = urlsplit(target.url)
    host, port = address.hostname or "127.0.0.1", address.port or 80
    start = time.perf_counter()
    endings = [loop.create_future() for _ in range(connections)]
    clients = [
        _Connection(_encoded(target), deadline=start + seconds, ended=ended) for ended in endings
    ]
    for client in clients:
        await loop.create_connection(partial(_itself, client), host, port)
    await asyncio.wait(endings, timeout=seconds + DRAIN_SECONDS)
    elapsed = time.perf_counter() - start
    latencies = sorted(one for client in clients for one in client.latencies)
    unanswered = sum(not ended.done() for ended in endings)
    return Load(
        calls=len(latencies),
        errors=sum(client.errors for client in clients) + unanswered,
        seconds=elapsed,
        p50=percentile(latencies, 50) * 1000,
        p99=percentile(latencies, 99) * 1000,
    )


def _itself(client: _Connection) -> _Connection:
    return client


def percentile(ordered: list[float], percent: int) -> float:
    """The nearest-rank percentile of sorted values; 0 when there are none."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)] if ordered else 0.0


def _encoded(target: Target) -> bytes:
    address = urlsplit(target.url)
    path = address.path + (f"?{address.query}" if address.query else "")
    lines = [f"{target.method} {path} HTTP/1.1", f"Host: {address.netloc}"]
    lines += [f"{name}: {value}" for name, value in target.headers.items()]
    lines += [f"Content-Length: {len(target.body.encode())}", "", target.body]
    return "\r\n".join(lines).encode()


def _content_length(head: bytes) -> int:
    value = head.lower().partition(b"\r\ncontent-length:")[2]
    return int(value.partition(b"\r\n")[0])


def main() -> None:
    job = json.load(sys.stdin)
    target = Target(**job["target"])
    work = closed_loop(target, connections=job["connections"], seconds=job["seconds"])
    json.dump(asdict(asyncio.run(work)), sys.stdout)


if __name__ == "__main__":
    main()
