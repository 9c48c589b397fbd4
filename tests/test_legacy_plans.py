"""The other old HeyGen actions, translated to v3 and back: whole plans and whole answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema_rs
import pytest

from services import steps
from services.action import Call, Upload
from services.errors import BadRequest, UpstreamFailed
from services.heygen import SERVICE
from services.service import Earlier, Plan, Step
from services.walk import called

LOST = "has no v3 counterpart and was ignored"
CHARGED = "v3 charges for this"
USERS_OWN = "v3 lists the assets of the key's own user"
URL = "https://x.test/v"
PHOTO_FILE = {"type": "asset_id", "asset_id": Earlier(0, "asset_id")}
KEYED = {"image_key": "i1", "script": "Hi", "voice_id": "v1"}
LOOKED_UP = {"path_params": {"look_id": "l1"}}
FRAME = {"aspect_ratio": "16:9", "resolution": "720p"}
WEBM = {"type": "avatar", "output_format": "webm", "remove_background": True, "avatar_id": "a1"}


async def _nothing() -> AsyncIterator[bytes]:
    yield b""


def image(name: str | None = "me.png") -> Upload:
    return Upload("file", name, "image/png", 1, _nothing, lambda: None)


def step(action: str, **parts: Any) -> Plan:
    return Plan((Step(action, **parts),))


def noted(plan: Plan, *notes: str, test: bool = False) -> Plan:
    return Plan(plan.steps, notes, test, plan.facts)


def at(**path_params: str) -> Call:
    return Call(path_params=path_params)


def sends(**body: Any) -> Call:
    return Call(body=body)


def voices(**more: str) -> Plan:
    kinds = ("public", "private")
    queries = [{"type": kind, **more, "limit": 100} for kind in kinds]
    return Plan(tuple(Step("v3-list-voices", query=query, paged=True) for query in queries))


def photo(**body: Any) -> Plan:
    whole = {"type": "photo", **body, "file": {"type": "asset_id", "asset_id": "i1"}}
    return noted(step("v3-create-avatar", body=whole), CHARGED)


LOOK_STEP = step("v3-get-avatar-look", **LOOKED_UP)
DROP_LOOK = step("v3-delete-avatar-look", **LOOKED_UP)
PLANS: list[tuple[str, Call, Plan]] = [
    (
        "get-template",
        at(template_id="t1"),
        step("v3-get-template", path_params={"template_id": "t1"}),
    ),
    (
        "get-template-details",
        at(template_id="t1"),
        step("v3-get-template", path_params={"template_id": "t1"}),
    ),
    ("list-videos", Call(), step("v3-list-videos", query={"limit": 100}, whole=True)),
    (
        "list-videos",
        Call(query={"limit": 5, "token": "x", "folder_id": "f", "title": "T", "sort": "up"}),
        noted(
            step(
                "v3-list-videos",
                query={"limit": 5, "token": "x", "folder_id": "f", "title": "T"},
                whole=True,
            ),
            f"query.sort {LOST}",
        ),
    ),
    (
        "list-videos",
        Call(query={"token": ""}),
        step("v3-list-videos", query={"limit": 100}, whole=True),
    ),
    (
        "delete-video",
        Call(query={"video_id": "x1"}),
        step("v3-delete-video", path_params={"video_id": "x1"}),
    ),
    (
        "translate-video",
        sends(
            video_url=URL, output_language="German", mode="quality", title="T", speaker_num=2, x=1
        ),
        noted(
            step(
                "v3-create-video-translation",
                body={
                    "video": {"type": "url", "url": URL},
                    "title": "T",
                    "speaker_num": 2,
                    "mode": "precision",
                    "output_languages": ["German"],
                },
            ),
            f"x {LOST}",
        ),
    ),
    (
        "translate-video",
        sends(
            video_url=URL, output_language="German", output_languages=["French", "Dutch"], test=True
        ),
        noted(
            step(
                "v3-create-video-translation",
                body={
                    "video": {"type": "url", "url": URL},
                    "output_languages": ["French", "Dutch"],
                },
            ),
            test=True,
        ),
    ),
    (
        "translation-status",
        at(video_translate_id="x1"),
        step("v3-get-video-translation", path_params={"video_translation_id": "x1"}),
    ),
    (
        "get-translation-caption",
        Call(query={"video_translate_id": "x1", "caption_type": "srt"}),
        Plan(
            (Step("v3-get-video-translation", path_params={"video_translation_id": "x1"}),),
            facts=("srt",),
        ),
    ),
    ("list-translation-languages", Call(), step("v3-list-translation-languages")),
    (
        "create-proofread",
        sends(video_url=URL, title="T", output_languages=["German"], folder_id="f"),
        step(
            "v3-create-proofread",
            body={
                "video": {"type": "url", "url": URL},
                "title": "T",
                "folder_id": "f",
                "output_languages": ["German"],
            },
        ),
    ),
    (
        "get-proofread-status",
        at(proofread_id="p"),
        step("v3-get-proofread", path_params={"proofread_id": "p"}),
    ),
    (
        "download-proofread-srt",
        at(proofread_id="p"),
        step("v3-get-proofread-srt", path_params={"proofread_id": "p"}),
    ),
    (
        "upload-proofread-srt",
        Call(path_params={"proofread_id": "p"}, body={"srt_file_url": URL}),
        step(
            "v3-update-proofread-srt",
            path_params={"proofread_id": "p"},
            body={"srt": {"type": "url", "url": URL}},
        ),
    ),
    (
        "generate-proofread-video",
        Call(path_params={"proofread_id": "p"}),
        step("v3-generate-proofread-video", path_params={"proofread_id": "p"}, body={}),
    ),
    (
        "generate-proofread-video",
        Call(path_params={"proofread_id": "p"}, body={"captions": True}, query={"test": 1}),
        noted(
            step(
                "v3-generate-proofread-video",
                path_params={"proofread_id": "p"},
                body={"captions": True},
            ),
            test=True,
        ),
    ),
    (
        "create-webm-video",
        sends(avatar_pose_id="a1", avatar_style="closeUp", input_text="Hi", voice_id="v1"),
        noted(
            step("v3-create-video", body={**WEBM, "script": "Hi", "voice_id": "v1", **FRAME}),
            f"avatar_style: closeUp {LOST}",
        ),
    ),
    (
        "create-webm-video",
        sends(
            avatar_pose_id="a1",
            input_text="Hi",
            input_audio="s1",
            dimension={"width": 1080, "height": 1920},
        ),
        noted(
            step(
                "v3-create-video",
                body={
                    **WEBM,
                    "audio_asset_id": "s1",
                    "aspect_ratio": "9:16",
                    "resolution": "1080p",
                },
            ),
            "The audio is used and not the text beside it",
        ),
    ),
    (
        "create-avatar-iv-video",
        sends(
            **KEYED,
            video_title="T",
            video_orientation="square",
            fit="cover",
            custom_motion_prompt="wave",
            enhance_custom_motion_prompt=True,
        ),
        noted(
            step(
                "v3-create-video",
                body={
                    "type": "image",
                    "image": {"type": "asset_id", "asset_id": "i1"},
                    "script": "Hi",
                    "voice_id": "v1",
                    "title": "T",
                    "aspect_ratio": "1:1",
                    "fit": "cover",
                    "motion_prompt": "wave",
                },
            ),
            f"enhance_custom_motion_prompt: true {LOST}",
        ),
    ),
    (
        "create-avatar-iv-video",
        sends(**KEYED, audio_url=URL),
        noted(
            step(
                "v3-create-video",
                body={
                    "type": "image",
                    "image": {"type": "asset_id", "asset_id": "i1"},
                    "audio_url": URL,
                },
            ),
            "The audio is used and not the text beside it",
        ),
    ),
    (
        "generate-video-agent",
        sends(
            prompt="A cat",
            config={"avatar_id": "a1", "orientation": "portrait", "pace": 2},
            files=[{"asset_id": "i1", "name": "x"}],
            callback_id="c",
        ),
        noted(
            step(
                "v3-create-video-agent",
                body={
                    "prompt": "A cat",
                    "avatar_id": "a1",
                    "orientation": "portrait",
                    "callback_id": "c",
                    "files": [{"type": "asset_id", "asset_id": "i1"}],
                    "mode": "generate",
                },
            ),
            f"config.pace {LOST}",
            f"files[0].name {LOST}",
        ),
    ),
    ("upload-asset", Call(uploads=(image(),)), step("v3-upload-asset", file="file")),
    ("get-asset", at(asset_id="i1"), step("v3-get-asset", path_params={"asset_id": "i1"})),
    ("delete-asset", at(asset_id="i1"), step("v3-delete-asset", path_params={"asset_id": "i1"})),
    (
        "list-assets",
        Call(query={"file_type": "image", "limit": 7, "token": "x"}),
        Plan(
            (
                Step("v3-get-current-user"),
                Step(
                    "v3-list-assets",
                    query={"limit": 7, "token": "x", "username": Earlier(0, "username")},
                    whole=True,
                ),
            ),
            (USERS_OWN, "file_type: pages may hold fewer than limit"),
            facts=("image",),
        ),
    ),
    (
        "create-folder",
        sends(name="F", project_type="video_translate", parent_id="f0"),
        step("v3-create-folder", body={"name": "F", "type": "video_translate", "parent_id": "f0"}),
    ),
    (
        "list-talking-photos",
        Call(),
        step(
            "v3-list-avatar-looks", query={"avatar_type": "photo_avatar", "limit": 50}, paged=True
        ),
    ),
    (
        "list-avatar-groups",
        Call(),
        step("v3-list-avatars", query={"limit": 50, "ownership": "private"}, paged=True),
    ),
    (
        "list-avatar-groups",
        Call(query={"include_public": True}),
        step("v3-list-avatars", query={"limit": 50}, paged=True),
    ),
    (
        "list-avatars-in-group",
        at(group_id="g1"),
        step("v3-list-avatar-looks", query={"group_id": "g1", "limit": 50}, paged=True),
    ),
    ("get-avatar-details", at(avatar_id="l1"), LOOK_STEP),
    ("get-photo-avatar", at(id="l1"), LOOK_STEP),
    ("photo-avatar-train-status", at(photo_avatar_id="l1"), LOOK_STEP),
    ("get-video-avatar", at(avatar_id="l1"), LOOK_STEP),
    (
        "get-photo-avatar-training-status",
        at(group_id="g1"),
        step("v3-get-avatar", path_params={"group_id": "g1"}),
    ),
    ("delete-photo-avatar", at(id="l1"), DROP_LOOK),
    ("delete-talking-photo", at(id="l1"), DROP_LOOK),
    ("delete-video-avatar", at(avatar_id="l1"), DROP_LOOK),
    (
        "delete-photo-avatar-group",
        at(group_id="g1"),
        step("v3-delete-avatar", path_params={"group_id": "g1"}),
    ),
    ("create-photo-avatar-group", sends(name="Me", image_key="i1"), photo(name="Me")),
    (
        "add-photo-avatar-looks",
        sends(name="Me", group_id="g1", image_keys=["i1"], test=True),
        noted(photo(avatar_group_id="g1", name="Me"), CHARGED, test=True),
    ),
    (
        "upload-talking-photo",
        Call(uploads=(image(),)),
        Plan(
            (
                Step("v3-upload-asset", file="file"),
                Step(
                    "v3-create-avatar", body={"type": "photo", "name": "me.png", "file": PHOTO_FILE}
                ),
            ),
            (CHARGED, "v3 makes the photo ready some time after its answer"),
        ),
    ),
    ("list-tts-voices", Call(), voices(engine="starfish")),
    (
        "text-to-speech",
        sends(text="Hi", voice_id="v1", speed=1.1, locale="en-GB", test=True),
        noted(
            step(
                "v3-create-speech",
                body={"text": "Hi", "voice_id": "v1", "speed": 1.1, "locale": "en-GB"},
            ),
            test=True,
        ),
    ),
    (
        "get-remaining-quota",
        Call(),
        noted(
            step("v3-get-current-user"),
            "remaining_quota counts in what currency says or in v3's credits",
        ),
    ),
    ("get-current-user", Call(), step("v3-get-current-user")),
    (
        "add-webhook",
        sends(url=URL, events=["batch.finished"], entity_id="e"),
        step(
            "v3-create-webhook-endpoint",
            body={"url": URL, "events": ["batch.finished"], "entity_id": "e"},
        ),
    ),
    (
        "list-webhooks",
        Call(),
        noted(
            step("v3-list-webhook-endpoints", query={"limit": 100}, paged=True),
            "v3 tells a webhook's secret only when it is made",
        ),
    ),
    (
        "update-webhook",
        sends(endpoint_id="w1", url=URL, events=[]),
        step(
            "v3-update-webhook-endpoint",
            path_params={"endpoint_id": "w1"},
            body={"url": URL, "events": []},
        ),
    ),
    (
        "delete-webhook",
        Call(query={"endpoint_id": "w1"}),
        step("v3-delete-webhook-endpoint", path_params={"endpoint_id": "w1"}),
    ),
    ("list-webhook-events", Call(), step("v3-list-webhook-event-types")),
]

AGAIN = "is no asset's id: v3 needs the image uploaded again."
ONLY = "has no v3 counterpart."
REFUSALS: list[tuple[str, Call, str]] = [
    ("list-videos", Call(query={"limit": "0"}), f"query.limit: 0 {ONLY}"),
    ("list-assets", Call(query={"limit": 0}), f"query.limit: 0 {ONLY}"),
    ("translate-video", sends(output_language="German"), "video_url is needed by v3."),
    (
        "translate-video",
        sends(video_id="x1", output_language="German"),
        f"video_id: x1 {ONLY}",
    ),
    (
        "translate-video",
        sends(video_url=URL, output_language=""),
        "output_language is needed by v3.",
    ),
    ("create-proofread", sends(video_url=URL, title="T"), "output_language is needed by v3."),
    (
        "get-translation-caption",
        Call(query={"video_translate_id": "x1", "caption_type": "ass"}),
        f"query.caption_type: ass {ONLY}",
    ),
    ("create-webm-video", sends(input_text="Hi"), "avatar_pose_id is needed by v3."),
    (
        "create-webm-video",
        sends(avatar_pose_id="a1"),
        "input_text or input_audio is needed by v3.",
    ),
    (
        "create-webm-video",
        sends(avatar_pose_id="a1", input_text="Hi", dimension={"width": 640}),
        "dimension needs width and height.",
    ),
    (
        "create-avatar-iv-video",
        sends(**{**KEYED, "image_key": "image/i1/original"}),
        f"image_key: image/i1/original {AGAIN}",
    ),
    (
        "generate-video-agent",
        sends(prompt="A cat", config={"duration_sec": 30}),
        f"config.duration_sec: 30 {ONLY}",
    ),
    ("create-folder", sends(name="F", project_type="asset"), f"project_type: asset {ONLY}"),
    (
        "create-photo-avatar-group",
        sends(name="Me", image_key="image/i1/original"),
        f"image_key: image/i1/original {AGAIN}",
    ),
    (
        "create-photo-avatar-group",
        sends(name="Me", image_key="i1", generation_id="g"),
        f"generation_id: g {ONLY}",
    ),
    (
        "add-photo-avatar-looks",
        sends(name="Me", group_id="g1", image_keys=["i1", "i2"]),
        "image_keys must hold one image: v3 makes and charges one at a time.",
    ),
]

LOOK = {
    "id": "l1",
    "name": "Me",
    "group_id": "g1",
    "avatar_type": "photo_avatar",
    "status": "processing",
    "preview_image_url": URL,
}
OLD_LOOK = {
    "id": "l1",
    "group_id": "g1",
    "name": "Me",
    "status": "pending",
    "image_url": URL,
    "is_motion": None,
    "business_type": None,
    "avatar_type": "photo_avatar",
}
BOTH = {
    "avatar_id": "l1",
    "avatar_name": "Me",
    "gender": None,
    "preview_image_url": URL,
    "preview_video_url": None,
    "premium": None,
    "type": None,
    "tags": None,
    "default_voice_id": None,
    "group_id": "g1",
    "avatar_type": "photo_avatar",
    "status": "processing",
    "id": "l1",
    "name": "Me",
    "image_url": URL,
}
MADE = {"avatar_item": LOOK, "avatar_group": {"id": "g1", "created_at": 7}}
OLD_ASSET = {
    "id": "i1",
    "name": "me.png",
    "file_type": "image",
    "url": URL,
    "image_key": "i1",
    "folder_id": None,
    "meta": None,
    "created_ts": 7,
}
ASSET = {"id": "i1", "name": "me.png", "type": "image", "url": URL, "uploaded_at": 7}
HOOK = {"endpoint_id": "w1", "url": URL, "status": "enabled", "events": None, "created_at": "t"}
OLD_HOOK = {
    "endpoint_id": "w1",
    "username": None,
    "url": URL,
    "status": "enabled",
    "events": None,
    "secret": None,
    "created_at": "t",
}
QUOTA = {"remaining_quota": 0, "used_quota": None, "details": None}
ANSWERS: list[tuple[str, tuple[Any, ...], Any]] = [
    (
        "get-template",
        (
            {
                "id": "t1",
                "variables": {
                    "script": {"type": "text", "content": "Hi"},
                    "host": {
                        "type": "character",
                        "character_id": "a1",
                        "character_type": "avatar",
                    },
                },
            },
        ),
        {
            "version": None,
            "variables": {
                "script": {"name": "script", "type": "text", "properties": {"content": "Hi"}},
                "host": {
                    "name": "host",
                    "type": "character",
                    "properties": {"character_id": "a1", "type": "avatar"},
                },
            },
            "id": "t1",
        },
    ),
    (
        "list-videos",
        ({"data": [{"id": "x1", "title": "T", "status": "failed"}], "next_token": "n"},),
        {
            "videos": [
                {
                    "video_id": "x1",
                    "video_title": "T",
                    "status": "failed",
                    "created_at": None,
                    "type": None,
                }
            ],
            "token": "n",
        },
    ),
    (
        "list-videos",
        ({"data": [], "has_more": False, "next_token": "n"},),
        {"videos": [], "token": ""},
    ),
    ("list-videos", ({"data": [], "next_token": None},), {"videos": [], "token": ""}),
    ("delete-video", ({"id": "x1", "deleted": True},), None),
    (
        "translate-video",
        ({"video_translation_ids": ["x1", "x2"]},),
        {"video_translate_id": "x1", "video_translate_ids": ["x1", "x2"]},
    ),
    (
        "translation-status",
        ({"id": "x1", "status": "completed", "video_url": URL, "output_language": "German"},),
        {
            "video_translate_id": "x1",
            "title": None,
            "status": "success",
            "url": URL,
            "message": None,
            "output_language": "German",
        },
    ),
    (
        "translation-status",
        ({"id": "x1", "status": "failed", "audio_url": URL, "failure_message": "No."},),
        {
            "video_translate_id": "x1",
            "title": None,
            "status": "failed",
            "url": URL,
            "message": "No.",
            "audio_url": URL,
        },
    ),
    ("get-translation-caption", ({"vtt_caption_url": URL}, "vtt"), {"caption_url": URL}),
    ("get-translation-caption", ({"vtt_caption_url": URL}, "srt"), {"caption_url": None}),
    ("list-translation-languages", ({"languages": ["German"]},), {"languages": ["German"]}),
    (
        "create-proofread",
        ({"proofread_ids": ["p1", "p2"], "status": "processing"},),
        {"proofread_id": "p1", "proofread_ids": ["p1", "p2"], "status": "processing"},
    ),
    (
        "get-proofread-status",
        ({"id": "p1", "status": "completed", "submitted_for_review": False, "title": "T"},),
        {
            "proofread_id": "p1",
            "status": "completed",
            "details": None,
            "submitted_for_review": False,
            "title": "T",
        },
    ),
    ("download-proofread-srt", ({"srt_url": URL},), {"srt_url": URL}),
    ("upload-proofread-srt", ({"id": "p1"},), None),
    (
        "generate-proofread-video",
        ({"video_translation_id": "x1", "status": "pending"},),
        {"video_translate_id": "x1", "status": "pending"},
    ),
    ("create-webm-video", ({"video_id": "x1", "status": "waiting"},), {"video_id": "x1"}),
    ("create-avatar-iv-video", ({"video_id": "x1"},), {"video_id": "x1"}),
    (
        "generate-video-agent",
        ({"session_id": "s1", "video_id": "x1"},),
        {"video_id": "x1", "session_id": "s1"},
    ),
    (  # paid, so it must not be lost
        "generate-video-agent",
        ({"session_id": "s1", "video_id": None},),
        {"video_id": None, "session_id": "s1"},
    ),
    (
        "upload-asset",
        ({"asset_id": "i1", "url": URL, "mime_type": "image/png", "size_bytes": 3},),
        {**OLD_ASSET, "name": None, "created_ts": None, "size_bytes": 3},
    ),
    (
        "upload-asset",
        ({"asset_id": "i1", "url": URL, "mime_type": "audio/mpeg"},),
        {**OLD_ASSET, "name": None, "created_ts": None, "file_type": "audio", "image_key": None},
    ),
    ("get-asset", ({**ASSET, "owner": "me"},), {**OLD_ASSET, "owner": "me"}),
    ("delete-asset", ({"id": "i1"},), None),
    (
        "list-assets",
        ({"username": "me"}, {"data": [ASSET, {"id": "a", "type": "audio"}]}, "image"),
        {"assets": [OLD_ASSET], "total": None, "token": ""},
    ),
    (
        "create-folder",
        ({"folder_id": "f1", "name": "F", "type": "mixed", "parent_id": None, "is_trash": False},),
        {
            "id": "f1",
            "name": "F",
            "parent_id": None,
            "project_type": "mixed",
            "is_trash": False,
        },
    ),
    (
        "list-talking-photos",
        ([{"id": "l1", "preview_image_url": URL, "name": "Me"}],),
        [{"id": "l1", "image_url": URL, "circle_image": None, "name": "Me"}],
    ),
    (
        "list-avatar-groups",
        ([{"id": "g1", "name": "Me", "looks_count": 2, "preview_image_url": URL}],),
        {
            "avatar_group_list": [
                {
                    "id": "g1",
                    "name": "Me",
                    "created_at": None,
                    "num_looks": 2,
                    "preview_image": URL,
                    "group_type": None,
                    "train_status": None,
                    "default_voice_id": None,
                }
            ]
        },
    ),
    ("list-avatars-in-group", ([LOOK],), {"avatar_list": [BOTH]}),
    ("get-avatar-details", (LOOK,), BOTH),
    ("get-photo-avatar", (LOOK,), OLD_LOOK),
    (
        "photo-avatar-train-status",
        ({**LOOK, "status": "failed"},),
        {**OLD_LOOK, "status": "failed"},
    ),
    (
        "get-video-avatar",
        ({"id": "l1", "status": "pending_consent", "group_id": "g1"},),
        {"avatar_id": "l1", "status": "in_progress", "group_id": "g1"},
    ),
    (
        "get-photo-avatar-training-status",
        ({"id": "g1", "status": "completed", "created_at": 7},),
        {"status": "ready", "error_msg": None, "created_at": 7, "updated_at": None},
    ),
    (
        "get-photo-avatar-training-status",
        ({"status": "failed", "error": {"code": "c", "message": "No face."}},),
        {"status": "failed", "error_msg": "No face.", "created_at": None, "updated_at": None},
    ),
    ("delete-photo-avatar-group", ({"id": "g1"},), None),
    ("create-photo-avatar-group", (MADE,), {**OLD_LOOK, "created_at": 7}),
    (
        "add-photo-avatar-looks",
        (MADE,),
        {"photo_avatar_list": [{**OLD_LOOK, "created_at": 7}]},
    ),
    (
        "upload-talking-photo",
        ({"asset_id": "i1", "url": "https://x.test/i"}, {"avatar_item": {"id": "l1"}}),
        {"talking_photo_id": "l1", "talking_photo_url": "https://x.test/i"},
    ),
    (
        "list-tts-voices",
        ([{"voice_id": "v1", "name": "Ann", "preview_audio_url": URL}], []),
        {
            "voices": [
                {
                    "voice_id": "v1",
                    "language": None,
                    "gender": None,
                    "name": "Ann",
                    "preview_audio_url": URL,
                    "support_pause": None,
                    "support_locale": None,
                    "type": None,
                }
            ]
        },
    ),
    ("text-to-speech", ({"audio_url": URL, "duration": 2.4},), {"audio_url": URL, "duration": 2.4}),
    (
        "get-remaining-quota",
        (
            {
                "billing_type": "wallet",
                "wallet": {"currency": "usd", "remaining_balance": 0},
                "usage_based": {"remaining_credits": 9},
            },
        ),
        {**QUOTA, "billing_type": "wallet", "currency": "usd"},
    ),
    (
        "get-remaining-quota",
        (
            {
                "billing_type": "subscription",
                "wallet": {"currency": "usd", "remaining_balance": 3},
                "subscription": {"credits": {"premium_credits": {"remaining": 40}}},
            },
        ),
        {**QUOTA, "remaining_quota": 40, "billing_type": "subscription", "currency": "usd"},
    ),
    (
        "get-remaining-quota",
        ({"billing_type": "new", "usage_based": {"remaining_credits": 9}},),
        {**QUOTA, "remaining_quota": 9, "billing_type": "new", "currency": None},
    ),
    ("get-current-user", ({"username": "me", "email": "e"},), {"username": "me", "email": "e"}),
    ("add-webhook", ({**HOOK, "secret": "whsec_x"},), {**OLD_HOOK, "secret": "whsec_x"}),
    ("list-webhooks", ([HOOK],), [OLD_HOOK]),
    ("update-webhook", (HOOK,), OLD_HOOK),
    ("delete-webhook", (None,), None),
    (
        "list-webhook-events",
        ([{"event_type": "batch.finished", "description": "A"}],),
        ["batch.finished"],
    ),
]
UNUSABLE: list[tuple[str, tuple[Any, ...]]] = [
    ("get-template", ({"variables": []},)),
    ("get-template", ({"variables": {"x": "text"}},)),
    ("list-videos", ([],)),
    ("list-videos", ({"data": [], "next_token": 3},)),
    ("list-videos", ({"data": {}},)),
    ("translate-video", ({"video_translation_ids": []},)),
    ("create-proofread", ({"status": "processing"},)),
    ("generate-proofread-video", ({"status": "pending"},)),
    ("generate-video-agent", ({"video_id": None},)),
    ("create-webm-video", ({},)),
    ("get-remaining-quota", ({"billing_type": "wallet", "wallet": None},)),
    ("create-photo-avatar-group", ({"avatar_item": {"name": "Me"}},)),
    ("upload-talking-photo", ({"asset_id": "i1"}, {"avatar_group": {}})),
    ("list-webhook-events", (["a.b"],)),
    ("get-current-user", ([],)),
]
SIX = {
    "list-templates", "list-avatars", "list-voices", "generate-video", "generate-template-video",
    "video-status",
}  # fmt: skip


def plan(slug: str, call: Call) -> Plan:
    return SERVICE.translations[slug].plan(call)


def outcome(slug: str, call: Call) -> Plan | BadRequest:
    try:
        return plan(slug, call)
    except BadRequest as exc:
        return exc


def valid(slug: str, part: Any) -> bool:
    found = validator(slug)
    return found is None or bool(found.is_valid(part))


@cache
def validator(slug: str) -> Any:
    schema = SERVICE.schemas.get(slug, {}).get("body")
    if schema is None:
        return None
    return jsonschema_rs.validator_for(_local({"$defs": dict(SERVICE.schemas), **schema}))


def _local(schema: Any) -> Any:
    """The schema with its references to other actions' bodies where a validator looks for them."""
    if isinstance(schema, dict):
        return {
            name: f"#/$defs/{part[2:]}" if name == "$ref" and "$defs" not in part else _local(part)
            for name, part in schema.items()
        }
    return [_local(part) for part in schema] if isinstance(schema, list) else schema


def test_every_translation_is_in_the_tables() -> None:
    named = {slug for slug, *_ in PLANS}
    answered = {slug for slug, *_ in ANSWERS}
    assert named == SERVICE.translations.keys() - SIX
    alike = {"delete-photo-avatar", "delete-talking-photo", "delete-video-avatar"}
    assert answered | alike | {"get-template-details"} == SERVICE.translations.keys() - SIX


@pytest.mark.parametrize(("slug", "call", "wanted"), PLANS)
def test_old_request_becomes_v3_steps(slug: str, call: Call, wanted: Plan) -> None:
    assert plan(slug, call) == wanted


@pytest.mark.parametrize(("slug", "call", "detail"), REFUSALS)
def test_request_that_v3_cannot_honour_is_refused(slug: str, call: Call, detail: str) -> None:
    with pytest.raises(BadRequest) as caught:
        plan(slug, call)
    assert (caught.value.detail, caught.value.code) == (detail, "no_v3_counterpart")


@pytest.mark.parametrize(("slug", "values", "wanted"), ANSWERS)
def test_v3_answer_becomes_the_old_one(slug: str, values: tuple[Any, ...], wanted: Any) -> None:
    answer = SERVICE.translations[slug].answer(values)
    assert answer == wanted
    if isinstance(wanted, dict):
        assert list(answer) == list(wanted)


@pytest.mark.parametrize(("slug", "values"), UNUSABLE)
def test_answer_without_its_core_is_the_vendors_fault(slug: str, values: tuple[Any, ...]) -> None:
    with pytest.raises(UpstreamFailed) as caught:
        SERVICE.translations[slug].answer(values)
    assert caught.value.code == "upstream_bad_answer"


@pytest.mark.parametrize(("slug", "call", "wanted"), PLANS)
def test_planned_steps_fit_their_actions(slug: str, call: Call, wanted: Plan) -> None:
    assert call.body is None or valid(slug, call.body)
    assert {step.action for step in wanted.steps} == set(SERVICE.translations[slug].through)
    paid = [step for step in wanted.steps if SERVICE.by_slug[step.action].billable is not False]
    assert len(paid) <= 1
    assert wanted.test is (bool(paid) and call.says_test)
    assert not any(set(note) & set(",;") for note in wanted.notes)  # they share one header
    for step in wanted.steps:
        action = SERVICE.by_slug[step.action]
        step = steps.filled(step, lambda _: "x")
        assert set(step.path_params) == set(action.path_params)
        assert set(step.query) <= action.query_names
        assert (step.paged or step.whole) == (action.pages is not None)
        assert bool(step.file) == (action.request == "multipart")
        assert (step.body is not None) == (action.request == "json")
        assert step.body is None or valid(step.action, step.body), step.body


def scalars(schema: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """(path, a value that is not the usual one) of each field of an object schema."""
    marks = {
        "string": "marked",
        "number": 7.5,
        "integer": 1234,
        "boolean": True,
        "object": {"k": 1},
    }
    for name, part in schema.get("properties", {}).items():
        here = (*path, name)
        if part.get("properties"):
            yield from scalars(part, here)
        elif part["type"] == "array":
            kind = part["items"]["type"]
            yield here, [{"asset_id": "marked"} if kind == "object" else "marked"]
        else:
            yield here, part["enum"][-1] if "enum" in part else marks[part["type"]]


def fields() -> Iterator[Any]:
    for slug in sorted(SERVICE.translations.keys() - SIX):
        for path, value in scalars(SERVICE.schemas.get(slug, {}).get("body", {})):
            yield pytest.param(slug, path, value, id=f"{slug}: {'.'.join(path)}")


WHOLE: Mapping[str, dict[str, Any]] = {
    "create-webm-video": {"avatar_pose_id": "a1", "input_text": "Hi"},
    "create-avatar-iv-video": KEYED,
    "generate-video-agent": {"prompt": "A cat"},
    "translate-video": {"video_url": URL, "output_language": "German"},
    "create-proofread": {"video_url": URL, "title": "T", "output_language": "German"},
    "upload-proofread-srt": {"srt_file_url": URL},
    "create-folder": {"name": "F"},
    "create-photo-avatar-group": {"name": "Me", "image_key": "i1"},
    "add-photo-avatar-looks": {"name": "Me", "group_id": "g1", "image_keys": ["i1"]},
    "text-to-speech": {"text": "Hi", "voice_id": "v1"},
    "add-webhook": {"url": URL},
    "update-webhook": {"endpoint_id": "w1", "url": URL},
}


@pytest.mark.parametrize(("slug", "path", "value"), list(fields()))
def test_no_old_field_is_dropped_in_silence(slug: str, path: tuple[str, ...], value: Any) -> None:
    base = {name: value for name, value in WHOLE.get(slug, {}).items() if name != path[0]}
    inner: Any = value
    for name in reversed(path[1:]):
        inner = {name: inner}
    if slug == "create-webm-video" and path[0] == "dimension":
        inner = {"width": 1234, "height": 1234}
    body = {**WHOLE.get(slug, {}), path[0]: inner}
    ids = dict.fromkeys(SERVICE.by_slug[slug].path_params, "x1")
    assert valid(slug, body)
    dotted = ".".join(path)
    found = outcome(slug, Call(path_params=ids, body=body))
    if isinstance(found, BadRequest):
        assert found.detail.startswith((dotted, path[0]))
        return
    if any(note.startswith(dotted) for note in found.notes):
        return
    lasting = {"path_params": ids, "body": base} if base == WHOLE.get(slug, {}) else None
    assert lasting is None or found != plan(slug, Call(**lasting))


def test_file_goes_through_under_the_new_name() -> None:
    upload = image(None)
    (sent,) = called(Step("v3-upload-asset", file="file"), Call(uploads=(upload,))).uploads
    assert (sent.field, sent.filename, sent.content_type) == ("file", "upload.png", "image/png")
    assert sent.chunks is upload.chunks  # handed on, never read into memory


def test_step_waits_for_what_an_earlier_one_gave() -> None:
    waiting = Step("x", query={"n": Earlier(0, "a.b")}, body={"list": [Earlier(1, "id")]})
    found = steps.filled(waiting, steps.from_values([{"a": {"b": "one"}}, {"id": 2}]))
    assert (found.query, found.body) == ({"n": "one"}, {"list": [2]})
    assert steps.in_turn([Step("y"), waiting])
    assert not steps.in_turn([Step("y"), found])
    for missing in ({}, {"a": None}, {"a": {"b": {}}}, {"a": {"b": ""}}, {"a": {"b": True}}):
        with pytest.raises(UpstreamFailed):
            steps.filled(waiting, steps.from_values([missing, {"id": 2}]))
