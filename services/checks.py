"""System checks on the vendors' addresses and generation."""

from __future__ import annotations

import ipaddress
import re
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from services.catalogue import SERVICES

GENERATIONS = ("v3", "legacy", "auto")
# A host whose last label starts with a digit is an IPv4 address, however it is written (the URL
# standard, "ends in a number").
_NAME = re.compile(r"([a-z0-9_-]+\.)+[a-z][a-z0-9-]*")


@register()
def upstreams_are_safe(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every base URL is an absolute https one on a public host, unless that was switched off."""
    names = sorted({name for service in SERVICES for name in service.base_urls.values()})
    found: list[CheckMessage] = []
    for name in names:
        if fault := base_url_fault(getattr(settings, name)):
            hint = "For a local stand-in set ALLOW_INSECURE_UPSTREAMS=true; never in production."
            found.append(Error(f"{name} {fault}.", hint=hint, id="proxy.E010"))
    return found


@register()
def generation_is_known(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """HEYGEN_GENERATION is one of the three words."""
    if settings.HEYGEN_GENERATION in GENERATIONS:
        return []
    hint = f"One of: {', '.join(GENERATIONS)}."
    return [Error("HEYGEN_GENERATION is unknown.", hint=hint, id="proxy.E011")]


def base_url_fault(url: str) -> str | None:
    """What is wrong with a vendor's base URL, or None."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "is not a URL"
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        return "is not an absolute http(s) URL"
    if any(char in url for char in "@?#"):
        return "has a user, query or fragment"
    if not url.isascii() or not url.isprintable() or any(char in url for char in " \\%"):
        return "has characters that a URL does not"
    return None if settings.ALLOW_INSECURE_UPSTREAMS else _insecure(parts)


def _insecure(parts: SplitResult) -> str | None:
    host = parts.hostname or ""
    if parts.scheme != "https":
        return "is not https"
    if host == "localhost" or host.endswith((".localhost", ".internal", ".local")):
        return "is a private host"
    return None if _NAME.fullmatch(host) else _address_fault(host)


def _address_fault(host: str) -> str | None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "is not a public host name"
    mapped = getattr(address, "ipv4_mapped", None) or address
    return None if mapped.is_global else "is a private address"
