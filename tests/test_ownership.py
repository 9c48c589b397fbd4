"""No org reads, changes or uses another's things, wherever in a call it names them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from credentials import vault
from jobs import owners
from jobs.models import Owned
from tests.conftest import Caller, Sandbox
from tests.factories import HEYGEN_SECRET, Account, make_account, make_policy
from tests.upstream import Upstream

STRANGERS = "aaaaaaaaaaaa4a4a8a8aaaaaaaaaaaaa"
OWN = "bbbbbbbbbbbb4b4b8b8bbbbbbbbbbbbb"
NOBODYS = "cccccccccccc4c4c8c8ccccccccccccc"
Row = tuple[str, str, Any, str]


@dataclass(frozen=True)
class Two:
    """Two orgs, `theirs` and `mine`; `mine` makes the calls."""

    theirs: Account
    mine: Account
    call: Caller

    def own(self, kind: str, text: str, *, mine: bool, service: str = "heygen") -> str:
        org = (self.mine if mine else self.theirs).org
        owners.record(org.id, service, [(kind, text)])
        return text


def _two(services: tuple[str, ...]) -> Two:
    theirs, mine = make_account("acme", services=services), make_account("zeta", services=services)
    return Two(theirs, mine, Caller(mine))


@pytest.fixture
def platform(db: None, vendor: Upstream) -> Two:
    """Two orgs that share the platform's credentials."""
    two = _two(())
    for service in ("heygen", "elevenlabs", "liveavatar"):
        vault.store(org=None, service=service, secret=HEYGEN_SECRET)
        make_policy(None, service, allow_platform_key=True, default_source="platform")
    return two


@pytest.fixture
def tenant(db: None, vendor: Upstream) -> Two:
    """Two orgs with a credential of their own each."""
    return _two(("heygen", "elevenlabs", "liveavatar"))


def _video(**scene: Any) -> dict[str, Any]:
    voice = {"type": "text", "voice_id": "v", "input_text": "hi"}
    character = {"type": "avatar", "avatar_id": "a"}
    size = {"width": 1280, "height": 720}
    inputs = [{"character": character, "voice": voice} | scene]
    return {"body": {"video_inputs": inputs, "dimension": size}}


def _agent(**body: Any) -> dict[str, Any]:
    return {"body": {"prompt": "hi", **body}}


# Service, action, and an envelope that holds the id as `ID`, and the id's kind.
PRIVATE: list[Row] = [
    ("heygen", "video-status", {"query": {"video_id": "ID"}}, "video"),
    ("heygen", "delete-video", {"query": {"video_id": "ID"}}, "video"),
    ("heygen", "v3-get-video", {"path_params": {"video_id": "ID"}}, "video"),
    ("heygen", "v3-delete-video", {"path_params": {"video_id": "ID"}}, "video"),
    ("heygen", "translation-status", {"path_params": {"video_translate_id": "ID"}}, "translation"),
    ("heygen", "list-videos", {"query": {"folder_id": "ID"}}, "folder"),
    ("heygen", "v3-list-video-statuses", {"query": {"video_ids": "ID"}}, "video"),
    ("heygen", "v3-list-video-statuses", {"query": {"video_ids": ["ID"]}}, "video"),
    ("heygen", "v3-list-video-statuses", {"query": {"video_ids": f"{OWN},ID"}}, "video"),
    ("heygen", "v3-list-video-statuses", {"query": {"batch_ids": "ID"}}, "batch"),
    ("heygen", "share-video", {"body": {"video_id": "ID"}}, "video"),
    ("heygen", "create-folder", {"body": {"name": "n", "parent_id": "ID"}}, "folder"),
    (
        "heygen",
        "generate-video",
        _video(voice={"type": "audio", "audio_asset_id": "ID"}),
        "asset",
    ),
    (
        "heygen",
        "generate-video",
        _video(background={"type": "image", "image_asset_id": "ID"}),
        "asset",
    ),
    (
        "heygen",
        "v3-create-video-agent",
        _agent(files=[{"type": "asset_id", "asset_id": "ID"}]),
        "asset",
    ),
    ("heygen", "v3-create-video-agent", _agent(extra={"deep": [{"video_id": "ID"}]}), "video"),
    ("heygen", "v3-create-video-agent", _agent(videoId="ID"), "video"),
    ("heygen", "v3-create-podcast", {"body": {"hosts": [{"audio_asset_id": "ID"}]}}, "asset"),
    (
        "heygen",
        "v3-create-video-batch",
        {
            "body": {
                "videos": [
                    {
                        "type": "avatar",
                        "avatar_id": "a",
                        "script": "hi",
                        "voice_id": "v",
                        "background": {"type": "image", "asset_id": "ID"},
                    }
                ]
            }
        },
        "asset",
    ),
    ("elevenlabs", "get-dubbing", {"path_params": {"dubbing_id": "ID"}}, "dubbing"),
    (
        "elevenlabs",
        "get-dubbed-audio",
        {"path_params": {"dubbing_id": "ID", "language_code": "en"}},
        "dubbing",
    ),
    ("liveavatar", "get-context", {"path_params": {"context_id": "ID"}}, "context"),
    ("liveavatar", "stop-session", {"body": {"session_id": "ID"}}, "session"),
    ("liveavatar", "list-sessions", {"query": {"type": "active", "context_id": "ID"}}, "context"),
    (
        "liveavatar",
        "create-session-token",
        {"body": {"mode": "FULL", "avatar_id": "a", "memory": {"prev_session_id": "ID"}}},
        "session",
    ),
]
COMMON: list[Row] = [
    ("heygen", "generate-video", _video(character={"type": "avatar", "avatar_id": "ID"}), "look"),
    ("heygen", "get-template", {"path_params": {"template_id": "ID"}}, "template"),
    ("heygen", "v3-get-voice", {"path_params": {"voice_id": "ID"}}, "voice"),
    ("heygen", "v3-create-video-agent", _agent(voice_id="ID"), "voice"),
    ("heygen", "v3-create-video-agent", _agent(undeclared_key="ID"), "voice"),
    ("heygen", "v3-create-podcast", {"body": {"hosts": ["ID"]}}, "look"),
    ("heygen", "list-avatars-in-group", {"path_params": {"group_id": "ID"}}, "group"),
    ("elevenlabs", "tts", {"path_params": {"voice_id": "ID"}, "body": {"text": "t"}}, "voice"),
    ("liveavatar", "get-avatar", {"path_params": {"avatar_id": "ID"}}, "avatar"),
]
ALTERING: list[Row] = [
    ("heygen", "v3-delete-voice", {"path_params": {"voice_id": "ID"}}, "voice"),
    ("heygen", "v3-delete-avatar", {"path_params": {"group_id": "ID"}}, "group"),
    ("heygen", "train-photo-avatar-group", {"body": {"group_id": "ID"}}, "group"),
    ("heygen", "upscale-photo-avatar", {"body": {"id": "ID"}}, "look"),
    ("elevenlabs", "delete-voice", {"path_params": {"voice_id": "ID"}}, "voice"),
    ("liveavatar", "delete-avatar", {"path_params": {"avatar_id": "ID"}}, "avatar"),
]


def _with(envelope: Any, text: str) -> bytes:
    return json.dumps(envelope).replace("ID", text).encode()


def _plain(response: Any) -> dict[str, Any]:
    told: dict[str, Any] = response.json()
    told.pop("request_id")
    return told


NOT_FOUND = {
    "detail": "Not found.",
    "error": "Not found.",
    "code": "not_found",
    "origin": "proxy",
    "retryable": False,
}


def _refused(two: Two, vendor: Upstream, row: Row, text: str) -> Any:
    service, action, envelope, _ = row
    sent = len(vendor.requests)
    response = two.call(action, _with(envelope, text), service=service)
    assert (response.status_code, _plain(response)) == (404, NOT_FOUND), (row, text)
    assert len(vendor.requests) == sent, row
    return response


def _passes(two: Two, vendor: Upstream, row: Row, text: str) -> None:
    service, action, envelope, _ = row
    sent = len(vendor.requests)
    response = two.call(action, _with(envelope, text), service=service)
    assert len(vendor.requests) == sent + 1, (row, text, response.content)


def _each(two: Two, rows: list[Row], *, own: bool = False) -> Iterator[Row]:
    """Each row with nothing recorded but a stranger's id of its kind, and one's own."""
    for service, action, envelope, kind in rows:
        Owned.objects.all().delete()
        owners.memory.clear()
        two.own(kind, STRANGERS, mine=False, service=service)
        if own:
            two.own(kind, OWN, mine=True, service=service)
        yield service, action, envelope, kind


def test_on_the_platforms_credential_a_strangers_id_is_an_unknown_one(
    platform: Two, vendor: Upstream
) -> None:
    for row in _each(platform, PRIVATE, own=True):
        strangers = _refused(platform, vendor, row, STRANGERS)
        unknown = _refused(platform, vendor, row, NOBODYS)
        assert dict(strangers.headers).keys() == dict(unknown.headers).keys()
        _passes(platform, vendor, row, OWN)


def test_on_the_platforms_credential_what_nobody_made_is_everybodys(
    platform: Two, vendor: Upstream
) -> None:
    for row in _each(platform, COMMON):
        _refused(platform, vendor, row, STRANGERS)
        _passes(platform, vendor, row, NOBODYS)


def test_on_the_platforms_credential_only_what_is_ones_own_is_changed(
    platform: Two, vendor: Upstream
) -> None:
    for row in _each(platform, ALTERING, own=True):
        _refused(platform, vendor, row, STRANGERS)
        _refused(platform, vendor, row, NOBODYS)
        _passes(platform, vendor, row, OWN)


def test_on_an_own_credential_only_a_strangers_id_is_refused(tenant: Two, vendor: Upstream) -> None:
    """Older things of the account, which nobody recorded, stay in use."""
    for row in _each(tenant, [*PRIVATE, *COMMON, *ALTERING]):
        _refused(tenant, vendor, row, STRANGERS)
        _passes(tenant, vendor, row, NOBODYS)


SPELLED = [
    STRANGERS.upper(),
    f" {STRANGERS} ",
    f"{STRANGERS[:8]}-{STRANGERS[8:12]}-{STRANGERS[12:16]}-{STRANGERS[16:20]}-{STRANGERS[20:]}",
    f"urn:uuid:{STRANGERS}",
    f"{{{STRANGERS}}}",
    "".join(chr(ord(char) + 0xFEE0) for char in STRANGERS),  # fullwidth
    f"x,{STRANGERS}",
    f"x {STRANGERS}",
    f"{STRANGERS[:9]} {STRANGERS[9:]}",
]


def test_another_spelling_hides_no_strangers_id(platform: Two, vendor: Upstream) -> None:
    platform.own("voice", STRANGERS, mine=False)
    for spelled in SPELLED:
        refused = platform.call("v3-create-video-agent", _agent(voice_id=spelled))
        assert _plain(refused) == NOT_FOUND, spelled
    assert vendor.requests == []


def test_a_number_is_an_id_too(platform: Two, vendor: Upstream) -> None:
    platform.own("voice", "4711", mine=False)
    for value in (4711, "4711", [4711]):
        envelope = {"body": {"prompt": "hi", "reference_ids": value}}
        assert _plain(platform.call("v3-create-video-agent", envelope)) == NOT_FOUND
    assert vendor.requests == []


def test_a_field_of_a_form_hides_no_strangers_id(platform: Two, vendor: Upstream) -> None:
    platform.own("voice", STRANGERS, mine=False, service="elevenlabs")
    for name, text in (
        ("voice_id", STRANGERS),
        ("labels", json.dumps({"voice_id": STRANGERS})),
        ("voice_id", json.dumps([STRANGERS])),
    ):
        refused = _with_field(platform.call, name, text)
        assert (refused.status_code, _plain(refused)) == (404, NOT_FOUND)
    assert vendor.requests == []


def _with_field(call: Caller, name: str, text: str) -> Any:
    lines = [
        "--b",
        'Content-Disposition: form-data; name="body"',
        "",
        '{"name": "n"}',
        "--b",
        'Content-Disposition: form-data; name="files"; filename="a.mp3"',
        "",
        "x",
        "--b",
        f'Content-Disposition: form-data; name="{name}"',
        "",
        text,
        "--b--",
        "",
    ]
    body = "\r\n".join(lines).encode()
    url = call.url("add-voice", "elevenlabs")
    return call.send(url, body, kind="multipart/form-data; boundary=b")


def test_the_callers_own_text_is_no_id(platform: Two, vendor: Upstream) -> None:
    platform.own("video", "order-17", mine=False)
    platform.call("v3-create-video-agent", _agent(callback_id="order-17"))
    assert len(vendor.requests) == 1


WHOLE: list[tuple[str, str, Any]] = [
    ("heygen", "get-remaining-quota", {}),
    ("heygen", "v3-get-current-user", {}),
    ("heygen", "list-webhooks", {}),
    ("heygen", "v3-create-webhook-endpoint", {"body": {"url": "https://e.org/"}}),
    ("heygen", "create-streaming-token", {}),
    ("heygen", "v3-list-workflows", {}),
    ("elevenlabs", "get-user", {}),
    ("elevenlabs", "get-history", {}),
    ("liveavatar", "get-credits", {}),
]


def test_what_reaches_the_whole_account_is_refused_where_orgs_share_it(
    platform: Two, vendor: Upstream
) -> None:
    for service, action, envelope in WHOLE:
        refused = platform.call(action, envelope, service=service)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_on_platform_credential")
    assert vendor.requests == []


def test_what_reaches_the_whole_account_is_free_on_an_own_one(
    tenant: Two, vendor: Upstream
) -> None:
    vendor.answers({"error": None, "data": {"remaining_quota": 60}})
    assert tenant.call("get-remaining-quota").json() == {"data": {"remaining_quota": 60}}


def test_a_call_about_one_thing_must_name_it_where_orgs_share_the_account(
    platform: Two, vendor: Upstream
) -> None:
    refused = platform.call("stop-session", {"body": {}}, service="liveavatar")
    assert (refused.status_code, refused.json()["code"]) == (400, "id_needed")
    assert vendor.requests == []


MADE: list[tuple[str, Any, Any, set[tuple[str, str]]]] = [
    (
        "create-folder",
        {"body": {"name": "n"}},
        {"code": 100, "data": {"id": "f1"}},
        {("folder", "f1")},
    ),
    (
        "v3-create-video",
        {"body": {"type": "avatar", "avatar_id": "a", "script": "s", "voice_id": "v"}},
        {"data": {"video_id": "v1", "status": "waiting"}},
        {("video", "v1")},
    ),
    (
        "v3-create-avatar",
        {"body": {"type": "prompt", "name": "n", "prompt": "p"}},
        {"data": {"avatar_item": {"id": "l1", "group_id": "g1"}, "avatar_group": {"id": "g1"}}},
        {("look", "l1"), ("group", "g1")},
    ),
    (
        "v3-create-video-translation",
        {
            "body": {
                "video": {"type": "url", "url": "https://e.org/v"},
                "output_languages": ["a", "b"],
            }
        },
        {"data": {"video_translation_ids": ["t1", "t2"]}},
        {("translation", "t1"), ("translation", "t2")},
    ),
    (
        "v3-create-direct-upload-batch",
        {"body": {"files": [{"filename": "a", "content_type": "image/png", "size_bytes": 1}]}},
        {"data": {"batch_id": "b1", "items": [{"asset_id": "a1"}, {"asset_id": "a2"}]}},
        {("batch", "b1"), ("asset", "a1"), ("asset", "a2")},
    ),
]


@pytest.mark.parametrize("credential", ["platform", "tenant"])
def test_what_a_call_made_is_its_orgs_before_the_answer_leaves(
    db: None, vendor: Upstream, request: pytest.FixtureRequest, credential: str
) -> None:
    two: Two = request.getfixturevalue(credential)
    for action, envelope, answer, things in MADE:
        Owned.objects.all().delete()
        vendor.answers(answer)
        response = two.call(action, envelope)
        assert response.status_code == 200, response.content
        rows = Owned.objects.values_list("org_id", "service", "kind", "resource")
        assert set(rows) == {(two.mine.org.id, "heygen", kind, text) for kind, text in things}


def test_a_thing_that_a_call_names_is_not_made_by_it(platform: Two, vendor: Upstream) -> None:
    """A look in the operator's group does not take the group from everybody else."""
    vendor.answers({"error": None, "data": {"id": NOBODYS, "group_id": "g2"}})
    platform.own("image", "key1", mine=True)
    platform.call("create-photo-avatar-group", {"body": {"name": NOBODYS, "image_key": "key1"}})
    vendor.answers({"data": {"id": "r1", "voice_id": NOBODYS}})
    platform.call("v3-create-model-voice", {"body": {"voice_id": NOBODYS}})
    kinds = dict(Owned.objects.filter(org_id=platform.mine.org.id).values_list("resource", "kind"))
    assert kinds == {"key1": "image", NOBODYS: "look", "g2": "group", "r1": "voice"}


def test_the_group_of_a_look_that_was_there_before_is_not_made(
    platform: Two, vendor: Upstream
) -> None:
    answer = {"avatar_item": {"id": "l1", "group_id": "stock"}, "avatar_group": {"id": "stock"}}
    vendor.answers({"data": answer})
    body = {"type": "prompt", "name": "n", "prompt": "p", "avatar_id": NOBODYS}
    platform.call("v3-create-avatar", {"body": body})
    assert list(Owned.objects.values_list("resource", flat=True)) == ["l1"]


def test_the_first_to_record_an_id_keeps_it(tenant: Two, vendor: Upstream) -> None:
    tenant.own("folder", "f1", mine=False)
    vendor.answers({"code": 100, "data": {"id": "f1"}})
    tenant.call("create-folder", {"body": {"name": "n"}})
    assert [row.org_id for row in Owned.objects.all()] == [tenant.theirs.org.id]


def test_what_a_thing_of_an_org_brought_forth_is_the_orgs(platform: Two, vendor: Upstream) -> None:
    """The videos of a batch have their ids only from reading the batch."""
    platform.own("batch", OWN, mine=True)
    rows = [{"video_id": "v1", "batch_id": OWN}, {"video_id": "v2", "batch_id": OWN}]
    vendor.answers({"data": {"batch_id": OWN, "items": rows}})
    assert platform.call("v3-get-video", {"path_params": {"video_id": "v1"}}).status_code == 404
    assert (
        platform.call("v3-get-video-batch", {"path_params": {"batch_id": OWN}}).status_code == 200
    )
    vendor.answers({"data": {"id": "v1"}})
    assert platform.call("v3-get-video", {"path_params": {"video_id": "v1"}}).status_code == 200


def test_what_nobody_owns_brings_forth_nothing(tenant: Two, vendor: Upstream) -> None:
    vendor.answers({"data": {"batch_id": NOBODYS, "items": [{"video_id": "v1"}]}})
    assert (
        tenant.call("v3-get-video-batch", {"path_params": {"batch_id": NOBODYS}}).status_code == 200
    )
    assert not Owned.objects.exists()


def test_removed_things_stay_their_orgs(platform: Two, vendor: Upstream) -> None:
    platform.own("video", OWN, mine=True)
    vendor.answers({"data": {"id": OWN, "deleted": True}})
    assert platform.call("v3-delete-video", {"path_params": {"video_id": OWN}}).status_code == 200
    assert Owned.objects.filter(resource=OWN, org_id=platform.mine.org.id).exists()


def test_a_rehearsals_id_passes_to_the_rehearsal(platform: Two, vendor: Upstream) -> None:
    body = {"type": "avatar", "avatar_id": "a", "script": "s", "voice_id": "v", "test": True}
    made = platform.call("v3-create-video", {"body": body})
    video = made.json()["data"]["video_id"]
    assert made.headers["X-Test-Mode"] == "sandbox"
    read = platform.call("v3-get-video", {"path_params": {"video_id": video}})
    assert (read.status_code, read.headers["X-Test-Mode"]) == (200, "sandbox")
    stranger = Caller(platform.theirs)("v3-get-video", {"path_params": {"video_id": video}})
    assert (stranger.status_code, _plain(stranger)) == (404, NOT_FOUND)
    assert not Owned.objects.exists()
    assert vendor.requests == []


def test_without_its_database_nothing_is_sent(
    platform: Two, vendor: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> Any:
        raise OperationalError("gone")

    monkeypatch.setattr(owners, "owners", away)
    refused = platform.call("v3-get-video", {"path_params": {"video_id": OWN}})
    assert (refused.status_code, refused.json()["code"]) == (503, "ledger_unavailable")
    assert vendor.requests == []


def test_a_warm_id_asks_the_database_nothing(platform: Two, vendor: Upstream) -> None:
    platform.own("video", OWN, mine=True)
    envelope = {"query": {"video_id": OWN}}
    vendor.answers({"code": 100, "data": {"id": OWN, "status": "processing"}})
    platform.call("video-status", envelope)
    with CaptureQueriesContext(connection) as asked:
        assert platform.call("video-status", envelope).status_code == 200
    assert [query["sql"] for query in asked if "jobs_owned" in query["sql"]] == []


def test_where_orgs_share_the_account_nobodys_is_asked_for_each_time(
    platform: Two, vendor: Upstream
) -> None:
    """Another worker may have recorded it a moment ago."""
    row = ("elevenlabs", "get-voice", {"path_params": {"voice_id": "ID"}}, "voice")
    _passes(platform, vendor, row, NOBODYS)
    Owned.objects.create(
        org_id=platform.theirs.org.id,
        service="elevenlabs",
        kind="voice",
        resource=NOBODYS,
        folded=owners.folded(NOBODYS),
    )
    refused = platform.call(row[1], {"path_params": {"voice_id": NOBODYS}}, service=row[0])
    assert (refused.status_code, _plain(refused)) == (404, NOT_FOUND)


def test_a_read_of_a_clone_tells_the_voice_that_it_became(platform: Two, vendor: Upstream) -> None:
    platform.own("voice", OWN, mine=True)
    vendor.answers({"data": {"voice_clone_id": OWN, "voice_id": "final", "status": "complete"}})
    assert platform.call("v3-get-voice", {"path_params": {"voice_id": OWN}}).status_code == 200
    assert owners.owners("heygen", ["final"]) == {"final": {platform.mine.org.id}}


def test_a_dry_run_tells_nothing_of_a_strangers_thing(platform: Two, vendor: Upstream) -> None:
    platform.own("video", STRANGERS, mine=False)
    refused = platform.call("video-status", {"query": {"video_id": STRANGERS}}, X_Dry_Run="true")
    assert (refused.status_code, _plain(refused)) == (404, NOT_FOUND)


def test_too_many_ids_are_refused(tenant: Two, vendor: Upstream) -> None:
    files = [{"type": "asset_id", "asset_id": f"a{number}"} for number in range(5001)]
    refused = tenant.call("v3-create-video-agent", _agent(files=files))
    assert (refused.status_code, refused.json()["code"]) == (400, "too_many_ids")
    assert vendor.requests == []


def test_the_old_contract_holds_on_the_new_api(
    platform: Two, sandbox: Sandbox, settings: Any
) -> None:
    """Made by one org, read by it, and not there for the other: through the old actions on v3."""
    settings.HEYGEN_GENERATION = "v3"
    vault.store(org=None, service="heygen", secret="sandbox-heygen-key")
    theirs, listed = Caller(platform.theirs), platform.call("list-avatars")
    assert listed.status_code == 200, listed.content
    avatars = listed.json()["data"]
    voices = platform.call("list-voices").json()["data"]["voices"]
    scene = {
        "character": {"type": "avatar", "avatar_id": avatars["avatars"][0]["avatar_id"]},
        "voice": {"type": "text", "voice_id": voices[0]["voice_id"], "input_text": "hi"},
    }
    made = theirs("generate-video", _video(**scene))
    assert made.status_code == 200, made.content
    query = {"query": {"video_id": made.json()["data"]["video_id"]}}
    assert theirs("video-status", query).status_code == 200
    sent = len(sandbox.control("requests"))
    refused = platform.call("video-status", query)
    assert (refused.status_code, _plain(refused)) == (404, NOT_FOUND)
    assert len(sandbox.control("requests")) == sent
