"""ElevenLabs: speech and sound."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec

from services import answers
from services.elevenlabs.actions import ACTIONS
from services.elevenlabs.ownership import OWNERSHIP
from services.service import Event, Service, Webhooks

_KEYS = re.compile(rb'("xi_api[a-z_]*"\s*:\s*)"(?:[^"\\]|\\.)*"')
# What its SDKs read of an answer.
_TELLS = frozenset(
    (
        "request-id", "history-item-id", "character-cost", "current-concurrent-requests",
        "maximum-concurrent-requests", "tts-latency-ms", "song-id", "x-trace-id",
    )
)  # fmt: skip
_ACCOUNT = msgspec.json.Decoder(dict[str, msgspec.Raw])


def unwrap(body: bytes) -> bytes:
    """ElevenLabs does not wrap; the account's own key, which `GET /v1/user` can hold, stays out."""
    try:
        account = _ACCOUNT.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return answers.plain(body)  # a list, or not JSON at all
    shown = {name: part for name, part in account.items() if not name.startswith("xi_api")}
    return answers.plain(body if len(shown) == len(account) else msgspec.json.encode(shown))


def conceal(body: bytes) -> bytes:
    """A body without the account's own keys."""
    return _KEYS.sub(rb'\1"[redacted]"', body) if b"xi_api" in body else body


def complaint(status: int, code: str, message: str) -> Any:
    """An error as ElevenLabs writes it."""
    return {"detail": {"status": code, "message": message}}


SERVICE = Service(
    slug="elevenlabs",
    display_name="ElevenLabs",
    service_type="audio",
    auth_header="xi-api-key",
    base_urls={"api": "ELEVENLABS_BASE_URL"},
    actions=ACTIONS,
    schemas=json.loads(Path(__file__).with_name("schemas.json").read_text()),
    unwrap=unwrap,
    check_action="get-subscription",
    leaves=frozenset(("text-to-speech", "sound", "audio-isolation", "dubbing", "history")),
    concurrency=4,
    busy_codes=frozenset(("too_many_concurrent_requests",)),
    spent_codes=frozenset(("quota_exceeded",)),
    webhooks=Webhooks(
        scheme="stamped",
        signature=("elevenlabs-signature",),
        type="type",
        data="data",
        past=1800,
        future=60,
        events={
            "speech_to_text_transcription": Event(("request_id",), succeeded=True),
            "post_call_transcription": Event(("conversation_id",), succeeded=True),
            "post_call_audio": Event(("conversation_id",)),
        },
    ),
    ownership=OWNERSHIP,
    conceal=conceal,
    tells=_TELLS,
    about_else=frozenset(("quota_exceeded",)),
    about_key=frozenset(("invalid_api_key", "missing_permissions")),
    complaint=complaint,
)
