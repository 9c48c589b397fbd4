"""Links by which a person without an account decides about one call: signed, for a time, once.

Whoever holds a link may decide, so the agent that asked is never told it.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest

from console import words
from credentials.crypto import SealedError
from jobs import approving
from jobs.models import Approval

_SALT = "console.approving"
LONGEST = 20_000  # characters of a call that are shown


@dataclass(frozen=True, slots=True)
class Link:
    """Which call it is about, and who made the link for whom, in words."""

    approval: uuid.UUID
    by: str


def made(request: HttpRequest, row: Approval, by: str) -> str:
    """A new link, which works as long as the call waits."""
    path = f"/approve/{signing.dumps([str(row.pk), by[:120]], salt=_SALT)}/"
    base = settings.PUBLIC_URL.rstrip("/")
    return f"{base}{path}" if base else request.build_absolute_uri(path)


def read(token: str) -> Link | None:
    """What a link says; None for one that was not made here, or is too old."""
    try:
        name, by = signing.loads(token, salt=_SALT, max_age=settings.APPROVAL_HOURS * 3600)
        return Link(uuid.UUID(name), by)
    except (signing.BadSignature, ValueError, TypeError):
        return None


def shown(row: Approval) -> str:
    """What would be sent, as a person reads it, without what opens doors."""
    try:
        envelope = json.loads(approving.envelope(row))
    except SealedError:
        return "The call cannot be read: its key is missing."
    told = {name: value for name, value in words.without_secrets(envelope).items() if value}
    text = json.dumps(told, indent=2, ensure_ascii=False)
    more = len(text) - LONGEST
    return text if more <= 0 else f"{text[:LONGEST]}\n… and {more} characters more, not shown here."
