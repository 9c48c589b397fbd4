"""Uploads at the running service: jobs and their events, memory, callers and workers that go."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.deployed import Deployed, deployed
from tests.following import Stored, working
from tests.upstream import Received, Script, Upstream

pytestmark = pytest.mark.slow
MIB = 1024 * 1024
LARGE = 33 * MIB
STEPS = ["/v3/assets/direct-uploads", "/bucket/a1", "/v3/assets/a1/complete"]


class Vendor:
    """Takes uploads in three steps; `delay` is how long the second one is in answering."""

    def __init__(self, upstream: Upstream) -> None:
        self.upstream = upstream
        self.delay = 0.0
        upstream.plays(self.play)

    def play(self, seen: Received) -> Script:
        if seen.target.startswith("/bucket/"):
            return Script(body=b"", delay=self.delay)
        told = {"asset_id": "a1", "url": "https://files.example.com/a1", "status": "completed"}
        if seen.target == STEPS[0]:
            told |= {"upload_url": f"{self.upstream.url}/bucket/a1", "upload_headers": {}}  # type: ignore[dict-item]
        return Script(body=json.dumps({"data": told}).encode())

    @property
    def targets(self) -> list[str]:
        return [seen.target for seen in self.upstream.requests]


@pytest.fixture
def vendor(_vendor: Upstream) -> Iterator[Vendor]:
    _vendor.reset()
    yield Vendor(_vendor)
    _vendor.reset()


@pytest.fixture(scope="module")
def service(tmp_path_factory: Any, _vendor: Upstream) -> Iterator[Deployed]:
    vendors = {"HEYGEN_BASE_URL": _vendor.url, "HEYGEN_GENERATION": "v3"}
    with deployed(tmp_path_factory.mktemp("uploads"), vendors) as running:
        yield running


class Zeros:
    """So many bytes that are never all in memory here."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __len__(self) -> int:
        return self.size

    def read(self, size: int = -1) -> bytes:
        taken = min(self.size, MIB if size < 0 else size)
        self.size -= taken
        return bytes(taken)


def place(service: Deployed) -> str:
    return f"{service.service.url}/api/ai-proxy/orgs/acme/services/heygen/assets/"


def upload(service: Deployed, size: int, **headers: str) -> requests.Response:
    given = service.headers | {"Content-Type": "video/mp4"} | headers
    return requests.post(place(service), data=Zeros(size), headers=given, timeout=120)  # type: ignore[arg-type]


def job_of(service: Deployed, response: requests.Response, path: str = "", **more: Any) -> Any:
    assert response.status_code == 202, response.text
    url = f"{service.service.url}{response.json()['data']['job']['links']['self']}{path}"
    return requests.get(url, headers=service.headers, timeout=120, **more)


def test_large_one_is_answered_with_its_job(service: Deployed, vendor: Vendor) -> None:
    vendor.delay = 2.5
    response = upload(service, LARGE)
    assert response.headers["Link"].endswith('rel="monitor"')
    assert response.headers["X-Job-Id"] == response.json()["data"]["job"]["id"]
    events = job_of(service, response, "events/").text
    kinds = [line[7:] for line in events.splitlines() if line.startswith("event: ")]
    assert kinds[0] == "created"
    assert kinds[-1] == "succeeded"
    assert "progress" in kinds or "status" in kinds
    told = job_of(service, response).json()["data"]
    assert (told["kind"], told["progress"], told["result"]["asset_id"]) == ("upload", 100, "a1")
    assert vendor.targets == STEPS


def test_small_one_can_be_a_job(service: Deployed, vendor: Vendor) -> None:
    response = upload(service, 10, Prefer="respond-async")
    told = job_of(service, response, "?wait=30").json()["data"]
    assert (told["status"], told["action"]) == ("succeeded", "v3-upload-asset")
    again = upload(service, 10, Prefer="respond-async", **{"Idempotency-Key": "one"})
    same = upload(service, 10, Prefer="respond-async", **{"Idempotency-Key": "one"})
    assert again.headers["X-Job-Id"] == same.headers["X-Job-Id"]
    assert same.headers["Idempotent-Replayed"] == "true"


def test_stopped_one_ends(service: Deployed, vendor: Vendor) -> None:
    vendor.delay = 20
    response = upload(service, LARGE)
    url = f"{service.service.url}{response.json()['data']['job']['links']['self']}"
    _until(lambda: STEPS[1] in vendor.targets)
    assert requests.delete(url, headers=service.headers, timeout=30).status_code == 200
    _until(lambda: not _spooled(service))
    assert STEPS[1] in vendor.targets
    assert STEPS[2] not in vendor.targets


def test_memory_is_bounded(service: Deployed, vendor: Vendor) -> None:
    upload(service, MIB, Prefer="wait=60")
    before = service.forget_peak()
    response = upload(service, 100 * MIB, Prefer="wait=120")
    assert response.status_code == 200, response.text
    assert len(vendor.upstream.requests[-2].body) == 100 * MIB
    assert service.peak() - before < 40 * MIB
    _until(lambda: not _spooled(service))


def test_caller_that_breaks_off_leaves_nothing(service: Deployed, vendor: Vendor) -> None:
    head = "\r\n".join(
        [
            "POST /api/ai-proxy/orgs/acme/services/heygen/assets/ HTTP/1.1",
            "Host: 127.0.0.1",
            f"Authorization: {service.headers['Authorization']}",
            "Content-Type: video/mp4",
            f"Content-Length: {5 * MIB}",
            "\r\n",
        ]
    )
    with service.connect(head.encode() + bytes(3 * MIB)):
        _until(lambda: bool(_spooled(service)))
    _until(lambda: not _spooled(service))
    assert vendor.targets == []


def _spooled(service: Deployed) -> list[str]:
    """The files that the worker has on the disk by no name: Linux shows them by a number."""
    return [name for name in service.descriptors() if re.search(r"/#\d+ \(deleted\)$", name)]


def _until(true: Any, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_killed_worker_ends_it_as_failed(service: Deployed, vendor: Vendor, tmp_path: Path) -> None:
    vendor.delay = 60
    response = upload(service, LARGE)
    job = response.headers["X-Job-Id"]
    _until(lambda: STEPS[1] in vendor.targets)
    os.kill(service.worker, signal.SIGKILL)
    stored = Stored(service.service.env["DATABASE_URL"])
    name = (
        job if service.service.env["DATABASE_URL"].startswith("postgres") else job.replace("-", "")
    )
    stored.ask(f"UPDATE jobs_job SET lease_until = '2020-01-01 00:00:00' WHERE id = '{name}'")  # noqa: S608
    with working(service.service, tmp_path / "log"):
        stored.until(f"SELECT status FROM jobs_job WHERE id = '{name}'", "failed")  # noqa: S608
    _until(lambda: _up(service))
    assert job_of(service, response).json()["data"]["error"]["code"] == "upload_lost"


def _up(service: Deployed) -> bool:
    try:
        return requests.get(f"{service.service.url}/health/ready", timeout=5).status_code == 200
    except requests.ConnectionError:
        return False
