"""Many callers at once: one asyncio loop, one connection a call, every call's fate kept."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

LOCAL = "127.0.0.1"


@dataclass(frozen=True)
class Ask:
    """One call to make: of which action, with which key, how long after the start."""

    action: str
    key: str
    org: str = "acme"
    service: str = "heygen"
    envelope: Any = field(default_factory=dict)
    at: float = 0.0  # seconds after the start
    headers: tuple[tuple[str, str], ...] = ()

    def encoded(self) -> bytes:
        body = json.dumps(self.envelope).encode()
        lines = [
            f"POST /api/ai-proxy/orgs/{self.org}/services/{self.service}/{self.action}/ HTTP/1.1",
            f"Host: {LOCAL}",
            f"Authorization: Api-Key {self.key}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            "Connection: close",
            *(f"{name}: {value}" for name, value in self.headers),
        ]
        return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(frozen=True)
class Fate:
    """What became of a call; status 0 when there was no whole answer."""

    ask: Ask
    status: int
    seconds: float
    head: str
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def header(self, name: str) -> str | None:
        for line in self.head.split("\r\n")[1:]:
            found, _, value = line.partition(":")
            if found.lower() == name.lower():
                return value.strip()
        return None


async def one(port: int, ask: Ask, *, started: float = 0.0, patience: float = 60) -> Fate:
    """Make this call when its time has come."""
    await asyncio.sleep(max(0.0, started + ask.at - time.monotonic()))
    began, raw = time.monotonic(), b""
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(patience):
            reader, writer = await asyncio.open_connection(LOCAL, port)
            try:
                writer.write(ask.encoded())
                raw = await reader.read(-1)
            finally:
                writer.close()
    head, _, body = raw.partition(b"\r\n\r\n")
    status = int(head[9:12]) if head[:9] == b"HTTP/1.1 " else 0
    return Fate(ask, status, time.monotonic() - began, head.decode("latin-1"), body)


async def all_of(port: int, asks: Sequence[Ask]) -> list[Fate]:
    started = time.monotonic()
    return await asyncio.gather(*(one(port, ask, started=started) for ask in asks))


def together(port: int, asks: Sequence[Ask]) -> list[Fate]:
    """Make all these calls, each at its time; their fates in the same order."""
    return asyncio.run(all_of(port, asks))


def percentile(fates: Sequence[Fate], percent: int) -> float:
    """The nearest-rank percentile of their seconds."""
    ordered = sorted(fate.seconds for fate in fates)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
