"""What was called is written down, bounded, without its content, and without holding up a call."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone

from credentials.models import ApiKey, AuditEvent, Revision
from services import tally, usage
from services.models import CallCount, RecentCall
from services.response import Response
from services.tally import Call
from services.usage import calls
from tests.deployed import Deployed, deployed
from tests.factories import HEYGEN_SECRET
from tests.record import together
from tests.upstream import Upstream

HOUR = timedelta(hours=1)


@contextmanager
def database_away() -> Iterator[None]:
    def refuse(*given: Any) -> None:
        raise OperationalError("host db.internal refused")

    with connection.execute_wrapper(refuse):
        yield


def counted() -> list[tuple[Any, ...]]:
    usage.flush()
    names = ("service", "action", "outcome", "count")
    return sorted(CallCount.objects.values_list(*names))


def noted(org: UUID, code: str = "", at: float | None = None, **fields: Any) -> Call:
    given = {
        "at": time.time() if at is None else at, "org": org, "key": "k" * 8, "service": "heygen",
        "action": "list-avatars", "status": 502 if code else 200, "code": code,
        "origin": "upstream" if code else "", "request_id": "r", "milliseconds": 10.0,
        "upstream_milliseconds": 8.0, "source": "tenant",
    }  # fmt: skip
    return Call(**given | fields)


ANSWERS: dict[str, tuple[Callable[[Any], Any], tuple[Any, ...]]] = {
    "success": (lambda call: call("list-avatars"), ("heygen", "list-avatars", "ok")),
    "bad envelope": (
        lambda call: call("list-avatars", {"oops": 1}),
        ("heygen", "list-avatars", "unknown_field"),
    ),
    "out of scope": (
        lambda call: call("list-voices"),
        ("heygen", "list-voices", "out_of_scope"),
    ),
    "unknown action": (lambda call: call("made-up"), ("heygen", "", "action_not_found")),
    "unknown service": (lambda call: call("x", service="made-up"), ("", "", "service_not_found")),
    "wrong method": (
        lambda call: call.get("acme/services/heygen/list-avatars/"),
        ("heygen", "list-avatars", "method_not_allowed"),
    ),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_every_answer_is_counted(what: str, call: Any) -> None:
    ApiKey.objects.update(scopes=["heygen:list-avatars"])
    ask, (service, action, outcome) = ANSWERS[what]
    for _ in range(3):
        ask(call)
    assert counted() == [(service, action, outcome, 3)]


def test_upstream_error_is_kept_whole(call: Any, vendor: Upstream) -> None:
    vendor.answers({"error": {"code": "x", "message": "no"}}, status=404)
    assert call("list-avatars", X_Request_Id="mine-1").status_code == 404
    usage.flush()
    [row] = usage.recent(call.account.org.id, 10)
    known = (row.service, row.action, row.status, row.code, row.origin, row.request_id, row.source)
    assert known == (
        "heygen", "list-avatars", 404, "upstream_error", "upstream", "mine-1", "tenant",
    )  # fmt: skip
    assert row.key_id == call.account.key.pk
    assert abs((timezone.now() - row.at).total_seconds()) < 60
    assert 0 < row.upstream_milliseconds <= row.milliseconds < 60_000


NOT_CALLS: dict[str, Callable[[Any], Any]] = {
    "unknown key": lambda call: call("list-avatars", Authorization="Api-Key nonsense"),
    "no key": lambda call: call("list-avatars", Authorization=""),
    "other org's key": lambda call: call.send(call.url("list-avatars", org="other")),
    "dry run": lambda call: call("list-avatars", X_Dry_Run="true"),
    "discovery": lambda call: call.get("acme/services/"),
    "preflight": lambda call: call.client.options(call.url("list-avatars")),
}


@pytest.mark.parametrize("what", NOT_CALLS)
def test_what_is_no_call_is_not_counted(what: str, call: Any) -> None:
    NOT_CALLS[what](call)
    assert counted() == []
    assert not RecentCall.objects.exists()


def test_nothing_of_the_content_is_stored(call: Any, vendor: Upstream) -> None:
    canaries = {
        "query": {"q": "canary-query"}, "body": {"title": "canary-body"},
        "headers": {"Accept-Language": "canary-header"}, "path_params": {"x": "canary-path"},
    }  # fmt: skip
    vendor.answers({"data": "canary-answer"})
    for action in ("list-avatars", "get-template", "canary-action"):
        for name, value in canaries.items():
            call(action, {name: value}, X_Client="canary-client", User_Agent="canary-agent")
    usage.flush()
    rows = [*CallCount.objects.values(), *RecentCall.objects.values()]
    text = json.dumps(rows, default=str)
    assert rows
    hidden = ("canary", call.account.text, call.account.text[13:], HEYGEN_SECRET)
    assert [secret for secret in hidden if secret in text] == []


def test_counts_of_workers_add_up(db: None) -> None:
    org = uuid4()
    at = 1_000_000 * 3600.0
    for _ in range(3):  # three workers, or three flushes of one
        for late in (0.0, 3599.0, 3600.0):
            calls.note(noted(org, at=at + late))
        calls.note(noted(org, "upstream_error", at=at))
        usage.flush()
    rows = CallCount.objects.order_by("hour", "outcome")
    first = datetime.fromtimestamp(at, UTC)
    assert list(rows.values_list("hour", "outcome", "count", "milliseconds")) == [
        (first, "ok", 6, 60),
        (first, "upstream_error", 3, 30),
        (first + HOUR, "ok", 3, 30),
    ]


def test_errors_are_kept_before_successes(db: None) -> None:
    org = uuid4()
    for number in range(100):
        calls.note(noted(org, "upstream_error" if number % 4 == 0 else "", at=1e9 + number))
    usage.flush()
    kept = RecentCall.objects.filter(org_id=org)
    assert kept.count() == tally.SHOWN
    assert kept.exclude(code="").count() == 25
    successes = kept.filter(code="").order_by("at")
    assert successes[0].at.timestamp() > 1e9 + 60
    assert sum(CallCount.objects.values_list("count", flat=True)) == 100


def test_only_the_last_calls_stay(db: None) -> None:
    busy, quiet = uuid4(), uuid4()
    calls.note(noted(quiet))
    for number in range(6 * tally.SHOWN):
        calls.note(noted(busy, at=1e9 + number))
        if number % tally.SHOWN == tally.SHOWN - 1:
            usage.flush()
    rows = usage.recent(busy, 1000)
    assert len(rows) == usage.KEPT
    last = 1e9 + 6 * tally.SHOWN - 1
    assert [row.at.timestamp() for row in (rows[0], rows[-1])] == [last, last - usage.KEPT + 1]
    assert len(usage.recent(quiet, 1000)) == 1


def test_key_tells_when_it_was_used(call: Any) -> None:
    key = call.account.key
    assert key.last_used_at is None
    call("list-avatars")
    revision, events = Revision.current(), AuditEvent.objects.count()
    usage.flush()
    key.refresh_from_db()
    first = key.last_used_at
    assert abs((timezone.now() - first).total_seconds()) < 60
    calls.note(noted(call.account.org.id, key=key.pk, at=first.timestamp() + 59))
    usage.flush()
    key.refresh_from_db()
    assert key.last_used_at == first
    calls.note(noted(call.account.org.id, key=key.pk, at=first.timestamp() + 61))
    usage.flush()
    key.refresh_from_db()
    assert (key.last_used_at - first).total_seconds() == 61
    assert (Revision.current(), AuditEvent.objects.count()) == (revision, events)


def test_later_use_is_not_recorded_as_change(account: Any) -> None:
    stale = ApiKey.objects.get()
    ApiKey._base_manager.update(last_used_at=timezone.now())
    stale.name = "renamed"
    stale.save()
    assert AuditEvent.objects.first().detail == {"name": ["", "renamed"]}


def test_outage_loses_no_count(call: Any) -> None:
    for _ in range(3):
        call("list-avatars")
        with database_away(), pytest.raises(OperationalError):
            usage.flush()
    assert counted() == [("heygen", "list-avatars", "ok", 3)]
    assert RecentCall.objects.count() == 3
    assert ApiKey.objects.get().last_used_at is not None
    assert counted() == [("heygen", "list-avatars", "ok", 3)]


def test_half_written_counts_are_written_once(db: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(usage, "_BATCH", 2)
    org = uuid4()
    for number in range(5):
        calls.note(noted(org, f"code_{number}"))
    written: list[Any] = []
    add = usage._add

    def failing(taken: Any, kinds: Any) -> Any:
        written.append(kinds)
        if len(written) == 3:
            raise OperationalError("gone")
        return add(taken, kinds)

    monkeypatch.setattr(usage, "_add", failing)
    with pytest.raises(OperationalError):
        usage.flush()
    usage.flush()
    assert list(CallCount.objects.values_list("count", flat=True)) == [1] * 5
    assert RecentCall.objects.count() == 5


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a SQLite in memory has one writer")
@pytest.mark.django_db(transaction=True)
def test_workers_make_the_same_row_at_once() -> None:
    org = uuid4()

    def flush() -> None:
        kind = tally.Kind(1, org, "k" * 8, "heygen", "list-avatars", "ok")
        others = {kind._replace(action=f"a{number}"): tally.Sum(1, 1.0) for number in range(20)}
        usage._write_sums(tally.Taken({kind: tally.Sum(1, 1.0), **others}))

    assert together(*[flush] * 12) == []
    assert set(CallCount.objects.values_list("count", flat=True)) == {12}


def test_memory_is_bounded_and_counts_go_on(db: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(tally, "KINDS", 10)
    monkeypatch.setattr(tally, "ORGS", 2)
    monkeypatch.setattr(tally, "KEYS", 5)
    orgs = [uuid4() for _ in range(3)]
    for number in range(900):
        calls.note(noted(orgs[number % 3], action=f"a{number}", key=f"{number:08}", at=1e9))
    taken = calls.take()
    assert len(taken.sums) == 10 + len(orgs)
    assert sum(sum.calls for sum in taken.sums.values()) == 900
    assert len(taken.latest) == 2
    assert len(taken.used) == 5
    assert all(len(kept.chosen()) == tally.SHOWN for kept in taken.latest.values())
    calls.put_back(taken)
    assert sum(sum.calls for sum in calls.take().sums.values()) == 900


def test_nobody_waits_when_nobody_flushes(monkeypatch: Any) -> None:
    monkeypatch.setattr(tally, "WAITING", 100)
    org = uuid4()
    for _ in range(1000):
        calls.note(noted(org))
    assert len(calls._waiting) < 100
    assert sum(sum.calls for sum in calls.take().sums.values()) == 1000


def test_threads_lose_no_call() -> None:
    org, taken = uuid4(), []

    def note() -> None:
        for _ in range(5000):
            calls.note(noted(org, at=1e9))

    threads = [threading.Thread(target=note) for _ in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        taken.append(calls.take())
    taken.append(calls.take())
    assert sum(sum.calls for some in taken for sum in some.sums.values()) == 20_000


def test_shares_are_of_one_org_and_time(db: None) -> None:
    org, other, now = uuid4(), uuid4(), 1_000_000 * 3600.0
    for call in (
        noted(org, at=now), noted(org, at=now, milliseconds=30.0), noted(org, "x", at=now),
        noted(org, at=now, action="b", key="another1"), noted(org, at=now - 1),
        noted(other, at=now),
    ):  # fmt: skip
        calls.note(call)
    usage.flush()
    since = datetime.fromtimestamp(now + 1800, UTC)
    assert usage.by_key(org, since) == [
        usage.Share(3, 1, 50 / 3, key_id="k" * 8),
        usage.Share(1, 0, 10.0, key_id="another1"),
    ]
    assert usage.by_action(org, since) == [
        usage.Share(3, 1, 50 / 3, service="heygen", action="list-avatars"),
        usage.Share(1, 0, 10.0, service="heygen", action="b"),
    ]
    assert usage.by_action(org, since - HOUR)[0].calls == 4


def test_work_deletes_what_is_outdated(db: None, settings: Any) -> None:
    settings.USAGE_DAYS = 3
    for days in (1, 2, 4, 5):
        calls.note(noted(uuid4(), at=time.time() - days * 86400))
    usage.flush()
    call_command("work", "--once")
    assert (CallCount.objects.count(), RecentCall.objects.count()) == (2, 2)


def test_note_costs_next_to_nothing(account: Any) -> None:
    from credentials.auth import Caller
    from credentials.directory import directory

    org = directory.org("acme")
    key = ApiKey.objects.get()
    record = type("Key", (), {"id": key.pk})
    caller: Any = Caller(org, record)  # type: ignore[arg-type]
    best = min(timed(caller) for _ in range(5))
    assert best < 20e-6  # seconds a call; about one tenth of that on an idle machine


def timed(caller: Any) -> float:
    answer = Response(b"", status=200, headers={"X-Credential-Source": "tenant"})
    started = time.perf_counter()
    for _ in range(2000):
        usage.note(
            usage.Trail(caller, "heygen", "list-avatars"), answer, None, "r" * 32,
            started=started, upstream_seconds=0.01,
        )  # fmt: skip
    return (time.perf_counter() - started) / 2000


COUNTS = """
from services.models import CallCount, RecentCall
from credentials.models import ApiKey
print(sum(CallCount.objects.values_list("count", flat=True)), RecentCall.objects.count(),
      ApiKey.objects.get().last_used_at is not None)
"""


def stored(running: Deployed) -> str:
    return running.service.manage("shell", "-v0", "-c", COUNTS)


@contextmanager
def tables_locked(url: str) -> Iterator[None]:
    """Nobody can write what was called, while everything can be read."""
    if url.startswith("sqlite"):
        path = urlsplit(url).path[1:]
        with closing(sqlite3.connect(f"/{path}".replace("//", "/"))) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
        return
    import psycopg

    with psycopg.connect(url) as other_one:
        other_one.execute("LOCK TABLE services_callcount IN ACCESS EXCLUSIVE MODE")
        yield


@pytest.mark.slow
def test_served_calls_are_written_down(tmp_path: Any, vendor: Upstream) -> None:
    vendors = {"HEYGEN_BASE_URL": vendor.url, "DRAIN_SECONDS": "0"}
    with deployed(tmp_path, vendors) as running:
        for _ in range(5):
            assert running.call("list-avatars").status_code == 200
        started = time.monotonic()
        while stored(running) != "5 5 True":
            assert time.monotonic() - started < 10
        # What cannot be written holds up nobody.
        with tables_locked(running.service.env["DATABASE_URL"]):
            for _ in range(8):
                answered = running.call("list-avatars")
                assert answered.status_code == 200
                assert answered.elapsed.total_seconds() < 2
                time.sleep(0.5)
        assert running.call("list-avatars").status_code == 200
        running.process.terminate()  # and what is left is written at the end
        running.process.wait(20)
        assert stored(running) == "14 14 True"
