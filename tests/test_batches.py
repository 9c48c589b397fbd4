"""Batches: many calls in one request, each with a result of its own, none of them made twice."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from credentials import vault
from credentials.directory import directory
from credentials.issue import issue
from credentials.models import Org
from jobs import attempts, batching
from jobs.batching import claim
from jobs.models import Attempt, Batch, BatchItem, Job, Owned
from services import bulkhead, errand
from services.batches import carrying
from services.batches.carrying import carry_out
from services.rates import limiter
from services.recording import steady
from tests.conftest import Caller
from tests.factories import Account, make_account, make_policy
from tests.together import parallel, together
from tests.upstream import Received, Script, Upstream

VIDEO = {"video_inputs": [{"character": {"type": "avatar", "avatar_id": "a"}}]}
ACTION = "v3-create-video"
KEY = "bad_idempotency_key"


def created(title: str) -> dict[str, Any]:
    return {
        "body": {
            "type": "avatar",
            "avatar_id": "av",
            "script": "hi",
            "voice_id": "v",
            "title": title,
        }
    }


class Batcher:
    """Asks for batches and carries them out as the worker does."""

    def __init__(self, call: Caller) -> None:
        self.call = call

    def url(self, action: str = ACTION, service: str = "heygen") -> str:
        return f"{self.call.url(action, service)}batch/"

    def ask(self, items: Any, *, action: str = ACTION, more: Any = None, **headers: str) -> Any:
        body = json.dumps({"items": items, **(more or {})}).encode()
        return self.call.send(self.url(action), body, **headers)

    def made(self, items: Any, **options: Any) -> uuid.UUID:
        answer = self.ask(items, **options)
        assert answer.status_code == 202, answer.content
        return uuid.UUID(answer.json()["data"]["job"]["id"])

    def job(self, job: uuid.UUID) -> Any:
        return self.call.get(f"acme/jobs/{job}/").json()["data"]

    def items(self, job: uuid.UUID, query: str = "?limit=100") -> Any:
        answer = self.call.get(f"acme/jobs/{job}/items/{query}")
        assert answer.status_code == 200, answer.content
        return answer.json()["data"]


def work(rounds: int = 200) -> int:
    """Everything that is due, as one worker; how many pieces that were."""
    pieces = 0
    for _ in range(rounds):
        found = claim(10)
        if not found:
            return pieces
        for item in found:
            carry_out(item)
            pieces += 1
    raise AssertionError("There is no end to it.")


@pytest.fixture
def batch(call: Caller) -> Batcher:
    return Batcher(call)


def echo(received: Received) -> Script:
    """A vendor that makes a video of each title, but for those that it refuses."""
    title = received.json["title"]
    if title.startswith("bad"):
        told = {"error": {"code": "invalid_parameter", "message": f"no {title}"}}
        return Script(400, json.dumps(told).encode())
    if title.startswith("broken"):
        return Script(500, b"{}")
    return Script(200, json.dumps({"data": {"video_id": f"id-{title}"}}).encode())


def titles(vendor: Upstream) -> list[str]:
    return sorted(item.json["title"] for item in vendor.requests)


@pytest.mark.slow
def test_hundred_calls_have_a_result_each(batch: Batcher, vendor: Upstream) -> None:
    """Failures in the middle fail nothing else: the vendor's, the schema's and a lost answer."""
    vendor.plays(echo)
    wanted = [created(f"t{number}") for number in range(100)]
    wanted[40] = created("bad")
    wanted[41] = {"body": {"type": "avatar", "title": 7}}
    wanted[42] = created("broken")
    asked = batch.ask(wanted, more={"concurrency": 10})
    told = asked.json()["data"]["job"]
    assert (asked.status_code, asked["X-Job-Id"]) == (202, told["id"])
    assert asked["Link"] == f'</api/ai-proxy/orgs/acme/jobs/{told["id"]}/>; rel="monitor"'
    assert (told["kind"], told["status"], told["progress"]) == ("batch", "pending", 0)
    assert vendor.requests == []
    work()
    job = uuid.UUID(told["id"])
    done = batch.job(job)
    assert (done["status"], done["progress"]) == ("succeeded", 100)
    assert done["result"] == {"total": 100, "waiting": 0, "done": 97, "failed": 3, "stopped": 0}
    items = batch.items(job)
    assert [item["number"] for item in items] == list(range(100))
    assert [item["number"] for item in items if item["state"] == "failed"] == [40, 41, 42]
    assert items[7]["answer"] == {"data": {"video_id": "id-t7"}}
    assert [items[at]["status"] for at in (7, 40, 41, 42)] == [200, 400, 400, 502]
    assert (items[40]["answer"]["origin"], items[40]["answer"]["detail"]) == ("upstream", "no bad")
    assert items[41]["answer"]["code"] == "schema_violation"
    once = {f"t{number}" for number in range(100)} - {"t40", "t41", "t42"}
    assert set(titles(vendor)) == once | {"bad", "broken"}
    assert [name for name in titles(vendor) if name != "broken"] == sorted(once | {"bad"})


def test_items_link_the_jobs_that_they_start(batch: Batcher, vendor: Upstream) -> None:
    vendor.plays(echo)
    job = batch.made([created("one")])
    work()
    [item] = batch.items(job)
    child = Job.objects.get(pk=item["job"])
    assert (child.kind, child.upstream_id) == ("vendor", "id-one")
    assert item["links"]["job"].endswith(f"/jobs/{child.pk}/")


def test_item_goes_as_its_caller_wrote_it(batch: Batcher, vendor: Upstream) -> None:
    vendor.plays(echo)
    raw = json.dumps(created("n"))[:-2] + ',"speed": 1.10, "z": 1, "a": 12345678901234567890}}'
    body = b'{"concurrency": 1, "items": [' + raw.encode() + b"]}"
    assert batch.call.send(batch.url(), body).status_code == 202
    work()
    [received] = vendor.requests
    assert received.body.decode() == raw[len('{"body": ') : -1]


def test_envelopes_are_sealed_and_then_answers(batch: Batcher, vendor: Upstream) -> None:
    vendor.plays(echo)
    batch.made([created("a secret plan")])
    [item] = BatchItem.objects.all()
    assert opened(item) == json.dumps(created("a secret plan"))
    assert batching.answer(item) == ""
    work()
    item.refresh_from_db()
    assert opened(item) == batching.answer(item) == '{"data":{"video_id": "id-a secret plan"}}'
    assert item.due_at is None


def opened(item: BatchItem) -> str:
    """What is sealed in the row, of which the row itself tells nothing."""
    assert item.sealed.startswith("v1.k1.")
    assert "secret" not in item.sealed
    return vault.ring().open(item.sealed, item.row).reveal()


def test_progress_is_the_share_that_ended(batch: Batcher, vendor: Upstream) -> None:
    vendor.plays(echo)
    job = batch.made([created(f"t{number}") for number in range(4)])
    for expected in (25, 50, 75, 100):
        carry_out(claim(1)[0])
        assert batch.job(job)["progress"] == expected
    types = [line["type"] for line in batch.job(job)["history"]]
    assert types == ["created", "status", "progress", "progress", "succeeded"]


@pytest.mark.parametrize(
    ("body", "code", "detail"),
    [
        (b"", "bad_batch", "must be a JSON object"),
        (b"[]", "bad_batch", "must be a JSON object"),
        (b"{", "bad_json", "not valid JSON"),
        (b'{"items": [{}], "items": [{}]}', "bad_json", "twice"),
        (b'{"items": []}', "bad_batch", "items: must be a list"),
        (b'{"items": {}}', "bad_batch", "items: must be a list"),
        (b'{"item": [{}]}', "unknown_field", "Unknown field: item"),
        (b'{"items": [{}, 7]}', "bad_envelope", "items[1]: "),
        (b'{"items": [{}, null]}', "bad_envelope", "items[1]: "),
        (b'{"items": [{"bdy": {}}]}', "unknown_field", "items[0]: Unknown field: bdy"),
        (b'{"items": [{"headers": {"Host": "x"}}]}', "header_not_allowed", "items[0]: "),
        (b'{"items": [{"query": []}]}', "bad_envelope", "items[0]: query"),
        (b'{"items": [{}, {"headers": {"Idempotency-Key": ""}}]}', KEY, "items[1]: "),
        (b'{"items": [{}, {"headers": {"Idempotency-Key": "a#2"}}]}', KEY, "items[1]: "),
        (b'{"items": [{}], "concurrency": 0}', "bad_batch", "concurrency: "),
        (b'{"items": [{}], "concurrency": 11}', "bad_batch", "concurrency: "),
        (b'{"items": [{}], "concurrency": true}', "bad_batch", "concurrency: "),
        (b'{"items": [{}], "concurrency": "2"}', "bad_batch", "concurrency: "),
        (b'{"items": [' + b"{}," * 100 + b"{}]}", "bad_batch", "more than 100"),
    ],
)
def test_unusable_batch_is_refused_whole(
    batch: Batcher, vendor: Upstream, body: bytes, code: str, detail: str
) -> None:
    answer = batch.call.send(batch.url(), body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert detail in answer.json()["detail"]
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("action", "headers", "status", "code"),
    [
        ("upload-asset", {}, 400, "no_batch"),
        (ACTION, {"X-Dry-Run": "true"}, 400, "no_dry_run"),
        (ACTION, {"Idempotency-Key": "a b"}, 400, "bad_idempotency_key"),
        ("no-such", {}, 404, "action_not_found"),
        (ACTION, {"Authorization": "Api-Key nope"}, 401, "invalid_api_key"),
    ],
)
def test_batch_that_cannot_be_is_refused(
    batch: Batcher, vendor: Upstream, action: str, headers: dict[str, str], status: int, code: str
) -> None:
    answer = batch.ask([{}], action=action, **headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Job.objects.exists()


def test_key_outside_its_scope_makes_no_batch(batch: Batcher, vendor: Upstream) -> None:
    _, text = issue(batch.call.account.org, scopes=["heygen:list-*"])
    answer = batch.ask([created("a")], Authorization=f"Api-Key {text}")
    assert (answer.status_code, answer.json()["code"]) == (403, "out_of_scope")


def test_other_content_types_are_refused(batch: Batcher, vendor: Upstream) -> None:
    answer = batch.call.send(batch.url(), b'{"items": [{}]}', kind="text/plain")
    assert answer.status_code == 415


def test_same_key_is_the_same_batch(batch: Batcher, vendor: Upstream) -> None:
    vendor.plays(echo)
    first = batch.ask([created("a")], Idempotency_Key="k1")
    again = batch.call.send(
        batch.url(),
        json.dumps({"items": [created("a")]}, indent=2).encode(),
        Idempotency_Key='"k1"',
    )
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json()["data"]["job"]["id"] == first.json()["data"]["job"]["id"]
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    other = batch.ask([created("b")], Idempotency_Key="k1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    elsewhere = batch.ask([{}], action="v3-create-speech", Idempotency_Key="k1")
    assert elsewhere.status_code == 202
    assert Batch.objects.count() == 2
    assert batch.made([created("a")]) != batch.made([created("a")])


def test_key_is_the_orgs_own(batch: Batcher, vendor: Upstream) -> None:
    other = Batcher(Caller(make_account("other")))
    mine = batch.ask([created("a")], Idempotency_Key="k1").json()["data"]["job"]["id"]
    theirs = other.ask([created("b")], Idempotency_Key="k1").json()["data"]["job"]["id"]
    assert mine != theirs
    answer = other.call.get(f"other/jobs/{mine}/items/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_item_that_was_cut_off_is_not_paid_twice(batch: Batcher, vendor: Upstream) -> None:
    """The worker ended after the vendor's answer and before it was kept with the batch."""
    vendor.plays(echo)
    job = batch.made([created("a")])
    [item] = claim(1)
    held = batching.found(item)
    assert held is not None
    assert batching.begin(held, 60)
    wanted = carrying._answered(held, carrying.usage.Trail())  # and then it is gone
    assert wanted.status == 200
    assert claim(1) == []
    BatchItem.objects.update(due_at=timezone.now(), lease_until=timezone.now())
    work()
    assert batch.items(job)[0]["answer"] == {"data": {"video_id": "id-a"}}
    assert titles(vendor) == ["a"]
    assert Attempt.objects.filter(billable=True).count() == 1


def test_item_is_recorded_when_the_database_is_back(
    batch: Batcher, vendor: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is away for a moment after the vendor's answer, and an item's loop ends with its call."""
    done = attempts.done
    failing = [True]

    def late(*given: Any) -> Any:
        if failing and failing.pop():
            raise OperationalError("the connection is closed")
        return done(*given)

    monkeypatch.setattr(attempts, "done", late)
    monkeypatch.setattr(steady, "FIRST", 0.01)
    vendor.plays(echo)
    batch.made([created("a")])
    work()
    assert Attempt.objects.get().state == "done"
    assert Job.objects.filter(upstream_id="id-a").exists()
    assert Owned.objects.filter(resource="id-a").exists()


def test_items_own_key_holds(batch: Batcher, vendor: Upstream) -> None:
    vendor.plays(echo)
    single = batch.call(ACTION, created("a"), Idempotency_Key="mine")
    item = {**created("a"), "headers": {"Idempotency-Key": "mine"}}
    job = batch.made([item, item])
    work()
    assert [found["answer"] for found in batch.items(job)] == [single.json()] * 2
    assert titles(vendor) == ["a"]


def test_items_key_is_read_as_a_calls(batch: Batcher, vendor: Upstream) -> None:
    """A quoted one is the bare one, and none that a call may not have is ever used."""
    vendor.plays(echo)
    batch.call(ACTION, created("a"), Idempotency_Key="mine")
    item = {**created("a"), "headers": {"Idempotency-Key": '"mine"'}}
    job = batch.made([item, created("b")])
    row = BatchItem.objects.get(number=1)
    row.sealed = vault.ring().seal('{"headers": {"Idempotency-Key": ""}}', row.row)
    row.save()
    work()
    assert [found["status"] for found in batch.items(job)] == [200, 400]
    assert titles(vendor) == ["a"]


def test_batch_is_placed_once_however_often_it_is_tried(
    batch: Batcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection was cut between the commit and the word of it: `short` runs it again."""
    places = batching.place

    def twice(order: batching.Order) -> tuple[Job, bool]:
        places(order)
        return places(order)

    monkeypatch.setattr(batching, "place", twice)
    answer = batch.ask([created("a")])
    assert "Idempotent-Replayed" not in answer
    assert (Batch.objects.count(), BatchItem.objects.count()) == (1, 1)
    assert answer["X-Job-Id"] == str(Batch.objects.get().pk)
    monkeypatch.setattr(batching, "place", places)
    assert batch.made([created("a")]) != Batch.objects.earliest("created_at").pk


def test_vendor_that_is_busy_is_asked_later(batch: Batcher, vendor: Upstream) -> None:
    vendor.answers({"error": {"code": "rate_limit", "message": "slow down"}}, status=429)
    job = batch.made([created("a")])
    carry_out(claim(1)[0])
    [item] = BatchItem.objects.all()
    assert (item.state, item.tries, item.lease_until) == ("waiting", 1, None)
    assert item.due_at is not None
    assert item.due_at > timezone.now()
    assert claim(1) == []
    vendor.plays(echo)
    BatchItem.objects.update(due_at=timezone.now())
    work()
    assert batch.items(job)[0]["state"] == "done"


def test_own_limit_delays_and_fails_nothing(
    batch: Batcher, vendor: Upstream, settings: Any
) -> None:
    vendor.plays(echo)
    job = batch.made([created(f"t{number}") for number in range(3)])
    settings.RATE_ORG = 2
    limiter.forget()
    work()
    states = BatchItem.objects.order_by("state").values_list("state", flat=True)
    assert list(states) == ["done", "done", "waiting"]
    settings.RATE_ORG = 100
    limiter.forget()
    BatchItem.objects.filter(state="waiting").update(due_at=timezone.now())
    work()
    assert {item["state"] for item in batch.items(job)} == {"done"}


def test_budget_ends_what_is_beyond_it(batch: Batcher, vendor: Upstream) -> None:
    make_policy(batch.call.account.org, paid_per_day=2)
    directory.forget()
    vendor.plays(echo)
    job = batch.made([created(f"t{number}") for number in range(4)])
    work()
    items = batch.items(job)
    assert [item["status"] for item in items] == [200, 200, 402, 402]
    assert items[2]["answer"]["code"] == "budget_exceeded"
    assert len(vendor.requests) == 2


@pytest.mark.parametrize("how", ["revoked", "expired", "org off"])
def test_key_that_ended_stops_the_rest(batch: Batcher, vendor: Upstream, how: str) -> None:
    vendor.plays(echo)
    job = batch.made([created(f"t{number}") for number in range(3)])
    carry_out(claim(1)[0])
    account: Account = batch.call.account
    if how == "revoked":
        account.key.revoke()
    elif how == "expired":
        account.key.expires_at = timezone.now()
        account.key.save()
    else:
        account.org.is_active = False
        account.org.save()
    assert work() <= 2
    if how == "org off":
        Org.objects.filter(pk=account.org.pk).update(is_active=True)
    found = Job.objects.get(pk=job)
    assert (found.status, found.error["code"]) == ("failed", "batch_stopped")
    assert found.result == {"total": 3, "waiting": 0, "done": 1, "failed": 0, "stopped": 2}
    assert not BatchItem.objects.filter(state="stopped").exclude(sealed="").exists()
    assert len(vendor.requests) == 1


def test_service_that_was_switched_off_fails_items(batch: Batcher, vendor: Upstream) -> None:
    job = batch.made([created("a")])
    make_policy(batch.call.account.org, is_enabled=False)
    work()
    assert [item["status"] for item in batch.items(job)] == [404]
    assert vendor.requests == []


def test_stopped_batch_begins_nothing_more(batch: Batcher, vendor: Upstream) -> None:
    vendor.plays(echo)
    job = batch.made([created(f"t{number}") for number in range(3)])
    first = claim(1)[0]
    carry_out(first)
    batch.call.client.delete(
        f"/api/ai-proxy/orgs/acme/jobs/{job}/",
        headers={"Authorization": batch.call.account.authorization},
    )
    assert work() == 0
    assert [item["state"] for item in batch.items(job)] == ["done", "stopped", "stopped"]
    assert batch.job(job)["status"] == "stopped"
    assert not BatchItem.objects.filter(state="stopped").exclude(sealed="").exists()


def test_batch_whose_time_is_over_is_given_up(batch: Batcher, vendor: Upstream) -> None:
    job = batch.made([created("a"), created("b")])
    Job.objects.update(expires_at=timezone.now())
    assert work() == 0
    assert [item["state"] for item in batch.items(job)] == ["stopped", "stopped"]
    assert batch.job(job)["status"] == "expired"
    assert vendor.requests == []


def test_claims_keep_to_the_concurrency(batch: Batcher, vendor: Upstream) -> None:
    batch.made([created(f"t{number}") for number in range(9)], more={"concurrency": 3})
    first = claim(100)
    assert len(first) == 3
    assert claim(100) == []
    BatchItem.objects.filter(pk=first[0]).update(state="done", due_at=None, lease_until=None)
    assert len(claim(100)) == 1


@parallel
def test_workers_together_keep_to_the_concurrency(batch: Batcher, vendor: Upstream) -> None:
    batch.made([created(f"t{number}") for number in range(20)], more={"concurrency": 3})
    taken = together(*[lambda: claim(10)] * 8)
    assert len({item for found in taken for item in found}) == sum(map(len, taken)) == 3


def test_orgs_take_turns(batch: Batcher, vendor: Upstream) -> None:
    for _ in range(3):
        batch.made([created("a")] * 9)
    other = Batcher(Caller(make_account("other")))
    job = other.made([created("b")] * 9)
    taken = claim(6)
    assert BatchItem.objects.filter(pk__in=taken, batch_id=job).count() == 3


def test_lost_claim_is_due_again(batch: Batcher, vendor: Upstream) -> None:
    batch.made([created("a")])
    [item] = claim(1)
    held = batching.found(item)
    assert held is not None
    BatchItem.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert not batching.begin(held, 60)
    assert claim(1) == [item]
    assert batching.begin(held, 60)
    assert not batching.begin(held, 60)


def test_too_many_waiting_are_refused(
    batch: Batcher, vendor: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batching, "MOST_WAITING", 3)
    batch.made([created("a")] * 2)
    answer = batch.ask([created("a")] * 2)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_waiting")
    assert "Retry-After" in answer


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("?limit=2", [0, 1]),
        ("?state=failed", [1]),
        ("?state=failed,done", [0, 1, 2]),
        ("?state=waiting", []),
    ],
)
def test_items_come_in_pages(
    batch: Batcher, vendor: Upstream, query: str, numbers: list[int]
) -> None:
    vendor.plays(echo)
    job = batch.made([created("a"), created("bad"), created("c")])
    work()
    assert [item["number"] for item in batch.items(job, query)] == numbers


def test_page_ends_where_its_answers_grow_long(batch: Batcher, vendor: Upstream) -> None:
    """And holds one at least; the cursor goes on with the next."""
    job = batch.made([created(f"t{number}") for number in range(5)])
    sizes = [900_000, 900_000, 900_000, 3_000_000, 10]
    for item in BatchItem.objects.order_by("number"):
        held = batching.found(item.pk)
        assert held is not None
        batching.finish(held, batching.Result(200, json.dumps("x" * sizes[item.number])))
    pages, cursor = [], ""
    while cursor is not None:
        told = batch.call.get(f"acme/jobs/{job}/items/?limit=100{cursor}").json()
        pages.append([(item["number"], len(item["answer"])) for item in told["data"]])
        cursor = told["next_cursor"] and f"&cursor={told['next_cursor']}"
        assert told["has_more"] is (cursor is not None)
    assert [[number for number, _ in page] for page in pages] == [[0, 1], [2], [3], [4]]
    assert [size for page in pages for _, size in page] == sizes


def test_items_are_read_in_the_orgs_slots(
    batch: Batcher, vendor: Upstream, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulkhead, "orgs", type(bulkhead.orgs)())  # others left streams unread
    job = batch.made([created("a")])
    batch.items(job)
    settings.MAX_IN_FLIGHT_ORG = 1
    leave = bulkhead.enter("acme")
    answer = batch.call.get(f"acme/jobs/{job}/items/")
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_concurrent")
    leave()
    batch.items(job)
    batch.items(job)


@pytest.mark.parametrize(
    ("action", "size", "kept"),
    [("list-voices", 60_000, True), ("list-voices", 70_000, False), (ACTION, 70_000, True)],
)
def test_long_answer_of_a_read_is_not_kept(
    batch: Batcher, vendor: Upstream, action: str, size: int, kept: bool
) -> None:
    vendor.answers({"data": {"video_id": "v", "note": "x" * size}})
    job = batch.made([created("a") if action == ACTION else {}], action=action)
    work()
    [told] = batch.items(job)
    assert (told["status"], told["answer"] is not None) == (200, kept)


@pytest.mark.parametrize("query", ["?limit=0", "?limit=x", "?state=open", "?page=2", "?cursor=x"])
def test_unusable_query_is_refused(batch: Batcher, vendor: Upstream, query: str) -> None:
    job = batch.made([created("a")])
    assert batch.call.get(f"acme/jobs/{job}/items/{query}").status_code == 400


def test_finished_batch_is_told_once(
    batch: Batcher, vendor: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(batching.outbox, "tell", lambda job, type: told.append(type))
    vendor.plays(echo)
    batch.made([created("a"), created("b")])
    work()
    assert told.count("batch.finished") == 1


def test_bug_in_the_proxy_fails_its_item_alone(
    batch: Batcher, vendor: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor.plays(echo)
    job = batch.made([created("a"), created("b")])
    genuine: Callable[..., Any] = errand.gateway.invoke

    async def invoke(invocation: Any) -> Any:
        if invocation.call.body["title"] == "a":
            raise RuntimeError("sk-secret")
        return await genuine(invocation)

    monkeypatch.setattr(errand.gateway, "invoke", invoke)
    work()
    first, second = batch.items(job)
    assert (first["status"], first["answer"]["code"], second["status"]) == (
        500,
        "internal_error",
        200,
    )
    assert "sk-secret" not in json.dumps(first)
