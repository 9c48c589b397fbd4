"""Guessing the console's passwords: locked out for a while, without locking the owner out."""

from __future__ import annotations

import io
import logging
import re
import sys
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from axes.models import AccessAttempt
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from console.security.lockout import SPRAY, turn
from credentials.models import AuditEvent
from proxy_project.logs import LineFormatter
from tests.live import Service, database
from tests.signin import LOGIN, PASSWORD, SUDO, browser, events, log_in, logged_in, person

TYPED = "hunter2-typed-by-mistake"


@pytest.fixture(autouse=True)
def _ada(db: None, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    person()


def fail(times: int, name: str = "ada", address: str = "192.0.2.7") -> list[int]:
    return [log_in(browser(address), name, TYPED).status_code for _ in range(times)]


def test_fifth_failure_locks_out() -> None:
    assert fail(5) == [200, 200, 200, 200, 429]
    page = log_in(browser())
    assert page.status_code == 429
    assert 0 < int(page.headers["Retry-After"]) <= 900
    assert "Try again in 15 minutes" in page.content.decode()


def test_owner_elsewhere_logs_in() -> None:
    fail(6)
    assert log_in(browser("198.51.100.9")).status_code == 302
    assert log_in(browser(), "grace").status_code == 200, "another name is not locked"


def test_lock_ends_after_cool_off() -> None:
    fail(7)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14, seconds=30))
    assert log_in(browser()).headers["Retry-After"] in [str(n) for n in range(20, 31)]
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    assert log_in(browser()).status_code == 302
    assert AccessAttempt.objects.count() == 0


def test_locked_attempts_do_not_prolong() -> None:
    fail(5)
    before = AccessAttempt.objects.get()
    assert fail(3) == [429, 429, 429]
    after = AccessAttempt.objects.get()
    assert (after.attempt_time, after.failures_since_start) == (before.attempt_time, 5)


def test_success_forgets_failures() -> None:
    for _ in range(3):
        assert fail(4) == [200] * 4
        assert log_in(browser()).status_code == 302


def test_made_up_address_is_one_address(settings: Any) -> None:
    """The header is hearsay unless a proxy of ours wrote it."""
    answers = [
        log_in(browser(X_Forwarded_For=f"203.0.113.{n}"), password=TYPED).status_code
        for n in range(5)
    ]
    assert answers[-1] == 429
    settings.TRUSTED_PROXIES = 1
    there = browser(X_Forwarded_For="192.0.2.7, 203.0.113.9")
    assert log_in(there).status_code == 302
    assert events("admin.login")[-1][2] == "203.0.113.9"


def test_ipv6_network_is_one_address() -> None:
    answers = [fail(1, address=f"2001:db8::{n}")[0] for n in range(1, 6)]
    assert answers == [200, 200, 200, 200, 429]
    assert fail(1, address="2001:db8:0:1::1") == [200]


def test_spray_over_names_locks_address() -> None:
    answers = [fail(1, f"name{n}")[0] for n in range(SPRAY)]
    assert answers == [200] * (SPRAY - 1) + [429]
    assert log_in(browser()).status_code == 429
    assert log_in(browser("198.51.100.9")).status_code == 302
    assert events("admin.locked_out")[-1][3] == {"failures": 1, "minutes": 15, "names": "all"}


def test_password_page_counts_too() -> None:
    """Who finds a browser unlocked cannot guess there either."""
    client = logged_in()
    answers = [client.post(SUDO, {"password": TYPED}).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    assert client.post(SUDO, {"password": PASSWORD}).status_code == 429


def test_attempts_are_recorded() -> None:
    fail(7)
    client = logged_in(address="198.51.100.9")
    client.post("/admin/logout/")
    here, there = ("ada", "192.0.2.7"), ("ada", "198.51.100.9")
    assert events("admin.login", "admin.login_failed", "admin.locked_out", "admin.logout") == [
        *(("admin.login_failed", *here, {"failures": n}) for n in range(1, 6)),
        ("admin.locked_out", *here, {"failures": 5, "minutes": 15}),
        ("admin.login", *there, {}),
        ("admin.logout", *there, {}),
    ]


def test_nothing_typed_is_kept() -> None:
    """A password in the wrong field is a password too; so is a secret in a made-up one."""
    fail(2)
    for name in (TYPED, "ada"):
        log_in(browser(), name, TYPED, key=TYPED)
    browser().post(f"{LOGIN}?key={TYPED}", {"username": TYPED, "password": TYPED})
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM axes_accessattempt")
        kept = repr(cursor.fetchall())
    told = repr(list(AuditEvent.objects.values()))
    assert TYPED not in kept + told
    assert "unknown name" in told


HOSTILE = [
    "ada\n2026-01-01 00:00:00 INFO root: all is well",
    "ada\r\nINFO forged",
    "\x1b[2J\x1b[31mada",
    "ada\u2028INFO forged",
    "ada\u202eadmin",
    "ada\x00",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_logs_are_not_forged(name: str) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(LineFormatter("{name}: {message}", style="{"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        for _ in range(6):
            log_in(browser(User_Agent="agent\x1b[31m"), name, TYPED)
        logging.getLogger("probe").warning("Refused %s", name)
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    written = stream.getvalue()
    lines = written.splitlines()
    assert [line for line in lines if line.startswith(("2026-", "INFO"))] == []
    assert TYPED not in written
    assert all(char.isprintable() for line in lines for char in line)
    assert "probe: Refused " in written


@pytest.mark.parametrize("name", HOSTILE)
def test_tracebacks_forge_no_line(name: str) -> None:
    try:
        raise ValueError(name)
    except ValueError:
        record = logging.LogRecord("probe", 40, "", 1, "Failed", (), sys.exc_info())
    first, *rest = LineFormatter("{name}: {message}", style="{").format(record).split("\n")
    assert first == "probe: Failed"
    assert "Traceback" in rest[0]
    assert [line for line in rest if not line.startswith("    ") or not line.isprintable()] == []


def test_no_more_than_eight_wait() -> None:
    """Each waits on a thread; a flood from one address would take them all."""
    request = RequestFactory(REMOTE_ADDR="192.0.2.7").post(LOGIN)

    def waited() -> bool:
        with turn(request) as mine:
            return mine

    with ThreadPoolExecutor(9) as pool:
        with turn(request) as mine:
            waiting = [pool.submit(waited) for _ in range(9)]
            refused = wait(waiting, timeout=5, return_when=FIRST_COMPLETED).done
            page = log_in(browser())
        assert (mine, [each.result() for each in refused]) == (True, [False])
        assert sorted(each.result() for each in waiting) == [False] + [True] * 8
    assert (page.status_code, page.headers["Retry-After"]) == (429, "10")
    assert log_in(browser()).status_code == 302


@pytest.mark.slow
def test_many_at_once_are_tried_in_turn(tmp_path: Path) -> None:
    """Forty guesses on the wire before the first is answered are still five guesses."""
    with database(tmp_path) as url:
        service = Service(url, DJANGO_SUPERUSER_PASSWORD=PASSWORD)
        service.manage("migrate")
        service.manage("createsuperuser", "--noinput", "--username=ada", "--email=a@example.com")
        with service.serving(workers=1), ThreadPoolExecutor(40) as pool:
            pages = list(pool.map(lambda _: opened(service.url), range(40)))
            answers = list(pool.map(lambda page: guessed(service.url, *page), pages))
        assert Counter(answers) == {200: 4, 429: 36}
        tried = [line for line in service.manage("audit_export").splitlines() if "_failed" in line]
    assert len(tried) == 5, "those that were tried count; the rest were refused unread"


def opened(url: str) -> tuple[requests.Session, str]:
    """A browser that has read the login page, and the token of its form."""
    session = requests.Session()
    page = session.get(f"{url}{LOGIN}", timeout=30).text
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found is not None
    return session, found[1]


def guessed(url: str, session: requests.Session, token: str) -> int:
    form = {"username": "ada", "password": TYPED, "csrfmiddlewaretoken": token}
    return session.post(f"{url}{LOGIN}", form, timeout=60, allow_redirects=False).status_code
