"""LiveAvatar: realtime avatars, the successor of HeyGen's streaming API."""

import json
from functools import partial
from pathlib import Path
from typing import Any

from services import answers
from services.liveavatar.actions import ACTIONS
from services.liveavatar.ownership import OWNERSHIP
from services.service import Service, Sessions


def complaint(status: int, code: str, message: str) -> Any:
    """An error as LiveAvatar writes it: its codes are four digits that begin like the status."""
    return {"code": status * 10, "data": None, "message": f"{message} ({code})"}


SERVICE = Service(
    slug="liveavatar",
    display_name="LiveAvatar",
    service_type="video",
    auth_header="X-API-KEY",
    base_urls={"api": "LIVEAVATAR_BASE_URL"},
    actions=ACTIONS,
    schemas=json.loads(Path(__file__).with_name("schemas.json").read_text()),
    unwrap=partial(answers.enveloped, success=(100, 1000)),
    check_action="get-credits",
    leaves=frozenset(("sessions", "contexts", "memory", "secrets", "llm", "embeddings")),
    ownership=OWNERSHIP,
    complaint=complaint,
    sessions=Sessions({"create-session-token": "session_token"}, "/v1/sessions/", 24 * 3600),
)
