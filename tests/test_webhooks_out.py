"""What orgs' endpoints are told: signed, in time, again and again, and never somewhere private."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from standardwebhooks import WebhookVerificationError

from credentials.models import AuditEvent
from jobs import deliveries, outbox, tracking
from jobs.deliveries import Told
from jobs.models import Delivery, DeliveryTry, Endpoint, Job, Message
from jobs.tracking import Origin, Seen, Start
from services import resolver
from services.webhooks import addresses, delivering, endpoints
from services.webhooks.addresses import Unusable
from tests.factories import Account, make_account
from tests.live import ROOT, Service, database
from tests.together import parallel, together
from tests.upstream import Script, Upstream
from tests.webhooks import credential_of, hurry, make_endpoint, make_job, verified


@pytest.fixture
def listener(vendor: Upstream) -> Upstream:
    """An org's own server: anything is allowed here, as on a developer's machine."""
    return vendor


def work() -> int:
    found = deliveries.claim(100)
    for delivery in found:
        delivering.deliver(delivery)
    return len(found)


def test_subscriber_verifies_what_it_is_told(account: Account, listener: Upstream) -> None:
    _, secret = make_endpoint(account.org, f"{listener.url}/in?for=us")
    credential = credential_of(account.org).pk
    what = Start("heygen", "v3-create-video", "v3-get-video", "v1")
    job = tracking.start(what, Origin(account.org.pk, credential, "tenant", "r1"))
    tracking.observe(job.pk, Seen(Job.Status.SUCCEEDED, "completed", result={"url": "u"}), "poll")
    assert work() == 2
    [made, done] = sorted(listener.requests, key=lambda sent: sent.json["type"])
    assert {(sent.method, sent.target) for sent in (made, done)} == {("POST", "/in?for=us")}
    assert verified(made, secret)["type"] == "job.created"
    told = verified(done, secret)
    assert set(told) == {"type", "timestamp", "data"}
    assert told["type"] == "job.succeeded"
    data = told["data"]
    assert (data["id"], data["service"], data["status"]) == (str(job.pk), "heygen", "succeeded")
    assert (data["upstream_id"], data["result"]) == ("v1", {"url": "u"})
    assert data["links"]["job"].endswith(f"/api/ai-proxy/orgs/acme/jobs/{job.pk}/")
    assert done.header("content-type") == ["application/json"]
    [name] = done.header("webhook-id")
    assert name.startswith("msg_")
    assert name != made.header("webhook-id")[0]
    assert {row.state for row in Delivery.objects.all()} == {"delivered"}
    assert {row.status for row in DeliveryTry.objects.all()} == {200}
    assert work() == 0
    with pytest.raises(WebhookVerificationError):
        verified(done, "whsec_" + "A" * 32)


def test_event_is_of_the_change(account: Account, listener: Upstream) -> None:
    """Both are there, or neither is."""
    make_endpoint(account.org, listener.url)
    job = make_job(account.org)

    def change() -> None:
        with transaction.atomic():
            outbox.tell(job, "job.updated")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change()
    assert (Message.objects.count(), Delivery.objects.count()) == (0, 0)


def test_each_endpoint_gets_what_it_wants(account: Account, listener: Upstream) -> None:
    every, _ = make_endpoint(account.org, f"{listener.url}/all")
    ends, _ = make_endpoint(account.org, f"{listener.url}/ends", events=["job.failed"])
    make_endpoint(account.org, f"{listener.url}/off", is_enabled=False)
    make_endpoint(make_account("other").org, f"{listener.url}/other")
    job = make_job(account.org)
    outbox.tell(job, "job.updated")
    outbox.tell(job, "job.failed")
    outbox.announce(account.org.pk, "budget.warning", {"spent": 80})
    work()
    seen = sorted((sent.target, sent.json["type"]) for sent in listener.requests)
    assert seen == [
        ("/all", "budget.warning"),
        ("/all", "job.failed"),
        ("/all", "job.updated"),
        ("/ends", "job.failed"),
    ]
    same = [sent for sent in listener.requests if sent.json["type"] == "job.failed"]
    assert len({sent.header("webhook-id")[0] for sent in same}) == 1
    assert len({sent.body for sent in same}) == 1
    assert every.deliveries.count() == 3
    assert ends.deliveries.count() == 1


def test_nobody_listens_nothing_is_written(account: Account) -> None:
    outbox.tell(make_job(account.org), "job.updated")
    assert not Message.objects.exists()


def test_large_result_is_read_at_its_link(account: Account, listener: Upstream) -> None:
    make_endpoint(account.org, listener.url)
    job = make_job(account.org, status="failed", error={"code": "c", "message": "é" * 1000})
    job.result = {"text": "é" * 5000}
    outbox.tell(job, "job.failed")
    body = Message.objects.get().body
    assert len(body.encode()) < 20_000
    assert json.loads(body)["data"]["result"] is None


def test_rotated_secret_signs_beside_the_new_one(account: Account, listener: Upstream) -> None:
    endpoint, old = make_endpoint(account.org, listener.url)
    new = endpoints.rotate(endpoint)
    assert old != new
    outbox.test(endpoint)
    work()
    [sent] = listener.requests
    assert len(sent.header("webhook-signature")[0].split(" ")) == 2
    assert verified(sent, old) == verified(sent, new)
    day = timezone.now() + timedelta(hours=24, seconds=1)
    assert endpoints.secrets(endpoint, day) == [new]
    third = endpoints.rotate(endpoint)
    assert endpoints.secrets(endpoint)[:2] == [third, new]
    assert AuditEvent.objects.filter(event="webhook_endpoint.secret_rotated").count() == 2


class Clock:
    """A week in a moment: deliveries are made when they are due, and never slept for."""

    def __init__(self) -> None:
        self.now = self.start = timezone.now()
        self.tries: list[timedelta] = []

    def run(self, told: Told, *, most: int = 50) -> None:
        while (due := self.due()) is not None and len(self.tries) < most:
            self.now = max(self.now, due)
            [claimed] = deliveries.claim(10, self.now)
            self.tries.append(self.now - self.start)
            delivery = Delivery.objects.select_related("endpoint").get(pk=claimed)
            deliveries.note(delivery, told, self.now)

    @staticmethod
    def due() -> Any:
        rows = Delivery.objects.filter(state="pending", endpoint__is_enabled=True)
        return rows.order_by("due_at").values_list("due_at", flat=True).first()


def test_endpoint_that_is_down_for_76_hours(account: Account, listener: Upstream) -> None:
    endpoint, _ = make_endpoint(account.org, listener.url)
    outbox.tell(make_job(account.org), "job.created")
    clock = Clock()
    clock.run(Told(503, 12))
    planned = [0, 5, 305, 2105, 9305, 27305, 63305, 113705, 185705, 272105]
    assert len(clock.tries) == len(planned)
    for tried, least in zip(clock.tries, planned, strict=True):
        assert least <= tried.total_seconds() <= least * 1.1 + 1
    delivery, endpoint = Delivery.objects.get(), Endpoint.objects.get()
    assert (delivery.state, delivery.tries, delivery.due_at) == ("failed", 10, None)
    assert (endpoint.is_enabled, endpoint.disabled_reason) == (
        False,
        "Every try failed for days.",
    )
    event = AuditEvent.objects.order_by("seq").last()
    assert event is not None
    assert (event.event, event.org) == ("webhook_endpoint.disabled", "acme")
    outbox.tell(Job.objects.get(), "job.updated")
    assert Delivery.objects.count() == 1
    endpoints.change(endpoint, is_enabled=True)
    deliveries.again(delivery)
    assert work() == 1
    assert Delivery.objects.get().state == "delivered"


def test_one_success_saves_the_endpoint(account: Account, listener: Upstream) -> None:
    endpoint, _ = make_endpoint(account.org, listener.url)
    outbox.tell(make_job(account.org), "job.created")
    clock = Clock()
    clock.run(Told(500, 1), most=9)
    endpoint.refresh_from_db()
    assert endpoint.failing_since is not None
    other = outbox.test(endpoint)
    deliveries.note(other, Told(204, 1), clock.now)
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None
    clock.run(Told(500, 1))
    endpoint.refresh_from_db()
    assert endpoint.is_enabled
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["delivered", "failed"]


def test_gone_disables_at_once(
    account: Account, listener: Upstream, caplog: pytest.LogCaptureFixture
) -> None:
    endpoint, _ = make_endpoint(account.org, listener.url)
    outbox.tell(make_job(account.org), "job.created")
    listener.answers({}, status=410)
    assert work() == 1
    endpoint.refresh_from_db()
    assert (endpoint.is_enabled, endpoint.disabled_reason) == (False, "It answered 410 Gone.")
    assert Delivery.objects.get().state == "failed"
    assert "is disabled: It answered 410 Gone." in caplog.text


ANSWERS: dict[str, tuple[dict[str, Any], int | None, str]] = {
    "200": ({"status": 200}, 200, ""),
    "204": ({"status": 204}, 204, ""),
    "302": (
        {"status": 302, "headers": {"Location": "/elsewhere"}},
        302,
        "redirects are not followed",
    ),
    "304": ({"status": 304}, 304, "redirects are not followed"),
    "400": ({"status": 400}, 400, ""),
    "500": ({"status": 500}, 500, ""),
    "cut": ({"raw": b""}, None, "the connection broke"),
    "no HTTP": ({"raw": b"hello\r\n\r\n"}, None, "the connection broke"),
}


@pytest.mark.parametrize(("script", "status", "problem"), ANSWERS.values(), ids=ANSWERS)
def test_every_answer_is_noted(
    account: Account, listener: Upstream, script: dict[str, Any], status: int, problem: str
) -> None:
    make_endpoint(account.org, listener.url)
    outbox.tell(make_job(account.org), "job.created")
    listener.plays(lambda _: Script(**script))
    work()
    tried = DeliveryTry.objects.get()
    assert (tried.status, tried.problem) == (status, problem)
    delivery = Delivery.objects.get()
    good = status in (200, 204)
    assert delivery.state == ("delivered" if good else "pending")
    assert (delivery.due_at is None) == good
    assert [sent.target for sent in listener.requests] == ["/"]


@pytest.mark.parametrize(("after", "least"), [("60", 60), ("1", 5), ("999999999", 86400), ("x", 5)])
def test_busy_endpoint_says_when(
    account: Account, listener: Upstream, after: str, least: int
) -> None:
    make_endpoint(account.org, listener.url)
    outbox.tell(make_job(account.org), "job.created")
    listener.answers({}, status=429, headers={"Retry-After": after})
    work()
    due = Delivery.objects.get().due_at
    assert due is not None
    wait = (due - DeliveryTry.objects.get().at).total_seconds()
    assert least <= wait <= least * 1.1


def test_nobody_there_is_noted(account: Account, settings: Any) -> None:
    settings.ALLOW_INSECURE_UPSTREAMS = True
    make_endpoint(account.org, "http://127.0.0.1:1/")
    outbox.tell(make_job(account.org), "job.created")
    work()
    assert DeliveryTry.objects.get().problem == "no connection, or no public address"


def test_silent_endpoint_is_given_up(
    account: Account, listener: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "WITHIN", 0.3)
    make_endpoint(account.org, listener.url)
    outbox.tell(make_job(account.org), "job.created")
    listener.answers({}, delay=5.0)
    work()
    tried = DeliveryTry.objects.get()
    assert (tried.status, tried.problem) == (None, "no answer in 15 seconds")


REFUSED = {
    "plain http": "http://hooks.example.com/",
    "loopback": "https://127.0.0.1/",
    "loopback by name": "https://localhost/in",
    "loopback, short": "https://127.1/",
    "loopback as a number": "https://2130706433/",
    "loopback of IPv6": "https://[::1]/",
    "IPv4 in IPv6": "https://[::ffff:10.0.0.1]/",
    "private": "https://10.1.2.3/",
    "link-local": "https://169.254.169.254/latest/meta-data/",
    "carrier's": "https://100.64.0.1/",
    "everything": "https://0.0.0.0/",
    "nowhere": "https://nothing.invalid/",
    "a user": "https://user@hooks.example.com/",
    "a password": "https://user:pw@hooks.example.com/",
    "a fragment": "https://hooks.example.com/#a",
    "no host": "https:///in",
    "no URL": "hooks",
    "a file": "file:///etc/passwd",
    "a backslash": "https://hooks.example.com\\@127.0.0.1/",
    "a space": "https://hooks.example.com/a b",
    "a line": "https://hooks.example.com/\nX: y",
    "not ASCII": "https://hööks.example.com/",
    "a port of none": "https://hooks.example.com:0/",
    "a bad port": "https://hooks.example.com:x/",
    "long": "https://hooks.example.com/" + "a" * 2000,
}


@pytest.mark.parametrize("url", REFUSED.values(), ids=REFUSED)
def test_address_is_refused(settings: Any, url: str) -> None:
    settings.ALLOW_INSECURE_UPSTREAMS = False
    with pytest.raises(Unusable):
        addresses.clean(url)


class Answers:
    """Name servers that say one thing first, and another one then."""

    def __init__(self, *said: str) -> None:
        self.said, self.asked = list(said), 0

    async def __call__(self, host: str) -> list[str]:
        self.asked += 1
        return [self.said[min(self.asked, len(self.said)) - 1]]


def flip_flop(monkeypatch: pytest.MonkeyPatch, *said: str) -> Answers:
    answers = Answers(*said)
    defaults = (answers,)
    monkeypatch.setattr(resolver.Resolver.__init__, "__defaults__", defaults)
    return answers


def test_public_name_is_taken(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ALLOW_INSECURE_UPSTREAMS = False
    flip_flop(monkeypatch, "93.184.216.34")
    assert addresses.clean(" https://hooks.example.com/in?a=b ") == (
        "https://hooks.example.com/in?a=b"
    )


def test_name_that_turns_private_is_not_told(
    account: Account, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Public when it was saved, private when it is told (DNS rebinding)."""
    settings.ALLOW_INSECURE_UPSTREAMS = False
    answers = flip_flop(monkeypatch, "93.184.216.34", "127.0.0.1")
    make_endpoint(account.org, addresses.clean("https://hooks.example.com/"))
    outbox.tell(make_job(account.org), "job.created")
    work()
    assert answers.asked == 2
    assert DeliveryTry.objects.get().problem == "no connection, or no public address"


def test_slow_endpoint_does_not_hold_up_others(account: Account, listener: Upstream) -> None:
    """However much is to be told there, a few are tried at a time."""
    slow, _ = make_endpoint(account.org, f"{listener.url}/slow")
    make_endpoint(account.org, f"{listener.url}/quick", events=["job.failed"])
    job = make_job(account.org)
    for _ in range(20):
        outbox.tell(job, "job.updated")
    outbox.tell(job, "job.failed")
    claimed = deliveries.claim(100)
    urls = Delivery.objects.filter(pk__in=claimed).values_list("endpoint__url", flat=True)
    assert sorted(urls) == [f"{listener.url}/quick"] + [f"{listener.url}/slow"] * 4
    assert deliveries.claim(100) == []
    Delivery.objects.filter(endpoint=slow, pk__in=claimed[:2]).update(
        lease_until=None, state="delivered"
    )
    assert 1 <= len(deliveries.claim(100)) <= 2


def test_failing_endpoint_is_tried_one_at_a_time(account: Account, listener: Upstream) -> None:
    """And of all that an org has no more than two: each of them may hang."""
    for n in range(3):
        make_endpoint(account.org, f"{listener.url}/{n}")
    for _ in range(5):
        outbox.announce(account.org.pk, "budget.warning", {})
    Endpoint._base_manager.update(failing_since=timezone.now())
    first = deliveries.claim(100)
    assert len(first) == Endpoint.objects.filter(deliveries__in=first).distinct().count() == 2
    assert deliveries.claim(100) == []
    listener.answers({})
    delivering.deliver(first[0])  # and one is well again
    assert len(deliveries.claim(100)) == 5


def test_org_has_so_many_tries_at_a_time(account: Account, listener: Upstream) -> None:
    """However many endpoints it has, and whoever began to wait first."""
    for n in range(5):
        make_endpoint(account.org, f"{listener.url}/{n}")
    other = make_account("other").org
    make_endpoint(other, f"{listener.url}/other")
    for _ in range(3):
        outbox.announce(account.org.pk, "budget.warning", {})
    for _ in range(3):
        outbox.announce(other.pk, "budget.warning", {})
    first = deliveries.claim(4)
    assert sorted(_orgs(first)) == ["acme", "acme", "other", "other"]
    assert sorted(_orgs(deliveries.claim(100))) == ["acme"] * 4 + ["other"]
    assert deliveries.claim(100) == []


def _orgs(claimed: list[uuid.UUID]) -> list[str]:
    rows = Delivery.objects.filter(pk__in=claimed)
    return list(rows.values_list("endpoint__org__slug", flat=True))


def test_too_many_that_wait_are_given_up(
    account: Account, listener: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest of an endpoint; they can be told again."""
    monkeypatch.setattr(deliveries, "MOST", 3)
    endpoint, _ = make_endpoint(account.org, listener.url)
    full, _ = make_endpoint(account.org, f"{listener.url}/full", events=["job.created"])
    job = make_job(account.org)
    for _ in range(3):
        outbox.tell(job, "job.created")
    for _ in range(2):
        outbox.announce(account.org.pk, "budget.warning", {})
    rows = endpoint.deliveries.order_by("created_at")
    rows.filter(pk=rows[0].pk).update(lease_until=timezone.now())  # it is under way
    while deliveries.prune():
        pass
    states = [row.state for row in rows.all()]
    assert states == ["pending", "failed", "failed", "pending", "pending"]
    assert set(full.deliveries.values_list("state", flat=True)) == {"pending"}
    gone = rows.filter(state="failed")
    assert [(row.due_at, row.ended_at is None) for row in gone] == [(None, False)] * 2


def test_lease_that_ends_is_taken_by_others(account: Account, listener: Upstream) -> None:
    make_endpoint(account.org, listener.url)
    outbox.tell(make_job(account.org), "job.created")
    assert len(deliveries.claim(10)) == 1
    assert deliveries.claim(10) == []
    later = timezone.now() + deliveries.LEASE + timedelta(seconds=1)
    assert len(deliveries.claim(10, later)) == 1


def test_disabled_endpoint_is_told_nothing(account: Account, listener: Upstream) -> None:
    endpoint, _ = make_endpoint(account.org, listener.url)
    outbox.tell(make_job(account.org), "job.created")
    claimed = deliveries.claim(10)
    endpoints.change(endpoint, is_enabled=False)
    for delivery in claimed:
        delivering.deliver(delivery)
    hurry()
    assert work() == 0
    assert listener.requests == []
    endpoints.change(endpoint, is_enabled=True)
    assert work() == 1


def test_old_messages_are_forgotten(account: Account, listener: Upstream) -> None:
    make_endpoint(account.org, listener.url)
    job = make_job(account.org)
    outbox.tell(job, "job.created")
    Message.objects.update(created_at=timezone.now() - timedelta(days=31))
    outbox.tell(job, "job.updated")
    assert (deliveries.prune(), deliveries.prune()) == (1, 0)
    assert Message.objects.get().type == "job.updated"
    assert Delivery.objects.count() == 1


def test_endpoints_are_bounded(
    account: Account, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoints, "MOST", 2)
    for number in range(2):
        make_endpoint(account.org, f"https://a.example.com/{number}")
    with pytest.raises(ValidationError):
        make_endpoint(account.org, "https://a.example.com/3")
    make_endpoint(make_account("other").org, "https://a.example.com/")


def test_failures_are_no_changes_of_settings(account: Account, listener: Upstream) -> None:
    """An endpoint's ups and downs are not for the audit record, nor do they stop its workers."""
    make_endpoint(account.org, listener.url)
    outbox.tell(make_job(account.org), "job.created")
    before = AuditEvent.objects.count()
    listener.answers({}, status=500)
    work()
    hurry()
    listener.answers({})
    work()
    assert AuditEvent.objects.count() == before


KILLED = """
import os, signal, sys
import django
django.setup()
from credentials.models import Org
from jobs import deliveries, outbox
from services.webhooks import delivering, endpoints
made, secret = endpoints.create(Org.objects.create(slug="acme"), sys.argv[1])
outbox.test(made)
print(secret, flush=True)
def note(*given):
    os.kill(os.getpid(), signal.SIGKILL)
deliveries.note = note
[found] = deliveries.claim(10)
delivering.deliver(found)
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_killed_between_delivery_and_mark(listener: Upstream, tmp_path: Any) -> None:
    """It is delivered again, with the same id, so that the subscriber can tell."""
    with database(tmp_path) as url:
        service = Service(url, ALLOW_INSECURE_UPSTREAMS="true")
        service.manage("migrate")
        env = service.env | {"DJANGO_SETTINGS_MODULE": "proxy_project.settings"}
        done = subprocess.run(
            [sys.executable, "-c", KILLED, listener.url],
            cwd=ROOT,
            env=env,
            timeout=60,
            capture_output=True,
            text=True,
        )
        assert done.returncode == -signal.SIGKILL, done.stderr
        secret = done.stdout.split()[-1]
        assert len(listener.requests) == 1
        service.manage("shell", "-v", "0", "-c", AGAIN)
    first, second = listener.requests
    assert first.header("webhook-id") == second.header("webhook-id")
    assert first.body == second.body
    assert verified(second, secret) == verified(first, secret)


AGAIN = """
from jobs import deliveries
from jobs.models import Delivery
from services.webhooks import delivering
assert deliveries.claim(10) == []
Delivery.objects.update(lease_until=None)
[found] = deliveries.claim(10)
delivering.deliver(found)
assert Delivery.objects.get().state == "delivered"
"""


@pytest.mark.slow
@parallel
def test_many_workers_deliver_once(listener: Upstream) -> None:
    account = make_account()
    for number in range(5):
        make_endpoint(account.org, f"{listener.url}/{number}")
    job = make_job(account.org)
    for _ in range(6):
        outbox.tell(job, "job.updated")

    def drain() -> int:
        count, until = 0, time.monotonic() + 60
        while Delivery.objects.filter(state="pending").exists() and time.monotonic() < until:
            count += work()
        return count

    assert sum(together(drain, drain, drain, drain)) == 30
    sent = [(seen.target, seen.header("webhook-id")[0]) for seen in listener.requests]
    assert len(sent) == len(set(sent)) == 30
