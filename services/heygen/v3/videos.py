"""Videos: rendered, read, listed, removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.action import Call
from services.heygen.render import (
    ELSEWHERE,
    MISSING,
    Rule,
    Table,
    built,
    frame,
    moves,
    refusal,
    video,
)
from services.heygen.v3.assets import asset_id
from services.heygen.v3.plans import bounded, made, page_query, reads, strays
from services.heygen.v3.shapes import Names, a_video, an_object, needed, nothing, page, renamed
from services.service import Plan, Step, Translation

_WEBM: Table = {
    "avatar_pose_id": Rule("avatar_id"),
    "avatar_style": Rule(usual=("normal",)),
    "input_text": Rule("script"),
    "voice_id": Rule("voice_id"),
    "input_audio": Rule("audio_asset_id"),
    "dimension": Rule(inside={"width": ELSEWHERE, "height": ELSEWHERE}),
    "title": Rule("title"),
    "callback_id": Rule("callback_id"),
    "callback_url": Rule("callback_url"),
    "test": ELSEWHERE,
}
_RATIOS = {"portrait": "9:16", "landscape": "16:9", "square": "1:1"}
_PHOTO_VIDEO: Table = {
    "image_key": ELSEWHERE,
    "script": Rule("script"),
    "voice_id": Rule("voice_id"),
    "video_title": Rule("title"),
    "video_orientation": Rule("aspect_ratio", words=_RATIOS),
    "fit": Rule("fit"),
    "custom_motion_prompt": Rule("motion_prompt"),
    "enhance_custom_motion_prompt": Rule(usual=(False,)),
    "audio_url": Rule("audio_url"),
    "audio_asset_id": Rule("audio_asset_id"),
    "callback_id": Rule("callback_id"),
    "callback_url": Rule("callback_url"),
    "test": ELSEWHERE,
}
_AGENT: Table = {
    "prompt": Rule("prompt"),
    "config": Rule(
        inside={
            "duration_sec": Rule(refused=MISSING, usual=(None,)),
            "avatar_id": Rule("avatar_id"),
            "orientation": Rule("orientation"),
        }
    ),
    "files": ELSEWHERE,
    "callback_id": Rule("callback_id"),
    "callback_url": Rule("callback_url"),
    "test": ELSEWHERE,
}
_STATUS: Names = {
    "id": "id",
    "status": "status",
    "video_url": "video_url",
    "video_url_caption": "captioned_video_url",
    "caption_url": "subtitle_url",
    "thumbnail_url": "thumbnail_url",
    "gif_url": "gif_url",
    "duration": "duration",
    "created_at": "created_at",
    "callback_id": "callback_id",
    "error": "failure_message",
    "error_code": "failure_code",
}
_LISTED: Names = {
    "video_id": "id",
    "video_title": "title",
    "status": "status",
    "created_at": "created_at",
    "type": "type",
}


def _plan_video(call: Call) -> Plan:
    body, notes = video(call.body)
    return made(call, Step("v3-create-video", body=body), notes=notes)


def _plan_webm(call: Call) -> Plan:
    given = call.body or {}
    if not given.get("avatar_pose_id"):
        raise refusal("avatar_pose_id", "is needed by v3")
    if not given.get("input_text") and not given.get("input_audio"):
        raise refusal("input_text", "or input_audio is needed by v3")
    size = given.get("dimension") or {}
    if size and not {"width", "height"} <= size.keys():
        raise refusal("dimension", "needs width and height")
    body, notes = built(moves(given, _WEBM, ""))
    notes += _unspoken(body)
    fixed = {"type": "avatar", "output_format": "webm", "remove_background": True}
    shape = frame({"dimension": size} if size else {})
    return made(call, Step("v3-create-video", body={**fixed, **body, **shape}), notes=notes)


def _plan_photo_video(call: Call) -> Plan:
    body, notes = built(moves(call.body, _PHOTO_VIDEO, ""))
    notes += _unspoken(body)
    image = {"type": "asset_id", "asset_id": asset_id(call.body["image_key"], "image_key")}
    step = Step("v3-create-video", body={"type": "image", "image": image, **body})
    return made(call, step, notes=notes)


def _unspoken(body: dict[str, Any]) -> list[str]:
    """Take the script away where a recording is: the old API let both stand, v3 takes one."""
    if not (body.get("audio_url") or body.get("audio_asset_id")) or "script" not in body:
        return []
    del body["script"]
    body.pop("voice_id", None)
    return ["The audio is used and not the text beside it"]


def _plan_agent(call: Call) -> Plan:
    body, notes = built(moves(call.body, _AGENT, ""))
    if files := call.body.get("files"):
        body["files"] = [{"type": "asset_id", "asset_id": each["asset_id"]} for each in files]
        notes += _file_notes(files)
    step = Step("v3-create-video-agent", body={**body, "mode": "generate"})
    return made(call, step, notes=notes)


def _file_notes(files: list[Mapping[str, Any]]) -> list[str]:
    table: Table = {"asset_id": ELSEWHERE}
    return [note for n, each in enumerate(files) for _, note in moves(each, table, f"files[{n}]")]


def _plan_list(call: Call) -> Plan:
    names = ("limit", "token", "folder_id", "title")
    step = Step("v3-list-videos", query=page_query(call, *names), whole=True)
    return Plan((step,), bounded(strays(call, *names, bodiless=True)))


def _answer_agent(values: tuple[Any, ...]) -> dict[str, Any]:
    """The video may be there only later: then the session, which was paid, leads to it."""
    session = an_object(values[0])
    video_id = session.get("video_id") or None
    if video_id is None:
        needed(session, "session_id")
    return {"video_id": video_id, "session_id": session.get("session_id")}


def _answer_status(values: tuple[Any, ...]) -> dict[str, Any]:
    answer = renamed(an_object(values[0]), _STATUS)
    for name in answer:
        if "url" in name:
            answer[name] = answer[name] or None
    if answer["status"] == "waiting":
        answer["status"] = "pending"
    if answer["status"] == "failed":
        answer["error"] = _reason(answer["error"], answer["error_code"])
    else:
        answer["error"] = None
        del answer["error_code"]
    return answer


def _reason(message: object, code: object) -> str:
    """Why a video failed, for its users: a string, never empty."""
    if isinstance(message, str) and message:
        return message
    return f"Video generation failed ({code})." if code else "Video generation failed."


_CREATE = ("v3-create-video",)
VIDEOS: Mapping[str, Translation] = {
    "generate-video": Translation(_plan_video, a_video, _CREATE),
    "create-webm-video": Translation(_plan_webm, a_video, _CREATE),
    "create-avatar-iv-video": Translation(_plan_photo_video, a_video, _CREATE),
    "generate-video-agent": Translation(_plan_agent, _answer_agent, ("v3-create-video-agent",)),
    "video-status": Translation(
        reads("v3-get-video", path={"video_id": "video_id"}), _answer_status, ("v3-get-video",)
    ),
    "list-videos": Translation(_plan_list, page(_LISTED, "videos"), ("v3-list-videos",)),
    "delete-video": Translation(
        reads("v3-delete-video", path={"video_id": "video_id"}), nothing, ("v3-delete-video",)
    ),
}
