"""How long a session lasts: 8 hours at most, and half an hour without use."""

from __future__ import annotations

import time

from django.conf import settings
from django.http import HttpRequest

_BEGUN, _USED = "security.begun_at", "security.used_at"
_EXACT = 60  # seconds: a session is written at most this often to say that it is used


def begin(request: HttpRequest) -> None:
    """Start both clocks."""
    request.session[_BEGUN] = request.session[_USED] = int(time.time())


def ended(request: HttpRequest) -> str:
    """Why this session is over; empty while it is not. One that never began has ended."""
    now = time.time()
    if now - request.session.get(_BEGUN, 0) >= settings.SESSION_COOKIE_AGE:
        return "The session has lasted 8 hours."
    if now - request.session.get(_USED, 0) >= settings.ADMIN_IDLE_SECONDS:
        return "The session was not used for a while."
    return ""


def use(request: HttpRequest) -> None:
    """Note that the session is in use."""
    now = int(time.time())
    if now - request.session.get(_USED, 0) >= min(_EXACT, settings.ADMIN_IDLE_SECONDS / 4):
        request.session[_USED] = now
