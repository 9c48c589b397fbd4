"""Voices and speech."""

from __future__ import annotations

from collections.abc import Mapping

from services.action import Call
from services.heygen.render import ELSEWHERE, Rule, Table
from services.heygen.v3.plans import bounded, sends, strays
from services.heygen.v3.shapes import Names, as_it_is, items
from services.service import Plan, Step, Translation

_VOICE: Names = {
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
# v3 kept the names of the list of voices for speech.
_SPEAKER: Names = {
    name: name
    for name in (
        "voice_id", "language", "gender", "name", "preview_audio_url", "support_pause",
        "support_locale", "type",
    )
}  # fmt: skip
_SPEECH: Table = {
    "text": Rule("text"),
    "voice_id": Rule("voice_id"),
    "speed": Rule("speed"),
    "input_type": Rule("input_type"),
    "language": Rule("language"),
    "locale": Rule("locale"),
    "test": ELSEWHERE,
}


def _plan_speakers(call: Call) -> Plan:
    return _both(call, engine="starfish")


def _both(call: Call, **query: str) -> Plan:
    """The public voices, and the account's own, which v3 lists apart."""
    steps = tuple(
        Step("v3-list-voices", query={"type": kind, **query, "limit": 100}, paged=True)
        for kind in ("public", "private")
    )
    return Plan(steps, bounded(strays(call, bodiless=True)))


_LIST = ("v3-list-voices",)
VOICES: Mapping[str, Translation] = {
    "list-voices": Translation(_both, items(_VOICE, "voices"), _LIST),
    "list-tts-voices": Translation(_plan_speakers, items(_SPEAKER, "voices"), _LIST),
    "text-to-speech": Translation(
        sends("v3-create-speech", _SPEECH, paid=True), as_it_is, ("v3-create-speech",)
    ),
}
