"""Forms that must not work twice: a page that showed a new key is not made again by a reload."""

from __future__ import annotations

import secrets

from django.http import HttpRequest

_USED = "console.used_forms"
_KEPT = 50


def token() -> str:
    """For the hidden field of one form on one page."""
    return secrets.token_urlsafe(12)


def first_time(request: HttpRequest, given: str) -> bool:
    """Whether this form has not been sent before in this session; notes that it has now."""
    if not given:
        return True
    used: list[str] = request.session.get(_USED, [])
    if given in used:
        return False
    request.session[_USED] = [*used, given][-_KEPT:]
    return True
