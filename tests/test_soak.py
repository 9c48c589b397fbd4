"""Mixed load over random faults: every call is accounted for, and nothing is left behind.

`SOAK_SECONDS` says for how long (20), `SOAK_SEED` which calls and faults are drawn (1).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import requests

from tests.crowd import Ask, together
from tests.deployed import Deployed, deployed, memory
from tests.faults import FaultProxy
from tests.upstream import Received, Script, Upstream

logger = logging.getLogger(__name__)
SECONDS = float(os.environ.get("SOAK_SECONDS", "20"))
SEED = int(os.environ.get("SOAK_SEED", "1"))
CALLERS = 24
ROOM = 40  # calls of one org at a time
WAIT = 3  # seconds that callers give the service
UNSENT = ("too_many_concurrent", "overloaded", "circuit_open", "upstream_unreachable")
ALLOWED = {200, 429, 502, 503, 504}
AUDIO = bytes(range(256)) * 800


@dataclass
class Vendor:
    """What reached the vendor, by the id that a caller gave its call."""

    seen: Counter[str] = field(default_factory=Counter)
    proxy: Any = None

    def play(self, seen: Received) -> Script:
        if seen.target.startswith("/v1/video_status.get"):
            name = seen.target.partition("video_id=")[2]
            script = self._json(seen, name, code=100)
            return replace(script, delay=0.5) if name.startswith("last") else script
        if seen.target.startswith("/v1/asset"):
            digest = hashlib.sha256(seen.body).hexdigest()
            return self._json(seen, seen.header("x-none") or digest, code=100)
        if "text-to-speech" in seen.target:
            pieces = tuple(b"data: %d\n\n" % n for n in range(20))
            return Script(pieces=pieces, pause=0.01, headers={"Content-Type": "text/event-stream"})
        if "dubbing" in seen.target:
            return Script(body=AUDIO, headers={"Content-Type": "audio/mpeg"})
        if seen.method == "POST":
            return self._json(seen, seen.json.get("title", ""), error=None)
        return self._json(seen, "catalogue", error=None)

    def _json(self, seen: Received, name: Any, **envelope: Any) -> Script:
        self.seen[str(name)] += 1
        return Script(body=json.dumps({**envelope, "data": {"id": name}}).encode())


@dataclass(frozen=True)
class Kind:
    """One kind of call: how it is written, what a good answer holds."""

    name: str
    weight: int
    write: Callable[[Deployed, str], bytes]
    good: Callable[[bytes, str], bool]
    leaves: bool = False  # the caller goes away in the middle
    status: frozenset[int] = frozenset(ALLOWED)


def request(
    app: Deployed, action: str, body: bytes, *lines: str, service: str = "heygen", key: str = ""
) -> bytes:
    head = [
        f"POST {app.path(action, service)} HTTP/1.1", "Host: 127.0.0.1", "Connection: close",
        f"Authorization: Api-Key {key or app.key}", f"Prefer: wait={WAIT}",
        f"Content-Length: {len(body)}", *(lines or ("Content-Type: application/json",)),
    ]  # fmt: skip
    return "\r\n".join([*head, "", ""]).encode() + body


def enveloped(app: Deployed, action: str, envelope: Any, **more: Any) -> bytes:
    return request(app, action, json.dumps(envelope).encode(), **more)


def poll(app: Deployed, name: str) -> bytes:
    return enveloped(app, "video-status", {"query": {"video_id": name}})


def read(app: Deployed, name: str) -> bytes:
    lines = ("Content-Type: application/json",)
    if name.endswith("7"):
        lines += ("Cache-Control: no-cache",)
    return request(app, "list-avatars", b"{}", *lines)


def paid(app: Deployed, name: str) -> bytes:
    return enveloped(app, "generate-video", {"body": {"video_inputs": [], "title": name}})


def keyed(app: Deployed, name: str) -> bytes:
    body = {"type": "avatar", "avatar_id": "a", "script": "Hi", "voice_id": "v", "title": name}
    given = {"body": body, "headers": {"Idempotency-Key": name}}
    return enveloped(app, "v3-create-video", given)


def content(name: str) -> bytes:
    return name.encode() * 20_000


def upload(app: Deployed, name: str) -> bytes:
    return request(app, "upload-asset", content(name), "Content-Type: image/png")


def download(app: Deployed, name: str) -> bytes:
    given = {"path_params": {"dubbing_id": name, "language_code": "de"}}
    return enveloped(app, "get-dubbed-audio", given, service="elevenlabs")


def speech(app: Deployed, name: str) -> bytes:
    given = {"path_params": {"voice_id": "v"}, "body": {"text": name}}
    return enveloped(app, "tts-stream", given, service="elevenlabs")


def stranger(app: Deployed, name: str) -> bytes:
    return enveloped(app, "video-status", {"query": {"video_id": name}}, key=app.key[:-1] + "~")


def unfit(app: Deployed, name: str) -> bytes:
    return enveloped(app, "video-status", {"video_id": name})


def names(answer: bytes, name: str) -> bool:
    return bool(json.loads(answer) == {"data": {"id": name}})


def holds(answer: bytes, name: str) -> bool:
    return names(answer, hashlib.sha256(content(name)).hexdigest())


KINDS = (
    Kind("poll", 30, poll, names),
    Kind("read", 15, read, lambda answer, _: names(answer, "catalogue")),
    Kind("paid", 12, paid, names),
    Kind("keyed", 8, keyed, names),
    Kind("upload", 6, upload, holds),
    Kind("download", 8, download, lambda answer, _: answer == AUDIO),
    Kind("speech", 6, speech, lambda answer, _: answer.count(b"data:") == 20),
    Kind("leaving poll", 4, poll, names, leaves=True),
    Kind("leaving paid", 3, paid, names, leaves=True),
    Kind("leaving speech", 4, speech, names, leaves=True),
    Kind("stranger", 2, stranger, names, status=frozenset((401,))),
    Kind("unfit", 2, unfit, names, status=frozenset((400,))),
)
STREAMED = ("download", "speech")  # cut when the vendor is, as there is no other way to tell


@dataclass(frozen=True)
class Fate:
    """What became of a call: `status` 0 without an answer, `whole` when all of it came.

    `good` says that the answer is the one to this very call, `code` what kind of error it is.
    """

    kind: Kind
    name: str
    status: int = 0
    whole: bool = False
    good: bool = False
    code: str = ""


def parsed(kind: Kind, name: str, raw: bytes) -> Fate:
    head, found, body = raw.partition(b"\r\n\r\n")
    if not found or kind.leaves:
        return Fate(kind, name)
    status, low = int(head[9:12]), head.lower()
    whole = True
    if b"transfer-encoding: chunked" in low:
        body, whole = dechunked(body)
    elif b"content-length: " in low:
        whole = int(low.partition(b"content-length: ")[2].split(b"\r\n")[0]) == len(body)
    if status >= 400:
        return Fate(kind, name, status, whole, code=str(json.loads(body)["code"]))
    return Fate(kind, name, status, whole, good=whole and kind.good(body, name))


def dechunked(raw: bytes) -> tuple[bytes, bool]:
    parts = []
    while True:
        size, found, raw = raw.partition(b"\r\n")
        if not found or len(raw) < int(size, 16):
            return b"".join(parts), False
        if int(size, 16) == 0:
            return b"".join(parts), True
        parts.append(raw[: int(size, 16)])
        raw = raw[int(size, 16) + 2 :]


class Crowd:
    """Callers that draw their calls by seed until the time is up."""

    def __init__(self, app: Deployed) -> None:
        self.app = app
        self.fates: list[Fate] = []
        self._random = random.Random(SEED)
        self._count = 0

    async def work(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        await asyncio.gather(*(self._caller(until) for _ in range(CALLERS)))

    async def _caller(self, until: float) -> None:
        while time.monotonic() < until:
            self._count += 1
            kind = self._random.choices(KINDS, [kind.weight for kind in KINDS])[0]
            self.fates.append(await self._call(kind, f"id-{SEED}-{self._count}"))
            await asyncio.sleep(self._random.uniform(0, 0.2))

    async def _call(self, kind: Kind, name: str) -> Fate:
        stay = self._random.uniform(0, 0.1) if kind.leaves else 30.0
        raw = bytearray()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(stay):
                async for chunk in self._answer(kind.write(self.app, name)):
                    raw += chunk
        return parsed(kind, name, bytes(raw))

    async def _answer(self, written: bytes) -> AsyncIterator[bytes]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.app.service.port)
        try:
            writer.write(written)
            while chunk := await reader.read(65536):
                yield chunk
        finally:
            writer.close()


@dataclass(frozen=True)
class Held:
    """What the worker holds when nothing is under way."""

    memory: int
    sockets: int
    files: int
    threads: int

    @classmethod
    def by(cls, app: Deployed) -> Held:
        opened = app.descriptors()
        sockets = sum(name.startswith("socket:") for name in opened)
        with open(f"/proc/{app.worker}/status") as status:
            threads = next(int(line.split()[1]) for line in status if line.startswith("Threads"))
        return cls(memory(app.worker), sockets, len(opened) - sockets, threads)


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    """A vendor behind a proxy that does faults."""
    made, upstream = Vendor(), Upstream()

    def play(seen: Received) -> Script:
        upstream.requests.clear()  # `made` keeps what matters
        return made.play(seen)

    upstream.plays(play)
    made.proxy = FaultProxy(upstream.port)
    yield made
    made.proxy.close()
    upstream.close()


def settled(app: Deployed, proxy: FaultProxy) -> Held:
    """What is held once the last deadline has passed and idle connections are gone."""
    proxy.set()
    time.sleep(WAIT + 1)
    proxy.reset()
    assert requests.get(f"{app.service.url}/health/ready", timeout=5).status_code == 200
    time.sleep(0.5)
    return Held.by(app)


@pytest.mark.slow
def test_soak_leaves_nothing_behind(tmp_path: Any, vendor: Vendor) -> None:
    names = ("HEYGEN_BASE_URL", "HEYGEN_UPLOAD_BASE_URL", "ELEVENLABS_BASE_URL")
    urls = dict.fromkeys(names, vendor.proxy.url)
    serving = {"MAX_IN_FLIGHT_ORG": str(ROOM), "CACHE_BYTES": "33554432"}
    with deployed(tmp_path, urls, serving) as app:
        crowd, held = Crowd(app), []
        for part, share in enumerate((0.25, 0.75)):
            vendor.proxy.mix(SEED + part)
            asyncio.run(crowd.work(SECONDS * share))
            held.append(settled(app, vendor.proxy))
        accounted(crowd.fates, vendor)
        nothing_leaked(*held)
        room_is_free(app)


def accounted(fates: list[Fate], vendor: Vendor) -> None:
    """Every call got one whole answer that is its own, and paid ones were sent at most once."""
    tally = Counter((fate.kind.name, fate.status, fate.whole) for fate in fates)
    logger.info("\n".join(map(str, sorted(tally.items()))))
    for fate in fates:
        if fate.kind.leaves:
            continue
        assert fate.status in fate.kind.status, (fate, tally)
        assert fate.whole or (fate.kind.name in STREAMED and fate.status == 200), fate
        assert fate.good == (fate.status == 200 and fate.whole), fate
    paid = [fate for fate in fates if fate.kind.write is globals()["paid"]]
    for fate in paid:
        sent = vendor.seen[fate.name]
        assert sent <= 1, fate
        assert fate.status != 200 or sent == 1, fate
        assert sent == 0 or fate.code not in UNSENT, fate
    polls = [fate for fate in fates if fate.kind.name == "poll"]
    sends = sum(vendor.seen[fate.name] for fate in polls)
    assert sends <= len(polls) * 1.1 + 10
    assert sum(fate.status == 200 for fate in fates) > len(fates) / 2


def nothing_leaked(before: Held, after: Held) -> None:
    logger.info("%s\n%s", before, after)
    assert after.sockets <= before.sockets + 8, "pools of the database and Redis may still grow"
    assert after.files <= before.files + 2
    assert after.threads <= before.threads + 8, "pools may still grow to their size"
    assert after.memory <= before.memory * 1.1 + 8 * 2**20


def room_is_free(app: Deployed) -> None:
    """No slot was lost: as many calls as one org may have still fit at a time."""
    asks = [
        Ask("video-status", app.key, envelope={"query": {"video_id": f"last-{n}"}})
        for n in range(ROOM)
    ]
    assert [fate.status for fate in together(app.service.port, asks)] == [200] * ROOM
