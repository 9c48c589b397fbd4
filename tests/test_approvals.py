"""Calls that wait for a person: which do, who decides, and that what was approved is made once."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from credentials.issue import issue, roll
from credentials.models import AuditEvent
from jobs import approving as ledger
from jobs.models import Approval, Attempt
from tests.conftest import Caller
from tests.factories import Account, make_account, make_policy
from tests.live import ROOT
from tests.managing import Manager, make_manager
from tests.people import staff, superuser
from tests.upstream import Upstream

SCENE = {
    "character": {"type": "avatar", "avatar_id": "a"},
    "voice": {"type": "silence"},
}
VIDEO: dict[str, Any] = {"body": {"video_inputs": [SCENE], "title": "Täst"}}
DUB = {"video_url": "https://example.com/v.mp4", "output_language": "fr"}
CSS = ROOT / "console" / "static" / "console"
MADE = {"code": 100, "data": {"video_id": "v1"}, "message": "Success"}


@pytest.fixture
def waits(call: Caller, vendor: Upstream) -> Caller:
    """An org all of whose paid calls wait for a person."""
    make_policy(call.account.org, approve_above=0)
    vendor.answers(MADE)
    return call


def asked(call: Caller, **headers: str) -> Any:
    """What a call that waits is told."""
    answer = call("generate-video", VIDEO, **headers)
    told = answer.json()
    assert (answer.status_code, told["code"]) == (403, "approval_required"), told
    return told["approval"]


def decide(row: Any, word: str = "approve", client: Client | None = None) -> Any:
    return (client or superuser(word + row["id"][:4])).post(
        f"/admin/approvals/{row['id']}/", {"word": word}
    )


def carried(call: Caller, row: Any) -> Any:
    return call.send(row["links"]["call"])


def test_paid_call_waits_and_nothing_is_sent(waits: Caller, vendor: Upstream) -> None:
    row = asked(waits)
    assert (row["status"], row["units"], vendor.requests) == ("pending", 1, [])
    assert waits.get(f"acme/approvals/{row['id']}/").json()["data"] == row
    assert carried(waits, row).json()["code"] == "approval_required"
    assert (vendor.requests, Attempt.objects.count()) == ([], 0)


def test_reads_tests_and_dry_runs_do_not_wait(waits: Caller, vendor: Upstream) -> None:
    assert waits("list-avatars").status_code == 200
    body = {"body": {**VIDEO["body"], "test": True}}
    assert waits("generate-video", body).json().get("code") != "approval_required"
    assert waits("generate-video", VIDEO, X_Dry_Run="true").status_code == 200
    assert Approval.objects.count() == 0


def test_same_call_asks_once_and_another_asks_anew(waits: Caller) -> None:
    first = asked(waits)
    assert asked(waits) == first
    other = {"body": {**VIDEO["body"], "title": "other"}}
    assert waits("generate-video", other).json()["approval"]["id"] != first["id"]


def test_approved_call_is_made_once_as_it_was_asked(waits: Caller, vendor: Upstream) -> None:
    row = asked(waits)
    assert decide(row).status_code == 302
    answers = [carried(waits, row) for _ in range(3)]
    assert [answer.json() for answer in answers] == [{"data": {"video_id": "v1"}}] * 3
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    [sent] = vendor.requests
    assert sent.json == VIDEO["body"]


def test_retry_of_the_call_is_the_approved_one(waits: Caller, vendor: Upstream) -> None:
    decide(asked(waits))
    assert waits("generate-video", VIDEO).json() == {"data": {"video_id": "v1"}}
    again = asked(waits)  # the same words once more are another call
    assert (len(vendor.requests), again["status"]) == (1, "pending")


def test_retry_with_its_own_key_is_answered_again(waits: Caller, vendor: Upstream) -> None:
    decide(asked(waits, Idempotency_Key="mine"))
    for _ in range(2):
        answer = waits("generate-video", VIDEO, Idempotency_Key="mine")
        assert answer.json() == {"data": {"video_id": "v1"}}
    assert len(vendor.requests) == 1


def test_refused_call_stays_refused(waits: Caller, vendor: Upstream) -> None:
    row = asked(waits)
    decide(row, "refuse")
    assert carried(waits, row).json()["code"] == "approval_refused"
    assert waits("generate-video", VIDEO).json()["code"] == "approval_refused"
    assert vendor.requests == []


def test_decision_is_final(waits: Caller) -> None:
    row = asked(waits)
    decide(row, "refuse")
    decide(row, "approve")
    assert Approval.objects.get().state == "refused"


def test_late_word_and_late_use_are_too_late(waits: Caller, vendor: Upstream) -> None:
    row, past = asked(waits), timezone.now() - timedelta(seconds=1)
    Approval.objects.update(expires_at=past)
    decide(row)
    assert Approval.objects.get().state == "pending"
    decide(second := asked(waits))
    assert second["id"] != row["id"]
    Approval.objects.update(expires_at=past)
    assert carried(waits, second).json()["code"] == "approval_over"
    assert vendor.requests == []


def test_what_was_not_sent_may_be_made_again(
    waits: Caller, vendor: Upstream, settings: Any
) -> None:
    row = asked(waits)
    decide(row)
    settings.HEYGEN_BASE_URL = "http://127.0.0.1:9"
    assert waits("generate-video", VIDEO).status_code == 502
    settings.HEYGEN_BASE_URL = vendor.url
    assert waits("generate-video", VIDEO).json() == {"data": {"video_id": "v1"}}
    assert len(vendor.requests) == 1


def test_long_used_approval_is_over(waits: Caller, vendor: Upstream) -> None:
    row = asked(waits)
    decide(row)
    carried(waits, row)
    Attempt.objects.all().delete()  # as the ledger forgets keys
    Approval.objects.update(carried_at=timezone.now() - timedelta(hours=25))
    assert carried(waits, row).json()["code"] == "approval_over"
    assert len(vendor.requests) == 1


def test_guards_stand_after_approval(waits: Caller, vendor: Upstream) -> None:
    row = asked(waits)
    decide(row)
    policy = waits.account.org.policies.get()
    policy.disabled_actions = ["generate-video"]
    policy.save()
    assert carried(waits, row).status_code == 404
    assert vendor.requests == []


def test_nothing_but_what_was_asked_is_sent(waits: Caller, vendor: Upstream) -> None:
    row = asked(waits)
    decide(row)
    Approval.objects.update(fingerprint="of another call")
    assert carried(waits, row).status_code == 404
    assert vendor.requests == []


def test_only_who_asked_sees_and_carries_out(waits: Caller, vendor: Upstream) -> None:
    row = asked(waits)
    decide(row)
    other = make_account("other")
    _, text = issue(waits.account.org)
    for account in (other, Account(waits.account.org, waits.account.key, text)):
        stranger = Caller(account)
        own = f"/api/ai-proxy/orgs/{account.org.slug}/approvals/{row['id']}/call/"
        assert stranger.send(own).status_code == 404
    assert vendor.requests == []


@pytest.mark.parametrize(
    ("policy", "key", "waiting"),
    [(None, None, False), (0, None, True), (None, 0, True), (1, None, False), (1, 0, True)],
)
def test_smaller_limit_holds(
    vendor: Upstream, db: None, policy: int | None, key: int | None, waiting: bool
) -> None:
    vendor.answers(MADE)
    call = Caller(make_account(approve_above=key))
    make_policy(call.account.org, approve_above=policy)
    assert (call("generate-video", VIDEO).status_code == 403) == waiting


def test_limit_counts_pieces(waits: Caller) -> None:
    waits.account.org.policies.update(approve_above=2)
    tongues = ["fr", "de", "es"]
    for count, status in ((2, 200), (3, 403)):
        body = {**DUB, "output_languages": tongues[:count]}
        assert waits("translate-video", {"body": body}).status_code == status
    assert Approval.objects.get().units == 3


def test_batch_of_paid_calls_is_refused(waits: Caller) -> None:
    url = waits.url("generate-video") + "batch/"
    answer = waits.send(url, json.dumps({"items": [VIDEO]}).encode())
    assert (answer.status_code, answer.json()["code"]) == (403, "approval_required")


def test_what_waits_is_bounded(waits: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.approving.MOST_PENDING", 1)
    asked(waits)
    answer = waits("generate-video", {"body": {**VIDEO["body"], "title": "other"}})
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_waiting")


def test_record_tells_who_asked_and_decided(waits: Caller) -> None:
    row = asked(waits)
    decide(row)
    told = AuditEvent.objects.filter(event__startswith="approval.").order_by("seq")
    key = waits.account.key.id
    assert [(one.event, one.actor_kind, one.org) for one in told] == [
        ("approval.requested", "key", "acme"),
        ("approval.approved", "user", "acme"),
    ]
    assert told[0].actor == key
    assert "Täst" not in json.dumps([one.detail for one in told])


def test_call_is_sealed(waits: Caller) -> None:
    asked(waits)
    assert "Täst" not in Approval.objects.get().sealed


def test_console_shows_the_call_and_get_decides_nothing(waits: Caller) -> None:
    row = asked(waits)
    page = superuser().get(f"/admin/approvals/{row['id']}/")
    assert "Täst" in page.content.decode()
    assert Approval.objects.get().state == "pending"
    assert row["id"] in superuser("two").get("/admin/approvals/").content.decode()


def test_who_may_only_look_decides_nothing(waits: Caller) -> None:
    row = asked(waits)
    assert decide(row, client=staff("view_approval")).status_code == 403
    assert staff("view_job", name="x").get("/admin/approvals/").status_code == 403
    assert Approval.objects.get().state == "pending"


@pytest.fixture
def boss(waits: Caller) -> Manager:
    row, text = issue(waits.account.org, access=["manage"])
    return Manager(Account(waits.account.org, row, text))


def test_managing_key_decides(waits: Caller, boss: Manager, vendor: Upstream) -> None:
    row = asked(waits)
    [[listed]] = boss.walk("approvals/")
    assert (listed["id"], listed["status"]) == (row["id"], "pending")
    call = json.loads(boss.data("GET", f"approvals/{row['id']}/request/")["call"])
    assert call == VIDEO
    told = boss.data("POST", f"approvals/{row['id']}/decision/", {"approve": True})
    assert told["status"] == "approved"
    said = boss.refused("POST", f"approvals/{row['id']}/decision/", {"approve": False})
    assert said == (409, "approval_decided")
    assert carried(waits, row).status_code == 200


def test_key_decides_nothing_about_its_own_calls(vendor: Upstream, db: None) -> None:
    api = make_manager(approve_above=0)
    row = asked(Caller(api.account))
    for path, body in (("decision", {"approve": True}), ("link", {"name": "me"})):
        said = api.refused("POST", f"approvals/{row['id']}/{path}/", body)
        assert said == (403, "own_approval")


def test_key_narrows_the_staffs_limit_and_never_lifts_it(waits: Caller, boss: Manager) -> None:
    waits.account.org.policies.update(approve_above=3)
    for given in (None, 4):
        said = boss.refused("PATCH", "policy/heygen/", {"approve_above": given})
        assert said == (403, "beyond_policy")
    told = boss.data("PATCH", "policy/heygen/", {"approve_above": 0})
    assert told["policy"]["approve_above"] == 0
    assert told["in_words"].endswith("Every paid call waits for a person.")


def test_key_hands_on_no_larger_limit(vendor: Upstream, db: None) -> None:
    api = make_manager(approve_above=1)
    for given in ({}, {"approve_above": 2}):
        said = api.refused("POST", "api-keys/", {"access": ["manage"], **given})
        assert said == (403, "beyond_own_rights")
    made = api.data("POST", "api-keys/", {"access": ["manage"], "approve_above": 1})
    assert made["approve_above"] == 1


def test_rolled_key_goes_on_with_its_approvals(waits: Caller, vendor: Upstream) -> None:
    row = asked(waits)
    decide(row)
    key, text = roll(waits.account.key)
    account = Account(waits.account.org, key, text)
    assert carried(Caller(account), row).status_code == 200
    assert key.approve_above == waits.account.key.approve_above


def test_staff_calls_from_the_playground_without_asking(waits: Caller, vendor: Upstream) -> None:
    url = "/admin/playground/send/acme/heygen/generate-video/"
    answer = superuser().put(url, json.dumps(VIDEO), content_type="application/json")
    assert (answer.status_code, len(vendor.requests)) == (200, 1)


def test_old_approvals_are_forgotten(waits: Caller) -> None:
    asked(waits)
    assert ledger.prune() == 0
    Approval.objects.update(expires_at=timezone.now() - ledger.KEPT - timedelta(days=1))
    assert ledger.prune() == 1


def test_other_orgs_keys_see_nothing(waits: Caller) -> None:
    row, other = asked(waits), make_manager("other")
    assert other.walk("approvals/") == [[]]
    for path in ("decision", "link"):
        body = {"approve": True} if path == "decision" else {"name": "x"}
        assert other.refused("POST", f"approvals/{row['id']}/{path}/", body)[0] == 404


def link(boss: Manager, row: Any) -> str:
    answer = boss("POST", f"approvals/{row['id']}/link/", {"name": "Dana"})
    url: str = answer.json()["link"]
    return url.removeprefix("http://testserver")


def form(client: Client, url: str) -> str:
    """The token that the page's form is sent with."""
    page = client.get(url).content.decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found, page
    assert "Täst" in page
    return found[1]


def test_link_shows_the_call_and_decides_once(waits: Caller, boss: Manager) -> None:
    url = link(boss, asked(waits))
    client = Client(enforce_csrf_checks=True)
    sent = {"csrfmiddlewaretoken": form(client, url), "word": "approve"}
    assert client.head(url).status_code == client.get(f"{url}?word=approve").status_code == 200
    assert Approval.objects.get().state == "pending"  # a scanner that follows links
    assert client.post(url, {"word": "approve"}, headers={"Cookie": ""}).status_code == 403
    assert client.post(url, sent).status_code == 200
    assert client.post(url, sent | {"word": "refuse"}).status_code == 409
    row = Approval.objects.get()
    assert (row.state, "Dana" in row.decided_by) == ("approved", True)
    assert "Approve</button>" not in client.get(url).content.decode()


def test_person_is_told_of_what_is_not_shown(waits: Caller, boss: Manager) -> None:
    waits("generate-video", {"body": {**VIDEO["body"], "title": "Täst" * 6000}})
    row = {"id": str(Approval.objects.get().pk)}
    page = Client().get(link(boss, row)).content.decode()
    assert re.search(r"\.\.\. \d{4} CHARACTERS ARE NOT SHOWN \.\.\.", page)


def test_org_page_tells_what_waits(waits: Caller) -> None:
    client, url = superuser("root"), f"/admin/credentials/org/{waits.account.org.pk}/change/"
    assert "for a person to approve" not in client.get(url).content.decode()
    row = asked(waits)
    assert "1 call waits for a person to approve." in client.get(url).content.decode()
    decide(row, client=client)
    assert "for a person to approve" not in client.get(url).content.decode()


def test_page_of_a_link_brings_its_own_colours() -> None:
    console, alone = ((CSS / name).read_text() for name in ("console.css", "alone.css"))
    beyond = re.sub(r"(?s)^(:root|\.dark) \{.*?^\}", "", console, flags=re.MULTILINE)
    used = set(re.findall(r"var\((--[\w-]+)", beyond)) - {"--c-mono"}
    assert used == set(re.findall(r"(--[\w-]+):", alone))


def test_made_up_and_old_links_do_not_work(waits: Caller, boss: Manager, settings: Any) -> None:
    url = link(boss, asked(waits))
    assert Client().get(url[:-6] + "AAAAA/").status_code == 404
    settings.APPROVAL_HOURS = 0
    assert Client().post(url, {"word": "approve"}).status_code == 404
    assert Approval.objects.get().state == "pending"


def test_link_is_not_told_to_who_asked(waits: Caller, boss: Manager) -> None:
    row = asked(waits)
    token = link(boss, row).split("/")[2]
    told = json.dumps(asked(waits)) + waits.get(f"acme/approvals/{row['id']}/").content.decode()
    assert token not in told
    assert "/approve/" not in told


def test_wait_ends_with_the_decision(waits: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.approvals.TICK", 0.05)
    row = asked(waits)
    answer = waits.get(f"acme/approvals/{row['id']}/?wait=1")
    assert answer.json()["data"]["status"] == "pending"
    decide(row)
    answer = waits.get(f"acme/approvals/{row['id']}/?wait=60")
    assert answer.json()["data"]["status"] == "approved"
    assert waits.get(f"acme/approvals/{row['id']}/?wait=61").status_code == 400


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_one_call(vendor: Upstream) -> None:
    vendor.answers(MADE, delay=0.2)
    call = Caller(make_account(approve_above=0))
    row = asked(call)
    decide(row)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: carried(Caller(call.account), row), range(4)))
    assert len(vendor.requests) == 1
    assert {answer.status_code for answer in answers} <= {200, 409, 503}  # 503: SQLite's one writer
