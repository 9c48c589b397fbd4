"""The six documented actions answer the same, whichever HeyGen generation is behind them."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import OperationalError

from credentials import vault
from credentials.crypto import Secret
from credentials.models import Retirement
from services import catalogue
from services.action import Call, Deadlines
from services.errors import UpstreamTimeout
from services.exchange import Keys
from services.heygen import SERVICE
from services.service import Step
from services.walk import Walk
from tests.conftest import Caller, Sandbox
from tests.factories import Account, make_account, make_policy
from tests.upstream import Received, Script, Upstream

AVATAR = "Abigail_expressive_2024112501"
VOICE = "f38a635bee7a4d1f9b0a654a31d050d2"
ROWS = [
    ("v3", {"legacy": True, "v3": True}),
    ("v3", {"legacy": False, "v3": True}),
    ("legacy", {"legacy": True, "v3": False}),
    ("auto", {"legacy": True, "v3": False}),
    ("auto", {"legacy": False, "v3": True}),
]


@pytest.fixture
def heygen(sandbox: Sandbox, account: Account) -> Caller:
    """A caller whose org has the sandbox's key."""
    vault.store(org=account.org, service="heygen", secret="sandbox-heygen-key")
    return Caller(account)


def render(text: str = "Hello", **fields: Any) -> dict[str, Any]:
    character = {"type": "avatar", "avatar_id": AVATAR, "avatar_style": "normal"}
    voice = {"type": "text", "input_text": text, "voice_id": VOICE}
    inputs = [{"character": character, "voice": voice}]
    return {"body": {"video_inputs": inputs, "dimension": {"width": 1280, "height": 720}, **fields}}


def template(call: Caller, **fields: Any) -> dict[str, Any]:
    """A call of the first template, with its first text variable filled."""
    found = call("list-templates").json()["data"]["templates"][0]["template_id"]
    text = {"name": "script", "type": "text", "properties": {"content": "Hi"}}
    return {
        "path_params": {"template_id": found},
        "body": {"caption": False, "variables": {"script": text}, **fields},
    }


def finished(call: Caller, video_id: str) -> dict[str, Any]:
    """Poll as clients do, until the video is done or failed."""
    for _ in range(100):
        data: dict[str, Any] = call("video-status", {"query": {"video_id": video_id}}).json()[
            "data"
        ]
        if data["status"] in ("completed", "failed"):
            return data
        assert data["status"] in ("waiting", "pending", "processing")
        time.sleep(0.05)
    raise AssertionError("never finished")


@pytest.mark.parametrize(("generation", "alive"), ROWS)
def test_documented_actions_answer_alike(
    heygen: Caller, sandbox: Sandbox, settings: Any, generation: str, alive: dict[str, bool]
) -> None:
    settings.HEYGEN_GENERATION = generation
    sandbox.control("config", alive)
    avatars = heygen("list-avatars").json()["data"]
    voices = heygen("list-voices").json()["data"]["voices"]
    templates = heygen("list-templates").json()["data"]["templates"]
    assert (avatars["avatars"][0]["avatar_id"], len(avatars["avatars"]) > 800) == (AVATAR, True)
    assert avatars["avatars"][0]["avatar_name"] == "Abigail (Upper Body)"
    assert len(avatars["talking_photos"]) > 100
    assert (voices[0]["voice_id"], voices[0]["name"]) == (VOICE, "Chill Brian")
    assert (voices[0]["language"], len(voices) > 1000) == ("English", True)
    assert {"template_id", "name"} <= templates[0].keys()
    for action, envelope in (
        ("generate-video", render()),
        ("generate-template-video", template(heygen)),
    ):
        made = heygen(action, envelope).json()
        assert made.keys() == {"data"}
        assert made["data"].keys() == {"video_id"}
        done = finished(heygen, made["data"]["video_id"])
        assert (done["id"], done["error"]) == (made["data"]["video_id"], None)
        assert done["video_url"].endswith(".mp4")
    assert len(sandbox.charges) == 2


@pytest.mark.parametrize(("generation", "alive"), ROWS)
def test_failed_video_says_why(
    heygen: Caller, sandbox: Sandbox, settings: Any, generation: str, alive: dict[str, bool]
) -> None:
    settings.HEYGEN_GENERATION = generation
    sandbox.control("config", alive)
    made = heygen("generate-video", render("please [fail] now")).json()["data"]["video_id"]
    failed = finished(heygen, made)
    assert (failed["status"], failed["error"]) == ("failed", "Video rendering failed.")


def test_auto_remembers_what_is_gone(heygen: Caller, sandbox: Sandbox, settings: Any) -> None:
    settings.HEYGEN_GENERATION = "auto"
    sandbox.control("config", {"legacy": False})
    assert heygen("list-templates").status_code == 200
    assert heygen("list-templates").status_code == 200
    assert sandbox.targets == ["GET /v2/templates", "GET /v3/templates", "GET /v3/templates"]
    assert [row.service for row in Retirement.objects.filter(org=heygen.account.org)] == ["heygen"]


def test_auto_answers_though_nothing_is_remembered(
    heygen: Caller, sandbox: Sandbox, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database went away while the vendor answered: the call is none the worse."""

    def fail(*_: object, **__: object) -> None:
        raise OperationalError("gone")

    settings.HEYGEN_GENERATION = "auto"
    sandbox.control("config", {"legacy": False})
    monkeypatch.setattr(Retirement.objects, "get_or_create", fail)
    assert heygen("list-templates").status_code == 200
    assert not Retirement.objects.exists()


def test_auto_keeps_answers_of_living_api(heygen: Caller, sandbox: Sandbox, settings: Any) -> None:
    settings.HEYGEN_GENERATION = "auto"
    response = heygen("video-status", {"query": {"video_id": "0" * 32}})
    assert (response.status_code, response.json()["origin"]) == (404, "upstream")
    assert sandbox.targets == ["GET /v1/video_status.get"]
    assert not Retirement.objects.exists()


def test_retirement_is_per_org(heygen: Caller, sandbox: Sandbox, settings: Any) -> None:
    settings.HEYGEN_GENERATION = "auto"
    Retirement.objects.create(org=heygen.account.org, service="heygen")
    other = make_account("other", services=())
    vault.store(org=other.org, service="heygen", secret="sandbox-heygen-key")
    heygen("list-templates")
    Caller(other)("list-templates")
    assert sandbox.targets == ["GET /v3/templates", "GET /v2/templates"]


def test_policy_chooses_generation(heygen: Caller, sandbox: Sandbox, settings: Any) -> None:
    settings.HEYGEN_GENERATION = "v3"
    make_policy(heygen.account.org, upstream_generation="legacy")
    heygen("list-templates")
    assert sandbox.targets == ["GET /v2/templates"]


@pytest.mark.parametrize("action", ["generate-video", "generate-template-video"])
def test_test_mode_is_never_charged(
    heygen: Caller, sandbox: Sandbox, settings: Any, action: str
) -> None:
    settings.HEYGEN_GENERATION = "v3"
    envelope = render(test=True) if action == "generate-video" else template(heygen, test=True)
    before = sandbox.targets
    response = heygen(action, envelope)
    assert response.headers["X-Test-Mode"] == "sandbox"
    assert response.headers["X-Credential-Source"] == "tenant"
    made = response.json()["data"]["video_id"]
    status = heygen("video-status", {"query": {"video_id": made}})
    assert (status.json()["data"]["id"], status.headers["X-Test-Mode"]) == (made, "sandbox")
    assert (sandbox.targets, sandbox.charges) == (before, [])


@pytest.mark.parametrize("action", ["generate-video", "v3-create-video"])
def test_test_mode_can_be_refused(
    heygen: Caller, sandbox: Sandbox, settings: Any, action: str
) -> None:
    settings.HEYGEN_GENERATION = "v3"
    make_policy(heygen.account.org, test_mode="refuse")
    body = {"type": "avatar", "avatar_id": AVATAR, "script": "x", "voice_id": VOICE, "test": True}
    response = heygen(action, render(test=True) if action == "generate-video" else {"body": body})
    assert (response.status_code, response.json()["code"]) == (400, "test_mode_refused")
    assert (sandbox.targets, sandbox.charges) == ([], [])


def test_new_actions_rehearse_too(heygen: Caller, sandbox: Sandbox) -> None:
    body = {"type": "avatar", "avatar_id": AVATAR, "script": "x", "voice_id": VOICE, "test": True}
    made = heygen("v3-create-video", {"body": body}).json()["data"]
    assert (made["status"], made["output_format"]) == ("waiting", "mp4")
    read = heygen("v3-get-video", {"path_params": {"video_id": made["video_id"]}}).json()["data"]
    assert (read["id"], read["status"]) == (made["video_id"], "pending")
    assert (sandbox.targets, sandbox.charges) == ([], [])


def test_paid_call_without_rehearsal_is_refused(heygen: Caller, sandbox: Sandbox) -> None:
    body = {"text": "hi", "voice_id": VOICE, "test": True}
    response = heygen("v3-create-speech", {"body": body})
    assert (response.status_code, response.json()["code"]) == (400, "test_mode_unavailable")
    assert sandbox.targets == []


def test_legacy_test_mode_is_vendors_own(heygen: Caller, sandbox: Sandbox, settings: Any) -> None:
    settings.HEYGEN_GENERATION = "legacy"
    response = heygen("generate-video", render(test=True))
    assert "X-Test-Mode" not in response.headers
    assert sandbox.targets == ["POST /v2/video/generate"]
    assert sum(entry.get("credits", 0) for entry in sandbox.charges) == 0


def test_rehearsal_is_for_its_org(heygen: Caller, sandbox: Sandbox, settings: Any) -> None:
    settings.HEYGEN_GENERATION = "v3"
    made = heygen("generate-video", render(test=True)).json()["data"]["video_id"]
    stranger = Caller(make_account("other"))
    for forged in (made, made[:-1] + ("0" if made[-1] != "0" else "1"), "test-zz"):
        response = stranger("video-status", {"query": {"video_id": forged}})
        assert (response.status_code, response.json()["detail"]) == (404, "Not found.")
    assert sandbox.targets == []


def test_rehearsed_video_plays(
    heygen: Caller, sandbox: Sandbox, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HEYGEN_GENERATION = "v3"
    made = heygen("generate-video", render(test=True)).json()["data"]["video_id"]
    early = heygen.client.get(f"/api/ai-proxy/orgs/acme/test-media/{made}.mp4")
    monkeypatch.setattr("services.heygen.testmode.SECONDS", 0.0)
    url = heygen("video-status", {"query": {"video_id": made}}).json()["data"]["video_url"]
    path = url.removeprefix("http://testserver")
    whole, part = heygen.client.get(path), heygen.client.get(path, headers={"Range": "bytes=4-7"})
    assert (early.status_code, whole.status_code, part.status_code) == (404, 200, 206)
    assert (whole.headers["Content-Type"], part.content) == ("video/mp4", b"ftyp")
    assert part.headers["Content-Range"] == f"bytes 4-7/{len(whole.content)}"


def test_lost_fields_are_named(heygen: Caller, sandbox: Sandbox, settings: Any) -> None:
    settings.HEYGEN_GENERATION = "v3"
    envelope = render()
    envelope["body"]["video_inputs"][0]["character"]["avatar_style"] = "circle"
    response = heygen("generate-video", envelope)
    assert "video_inputs[0].character.avatar_style" in response.headers["X-Contract-Notes"]
    envelope["body"]["dimension"] = {"width": 1001, "height": 500}
    refused = heygen("generate-video", envelope)
    assert (refused.status_code, refused.json()["code"]) == (400, "no_v3_counterpart")
    assert len(sandbox.charges) == 1


def test_cut_lists_say_so(
    heygen: Caller, sandbox: Sandbox, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HEYGEN_GENERATION = "v3"
    monkeypatch.setattr("services.walk.MAX_PAGES", 2)
    response = heygen("list-avatars")
    data = response.json()["data"]
    assert len(data["avatars"]) + len(data["talking_photos"]) == 100
    assert response.headers["X-Contract-Notes"] == (
        "v3-list-avatar-looks: stopped after 100 items, there are more"
    )


@pytest.mark.parametrize(
    "answer",
    [
        b'{"data": null}',
        b'{"data": {"id": "x"}}',
        b'{"data": [{"n": 1e999}]}',
        b'{"data": [], "has_more": true, "next_token": {"a": 1}}',
        b'{"data": [1',
    ],
)
def test_unusable_pages_are_vendors_fault(
    call: Caller, vendor: Upstream, settings: Any, answer: bytes
) -> None:
    settings.HEYGEN_GENERATION = "v3"
    vendor.answers(answer)
    response = call("list-templates")
    shown = response.json()
    assert (response.status_code, shown["code"]) == (502, "upstream_bad_answer")
    assert (shown["origin"], shown["retryable"]) == ("upstream", True)


RENDERED = {"video_inputs": [{**render()["body"]["video_inputs"][0], "test": True}]}
PAID = {"type": "avatar", "avatar_id": AVATAR, "script": "x", "voice_id": VOICE}
SAYS_TEST = [
    ("generate-video", {**render(), "query": {"test": True}}),
    ("generate-video", {**render(), "query": {"test": "1"}}),
    ("generate-video", {"body": RENDERED}),
    ("v3-create-video", {"body": PAID, "query": {"test": True}}),
    ("v3-create-video", {"body": {**PAID, "test": 1}}),
    ("v3-create-video", {"body": {**PAID, "test": "true"}}),
    ("v3-create-video-batch", {"body": {"videos": [{**PAID, "test": True}]}}),
]  # fmt: skip


@pytest.mark.parametrize("generation", ["v3", "legacy", "auto"])
@pytest.mark.parametrize(("action", "envelope"), SAYS_TEST)
def test_test_is_free_however_said(
    heygen: Caller, sandbox: Sandbox, settings: Any, generation: str, action: str, envelope: Any
) -> None:
    settings.HEYGEN_GENERATION = generation
    response = heygen(action, envelope)
    rehearsed = response.headers.get("X-Test-Mode") == "sandbox"
    refused = response.status_code == 400 and response.json()["code"] == "test_mode_unavailable"
    assert rehearsed or refused
    assert (sandbox.targets, sandbox.charges) == ([], [])


def test_slow_lists_are_cut_at_deadline(
    call: Caller, vendor: Upstream, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HEYGEN_GENERATION = "v3"
    quick = replace(SERVICE, deadlines=Deadlines(total=0.6))
    monkeypatch.setitem(catalogue._BY_SLUG, "heygen", quick)

    def page(received: Received) -> Script:
        late = 2.0 if "token=2" in received.target else 0.0
        body = {"data": [{"id": "t"}], "has_more": True, "next_token": "2" if not late else "3"}
        return Script(body=json.dumps(body).encode(), delay=late)

    vendor.plays(page)
    response = call("list-templates")
    assert [row["template_id"] for row in response.json()["data"]["templates"]] == ["t"]
    assert response.headers["X-Contract-Notes"] == (
        "v3-list-templates: stopped after 1 items, there are more"
    )


def test_large_lists_are_cut(call: Caller, vendor: Upstream, settings: Any) -> None:
    """All pages of a list together are no larger than one answer may be."""
    settings.HEYGEN_GENERATION, settings.MAX_ANSWER_BYTES = "v3", 2500
    rows = [{"id": "t", "name": "n" * 1000}]
    vendor.answers({"data": rows, "has_more": True, "next_token": "2"})
    response = call("list-templates")
    assert (response.status_code, len(vendor.requests)) == (200, 3)
    assert "stopped after 3 items" in response.headers["X-Contract-Notes"]


def test_both_generations_share_the_time(call: Caller, vendor: Upstream, settings: Any) -> None:
    settings.HEYGEN_GENERATION = "auto"

    def play(received: Received) -> Script:
        if received.target.startswith("/v3"):
            return Script(body=b'{"data": []}', delay=1.2)
        return Script(status=410, body=b"{}", delay=0.9)

    vendor.plays(play)
    started = time.monotonic()
    assert call("list-templates", Prefer="wait=1").status_code == 504
    assert time.monotonic() - started < 2.0


def test_nothing_is_sent_when_time_is_over(call: Caller, vendor: Upstream, settings: Any) -> None:
    settings.HEYGEN_GENERATION = "v3"
    walk = Walk(SERVICE, Call(), Keys(Secret("sk-test-0001")), scope="", within=-1)
    with pytest.raises(UpstreamTimeout):
        async_to_sync(walk._values)((Step("v3-list-templates"),))
    assert vendor.requests == []
