"""Guards that meet: approvals with tickets and the pass-through, long waits with keys that end."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import sync_to_async

from console import approving
from credentials.issue import issue
from jobs.models import Approval, Attempt
from services import approvals, bulkhead
from services.realtime import calls
from tests.agents import Agent
from tests.conftest import Caller
from tests.factories import Account, make_policy
from tests.people import superuser
from tests.test_approvals import decide
from tests.test_passthrough import Door
from tests.test_passthrough import door as door
from tests.test_realtime import Sandbox, Studio, spoken
from tests.test_realtime import heygen as heygen
from tests.test_realtime import liveavatar as liveavatar
from tests.test_tickets import STARTED, VIDEO, Desk
from tests.test_tickets import desk as desk
from tests.upstream import Script, Upstream

pytestmark = pytest.mark.django_db


def waiting(answer: Any) -> Any:
    told = answer.json()
    assert (answer.status_code, told["code"]) == (403, "approval_required"), told
    return told["approval"]


def test_pages_approved_call_is_made_once_whoever_asks(desk: Desk, vendor: Upstream) -> None:
    make_policy(desk.call.account.org, approve_above=0)
    vendor.answers(STARTED)
    page = desk.make(calls=5)
    row = waiting(desk.use(page, "generate-video", VIDEO))
    decide(row)
    assert desk.use(page, "generate-video", VIDEO).status_code == 200
    again = desk.call.send(row["links"]["call"])
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")
    assert (len(vendor.requests), Attempt.objects.count()) == (1, 1)


def test_backends_approved_call_is_not_made_by_the_page_too(desk: Desk, vendor: Upstream) -> None:
    make_policy(desk.call.account.org, approve_above=0)
    vendor.answers(STARTED)
    page = desk.make()
    named = {"Idempotency_Key": "k1"}
    row = waiting(desk.use(page, "generate-video", VIDEO, **named))
    decide(row)
    assert desk.call.send(row["links"]["call"]).status_code == 200
    assert desk.use(page, "generate-video", VIDEO, **named).status_code == 200
    assert len(vendor.requests) == 1


def test_what_is_approved_names_its_method_and_path(door: Door, vendor: Upstream) -> None:
    make_policy(door.account.org, approve_above=0, uncatalogued=True)
    row = waiting_there(door("POST", "/v9/thing?x=1", b'{"a": 1}'))
    decide_there(row)
    assert door("DELETE", "/v9/thing?x=1", b'{"a": 1}').status_code == 403
    assert not vendor.requests
    assert door("POST", "/v9/thing?x=1", b'{"a": 1}').status_code == 200


def test_unknown_outcome_is_asked_again_with_the_approvals_own_key(
    call: Caller, vendor: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.retries.ATTEMPTS", 1)
    make_policy(call.account.org, approve_above=0)
    body = {"type": "avatar", "avatar_id": "a", "script": "Hi", "voice_id": "v"}
    row = waiting(call("v3-create-video", {"body": body}))
    decide(row)
    vendor.plays(lambda _: Script(raw=b""))
    assert call.send(row["links"]["call"]).status_code == 502
    vendor.answers({"data": {"video_id": "v1", "status": "waiting"}})
    assert call.send(row["links"]["call"]).status_code == 200
    one, other = (seen.header("idempotency-key") for seen in vendor.requests)
    assert one == other


def test_pass_through_is_shown_whole_and_made_there_alone(door: Door, vendor: Upstream) -> None:
    make_policy(door.account.org, approve_above=0, uncatalogued=True)
    row = waiting_there(door("PUT", "/v9/thing?x=1", b'{"a": 1}'))
    seen = superuser("looks").get(f"/admin/approvals/{row.pk}/").content.decode()
    assert "PUT /v9/thing?x=1" in seen
    decide_there(row)
    told = Caller(door.account).send(f"/api/ai-proxy/orgs/acme/approvals/{row.pk}/call/")
    assert (told.status_code, told.json()["code"]) == (409, "approval_elsewhere")
    assert not vendor.requests
    assert door("PUT", "/v9/thing?x=1", b'{"a": 1}').status_code == 200
    assert door("PUT", "/v9/thing?x=1", b'{"a": 1}').status_code == 403
    assert len(vendor.requests) == 1


def test_key_that_ends_while_an_agent_waits_makes_no_call(
    call: Caller, vendor: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_policy(call.account.org, approve_above=0)
    row = waiting(call("generate-video", VIDEO))
    decide(row)
    decided = approvals.decided

    async def revoked(*given: Any) -> Any:
        found = await decided(*given)
        await sync_to_async(call.account.key.delete)()
        return found

    monkeypatch.setattr(approvals, "decided", revoked)
    told = Agent(call).tool("wait_for_approval", approval_id=row["id"])
    assert told["structuredContent"]["code"] == "invalid_api_key"
    assert not vendor.requests


@pytest.mark.django_db(transaction=True)
def test_key_that_ends_while_text_arrives_speaks_no_more(
    heygen: Studio, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, ask = heygen.started(), calls.ask

    async def revoked(*given: Any) -> Any:
        told = await ask(*given)
        await sync_to_async(heygen.account.key.delete)()
        return told

    monkeypatch.setattr(calls, "ask", revoked)
    answer = heygen.stream([b"One. ", b"Two. "], task_type="repeat", session_id=session)
    assert (answer.status, answer.json["code"]) == (401, "invalid_api_key")
    assert spoken(sandbox) == ["One."]


def test_what_asks_no_vendor_is_held_to_scopes_too(liveavatar: Studio) -> None:
    session = liveavatar.started()
    key, text = issue(liveavatar.account.org, scopes=["elevenlabs:*"])
    other = Studio(Account(liveavatar.account.org, key, text))
    for task in ("start_session", "interrupt", "keep_alive"):
        assert other.refused(task, session_id=session) == (403, "out_of_scope"), task
    candidate = {"session_id": session, "candidate": {"candidate": "x"}}
    assert other.refused("submit_ice_candidate", **candidate) == (403, "out_of_scope")
    assert liveavatar.done("start_session", session_id=session)


def test_person_is_told_of_what_is_not_shown(call: Caller) -> None:
    make_policy(call.account.org, approve_above=0)
    scene = VIDEO["body"]["video_inputs"][0]
    waiting(call("generate-video", {"body": {"title": "x" * 30_000, "video_inputs": [scene]}}))
    text = approving.shown(Approval.objects.get())
    assert "CHARACTERS ARE NOT SHOWN" in text
    assert "Hello." in text


def test_one_session_gets_no_other_sessions_answer(door: Door, vendor: Upstream) -> None:
    tokens = [f"session-token-{name}-0123456789" for name in "ab"]
    for token in tokens:
        vendor.answers({"code": 100, "data": {"token": token}, "message": "Success"})
        assert door("POST", "/v1/streaming.create_token", b"{}").status_code == 200
    vendor.requests.clear()
    for token in (*tokens, tokens[0]):
        given = {"Authorization": f"Bearer {token}", "Idempotency-Key": "k1"}
        assert door("POST", "/v1/streaming.new", b"{}", **given).status_code == 200
    assert [seen.header("authorization") for seen in vendor.requests] == [
        [f"Bearer {token}"] for token in tokens
    ]


@pytest.mark.django_db(transaction=True)
def test_text_that_arrives_slowly_takes_a_place_of_its_org(
    heygen: Studio, sandbox: Sandbox, settings: Any
) -> None:
    session = heygen.started()
    settings.MAX_IN_FLIGHT_ORG = 5
    places = [bulkhead.beside("acme", "speak") for _ in range(5)]
    given = {"task_type": "repeat", "session_id": session}
    assert heygen.stream([b"One. "], **given).status == 429
    for leave in places:
        leave()
    answer = heygen.stream([b"Two. "], **given)
    assert answer.status == 200, answer
    assert spoken(sandbox) == ["Two."]


def test_ticket_that_is_used_up_asks_nobody(desk: Desk, vendor: Upstream) -> None:
    page = desk.make(calls=1)
    assert desk.use(page).status_code == 200
    make_policy(desk.call.account.org, approve_above=0)
    answer = desk.use(page, "generate-video", VIDEO)
    assert (answer.status_code, answer.json()["code"]) == (403, "ticket_used_up")
    assert not Approval.objects.exists()


def test_dry_runs_of_what_has_none_send_nothing(call: Caller, vendor: Upstream) -> None:
    make_policy(call.account.org, approve_above=0)
    row = waiting(call("generate-video", VIDEO))
    decide(row)
    given = {"X_Dry_Run": "true"}
    for answer in (
        call.send(row["links"]["call"], **given),
        Agent(call).send({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, **given),
    ):
        assert (answer.status_code, answer.json()["code"]) == (400, "no_dry_run")
    assert not vendor.requests


ODD = (
    b'{"voice_id": "theirs1", "voice_id": "mine"}',
    b'{"voice_id": "theirs1", "x": NaN}',
    b"[" * 985 + b"]" * 985,
)


@pytest.mark.parametrize("text", ODD)
def test_forms_fields_have_one_reading(door: Door, vendor: Upstream, text: bytes) -> None:
    part = b'--B\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n--B--\r\n'
    kind = "multipart/form-data; boundary=B"
    passed = door("POST", "/v1/voices/add", part % (b"x", text), service="elevenlabs", kind=kind)
    assert (passed.status_code, passed.headers["X-Error-Origin"]) == (400, "proxy")
    body = part % (b"x", text)
    url = "/api/ai-proxy/orgs/acme/services/elevenlabs/add-voice/"
    assert Caller(door.account).send(url, body, kind).status_code == 400
    assert not vendor.requests


def test_plain_text_of_a_form_may_look_like_json(door: Door, vendor: Upstream) -> None:
    part = b'--B\r\nContent-Disposition: form-data; name="name"\r\n\r\n[laughs] {hm\r\n--B--\r\n'
    kind = "multipart/form-data; boundary=B"
    told = door("POST", "/v1/voices/add", part, service="elevenlabs", kind=kind)
    assert (told.status_code, len(vendor.requests)) == (200, 1)


def waiting_there(answer: Any) -> Approval:
    """The one call of a vendor's own client that waits."""
    assert answer.status_code == 403, answer.content
    assert answer.json()["error"]["code"] == "approval_required"
    return Approval.objects.get()


def decide_there(row: Approval) -> None:
    decide({"id": str(row.pk)})
