"""Jobs for tests, as an org's calls would have left them; and a clock that can be turned."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.utils import timezone

from credentials.models import Credential
from jobs.models import Job
from tests.factories import Account
from tests.live import ROOT, Service


def make_job(account: Account, upstream_id: str = "", **fields: Any) -> Job:
    """A video under way, due now."""
    now = timezone.now()
    name = upstream_id or uuid.uuid4().hex
    credential = Credential.objects.filter(org=account.org, service="heygen").first()
    given: dict[str, Any] = {
        "org": account.org,
        "service": "heygen",
        "action": "generate-video",
        "status_action": "video-status",
        "upstream_id": name,
        "parameters": {"query": {"video_id": name}},
        "credential": credential.pk if credential else None,
        "source": "tenant",
        "due_at": now - timedelta(seconds=1),
        "expires_at": now + timedelta(hours=24),
    }
    return Job.objects.create(**given | fields)


class Clock:
    """Stands in for `django.utils.timezone`: its time passes when it is told to."""

    def __init__(self) -> None:
        self.time = timezone.now()

    def now(self) -> datetime:
        return self.time

    def pass_(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time of `jobs` and of the poller."""
    made = Clock()
    for name in ("jobs.polling", "jobs.tracking", "services.following.polling"):
        monkeypatch.setattr(f"{name}.timezone", made)
    return made


class Stored:
    """The database of running processes, asked past them."""

    def __init__(self, url: str) -> None:
        self._url = url

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a query, or none of a change that was made; SQL that both databases know."""
        if not self._url.startswith("postgres"):
            with closing(sqlite3.connect(self._url.removeprefix("sqlite:///"), 30)) as file, file:
                return file.execute(sql).fetchall()
        with psycopg.connect(self._url, autocommit=True) as connection:
            cursor = connection.execute(sql)  # type: ignore[arg-type]  # a test's own text
            return cursor.fetchall() if cursor.description else []

    def until(self, sql: str, wanted: Any, seconds: float = 60) -> None:
        """Wait until the query's one value is as wanted."""
        end = time.monotonic() + seconds
        while (found := self.ask(sql)[0][0]) != wanted:
            assert time.monotonic() < end, f"{sql}: {found}, not {wanted}"
            time.sleep(0.1)


@contextmanager
def working(service: Service, log: Path, **env: str) -> Iterator[subprocess.Popen[bytes]]:
    """`manage.py work` until the block ends; what it logs is appended to a file."""
    command = [sys.executable, "manage.py", "work"]
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=service.env | env, stderr=out, start_new_session=True
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        finally:
            process.kill()
            process.wait()


JOBS = """
from tests.following import make_job
from tests.factories import Account
from credentials.models import Org
account = Account(Org.objects.get(slug="acme"), None, "")
for n in range({count}): make_job(account)
"""


def start_jobs(service: Service, count: int) -> None:
    """So many videos of the org under way, due now."""
    service.manage("shell", "-c", JOBS.format(count=count))
