"""What belongs to one API key, and what it says of itself."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from sandbox.desk import File, Order
from sandbox.elevenlabs.audio import Tune

Json = dict[str, Any]
SETTINGS: Json = {
    "stability": 0.5,
    "similarity_boost": 0.75,
    "style": 0.0,
    "use_speaker_boost": True,
    "speed": 1.0,
}
VOICE_LIMIT = 10  # clones
_MONTH = 30 * 86400


@dataclass(slots=True)
class Voice:
    id: str
    name: str
    category: str = "premade"
    description: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    samples: list[File] = field(default_factory=list)
    settings: Json = field(default_factory=lambda: dict(SETTINGS))


@dataclass(frozen=True, slots=True)
class Said:
    """One item of the history."""

    id: str
    request_id: str
    voice_id: str
    voice_name: str
    model_id: str
    text: str
    form: str
    tune: Tune
    at: int


@dataclass(frozen=True, slots=True)
class Dub:
    id: str
    name: str
    languages: tuple[str, ...]
    seconds: float
    at: float
    fails: bool
    fields: Json


# Two of the vendor's own voices, by the ids in its public documents, and one that is nobody's.
_PREMADE = (
    ("21m00Tcm4TlvDq8ikWAM", "Rachel", "female", "american"),
    ("JBFqnCBsd6RMkjVDRZzb", "George", "male", "british"),
    ("sandboxVoice00000003", "Sandra", "female", "irish"),
)


def _premade() -> dict[str, Voice]:
    return {
        voice_id: Voice(voice_id, name, labels={"gender": gender, "accent": accent})
        for voice_id, name, gender, accent in _PREMADE
    }


@dataclass(slots=True)
class Account:
    name: str
    key: str
    used: int = 0
    busy: int = 0  # calls that make sound, at this moment
    since: int = field(default_factory=lambda: int(time.time()))
    voices: dict[str, Voice] = field(default_factory=_premade)
    history: dict[str, Said] = field(default_factory=dict)  # oldest first
    dubs: dict[str, Dub] = field(default_factory=dict)


def new_id() -> str:
    """Twenty letters and digits, as the vendor's."""
    return secrets.token_hex(10)


def subscription(order: Order[Account]) -> Json:
    account = order.account
    clones = sum(voice.category == "cloned" for voice in account.voices.values())
    return {
        "tier": "creator",
        "character_count": account.used,
        "character_limit": order.sandbox.config.characters,
        "can_extend_character_limit": False,
        "allowed_to_extend_character_limit": False,
        "next_character_count_reset_unix": account.since + _MONTH,
        "voice_slots_used": clones,
        "voice_limit": VOICE_LIMIT,
        "can_use_instant_voice_cloning": True,
        "can_use_professional_voice_cloning": False,
        "currency": "usd",
        "status": "active",
        "billing_period": "monthly_period",
    }


def user(order: Order[Account]) -> Json:
    account = order.account
    return {
        "user_id": account.name,
        "subscription": subscription(order),
        "is_new_user": False,
        "xi_api_key": account.key,
        "xi_api_key_preview": f"***{account.key[-3:]}",
        "can_use_delayed_payment_methods": False,
        "is_onboarding_completed": True,
        "is_onboarding_checklist_completed": True,
        "first_name": "Sandbox",
        "created_at": account.since,
        "seat_type": "workspace_admin",
    }


def models(order: Order[Account]) -> list[Json]:
    languages = [{"language_id": "en", "name": "English"}, {"language_id": "de", "name": "German"}]
    return [
        {
            "model_id": model_id,
            "name": name,
            "can_be_finetuned": False,
            "can_do_text_to_speech": True,
            "can_do_voice_conversion": False,
            "can_use_style": True,
            "can_use_speaker_boost": True,
            "serves_pro_voices": False,
            "token_cost_factor": 1.0,
            "description": "A model of the sandbox",
            "requires_alpha_access": False,
            "max_characters_request_free_user": longest,
            "max_characters_request_subscribed_user": longest,
            "maximum_text_length_per_request": longest,
            "languages": languages,
            "model_rates": {"character_cost_multiplier": 1.0},
            "concurrency_group": "standard",
        }
        for model_id, (name, longest) in MODELS.items()
    ]


MODELS = {
    "eleven_multilingual_v2": ("Eleven Multilingual v2", 10_000),
    "eleven_flash_v2_5": ("Eleven Flash v2.5", 40_000),
    "eleven_v3": ("Eleven v3", 5_000),
}

HANDLERS = {"get-user": user, "get-subscription": subscription, "list-models": models}
