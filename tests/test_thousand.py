"""Many jobs, with the vendor's webhooks lost, doubled, late and unsigned: all reach their true end.

All end at the same moment, so that everything is due at once.
`JOBS` says how many (150), `JOBS_SEED` what becomes of which webhook (1). The vendor, the service
and its workers are processes of their own, two workers on PostgreSQL.
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.following import Stored, working
from tests.live import Service, database, free_port, running
from tests.upstream import Received, Script, Upstream

JOBS = int(os.environ.get("JOBS", "150"))
SEED = int(os.environ.get("JOBS_SEED", "1"))
WORKERS = 2 if os.environ.get("DATABASE_URL", "").startswith("postgres") else 1
ORGS = ("ant", "bee", "cat", "dog", "emu")
RATE = 8  # looks a second with one credential
LATENCY = 0.1  # seconds of each of the vendor's answers
OPEN = "SELECT count(*) FROM jobs_job WHERE ended_at IS NULL"
UNTOLD = "SELECT count(*) FROM jobs_delivery WHERE state <> 'delivered'"
ENDS = (
    "SELECT job_id, count(*) FROM jobs_jobevent"
    " WHERE type IN ('succeeded', 'failed', 'expired', 'stopped') GROUP BY job_id"
)
AVATAR, VOICE = "Abigail_expressive_2024112501", "f38a635bee7a4d1f9b0a654a31d050d2"


@dataclass
class Relay:
    """Between the vendor and the service: loses a third of the events, and worse to the rest."""

    service: str
    upstream: Upstream = field(default_factory=Upstream)
    fates: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.random = random.Random(SEED)
        self.pool = ThreadPoolExecutor(8)
        self.upstream.plays(self.play)

    def play(self, seen: Received) -> Script:
        with self.lock:
            fate = self.random.choices(("lost", "passed", "doubled", "unsigned"), (3, 3, 2, 1))[0]
            delays = [self.random.uniform(0, 3) for _ in range(3 if fate == "doubled" else 1)]
            self.fates[fate] += 1
        for delay in delays if fate != "lost" else ():
            self.pool.submit(self.carry, seen, delay, signed=fate != "unsigned")
        return Script(200)

    def carry(self, seen: Received, delay: float, *, signed: bool) -> None:
        time.sleep(delay)
        marks = () if signed else ("heygen-signature", "signature")
        kept = {name: value for name, value in seen.headers if name.lower() not in marks}
        kept.pop("Host", None)
        requests.post(self.service + seen.target, seen.body, headers=kept, timeout=20)


@dataclass
class Ear:
    """An org's endpoint: now and then it fails, and is told again."""

    upstream: Upstream = field(default_factory=Upstream)
    told: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.random = random.Random(SEED)
        self.upstream.plays(self.play)

    def play(self, seen: Received) -> Script:
        told = seen.json
        mark = f"{told['type']} {seen.header('webhook-id')[0]}"
        first = mark not in self.told[told["data"]["id"]]
        self.told[told["data"]["id"]].append(mark)
        return Script(500 if first and self.random.random() < 0.03 else 200)


@dataclass
class Watch:
    """Every look that reached the vendor: when, with which key, at what."""

    url: str
    looks: set[tuple[float, str, str]] = field(default_factory=set)
    ended: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self.ended.wait(0.5):
            with suppress(requests.RequestException):
                self.take()

    def take(self) -> None:
        for seen in requests.get(f"{self.url}/_sandbox/requests", timeout=30).json():
            if seen["method"] == "GET" and seen["target"].startswith("/v3/videos/"):
                headers = {name.lower(): value for name, value in seen["headers"]}
                self.looks.add((seen["at"], headers["x-api-key"], seen["target"]))


PREPARE = """
import json
from django.core.management import call_command
from credentials import vault
from credentials.issue import issue
from credentials.models import Org
from services.webhooks import endpoints
call_command("migrate", verbosity=0)
keys = {{}}
for slug in {orgs}:
    org = Org.objects.create(slug=slug)
    vault.store(org=org, service="heygen", secret="key-of-" + slug)
    keys[slug] = issue(org)[1]
    endpoints.create(org, {ear!r}, events=["job.succeeded", "job.failed", "job.expired"])
print(json.dumps(keys))
"""


@pytest.fixture
def sandbox() -> Iterator[str]:
    port = free_port()
    env = os.environ | {"SANDBOX_KEYS": ",".join(f"key-of-{org}" for org in ORGS)}
    env |= {"SANDBOX_RENDER_SECONDS": "3600", "SANDBOX_LATENCY": str(LATENCY)}
    with running([sys.executable, "-m", "sandbox", "--port", str(port)], port, env):
        yield f"http://127.0.0.1:{port}"


@pytest.mark.slow
def test_every_job_reaches_its_true_end(sandbox: str, tmp_path: Path) -> None:
    ear, watch = Ear(), Watch(sandbox)
    with ExitStack() as stack:
        url = stack.enter_context(database(tmp_path))
        service = Service(url, HEYGEN_BASE_URL=sandbox, HEYGEN_GENERATION="v3", POLL_RATE=str(RATE))
        relay = Relay(service.url)
        service.env["PUBLIC_URL"] = relay.upstream.url
        prepare = PREPARE.format(orgs=ORGS, ear=f"{ear.upstream.url}/told")
        keys = json.loads(service.manage("shell", "-c", prepare).splitlines()[-1])
        stack.enter_context(service.serving(workers=1))
        for n in range(WORKERS):
            stack.enter_context(working(service, tmp_path / f"work{n}.log"))
        registered(sandbox)
        threading.Thread(target=watch.run, daemon=True).start()
        ids = started(service.url, keys)
        requests.post(f"{sandbox}/_sandbox/config", json={"render_seconds": 1}, timeout=10)
        began, rows = time.monotonic(), Stored(url)
        rows.until(OPEN, 0, seconds=90 + JOBS / 2)
        took = time.monotonic() - began
        rows.until(UNTOLD, 0, seconds=60)
        watch.ended.set()
        watch.take()
        found = dict(rows.ask("SELECT upstream_id, status FROM jobs_job"))
        ends = rows.ask(ENDS)
        truth = true_ends(sandbox, ids)
    logs = "".join((tmp_path / f"work{n}.log").read_text() for n in range(WORKERS))
    sys.stdout.write(report(took, truth, watch, relay, ear))
    assert found == truth
    assert set(truth.values()) == {"succeeded", "failed"}
    assert Counter(count for _, count in ends) == {1: JOBS}
    assert {len(set(told)) for told in ear.told.values()} == {1}
    assert len(ear.told) == JOBS
    assert most_at_once(watch) <= RATE + 4  # claims in hand may meet in one second
    assert shortest_gap(watch) > LATENCY * 0.9  # nobody looks while another does
    assert "Traceback" not in logs


def registered(sandbox: str) -> None:
    """Wait until the service has its endpoint in each account."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        accounts = requests.get(f"{sandbox}/_sandbox/state", timeout=10).json()["accounts"]
        if sum(account["webhooks"] for account in accounts) == len(ORGS):
            return
        time.sleep(0.2)
    raise AssertionError("The service did not register its endpoints")


def started(base: str, keys: dict[str, str]) -> dict[str, str]:
    """So many videos, every fifth of which will fail: id at the vendor -> org."""

    def start(n: int) -> tuple[str, str]:
        org = ORGS[n % len(ORGS)]
        script = f"Number {n}" + (" [fail]" if n % 5 == 4 or n % 7 == 0 else "")
        character = {"type": "avatar", "avatar_id": AVATAR, "avatar_style": "normal"}
        voice = {"type": "text", "input_text": script, "voice_id": VOICE}
        body = {"video_inputs": [{"character": character, "voice": voice}]}
        url = f"{base}/api/ai-proxy/orgs/{org}/services/heygen/generate-video/"
        answer = requests.post(
            url, json={"body": body}, timeout=60,
            headers={"Authorization": f"Api-Key {keys[org]}"},
        )  # fmt: skip
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]["video_id"], org

    with ThreadPoolExecutor(6) as pool:
        return dict(pool.map(start, range(JOBS)))


def true_ends(sandbox: str, ids: dict[str, str]) -> dict[str, str]:
    """What the vendor says of each, asked past the service."""
    words = {"completed": "succeeded", "failed": "failed"}

    def ask(item: tuple[str, str]) -> tuple[str, str]:
        video, org = item
        headers = {"X-Api-Key": f"key-of-{org}"}
        answer = requests.get(f"{sandbox}/v3/videos/{video}", headers=headers, timeout=60).json()
        return video, words.get(answer["data"]["status"], answer["data"]["status"])

    with ThreadPoolExecutor(16) as pool:
        return dict(pool.map(ask, ids.items()))


def most_at_once(watch: Watch) -> int:
    """Looks with one key in the busiest second."""
    return max(
        busiest([at for at, key, _ in watch.looks if key == f"key-of-{org}"]) for org in ORGS
    )


def busiest(times: list[float]) -> int:
    times = sorted(times)
    most, first = 0, 0
    for last, at in enumerate(times):
        while times[first] <= at - 1:
            first += 1
        most = max(most, last - first + 1)
    return most


def shortest_gap(watch: Watch) -> float:
    """Seconds between two looks at one job."""
    by_job: dict[str, list[float]] = defaultdict(list)
    for at, _, target in sorted(watch.looks):
        by_job[urlsplit(target).path].append(at)
    gaps = [b - a for times in by_job.values() for a, b in pairwise(times)]
    return min(gaps, default=1.0)


def report(took: float, truth: dict[str, str], watch: Watch, relay: Relay, ear: Ear) -> str:
    posts = sum(len(told) for told in ear.told.values())
    return (
        f"\n{len(truth)} jobs ended in {took:.0f} s: {dict(Counter(truth.values()))}; "
        f"{len(watch.looks)} looks, at most {most_at_once(watch)} a second with one key, "
        f"shortest gap at one job {shortest_gap(watch):.2f} s; "
        f"events {dict(relay.fates)}; {len(ear.told)} jobs told of in {posts} posts\n"
    )
