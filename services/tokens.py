"""Session tokens that vendors hand out through the service: noted, so that they can be used here.

Their clients in browsers and apps get such a token instead of a key.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import msgspec
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from credentials.auth import session_digest
from credentials.models import SessionToken
from jobs import database
from services import threads
from services.exchange import Reply
from services.invocation import Invocation

logger = logging.getLogger("ai_proxy")
LONGEST = 8190  # characters of a token; no header holds more


async def note(invocation: Invocation, reply: Reply) -> None:
    """Note the token in an answer that hands one out, for as long as it is good."""
    known, slug = invocation.service.sessions, invocation.action.slug
    if known is None or slug not in known.issuers or reply.stream or invocation.dry:
        return
    work = (reply.content, known.issuers[slug])
    token = await threads.run(_token, *work, size=len(reply.content))
    if token is None:
        return
    until = timezone.now() + timedelta(seconds=known.seconds)
    try:
        await database.run(_kept, invocation.caller.key.id, invocation.service.slug, token, until)
    except (DatabaseError, InterfaceError):
        logger.warning("A session token could not be noted; it cannot be used here")


def prune() -> int:
    """Forget those whose time is over; how many they were."""
    gone, _ = SessionToken.objects.filter(expires_at__lt=timezone.now()).delete()
    return gone


def _token(content: bytes, name: str) -> str | None:
    try:
        data: Any = msgspec.json.decode(content).get("data")
    except (msgspec.DecodeError, AttributeError, ValueError, RecursionError):
        return None
    found = data.get(name) if isinstance(data, dict) else None
    return found if isinstance(found, str) and 16 <= len(found) <= LONGEST else None


def _kept(key: str, service: str, token: str, until: Any) -> None:
    SessionToken.objects.update_or_create(
        digest=session_digest(token),
        defaults={"key_id": key, "service": service, "expires_at": until},
    )
