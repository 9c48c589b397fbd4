"""Signing in and out: noted in the session and in the audit record."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from console.security import people, sessions, sudo


@receiver(user_logged_in)
def signed_in(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """A session begins; logging in is giving the password."""
    sessions.begin(request)
    sudo.give(request)
    people.note(request, "admin.login", user.get_username())


@receiver(user_logged_out)
def signed_out(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Somebody left, or was made to leave because the session had ended."""
    if user is not None:
        why = getattr(request, "session_ended", "")
        people.note(request, "admin.logout", user.get_username(), **({"why": why} if why else {}))
