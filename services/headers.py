"""Which headers pass, each way. Everything not named here stops at the proxy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from services.action import shown
from services.errors import BadRequest

MAX_GIVEN = 20  # headers in one envelope; each may cost a note in the answer
FROM_CALLER = frozenset(("accept-language", "idempotency-key"))

# Names that would change who we are to the vendor, or how the message is framed (RFC 9110
# sections 7.2, 7.6.1 and 11): an attempt is an error, not something to ignore.
NEVER_FROM_CALLER = frozenset(
    (
        "authorization", "api-key", "apikey", "x-api-key", "xi-api-key", "cookie", "set-cookie",
        "host", "content-length", "connection", "keep-alive", "te", "trailer", "transfer-encoding",
        "upgrade", "expect", "forwarded", "via", "x-real-ip", "x-request-id", "x-dry-run",
    )
)  # fmt: skip
_NEVER_PREFIXES = ("proxy-", "x-forwarded-", "x-heygen-", "sec-")

TO_CALLER = frozenset(
    (
        "content-type", "content-disposition", "content-range", "content-length", "accept-ranges",
        "retry-after", "etag", "last-modified", "age", "ratelimit", "ratelimit-policy",
        "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "x-ratelimit-limit",
        "x-ratelimit-remaining", "x-ratelimit-reset",
    )
)  # fmt: skip

NO_MORE: frozenset[str] = frozenset()
LIMITS = frozenset(name for name in TO_CALLER if "ratelimit" in name or name == "retry-after")

# What a browser would run on our origin if it were shown there.
_ACTIVE = re.compile(r"(html|xml|svg|javascript|ecmascript|shockwave)", re.IGNORECASE)
# Seconds or a date (RFC 9110 section 10.2.3); anything else would only confuse a caller.
_RETRY_AFTER = re.compile(r"[0-9]{1,9}|[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9: ]{13} GMT")
_VALUE = re.compile(r"[\t\x20-\x7e]{0,4096}")


def from_caller(
    given: Mapping[str, Any], named: Iterable[str] = ()
) -> tuple[dict[str, str], tuple[str, ...]]:
    """The envelope's headers that go upstream, in lower case, and notes on those that do not.

    `named` are an action's own additions to the allow list. Raises BadRequest.
    """
    if not given:
        return {}, ()
    if len(given) > MAX_GIVEN:
        raise BadRequest(f"headers: there are more than {MAX_GIVEN}.", code="bad_header")
    allowed = FROM_CALLER.union(named)
    passed: dict[str, str] = {}
    notes = []
    for name, value in given.items():
        low = name.strip().lower().replace("_", "-")
        if low in NEVER_FROM_CALLER or low.startswith(_NEVER_PREFIXES):
            raise BadRequest(f"Header not allowed: {shown(name)}", code="header_not_allowed")
        if low not in allowed:
            notes.append(f"headers.{shown(name)}: not forwarded")
            continue
        if low in passed or not isinstance(value, str) or not _VALUE.fullmatch(value):
            raise BadRequest(f"Header not usable: {low}", code="bad_header")
        passed[low] = value
    return passed, tuple(notes)


def limits(given: Iterable[tuple[str, str]], hidden: Iterable[str]) -> dict[str, str]:
    """When the upstream can be called again; stays true of an answer that was rewrapped."""
    told = [pair for pair in given if pair[0] in LIMITS]
    return to_caller(told, hidden) if told else {}


def unsatisfied(given: Iterable[tuple[str, str]], hidden: Iterable[str]) -> dict[str, str]:
    """How long the whole is, when the part asked for lies outside (RFC 9110 section 15.5.17)."""
    return to_caller([pair for pair in given if pair[0] == "content-range"], hidden)


def to_caller(
    given: Iterable[tuple[str, str]], hidden: Iterable[str], named: frozenset[str] = NO_MORE
) -> dict[str, str]:
    """The upstream's headers that may reach the caller; never one that echoes a secret.

    `named` are a vendor's own additions to the allow list.
    """
    passed = {
        name: value
        for name, value in given
        if (name in TO_CALLER or name in named) and not any(secret in value for secret in hidden)
    }
    if "retry-after" in passed and not _RETRY_AFTER.fullmatch(passed["retry-after"]):
        del passed["retry-after"]
    if _ACTIVE.search(passed.get("content-type", "")):
        passed["content-disposition"] = "attachment"
    return passed


def passing(meta: Mapping[str, str], names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """These of a request's headers, in lower case. Raises BadRequest for one that is unusable.

    `meta` is the request's as WSGI names them (PEP 3333).
    """
    passed = []
    for name in names:
        upper = name.upper().replace("-", "_")
        value = meta.get(upper if name == "content-type" else f"HTTP_{upper}", "")
        if value and not _VALUE.fullmatch(value):
            raise BadRequest(f"Header not usable: {name}", code="bad_header")
        if value:
            passed.append((name, value))
    return tuple(passed)
