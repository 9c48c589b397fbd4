"""The ledger's pages: what runs, what it came to, and which calls nobody knows the end of."""

from __future__ import annotations

import html
import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from console import words
from credentials.models import Org
from jobs import budgets
from jobs.budgets import Limits
from jobs.models import Attempt, Batch, BatchItem, Job, JobEvent
from tests.factories import make_org, make_policy
from tests.people import staff, superuser

SECRET = "st-SESSION-TOKEN-4711"
LONG_AGO = datetime(2026, 11, 20, 12, 59, tzinfo=UTC)
ADVICE = "The vendor may have done it, and charged for it."


@pytest.fixture
def admin(db: None) -> Client:
    return superuser()


@pytest.fixture
def acme(db: None) -> Org:
    return make_org("acme")


def text(page: Any) -> str:
    """What a page says, in one line."""
    assert page.status_code == 200, page.status_code
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())


def make_job(org: Org, **fields: Any) -> Job:
    now = timezone.now()
    given = {"service": "heygen", "action": "generate-video", "expires_at": now, **fields}
    job = Job.objects.create(org=org, **given)
    JobEvent.objects.create(job=job, number=1, type="created", source="call")
    return job


def make_attempt(org: Org, **fields: Any) -> Attempt:
    given: dict[str, Any] = {
        "service": "heygen", "action": "generate-video", "billable": True, "source": "tenant",
        "credential": uuid.uuid4(), "lease_until": timezone.now(), "request_id": "r-1",
    }  # fmt: skip
    return Attempt.objects.create(org_id=org.pk, **{**given, **fields})


def test_jobs_are_listed_and_found(admin: Client, acme: Org) -> None:
    other = make_org("other")
    make_job(acme, upstream_id="vid-1", status="failed", error={"code": "render_failed"})
    make_job(other, upstream_id="vid-2", service="liveavatar", request_id="r-2")
    page = text(admin.get("/admin/jobs/"))
    assert "2 jobs" in page
    assert all(word in page for word in ("vid-1", "vid-2", "render_failed", "acme", "other"))
    for query, found in (
        ("org=acme", "vid-1"),
        ("service=liveavatar", "vid-2"),
        ("status=failed", "vid-1"),
        ("q=vid-2", "vid-2"),
        ("q=r-2", "vid-2"),
        (f"q={Job.objects.get(upstream_id='vid-1').pk}", "vid-1"),
    ):
        page = text(admin.get(f"/admin/jobs/?{query}"))
        assert ("1 job " in page, found in page) == (True, True), query
    assert "Nothing matches." in text(admin.get("/admin/jobs/?q=no-such"))


def test_job_tells_its_story(admin: Client, acme: Org) -> None:
    attempt = make_attempt(acme)
    job = make_job(acme, upstream_id="vid-1", status="succeeded", attempt_id=attempt.pk)
    job.result = {"video_url": "https://files.example/v.mp4", "access_token": SECRET}
    job.save()
    page = admin.get(f"/admin/jobs/{job.pk}/")
    told = text(page)
    assert all(word in told for word in ("finished", "vid-1", "video_url", "created", "call"))
    assert SECRET not in page.content.decode()
    assert f"/admin/attempts/?q={attempt.pk}" in page.content.decode()
    assert "1 attempt " in text(admin.get(f"/admin/attempts/?q={attempt.pk}"))
    assert admin.get(f"/admin/jobs/{uuid.uuid4()}/").status_code == 404


def test_batch_shows_its_items(admin: Client, acme: Org) -> None:
    job = make_job(acme, kind="batch", status="running", progress=50)
    child = make_job(acme, upstream_id="vid-9")
    batch = Batch.objects.create(job=job, key_id="k", fingerprint="", concurrency=1, base_url="")
    BatchItem.objects.create(batch=batch, number=0, state="done", status=200, job=child)
    BatchItem.objects.create(batch=batch, number=1, sealed="v1.k.x.y")
    told = text(admin.get(f"/admin/jobs/{job.pk}/"))
    assert "2 in all: 1 answered, 0 failed, 1 waiting, 0 not carried out." in told
    assert "v1.k.x.y" not in told
    assert "item 0 of a batch" in text(admin.get(f"/admin/jobs/{child.pk}/"))


def test_unknown_attempts_come_first_with_advice(admin: Client, acme: Org) -> None:
    make_attempt(
        acme, state="unknown", sends=1, fault="upstream_timeout", request_id="r-lost",
        reserved_at=timezone.now() - timedelta(days=3),
    )  # fmt: skip
    for number in range(60):
        make_attempt(acme, state="done", status=200, request_id=f"r-{number}")
    page = text(admin.get("/admin/attempts/"))
    assert page.index("r-lost") < page.index("r-59")
    assert all(word in page for word in (ADVICE, "upstream_timeout", "61 attempts"))
    assert "Outcome unknown" not in text(admin.get("/admin/attempts/?p=2"))
    assert "1 attempt " in text(admin.get("/admin/attempts/?state=unknown"))
    assert "Nothing matches." in text(admin.get("/admin/attempts/?org=other"))


@pytest.mark.parametrize(
    ("fields", "advice"),
    [
        ({"billable": False}, "It costs nothing"),
        ({"billable": True}, ADVICE),
        ({"billable": True, "honoured": True}, ADVICE),
        ({"billable": True, "honoured": True, "key": "d"}, "with the same Idempotency-Key again"),
        ({"billable": True, "honoured": True, "key": "d", "reserved_at": LONG_AGO}, ADVICE),
        (
            {"billable": True, "honoured": True, "key": "d"},
            "the credential has the same secret",
        ),
        ({"billable": True, "honoured": True, "key": "d"}, "until 2026-11-22 10:00 UTC"),
        ({"billable": True, "honoured": True, "key": "d"}, "An item of a batch"),
    ],
)
def test_advice_fits_what_is_known(fields: dict[str, Any], advice: str) -> None:
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    given = {"reserved_at": noon - timedelta(hours=1), **fields}
    assert advice in words.unknown(Attempt(**given), noon)


def test_org_page_tells_jobs_losses_and_spending(admin: Client, acme: Org) -> None:
    url = f"/admin/credentials/org/{acme.pk}/change/"
    page = text(admin.get(url))
    assert "Latest jobs None yet." in page
    assert "unknown outcome" not in page
    make_job(acme, upstream_id="vid-1")
    make_attempt(acme, state="unknown", request_id="r-lost")
    make_attempt(make_org("other"), state="unknown", request_id="r-other")
    make_policy(acme, paid_per_day=2)
    for _ in range(2):
        budgets.reserve(acme.pk, "heygen", "k", Limits(org=2))
    page = text(admin.get(url))
    assert all(word in page for word in ("vid-1", "r-lost", ADVICE))
    assert "r-other" not in page
    assert "At most 2 paid calls a day (UTC). Paid calls today: 2 of 2 used up" in page


def test_pages_cost_no_more_with_more_rows(admin: Client, acme: Org) -> None:
    batch_job = make_job(acme, kind="batch")
    batch = Batch.objects.create(
        job=batch_job, key_id="k", fingerprint="", concurrency=1, base_url=""
    )
    orgs = [acme, *(make_org(f"org{number}") for number in range(5))]
    pages = (
        "/admin/jobs/", "/admin/attempts/", f"/admin/jobs/{batch_job.pk}/",
        f"/admin/credentials/org/{acme.pk}/change/",
    )  # fmt: skip

    def grow(start: int) -> None:
        for number in range(start, start + 5):
            for org in orgs:
                make_job(org)
                make_attempt(org, state="unknown")
                make_attempt(org, state="done")
            BatchItem.objects.create(batch=batch, number=number, job=make_job(acme))

    def cost(url: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert admin.get(url).status_code == 200
        return len(queries)

    grow(0)
    before = [cost(url) for url in pages]
    grow(5)
    assert [cost(url) for url in pages] == before


def test_pages_are_for_those_who_may(db: None, acme: Org) -> None:
    job = make_job(acme, upstream_id="vid-1")
    make_attempt(acme, state="unknown", request_id="r-lost")
    stranger, reader = staff("view_org"), staff("view_org", "view_job", name="reader")
    for url in ("/admin/jobs/", f"/admin/jobs/{job.pk}/", "/admin/attempts/"):
        assert stranger.get(url).status_code == 403
        assert Client().get(url).status_code == 302
    page = stranger.get(f"/admin/credentials/org/{acme.pk}/change/")
    assert "vid-1" not in text(page)
    assert "r-lost" not in text(page)
    assert "vid-1" in text(reader.get(f"/admin/credentials/org/{acme.pk}/change/"))
    assert reader.get("/admin/attempts/").status_code == 403
