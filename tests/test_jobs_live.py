"""Jobs at the running service: streams of events, waiting, and what happens when it stops."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.deployed import Deployed, deployed
from tests.live import ROOT
from tests.upstream import Received, Script, Upstream

pytestmark = pytest.mark.slow
VIDEO = bytes(range(256)) * 4096  # a MiB
PAGE = (ROOT / "docs" / "jobs.md").read_text()
BODY = {"video_inputs": [{"character": {"type": "avatar", "avatar_id": "a"},
                          "voice": {"type": "silence", "duration": 1}}]}  # fmt: skip


class Vendor:
    """Starts videos and says of each what it is told to say."""

    def __init__(self, upstream: Upstream) -> None:
        self.upstream = upstream
        self.words: dict[str, str] = {}
        upstream.plays(self.play)

    def play(self, seen: Received) -> Script:
        if seen.target.startswith("/files/"):
            return Script(body=VIDEO, headers={"Content-Type": "video/mp4"})
        if seen.method == "POST":
            return self.says({"video_id": uuid.uuid4().hex})
        video = seen.target.rpartition("=")[2]
        url = f"{self.upstream.url}/files/{video}.mp4"
        return self.says(
            {"id": video, "status": self.words.get(video, "waiting"), "video_url": url}
        )

    def says(self, data: Any) -> Script:
        return Script(body=json.dumps({"error": None, "data": data}).encode())


@pytest.fixture(scope="module")
def running(tmp_path_factory: Any, _vendor: Upstream) -> Iterator[Deployed]:
    vendors = {"HEYGEN_BASE_URL": _vendor.url, "HEYGEN_GENERATION": "legacy"}
    serving = {"MAX_IN_FLIGHT_ORG": "20", "JOB_FRESH_SECONDS": "0.01"}
    with deployed(tmp_path_factory.mktemp("jobs"), vendors, serving) as service:
        yield service


@pytest.fixture
def vendor(_vendor: Upstream) -> Vendor:
    _vendor.reset()
    return Vendor(_vendor)


class Work:
    """A video that was started, and its job."""

    def __init__(self, service: Deployed, vendor: Vendor) -> None:
        made = service.call("generate-video", {"body": BODY})
        assert made.status_code == 200, made.text
        self.vendor, self.service = vendor, service
        self.video = made.json()["data"]["video_id"]
        self.url = f"{service.service.url}/api/ai-proxy/orgs/acme/jobs/{made.headers['X-Job-Id']}/"
        assert f"<{self.url[len(service.service.url) :]}>" in made.headers["Link"]

    def get(self, path: str = "", **more: Any) -> requests.Response:
        more["headers"] = self.service.headers | more.get("headers", {})
        return requests.get(f"{self.url}{path}", timeout=70, **more)

    def goes(self, word: str) -> None:
        """The vendor says so from now on, and some caller's own poll sees it."""
        self.vendor.words[self.video] = word
        time.sleep(0.05)
        self.service.call("video-status", {"query": {"video_id": self.video}})
        time.sleep(0.05)
        self.service.call("video-status", {"query": {"video_id": self.video}})

    def until(self, status: str) -> Any:
        for _ in range(200):
            if (told := self.get().json()["data"])["status"] == status:
                return told
            time.sleep(0.05)
        raise AssertionError(told)


@pytest.fixture
def work(running: Deployed, vendor: Vendor) -> Work:
    return Work(running, vendor)


def events(answer: requests.Response) -> list[dict[str, str]]:
    """The stream's events, each with its fields, to its end."""
    found = []
    for block in answer.content.decode().split("\n\n"):
        lines = [
            line.partition(": ")[::2] for line in block.split("\n") if line[:1] not in ("", ":")
        ]
        found.append(dict(lines))
    return [event for event in found if "data" in event]


def test_stream_tells_of_every_change(work: Work) -> None:
    answers: list[Any] = []
    watching = threading.Thread(target=lambda: answers.append(work.get("events/")))
    watching.start()
    work.goes("processing")
    work.until("running")
    work.goes("completed")
    watching.join(30)
    [answer] = answers
    assert answer.headers["Content-Type"] == "text/event-stream"
    told = events(answer)
    assert [(event["id"], event["event"]) for event in told] == [
        ("1", "created"), ("2", "status"), ("3", "succeeded"),
    ]  # fmt: skip
    assert json.loads(told[2]["data"])["data"]["upstream_status"] == "completed"
    again = work.get("events/", headers={"Last-Event-ID": "2"})
    assert [event["event"] for event in events(again)] == ["succeeded"]
    assert work.get("events/", headers={"Last-Event-ID": "3"}).status_code == 204


def test_all_waiters_hear_of_the_end(work: Work) -> None:
    answers: list[Any] = []
    waiters = [
        threading.Thread(target=lambda: answers.append(work.get("?wait=60"))) for _ in range(12)
    ]
    started = time.monotonic()
    for waiter in waiters:
        waiter.start()
    time.sleep(0.5)
    work.goes("failed")
    for waiter in waiters:
        waiter.join(60)
    assert {answer.json()["data"]["status"] for answer in answers} == {"failed"}
    assert (len(answers), time.monotonic() - started < 40) == (12, True)


def test_watchers_that_leave_make_room(work: Work) -> None:
    watching = [work.get("events/", stream=True) for _ in range(20)]
    assert {answer.status_code for answer in watching} == {200}
    assert work.get("events/").status_code == 429
    assert work.get().status_code == 200  # who watches keeps nobody from calling
    assert work.service.call("video-status", {"query": {"video_id": "v"}}).status_code == 200
    for answer in watching:
        answer.raw._fp.fp.raw._sock.close()
        answer.close()
    for _ in range(100):
        again = work.get("events/", stream=True)
        again.close()
        if again.status_code == 200:
            return
        time.sleep(0.1)
    raise AssertionError("the places are still taken")


def test_result_comes_from_the_vendor(work: Work) -> None:
    assert work.get("media/").status_code == 409
    work.goes("completed")
    work.until("succeeded")
    assert work.get("media/").content == VIDEO
    head = requests.head(f"{work.url}media/", headers=work.service.headers, timeout=30)
    assert (head.status_code, head.headers["Content-Length"]) == (200, str(len(VIDEO)))
    made = requests.post(f"{work.url}links/", json={}, headers=work.service.headers, timeout=30)
    url = made.json()["data"]["url"]
    assert requests.get(url, timeout=30).content == VIDEO
    asked = requests.options(url, headers={"Origin": "https://x.example"}, timeout=30)
    assert (asked.status_code, asked.headers["Access-Control-Allow-Origin"]) == (204, "*")
    listed = requests.get(f"{work.url}../?limit=1", headers=work.service.headers, timeout=30)
    assert len(listed.json()["data"]) == 1


def test_shown_javascript_makes_a_link(work: Work, tmp_path: Path) -> None:
    [shown] = re.findall(r"^```js\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    script = tmp_path / "page.mjs"
    script.write_text(
        "const { ORG, API_KEY, JOB } = process.env;\n"
        + shown
        + "console.log(await finished(JOB));\n"
    )
    org, _, job = work.url.rstrip("/").partition("/jobs/")
    env = os.environ | {"ORG": org, "API_KEY": work.service.key, "JOB": job}
    page = subprocess.Popen(["node", script], env=env, stdout=subprocess.PIPE, text=True)
    work.goes("completed")
    url = page.communicate(timeout=60)[0].strip()
    assert requests.get(url, timeout=30).content == VIDEO


def test_stopping_service_waits_for_nobody(tmp_path: Path, vendor: Vendor) -> None:
    vendors = {"HEYGEN_BASE_URL": vendor.upstream.url, "HEYGEN_GENERATION": "legacy"}
    with deployed(tmp_path, vendors, {"DRAIN_SECONDS": "0.5"}) as service:
        work = Work(service, vendor)
        answers: dict[str, Any] = {}

        def ask(path: str) -> None:
            answers[path] = work.get(path)

        asking = [threading.Thread(target=ask, args=(path,)) for path in ("events/", "?wait=60")]
        for thread in asking:
            thread.start()
        time.sleep(1)
        started = time.monotonic()
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(30) == 0
        took = time.monotonic() - started
        for thread in asking:
            thread.join(30)
    assert took < 20
    assert [event["event"] for event in events(answers["events/"])] == [
        "created"
    ]  # whole, and over
    assert answers["?wait=60"].json()["data"]["status"] == "pending"
