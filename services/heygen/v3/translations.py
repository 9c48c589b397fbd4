"""Video translations: started, read, proofread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.action import Call
from services.heygen.render import ELSEWHERE, REFUSED, Rule, Table, built, moves, refusal
from services.heygen.v3.plans import bounded, made, reads, sends, strays
from services.heygen.v3.shapes import Names, an_object, as_it_is, item, needed, nothing, renamed
from services.service import Plan, Step, Translation

_LANGUAGES: Table = {"output_language": ELSEWHERE, "output_languages": ELSEWHERE}
_TRANSLATION: Table = {
    "video_url": Rule("video", wraps="url"),
    "video_id": REFUSED,
    "title": Rule("title"),
    **_LANGUAGES,
    "translate_audio_only": Rule("translate_audio_only"),
    "speaker_num": Rule("speaker_num"),
    "enable_dynamic_duration": Rule("enable_dynamic_duration"),
    "keep_the_same_format": Rule("keep_the_same_format"),
    "mode": Rule("mode", words={"fast": "speed", "quality": "precision"}),
    "brand_voice_id": Rule("brand_voice_id"),
    "callback_id": Rule("callback_id"),
    "callback_url": Rule("callback_url"),
    "stock_voice_config": Rule("stock_voice_config"),
    "test": ELSEWHERE,
}
_PROOFREAD: Table = {
    "video_url": Rule("video", wraps="url"),
    "title": Rule("title"),
    **_LANGUAGES,
    "brand_voice_id": Rule("brand_voice_id"),
    "speaker_num": Rule("speaker_num"),
    "folder_id": Rule("folder_id"),
    "enable_video_stretching": Rule("enable_video_stretching"),
    "disable_music_track": Rule("disable_music_track"),
    "enable_speech_enhancement": Rule("enable_speech_enhancement"),
    "test": ELSEWHERE,
}
_PROOFREAD_VIDEO: Table = {
    "captions": Rule("captions"),
    "translate_audio_only": Rule("translate_audio_only"),
    "callback_id": Rule("callback_id"),
    "callback_url": Rule("callback_url"),
    "test": ELSEWHERE,
}
_SUBTITLES: Table = {"srt_file_url": Rule("srt", wraps="url")}
_STATUS: Names = {
    "video_translate_id": "id",
    "title": "title",
    "status": "status",
    "url": "video_url",
    "message": "failure_message",
}
_PROOFREAD_STATUS: Names = {
    "proofread_id": "id",
    "status": "status",
    "details": "details",
    "submitted_for_review": "submitted_for_review",
}
_STARTED: Names = {"video_translate_id": "video_translation_id", "status": "status"}
_CAPTIONS = {"vtt": "vtt_caption_url", "srt": "srt_caption_url"}


def _plan_translation(call: Call) -> Plan:
    if not call.body.get("video_url") and call.body.get("video_id") is None:
        raise refusal("video_url", "is needed by v3")
    return _translation(call, "v3-create-video-translation", _TRANSLATION)


def _plan_proofread(call: Call) -> Plan:
    return _translation(call, "v3-create-proofread", _PROOFREAD)


def _translation(call: Call, action: str, table: Table) -> Plan:
    body, notes = built(moves(call.body, table, ""))
    languages = call.body.get("output_languages") or [call.body.get("output_language")]
    if not all(languages):
        raise refusal("output_language", "is needed by v3")
    step = Step(action, body={**body, "output_languages": languages})
    return made(call, step, notes=notes)


def _plan_caption(call: Call) -> Plan:
    kind = call.query["caption_type"]
    if kind not in _CAPTIONS:
        raise refusal("query.caption_type", "has no v3 counterpart", kind)
    ids = {"video_translation_id": call.query["video_translate_id"]}
    notes = strays(call, "caption_type", "video_translate_id", bodiless=True)
    step = Step("v3-get-video-translation", path_params=ids)
    return Plan((step,), bounded(notes), facts=(kind,))


def _answer_translation(values: tuple[Any, ...]) -> dict[str, Any]:
    ids = _ids(an_object(values[0]), "video_translation_ids")
    return {"video_translate_id": ids[0], "video_translate_ids": ids}


def _answer_proofread(values: tuple[Any, ...]) -> dict[str, Any]:
    made_now = an_object(values[0])
    ids = _ids(made_now, "proofread_ids")
    return {"proofread_id": ids[0], "proofread_ids": ids, "status": made_now.get("status")}


def _ids(thing: Mapping[str, Any], name: str) -> list[Any]:
    ids = needed(thing, name)
    return list(ids) if isinstance(ids, list) else [ids]


def _answer_status(values: tuple[Any, ...]) -> dict[str, Any]:
    found = an_object(values[0])
    answer = _in_words(renamed(found, _STATUS))
    return answer | {"url": answer["url"] or found.get("audio_url")}


def _answer_started(values: tuple[Any, ...]) -> dict[str, Any]:
    answer = _in_words(renamed(an_object(values[0]), _STARTED))
    needed(answer, "video_translate_id")
    return answer


def _in_words(answer: dict[str, Any]) -> dict[str, Any]:
    """With a success in the old word for it."""
    return answer | {"status": "success"} if answer["status"] == "completed" else answer


def _answer_caption(values: tuple[Any, ...]) -> dict[str, Any]:
    found, kind = values
    return {"caption_url": an_object(found).get(_CAPTIONS[kind])}


_OF_PROOFREAD = {"proofread_id": "proofread_id"}
_READ = ("v3-get-video-translation",)
VIDEO_TRANSLATIONS: Mapping[str, Translation] = {
    "translate-video": Translation(
        _plan_translation, _answer_translation, ("v3-create-video-translation",)
    ),
    "translation-status": Translation(
        reads(_READ[0], path={"video_translation_id": "video_translate_id"}), _answer_status, _READ
    ),
    "get-translation-caption": Translation(_plan_caption, _answer_caption, _READ),
    "list-translation-languages": Translation(
        reads("v3-list-translation-languages"), as_it_is, ("v3-list-translation-languages",)
    ),
    "create-proofread": Translation(_plan_proofread, _answer_proofread, ("v3-create-proofread",)),
    "get-proofread-status": Translation(
        reads("v3-get-proofread", path=_OF_PROOFREAD),
        item(_PROOFREAD_STATUS),
        ("v3-get-proofread",),
    ),
    "download-proofread-srt": Translation(
        reads("v3-get-proofread-srt", path=_OF_PROOFREAD), as_it_is, ("v3-get-proofread-srt",)
    ),
    "upload-proofread-srt": Translation(
        sends("v3-update-proofread-srt", _SUBTITLES, path=_OF_PROOFREAD),
        nothing,
        ("v3-update-proofread-srt",),
    ),
    "generate-proofread-video": Translation(
        sends("v3-generate-proofread-video", _PROOFREAD_VIDEO, path=_OF_PROOFREAD, paid=True),
        _answer_started,
        ("v3-generate-proofread-video",),
    ),
}
