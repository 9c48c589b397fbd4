"""What becomes of a job: every order of what is heard of it, from whomever."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from jobs import outbox, tracking
from jobs.models import Job
from jobs.tracking import Seen, Start
from tests.factories import Account, make_account
from tests.together import parallel, together
from tests.working import FAILED, PENDING, RUNNING, SUCCEEDED, Status, begun, history, origin

HEARD = {"pending": PENDING, "running": RUNNING, "success": SUCCEEDED, "failure": FAILED}
ENDS = {"success": Status.SUCCEEDED, "failure": Status.FAILED}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The events that orgs' endpoints are told."""
    types: list[str] = []
    monkeypatch.setattr(outbox, "tell", lambda job, type: types.append(type))
    return types


@pytest.mark.parametrize("source", ["poll", "webhook"])
def test_first_end_stays(account: Account, told: list[str], source: str) -> None:
    for number, order in enumerate(itertools.permutations(HEARD)):
        told.clear()
        job = begun(account, f"vid{number}")
        for word in order:
            job = tracking.observe(job.id, HEARD[word], source)
        first = next(word for word in order if word in ENDS)
        assert job.status == ENDS[first], order
        ends = [type for type in told if type in ("job.succeeded", "job.failed")]
        assert ends == [f"job.{ENDS[first]}"], order
        assert history(job).count("conflict") == 1, order
        assert bool(job.error) == (first == "failure"), order
        assert (job.result is not None) == (first == "success"), order
        looks = source == "webhook"  # what the vendor itself answered is not asked once more
        assert (job.due_at is not None) == looks, order


def test_history_grows_by_changes_only(account: Account, told: list[str]) -> None:
    for number, order in enumerate(itertools.product(HEARD, repeat=3)):
        told.clear()
        job = begun(account, f"vid{number}")
        for word in (word for word in order for _ in range(2)):
            job = tracking.observe(job.id, HEARD[word], "poll")
        lines = list(job.events.order_by("number"))
        moves = [line.data["status"] for line in lines if line.type != "conflict"]
        assert moves == list(dict.fromkeys(moves)), order
        assert [line.number for line in lines] == list(range(1, len(lines) + 1))
        assert len(told) == len(set(told)) == len(moves), order


def test_running_work_does_not_wait_again(account: Account) -> None:
    job = begun(account)
    tracking.observe(job.id, RUNNING, "poll")
    job = tracking.observe(job.id, PENDING, "webhook")
    assert (job.status, history(job)) == (Status.RUNNING, ["created", "status"])


def test_progress_never_falls(account: Account) -> None:
    job = begun(account)
    for percent in (10, 40, 30, 140):
        job = tracking.observe(job.id, replace(RUNNING, progress=percent), "poll")
    assert (job.progress, history(job)) == (100, ["created", "status", "progress", "progress"])


def test_fresher_answer_replaces_result(account: Account) -> None:
    job = begun(account)
    tracking.observe(job.id, SUCCEEDED, "poll")
    newer = replace(SUCCEEDED, answer='{"data":{"video_url":"https://x/newer"}}')
    job = tracking.observe(job.id, newer, "poll")
    assert job.result == {"video_url": "https://x/newer"}
    assert history(job) == ["created", "succeeded"]


def test_webhook_does_not_replace_vendors_answer(account: Account) -> None:
    job = begun(account)
    tracking.observe(job.id, SUCCEEDED, "poll")
    hint = Seen(Status.SUCCEEDED, result={"url": "https://x/hint"})
    assert tracking.observe(job.id, hint, "webhook").result == {"video_url": "https://x/v"}


def test_job_expires_once(account: Account, told: list[str]) -> None:
    job = begun(account)
    assert not tracking.expire(job.id).ended
    Job.objects.update(expires_at=timezone.now())
    job = tracking.expire(tracking.expire(job.id).id)
    assert (job.status, job.due_at) == (Status.EXPIRED, None)
    assert job.error
    assert job.error["code"] == "expired"
    assert told == ["job.created", "job.expired"]


def test_late_end_of_expired_job_is_kept(account: Account, told: list[str]) -> None:
    job = begun(account)
    Job.objects.update(expires_at=timezone.now())
    tracking.expire(job.id)
    job = tracking.observe(job.id, SUCCEEDED, "webhook")
    assert (job.status, job.due_at) == (Status.EXPIRED, None)
    assert job.result == {"video_url": "https://x/v"}
    assert history(job) == ["created", "expired", "conflict"]


def test_stopped_job_hears_nothing(account: Account) -> None:
    job = begun(account)
    assert (tracking.stop(job.id).due_at, tracking.stop(job.id).status) == (None, Status.STOPPED)
    job = tracking.observe(job.id, SUCCEEDED, "webhook")
    assert (job.status, job.result) == (Status.STOPPED, None)
    assert history(job) == ["created", "stopped"]


def test_start_is_repeatable(account: Account, told: list[str]) -> None:
    first, again = begun(account), begun(account)
    tracking.observe(first.id, SUCCEEDED, "poll")
    assert {first.id, again.id, begun(account).id} == {first.id}
    other = make_account("other")
    assert begun(other).id != first.id
    assert told == ["job.created", "job.succeeded", "job.created"]


def test_work_may_run_again_under_one_id(account: Account) -> None:
    """A group is trained twice: another job, unless it is the same call once more."""
    what = Start("heygen", "train", "status", "group1", again=True)
    attempt = uuid.uuid4()
    first = tracking.start(what, origin(account, attempt_id=attempt))
    assert tracking.start(what, origin(account)).id == first.id  # it is still under way
    tracking.observe(first.id, SUCCEEDED, "poll")
    assert tracking.start(what, origin(account, attempt_id=attempt)).id == first.id
    assert tracking.start(what, origin(account)).id != first.id


def test_new_job_is_due_soon_and_ends_in_time(account: Account, settings: Any) -> None:
    settings.JOB_HOURS = 3
    job = begun(account, delay=30)
    assert job.due_at
    assert job.expires_at
    assert 29 < (job.due_at - job.created_at).total_seconds() < 37
    assert job.expires_at - job.created_at == timedelta(hours=3)


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "x" * 5000])
def test_any_words_of_vendor_are_stored(account: Account, text: str) -> None:
    job = begun(account)
    seen = Seen(
        Status.FAILED, text, error={"code": text, "message": text}, answer='{"data":"\\u0000"}'
    )
    job = tracking.observe(job.id, seen, "poll")
    job.refresh_from_db()
    assert job.status == Status.FAILED
    assert job.error
    assert len(job.error["message"]) <= 1000


def test_result_is_kept_byte_for_byte(account: Account) -> None:
    text = '{"data":{"z":1.10,"a":12345678901234567890123,"e":1e400,"é":"\\u00e9"},"token":null}'
    job = begun(account)
    tracking.observe(job.id, replace(SUCCEEDED, answer=text), "poll")
    job.refresh_from_db()
    assert job.answer == text


@parallel
def test_one_start_wins() -> None:
    account = make_account("acme")
    jobs = together(*(lambda: begun(account),) * 6)
    assert {job.id for job in jobs} == {Job.objects.get().id}
    assert history(Job.objects.get()) == ["created"]


@parallel
def test_one_end_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(outbox, "tell", lambda job, type: told.append(type))
    job = begun(make_account("acme"))
    works = [
        lambda seen=seen: tracking.observe(job.id, seen, "webhook")
        for seen in (SUCCEEDED, FAILED, RUNNING, PENDING) * 2
    ]
    assert not [made for made in together(*works) if isinstance(made, Exception)]
    ends = [type for type in told if type in ("job.succeeded", "job.failed")]
    assert len(ends) == 1
    assert f"job.{Job.objects.get().status}" == ends[0]
