"""Vendors' events: whose they are, kept once, and what they may change: when to look, no more."""

from __future__ import annotations

import itertools
import json
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jobs import inbox, tracking
from jobs.models import InboundEvent, Job, Message, Receiver
from jobs.tracking import Origin, Seen, Start
from services.webhooks.receiving import handle
from tests.factories import Account, make_account
from tests.webhooks import (
    EVENT,
    FAILED,
    PATH,
    SECRET,
    Vendor,
    credential_of,
    make_endpoint,
    make_job,
    mark,
    platform,
)

Hostile = tuple[dict[str, str], int]
NOW = int(time.time())
RAW = json.dumps(EVENT).encode()


@pytest.fixture
def vendor_in(account: Account) -> Vendor:
    return Vendor(credential_of(account.org))


def work() -> int:
    """Handle every event that is due; how many there were."""
    found = inbox.claim(1000)
    for event in found:
        handle(event)
    return len(found)


def is_due(job: Job) -> bool:
    job.refresh_from_db()
    return job.due_at is not None and job.due_at <= timezone.now()


HOSTILE: dict[str, Any] = {
    "another secret's": {"Heygen-Signature": mark(RAW, "whsec_other")},
    "truncated": {"Heygen-Signature": mark(RAW)[:-1]},
    "half": {"Heygen-Signature": mark(RAW)[:32]},
    "right at first": {"Heygen-Signature": mark(RAW)[:32] + "0" * 32},
    "longer": {"Heygen-Signature": mark(RAW) + "0"},
    "upper case": {"Heygen-Signature": mark(RAW).upper()},
    "with a prefix": {"Heygen-Signature": f"sha256={mark(RAW)}"},
    "two of them": {"Heygen-Signature": f"{mark(RAW)},{mark(RAW)}"},
    "with a space": {"Heygen-Signature": f"{mark(RAW)} x"},
    "of other bytes": {"Heygen-Signature": mark(RAW + b" ")},
    "of nothing": {"Heygen-Signature": mark(b"")},
    "no hex": {"Heygen-Signature": "z" * 64},
    "not ASCII": {"Heygen-Signature": "é" * 64},
    "of the empty secret": {"Heygen-Signature": mark(RAW, "")},
    "old": {"Heygen-Timestamp": "-400"},
    "future": {"Heygen-Timestamp": "+600"},
    "time in milliseconds": {"Heygen-Timestamp": str(NOW * 1000)},
    "time with a fraction": {"Heygen-Timestamp": f"{NOW}.0"},
    "time that is none": {"Heygen-Timestamp": "now"},
    "older name, wrong": {"Heygen-Signature": "", "signature": mark(RAW, "x")},
    "newer name wrong, older right": {"Heygen-Signature": mark(RAW, "x"), "signature": mark(RAW)},
}


@pytest.mark.parametrize("headers", HOSTILE.values(), ids=HOSTILE)
def test_forged_event_is_refused(
    vendor_in: Vendor, account: Account, headers: dict[str, str]
) -> None:
    job = make_job(account.org)
    stamp = headers.get("Heygen-Timestamp", "")
    if stamp[:1] in ("+", "-"):
        headers = headers | {"Heygen-Timestamp": str(int(time.time()) + int(stamp))}
    answer = vendor_in.post(RAW, **headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_signature")
    assert not InboundEvent.objects.exists()
    assert not is_due(job)


def test_tampered_event_is_refused(vendor_in: Vendor) -> None:
    other = json.dumps(FAILED).encode()
    assert vendor_in.post(other, Heygen_Signature=mark(RAW)).status_code == 401


@pytest.mark.parametrize("name", ["Heygen-Signature", "signature"])
@pytest.mark.parametrize("stamp", ["", "-200", "+280"])
def test_signed_event_is_taken(vendor_in: Vendor, account: Account, name: str, stamp: str) -> None:
    job = make_job(account.org)
    stamp = str(int(time.time()) + int(stamp)) if stamp else ""
    given = {"Heygen-Signature": "", name: mark(RAW), "Heygen-Timestamp": stamp}
    answer = vendor_in.post(RAW, **given)
    assert (answer.status_code, answer.json()) == (200, {"data": None})
    [event] = InboundEvent.objects.all()
    assert (event.signed, event.type, event.upstream_id) == (True, "avatar_video.success", "v1")
    assert work() == 1
    assert is_due(job)
    [line] = job.events.all()
    told = {"event": "avatar_video.success", "signed": True}
    assert (line.type, line.source, line.data) == ("event", "webhook", told)
    vendor_in.receiver.refresh_from_db()
    assert vendor_in.receiver.heard_at is not None


def test_both_secrets_of_a_rotation_are_taken(account: Account) -> None:
    vendor = Vendor(credential_of(account.org), "whsec_new", "whsec_old")
    assert vendor.post(EVENT, "whsec_new").status_code == 200
    assert vendor.post(EVENT, "whsec_old").status_code == 200
    assert vendor.post(EVENT, "whsec_older").status_code == 401


def test_receiver_without_secret_takes_nothing_signed(account: Account) -> None:
    vendor = Vendor(credential_of(account.org), "")
    assert vendor.post(EVENT, "").status_code == 200  # a hint
    assert vendor.post(EVENT, "x", Heygen_Signature=mark(RAW, "")).status_code == 401


def test_other_receivers_secret_is_no_good(vendor_in: Vendor) -> None:
    other = Vendor(credential_of(make_account("other").org), "whsec_of-other")
    assert vendor_in.post(EVENT, "whsec_of-other").status_code == 401
    assert other.post(EVENT, "whsec_of-other").status_code == 200


def test_strangers_job_is_not_touched(vendor_in: Vendor, account: Account) -> None:
    """Another credential's account may know the same id; nobody else's event moves its job."""
    other = make_account("other")
    stranger, mine = make_job(other.org), make_job(account.org)
    shared = make_job(other.org, "v2", credential=platform().pk, source="platform")
    assert vendor_in.post(EVENT).status_code == 200
    named = {"event_type": "avatar_video.success", "event_data": {"video_id": "v2"}}
    assert vendor_in.post(named).status_code == 200
    work()
    assert (is_due(mine), is_due(stranger), is_due(shared)) == (True, False, False)


def test_platform_receiver_serves_every_org(account: Account) -> None:
    shared = platform()
    vendor, other = Vendor(shared), make_account("other")
    jobs = [
        make_job(org, f"v{number}", credential=shared.pk, source="platform")
        for number, org in enumerate((account.org, other.org))
    ]
    for number in range(2):
        named = {"event_type": "avatar_video.fail", "event_data": {"video_id": f"v{number}"}}
        assert vendor.post(named).status_code == 200
    work()
    assert [is_due(job) for job in jobs] == [True, True]


def test_unsigned_event_is_a_hint(vendor_in: Vendor, account: Account) -> None:
    job = make_job(account.org)
    assert vendor_in.post(EVENT, "").status_code == 200
    assert work() == 1
    assert is_due(job)
    assert job.status == "pending"
    assert job.events.get().data == {"event": "avatar_video.success", "signed": False}
    assert InboundEvent.objects.get().handled_at is not None
    vendor_in.receiver.refresh_from_db()
    assert vendor_in.receiver.heard_at is None


def test_hint_does_not_hide_the_signed_event(vendor_in: Vendor, account: Account) -> None:
    make_job(account.org)
    assert vendor_in.post(EVENT, "", Heygen_Event_Id="e1").status_code == 200
    assert vendor_in.post(EVENT, Heygen_Event_Id="e1").status_code == 200
    assert sorted(InboundEvent.objects.values_list("signed", flat=True)) == [False, True]


def test_hints_are_few(vendor_in: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "HINTS", 3)
    statuses = [vendor_in.post(EVENT, "").status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    assert vendor_in.post(EVENT).status_code == 200  # the vendor's own still come through
    assert InboundEvent.objects.count() == 4


def test_signed_events_are_bounded(vendor_in: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The vendor's event id is not signed, so that whoever saw an event can replay it as new."""
    monkeypatch.setattr(inbox, "SIGNED", 3)
    answers = [vendor_in.post(EVENT) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[-1].headers["Retry-After"] == "60"


def test_event_sent_ten_times_is_one(vendor_in: Vendor, account: Account) -> None:
    job = make_job(account.org)
    for _ in range(10):
        assert vendor_in.post(EVENT, Heygen_Event_Id="e1").status_code == 200
    assert InboundEvent.objects.count() == 1
    assert work() == 1
    assert job.events.count() == 1


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_end_sticks_in_every_order(
    vendor_in: Vendor, account: Account, order: tuple[int, ...]
) -> None:
    """Success, a failure and another success, before and after the vendor was asked."""
    make_endpoint(account.org, "https://hooks.example.com/")
    job = make_job(account.org)
    for number in order:
        vendor_in.post((EVENT, FAILED, EVENT)[number])
        work()
    job.refresh_from_db()
    assert job.status == "pending"  # nothing but the vendor's own answer ends it
    tracking.observe(job.pk, Seen(Job.Status.SUCCEEDED, result={"id": "v1"}), "poll")
    for number in order:
        vendor_in.post((EVENT, FAILED, EVENT)[number])
    InboundEvent.objects.filter(handled_at=None).update(due_at=timezone.now())
    work()
    assert not InboundEvent.objects.filter(handled_at=None).exists()
    job.refresh_from_db()
    assert job.status == "succeeded"
    assert job.events.filter(type="succeeded").count() == 1
    assert job.events.filter(type="conflict").count() == 1
    assert is_due(job)  # the vendor shall say which
    assert [message.type for message in Message.objects.all()] == ["job.succeeded"]


def test_event_before_its_job_waits(vendor_in: Vendor, account: Account) -> None:
    assert vendor_in.post(EVENT).status_code == 200
    assert (work(), work()) == (1, 0)
    assert InboundEvent.objects.get().handled_at is None
    credential = credential_of(account.org).pk
    what = Start("heygen", "v3-create-video", "v3-get-video", "v1")
    job = tracking.start(what, Origin(account.org.pk, credential, "tenant", "r1"))
    assert not is_due(job)
    assert work() == 1
    assert is_due(job)


def test_job_that_is_looked_at_is_looked_at_again(vendor_in: Vendor, account: Account) -> None:
    """The look under way may have been answered before the work ended."""
    lease = timezone.now() + timedelta(hours=1)
    job = make_job(account.org, lease_until=lease)
    vendor_in.post(EVENT)
    assert work() == 1
    assert not is_due(job)
    Job.objects.filter(pk=job.pk).update(lease_until=None)
    InboundEvent.objects.filter(handled_at=None).update(due_at=timezone.now())
    assert work() == 1
    assert is_due(job)
    assert job.events.count() == 1


def test_signed_event_is_followed_up(vendor_in: Vendor, account: Account) -> None:
    """A vendor may tell of an end before its own status says so."""
    job = make_job(account.org)
    vendor_in.post(EVENT)
    looks = 0
    while InboundEvent.objects.filter(handled_at=None).exists():
        InboundEvent.objects.update(due_at=timezone.now())
        Job.objects.update(due_at=timezone.now() + timedelta(hours=1))
        assert work() == 1
        looks += is_due(job)
    assert looks == 1 + len(inbox.LOOKS)
    assert job.events.count() == 1


BODIES = {
    "no JSON": b"{",
    "a list": b"[]",
    "no type": b'{"event_data": {}}',
    "a number for a type": b'{"event_type": 1}',
    "not UTF-8": b'{"event_type": "\xff"}',
    "a NUL": b'{"event_type": "a\\u0000"}',
    "too deep": b'{"event_type": "a", "event_data": ' + b"[" * 50 + b"]" * 50 + b"}",
}


@pytest.mark.parametrize("raw", BODIES.values(), ids=BODIES)
def test_odd_event_is_refused(vendor_in: Vendor, raw: bytes) -> None:
    assert vendor_in.post(raw).status_code == 400
    assert not InboundEvent.objects.exists()


@pytest.mark.parametrize(
    "event",
    [
        {"event_type": "something.new", "event_data": {"video_id": "v1"}},
        {"event_type": "avatar_video.success", "event_data": {}},
        {"event_type": "avatar_video.success", "event_data": None},
        {"event_type": "avatar_video.success", "event_data": {"video_id": ["v1"]}},
        {"event_type": "avatar_video.success", "event_data": {"video_id": "v" * 300}},
    ],
)
def test_event_about_nothing_is_noted(vendor_in: Vendor, account: Account, event: Any) -> None:
    job = make_job(account.org)
    assert vendor_in.post(event).status_code == 200
    assert InboundEvent.objects.get().handled_at is not None
    assert work() == 0
    assert not is_due(job)


def test_large_event_is_refused(vendor_in: Vendor) -> None:
    assert vendor_in.post(b" " * (256 * 1024) + b"{}").status_code == 413
    assert not InboundEvent.objects.exists()


def test_no_link_of_an_event_is_kept(vendor_in: Vendor) -> None:
    vendor_in.post(EVENT)
    assert InboundEvent.objects.get().payload == {"event_type": "avatar_video.success"}


def test_little_of_an_event_is_kept(vendor_in: Vendor) -> None:
    many = {f"m{number}": "x" * 200 for number in range(900)}
    told = many | {"long" * 3000: 1, "status": "done", "id": "e1", "number": 7}
    vendor_in.post(told | EVENT)
    kept = InboundEvent.objects.get().payload
    assert len(kept) <= 16
    assert len(json.dumps(kept)) <= 4096
    assert {"event_type", "id", "status", "m0"} <= set(kept)


@pytest.mark.parametrize("token", ["x", "a" * 43, "A" * 42, "é" * 43, "a" * 101])
def test_unknown_address_is_404(vendor_in: Vendor, token: str) -> None:
    answer = vendor_in.send(RAW, {"Heygen-Signature": mark(RAW)}, token)
    assert answer.status_code == 404
    assert not InboundEvent.objects.exists()


def test_guesses_at_addresses_are_few(vendor_in: Vendor, settings: Any) -> None:
    settings.RATE_FAILED_AUTH = 3
    statuses = [vendor_in.send(RAW, {}, "a" * 43).status_code for _ in range(5)]
    assert statuses == [404, 404, 404, 429, 429]


def test_spent_address_is_refused_before_the_database_is_asked(
    vendor_in: Vendor, settings: Any
) -> None:
    settings.RATE_FAILED_AUTH = 1
    vendor_in.send(RAW, {}, "a" * 43)
    with CaptureQueriesContext(connection) as asked:
        assert vendor_in.send(RAW, {}, "b" * 43).status_code == 429
    assert len(asked) == 0


def test_spent_address_still_brings_what_is_known(vendor_in: Vendor, settings: Any) -> None:
    """Somebody else's events come from the same vendor's addresses, to tokens that are none."""
    settings.RATE_FAILED_AUTH = 1
    assert vendor_in.post(EVENT).status_code == 200
    vendor_in.send(RAW, {}, "a" * 43)
    assert vendor_in.send(RAW, {}, "a" * 43).status_code == 429
    assert vendor_in.post(FAILED).status_code == 200


def test_other_methods(vendor_in: Vendor) -> None:
    """HeyGen asks with OPTIONS whether somebody is there."""
    client, url = Client(enforce_csrf_checks=True), f"{PATH}/{vendor_in.token}/"
    assert client.options(url).status_code == 200
    assert client.get(url).status_code == 405
    assert client.post(url, RAW, content_type="application/json").status_code == 200


def test_token_is_stored_as_a_digest(vendor_in: Vendor) -> None:
    [row] = Receiver.objects.values()
    assert vendor_in.token not in repr(row)
    assert vendor_in.token.encode() not in bytes(row["token"])
    assert SECRET not in repr(row)


def test_new_pepper_keeps_old_addresses(vendor_in: Vendor, settings: Any) -> None:
    settings.API_KEY_PEPPER = f"{'n' * 50},{settings.API_KEY_PEPPER}"
    assert vendor_in.post(EVENT).status_code == 200


def test_address_that_is_used_outlives_its_pepper(vendor_in: Vendor, settings: Any) -> None:
    old, new = settings.API_KEY_PEPPER, "n" * 50
    settings.API_KEY_PEPPER = f"{new},{old}"
    assert vendor_in.post(EVENT).status_code == 200
    settings.API_KEY_PEPPER = new
    assert vendor_in.post(FAILED).status_code == 200


def test_old_events_are_forgotten(vendor_in: Vendor) -> None:
    vendor_in.post(EVENT)
    vendor_in.post(FAILED)
    InboundEvent.objects.filter(type="avatar_video.fail").update(
        received_at=timezone.now() - timedelta(days=31)
    )
    assert (inbox.prune(), inbox.prune()) == (1, 0)
    assert InboundEvent.objects.get().type == "avatar_video.success"


def test_database_that_is_away(vendor_in: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not stored is not answered with 200, so that the vendor comes again."""

    def away(*given: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(inbox, "keep", away)
    answer = vendor_in.post(EVENT)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


def test_sealed_service_takes_no_event(vendor_in: Vendor, settings: Any) -> None:
    settings.CREDENTIAL_KEYS = ""
    assert vendor_in.post(EVENT).status_code == 503


STAMPED: dict[str, tuple[int, str, int]] = {
    "now": (0, "{}", 200),
    "29 minutes old": (-1740, "{}", 200),
    "31 minutes old": (-1860, "{}", 401),
    "half a minute ahead": (30, "{}", 200),
    "2 minutes ahead": (120, "{}", 401),
    "upper case": (0, "upper", 401),
    "of the body alone": (0, "bare", 401),
    "without a time": (0, "timeless", 401),
    "with two times": (0, "twice", 401),
}


@pytest.mark.parametrize(("offset", "form", "status"), STAMPED.values(), ids=STAMPED)
def test_stamped_scheme(account: Account, offset: int, form: str, status: int) -> None:
    """ElevenLabs signs `<seconds>.<body>`."""
    vendor = Vendor(credential_of(account.org, "elevenlabs"))
    raw = b'{"type":"speech_to_text_transcription","data":{"request_id":"t1"}}'
    stamp = int(time.time()) + offset
    good = mark(f"{stamp}.".encode() + raw)
    header = {
        "{}": f"t={stamp},v0={good}",
        "upper": f"t={stamp},v0={good.upper()}",
        "bare": f"t={stamp},v0={mark(raw)}",
        "timeless": f"v0={good}",
        "twice": f"t={stamp},t={stamp},v0={good}",
    }[form]
    answer = vendor.send(raw, {"ElevenLabs-Signature": header})
    assert answer.status_code == status
    assert InboundEvent.objects.filter(upstream_id="t1").count() == (status == 200)
