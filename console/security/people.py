"""The people at the console: from where, under which name, as the audit record tells it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest

from credentials.actor import Actor, acting
from credentials.models import AuditEvent
from services import addresses

UNKNOWN = "unknown name"  # a name that nobody has may be a password typed into the wrong field


def address(request: HttpRequest) -> str:
    """Where the request came from, by nothing that its sender could have made up."""
    return addresses.client(request.META, settings.TRUSTED_PROXIES)


def as_user(request: HttpRequest, username: str) -> AbstractContextManager[None]:
    """What happens inside is this person's doing."""
    return acting(Actor("user", username, address(request)))


def known(username: str) -> str:
    """The name, if somebody has it; else a word that tells nothing of what was typed."""
    return username if get_user_model().objects.filter(username=username).exists() else UNKNOWN


def note(request: HttpRequest, event: str, username: str, **detail: Any) -> None:
    """Record what a person did at the door, or was refused there."""
    with as_user(request, username):
        AuditEvent.append(event, target=username, detail=detail)
