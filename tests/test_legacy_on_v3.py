"""Every old HeyGen action with the old APIs switched off: what it answers, or why it cannot."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from credentials import vault
from credentials.models import Retirement
from jobs.models import Attempt
from services.cache.reads import reads
from services.catalogue import SERVICES
from services.heygen import SERVICE
from tests.conftest import Caller, Sandbox
from tests.factories import Account
from tests.test_multipart import form, part, received
from tests.upstream import Received, Script, Upstream

AVATAR = "Abigail_expressive_2024112501"
VOICE = "f38a635bee7a4d1f9b0a654a31d050d2"
LINK = "https://x.test/file"
OLD = {
    action.slug: action
    for action in SERVICE.actions
    if action.version != "v3" or SERVICE.sunset(action) is not None
}
DOCS = Path(__file__).parents[1] / "docs/heygen-generations.md"


class World:
    """What the calls of one row are about, made in the sandbox when it is asked for."""

    def __init__(self, heygen: Caller) -> None:
        self.heygen = heygen

    def made(self, action: str, **envelope: Any) -> Any:
        response = self.heygen(action, envelope)
        assert response.status_code == 200, response.content
        return response.json()["data"]

    @cached_property
    def video(self) -> str:
        body = {"type": "avatar", "avatar_id": AVATAR, "script": "Hi", "voice_id": VOICE}
        return str(self.made("v3-create-video", body={**body, "title": "Mine"})["video_id"])

    @cached_property
    def translation(self) -> str:
        body = {"video": {"type": "url", "url": LINK}, "output_languages": ["German"]}
        made = self.made("v3-create-video-translation", body=body)
        return str(made["video_translation_ids"][0])

    @cached_property
    def proofread(self) -> str:
        body = {"video": {"type": "url", "url": LINK}, "output_languages": ["German"]}
        return str(self.made("v3-create-proofread", body=body | {"title": "T"})["proofread_ids"][0])

    @cached_property
    def asset(self) -> str:
        file = part("file", b"\x89PNG", "me.png", "image/png")
        kind = "multipart/form-data; boundary=XX-42"
        sent = self.heygen.send(self.heygen.url("v3-upload-asset"), form(file), kind)
        return str(sent.json()["data"]["asset_id"])

    @cached_property
    def look(self) -> str:
        file = {"type": "asset_id", "asset_id": self.asset}
        body = {"type": "photo", "name": "Me", "file": file}
        return str(self.made("v3-create-avatar", body=body)["avatar_item"]["id"])

    @cached_property
    def group(self) -> str:
        found = self.made("v3-get-avatar-look", path_params={"look_id": self.look})
        return str(found["group_id"])

    @cached_property
    def webhook(self) -> str:
        return str(self.made("v3-create-webhook-endpoint", body={"url": LINK})["endpoint_id"])

    @cached_property
    def template(self) -> str:
        found = self.made("v3-list-templates", query={"limit": 1})
        return str(found[0]["id"])


Envelope = Callable[[World], Any]  # bytes are sent as a file
Check = Callable[[Any, World], object]
SCRIPT = {"script": {"name": "script", "type": "text", "properties": {"content": "Hi"}}}
RENDER = {
    "video_inputs": [
        {
            "character": {"type": "avatar", "avatar_id": AVATAR},
            "voice": {"type": "text", "input_text": "Hello", "voice_id": VOICE},
        }
    ],
    "dimension": {"width": 1280, "height": 720},
}


def bare(_: World) -> Any:
    return {}


def body(**fields: Any) -> Envelope:
    return lambda _: {"body": fields}


def path(name: str, thing: str, **fields: Any) -> Envelope:
    return lambda world: {"path_params": {name: getattr(world, thing)}, **fields}


def query(name: str, thing: str, **fields: Any) -> Envelope:
    return lambda world: {"query": {name: getattr(world, thing), **fields}}


def png(_: World) -> bytes:
    return b"\x89PNG\r\n\x1a\n"


# One row for each old action that v3 can answer: a call of it, and what its answer must hold.
ANSWERED: Mapping[str, tuple[Envelope, Check]] = {
    "list-templates": (bare, lambda data, _: data["templates"][0]["template_id"]),
    "get-template": (
        path("template_id", "template"),
        lambda data, _: data["variables"]["script"]["properties"]["content"],
    ),
    "generate-template-video": (
        path("template_id", "template", body={"variables": SCRIPT}),
        lambda data, _: data["video_id"],
    ),
    "list-avatars": (
        bare,
        lambda data, _: data["avatars"][0]["avatar_id"] == AVATAR and data["talking_photos"],
    ),
    "list-voices": (bare, lambda data, _: data["voices"][0]["voice_id"] == VOICE),
    "generate-video": (body(**RENDER), lambda data, _: data["video_id"]),
    "video-status": (
        query("video_id", "video"),
        lambda data, world: data["id"] == world.video and data["status"] != "waiting",
    ),
    "list-videos": (
        lambda world: {"query": {"title": "Mine", "limit": 5}} if world.video else {},
        lambda data, world: data["videos"][0]["video_id"] == world.video and data["token"] == "",
    ),
    "delete-video": (query("video_id", "video"), lambda data, _: data is None),
    "translate-video": (
        body(video_url=LINK, output_language="German", title="T", mode="fast"),
        lambda data, _: data["video_translate_id"] == data["video_translate_ids"][0],
    ),
    "translation-status": (
        path("video_translate_id", "translation"),
        lambda data, world: data["video_translate_id"] == world.translation,
    ),
    "upload-asset": (png, lambda data, _: data["file_type"] == "image" and data["image_key"]),
    "get-asset": (
        path("asset_id", "asset"),
        lambda data, world: data["id"] == data["image_key"] == world.asset,
    ),
    "photo-avatar-train-status": (
        path("photo_avatar_id", "look"),
        lambda data, world: data["id"] == world.look and data["group_id"] == world.group,
    ),
    "list-talking-photos": (bare, lambda data, _: data[0]["id"] and data[0]["image_url"]),
    "get-remaining-quota": (bare, lambda data, _: data["remaining_quota"] > 0),
    "add-webhook": (
        body(url=LINK, events=["avatar_video.success"]),
        lambda data, _: data["endpoint_id"] and data["secret"],
    ),
    "list-webhooks": (
        lambda world: {"headers": {}} if world.webhook else {},
        lambda data, world: data[0]["endpoint_id"] == world.webhook,
    ),
    "delete-webhook": (query("endpoint_id", "webhook"), lambda data, _: data is None),
    "get-template-details": (
        path("template_id", "template"),
        lambda data, _: data["scenes"][0]["scene_id"] and data["variables"]["script"],
    ),
    "create-webm-video": (
        body(avatar_pose_id=AVATAR, input_text="Hi", voice_id=VOICE),
        lambda data, _: data["video_id"],
    ),
    "create-avatar-iv-video": (
        lambda world: {"body": {"image_key": world.asset, "script": "Hi", "voice_id": VOICE}},
        lambda data, _: data["video_id"],
    ),
    "generate-video-agent": (body(prompt="A cat"), lambda data, _: data["video_id"]),
    "list-translation-languages": (bare, lambda data, _: "German" in data["languages"]),
    "get-translation-caption": (
        query("video_translate_id", "translation", caption_type="vtt"),
        lambda data, _: data.keys() == {"caption_url"},
    ),
    "create-proofread": (
        body(video_url=LINK, title="T", output_language="German"),
        lambda data, _: data["proofread_id"] == data["proofread_ids"][0],
    ),
    "get-proofread-status": (
        path("proofread_id", "proofread"),
        lambda data, world: data["proofread_id"] == world.proofread,
    ),
    "download-proofread-srt": (path("proofread_id", "proofread"), lambda data, _: data),
    "upload-proofread-srt": (
        path("proofread_id", "proofread", body={"srt_file_url": LINK}),
        lambda data, _: data is None,
    ),
    "generate-proofread-video": (
        path("proofread_id", "proofread", body={"captions": True}),
        lambda data, _: data["video_translate_id"],
    ),
    "create-photo-avatar-group": (
        lambda world: {"body": {"name": "Me", "image_key": world.asset}},
        lambda data, _: data["id"] and data["group_id"] and data["status"] == "pending",
    ),
    "add-photo-avatar-looks": (
        lambda world: {
            "body": {"group_id": world.group, "image_keys": [world.asset], "name": "Two"}
        },
        lambda data, world: data["photo_avatar_list"][0]["id"] != world.look,
    ),
    "get-photo-avatar-training-status": (
        path("group_id", "group"),
        lambda data, _: data["status"] == "ready",
    ),
    "get-photo-avatar": (
        path("id", "look"),
        lambda data, world: data["id"] == world.look and data["name"] == "Me",
    ),
    "delete-photo-avatar": (path("id", "look"), lambda data, _: data is None),
    "delete-photo-avatar-group": (path("group_id", "group"), lambda data, _: data is None),
    "list-avatar-groups": (
        lambda world: {"query": {"include_public": False}} if world.group else {},
        lambda data, world: world.group in [each["id"] for each in data["avatar_group_list"]],
    ),
    "list-avatars-in-group": (
        path("group_id", "group"),
        lambda data, world: [each["avatar_id"] for each in data["avatar_list"]] == [world.look],
    ),
    "get-avatar-details": (
        lambda _: {"path_params": {"avatar_id": AVATAR}},
        lambda data, _: data["avatar_id"] == data["id"] == AVATAR,
    ),
    "get-video-avatar": (
        path("avatar_id", "look"),
        lambda data, world: data["avatar_id"] == world.look,
    ),
    "delete-video-avatar": (path("avatar_id", "look"), lambda data, _: data is None),
    "list-tts-voices": (bare, lambda data, _: data["voices"][0]["voice_id"] == VOICE),
    "text-to-speech": (body(text="Hi", voice_id=VOICE), lambda data, _: data["audio_url"]),
    "upload-talking-photo": (
        png,
        lambda data, _: data["talking_photo_id"] and data["talking_photo_url"],
    ),
    "delete-talking-photo": (path("id", "look"), lambda data, _: data is None),
    "list-assets": (
        lambda world: {"query": {"file_type": "image", "limit": 5}} if world.asset else {},
        lambda data, world: [each["id"] for each in data["assets"]] == [world.asset],
    ),
    "delete-asset": (path("asset_id", "asset"), lambda data, _: data is None),
    "create-folder": (
        body(name="F", project_type="video"),
        lambda data, _: data["id"] and data["project_type"] == "video",
    ),
    "get-current-user": (bare, lambda data, _: data["username"] and data["email"]),
    "list-webhook-events": (bare, lambda data, _: "avatar_video.success" in data),
    "update-webhook": (
        lambda world: {"body": {"endpoint_id": world.webhook, "url": LINK + "/2", "events": []}},
        lambda data, world: (data["endpoint_id"], data["url"]) == (world.webhook, LINK + "/2"),
    ),
}  # fmt: skip
PAID = sorted(slug for slug in ANSWERED if SERVICE.paid(OLD[slug]))


@pytest.fixture
def world(sandbox: Sandbox, account: Account) -> World:
    vault.store(org=account.org, service="heygen", secret="sandbox-heygen-key")
    return World(Caller(account))


def invoke(world: World, slug: str, envelope: Any) -> Any:
    """The answer to an envelope, or to a file."""
    reads.store.clear()
    if isinstance(envelope, bytes):
        return world.heygen.send(world.heygen.url(slug), envelope, "image/png")
    return world.heygen(slug, envelope)


def test_every_old_action_has_its_row() -> None:
    assert len(OLD) == 91
    assert {*ANSWERED, *SERVICE.ended} == OLD.keys()
    assert ANSWERED.keys() == SERVICE.translations.keys()


@pytest.mark.parametrize("slug", ANSWERED)
def test_old_action_answers_on_every_generation(
    world: World, sandbox: Sandbox, settings: Any, slug: str
) -> None:
    """The same shape from v3, from v3 after the old API said that it is gone, and from the old."""
    envelope, holds = ANSWERED[slug]
    old, through = OLD[slug], SERVICE.translations[slug].through
    for generation, alive in (("v3", V3), ("auto", V3), ("legacy", LEGACY)):
        settings.HEYGEN_GENERATION = generation
        sandbox.reset()
        each = World(world.heygen)
        call, before = envelope(each), len(sandbox.targets)
        sandbox.control("config", alive)
        response = invoke(each, slug, call)
        assert response.status_code == 200, (generation, response.content)
        job = old.job
        assert ("X-Job-Id" in response.headers) is (job is not None and job.id is not None)
        if alive is V3:
            data = response.json()["data"]
            assert response.json().keys() == {"data"}
            assert_documented(slug, data)
            assert holds(data, each), (generation, data)
        expected = () if generation == "legacy" else through
        targets = sandbox.targets[before:]
        tried = [f"{old.method} {filled(old.path, call)}"] if generation != "v3" else []
        assert targets[: len(tried)] == tried
        methods = [SERVICE.by_slug[step].method for step in expected]
        assert [target.split(" ")[0] for target in targets[len(tried) :]][: len(methods)] == methods


V3, LEGACY = {"legacy": False, "v3": True}, {"legacy": True, "v3": False}


def assert_documented(slug: str, data: Any) -> None:
    """The names that the reference tells of the old answer are there."""
    names = SERVICE.schemas.get(slug, {}).get("response")
    if names and data is not None:
        assert set(names) <= (data[0] if isinstance(data, list) else data).keys()


def filled(template: str, call: Any) -> str:
    values = call.get("path_params", {}) if isinstance(call, dict) else {}
    return template.format(**values)


@pytest.mark.parametrize("slug", SERVICE.ended)
def test_action_without_counterpart_says_what_comes_nearest(
    world: World, sandbox: Sandbox, settings: Any, slug: str
) -> None:
    ended, action = SERVICE.ended[slug], OLD[slug]
    vendor, _, instead = ended.instead.rpartition(":")
    call = {
        "path_params": {name: "x1" for name in action.path_params},
        "query": {name: "x1" for name in action.required_query},
    }
    sandbox.control("config", {"legacy": False})
    for generation in ("v3", "auto"):
        settings.HEYGEN_GENERATION = generation
        if generation == "auto" and action.request == "json":
            call["body"] = least(SERVICE.schemas.get(slug, {}).get("body", {}))
        response = invoke(world, slug, call)
        shown = response.json()
        assert (response.status_code, shown["code"], shown["origin"]) == (
            410, "no_v3_counterpart", "proxy",
        ), shown  # fmt: skip
        assert shown["instead"] == {"service": vendor or "heygen", "action": instead}
        assert ended.why in shown["detail"]
        assert f"'{instead}'" in shown["detail"]
        assert len(sandbox.targets) == (generation == "auto")


def least(schema: Mapping[str, Any]) -> Any:
    """The smallest body that a schema without alternatives takes."""
    names = schema.get("required", ())
    kinds = {"string": "x1", "array": [], "object": {}, "integer": 1, "number": 1, "boolean": True}
    parts = {name: schema["properties"][name] for name in names}
    return {name: part.get("enum", [kinds[part["type"]]])[0] for name, part in parts.items()}


def test_nearest_actions_exist() -> None:
    services = {service.slug: service for service in SERVICES}
    for ended in SERVICE.ended.values():
        vendor, _, instead = ended.instead.rpartition(":")
        service = services[vendor or "heygen"]
        assert instead in service.by_slug
        assert instead not in service.ended
    for slug in SERVICE.ended:
        assert OLD[slug].successor is None or OLD[slug].external is None


@pytest.mark.parametrize("generation", ["v3", "auto"])
@pytest.mark.parametrize("slug", PAID)
def test_call_that_says_test_is_never_charged(
    world: World, sandbox: Sandbox, settings: Any, slug: str, generation: str
) -> None:
    settings.HEYGEN_GENERATION = generation
    call = ANSWERED[slug][0](world)
    sandbox.control("config", {"legacy": False})
    before, charged = len(sandbox.targets), len(sandbox.charges)
    if isinstance(call, bytes):
        url = world.heygen.url(slug) + "?query.test=true"
        response = world.heygen.send(url, call, "image/png")
    else:
        response = invoke(world, slug, call | {"body": call.get("body", {}) | {"test": True}})
    rehearsed = response.headers.get("X-Test-Mode") == "sandbox"
    refused = response.status_code == 400 and response.json()["code"] == "test_mode_unavailable"
    assert rehearsed or refused, response.content
    assert len(sandbox.charges) == charged
    assert all("/v3/" not in target for target in sandbox.targets[before:])


def test_page_lists_every_action_as_it_is() -> None:
    rows = [line for line in DOCS.read_text().splitlines() if line.startswith("| `")]
    table = rows[rows.index(listed("list-templates")) :]
    assert table == [listed(action.slug) for action in SERVICE.actions if action.slug in OLD]


def listed(slug: str) -> str:
    """The row of an action on the page."""
    if slug not in SERVICE.ended:
        through = ", ".join(f"`{name}`" for name in SERVICE.translations[slug].through)
        return f"| `{slug}` | answered | {through} |"
    ended = SERVICE.ended[slug]
    vendor, _, instead = ended.instead.rpartition(":")
    return f"| `{slug}` | 410: {ended.why} | `{instead}`{f' of `{vendor}`' if vendor else ''} |"


def moved(sandbox_says: bytes = b"{}") -> Callable[[Received], Script]:
    """A vendor whose old API is gone, and whose new one answers like this."""

    def play(received: Received) -> Script:
        if received.target.startswith("/v3/"):
            return Script(body=sandbox_says)
        return Script(status=410, body=b"{}")

    return play


@pytest.mark.parametrize("generation", ["v3", "auto"])
def test_upload_streams_through_as_the_new_part(
    call: Caller, vendor: Upstream, settings: Any, generation: str
) -> None:
    settings.HEYGEN_GENERATION = generation
    vendor.plays(moved(b'{"data": {"asset_id": "i1", "url": "u", "mime_type": "image/png"}}'))
    content = random.Random(5).randbytes(3 * 1024 * 1024)  # more than is kept in memory
    response = call.send(call.url("upload-asset"), content, "image/png")
    assert response.json()["data"]["image_key"] == "i1"
    *earlier, last = vendor.requests
    assert received(last) == [("file", "upload.png", "image/png", content)]
    assert [(one.target, one.body) for one in earlier] == [("/v1/asset", content)] * len(earlier)
    assert len(earlier) == (generation == "auto")


def test_steps_in_turn_hand_on_what_they_gave(
    call: Caller, vendor: Upstream, settings: Any
) -> None:
    settings.HEYGEN_GENERATION = "v3"

    def play(received: Received) -> Script:
        if received.target == "/v3/assets":
            return Script(body=b'{"data": {"asset_id": "i1", "url": "u"}}')
        return Script(body=b'{"data": {"avatar_item": {"id": "l1"}, "avatar_group": {"id": "g"}}}')

    vendor.plays(play)
    response = call.send(call.url("upload-talking-photo"), b"\x89PNG", "image/png")
    assert response.json() == {"data": {"talking_photo_id": "l1", "talking_photo_url": "u"}}
    assert response.headers["X-Contract-Notes"].startswith("v3 charges for this; ")
    upload, made = vendor.requests
    assert made.json == {
        "type": "photo",
        "name": "Talking photo",
        "file": {"type": "asset_id", "asset_id": "i1"},
    }
    keys = [one.header("idempotency-key") for one in (upload, made)]
    assert keys[1]  # the paid step can be told from every other
    assert keys[0] != keys[1]


def test_refused_last_step_is_the_calls_refusal(
    call: Caller, vendor: Upstream, settings: Any
) -> None:
    """The steps before it succeeded, and are no reason to doubt what the vendor says."""
    settings.HEYGEN_GENERATION = "v3"

    def play(received: Received) -> Script:
        if received.target == "/v3/assets":
            return Script(body=b'{"data": {"asset_id": "i1", "url": "u"}}')
        return Script(400, b'{"error": {"code": "invalid_parameter", "message": "no face"}}')

    vendor.plays(play)
    said = [
        call.send(call.url("upload-talking-photo"), b"\x89PNG", "image/png", Idempotency_Key="k1")
        for _ in range(2)
    ]
    assert [response.status_code for response in said] == [400, 400]
    assert said[1].headers["Idempotent-Replayed"] == "true"
    assert len(vendor.requests) == 2
    assert Attempt.objects.get().state == "done"


def test_failed_first_step_is_the_last(call: Caller, vendor: Upstream, settings: Any) -> None:
    settings.HEYGEN_GENERATION = "v3"
    vendor.answers({"data": {"url": "u"}})
    response = call.send(call.url("upload-talking-photo"), b"\x89PNG", "image/png")
    assert (response.status_code, response.json()["code"]) == (502, "upstream_bad_answer")
    assert [one.target for one in vendor.requests] == ["/v3/assets"]


@pytest.mark.parametrize(
    ("slug", "told"),
    [
        ("list-videos", True),
        ("create-proofread", False),  # a path that only a third party describes
        ("list-streaming-sessions", False),  # ended long before the rest
        ("share-video", True),
    ],
)
def test_only_a_sure_sign_retires_the_old_api(
    call: Caller, vendor: Upstream, settings: Any, slug: str, told: bool
) -> None:
    settings.HEYGEN_GENERATION = "auto"
    vendor.plays(moved(b'{"data": []}'))
    fields = {"video_id": "x", "video_url": LINK, "title": "T", "output_language": "L"}
    call(slug, {"body": fields} if OLD[slug].request == "json" else {})
    assert vendor.requests[0].target.startswith(OLD[slug].path)
    assert Retirement.objects.filter(org=call.account.org).exists() is told


def test_dry_run_tells_what_waits_for_what(call: Caller, vendor: Upstream, settings: Any) -> None:
    settings.HEYGEN_GENERATION = "v3"
    response = call("list-assets", X_Dry_Run="true")
    data = response.json()["data"]
    assert data["would_be"] == "translated"
    assert data["url"].endswith("/v3/users/me")
    (later,) = data["then"]
    assert later["url"].endswith("/v3/assets?limit=100&username=%3Cusername%20of%20step%201%3E")
    gone = call("share-video", {"body": {"video_id": "x"}}, X_Dry_Run="true")
    assert (gone.status_code, gone.json()["code"]) == (410, "no_v3_counterpart")
    assert vendor.requests == []


@pytest.mark.parametrize(("generation", "paid"), [("v3", True), ("legacy", False)])
def test_what_v3_charges_for_is_in_the_ledger(
    call: Caller, vendor: Upstream, settings: Any, generation: str, paid: bool
) -> None:
    """The old API made avatars for nothing."""
    settings.HEYGEN_GENERATION = generation
    made = {"avatar_item": {"id": "l1"}, "avatar_group": {"id": "g1"}}
    vendor.answers({"error": None, "data": made if paid else {"id": "l1", "group_id": "g1"}})
    response = call("create-photo-avatar-group", {"body": {"name": "Me", "image_key": "i1"}})
    assert response.json()["data"]["id"] == "l1"
    assert [row.billable for row in Attempt.objects.all()] == [True] * paid
