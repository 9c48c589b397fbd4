"""Jobs over HTTP: who sees which, the list's pages, one with its history, stopping, waiting."""

from __future__ import annotations

import time
import uuid
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.test import Client
from django.utils import timezone

from credentials.auth import identify_sync
from jobs import tracking
from jobs.models import Job
from services.following import hub as hubs
from services.following import views
from tests.conftest import Caller
from tests.factories import Account, make_account, make_policy
from tests.working import FAILED, RUNNING, SUCCEEDED, Status, begun

ANY = uuid.UUID(int=7)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "TICK", 0.05)


def delete(call: Caller, path: str, account: Account | None = None) -> Any:
    given = {"Authorization": (account or call.account).authorization}
    return call.client.delete(f"/api/ai-proxy/orgs/{path}", headers=given)


def test_job_tells_everything(call: Caller) -> None:
    job = begun(call.account)
    tracking.observe(job.id, RUNNING, "poll")
    tracking.observe(job.id, SUCCEEDED, "webhook")
    answer = call.get(f"acme/jobs/{job.id}/")
    assert answer.status_code == 200
    told = answer.json()["data"]
    history = told.pop("history")
    times = {
        name: told.pop(name) for name in ("created_at", "changed_at", "ended_at", "expires_at")
    }
    assert all(value.endswith("Z") for value in times.values())
    place = f"/api/ai-proxy/orgs/acme/jobs/{job.id}/"
    assert told == {
        "id": str(job.id),
        "kind": "vendor",
        "service": "heygen",
        "action": "generate-video",
        "status": "succeeded",
        "upstream_id": "vid1",
        "upstream_status": "completed",
        "progress": 100,
        "result": {"video_url": "https://x/v"},
        "error": None,
        "request_id": "r-1",
        "end_user": None,
        "links": {"self": place, "events": f"{place}events/", "media": f"{place}media/"},
    }
    assert [(line["number"], line["type"], line["source"]) for line in history] == [
        (1, "created", "call"), (2, "status", "poll"), (3, "succeeded", "webhook"),
    ]  # fmt: skip
    assert history[1]["data"] == {"status": "running", "upstream_status": "processing"}


def test_result_keeps_vendors_digits(call: Caller) -> None:
    job = begun(call.account)
    text = '{"z":1.10,"n":12345678901234567890123}'
    seen = tracking.Seen(Status.SUCCEEDED, "completed", 100, answer=f'{{"data":{text}}}')
    tracking.observe(job.id, seen, "poll")
    assert f'"result":{text}'.encode() in call.get(f"acme/jobs/{job.id}/").content


def test_failed_job_says_why(call: Caller) -> None:
    job = begun(call.account)
    tracking.observe(job.id, FAILED, "poll")
    told = call.get(f"acme/jobs/{job.id}").json()["data"]  # without the slash, too
    assert (told["status"], told["error"]) == ("failed", FAILED.error)
    assert told["history"][-1]["data"]["error"] == FAILED.error


ROUTES: list[tuple[str, str]] = [
    ("GET", ""), ("DELETE", ""), ("GET", "events/"), ("GET", "media/"), ("HEAD", "media/"),
    ("POST", "links/"), ("DELETE", "links/"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "route"), ROUTES)
def test_strangers_job_is_unknown(call: Caller, method: str, route: str) -> None:
    """Another org's, one outside the key's scopes, one that does not exist: one answer."""
    other = make_account("other")
    own, theirs = begun(call.account), begun(other)
    narrow = make_account("narrow", scopes=["heygen:list-*"])
    beyond = begun(narrow)

    def ask(account: Account, job: object) -> tuple[int, Any]:
        path = f"/api/ai-proxy/orgs/{account.org.slug}/jobs/{job}/{route}"
        headers = {"Authorization": account.authorization, "X-Request-Id": "same"}
        done = call.client.generic(method, path, headers=headers)
        return done.status_code, done.json() if method != "HEAD" else None

    asked = [ask(call.account, theirs.id), ask(call.account, ANY), ask(call.account, "nonsense")]
    asked += [ask(narrow, beyond.id)]
    assert {status for status, _ in asked} == {404}
    assert all(body == asked[0][1] for _, body in asked)
    wrong = call.client.generic(
        method,
        f"/api/ai-proxy/orgs/acme/jobs/{own.id}/{route}",
        headers={"Authorization": other.authorization},
    )
    assert wrong.status_code == 403
    bare = call.client.generic(method, f"/api/ai-proxy/orgs/acme/jobs/{own.id}/{route}")
    assert (bare.status_code, bare.headers["WWW-Authenticate"]) == (401, "Api-Key")
    assert {job.status for job in Job.objects.all()} == {Status.PENDING}


def test_key_without_calls_sees_no_jobs(call: Caller) -> None:
    keeper = make_account("keeper", access=["manage"])
    job = begun(keeper)
    for path in ("keeper/jobs/", f"keeper/jobs/{job.id}/"):
        answer = call.get(path, Authorization=keeper.authorization)
        assert (answer.status_code, answer.json()["code"]) == (403, "out_of_scope")


def test_reading_key_stops_nothing(call: Caller) -> None:
    reader = make_account("reader", access=["read"])
    job = begun(reader)
    assert call.get(f"reader/jobs/{job.id}/", Authorization=reader.authorization).status_code == 200
    assert delete(call, f"reader/jobs/{job.id}/", reader).status_code == 403
    assert Job.objects.get().status == Status.PENDING


def test_list_shows_own_jobs_of_scope(call: Caller) -> None:
    begun(make_account("other"))
    old, new = begun(call.account, "v1"), begun(call.account, "v2", action="v3-create-video")
    rows = call.get("acme/jobs/").json()
    assert [row["id"] for row in rows["data"]] == [str(new.id), str(old.id)]
    assert (rows["has_more"], rows["next_cursor"]) == (False, None)
    assert not {"result", "history"} & set(rows["data"][0])
    from credentials.issue import issue

    _, text = issue(call.account.org, scopes=["heygen:v3-*"])
    rows = call.get("acme/jobs/", Authorization=f"Api-Key {text}").json()
    assert [row["id"] for row in rows["data"]] == [str(new.id)]


def test_list_comes_in_pages(call: Caller) -> None:
    made = [str(begun(call.account, f"v{number}").id) for number in range(5)]
    Job.objects.update(created_at=timezone.now())  # all at one moment
    seen: list[str] = []
    cursor = ""
    while True:
        page = call.get(f"acme/jobs/?limit=2{cursor and f'&cursor={cursor}'}").json()
        seen += [row["id"] for row in page["data"]]
        if not page["has_more"]:
            break
        cursor = page["next_cursor"]
    assert (sorted(seen), len(seen)) == (sorted(made), 5)
    other = make_account("other")
    strange = call.get(f"other/jobs/?cursor={cursor}", Authorization=other.authorization)
    assert (strange.status_code, strange.json()["code"]) == (400, "bad_cursor")


def test_list_is_filtered(call: Caller) -> None:
    first = begun(call.account, "v1")
    second = begun(call.account, "v2", action="v3-create-video")
    third = begun(call.account, "d1", service="elevenlabs", action="create-dubbing")
    tracking.observe(second.id, SUCCEEDED, "poll")
    Job.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(days=2))
    yesterday = (timezone.now() - timedelta(days=1)).isoformat()
    for query, jobs in {
        "service=elevenlabs": [third],
        "action=v3-create-video": [second],
        "status=pending": [third, first],
        "status=succeeded,failed": [second],
        "kind=batch": [],
        f"created_after={yesterday}": [third, second],
        "service=heygen&status=pending": [first],
    }.items():
        rows = call.get(f"acme/jobs/?{query}").json()["data"]
        assert [row["id"] for row in rows] == [str(job.id) for job in jobs], query


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", "limit=x", "limit=\u0661", "status=done", "created_after=soon",
     "cursor=x", "page=2", "created_after=2026-13-40T00:00:00Z"],
)  # fmt: skip
def test_odd_list_is_refused(call: Caller, query: str) -> None:
    answer = call.get(f"acme/jobs/?{query}")
    assert (answer.status_code, answer.json()["origin"]) == (400, "proxy")


def test_stopping_is_for_good(call: Caller) -> None:
    job = begun(call.account)
    for _ in range(2):
        told = delete(call, f"acme/jobs/{job.id}/").json()["data"]
        assert (told["status"], told["progress"]) == ("stopped", None)
    assert [line["type"] for line in told["history"]] == ["created", "stopped"]
    assert Job.objects.get().due_at is None


def test_ended_job_cannot_be_stopped(call: Caller) -> None:
    job = begun(call.account)
    tracking.observe(job.id, SUCCEEDED, "poll")
    assert delete(call, f"acme/jobs/{job.id}/").json()["data"]["status"] == "succeeded"


@pytest.mark.parametrize("route", ["", "x/", "events/", "links/"])
def test_other_methods_are_refused(call: Caller, route: str) -> None:
    job = begun(call.account)
    place = f"/api/ai-proxy/orgs/acme/jobs/{'' if route == 'x/' else f'{job.id}/{route}'}"
    answer = call.client.put(place, headers={"Authorization": call.account.authorization})
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert "OPTIONS" in answer.headers["Allow"]


def test_browser_may_ask(db: None, client: Client) -> None:
    account = make_account("web", org_fields={"origins": ["https://app.example"]})
    job = begun(account)
    headers = {"Authorization": account.authorization, "Origin": "https://app.example"}
    for path in ("jobs/", f"jobs/{job.id}/", "jobs/none/"):
        answer = client.get(f"/api/ai-proxy/orgs/web/{path}", headers=headers)
        assert answer.headers["Access-Control-Allow-Origin"] == "https://app.example"
        assert answer.headers["X-Request-Id"]
    asked = client.options("/api/ai-proxy/orgs/web/jobs/", headers={"Origin": headers["Origin"]})
    assert "Last-Event-ID" in asked.headers["Access-Control-Allow-Headers"]
    foreign = client.get(
        "/api/ai-proxy/orgs/web/jobs/", headers=headers | {"Origin": "https://evil.example"}
    )
    assert foreign.status_code == 403


def test_calls_about_jobs_are_limited(call: Caller, settings: Any) -> None:
    settings.RATE_ORG = 2
    assert [call.get("acme/jobs/").status_code for _ in range(3)] == [200, 200, 429]


def test_wait_ends_with_time(call: Caller) -> None:
    job = begun(call.account)
    started = time.monotonic()
    told = call.get(f"acme/jobs/{job.id}/?wait=1").json()["data"]
    assert told["status"] == "pending"
    assert 0.9 < time.monotonic() - started < 10


def test_wait_for_what_ended_is_none(call: Caller) -> None:
    job = begun(call.account)
    tracking.observe(job.id, SUCCEEDED, "poll")
    started = time.monotonic()
    assert call.get(f"acme/jobs/{job.id}/?wait=60").json()["data"]["status"] == "succeeded"
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("wait", ["61", "-1", "x", "1.5", ""])
def test_odd_wait_is_refused(call: Caller, wait: str) -> None:
    job = begun(call.account)
    answer = call.get(f"acme/jobs/{job.id}/?wait={wait}")
    assert (answer.status_code, answer.json()["detail"][:5]) == (400, "wait:")


def test_waiting_counts_against_org(call: Caller, settings: Any) -> None:
    settings.MAX_IN_FLIGHT_ORG = 0
    job = begun(call.account)
    assert call.get(f"acme/jobs/{job.id}/?wait=1").status_code == 429
    assert call.get(f"acme/jobs/{job.id}/events/").status_code == 429
    assert call.get(f"acme/jobs/{job.id}/").status_code == 200


def test_silent_stream_shows_life(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "HEARTBEAT", 0.01)
    job = begun(call.account)
    left: list[bool] = []
    caller = identify_sync(call.account.authorization, "acme")
    stream = views.Events(caller, job, 0, lambda: left.append(True), headers={})

    async def start() -> list[bytes]:
        flow = stream._flow()
        pieces = [await anext(flow) for _ in range(4)]
        await flow.aclose()
        return pieces

    retry, event, *beats = async_to_sync(start)()
    assert (retry, event[:21]) == (b"retry: 2000\n\n", b"id: 1\nevent: created\n")
    assert beats == [b": still there\n\n"] * 2
    assert left  # its place is free again


def test_stream_tells_nothing_to_a_key_that_ended(call: Caller) -> None:
    job = begun(call.account)
    caller = identify_sync(call.account.authorization, "acme")
    stream = views.Events(caller, job, 0, lambda: None, headers={})

    async def every() -> list[bytes]:
        flow = stream._flow()
        before = [await anext(flow) for _ in range(2)]
        await sync_to_async(call.account.key.delete)()
        await sync_to_async(tracking.observe)(job.id, SUCCEEDED, "poll")
        return [*before, *[piece async for piece in flow]]

    assert not any(b"succeeded" in piece for piece in async_to_sync(every)())


def test_database_that_is_away_is_told(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    from services.following import finding

    def away(*_: object) -> None:
        raise OperationalError

    monkeypatch.setattr(finding, "_find", away)
    answer = call.get(f"acme/jobs/{ANY}/")
    assert (answer.status_code, answer.json()["retryable"]) == (503, True)


def test_disabled_service_gives_no_media(call: Caller) -> None:
    job = begun(call.account)
    tracking.observe(job.id, SUCCEEDED, "poll")
    make_policy(call.account.org, is_enabled=False)
    assert call.get(f"acme/jobs/{job.id}/media/").status_code == 404
    assert call.get(f"acme/jobs/{job.id}/").status_code == 200
