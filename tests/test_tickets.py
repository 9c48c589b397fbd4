"""Browser tickets: what one is good for, where, how often, until when; and never for more."""

from __future__ import annotations

import base64
import json
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from credentials import tickets as sealing
from credentials.directory import directory
from credentials.issue import issue
from credentials.models import AuditEvent
from jobs.models import Attempt, Job, TicketUse
from services import usage
from services.action import hidden
from services.models import RecentCall
from tests.conftest import Caller
from tests.factories import Account, make_account
from tests.following import make_job

APP, OTHER = "https://app.example.com", "https://evil.example.com"
STARTED = {"error": None, "data": {"video_id": "v1"}}
SCENE = {
    "character": {"type": "avatar", "avatar_id": "a"},
    "voice": {"type": "text", "voice_id": "v", "input_text": "Hello."},
}
VIDEO = {"body": {"video_inputs": [SCENE]}}
ACTIONS = ["heygen:list-voices", "heygen:generate-video", "heygen:video-status"]


@dataclass
class Desk:
    """A backend that makes tickets, and the page that uses them."""

    call: Caller

    def ask(self, wish: dict[str, Any] | bytes = b"", **headers: str) -> Any:
        raw = wish if isinstance(wish, bytes) else json.dumps(wish).encode()
        slug = self.call.account.org.slug
        return self.call.send(f"/api/ai-proxy/orgs/{slug}/tickets/", raw, **headers)

    def make(self, **wish: Any) -> str:
        response = self.ask({"origin": APP, "actions": ACTIONS} | wish)
        assert response.status_code == 201, response.content
        text: str = response.json()["data"]["ticket"]
        return text

    def use(
        self, ticket: str, action: str = "list-voices", envelope: Any = None, **more: str
    ) -> Any:
        given = {"Authorization": f"Token {ticket}", "Origin": APP} | more
        return self.call(action, envelope, **{k: v for k, v in given.items() if v})

    def get(self, ticket: str, path: str, **more: str) -> Any:
        given = {"Authorization": f"Token {ticket}", "Origin": APP} | more
        return self.call.get(f"{self.call.account.org.slug}/{path}", **given)


@pytest.fixture
def desk(vendor: Any, db: None) -> Desk:
    return Desk(Caller(make_account(org_fields={"origins": [APP, OTHER]})))


def code(response: Any) -> tuple[int, str]:
    return response.status_code, response.json().get("code", "")


def test_answer_says_what_it_is_good_for(desk: Desk) -> None:
    wish = {"path_params": {"template_id": ["t1", 2]}, "calls": 5, "end_user": "u-42"}
    actions = ["heygen:generate-template-video"]
    before = time.time()
    response = desk.ask({"origin": APP, "actions": actions, "expires_in": 60} | wish)
    told = response.json()["data"]
    text, ends = told.pop("ticket"), told.pop("expires_at")
    assert response.headers["Cache-Control"] == "no-store"
    assert uuid.UUID(told.pop("id"))
    assert told == {
        "origin": APP,
        "actions": actions,
        "path_params": {"template_id": ["t1", "2"]},
        "query": {},
        "calls": 5,
        "end_user": "u-42",
        "jobs": [],
    }
    assert 58 <= datetime.fromisoformat(ends).timestamp() - before <= 62
    assert text.startswith("aipt_")
    assert len(text) < 1024
    assert hidden(f"see {text}!") == "see [redacted]!"


@pytest.mark.parametrize("scheme", ["Token", "Bearer", "Api-Key", "api-token"])
def test_every_scheme_carries_it(desk: Desk, scheme: str) -> None:
    response = desk.use("", Authorization=f"{scheme} {desk.make()}")
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == APP


@pytest.mark.parametrize(
    "origin", [OTHER, "", "null", "https://app.example.com:8443", "http://testserver"]
)
def test_other_origins_are_refused(desk: Desk, vendor: Any, origin: str) -> None:
    response = desk.use(desk.make(), Origin=origin)
    assert code(response) == (403, "origin_not_allowed")
    assert "ticket" in response.json()["detail"]
    assert vendor.requests == []


def test_other_actions_are_refused(desk: Desk, vendor: Any) -> None:
    ticket = desk.make(actions=["heygen:list-v*"])
    assert desk.use(ticket, "list-voices").status_code == 200
    assert code(desk.use(ticket, "list-avatars")) == (403, "out_of_scope")
    assert len(vendor.requests) == 1


def test_pinned_path_parameters_hold(desk: Desk, vendor: Any) -> None:
    ticket = desk.make(actions=["heygen:get-template*"], path_params={"template_id": "t1"})
    mine, other = ({"path_params": {"template_id": name}} for name in ("t1", "t2"))
    assert desk.use(ticket, "get-template", mine).status_code == 200
    refused = desk.use(ticket, "get-template", other)
    assert code(refused) == (403, "out_of_scope")
    assert refused.json()["detail"] == "The ticket is for another template_id."
    assert len(vendor.requests) == 1


PINNED = [
    ({"video_id": "v1"}, 200),
    ({"video_id": "v2"}, 403),
    ({"video_id": ["v1", "v2"]}, 403),
    ({}, 400),
]


@pytest.mark.parametrize(("query", "status"), PINNED)
def test_pinned_query_parameters_hold(desk: Desk, query: dict[str, Any], status: int) -> None:
    ticket = desk.make(actions=["heygen:video-status"], query={"video_id": "v1"})
    assert desk.use(ticket, "video-status", {"query": query}).status_code == status


def test_pinned_optional_query_must_be_there(desk: Desk, vendor: Any) -> None:
    ticket = desk.make(actions=["heygen:list-assets"], query={"folder_id": "f1"})
    assert desk.use(ticket, "list-assets", {"query": {"folder_id": "f1"}}).status_code == 200
    assert code(desk.use(ticket, "list-assets")) == (403, "out_of_scope")
    assert len(vendor.requests) == 1


def test_number_of_calls_is_kept_to(desk: Desk, vendor: Any) -> None:
    ticket = desk.make(calls=2)
    statuses = [desk.use(ticket).status_code for _ in range(4)]
    assert statuses == [200, 200, 403, 403]
    assert code(desk.use(ticket)) == (403, "ticket_used_up")
    assert len(vendor.requests) == 2


def test_refused_calls_are_not_counted(desk: Desk, vendor: Any) -> None:
    ticket = desk.make(calls=1)
    refused = (
        desk.use(ticket, Origin=OTHER),
        desk.use(ticket, "list-avatars"),
        desk.use(ticket, "list-voices", {"nonsense": 1}),
        desk.use(ticket, "generate-video", {"body": {"title": 3}}),
        desk.use(ticket, "list-voices", X_Dry_Run="true"),
    )
    assert [response.status_code for response in refused] == [403, 403, 400, 400, 200]
    assert vendor.requests == []
    assert desk.use(ticket).status_code == 200
    assert code(desk.use(ticket)) == (403, "ticket_used_up")


def test_vendor_that_is_not_reached_costs_no_call(desk: Desk, settings: Any, vendor: Any) -> None:
    ticket = desk.make(calls=1)
    settings.HEYGEN_BASE_URL = "http://127.0.0.1:1"
    assert code(desk.use(ticket)) == (502, "upstream_unreachable")
    settings.HEYGEN_BASE_URL = vendor.url
    vendor.answers({"error": "no"}, status=400)
    assert desk.use(ticket).status_code == 400  # the vendor's own refusal is an answer
    assert code(desk.use(ticket)) == (403, "ticket_used_up")


def test_replayed_answer_costs_no_call(desk: Desk, vendor: Any) -> None:
    vendor.answers(STARTED)
    ticket = desk.make(calls=2)
    first = desk.use(ticket, "generate-video", VIDEO, Idempotency_Key="k1")
    again = desk.use(ticket, "generate-video", VIDEO, Idempotency_Key="k1")
    assert first.content == again.content
    assert again.headers["Idempotent-Replayed"] == "true"
    other = {"body": VIDEO["body"] | {"title": "Other"}}
    reused = desk.use(ticket, "generate-video", other, Idempotency_Key="k1")
    assert code(reused) == (422, "idempotency_key_reused")
    assert desk.use(ticket).status_code == 200
    assert desk.use(ticket).status_code == 403


def test_one_user_gets_no_other_users_answer(desk: Desk, vendor: Any) -> None:
    vendor.answers(STARTED)
    one, two = desk.make(end_user="one"), desk.make(end_user="two")
    assert desk.use(one, "generate-video", VIDEO, Idempotency_Key="k").status_code == 200
    other = desk.use(two, "generate-video", VIDEO, Idempotency_Key="k")
    assert "Idempotent-Replayed" not in other.headers
    assert len(vendor.requests) == 2


@pytest.mark.django_db(transaction=True)
def test_concurrent_calls_are_never_more(vendor: Any) -> None:
    desk = Desk(Caller(make_account(org_fields={"origins": [APP]})))
    ticket = desk.make(calls=5)
    statuses: list[int] = []

    def turn() -> None:
        try:
            statuses.append(Desk(Caller(desk.call.account)).use(ticket).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=turn) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] * 5 + [403] * 7
    assert len(vendor.requests) == 5
    assert TicketUse.objects.get().used == 5


def _older(desk: Desk, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    now = time.time
    monkeypatch.setattr("credentials.auth.time.time", lambda: now() + seconds)


def test_ticket_ends(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    usual, longest = desk.make(), desk.make(expires_in=3600)
    _older(desk, monkeypatch, 301)
    assert code(desk.use(usual)) == (401, "ticket_expired")
    assert desk.use(longest).status_code == 200


def _revoke(account: Account) -> None:
    account.key.revoked_at = timezone.now()
    account.key.save()


def _switch_off(account: Account) -> None:
    account.org.is_active = False
    account.org.save()


def _narrow(account: Account) -> None:
    account.key.scopes = ["heygen:list-avatars"]
    account.key.save()


def _forbid(account: Account) -> None:
    account.org.origins = []
    account.org.save()


ENDS: list[tuple[Callable[[Account], None], tuple[int, str]]] = [
    (_revoke, (401, "invalid_ticket")),
    (_switch_off, (401, "invalid_ticket")),
    (_narrow, (403, "out_of_scope")),
    (_forbid, (403, "origin_not_allowed")),
]


@pytest.mark.parametrize(("change", "refusal"), ENDS)
def test_ticket_never_outlives_its_key(desk: Desk, change: Any, refusal: tuple[int, str]) -> None:
    ticket = desk.make()
    assert desk.use(ticket).status_code == 200
    change(desk.call.account)
    assert code(desk.use(ticket)) == refusal


def test_ticket_ends_with_its_keys_time(vendor: Any, db: None) -> None:
    soon = timezone.now() + timedelta(seconds=30)
    desk = Desk(Caller(make_account(org_fields={"origins": [APP]}, expires_at=soon)))
    told = desk.ask({"origin": APP, "actions": ACTIONS, "expires_in": 3600}).json()["data"]
    assert datetime.fromisoformat(told["expires_at"]) <= soon


def test_networks_of_its_key_hold(vendor: Any, db: None) -> None:
    account = make_account(org_fields={"origins": [APP]}, networks=["127.0.0.0/8"])
    desk = Desk(Caller(account))
    ticket = desk.make()
    assert desk.use(ticket).status_code == 200
    account.key.networks = ["192.0.2.0/24"]
    account.key.save()
    assert code(desk.use(ticket)) == (403, "network_not_allowed")


CLOSED = [
    ("POST", "tickets/"),
    ("GET", "api-keys/"),
    ("GET", "credentials/"),
    ("GET", "audit/"),
    ("POST", "services/heygen/list-voices/batch/"),
    ("GET", "services/heygen/credential/"),
    ("GET", "openapi.json"),
    ("GET", "jobs/5b0e7a2c-9a5f-4d6e-8f7a-0123456789ab/items/"),
    ("POST", "jobs/5b0e7a2c-9a5f-4d6e-8f7a-0123456789ab/links/"),
]


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_ticket_opens_nothing_else(vendor: Any, db: None, method: str, path: str) -> None:
    access = ["invoke", "manage"]
    desk = Desk(Caller(make_account(org_fields={"origins": [APP]}, access=access)))
    given = {"Authorization": f"Token {desk.make()}", "Origin": APP}
    response = desk.call.client.generic(method, f"/api/ai-proxy/orgs/acme/{path}", headers=given)
    assert code(response) == (403, "out_of_scope")


def test_ticket_is_its_orgs_alone(desk: Desk) -> None:
    make_account("globex", org_fields={"origins": [APP]})
    given = {"Authorization": f"Token {desk.make()}", "Origin": APP}
    url = desk.call.url("list-voices", org="globex")
    assert code(desk.call.send(url, b"{}", **given)) == (403, "permission_denied")


def test_discovery_shows_what_it_is_for(desk: Desk) -> None:
    ticket = desk.make()
    rows = desk.get(ticket, "services/").json()
    assert [(row["slug"], row["endpoint_count"]) for row in rows] == [("heygen", 3)]
    shown = desk.get(ticket, "services/heygen/").json()["endpoints"]
    assert sorted(one["slug"] for one in shown) == ["generate-video", "list-voices", "video-status"]


def test_own_jobs_are_followed_and_no_others(desk: Desk, vendor: Any) -> None:
    vendor.answers(STARTED)
    ticket, other = desk.make(end_user="u-42"), desk.make()
    make_job(desk.call.account, "v2")
    response = desk.use(ticket, "generate-video", VIDEO)
    job = response.headers["X-Job-Id"]
    told = desk.get(ticket, f"jobs/{job}/").json()["data"]
    assert (told["upstream_id"], told["end_user"]) == ("v1", "u-42")
    assert [row["id"] for row in desk.get(ticket, "jobs/").json()["data"]] == [job]
    assert desk.get(ticket, f"jobs/{job}/events/").status_code == 200
    assert desk.get(other, f"jobs/{job}/").status_code == 404
    assert desk.get(other, f"jobs/{job}/media/").status_code == 404
    assert desk.get(other, "jobs/").json()["data"] == []
    theirs = Job.objects.get(upstream_id="v2")
    for path in ("", "events/", "media/"):
        assert desk.get(ticket, f"jobs/{theirs.pk}/{path}").status_code == 404
    polls = {
        name: desk.use(ticket, "video-status", {"query": {"video_id": name}})
        for name in ("v1", "v2")
    }
    assert {name: poll.status_code for name, poll in polls.items()} == {"v1": 200, "v2": 404}


def test_named_jobs_are_followed_too(desk: Desk) -> None:
    known = make_job(desk.call.account)
    ticket = desk.make(jobs=[str(known.pk)])
    assert desk.get(ticket, f"jobs/{known.pk}/").status_code == 200
    foreign = make_job(make_account("globex"))
    refused = desk.ask({"origin": APP, "actions": ACTIONS, "jobs": [str(foreign.pk)]})
    assert code(refused) == (404, "not_found")


def test_usage_names_the_end_user(desk: Desk, vendor: Any) -> None:
    vendor.answers(STARTED)
    desk.use(desk.make(end_user="u-42"), "generate-video", VIDEO)
    usage.flush()
    assert Attempt.objects.get().end_user == "u-42"
    assert Job.objects.get().end_user == "u-42"
    assert RecentCall.objects.get().end_user == "u-42"


def test_end_user_has_a_rate(desk: Desk, settings: Any) -> None:
    settings.RATE_END_USER = 2
    one, again, other = desk.make(end_user="a"), desk.make(end_user="a"), desk.make(end_user="b")
    assert [desk.use(ticket).status_code for ticket in (one, again, again)] == [200, 200, 429]
    refused = desk.use(one)
    assert refused.json()["code"] == "rate_limited"
    assert refused.headers["RateLimit"].startswith('"end-user";r=0')
    assert desk.use(other).status_code == 200


def test_key_counts_its_tickets(vendor: Any, db: None, settings: Any) -> None:
    desk = Desk(Caller(make_account(org_fields={"origins": [APP]}, rate=3)))
    one, other = desk.make(), desk.make()
    assert [desk.use(ticket).status_code for ticket in (one, other)] == [200, 429]


def _flipped(text: str) -> str:
    raw = bytearray(base64.urlsafe_b64decode(text[5:] + "=" * (-len(text[5:]) % 4)))
    raw[40] ^= 1
    return "aipt_" + base64.urlsafe_b64encode(raw).decode().rstrip("=")


FORGED = [
    _flipped,
    lambda text: text[:-4],
    lambda text: text + "A",
    lambda text: "aipt_" + "A" * 100,
    lambda text: "aipt_",
    lambda text: text.replace("aipt_", "aips_"),
    lambda text: text + "=",
]


@pytest.mark.parametrize("forge", FORGED)
def test_forged_tickets_are_invalid(desk: Desk, settings: Any, forge: Any) -> None:
    settings.RATE_FAILED_AUTH = 1
    text = forge(desk.make())
    response = desk.use(text)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Api-Key"
    assert text not in response.content.decode()
    assert desk.use(text).status_code == 429  # each counts against who sent it


def test_pepper_can_change(desk: Desk, settings: Any) -> None:
    ticket = desk.make()
    settings.API_KEY_PEPPER = f"new-pepper-{'n' * 32},{settings.API_KEY_PEPPER}"
    assert desk.use(ticket).status_code == 200
    settings.API_KEY_PEPPER = settings.API_KEY_PEPPER.partition(",")[0]
    assert code(desk.use(ticket)) == (401, "invalid_ticket")


def test_no_two_share_a_key() -> None:
    ids = [sealing.new_id() for _ in range(50)]
    terms = {"digest": b"d" * 32, "origin": APP, "actions": ("a:b",), "expires_at": 1}
    same = [sealing.seal(sealing.Ticket(id=one, **terms), b"p" * 32) for one in ids]  # type: ignore[arg-type]
    assert len({text[28:60] for text in same}) == 50


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"origin": "*"}, "origin"),
    ({"origin": "https://*.example.com"}, "origin"),
    ({"origin": "HTTPS://APP.example.com"}, "origin"),
    ({"origin": None}, "origin"),
    ({"actions": []}, "actions"),
    ({"actions": ["list-voices"]}, "actions"),
    ({"actions": ["heygen:nothing-such"]}, "actions"),
    ({"actions": ["heygen:list-voices"] * 21}, "actions"),
    ({"actions": None}, "actions"),
    ({"calls": 0}, "calls"),
    ({"calls": True}, "calls"),
    ({"expires_in": 3601}, "expires_in"),
    ({"expires_in": 0}, "expires_in"),
    ({"expires_in": 1.5}, "expires_in"),
    ({"end_user": "x" * 65}, "end_user"),
    ({"end_user": "u 42"}, "end_user"),
    ({"path_params": {"template_id": "t"}}, "path_params"),  # no action of it has one
    ({"path_params": "t"}, "path_params"),
    ({"query": {"video_id": {}}}, "query"),
    ({"query": {"video_id": True}}, "query"),
    ({"jobs": ["x"]}, "jobs"),
    ({"scopes": []}, "scopes"),
]


@pytest.mark.parametrize(("wish", "field"), WRONG)
def test_wrong_wishes_are_named(desk: Desk, wish: dict[str, Any], field: str) -> None:
    response = desk.ask({"origin": APP, "actions": ACTIONS} | wish)
    assert code(response) == (400, "invalid_fields")
    assert [error["field"] for error in response.json()["errors"]] == [field]


def test_longest_ticket_fits_a_header(desk: Desk) -> None:
    values = [f"{n:->60}" for n in range(20)]
    wish = {"query": {"video_id": values}}
    response = desk.ask({"origin": APP, "actions": ACTIONS} | wish)
    assert code(response) == (400, "invalid_fields")
    assert len(desk.make(query={"video_id": values[:8]})) <= 1000


def test_browser_keys_make_none(desk: Desk) -> None:
    key, text = issue(desk.call.account.org, origins=[APP])
    browser = Desk(Caller(Account(desk.call.account.org, key, text)))
    response = browser.ask({"origin": APP, "actions": ACTIONS}, Origin=APP)
    assert code(response) == (403, "out_of_scope")


@pytest.mark.parametrize("access", [["read"], ["manage"]])
def test_making_needs_invoke(vendor: Any, db: None, access: list[str]) -> None:
    desk = Desk(Caller(make_account(org_fields={"origins": [APP]}, access=access)))
    assert code(desk.ask({"origin": APP, "actions": ACTIONS})) == (403, "out_of_scope")


BEYOND: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"scopes": ["heygen:list-*"]}, {"actions": ["heygen:generate-video"]}),
    ({"scopes": ["heygen:list-*"]}, {"actions": ["heygen:*"]}),
    ({"scopes": ["heygen:*"]}, {"actions": ["*:list-voices"]}),
    ({}, {"origin": "https://unknown.example.com"}),
]


@pytest.mark.parametrize(("key", "wish"), BEYOND)
def test_no_more_than_its_key(vendor: Any, db: None, key: Any, wish: Any) -> None:
    desk = Desk(Caller(make_account(org_fields={"origins": [APP]}, **key)))
    given = {"origin": APP, "actions": ["heygen:list-voices"]} | wish
    assert code(desk.ask(given)) == (403, "beyond_own_rights")


def test_making_floods_no_audit(desk: Desk) -> None:
    before = AuditEvent.objects.count()
    token = directory._token
    desk.make(calls=3)
    assert AuditEvent.objects.count() == before
    assert directory._token == token or token is None
