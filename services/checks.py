"""System checks on the vendors' addresses and generation."""

from __future__ import annotations

import ipaddress
import re
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.http.request import validate_host

from services.catalogue import SERVICES
from services.resolver import is_public

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


@register()
def counts_are_counts(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Limits and counts are such: not negative, and where nothing would work with none, not 0."""
    from_0 = (
        *(
            "RATE_ORG",
            "RATE_BROWSER_KEY",
            "RATE_SERVER_KEY",
            "RATE_FAILED_AUTH",
            "RATE_LINK",
            "RATE_END_USER",
        ),
        *("TRUSTED_PROXIES", "CACHE_BYTES", "CACHE_STALE_SECONDS", "DRAIN_SECONDS"),
        "JOB_FRESH_SECONDS",
    )
    from_1 = (
        *("MAX_IN_FLIGHT", "MAX_IN_FLIGHT_ORG", "WORKERS", "PORT", "KEEP_ALIVE_SECONDS"),
        *("USAGE_DAYS", "WORK_THREADS", "JOB_DAYS", "IDEMPOTENCY_HOURS"),
        *("JOB_HOURS", "MAX_MEDIA_BYTES"),
    )
    wrong = [name for name in from_0 if not getattr(settings, name) >= 0]
    found: list[CheckMessage] = [Error(f"{name} is negative.", id="proxy.E012") for name in wrong]
    wrong = [name for name in from_1 if not getattr(settings, name) >= 1]
    found += [Error(f"{name} is not at least 1.", id="proxy.E013") for name in wrong]
    if settings.PORT > 65535:
        found.append(Error("PORT is above 65535.", id="proxy.E013"))
    if settings.IDEMPOTENCY_HOURS > 720:
        found.append(Error("IDEMPOTENCY_HOURS is above 720.", id="proxy.E013"))
    if settings.JOB_HOURS > 8760:
        hint = "Work that has not ended within a year never does."
        found.append(Error("JOB_HOURS is above 8760.", hint=hint, id="proxy.E013"))
    return found


@register()
def work_can_be_done(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The tasks' engine is a known one and has what it needs, and jobs are looked at."""
    found: list[CheckMessage] = []
    backend, hint = settings.TASKS_BACKEND, "`database`, or `rq` with REDIS_URL."
    if backend not in ("database", "rq"):
        found.append(Error("TASKS_BACKEND is unknown.", hint=hint, id="proxy.E015"))
    if backend == "rq" and not settings.REDIS_URL:
        found.append(Error("TASKS_BACKEND has no REDIS_URL.", hint=hint, id="proxy.E015"))
    if not settings.POLL_RATE > 0:
        hint = "Looks a second with one credential, such as 5 or 0.5."
        found.append(Error("POLL_RATE is not above 0.", hint=hint, id="proxy.E013"))
    return found


@register()
def public_url_is_usable(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Vendors can reach PUBLIC_URL, and what they send there is answered."""
    if not settings.PUBLIC_URL:
        return []
    if fault := base_url_fault(settings.PUBLIC_URL):
        return [Error(f"PUBLIC_URL {fault}.", id="proxy.E016")]
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    if validate_host(host, settings.ALLOWED_HOSTS):
        return []
    hint = "Without it, vendors' webhooks are answered with 400."
    return [Error("The host of PUBLIC_URL is not in ALLOWED_HOSTS.", hint=hint, id="proxy.E016")]


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
        ipaddress.ip_address(host)
    except ValueError:
        return "is not a public host name"
    return None if is_public(host) else "is a private address"
