"""A random history of paid calls under kills and cuts, and what must be true of it afterwards.

Callers post, repeat, post the same side by side, change bodies and ask for strangers' videos,
while workers are killed, connections to the database are cut and the vendor fails. The vendor is
the sandbox, which keeps a ledger of its own: there the truth is read.
"""

from __future__ import annotations

import json
import logging
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import requests

from benchmarks import usage
from services.recording.keys import digest
from tests.live import ROOT, Service, free_port, running

logger = logging.getLogger(__name__)
AVATAR, VOICE = "Abigail_expressive_2024112501", "f38a635bee7a4d1f9b0a654a31d050d2"
PLATFORM, OWN = "history-platform-key", "history-own-key"
WAIT = 2  # seconds that callers give the service, so that what died is free soon after
LEASE = WAIT + 5.5
START = 240  # seconds until the service must be there
ACTIONS = {"v3-create-video": True, "generate-video": False}  # whether the vendor honours keys
POINTS = ("reserved", "sent", "asked", "answered")
SETTLED = (200, 400, 402, 404, 422)
ALLOWED = frozenset((*SETTLED, 409, 429, 502, 503, 504))
FAULTS: list[dict[str, Any]] = [
    {"drop": True, "after": True},
    {"drop": True, "after": False},
    {"status": 500, "after": True},
    {"status": 500, "after": False},
    {"status": 503, "after": False},
    {"status": 429, "after": False},
    {"delay": 4.0, "after": True},
]
ORGS = {"shared-a": PLATFORM, "shared-b": PLATFORM, "own": OWN}
SETUP = """
import json
from credentials import vault
from credentials.issue import issue
from credentials.models import ServicePolicy
from tests.factories import make_org
from tests.history import ORGS, OWN, PLATFORM
vault.store(org=None, service="heygen", secret=PLATFORM)
keys = {}
for slug, secret in ORGS.items():
    org = make_org(slug)
    keys[slug] = issue(org)[1]
    if secret == OWN:
        vault.store(org=org, service="heygen", secret=secret)
    else:
        ServicePolicy.objects.create(
            org=org, service="heygen", allow_platform_key=True, default_source="platform")
print(json.dumps(keys))
"""
DUMP = """
from jobs import attempts
while found := attempts.claim(1000):
    for one in found:
        attempts.settle(one)
import json
from credentials.models import Org
from jobs.models import Attempt, Job, Owned
fields = ("org_id", "action", "key", "state", "sends", "status", "request_id", "fault")
print(json.dumps({
    "orgs": {org.slug: str(org.id) for org in Org.objects.all()},
    "attempts": [[str(v) if v is not None else None for v in row]
                 for row in Attempt.objects.values_list(*fields)],
    "owned": {thing: str(org) for thing, org in Owned.objects.values_list("resource", "org_id")},
    "jobs": {job: str(org) for job, org in Job.objects.values_list("upstream_id", "org_id")},
}))
"""


@dataclass(frozen=True)
class Post:
    """One paid call as its caller means it; `name` is its key, or its request's id without one."""

    org: str
    action: str
    name: str
    variant: int = 0
    keyed: bool = True

    @property
    def title(self) -> str:
        return f"{self.org}|{self.action}|{self.name}|{self.variant}"

    @property
    def identity(self) -> tuple[str, str, str]:
        return self.org, self.action, self.name

    @property
    def body(self) -> dict[str, Any]:
        if self.action == "v3-create-video":
            fixed = {"type": "avatar", "avatar_id": AVATAR, "voice_id": VOICE}
            return {**fixed, "script": "Hello.", "title": self.title}
        character = {"type": "avatar", "avatar_id": AVATAR, "avatar_style": "normal"}
        voice = {"type": "text", "input_text": "Hello.", "voice_id": VOICE}
        scenes = [{"character": character, "voice": voice}]
        return {"video_inputs": scenes, "title": self.title}


@dataclass(frozen=True)
class Heard:
    """What a caller was told."""

    post: Post
    status: int  # 0: nothing, the connection broke
    content: bytes
    replayed: bool
    pending: bool
    code: str = ""

    @property
    def made(self) -> str:
        return str(json.loads(self.content)["data"]["video_id"])


@dataclass
class History:
    """What happened, for the check."""

    seed: int
    heard: list[Heard] = field(default_factory=list)
    strangers: list[int] = field(default_factory=list)  # statuses of reads of others' videos
    kills: int = 0
    cuts: int = 0
    faults: int = 0
    points: Counter[str] = field(default_factory=Counter)  # where workers died in a call
    restarts: int = 0  # of the whole service, after its last worker died


@contextmanager
def group(command: list[str], env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process with its children, ended together afterwards."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=env, start_new_session=True, stdout=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        for number, seconds in ((signal.SIGINT, 15), (signal.SIGKILL, 15)):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with suppress(subprocess.TimeoutExpired):
                process.wait(seconds)


class Stage:
    """The sandbox, the service and its callers."""

    def __init__(self, folder: Path, url: str, *, workers: int, probability: float) -> None:
        self.deadly, self.workers, self.probability = folder / "deadly", workers, probability
        self.sandbox_port = free_port()
        self.sandbox = f"http://127.0.0.1:{self.sandbox_port}"
        self.database = url
        vendors = {"HEYGEN_BASE_URL": self.sandbox, "HEYGEN_UPLOAD_BASE_URL": self.sandbox}
        self.service = Service(url, **vendors, HEYGEN_GENERATION="legacy")
        self.keys: dict[str, str] = {}
        self.process: Any = None
        self.starts = 0

    @contextmanager
    def set(self) -> Iterator[None]:
        """The sandbox runs and the orgs are there."""
        command = [sys.executable, "-m", "sandbox", "--port", str(self.sandbox_port)]
        command += ["--key", PLATFORM, "--key", OWN, "--latency", "0.02"]
        with running(command, self.sandbox_port):
            self.control("config", {"credits": 10**9, "render_seconds": 0.5})
            self.service.manage("migrate")
            self.keys = json.loads(self.service.manage("shell", "-c", SETUP).splitlines()[-1])
            yield

    @contextmanager
    def serving(self) -> Iterator[None]:
        """The service runs, and is started again when it gives up."""
        path = str(ROOT / "tests" / "killing")
        deadly = {"KILL_PLAN": str(self.deadly), "PYTHONPATH": path}
        env = self.service.env | deadly | {"WORKERS": str(self.workers)}
        command = [sys.executable, "manage.py", "serve"]
        over = threading.Event()

        def keep() -> None:
            while not over.is_set():
                with group(command, env) as self.process:
                    while self.process.poll() is None and not over.wait(0.1):
                        pass
                self.starts += 1

        keeper = threading.Thread(target=keep)
        keeper.start()
        try:
            self.await_service()
            yield
        finally:
            over.set()
            keeper.join(60)

    def await_service(self) -> None:
        """Until somebody answers; a busy machine takes its time."""
        until = time.monotonic() + START
        while time.monotonic() < until:
            with suppress(requests.RequestException):
                if requests.get(f"{self.service.url}/health/live", timeout=5).status_code == 200:
                    return
            time.sleep(0.2)
        raise AssertionError(f"no service after {START} s")

    def points(self) -> list[str]:
        """Where in a call workers died, each time."""
        log = Path(f"{self.deadly}.log")
        return log.read_text().split() if log.exists() else []

    def control(self, path: str, body: Any = None) -> Any:
        method = requests.get if body is None else requests.post
        options = {} if body is None else {"json": body}
        return method(f"{self.sandbox}/_sandbox/{path}", timeout=60, **options).json()

    def post(self, post: Post, session: requests.Session, **more: str) -> Heard:
        headers = {
            "Authorization": f"Api-Key {self.keys[post.org]}",
            "Prefer": f"wait={WAIT}",
            **({"Idempotency-Key": post.name} if post.keyed else {"X-Request-Id": post.name}),
            **more,
        }
        url = f"{self.service.url}/api/ai-proxy/orgs/{post.org}/services/heygen/{post.action}/"
        try:
            got = session.post(url, json={"body": post.body}, headers=headers, timeout=30)
        except (requests.ConnectionError, requests.Timeout):
            return Heard(post, 0, b"", replayed=False, pending=False)
        told = got.headers
        code = got.json().get("code", "") if got.status_code >= 400 else ""
        return Heard(
            post,
            got.status_code,
            got.content,
            replayed="Idempotent-Replayed" in told,
            pending="X-Recorded" in told,
            code=code,
        )

    def look(self, org: str, video: str, session: requests.Session) -> int:
        url = f"{self.service.url}/api/ai-proxy/orgs/{org}/services/heygen/v3-get-video/"
        headers = {"Authorization": f"Api-Key {self.keys[org]}"}
        with suppress(requests.ConnectionError, requests.Timeout):
            params = {"path_params": {"video_id": video}}
            return session.post(url, json=params, headers=headers, timeout=30).status_code
        return 0


class Trouble(threading.Thread):
    """Kills workers, cuts the database and breaks the vendor, until it is stopped."""

    def __init__(self, stage: Stage, history: History, pause: float) -> None:
        super().__init__(daemon=True)
        self.stage, self.history, self.pause = stage, history, pause
        self.random = random.Random(history.seed + 1)
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(self.pause * self.random.uniform(0.5, 1.5)):
            with suppress(Exception):
                self.random.choice((self.kill, self.cut, self.spoil, self.spoil))()

    def kill(self) -> None:
        parent = self.stage.process.pid
        pids = [pid for pid in usage.tree(parent) if pid != parent]
        if len(pids) > 1:  # with none left that has served, the service would give up
            os.kill(self.random.choice(pids), signal.SIGKILL)
            self.history.kills += 1

    def cut(self) -> None:
        if not self.stage.database.startswith("postgres"):
            return
        with psycopg.connect(self.stage.database, autocommit=True) as own:
            own.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        self.history.cuts += 1

    def spoil(self) -> None:
        match = self.random.choice(("POST /v3/videos", "POST /v2/video/generate"))
        self.stage.control("faults", [{"match": match, "times": 1, **self.random.choice(FAULTS)}])
        self.history.faults += 1


class Play:
    """Draws operations and carries them out, many at a time."""

    def __init__(self, stage: Stage, history: History, operations: int) -> None:
        self.stage, self.history, self.left = stage, history, operations
        self.random = random.Random(history.seed)
        self.lock = threading.Lock()
        self.posts: list[Post] = []
        self.number = 0

    def run(self, callers: int) -> None:
        with ThreadPoolExecutor(callers * 4) as pool:
            for done in [pool.submit(self.caller) for _ in range(callers)]:
                done.result()

    def caller(self) -> None:
        with requests.Session() as session:
            while (drawn := self.draw()) is not None:
                drawn(session)

    def draw(self) -> Callable[[requests.Session], None] | None:
        with self.lock:
            if self.left <= 0:
                return None
            kind = self.random.choices(
                ("new", "again", "together", "changed", "unkeyed", "stranger"),
                (40, 25, 8, 8, 9, 10),
            )[0]
            if not self.posts:
                kind = "new"
            before, self.left = self.left, self.left - (3 if kind == "together" else 1)
            if before // 1000 > self.left // 1000:
                logger.warning("%d operations are left", self.left)
            return getattr(self, f"_{kind}")()  # type: ignore[no-any-return]

    def fresh(self, *, keyed: bool = True) -> Post:
        self.number += 1
        org, action = self.random.choice(list(ORGS)), self.random.choice(list(ACTIONS))
        # Orgs use the same keys, so that one must not meet another's.
        name = f"order-{self.number // 3}" if keyed else f"unkeyed-{self.number}"
        post = Post(org, action, name, keyed=keyed)
        self.posts.append(post)
        return post

    def known(self) -> Post:
        """One of the last, mostly: its fate may not be sealed yet."""
        posts = self.posts[-30:] if self.random.random() < 0.7 else self.posts
        keyed = [post for post in posts if post.keyed] or [self.fresh()]
        return self.random.choice(keyed)

    def _new(self) -> Callable[[requests.Session], None]:
        post = self.fresh()
        return lambda session: self.say(post, session)

    def _again(self) -> Callable[[requests.Session], None]:
        post = self.known()
        return lambda session: self.say(post, session)

    def _unkeyed(self) -> Callable[[requests.Session], None]:
        post = self.fresh(keyed=False)
        return lambda session: self.say(post, session)

    def _changed(self) -> Callable[[requests.Session], None]:
        post = self.known()
        changed = Post(post.org, post.action, post.name, variant=1)
        return lambda session: self.say(changed, session)

    def _together(self) -> Callable[[requests.Session], None]:
        post = self.fresh()

        def all_at_once(_: requests.Session) -> None:
            gate = threading.Barrier(3)

            def one() -> None:
                with requests.Session() as session:
                    gate.wait()
                    self.say(post, session)

            threads = [threading.Thread(target=one) for _ in range(3)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        return all_at_once

    def _stranger(self) -> Callable[[requests.Session], None]:
        made = [heard for heard in self.history.heard[-200:] if heard.status == 200]
        if not made:
            return self._new()
        heard = self.random.choice(made)
        others = [org for org in ORGS if org != heard.post.org]
        org = self.random.choice(others)

        def ask(session: requests.Session) -> None:
            self.history.strangers.append(self.stage.look(org, heard.made, session))

        return ask

    def say(self, post: Post, session: requests.Session) -> None:
        heard = self.stage.post(post, session)
        self.history.heard.append(heard)
        if heard.status == 0:
            self.stage.await_service()  # the worker is gone; the next one comes


def settle(stage: Stage, history: History, play: Play, callers: int) -> None:
    """Ask once more for every key, in quiet, until each one's fate is known."""
    unique = list(dict.fromkeys(post for post in play.posts if post.keyed))

    def ask(post: Post) -> None:
        with requests.Session() as session:
            for _ in range(40):
                heard = stage.post(post, session)
                history.heard.append(heard)
                if heard.status in SETTLED or heard.code == "outcome_unknown":
                    return
                time.sleep(0.5)
            raise AssertionError(f"no end of {post}: {heard}")

    with ThreadPoolExecutor(callers) as pool:
        list(pool.map(ask, unique))


def played(stage: Stage, operations: int, seed: int, *, callers: int, pause: float) -> History:
    """A history of so many operations; trouble comes about every `pause` seconds."""
    history = History(seed)
    play = Play(stage, history, operations)
    with stage.serving():
        stage.deadly.write_text(",".join(f"{point}={stage.probability}" for point in POINTS))
        trouble = Trouble(stage, history, pause)
        trouble.start()
        try:
            play.run(callers)
        finally:
            stage.deadly.unlink()
            trouble.over.set()
            trouble.join(10)
        stage.control("faults", [])
        time.sleep(LEASE)
        settle(stage, history, play, callers)
    history.restarts = stage.starts - 1
    history.points.update(stage.points())
    return history


@dataclass
class Truth:
    """What the vendor and the ledger say."""

    charges: list[dict[str, Any]]
    titles: dict[str, str]
    rows: dict[str, Any]


def truth(stage: Stage) -> Truth:
    charges = stage.control("state")["ledger"]
    names = {account["name"]: account for account in stage.control("state")["accounts"]}
    assert names

    def title(entry: dict[str, Any]) -> tuple[str, str]:
        for secret in (PLATFORM, OWN):
            url = f"{stage.sandbox}/v3/videos/{entry['id']}"
            got = requests.get(url, headers={"X-Api-Key": secret}, timeout=60)
            if got.status_code == 200:
                return entry["id"], got.json()["data"]["title"] + "|" + secret
        raise AssertionError(entry)

    with ThreadPoolExecutor(4) as pool:
        titles = dict(pool.map(title, charges))
    said = stage.service.manage("shell", "-c", DUMP).splitlines()[-1]
    return Truth(charges, titles, json.loads(said))


def check(history: History, found: Truth) -> Counter[str]:
    """Assert all that must be true; counts for a report."""
    orgs, rows = found.rows["orgs"], found.rows["attempts"]
    by_key = {row[2]: row for row in rows if row[2]}
    by_request = {row[6]: row for row in rows}
    report: Counter[str] = Counter(f"status {heard.status}" for heard in history.heard)
    charged: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for video, text in found.titles.items():
        org, action, name, _, secret = text.split("|")
        assert secret == ORGS[org], f"{video} was charged to another account"
        charged[(org, action, name)].append(video)
        key = digest(orgs[org], "heygen", action, name)
        row = by_request.get(name) if name.startswith("unkeyed-") else by_key.get(key)
        assert row is not None, f"{text} was charged, and has no attempt"
        assert row[0] == orgs[org]
        assert row[3] in ("done", "unknown"), row
        assert int(row[4]) >= 1, row
        if row[3] == "done":
            assert found.rows["owned"].get(video) == orgs[org], f"{video} has no owner"
            assert found.rows["jobs"].get(video) == orgs[org], f"{video} has no job"
        report[f"charge {row[3]}"] += 1
    for identity, videos in charged.items():
        assert len(videos) == 1, f"{identity} was charged {len(videos)} times"
    told: dict[tuple[str, str, str], set[bytes]] = defaultdict(set)
    for heard in history.heard:
        assert heard.status in ALLOWED or heard.status == 0, heard
        if heard.status != 200:
            continue
        told[heard.post.identity].add(heard.content)
        assert heard.made in found.titles, f"{heard} names what nobody made"
        assert found.titles[heard.made].startswith(f"{heard.post.org}|"), f"{heard}: a stranger's"
        report["replayed"] += heard.replayed
        report["pending"] += heard.pending
    for identity, contents in told.items():
        assert len(contents) == 1, f"{identity} was answered in {len(contents)} ways"
    assert 200 not in history.strangers
    assert not [row for row in rows if row[3] in ("reserved", "sent")]
    report |= Counter(
        keys=len({h.post.identity for h in history.heard if h.post.keyed}),
        charges=len(found.charges),
        attempts=len(rows),
        unknown=sum(row[3] == "unknown" for row in rows),
        strangers=len(history.strangers),
        kills=history.kills,
        cuts=history.cuts,
        faults=history.faults,
        restarts=history.restarts,
        **{f"died {point}": count for point, count in history.points.items()},
    )
    return report
