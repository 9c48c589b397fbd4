"""What HeyGen's own clients expect of an API, for the pass-through."""

from __future__ import annotations

from typing import Any

from services.service import Sessions

# Of the words that HeyGen says with 403, those about the key and what it may do.
ABOUT_KEY = frozenset(("forbidden", "unauthorized", "authentication_failed", "permission_denied"))

# HeyGen says nowhere how long a token is good; after a day it must be asked for anew here.
SESSIONS = Sessions(
    issuers={"create-streaming-token": "token", "create-streaming-session": "access_token"},
    prefix="/v1/streaming.",
    seconds=24 * 3600,
)


def complaint(status: int, code: str, message: str) -> Any:
    """An error as HeyGen's v2 and v3 write it."""
    return {"error": {"code": code, "message": message}}
