"""One deployment with an org, its credentials and a key, and what its processes hold."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from benchmarks import usage
from tests.live import Service, database

SECRET = "sk-live-vendor-secret-0001"
LOCAL = "127.0.0.1"


@dataclass(frozen=True)
class Reply:
    """One raw answer: the status of its first line, all that came, how the connection ended."""

    raw: bytes
    closed: bool

    @property
    def statuses(self) -> list[int]:
        """Of every answer that came, so that a second one shows."""
        starts = self.raw.split(b"HTTP/1.1 ")[1:]
        return [int(start[:3]) for start in starts]

    @property
    def json(self) -> Any:
        return json.loads(self.raw.partition(b"\r\n\r\n")[2])


@dataclass
class Deployed:
    """A running service; `call` speaks through a client, `wire` byte for byte."""

    service: Service
    process: subprocess.Popen[bytes]
    key: str

    def path(self, action: str, service: str = "heygen") -> str:
        return f"/api/ai-proxy/orgs/acme/services/{service}/{action}/"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Api-Key {self.key}"}

    def call(self, action: str, envelope: Any = None, service: str = "heygen", **more: Any) -> Any:
        more.setdefault("headers", self.headers)
        if "data" not in more and "files" not in more:
            more["json"] = envelope or {}
        return requests.post(f"{self.service.url}{self.path(action, service)}", timeout=30, **more)

    def connect(self, sent: bytes = b"") -> socket.socket:
        made = socket.create_connection((LOCAL, self.service.port), timeout=10)
        made.sendall(sent)
        return made

    def head(self, action: str = "list-voices", *lines: str, host: str = LOCAL) -> bytes:
        """The head of a call, with these lines, without its empty line."""
        given = [f"POST {self.path(action)} HTTP/1.1", f"Host: {host}", *lines]
        given += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*given, "Content-Type: application/json", ""]).encode("latin-1")

    def wire(self, sent: bytes, seconds: float = 10) -> Reply:
        """Send these bytes and read all that comes until it ends or `seconds` are over."""
        with self.connect() as connection:
            connection.settimeout(seconds)
            got = []
            try:
                connection.sendall(sent)
                while data := connection.recv(65536):
                    got.append(data)
            except TimeoutError:
                return Reply(b"".join(got), closed=False)
            except ConnectionError:
                pass
            return Reply(b"".join(got), closed=True)

    @property
    def pids(self) -> list[int]:
        return usage.tree(self.process.pid)

    @property
    def worker(self) -> int:
        """The process that answers; for a deployment of one worker."""
        return max(self.pids, key=memory)

    def forget_peak(self) -> int:
        """Start to measure anew; what the worker holds now, in bytes."""
        Path(f"/proc/{self.worker}/clear_refs").write_text("5")
        return memory(self.worker)

    def peak(self) -> int:
        """The most that the worker held since, in bytes."""
        return memory(self.worker, "VmHWM")

    def descriptors(self) -> list[str]:
        """What the worker has open."""
        folder = Path(f"/proc/{self.worker}/fd")
        found = []
        for entry in folder.iterdir():
            try:
                found.append(os.readlink(entry))
            except FileNotFoundError:  # closed meanwhile
                continue
        return found


def memory(pid: int, name: str = "VmRSS") -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
    return 0


@contextmanager
def deployed(
    folder: Path, vendors: dict[str, str], serving: dict[str, str] | None = None
) -> Iterator[Deployed]:
    """One worker in front of these vendors; `serving` is more environment for it alone.

    Names are those of the settings.
    """
    with database(folder) as url:
        service = Service(url, **vendors)
        service.manage("migrate")
        service.manage("create_org", "acme")
        for name in ("heygen", "elevenlabs"):
            service.manage("set_credential", "acme", name, stdin=SECRET)
        key = service.manage("issue_key", "acme")
        plain = service.env
        service.env = plain | (serving or {})
        with service.serving(workers=1) as process:
            service.env = plain
            yield Deployed(service, process, key)
