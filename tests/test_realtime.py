"""The realtime avatar: sessions that are opened, spoken through, reused, and never left to bill."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from credentials import vault
from credentials.issue import issue
from credentials.models import Org
from jobs import sessions
from jobs.models import Attempt, LiveSession
from sandbox.liveavatar.account import AVATAR_ID
from services.realtime import asking
from services.realtime.minding import mind
from tests import asgi
from tests.conftest import Caller, Sandbox
from tests.factories import Account, make_account, make_policy

KEYS = {"heygen": "sandbox-heygen-key", "liveavatar": "sandbox-liveavatar-key"}
VENDORS = {"legacy": "heygen", "v3": "liveavatar"}
LOOK = {"heygen": "Abigail_expressive_2024112501", "liveavatar": AVATAR_ID}


class Studio(Caller):
    """An org's realtime avatar."""

    service = ""

    def ask(self, task: str, **fields: Any) -> Any:
        body = json.dumps({"task_type": task, **fields}).encode()
        return self.send(self.url("realtime-avatar"), body)

    def done(self, task: str, **fields: Any) -> Any:
        answer = self.ask(task, **fields)
        assert answer.status_code == 200, answer.content
        assert answer.json()["data"]["task_type"] == task
        return answer.json()["data"]["task_response_json"]

    def refused(self, task: str, **fields: Any) -> tuple[int, str]:
        answer = self.ask(task, **fields)
        return answer.status_code, answer.json()["code"]

    def open(self, **fields: Any) -> str:
        made = self.done("create_session", avatar_name=LOOK[self.service], **fields)
        session: str = made["session_id"]
        return session

    def started(self, **fields: Any) -> str:
        session = self.open(**fields)
        self.done("start_session", session_id=session)
        return session

    def stream(self, pieces: list[bytes], kind: str = "text/plain", **query: str) -> asgi.Answer:
        """A body that arrives in these pieces."""
        path = self.url("realtime-avatar")
        text = "&".join(f"{name}={value}" for name, value in query.items())
        return asgi.post(self.account, path, pieces, query=text, content_type=kind)


def studio_of(account: Account, service: str) -> Studio:
    for name, secret in KEYS.items():
        vault.store(org=account.org, service=name, secret=secret)
    studio = Studio(account)
    studio.service = service
    return studio


@pytest.fixture(params=["legacy", "v3"])
def studio(request: Any, sandbox: Sandbox, account: Account, settings: Any) -> Studio:
    """At each vendor."""
    settings.HEYGEN_GENERATION = request.param
    return studio_of(account, VENDORS[request.param])


@pytest.fixture
def heygen(sandbox: Sandbox, account: Account, settings: Any) -> Studio:
    settings.HEYGEN_GENERATION = "legacy"
    return studio_of(account, "heygen")


@pytest.fixture
def liveavatar(sandbox: Sandbox, account: Account, settings: Any) -> Studio:
    settings.HEYGEN_GENERATION = "v3"
    return studio_of(account, "liveavatar")


def asked(sandbox: Sandbox, ending: str) -> list[Any]:
    """The bodies of the calls to a path."""
    return [
        json.loads(seen["body"] or "{}")
        for seen in sandbox.control("requests")
        if seen["target"].partition("?")[0].endswith(ending)
    ]


def spoken(sandbox: Sandbox) -> list[str]:
    return [body["text"] for body in asked(sandbox, "streaming.task")]


def minded() -> None:
    """One round of the worker."""
    for piece in sessions.claim(10):
        mind(piece)


def aged(session: str, *, used: float = 0, opened: float = 0) -> LiveSession:
    """The session, used and opened so many seconds ago, and due."""
    now = timezone.now()
    LiveSession.objects.filter(upstream_id=session).update(
        used_at=now - timedelta(seconds=used),
        opened_at=now - timedelta(seconds=max(opened, used)),
        due_at=now,
    )
    return LiveSession.objects.get(upstream_id=session)


STOP = {"heygen": "streaming.stop", "liveavatar": "/sessions/stop"}
ALIVE = {"heygen": "streaming.keep_alive", "liveavatar": "/sessions/keep-alive"}


def test_session_is_opened_started_and_closed(studio: Studio, sandbox: Sandbox) -> None:
    made = studio.done("create_session", avatar_name=LOOK[studio.service], quality="low")
    assert (made["service"], made["reused"]) == (studio.service, False)
    assert "session_token" not in made
    session = made["session_id"]
    started = studio.done("start_session", session_id=session)
    assert started["session_id"] == session
    closed = studio.done("close_session", session_id=session)
    assert closed == {"session_id": session, "service": studio.service, "status": "closed"}
    assert studio.done("close_session", session_id=session) == closed
    assert len(asked(sandbox, STOP[studio.service])) == 1
    assert studio.refused("keep_alive", session_id=session) == (409, "session_closed")
    row = LiveSession.objects.get()
    assert (row.state, row.reason, row.sealed) == ("closed", "closed", "")


def test_older_form_of_heygen_takes_sdp_and_candidates(heygen: Studio, sandbox: Sandbox) -> None:
    made = heygen.done("create_session", avatar_name=LOOK["heygen"], voice_id="v", quality="high")
    assert made["sdp"]["type"] == "offer"
    [body] = asked(sandbox, "streaming.new")
    assert (body["quality"], body["voice"], body["activity_idle_timeout"]) == (
        "high", {"voice_id": "v"}, 120,
    )  # fmt: skip
    answer = {"type": "answer", "sdp": "v=0"}
    heygen.done("start_session", session_id=made["session_id"], sdp=answer)
    assert asked(sandbox, "streaming.start")[0]["sdp"] == answer
    ice = {"candidate": "candidate:1", "sdpMid": "0", "sdpMLineIndex": 0}
    heygen.done("submit_ice_candidate", session_id=made["session_id"], candidate=ice)
    assert asked(sandbox, "streaming.ice")[0]["candidate"] == ice
    told = heygen.done("repeat", session_id=made["session_id"], text="Hello.")
    assert (told["task_id"] != "", told["duration_ms"]) == (True, 360.0)
    heygen.done("interrupt", session_id=made["session_id"])


def test_liveavatar_is_connected_to_and_told_what_to_publish(
    liveavatar: Studio, sandbox: Sandbox
) -> None:
    session = liveavatar.open()
    [body] = asked(sandbox, "/sessions/token")
    assert body["video_settings"] == {"quality": "medium"}
    assert body["max_session_duration"] == 1800
    assert liveavatar.refused("repeat", session_id=session, text="Hi.") == (
        409,
        "session_not_started",
    )
    started = liveavatar.done("start_session", session_id=session)
    assert started["livekit_url"].startswith("wss://")
    assert started["livekit_client_token"]
    assert liveavatar.done("start_session", session_id=session) == started
    ice = liveavatar.done("submit_ice_candidate", session_id=session, candidate={"candidate": "x"})
    assert ice["needed"] is False
    told = liveavatar.done("talk", session_id=session, text="Who are you?")
    assert told["event"] == {
        "event_type": "avatar.speak_response",
        "session_id": session,
        "text": "Who are you?",
    }
    assert len(asked(sandbox, "/sessions/keep-alive")) == 1


def test_session_stays_where_it_was_opened(heygen: Studio, sandbox: Sandbox, settings: Any) -> None:
    session = heygen.started()
    settings.HEYGEN_GENERATION = "v3"
    heygen.done("repeat", session_id=session, text="Still here.")
    aged(session, used=121)
    minded()
    assert asked(sandbox, "streaming.stop") == [{"session_id": session}]
    assert LiveSession.objects.get().reason == "idle"


def test_session_of_another_org_is_not_there(studio: Studio, sandbox: Sandbox) -> None:
    session = studio.started()
    other = studio_of(make_account("globex", services=()), studio.service)
    seen = len(sandbox.targets)
    for task in ("start_session", "keep_alive", "close_session"):
        assert other.refused(task, session_id=session) == (404, "session_not_found")
    assert other.refused("repeat", session_id=session, text="Hi.") == (404, "session_not_found")
    assert len(sandbox.targets) == seen


def test_open_session_is_reused_for_the_same_conversation(studio: Studio, sandbox: Sandbox) -> None:
    first = studio.done(
        "create_session", avatar_name=LOOK[studio.service], reuse_session=True, conversation="ann"
    )
    again = studio.done(
        "create_session", avatar_name=LOOK[studio.service], reuse_session=True, conversation="ann"
    )
    assert again == first | {"reused": True}
    assert studio.open(reuse_session=True, conversation="bea") != first["session_id"]
    assert studio.open(reuse_session=True, conversation="ann", quality="low") != first["session_id"]
    assert studio.open() != first["session_id"]
    studio.done("close_session", session_id=first["session_id"])
    assert studio.open(reuse_session=True, conversation="ann") != first["session_id"]


def test_session_that_died_at_its_vendor_is_not_reused(studio: Studio, sandbox: Sandbox) -> None:
    first = studio.started(reuse_session=True)
    sandbox.reset()
    assert studio.open(reuse_session=True) != first
    assert LiveSession.objects.get(upstream_id=first).reason == "gone"


def test_session_being_opened_is_not_opened_twice(studio: Studio) -> None:
    fields = {"avatar_name": LOOK[studio.service], "reuse_session": True}
    place = asking.wish({"task_type": "create_session", **fields}).place
    org = studio.account.org.pk
    sessions.reserve(org, studio.service, key_id="k", conversation="", place=place)
    assert studio.refused("create_session", **fields) == (409, "session_opening")


def test_refused_session_leaves_its_place(studio: Studio, sandbox: Sandbox) -> None:
    path = {"heygen": "POST /v1/streaming.new", "liveavatar": "POST /liveavatar/v1/sessions/token"}
    sandbox.control("faults", [{"match": path[studio.service], "status": 402, "times": 1}])
    fields = {"avatar_name": LOOK[studio.service], "reuse_session": True}
    assert studio.ask("create_session", **fields).status_code == 402
    assert LiveSession.objects.get().reason == "not opened"
    studio.done("create_session", **fields)


def test_pieces_are_spoken_as_they_complete_sentences(heygen: Studio, sandbox: Sandbox) -> None:
    session = heygen.started()
    one = heygen.done("repeat", session_id=session, input_stream=True, text="Hello th")
    assert (one["spoken"], one["waiting"]) == ([], "Hello th")
    two = heygen.done("repeat", session_id=session, input_stream=True, text="ere. It is 3.14. An")
    assert [told["text"] for told in two["spoken"]] == ["Hello there.", "It is 3.14."]
    assert two["waiting"] == "An"
    end = heygen.done("repeat", session_id=session, input_stream=True, end_of_text=True)
    assert [told["text"] for told in end["spoken"]] == ["An"]
    assert spoken(sandbox) == ["Hello there.", "It is 3.14.", "An"]


@pytest.mark.django_db(transaction=True)
def test_body_is_spoken_while_it_arrives(heygen: Studio, sandbox: Sandbox) -> None:
    session = heygen.started()
    pieces = ["Grüße. Wie geht’s Dr. Wei".encode()[:3], "Grüße. Wie geht’s Dr. Wei".encode()[3:]]
    pieces += [b"ss? Ta", b"il"]
    answer = heygen.stream(pieces, task_type="repeat", session_id=session)
    assert answer.status == 200, answer.body
    assert spoken(sandbox) == ["Grüße.", "Wie geht’s Dr. Weiss?", "Tail"]
    told = answer.json["data"]["task_response_json"]
    assert [each["text"] for each in told["spoken"]] == spoken(sandbox)


@pytest.mark.django_db(transaction=True)
def test_lines_of_json_are_spoken_too(liveavatar: Studio) -> None:
    session = liveavatar.started()
    lines = [b'{"text": "One. Tw"}\n{"te', b'xt": "o. "}\n']
    answer = liveavatar.stream(
        lines, "application/x-ndjson", task_type="repeat", session_id=session
    )
    told = answer.json["data"]["task_response_json"]["spoken"]
    assert [each["event"]["text"] for each in told] == ["One.", "Two."]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_read_before_the_last_sentence_is_spoken(
    heygen: Studio, sandbox: Sandbox
) -> None:
    session = heygen.started()
    fault = {"match": "POST /v1/streaming.task", "status": 500, "times": 1}
    sandbox.control("faults", [fault])
    pieces = [b"One. ", b"Two. ", b"Three. "]
    answer = heygen.stream(pieces, task_type="repeat", session_id=session)
    assert (answer.status, answer.taken) == (502, 1)
    assert spoken(sandbox) == ["One."]
    assert LiveSession.objects.get().speaker_until is None


@pytest.mark.django_db(transaction=True)
def test_caller_that_leaves_is_not_spoken_for(heygen: Studio, sandbox: Sandbox) -> None:
    session = heygen.started()
    answer = heygen.stream([b"One. Tw", asgi.GONE], task_type="repeat", session_id=session)
    assert answer.status == 400
    assert spoken(sandbox) == ["One."]
    heygen.done("repeat", session_id=session, input_stream=True, text="Free again. ")


def test_long_text_comes_in_pieces_or_not_at_all(heygen: Studio, sandbox: Sandbox) -> None:
    session, text = heygen.started(), "word " * 300
    refused = heygen.refused("repeat", session_id=session, text=text)
    assert refused == (400, "text_too_long")
    assert spoken(sandbox) == []
    heygen.done("repeat", session_id=session, text=text, input_stream=True, end_of_text=True)
    assert " ".join(spoken(sandbox)) == text.strip()


def test_one_call_at_a_time_speaks_in_pieces(heygen: Studio) -> None:
    session = heygen.started()
    assert sessions.hold(LiveSession.objects.get()) is not None
    refused = heygen.refused("repeat", session_id=session, input_stream=True, text="Hi. ")
    assert refused == (409, "session_speaking")


def test_text_at_once_does_not_hold_the_session(studio: Studio) -> None:
    session = studio.started()
    studio.done("repeat", session_id=session, text="At once.")
    piece = studio.done("repeat", session_id=session, input_stream=True, text="Then a pie")
    assert piece["waiting"] == "Then a pie"


def test_used_session_is_kept_alive(studio: Studio, sandbox: Sandbox) -> None:
    session = studio.started()
    aged(session, used=60)
    minded()
    assert len(asked(sandbox, ALIVE[studio.service])) == 1
    row = LiveSession.objects.get()
    assert row.ended_at is None
    assert row.due_at is not None
    assert row.due_at > timezone.now()


def test_session_not_started_waits_for_its_start(studio: Studio, sandbox: Sandbox) -> None:
    session = studio.open()
    studio.done("keep_alive", session_id=session)
    aged(session, used=60)
    minded()
    assert asked(sandbox, ALIVE[studio.service]) == []
    studio.done("start_session", session_id=session)


def test_session_that_ended_at_its_vendor_is_closed_here(studio: Studio, sandbox: Sandbox) -> None:
    session = studio.started()
    sandbox.reset()
    aged(session, used=60)
    minded()
    assert LiveSession.objects.get().reason == "gone"
    assert studio.refused("keep_alive", session_id=session) == (409, "session_closed")


@pytest.mark.parametrize(
    ("times", "reason"), [({"used": 121}, "idle"), ({"opened": 1801}, "too old")]
)
def test_idle_and_old_sessions_are_closed(
    studio: Studio, sandbox: Sandbox, times: dict[str, float], reason: str
) -> None:
    session = studio.started()
    aged(session, **times)
    minded()
    assert len(asked(sandbox, STOP[studio.service])) == 1
    assert LiveSession.objects.get().reason == reason
    assert studio.refused("keep_alive", session_id=session) == (409, "session_closed")
    minded()
    assert len(asked(sandbox, STOP[studio.service])) == 1


def test_session_that_cannot_be_closed_is_tried_again(studio: Studio, sandbox: Sandbox) -> None:
    path = {"heygen": "POST /v1/streaming.stop", "liveavatar": "POST /liveavatar/v1/sessions/stop"}
    sandbox.control("faults", [{"match": path[studio.service], "status": 500, "times": 1}])
    session = studio.started()
    aged(session, used=121)
    minded()
    row = LiveSession.objects.get()
    assert (row.ended_at, row.failures) == (None, 1)
    aged(session, used=121)
    minded()
    assert LiveSession.objects.get().reason == "idle"


def test_killed_workers_session_is_anothers(studio: Studio) -> None:
    session = studio.started()
    aged(session, used=121)
    assert len(sessions.claim(10)) == 1
    assert sessions.claim(10) == []
    LiveSession.objects.update(lease_until=timezone.now())
    minded()
    assert LiveSession.objects.get().reason == "idle"


def test_session_without_its_opener_ends(db: None, account: Account) -> None:
    sessions.reserve(account.org.pk, "heygen", key_id="k", conversation="", place="p")
    LiveSession.objects.update(due_at=timezone.now())
    minded()
    assert LiveSession.objects.get().reason == "lost"


def test_revoked_key_leaves_no_session_open(studio: Studio, sandbox: Sandbox) -> None:
    session = studio.started()
    studio.account.key.delete()
    aged(session, used=121)
    minded()
    assert len(asked(sandbox, STOP[studio.service])) == 1


def test_scopes_hold_for_what_is_called(studio: Studio, sandbox: Sandbox) -> None:
    key, text = issue(studio.account.org, scopes=["heygen:list-*"])
    limited = Studio(Account(studio.account.org, key, text))
    fields = {"avatar_name": LOOK[studio.service]}
    assert limited.refused("create_session", **fields) == (403, "out_of_scope")
    assert (sandbox.targets, LiveSession.objects.count()) == ([], 0)


def test_reading_key_opens_nothing(studio: Studio) -> None:
    key, text = issue(studio.account.org, access=["read"])
    reading = Studio(Account(studio.account.org, key, text))
    assert reading.refused("create_session") == (403, "out_of_scope")


def test_switched_off_action_is_not_called(studio: Studio, sandbox: Sandbox) -> None:
    slug = {"heygen": "create-streaming-session", "liveavatar": "create-session-token"}
    make_policy(studio.account.org, studio.service, disabled_actions=[slug[studio.service]])
    assert studio.ask("create_session", avatar_name="x").status_code == 404
    assert sandbox.targets == []


def test_paid_calls_are_in_the_ledger(heygen: Studio) -> None:
    heygen.open()
    assert list(Attempt.objects.values_list("action", "state")) == [
        ("create-streaming-session", "done")
    ]


def test_same_idempotency_key_opens_one_session(studio: Studio, sandbox: Sandbox) -> None:
    body = {"task_type": "create_session", "avatar_name": LOOK[studio.service]}
    answers = [
        studio.send(studio.url("realtime-avatar"), json.dumps(body).encode(), Idempotency_Key="k1")
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert LiveSession.objects.count() == 1
    assert len(sandbox.targets) == 1


def test_open_sessions_are_listed_for_their_org(studio: Studio) -> None:
    closed, kept = studio.started(), studio.open(conversation="ann")
    studio.done("close_session", session_id=closed)
    path = f"{studio.account.org.slug}/services/heygen/realtime-avatar/"
    [told] = studio.get(path).json()["data"]
    assert (told["session_id"], told["service"]) == (kept, studio.service)
    assert (told["state"], told["conversation"]) == ("open", "ann")
    key, text = issue(studio.account.org, scopes=["heygen:list-*"])
    assert Studio(Account(studio.account.org, key, text)).get(path).json() == {"data": []}
    other = Studio(make_account("globex"))
    assert other.get("globex/services/heygen/realtime-avatar/").json() == {"data": []}


def test_auto_takes_liveavatar_where_there_is_a_key(
    sandbox: Sandbox, account: Account, settings: Any
) -> None:
    settings.HEYGEN_GENERATION = "auto"
    assert studio_of(account, "liveavatar").open()
    Org.objects.create(slug="bare")
    bare = make_account("plain", services=())
    vault.store(org=bare.org, service="heygen", secret=KEYS["heygen"])
    studio = Studio(bare)
    studio.service = "heygen"
    assert studio.open()
    services = LiveSession.objects.order_by("opened_at").values_list("service", flat=True)
    assert list(services) == ["liveavatar", "heygen"]


SAYS = {"task_type": "repeat", "session_id": "s", "text": "Hi."}
BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"task_type": "fly"}, "bad_task", "task_type"),
    ({"task_type": "create_session", "colour": 1}, "unknown_field", "colour"),
    ({"task_type": "create_session", "quality": "ultra"}, "bad_task", "quality"),
    ({"task_type": "create_session", "sdp": {}}, "unknown_field", "sdp"),
    ({"task_type": "create_session", "reuse_session": "yes"}, "bad_task", "reuse_session"),
    ({"task_type": "create_session", "options": {"x": 1}}, "unknown_field", "options.x"),
    ({"task_type": "create_session", "options": 1}, "bad_task", "options"),
    (
        {"task_type": "create_session", "quality": "low", "options": {"quality": "low"}},
        "bad_task",
        "quality",
    ),
    ({"task_type": "start_session"}, "bad_task", "session_id"),
    ({"task_type": "submit_ice_candidate", "session_id": "s"}, "bad_task", "candidate"),
    ({"task_type": "repeat", "session_id": "s"}, "bad_task", "text"),
    ({"task_type": "repeat", "text": "Hi."}, "bad_task", "session_id"),
    (SAYS | {"end_of_text": True}, "bad_task", "end_of_text"),
    ({"task_type": "close_session", "session_id": "s", "text": "Hi."}, "unknown_field", "text"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "code", "field"), BAD)
def test_what_no_task_takes_is_refused(
    heygen: Studio, sandbox: Sandbox, body: dict[str, Any], code: str, field: str
) -> None:
    answer = heygen.send(heygen.url("realtime-avatar"), json.dumps(body).encode())
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert field in answer.json()["detail"]
    assert sandbox.targets == []


def test_options_may_stand_by_themselves(heygen: Studio, sandbox: Sandbox) -> None:
    heygen.done("create_session", options={"avatar_name": LOOK["heygen"], "quality": "high"})
    assert asked(sandbox, "streaming.new")[0]["quality"] == "high"


def test_other_methods_and_bodies_are_refused(heygen: Studio) -> None:
    url = heygen.url("realtime-avatar")
    given = {"Authorization": heygen.account.authorization}
    assert heygen.client.put(url, b"{}", headers=given).status_code == 405
    assert heygen.send(url, b"<a/>", "application/xml").status_code == 415
    answer = heygen.send(url, b"{}", X_Dry_Run="true")
    assert (answer.status_code, answer.json()["code"]) == (400, "no_dry_run")
