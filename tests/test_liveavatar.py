"""LiveAvatar through the service: every action, asked of a stand-in that remembers."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from credentials import vault
from sandbox.liveavatar.account import AVATAR_ID, OWN_AVATAR_ID, OWN_VOICE_ID, VOICE_ID
from services.liveavatar.actions import ACTIONS
from tests.conftest import Caller, Sandbox
from tests.factories import Account

KEY = "sandbox-liveavatar-key"
TOKEN = {"mode": "FULL", "avatar_id": AVATAR_ID, "is_sandbox": False}


class Avatars(Caller):
    """Calls liveavatar alone."""

    def __call__(self, action: str, envelope: Any = None, **more: Any) -> Any:
        return super().__call__(action, envelope, service="liveavatar", **more)

    def data(self, action: str, body: Any = None, query: Any = None, **path: str) -> Any:
        envelope = {"path_params": path, "query": query or {}}
        answer = self(action, envelope if body is None else envelope | {"body": body})
        assert answer.status_code in (200, 201, 204), answer.content
        return answer.json()["data"]

    def status(self, action: str, body: Any = None, **path: str) -> int:
        envelope = {"path_params": path} if body is None else {"path_params": path, "body": body}
        code: int = self(action, envelope).status_code
        return code


@pytest.fixture
def avatars(sandbox: Sandbox, account: Account) -> Avatars:
    vault.store(org=account.org, service="liveavatar", secret=KEY)
    return Avatars(account)


def started(avatars: Avatars, **body: Any) -> str:
    made = avatars.data("create-session-token", TOKEN | body)
    headers = {"x-session-token": made["session_token"]}
    session = avatars("start-session", {"headers": headers})
    assert session.status_code == 201, session.content
    assert session.json()["data"]["session_id"] == made["session_id"]
    found: str = made["session_id"]
    return found


def test_session_lives_from_token_to_stop(avatars: Avatars, sandbox: Sandbox) -> None:
    session = started(avatars)
    avatars.data("keep-session-alive", {"session_id": session})
    active = avatars.data("list-sessions", query={"type": "active"})
    assert [item["id"] for item in active["results"]] == [session]
    transcript = avatars.data("get-session-transcript", session_id=session)
    assert transcript["session_active"] is True
    avatars.data("stop-session", {"session_id": session, "reason": "USER_CLOSED"})
    assert avatars.data("list-sessions", query={"type": "active"})["results"] == []
    [past] = avatars.data("list-sessions", query={"type": "historic"})["results"]
    assert past["end_reason"] == "USER_CLOSED"
    avatars.data("delete-session-events", session_id=session)
    assert avatars.status("keep-session-alive", {"session_id": session}) == 404
    assert [charge["id"] for charge in sandbox.charges] == [session]
    assert avatars.data("get-credits") == {"credits_left": 999}


def test_trial_sessions_cost_nothing(avatars: Avatars, sandbox: Sandbox) -> None:
    avatars.data("stop-session", {"session_id": started(avatars, is_sandbox=True)})
    assert sandbox.charges == []


def test_token_starts_one_session_once(avatars: Avatars) -> None:
    made = avatars.data("create-session-token", TOKEN)
    envelope = {"headers": {"x-session-token": made["session_token"]}}
    assert avatars("start-session", envelope).status_code == 201
    assert avatars("start-session", envelope).status_code == 400
    wrong = {"headers": {"x-session-token": "wrong"}}
    assert avatars("start-session", wrong).status_code == 502


@pytest.mark.parametrize(
    ("kind", "item", "own"),
    [("avatar", AVATAR_ID, OWN_AVATAR_ID), ("voice", VOICE_ID, OWN_VOICE_ID)],
)
def test_own_ones_change_and_stock_does_not(
    avatars: Avatars, kind: str, item: str, own: str
) -> None:
    name = f"{kind}_id"
    assert avatars.data(f"get-{kind}", **{name: item})["name"] == "Ann"
    assert avatars.data(f"update-{kind}", {"name": "Bea"}, **{name: own})["name"] == "Bea"
    assert avatars.status(f"delete-{kind}", **{name: item}) == 502  # 403: as whose key it is
    avatars.data(f"delete-{kind}", **{name: own})
    assert avatars.status(f"get-{kind}", **{name: own}) == 404


def test_lists_tell_stock_from_own(avatars: Avatars) -> None:
    public = avatars.data("list-public-avatars")
    assert [item["id"] for item in public["results"]] == [AVATAR_ID]
    assert [item["id"] for item in avatars.data("list-avatars")["results"]] == [OWN_AVATAR_ID]
    assert [item["id"] for item in avatars.data("list-voices")["results"]] == [VOICE_ID]
    private = avatars.data("list-voices", query={"voice_type": "private"})
    assert [item["id"] for item in private["results"]] == [OWN_VOICE_ID]
    sound = base64.b64decode(avatars.data("preview-voice", voice_id=VOICE_ID)["audio_base64"])
    assert sound[:2] == b"\xff\xfb"
    assert avatars.data("list-languages")[0]["code"] == "en"
    assert avatars.data("list-llm-models")[0]["name"] == "sandbox-mini"


def test_what_is_made_is_listed_changed_and_removed(avatars: Avatars) -> None:
    secret = avatars.data("create-secret", {"secret_name": "mine", "secret_value": "sk-123456"})
    assert "secret_value" not in secret
    assert avatars.data("list-secrets") == [secret]
    voice = avatars.data(
        "add-third-party-voice", {"provider_voice_id": "v", "secret_id": secret["id"]}
    )
    assert avatars.data("get-voice", voice_id=voice["id"])["name"] == "Linked voice"
    prompt = {"name": "Guide", "prompt": "Be kind.", "opening_text": "Hello!"}
    context = avatars.data("create-context", prompt)["id"]
    avatars.data("update-context", {"name": "Host"}, context_id=context)
    assert avatars.data("get-context", context_id=context)["name"] == "Host"
    assert avatars.data("list-contexts")["count"] == 1
    model = {"display_name": "M", "model_name": "m", "secret_id": secret["id"]}
    config = avatars.data("create-llm-configuration", model)["id"]
    avatars.data("update-llm-configuration", {"display_name": "N"}, config_id=config)
    assert avatars.data("get-llm-configuration", config_id=config)["display_name"] == "N"
    assert [item["id"] for item in avatars.data("list-llm-configurations")] == [config]
    embed = avatars.data("create-embedding", {"avatar_id": AVATAR_ID, "context_id": context})
    assert embed["url"].endswith(embed["id"])
    memory = {"memory_type": "session", "session_id": started(avatars)}
    kept = avatars.data("create-memory", memory)["id"]
    assert avatars.data("get-memory", memory_id=kept)["session_id"] == memory["session_id"]
    assert avatars.data("list-memories")["results"][0]["id"] == kept
    avatars.data("delete-memory", memory_id=kept)
    avatars.data("delete-llm-configuration", config_id=config)
    avatars.data("delete-context", context_id=context)
    avatars.data("delete-secret", secret_id=secret["id"])
    assert avatars.data("list-secrets") == []


def test_what_does_not_fit_is_refused(avatars: Avatars) -> None:
    missing = avatars("create-session-token", {"body": TOKEN | {"avatar_id": "nobody"}})
    assert (missing.status_code, missing.json()["origin"]) == (404, "upstream")
    vault.store(org=avatars.account.org, service="liveavatar", secret="not-this-one")
    assert avatars("get-credits").json()["code"] == "upstream_auth_failed"


def test_every_action_was_asked() -> None:
    """Whoever adds an action says here how it is done."""
    source = Path(__file__).read_text()
    spelled = {
        f"{verb}-{kind}" for verb in ("get", "update", "delete") for kind in ("avatar", "voice")
    }
    left = [a.slug for a in ACTIONS if f'"{a.slug}"' not in source and a.slug not in spelled]
    assert left == []
