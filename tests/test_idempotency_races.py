"""The service as it runs: one key many times at once, workers killed, the database cut."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.live import ROOT, Service, database
from tests.upstream import Received, Script, Upstream

VIDEO = {"type": "avatar", "avatar_id": "a", "script": "Hi", "voice_id": "v"}
V3 = ("v3-create-video", VIDEO)
LEGACY = ("create-webm-video", {"avatar_pose_id": "a", "avatar_style": "normal"})
SETUP = """
from credentials import vault
from credentials.issue import issue
from tests.factories import HEYGEN_SECRET, make_org
org = make_org("acme")
vault.store(org=org, service="heygen", secret=HEYGEN_SECRET)
print(issue(org)[1])
"""
EXPIRE = """
from django.utils import timezone
from jobs.models import Attempt
print(dict(Attempt.objects.exclude(state="done").values_list("request_id", "state")))
Attempt.objects.exclude(state="done").update(lease_until=timezone.now())
"""
pytestmark = pytest.mark.slow
postgres = pytest.mark.skipif(
    not os.environ.get("DATABASE_URL", "").startswith("postgres"), reason="a database server"
)


@dataclass
class App:
    """A served deployment; `plan` is the file that says where its workers die."""

    service: Service
    vendor: Upstream
    key: str
    plan: Path
    database: str

    def post(self, what: tuple[str, Any], key: str, **more: str) -> requests.Response:
        headers = {"Authorization": f"Api-Key {self.key}", "Idempotency-Key": key, **more}
        url = f"{self.service.url}/api/ai-proxy/orgs/acme/services/heygen/{what[0]}/"
        return requests.post(url, json={"body": what[1]}, headers=headers, timeout=30)

    def answered(self, what: tuple[str, Any], key: str) -> requests.Response:
        """The answer, once a worker is there to give it."""
        until = time.monotonic() + 60
        while True:
            try:
                return self.post(what, key)
            except requests.ConnectionError:
                assert time.monotonic() < until
                time.sleep(0.1)

    def shell(self, script: str) -> str:
        return self.service.manage("shell", "-c", script).splitlines()[-1]

    def sent(self, key: str) -> int:
        """How often the vendor was asked for what `key` stands for: its title says it."""
        return sum(json.loads(seen.body).get("title") == key for seen in self.vendor.requests)


def titled(what: tuple[str, Any], key: str) -> tuple[str, Any]:
    return what[0], {**what[1], "title": key}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    folder, vendor = tmp_path_factory.mktemp("races"), Upstream()
    plan = folder / "plan"
    with database(folder) as url:
        service = Service(url, HEYGEN_BASE_URL=vendor.url, HEYGEN_GENERATION="legacy")
        service.manage("migrate")
        key = service.manage("shell", "-c", SETUP).splitlines()[-1]
        plain = service.env
        path = str(ROOT / "tests" / "killing")
        service.env = plain | {"KILL_PLAN": str(plan), "PYTHONPATH": path}
        with service.serving(workers=2):
            service.env = plain
            yield App(service, vendor, key, plan, url)
    vendor.close()


@pytest.fixture(autouse=True)
def _numbered(app: App) -> None:
    """Every request makes another video, unless the vendor has seen its key."""
    app.vendor.reset()
    made: dict[str, str] = {}

    def play(seen: Received) -> Script:
        name = (seen.header("idempotency-key") or [f"request {len(app.vendor.requests)}"])[0]
        video = made.setdefault(name, f"v{len(made) + 1}")
        return Script(body=json.dumps({"data": {"video_id": video}}).encode(), delay=0.3)

    app.vendor.plays(play)


def test_fifty_at_once_are_sent_once(app: App) -> None:
    what = titled(LEGACY, "fifty")
    with ThreadPoolExecutor(50) as pool:
        replies = list(pool.map(lambda _: app.post(what, "fifty"), range(50)))
    said = Counter(reply.status_code for reply in replies)
    assert app.sent("fifty") == 1
    assert set(said) <= {200, 409}, said
    assert {reply.json()["code"] for reply in replies if reply.status_code == 409} <= {
        "request_in_progress"
    }
    assert len({reply.content for reply in replies if reply.status_code == 200}) == 1
    replayed = [reply for reply in replies if "Idempotent-Replayed" in reply.headers]
    assert len(replayed) == said[200] - 1


# Where the worker dies, what the attempt is then, and what a later call with the key gets.
DEATHS = [
    ("reserved", V3, "reserved", 200, 1),
    ("reserved", LEGACY, "reserved", 200, 1),
    ("sent", LEGACY, "sent", 409, 0),
    ("asked", V3, "sent", 200, 2),
    ("asked", LEGACY, "sent", 409, 1),
    ("answered", V3, "sent", 200, 2),
    ("answered", LEGACY, "sent", 409, 1),
]


def test_killed_worker_costs_nothing_twice(app: App) -> None:
    names = [f"{point}-{what[0]}" for point, what, *_ in DEATHS]
    for name, (point, what, *_) in zip(names, DEATHS, strict=True):
        app.answered(LEGACY, "alive")  # somebody serves
        app.plan.write_text(f"{point}=1,once")
        with pytest.raises(requests.ConnectionError):
            app.post(titled(what, name), name, **{"X-Request-Id": name})
        again = app.answered(titled(what, name), name)
        assert (again.status_code, again.json()["code"]) == (409, "request_in_progress")
    left = app.shell(EXPIRE)
    for name, (_, what, state, status, sends) in zip(names, DEATHS, strict=True):
        assert f"'{name}': '{state}'" in left
        later = app.answered(titled(what, name), name)
        assert later.status_code == status, (name, later.content)
        if status == 409:
            assert later.json()["code"] == "outcome_unknown"
        assert app.sent(name) == sends, name
        keys = {
            tuple(seen.header("idempotency-key"))
            for seen in app.vendor.requests
            if json.loads(seen.body).get("title") == name
        }
        assert len(keys) <= 1  # a vendor that knows keys did it once


def own(app: App) -> Any:
    import psycopg

    return psycopg.connect(app.database, autocommit=True)


def cut(app: App) -> None:
    with own(app) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@postgres
def test_cut_connections_are_made_anew(app: App) -> None:
    """No transaction is open while the vendor works, so that none is lost with them."""
    seen: list[Any] = []

    def play(_: Received) -> Script:
        with own(app) as connection:
            rows = connection.execute(
                "SELECT state FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            ).fetchall()
        seen.extend(state for (state,) in rows)
        cut(app)
        return Script(body=b'{"data": {"video_id": "c1"}}')

    app.vendor.plays(play)
    for turn in range(4):
        reply = app.post(titled(LEGACY, f"cut-{turn}"), f"cut-{turn}")
        assert (reply.status_code, "X-Recorded" in reply.headers) == (200, False)
    assert seen
    assert set(seen) == {"idle"}


@postgres
def test_answer_outlives_the_database(app: App) -> None:
    import psycopg

    name = app.database.rpartition("/")[2]

    def allow(*, yes: bool) -> None:
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {yes}")
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )

    def play(_: Received) -> Script:
        allow(yes=False)
        return Script(body=b'{"data": {"video_id": "away"}}')

    app.post(LEGACY, "warm")
    app.vendor.plays(play)
    app.vendor.requests.clear()
    try:
        reply = app.post(titled(LEGACY, "away"), "away")
    finally:
        allow(yes=True)
    assert (reply.status_code, reply.json()) == (200, {"data": {"video_id": "away"}})
    assert reply.headers["X-Recorded"] == "pending"
    until = time.monotonic() + 40
    again = app.post(titled(LEGACY, "away"), "away")
    while again.status_code != 200 and time.monotonic() < until:
        time.sleep(0.5)  # it is written as soon as the database is back
        again = app.post(titled(LEGACY, "away"), "away")
    assert (again.status_code, again.content) == (200, reply.content)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert app.sent("away") == 1
