"""Paid calls in the ledger: before a byte is sent, without a transaction, whatever fails."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils.module_loading import import_string

from credentials import rotation
from credentials.crypto import new_key
from credentials.models import AuditEvent
from jobs import attempts, budgets, local
from jobs.models import Attempt, Job, Owned
from tests.conftest import Caller
from tests.factories import make_account
from tests.upstream import Received, Script, Upstream

VIDEO = {"type": "avatar", "avatar_id": "a", "script": "Hi", "voice_id": "v"}
PAID = ("v3-create-video", {"body": VIDEO})
MADE = {"data": {"video_id": "v1", "status": "waiting", "output_format": "mp4"}}


def test_paid_call_is_recorded_before_it_is_sent(
    call: Caller, vendor: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    real = attempts.sent

    def sent(*given: Any, **named: Any) -> bool:
        seen.append((Attempt.objects.get().state, len(vendor.requests)))
        return real(*given, **named)

    monkeypatch.setattr(attempts, "sent", sent)
    vendor.answers(MADE)
    assert call(*PAID).status_code == 200
    assert seen == [("reserved", 0)]
    done = Attempt.objects.get()
    assert (done.state, done.sends, done.status) == ("done", 1, 200)
    assert (done.key, done.fingerprint, done.sealed, done.expires_at) == (None, "", "", None)
    assert done.sent_at is not None
    assert done.reserved_at <= done.sent_at
    assert Job.objects.get().attempt_id == done.pk
    assert Owned.objects.filter(resource="v1", org_id=call.account.org.pk).exists()


def test_every_send_is_counted(call: Caller, vendor: Upstream) -> None:
    def play(_: Received) -> Script:
        return (
            Script(status=500)
            if len(vendor.requests) < 3
            else Script(body=json.dumps(MADE).encode())
        )

    vendor.plays(play)
    assert call(*PAID, Idempotency_Key="k1").status_code == 200
    assert (Attempt.objects.get().sends, len(vendor.requests)) == (3, 3)


class Cut:
    """Makes a function of the ledger fail, as when the database is away."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.patch = monkeypatch

    def __call__(self, name: str) -> None:
        def broken(*_: Any, **__: Any) -> None:
            raise OperationalError("the connection is closed")

        self.patch.setattr(attempts, name, broken)


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> Cut:
    return Cut(monkeypatch)


@pytest.mark.parametrize("place", ["reserve", "sent"])
def test_nothing_is_sent_that_cannot_be_recorded(
    call: Caller, vendor: Upstream, cut: Cut, place: str
) -> None:
    cut(place)
    response = call(*PAID, Idempotency_Key="k1")
    assert (response.status_code, response.json()["code"]) == (503, "ledger_unavailable")
    assert response.json()["retryable"] is True
    assert (vendor.requests, Attempt.objects.count()) == ([], 0)


def test_answer_leaves_though_it_cannot_be_recorded(
    call: Caller, vendor: Upstream, cut: Cut
) -> None:
    vendor.answers(MADE)
    cut("done")
    response = call(*PAID, Idempotency_Key="k1")
    assert (response.status_code, response.json()) == (200, {"data": MADE["data"]})
    assert response.headers["X-Recorded"] == "pending"
    assert Attempt.objects.get().state == "sent"


def test_refusal_leaves_though_it_cannot_be_recorded(
    call: Caller, vendor: Upstream, cut: Cut
) -> None:
    vendor.answers({"message": "no"}, status=400)
    cut("done")
    response = call(*PAID)
    assert (response.status_code, response.headers["X-Recorded"]) == (400, "pending")


def test_free_writes_are_recorded_when_they_make_something(call: Caller, vendor: Upstream) -> None:
    vendor.answers({"data": {"folder_id": "f1", "name": "n"}})
    assert call("v3-create-folder", {"body": {"name": "n"}}).status_code == 200
    assert Owned.objects.filter(resource="f1").exists()
    assert Attempt.objects.count() == 0


def test_poll_asks_the_ledger_nothing(call: Caller, vendor: Upstream) -> None:
    vendor.answers({"code": 100, "data": {"id": "v9", "status": "waiting"}, "message": "ok"})
    poll: tuple[str, Any] = ("video-status", {"query": {"video_id": "v9"}})
    call(*poll)
    with CaptureQueriesContext(connection) as asked:
        assert call(*poll).status_code == 200
    assert [query["sql"] for query in asked if "jobs_" in query["sql"]] == []


class Flaky:
    """Fails so often before it works."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self.failures:
            raise OperationalError("deadlock detected")
        return "done"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("failures", "calls"), [(0, 1), (2, 3), (9, local.TRIES)])
def test_transaction_is_tried_again_a_few_times(failures: int, calls: int) -> None:
    work = Flaky(failures)
    carried = local.short(work)
    if failures < local.TRIES:
        assert carried() == "done"
    else:
        with pytest.raises(OperationalError):
            carried()
    assert work.calls == calls


def test_fault_of_ours_after_the_send_leaves_it_unknown(
    call: Caller, vendor: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("services.exchange.outcome.success", broken)
    vendor.answers(MADE)
    assert call(*PAID).status_code == 500
    assert (Attempt.objects.get().state, Attempt.objects.get().fault) == ("unknown", "proxy_fault")


def test_what_an_answer_made_may_be_unreadable(
    call: Caller, vendor: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("services.starting.started", broken)
    vendor.answers(MADE)
    assert call(*PAID).status_code == 200
    assert Attempt.objects.get().state == "done"


@pytest.mark.parametrize(
    ("place", "body", "action"),
    [
        ("services.starting.started", VIDEO | {"script": "x" * 300_000}, "v3-create-video"),
        (
            "services.walk.called",
            {"name": "x" * 300_000, "image_key": "i1"},
            "create-photo-avatar-group",
        ),
    ],
)
def test_large_bodies_are_read_off_the_event_loop(
    call: Caller,
    vendor: Upstream,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    body: Any,
    action: str,
) -> None:
    settings.HEYGEN_GENERATION = "v3"
    real, seen = import_string(place), []

    def watched(*given: Any) -> Any:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            seen.append("thread")
        return real(*given)

    monkeypatch.setattr(place, watched)
    vendor.answers(MADE)
    call(action, {"body": body})
    assert seen == ["thread"]


def test_call_goes_on_when_its_caller_leaves() -> None:
    from services.recording import steady

    async def story() -> None:
        begun, going, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

        async def work() -> str:
            begun.set()
            await going.wait()
            return "paid"

        async def left(result: str) -> None:
            assert result == "paid"
            ended.set()

        caller = asyncio.create_task(steady.carried(work(), left))
        await begun.wait()
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
        going.set()
        await asyncio.wait_for(ended.wait(), 5)

    asyncio.run(story())


def test_end_waits_for_what_begins_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    from services.recording import steady

    monkeypatch.setattr(steady, "_ending", False)
    monkeypatch.setattr(steady, "FIRST", 0.01)
    written: list[str] = []

    async def work() -> None:
        await asyncio.sleep(0.01)
        steady.later(written.append, "paid")

    async def left(_: None) -> None:
        raise AssertionError

    async def story() -> None:
        caller = asyncio.create_task(steady.carried(work(), left))
        await asyncio.sleep(0)
        await steady.finish(5)
        await caller

    asyncio.run(story())
    assert written == ["paid"]


def wanted(call: Caller, key: str | None) -> attempts.Wanted:
    return attempts.Wanted(
        org_id=call.account.org.pk,
        service="heygen",
        action="v3-create-video",
        billable=True,
        credential=uuid.uuid4(),
        credential_version=1,
        source="tenant",
        request_id="r",
        seconds=9,
        key=key,
    )


@pytest.mark.parametrize("key", [None, "k1"])
def test_reserved_twice_is_counted_once(call: Caller, key: str | None) -> None:
    """The connection was cut between the commit and the word of it: `short` runs it again."""
    one = wanted(call, key)
    held = [attempts.reserve(one) for _ in range(2)]
    assert held == [attempts.Held(one.id, one.holder)] * 2
    assert budgets.spent(one.org_id) == {("heygen", ""): 1}
    assert Attempt.objects.get().pk == one.id


def test_key_that_was_given_free_meanwhile_is_claimed(
    call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first with the key is seen by the insert, and gone when its row is looked for."""
    first, one = wanted(call, "k1"), wanted(call, "k1")
    attempts.reserve(first)
    looks, found = [], attempts._found

    def look(this: attempts.Wanted) -> Any:
        looks.append(this)
        if len(looks) == 2:
            attempts.freed(attempts.Held(first.id, first.holder))
        return None if len(looks) == 1 else found(this)

    monkeypatch.setattr(attempts, "_found", look)
    assert attempts.reserve(one) == attempts.Held(one.id, one.holder)
    assert Attempt.objects.get().pk == one.id
    assert budgets.spent(one.org_id) == {("heygen", ""): 1}


def test_rotation_moves_what_is_kept_and_nothing_else(
    call: Caller, vendor: Upstream, settings: Any
) -> None:
    before = settings.CREDENTIAL_KEYS
    vendor.answers(MADE)
    first = call(*PAID, Idempotency_Key="k1")
    for _ in range(3):
        call(*PAID)
    settings.CREDENTIAL_KEYS = f"{new_key('k2')},{before}"
    assert (rotation.in_use(), rotation.left("k2")) == ({"k1": 4}, 4)  # three of credentials
    events = AuditEvent.objects.count()
    assert sum(batch.done for batch in rotation.rotate(size=500)) == 4
    assert AuditEvent.objects.count() == events + 2  # one for each kind of secret
    assert rotation.in_use() == {"k2": 4}
    assert rotation.unreadable() == []
    settings.CREDENTIAL_KEYS = settings.CREDENTIAL_KEYS.partition(",")[0]
    again = call(*PAID, Idempotency_Key="k1")
    assert (again.status_code, again.content) == (200, first.content)


def test_budget_counts_what_was_charged_and_nothing_else(vendor: Upstream, db: None) -> None:
    call = Caller(make_account("small", paid_per_day=2))
    vendor.answers({"message": "no"}, status=400)
    assert call(*PAID).status_code == 400  # not charged
    vendor.answers(MADE)
    assert call(*PAID, Idempotency_Key="k1").status_code == 200
    assert call(*PAID, Idempotency_Key="k1").status_code == 200  # a replay
    assert call(*PAID).status_code == 200
    vendor.requests.clear()
    refused = call(*PAID, Idempotency_Key="k2")
    assert (refused.status_code, vendor.requests) == (402, [])
    assert Attempt.objects.filter(state="done", status=200).count() == 2
    assert Attempt.objects.exclude(state="done").count() == 0
    assert call(*PAID, Idempotency_Key="k1").headers["Idempotent-Replayed"] == "true"


_VIDEO = {"type": "url", "url": "https://example.com/v.mp4"}
_TRANSLATED = {"video": _VIDEO, "output_languages": ["fr", "de", "es"]}
_OLD = {"video_url": "https://example.com/v.mp4", "output_language": "fr"}
_OLD_MANY = _OLD | {"output_languages": ["fr", "de", "es"]}


@pytest.mark.parametrize("generation", ["legacy", "v3"])
@pytest.mark.parametrize(
    ("action", "body", "units"),
    [
        ("v3-create-video-batch", {"videos": [VIDEO] * 4}, 4),
        ("v3-create-video", VIDEO, 1),
        ("v3-create-lipsync-batch", {"lipsyncs": [{"video": _VIDEO, "audio": _VIDEO}] * 3}, 3),
        ("v3-create-video-translation", _TRANSLATED, 3),
        ("v3-create-video-translation-batch", {"video_translations": [_TRANSLATED] * 2}, 6),
        ("v3-create-proofread", _TRANSLATED | {"title": "t"}, 3),
        ("v3-create-quality-comparison-batch", {"title": "t", "whatever": [{}] * 5}, 5),
        ("translate-video", _OLD, 1),
        ("translate-video", _OLD_MANY, 3),
        ("create-proofread", _OLD_MANY | {"title": "t"}, 3),
    ],
)
def test_budget_counts_every_piece(
    vendor: Upstream, db: None, settings: Any, generation: str, action: str, body: Any, units: int
) -> None:
    settings.HEYGEN_GENERATION = generation
    account = make_account("small", paid_per_day=units)
    call = Caller(account)
    vendor.answers({"message": "no"}, status=400)
    assert call(action, {"body": body}).status_code == 400  # given back, every piece
    assert set(budgets.spent(account.org.pk).values()) == {0}
    vendor.answers({"message": "broken"}, status=500)
    assert call(action, {"body": body}).status_code >= 500  # nobody knows: stays counted
    assert set(budgets.spent(account.org.pk).values()) == {units}
    assert Attempt.objects.get(state="unknown").units == units


def test_call_of_more_pieces_than_are_left_is_refused(vendor: Upstream, db: None) -> None:
    call = Caller(make_account("small", paid_per_day=5))
    refused = call("v3-create-video-batch", {"body": {"videos": [VIDEO] * 6}})
    assert (refused.status_code, refused.json()["code"]) == (402, "budget_exceeded")
    assert (vendor.requests, Attempt.objects.count()) == ([], 0)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no such limit")
@pytest.mark.django_db(transaction=True)
def test_slow_database_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "STATEMENT", "100ms")
    monkeypatch.setattr(local, "PATIENCE", 0.0)

    def slow() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(20)")

    started = time.monotonic()
    with pytest.raises(OperationalError):
        local.short(slow)()
    assert time.monotonic() - started < 10
