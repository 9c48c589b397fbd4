"""The addresses at which vendors report: each ends in a token, kept as a digest."""

from __future__ import annotations

import re
import secrets

from django.conf import settings

from credentials import keys
from credentials.auth import peppers

PATH = "/api/ai-proxy/webhooks/"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def new() -> str:
    """A token of 256 random bits."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What is stored of a token."""
    return digests(token)[0]


def digests(token: str) -> list[bytes]:
    """What may be stored of it, under the pepper in use and those before; none of no token."""
    if not _TOKEN.fullmatch(token):
        return []
    text = f"receiver:{token}".encode()
    return [keys.digest(text, pepper) for pepper in peppers(settings.API_KEY_PEPPER)]


def url(token: str) -> str:
    """The whole address, which the vendor is told; empty without a PUBLIC_URL."""
    base = settings.PUBLIC_URL.rstrip("/")
    return f"{base}{PATH}{token}/" if base else ""


def token_of(address: str) -> str:
    """The token of an address of this service; empty for another's."""
    before = f"{settings.PUBLIC_URL.rstrip('/')}{PATH}"
    return address.removeprefix(before).rstrip("/") if address.startswith(before) else ""
