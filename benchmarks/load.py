"""A load generator on asyncio, for what wrk cannot do and for machines without it.

`python -m benchmarks.load` reads a job as JSON on standard input and writes what it measured as
JSON on standard output. Every connection sends its next request when the last answer is complete,
or `pause` seconds after that; at the end the answers still under way are waited for and counted.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

import uvloop

DRAIN_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Target:
    """One request, sent over and over."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """Connections that take the targets in turn, each always the same; times are seconds."""

    targets: Sequence[Target]
    connections: int
    seconds: float
    pause: float = 0.0  # between an answer and the next request
    ramp: float = 0.0  # over which the connections start


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

    def __init__(self, request: bytes, *, pause: float, deadline: float) -> None:
        self.latencies: list[float] = []
        self.errors = 0
        self.ended = asyncio.get_running_loop().create_future()
        self._request = request
        self._pause = pause
        self._deadline = deadline
        self._head = b""
        self._missing = -1  # bytes of the body still to come; -1 while the head is not complete
        self._sent = 0.0
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.errors += 1
            self.ended.set_result(None)

    def data_received(self, data: bytes) -> None:
        if self._missing < 0:
            self._head, found, data = (self._head + data).partition(b"\r\n\r\n")
            if not found:
                return
            self._missing = _content_length(self._head)
        self._missing -= len(data)
        if self._missing <= 0:
            self._count()

    def _count(self) -> None:
        if self._head[9:10] == b"2":
            self.latencies.append(time.perf_counter() - self._sent)
        else:
            self.errors += 1
        self._head, self._missing = b"", -1
        if self._pause:
            asyncio.get_running_loop().call_later(self._pause, self._send)
        else:
            self._send()

    def _send(self) -> None:
        self._sent = time.perf_counter()
        if self.ended.done():
            return
        if self._sent < self._deadline:
            self._transport.write(self._request)
        else:
            self.ended.set_result(None)
            self._transport.close()


async def run(job: Job) -> Load:
    """Carry out a job; answers need a Content-Length."""
    start = time.perf_counter()
    requests = [_encoded(target) for target in job.targets]
    clients = [
        _Connection(requests[number % len(requests)], pause=job.pause, deadline=start + job.seconds)
        for number in range(job.connections)
    ]
    gap = job.ramp / job.connections
    starts = [
        asyncio.create_task(_connected(client, job.targets[0].url, number * gap))
        for number, client in enumerate(clients)
    ]
    await asyncio.wait([client.ended for client in clients], timeout=job.seconds + DRAIN_SECONDS)
    elapsed = time.perf_counter() - start
    for one in starts:
        one.cancel()
    latencies = sorted(one for client in clients for one in client.latencies)
    return Load(
        calls=len(latencies),
        errors=sum(client.errors + (not client.ended.done()) for client in clients),
        seconds=elapsed,
        p50=percentile(latencies, 50) * 1000,
        p99=percentile(latencies, 99) * 1000,
    )


async def _connected(client: _Connection, url: str, delay: float) -> None:
    await asyncio.sleep(delay)
    address = urlsplit(url)
    loop = asyncio.get_running_loop()
    try:
        host = address.hostname or "127.0.0.1"
        await loop.create_connection(lambda: client, host, address.port or 80)
    except OSError:
        with suppress(asyncio.InvalidStateError):
            client.connection_lost(None)


def percentile(ordered: list[float], percent: int) -> float:
    """The nearest-rank percentile of sorted values; 0 when there are none."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)] if ordered else 0.0


def _encoded(target: Target) -> bytes:
    address = urlsplit(target.url)
    path = address.path + (f"?{address.query}" if address.query else "")
    lines = [f"{target.method} {path} HTTP/1.1", f"Host: {address.netloc}"]
    lines += [f"{name}: {value}" for name, value in target.headers.items()]
    lines += [f"Content-Length: {len(target.body.encode())}"] if target.body else []
    return "\r\n".join([*lines, "", target.body]).encode()


def _content_length(head: bytes) -> int:
    value = head.lower().partition(b"\r\ncontent-length:")[2]
    return int(value.partition(b"\r\n")[0])


def main() -> None:
    given = json.load(sys.stdin)
    job = Job(**given | {"targets": [Target(**one) for one in given["targets"]]})
    json.dump(asdict(uvloop.run(run(job))), sys.stdout)


if __name__ == "__main__":
    main()
