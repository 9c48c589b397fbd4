"""The six documented actions on HeyGen's v3 API: requests and answers translated, no I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from services.action import Call
from services.errors import UpstreamFailed
from services.heygen.render import (
    ELSEWHERE,
    IGNORED,
    MISSING,
    Rule,
    Table,
    below,
    built,
    moves,
    refusal,
    video,
)
from services.service import Plan, Step, Translation

MAX_NOTES = 20
MAX_NOTE = 160  # characters


_TEMPLATE_VIDEO: Table = {
    "title": Rule("title"),
    "caption": Rule("caption"),
    "variables": ELSEWHERE,
    "dimension": Rule(
        inside={"width": Rule("dimension.width"), "height": Rule("dimension.height")}
    ),
    "include_gif": Rule("include_gif"),
    "enable_sharing": Rule("enable_sharing"),
    "folder_id": Rule("folder_id"),
    "brand_voice_id": Rule("brand_voice_id"),
    "callback_id": Rule("callback_id"),
    "callback_url": Rule("callback_url"),
    "test": ELSEWHERE,
    # v3's own fields decide what is rendered, so a caller that already sends them is heard.
    "fps": Rule("fps"),
    "scene_ids": Rule("scene_ids"),
    "subtitles": Rule("subtitles"),
    "reorder_music": Rule("reorder_music"),
    "keep_text_vertically_centered": Rule("keep_text_vertically_centered"),
}
_VARIABLE: Table = {"name": Rule(), "type": ELSEWHERE, "properties": ELSEWHERE}
_VARIABLE_TYPES = ("text", "image", "video", "audio", "voice", "character")

# Old name -> v3 name. A field of the same name that v3 does not send today is null, never guessed.
_TEMPLATE = {
    "template_id": "id",
    "name": "name",
    "thumbnail_image_url": "thumbnail_url",
    "aspect_ratio": "aspect_ratio",
}
_AVATAR = {
    "avatar_id": "id",
    "avatar_name": "name",
    "gender": "gender",
    "preview_image_url": "preview_image_url",
    "preview_video_url": "preview_video_url",
    "premium": "premium",
    "type": "type",
    "tags": "tags",
    "default_voice_id": "default_voice_id",
}
_PHOTO = {
    "talking_photo_id": "id",
    "talking_photo_name": "name",
    "preview_image_url": "preview_image_url",
}
_VOICE = {
    "voice_id": "voice_id",
    "language": "language",
    "gender": "gender",
    "name": "name",
    "preview_audio": "preview_audio_url",
    "support_pause": "support_pause",
    "emotion_support": "emotion_support",
    "support_interactive_avatar": "support_interactive_avatar",
    "support_locale": "support_locale",
}
_STATUS = {
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


def _plan_video(call: Call) -> Plan:
    body, notes = video(call.body)
    step = Step("v3-create-video", body=body)
    return Plan((step,), _bounded([*notes, *_strays(call, "test")]), call.says_test)


def _plan_template_video(call: Call) -> Plan:
    body, notes = built(moves(call.body, _TEMPLATE_VIDEO, ""))
    if "dimension" in call.body and len(body.get("dimension", ())) != 2:
        raise refusal("dimension", "needs width and height")
    if not call.body["variables"]:
        raise refusal("variables", "must hold at least one variable")
    variables = {}
    for name, value in call.body["variables"].items():
        variables[name], found = _variable(name, value)
        notes += found
    step = Step(
        "v3-generate-template-video",
        path_params=dict(call.path_params),
        body={"variables": variables, **body},
    )
    return Plan((step,), _bounded([*notes, *_strays(call, "test")]), call.says_test)


def _variable(name: str, value: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """A variable as v3's flat object: the type beside what was under `properties`."""
    path = below("variables", name)
    kind, properties = value["type"], dict(value["properties"])
    if kind not in _VARIABLE_TYPES:
        raise refusal(f"{path}.type", MISSING, kind)
    if kind == "character" and "type" in properties and "character_type" not in properties:
        properties["character_type"] = properties.pop("type")
    if "type" in properties:
        raise refusal(f"{path}.properties.type", MISSING, properties["type"])
    rules = {**_VARIABLE, "name": Rule(usual=(name,))}
    return {"type": kind, **properties}, built(moves(value, rules, path))[1]


def _plan_status(call: Call) -> Plan:
    step = Step("v3-get-video", path_params={"video_id": call.query.get("video_id")})
    return Plan((step,), _bounded(_strays(call, "video_id", bodiless=True)))


def _lists(*steps: Step) -> Callable[[Call], Plan]:
    """The plan of a list that takes no parameters."""
    return lambda call: Plan(steps, _bounded(_strays(call, bodiless=True)))


def _strays(call: Call, *known: str, bodiless: bool = False) -> Iterator[str]:
    """Notes on query parameters, and a body, that the old action did not take either."""
    for name, value in call.query.items():
        if name not in known and value is not None:
            yield f"{below('query', name)} {IGNORED}"
    if not bodiless or call.body is None:
        return
    if isinstance(call.body, dict):
        yield from (f"{below('body', name)} {IGNORED}" for name in call.body)
    else:
        yield f"body {IGNORED}"


def _bounded(notes: Iterable[str]) -> tuple[str, ...]:
    each = tuple(dict.fromkeys(note[:MAX_NOTE] for note in notes))
    if len(each) <= MAX_NOTES:
        return each
    return *each[:MAX_NOTES], f"{len(each) - MAX_NOTES} more fields had no v3 counterpart"


def _answer_video(values: tuple[Any, ...]) -> dict[str, Any]:
    data = _object(values[0])
    video_id = data.get("video_id") or data.get("id")
    if not video_id:
        raise UpstreamFailed(code="bad_upstream_answer")
    return {"video_id": video_id}


def _answer_status(values: tuple[Any, ...]) -> dict[str, Any]:
    answer = _renamed(_object(values[0]), _STATUS)
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


def _answer_templates(values: tuple[Any, ...]) -> dict[str, Any]:
    return {"templates": [_renamed(template, _TEMPLATE) for template in _objects(values[0])]}


def _answer_avatars(values: tuple[Any, ...]) -> dict[str, Any]:
    looks = _objects(values[0])
    photos = [look for look in looks if look.get("avatar_type") == "photo_avatar"]
    others = [look for look in looks if look.get("avatar_type") != "photo_avatar"]
    return {
        "avatars": [_renamed(look, _AVATAR) for look in others],
        "talking_photos": [_renamed(look, _PHOTO) for look in photos],
    }


def _answer_voices(values: tuple[Any, ...]) -> dict[str, Any]:
    return {"voices": [_renamed(voice, _VOICE) for part in values for voice in _objects(part)]}


def _renamed(item: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The old names first, all of them, then what only v3 has under its own names."""
    taken = {*names, *names.values()}
    old = {name: item.get(source) for name, source in names.items()}
    return old | {name: value for name, value in item.items() if name not in taken}


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise UpstreamFailed(code="bad_upstream_answer")
    return value


def _objects(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, list):
        raise UpstreamFailed(code="bad_upstream_answer")
    return [_object(item) for item in value]


TRANSLATIONS: Mapping[str, Translation] = {
    "list-templates": Translation(
        _lists(Step("v3-list-templates", query={"limit": 100}, paged=True)), _answer_templates
    ),
    "list-avatars": Translation(
        _lists(Step("v3-list-avatar-looks", query={"limit": 50}, paged=True)), _answer_avatars
    ),
    "list-voices": Translation(
        _lists(
            Step("v3-list-voices", query={"type": "public", "limit": 100}, paged=True),
            Step("v3-list-voices", query={"type": "private", "limit": 100}, paged=True),
        ),
        _answer_voices,
    ),
    "generate-video": Translation(_plan_video, _answer_video),
    "generate-template-video": Translation(_plan_template_video, _answer_video),
    "video-status": Translation(_plan_status, _answer_status),
}
