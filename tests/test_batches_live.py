"""Batches and budgets on real processes: whoever dies, and however many come at once."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.config import DEFAULT_KEY
from tests.conftest import Sandbox
from tests.deployed import Deployed, deployed
from tests.following import Stored, working

LEASES_END = (
    "UPDATE jobs_attempt SET lease_until = '2001-01-01 00:00:00+00:00'"
    " WHERE state IN ('reserved', 'sent')",
    "UPDATE jobs_batchitem SET due_at = '2001-01-01 00:00:00+00:00',"
    " lease_until = '2001-01-01 00:00:00+00:00' WHERE state = 'waiting'",
)
ITEMS = 12
BUDGET, CALLS = 10, 50
ORG_BUDGET = f"""
from credentials.models import Org, ServicePolicy
org = Org.objects.get(slug="acme")
ServicePolicy.objects.create(org=org, service="heygen", paid_per_day={BUDGET})
"""


def created(title: str) -> dict[str, Any]:
    body = {
        "type": "avatar",
        "avatar_id": "Abigail_expressive_2024112501",
        "script": "Hi.",
        "voice_id": "f38a635bee7a4d1f9b0a654a31d050d2",
    }
    return {"body": {**body, "title": title}}


def ask(live: Deployed, items: list[Any]) -> str:
    url = f"{live.service.url}{live.path('v3-create-video')}batch/"
    answer = requests.post(
        url, json={"items": items, "concurrency": 4}, headers=live.headers, timeout=30
    )
    assert answer.status_code == 202, answer.text
    job: str = answer.json()["data"]["job"]["id"]
    return job


def read(live: Deployed, path: str) -> Any:
    url = f"{live.service.url}/api/ai-proxy/orgs/acme/jobs/{path}"
    return requests.get(url, headers=live.headers, timeout=30).json()["data"]


def until(condition: Any, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)


@pytest.mark.slow
def test_killed_worker_charges_nothing_twice(tmp_path: Path, sandbox: Sandbox) -> None:
    vendors = {"HEYGEN_BASE_URL": sandbox.url, "HEYGEN_UPLOAD_BASE_URL": sandbox.url}
    with deployed(tmp_path, vendors) as live:
        live.service.manage("set_credential", "acme", "heygen", stdin=DEFAULT_KEY)
        sandbox.control("config", {"latency": 0.3})
        stored = Stored(live.service.env["DATABASE_URL"])
        job = ask(live, [created(f"t{number}") for number in range(ITEMS)])
        with working(live.service, tmp_path / "first.log") as worker:
            until(lambda: len(sandbox.charges) >= 3)
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        assert len(sandbox.charges) < ITEMS
        # As if the time had passed that the dead one had taken for what it had in hand.
        for change in LEASES_END:
            stored.ask(change)
        with working(live.service, tmp_path / "second.log"):
            until(lambda: read(live, f"{job}/")["status"] == "succeeded")
        items = read(live, f"{job}/items/?limit=100")
        made = [item["answer"]["data"]["video_id"] for item in items]
        assert [item["status"] for item in items] == [200] * ITEMS
        assert len(set(made)) == len(sandbox.charges) == ITEMS


@pytest.mark.slow
def test_calls_at_once_keep_to_the_budget(tmp_path: Path, sandbox: Sandbox) -> None:
    vendors = {"HEYGEN_BASE_URL": sandbox.url, "HEYGEN_UPLOAD_BASE_URL": sandbox.url}
    with deployed(tmp_path, vendors, {"MAX_IN_FLIGHT_ORG": "100"}) as live:
        live.service.manage("set_credential", "acme", "heygen", stdin=DEFAULT_KEY)
        live.service.manage("shell", "-c", ORG_BUDGET)
        with ThreadPoolExecutor(CALLS) as pool:
            work = [
                pool.submit(live.call, "v3-create-video", created(f"t{n}")) for n in range(CALLS)
            ]
            answers = [one.result() for one in work]
        assert Counter(answer.status_code for answer in answers) == {
            200: BUDGET,
            402: CALLS - BUDGET,
        }
        assert len(sandbox.charges) == BUDGET
        refused = next(answer for answer in answers if answer.status_code == 402)
        assert (refused.json()["code"], refused.json()["detail"]) == (
            "budget_exceeded",
            f"The org's budget of {BUDGET} paid calls a day for heygen is used up.",
        )
        assert 0 < int(refused.headers["Retry-After"]) <= 86400
