"""Voices: those that everybody has, and clones of what was uploaded."""

from __future__ import annotations

import json
from typing import Any

from sandbox.desk import File, Order
from sandbox.elevenlabs.account import VOICE_LIMIT, Account, Voice, new_id
from sandbox.elevenlabs.answers import Denial, no_voice

Json = dict[str, Any]
OK = {"status": "ok"}


def find(order: Order[Account]) -> Voice:
    voice_id = order.params["voice_id"]
    if voice_id not in order.account.voices:
        raise no_voice(voice_id)
    return order.account.voices[voice_id]


def _shown(order: Order[Account], voice: Voice, *, settings: bool = True) -> Json:
    return {
        "voice_id": voice.id,
        "name": voice.name,
        "category": voice.category,
        "description": voice.description,
        "labels": voice.labels,
        "samples": [_sample(voice, n) for n in range(len(voice.samples))] or None,
        "preview_url": f"{order.base_url}/previews/{voice.id}.mp3",
        "available_for_tiers": [],
        "high_quality_base_model_ids": ["eleven_multilingual_v2"],
        "settings": voice.settings if settings else None,
        "is_owner": voice.category == "cloned",
        "is_legacy": False,
    }


def _sample(voice: Voice, number: int) -> Json:
    file = voice.samples[number]
    return {
        "sample_id": f"{voice.id}{number:02}",
        "file_name": file.name,
        "mime_type": file.kind,
        "size_bytes": len(file.content),
    }


def list_voices(order: Order[Account]) -> Json:
    return {"voices": [_shown(order, voice) for voice in order.account.voices.values()]}


def get_voice(order: Order[Account]) -> Json:
    return _shown(order, find(order), settings=order.asked("with_settings") != "false")


def get_settings(order: Order[Account]) -> Json:
    return find(order).settings


def add_voice(order: Order[Account]) -> Json:
    clones = sum(voice.category == "cloned" for voice in order.account.voices.values())
    if clones >= VOICE_LIMIT:
        message = f"You have reached your maximum amount of custom voices ({VOICE_LIMIT})."
        raise Denial(400, "voice_limit_reached", message)
    voice = Voice(new_id(), order.body["name"], "cloned")
    _fill(order, voice, _sounds(order))
    order.account.voices[voice.id] = voice
    return {"voice_id": voice.id, "requires_verification": False}


def edit_voice(order: Order[Account]) -> Json:
    voice = _own(order)
    _fill(order, voice, _sounds(order))
    return OK


def delete_voice(order: Order[Account]) -> Json:
    del order.account.voices[_own(order).id]
    return OK


def _own(order: Order[Account]) -> Voice:
    voice = find(order)
    if voice.category != "cloned":
        raise Denial(400, "voice_not_owned", "This voice belongs to everybody.")
    return voice


def _sounds(order: Order[Account]) -> list[File]:
    files = order.files.get("files", [])
    if any(not file.content for file in files):
        raise Denial(400, "upload_file_empty", "An uploaded file is empty.")
    return files


def _fill(order: Order[Account], voice: Voice, files: list[File]) -> None:
    try:
        wanted = json.loads(order.body.get("labels") or "null")  # which the vendor's SDK sends
    except ValueError:
        wanted = ""
    wanted = voice.labels if wanted is None else wanted
    if not isinstance(wanted, dict):
        raise Denial(400, "invalid_labels", "labels must be a JSON object as text.")
    voice.labels = {str(name): str(value) for name, value in wanted.items()}
    voice.name = order.body["name"]
    voice.description = order.body.get("description", voice.description)
    voice.samples = [*voice.samples, *files]


HANDLERS = {
    "list-voices": list_voices,
    "get-voice": get_voice,
    "get-voice-settings": get_settings,
    "add-voice": add_voice,
    "edit-voice": edit_voice,
    "delete-voice": delete_voice,
}
