"""Jobs are followed to their end: each looked at by one worker, at the pace the vendor is due."""

from __future__ import annotations

import json
import threading
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from credentials import vault
from credentials.models import Credential, Org
from jobs import owners, pacing, polling, tracking
from jobs.models import Job, JobEvent, Pace, Receiver
from services.following.polling import poll
from tests.factories import Account, make_account, make_policy
from tests.following import Clock, clock, make_job
from tests.upstream import Received, Script, Upstream

__all__ = ["clock"]  # a fixture


@pytest.fixture(autouse=True)
def _settings(settings: Any) -> None:
    settings.HEYGEN_GENERATION = "legacy"
    settings.POLL_RATE = 5.0


@pytest.fixture
def even(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits without their jitter."""
    monkeypatch.setattr(pacing.random, "uniform", lambda low, high: (low + high) / 2)


WAITS = [  # status action, age, seconds until the next look
    ("video-status", 0, 2),
    ("video-status", 8, 2),
    ("video-status", 20, 5),
    ("v3-get-video", 80, 20),
    ("v3-get-video", 120, 30),
    ("v3-get-video", 3600, 30),
    ("v3-get-video", 4 * 3600, 120),
    ("v3-get-video", 23 * 3600, 300),
    ("translation-status", 30, 60),
    ("v3-get-video-translation", 1800, 60),
    ("v3-get-proofread", 4 * 3600, 120),
    ("v3-get-lipsync", 10, 60),
]


@pytest.mark.parametrize(("action", "age", "seconds"), WAITS)
def test_waits_grow_with_age(even: None, action: str, age: int, seconds: float) -> None:
    wait = pacing.next_look(action, timedelta(seconds=age))
    assert wait.total_seconds() == pytest.approx(seconds)
    relaxed = pacing.next_look(action, timedelta(seconds=age), relaxed=True)
    assert relaxed.total_seconds() == pytest.approx(min(3 * seconds, 300))


MISSES = [  # failed looks before, asked for, refused, seconds until the next look
    (0, 0, False, 4),
    (1, 0, False, 8),
    (5, 0, False, 128),
    (7, 0, False, 300),
    (9999, 0, False, 300),
    (0, 30, False, 34.5),  # never before the vendor wants it, whatever the jitter
    (0, 0, True, 60),
    (3, 0, True, 480),
    (4, 0, True, 900),
]


@pytest.mark.parametrize(("misses", "asked", "refused", "seconds"), MISSES)
def test_failed_looks_back_off(
    even: None, misses: int, asked: float, refused: bool, seconds: float
) -> None:
    wait = pacing.after_miss(misses, asked=asked, refused=refused)
    assert wait.total_seconds() == pytest.approx(seconds)


def test_jitter_parts_what_began_together() -> None:
    waits = {pacing.next_look("video-status", timedelta(minutes=5)) for _ in range(100)}
    assert len(waits) > 90
    assert min(waits) >= timedelta(seconds=25.5)
    assert max(waits) <= timedelta(seconds=34.5)
    asked = [pacing.after_miss(0, asked=30).total_seconds() for _ in range(100)]
    assert min(asked) >= 29.3  # 30 by the vendor's clock, less its rounding


NOT_DUE: list[dict[str, Any]] = [
    {"due_at": None},
    {"due_at": timezone.now() + timedelta(hours=1)},
    {"lease_until": timezone.now() + timedelta(hours=1)},
    {"lease_until": timezone.now() + timedelta(hours=1), "due_at": timezone.now()},
    {"kind": Job.Kind.BATCH},
]


@pytest.mark.parametrize("fields", NOT_DUE)
def test_only_due_jobs_are_claimed(account: Account, fields: dict[str, Any]) -> None:
    make_job(account, **fields)
    due = make_job(account)
    assert polling.claim(10) == [due.pk]
    assert polling.claim(10) == []


def test_no_room_claims_nothing(account: Account) -> None:
    make_job(account)
    assert polling.claim(0) == []


def test_doubled_task_begins_one_look(account: Account) -> None:
    [claimed] = [make_job(account).pk]
    assert polling.begin(claimed) is None  # nobody claimed it
    assert polling.claim(1) == [claimed]
    first, second = polling.begin(claimed), polling.begin(claimed)
    assert first is not None
    assert (first.pk, first.polls, second) == (claimed, 1, None)


def test_lost_look_is_taken_by_another(account: Account, clock: Clock) -> None:
    job = make_job(account)
    assert polling.claim(1) == [job.pk]
    assert polling.begin(job.pk) is not None  # and whoever began it is killed
    clock.pass_(44)
    assert polling.claim(1) == []
    clock.pass_(2)
    assert polling.claim(1) == [job.pk]


def test_claim_that_nobody_began_is_taken_by_another(account: Account, clock: Clock) -> None:
    job = make_job(account)
    assert polling.claim(1) == [job.pk]
    clock.pass_(31)
    assert polling.begin(job.pk) is None  # too late: it may be somebody else's
    assert polling.claim(1) == [job.pk]


def test_stampede_is_held_to_pace(account: Account, clock: Clock, settings: Any) -> None:
    """300 jobs of one credential due at once: 5 looks a second, whoever asks however often."""
    for _ in range(300):
        make_job(account, due_at=clock.now())
    looks: list[float] = []
    for tick in range(600):
        looks += [tick / 10] * len(finished(polling.claim(100), clock))
        clock.pass_(0.1)
    seconds = Counter(int(look) for look in looks)
    assert len(looks) in range(295, 302)
    assert max(seconds.values()) <= 5
    windows = [sum(a <= look < a + 1 for look in looks) for a in (look for look in looks)]
    assert max(windows) <= 5
    assert Job.objects.filter(polls=0).count() <= 5  # each had its turn before any had two


def finished(claimed: list[uuid.UUID], clock: Clock) -> list[uuid.UUID]:
    """Looks that find the work under way, and come back in a minute."""
    for pk in claimed:
        job = polling.begin(pk)
        assert job is not None
        polling.rest(job)
        Job.objects.filter(pk=pk).update(due_at=clock.now() + timedelta(seconds=61))
    return claimed


def test_idle_time_is_not_saved_up(account: Account, clock: Clock) -> None:
    make_job(account, due_at=clock.now())
    finished(polling.claim(100), clock)
    clock.pass_(3600)
    for _ in range(20):
        make_job(account, due_at=clock.now())
    assert len(polling.claim(100)) == 1


def test_crowd_of_one_org_leaves_room_for_another(account: Account) -> None:
    other = make_account("beta")
    for _ in range(50):
        make_job(account, due_at=timezone.now() - timedelta(minutes=1))
    single = make_job(other)
    claimed = polling.claim(2)
    assert len(claimed) == 2
    assert single.pk in claimed


def test_orgs_that_share_a_credential_take_turns(account: Account, clock: Clock) -> None:
    other, shared = make_account("beta"), uuid.uuid4()
    for _ in range(60):
        make_job(account, credential=shared, due_at=clock.now() - timedelta(minutes=1))
    single = make_job(other, credential=shared, due_at=clock.now())
    served: list[uuid.UUID] = []
    while single.pk not in served:
        served += finished(polling.claim(10), clock)
        clock.pass_(0.25)
    assert len(served) < 30  # it draws lots with one other; alone by age it would come last


def test_those_served_lately_come_last(account: Account, clock: Clock, settings: Any) -> None:
    accounts = [account, make_account("beta"), make_account("gamma")]
    for one in accounts:
        for _ in range(5):
            make_job(one, due_at=clock.now())
    served: list[str] = []
    for _ in range(3):
        [pk] = finished(polling.claim(1), clock)
        served.append(Job.objects.get(pk=pk).org.slug)
        clock.pass_(0.25)
    assert sorted(served) == ["acme", "beta", "gamma"]


def test_unbegun_claims_stop_further_ones(account: Account, clock: Clock) -> None:
    """Workers that hang find no crowd of looks to be taken at once when they go on."""
    for _ in range(20):
        make_job(account, due_at=clock.now())
    taken = 0
    for _ in range(50):
        taken += len(polling.claim(100))
        clock.pass_(0.5)
    assert taken == 3


@pytest.mark.django_db(transaction=True)
def test_parallel_workers_share_what_is_due(settings: Any) -> None:
    settings.POLL_RATE = 10_000.0
    account = make_account()
    for _ in range(120):
        make_job(account)
    claimed: list[uuid.UUID] = []
    barrier = threading.Barrier(6)

    def work() -> None:
        barrier.wait()
        for _ in range(15):
            with suppress(OperationalError):  # SQLite's tests share one database in memory
                claimed.extend(polling.claim(10))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    claimed.extend(polling.claim(1000))
    assert len(claimed) == len(set(claimed)) == 120


# What the vendor says, and what becomes of the job.

URL = "https://files.example.com/v.mp4"
DONE = {"code": 100, "data": {"id": "v1", "status": "completed", "video_url": URL}}
FAILED = {"code": 100, "data": {"status": "failed", "error": {"code": "x", "message": "No face."}}}
RUNNING = {"code": 100, "data": {"id": "v1", "status": "processing"}}
UNKNOWN = {"code": 40104, "data": None, "message": "Video not found"}


def look(job: Job) -> Job:
    """The next look at a job, as soon as it is due."""
    Job.objects.filter(pk=job.pk).update(due_at=timezone.now(), lease_until=None)
    Pace.objects.update(free_at=timezone.now() - timedelta(minutes=1))
    assert polling.claim(1) == [job.pk]
    poll(job.pk)
    return Job.objects.get(pk=job.pk)


def types(job: Job) -> list[str]:
    return list(JobEvent.objects.filter(job=job).values_list("type", flat=True))


def test_look_asks_vendor_as_org(account: Account, vendor: Upstream) -> None:
    vendor.answers(DONE)
    job = look(make_job(account, "v1"))
    [seen] = vendor.requests
    assert (seen.method, seen.target) == ("GET", "/v1/video_status.get?video_id=v1")
    assert seen.header("x-api-key") == ["sk-heygen-UPSTREAM-SECRET-7f3a9c"]
    assert (job.status, job.polls, job.due_at, job.lease_until) == ("succeeded", 1, None, None)
    assert job.result["video_url"] == URL


def test_failed_work_keeps_its_reason(account: Account, vendor: Upstream) -> None:
    vendor.answers(FAILED)
    job = look(make_job(account))
    assert (job.status, job.error) == ("failed", {"code": "x", "message": "No face."})


def test_old_status_is_asked_of_new_api(account: Account, vendor: Upstream, settings: Any) -> None:
    settings.HEYGEN_GENERATION = "v3"
    vendor.answers({"data": {"id": "v1", "status": "completed", "video_url": URL}})
    job = look(make_job(account, "v1"))
    assert [seen.target for seen in vendor.requests] == ["/v3/videos/v1"]
    assert (job.status, job.result["video_url"]) == ("succeeded", URL)


def test_work_under_way_is_looked_at_again(account: Account, vendor: Upstream) -> None:
    vendor.answers(RUNNING)
    job, began = make_job(account, misses=3), timezone.now()
    job = look(job)
    assert (job.status, job.misses, job.lease_until) == ("running", 0, None)
    assert job.due_at is not None
    assert timedelta(seconds=1.5) < job.due_at - began < timedelta(seconds=20)
    assert types(look(job)) == ["status"]  # the second look saw nothing new


def test_webhooks_that_arrive_relax_looks(account: Account, vendor: Upstream) -> None:
    vendor.answers(RUNNING)
    job = make_job(account, created_at=timezone.now() - timedelta(minutes=10))
    credential = Credential.objects.get(pk=job.credential)
    receiver = Receiver.objects.create(credential=credential, token=b"t" * 32)
    for heard, shortest, longest in (
        (None, 20, 40),
        (timezone.now() - timedelta(hours=2), 20, 40),
        (timezone.now(), 70, 110),
    ):
        Receiver.objects.filter(pk=receiver.pk).update(heard_at=heard)
        due = look(job).due_at
        assert due is not None
        assert shortest < (due - timezone.now()).total_seconds() < longest


FAULTS = [  # the vendor's answer, seconds until the next look
    (Script(500, b"{}"), 3, 30),
    (Script(429, b"{}", {"Retry-After": "40"}), 39, 80),
    (Script(503, b"{}", {"Retry-After": "20"}), 19, 50),
    (Script(401, b'{"code": 400112}'), 50, 100),
    (Script(403, b"{}"), 50, 100),
    (Script(404, b"no route"), 50, 100),
    (Script(200, b"<html>"), 3, 30),
    (Script(200, b'{"code": 100, "data": {"odd": 1}}'), 3, 30),
    (Script(raw=b""), 3, 30),
]


@pytest.mark.parametrize(("script", "shortest", "longest"), FAULTS)
def test_failed_look_changes_nothing_but_its_time(
    account: Account, vendor: Upstream, script: Script, shortest: float, longest: float
) -> None:
    vendor.plays(lambda _: script)
    job, began = make_job(account), timezone.now()
    job = look(job)
    assert (job.status, job.misses, job.lease_until, types(job)) == ("pending", 1, None, [])
    assert job.due_at is not None
    assert shortest < (job.due_at - began).total_seconds() < longest


def test_vendor_that_is_pressed_is_left_alone(account: Account, vendor: Upstream) -> None:
    vendor.plays(lambda _: Script(429, b"{}", {"Retry-After": "60"}))
    look(make_job(account))
    make_job(account)
    assert polling.claim(10) == []  # not by another job of that credential either
    pace = Pace.objects.get()
    assert pace.free_at > timezone.now() + timedelta(seconds=50)


def test_work_that_vendor_does_not_know_fails(account: Account, vendor: Upstream) -> None:
    vendor.answers(UNKNOWN, status=404)
    job = make_job(account)
    for misses in (1, 2):
        job = look(job)
        assert (job.status, job.misses) == ("pending", misses)
    job = look(job)
    assert job.status == "failed"
    assert job.error == {"code": "not_found", "message": "The vendor does not know this work."}
    assert len(vendor.requests) == 3


def test_404_in_front_of_vendor_is_no_end(account: Account, vendor: Upstream) -> None:
    vendor.answers(b"<html>nginx</html>", status=404)
    job = make_job(account, misses=20)
    assert look(job).status == "pending"


def test_time_over_expires_once_after_last_look(account: Account, vendor: Upstream) -> None:
    over = {"expires_at": timezone.now() - timedelta(seconds=1)}
    for script, status in (
        (RUNNING, "expired"),
        (DONE, "succeeded"),
    ):
        vendor.answers(script)
        job = look(make_job(account, **over))
        assert (job.status, job.due_at) == (status, None)
    vendor.answers({}, status=500)
    job = look(make_job(account, **over))
    assert (job.status, job.error and job.error["code"]) == ("expired", "expired")
    assert types(job) == ["expired"]


def test_rest_ends_when_time_is_over(account: Account, clock: Clock) -> None:
    job = make_job(account, expires_at=clock.now() + timedelta(seconds=5))
    clock.pass_(1)
    polling.claim(1)
    begun = polling.begin(job.pk)
    assert begun is not None
    polling.miss(begun, refused=True)
    job.refresh_from_db()
    assert job.due_at == job.expires_at


def platform_job(account: Account) -> Job:
    shared = vault.store(org=None, service="heygen", secret="sk-platform-1234567890")
    owners.record(account.org.pk, "heygen", [("video", "shared-video")])
    return make_job(account, "shared-video", credential=shared.pk, source="platform")


def test_job_keeps_its_credential_when_policy_changes(account: Account, vendor: Upstream) -> None:
    vendor.answers(RUNNING)
    job = platform_job(account)  # the org's policy knows its own credential alone
    look(job)
    make_policy(account.org, allow_tenant_key=False, allow_platform_key=True)
    look(make_job(account))
    own = "sk-heygen-UPSTREAM-SECRET-7f3a9c"
    keys = [seen.header("x-api-key") for seen in vendor.requests]
    assert keys == [["sk-platform-1234567890"], [own]]


def test_job_of_lost_credential_uses_what_org_has(account: Account, vendor: Upstream) -> None:
    vendor.answers(UNKNOWN, status=404)
    job = make_job(account, credential=uuid.uuid4(), source="platform", misses=5)
    job = look(job)
    assert len(vendor.requests) == 1
    assert (job.status, job.misses) == ("pending", 6)  # another account says nothing of it


def off(account: Account) -> None:
    Org.objects.filter(pk=account.org.pk).update(is_active=False)


def disabled(account: Account) -> None:
    make_policy(account.org, is_enabled=False)


def without(account: Account) -> None:
    Credential.objects.filter(org=account.org).delete()


@pytest.mark.parametrize("change", [off, disabled, without])
def test_what_must_not_be_called_is_not(
    account: Account, vendor: Upstream, change: Callable[[Account], None]
) -> None:
    job = make_job(account)
    change(account)
    job = look(job)
    assert (vendor.requests, job.status, job.misses) == ([], "pending", 1)
    assert job.due_at is not None
    assert job.due_at > timezone.now() + timedelta(seconds=50)


def test_fault_of_ours_does_not_follow_for_ever(account: Account, vendor: Upstream) -> None:
    """An action that the catalogue does not have any more, for instance."""
    vendor.answers(RUNNING)
    job = look(make_job(account, action="of-an-older-version"))
    assert (job.status, job.misses) == ("pending", 1)
    Job.objects.filter(pk=job.pk).update(expires_at=timezone.now())
    assert look(job).status == "expired"


def test_deleted_job_is_nobodys_fault(account: Account, vendor: Upstream) -> None:
    job = make_job(account)
    polling.claim(1)

    def vanish(_: Received) -> Script:
        deleted.set()
        return Script(body=json.dumps(DONE).encode(), delay=0.2)

    deleted = threading.Event()
    vendor.plays(vanish)
    Job.objects.filter(pk=job.pk).update(upstream_id="x")
    before = polling.begin(job.pk)
    assert before is not None
    Job.objects.all().delete()
    polling.rest(before)
    polling.miss(before)
    poll(job.pk)
    assert vendor.requests == []


def test_look_at_ended_job_is_given_up(account: Account, vendor: Upstream) -> None:
    """A conflict asks for one more look; a vendor that is away is not asked for ever."""
    vendor.answers({}, status=500)
    ended = timezone.now()
    job = make_job(account, status="succeeded", ended_at=ended)
    for _ in range(polling.CONFIRMING):
        job = look(job)
        assert job.due_at is not None
    job = look(job)
    assert (job.status, job.due_at, job.ended_at) == ("succeeded", None, ended)


def test_another_result_meanwhile_stands(account: Account, vendor: Upstream) -> None:
    """A webhook ends the job while a look is under way that still saw it running."""
    job = make_job(account)
    seen = tracking.Seen(Job.Status.SUCCEEDED, "completed", result={"video_url": URL})

    def answer(_: Received) -> Script:
        return Script(body=json.dumps(RUNNING).encode())

    vendor.plays(answer)
    polling.claim(1)
    begun = polling.begin(job.pk)
    assert begun is not None
    tracking.observe(job.pk, seen, "webhook")
    polling.rest(begun)
    job.refresh_from_db()
    assert (job.status, job.due_at, job.lease_until) == ("succeeded", None, None)
