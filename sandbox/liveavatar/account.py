"""What belongs to one API key, in the shapes that LiveAvatar answers."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
TRIAL_SECONDS = 60.0  # that a sandbox session lives
LONGEST = 1200  # seconds of any other
IDLE = 300.0  # seconds without a sign of life after which the vendor ends one


@dataclass(slots=True)
class Session:
    id: str
    token: str
    body: Json
    made: float
    started: float | None = None
    alive: float = 0.0
    ended: float | None = None
    reason: str = ""

    @property
    def longest(self) -> float:
        given = self.body.get("max_session_duration") or LONGEST
        return min(TRIAL_SECONDS, given) if self.body.get("is_sandbox") else given


@dataclass(slots=True)
class Account:
    name: str
    credits: int
    sessions: dict[str, Session] = field(default_factory=dict)
    things: dict[str, dict[str, Json]] = field(default_factory=dict)  # of each collection, by id

    def of(self, kind: str) -> dict[str, Json]:
        if kind not in self.things:
            self.things[kind] = {item["id"]: dict(item) for item in _STOCK.get(kind, ())}
        return self.things[kind]

    def settle(self, now: float) -> None:
        """End what lived too long or gave no sign of life."""
        for session in self.sessions.values():
            if session.started is None or session.ended is not None:
                continue
            if now > session.started + session.longest:
                end(session, session.started + session.longest, "MAX_DURATION_REACHED")
            elif now > session.alive + IDLE:
                end(session, session.alive + IDLE, "IDLE_TIMEOUT")


def end(session: Session, at: float, reason: str) -> None:
    session.ended, session.reason = at, reason


def _fixed(kind: str, name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://sandbox/{kind}/{name}"))


AVATAR_ID, OWN_AVATAR_ID = _fixed("avatars", "Ann"), _fixed("avatars", "Mine")
VOICE_ID, OWN_VOICE_ID = _fixed("voices", "Ann"), _fixed("voices", "Mine")


def _avatar(avatar_id: str, name: str, *, public: bool) -> Json:
    return {
        "id": avatar_id,
        "name": name,
        "preview_url": "",
        "default_voice": {"id": VOICE_ID, "name": "Ann"},
        "is_expired": False,
        "status": "ACTIVE",
        "type": "VIDEO",
        "public": public,
    }


def _voice(voice_id: str, name: str, *, public: bool) -> Json:
    return {"id": voice_id, "name": name, "language": "en", "gender": "female", "public": public}


_STOCK: dict[str, tuple[Json, ...]] = {
    "avatars": (
        _avatar(AVATAR_ID, "Ann", public=True),
        _avatar(OWN_AVATAR_ID, "Mine", public=False),
    ),
    "voices": (
        _voice(VOICE_ID, "Ann", public=True),
        _voice(OWN_VOICE_ID, "Mine", public=False),
    ),
}


def new_thing(body: Json) -> Json:
    now = int(time.time())
    return {"id": str(uuid.uuid4()), **body, "created_at": now, "updated_at": now}
