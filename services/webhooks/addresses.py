"""Where orgs may be told things: https, a public host, nothing in the URL that is a password."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from asgiref.sync import async_to_sync
from django.conf import settings

from services.resolver import Resolver, Unresolved

LONGEST = 2000
PATIENCE = 3.0  # seconds for a name to be found
_PLAIN = re.compile(r"[\x21-\x7e]+")


class Unusable(ValueError):
    """The text is no address that may be told things; says why."""


def clean(text: str) -> str:
    """The URL of an endpoint as it is kept. Raises Unusable.

    Asks what its host's name stands for, so no transaction may be open. What it stands for later is
    looked at again with each message.
    """
    url = text.strip()
    if not _PLAIN.fullmatch(url) or len(url) > LONGEST or "\\" in url:
        raise Unusable("Give a URL in ASCII, at most 2000 characters.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise Unusable("Give a URL.") from None
    insecure = settings.ALLOW_INSECURE_UPSTREAMS
    if parts.scheme not in (("https", "http") if insecure else ("https",)):
        raise Unusable("Give an https URL.")
    if not host or port == 0 or parts.username is not None or parts.password is not None:
        raise Unusable("Give a URL with a host, and without a user or password.")
    if parts.fragment or url.endswith("#"):
        raise Unusable("Give a URL without a fragment.")
    if not insecure and not async_to_sync(_is_public)(host):
        raise Unusable("The host has no public address.")
    return url


async def _is_public(host: str) -> bool:
    try:
        await Resolver().find(f"[{host}]" if ":" in host else host, within=PATIENCE)
    except Unresolved:
        return False
    return True
