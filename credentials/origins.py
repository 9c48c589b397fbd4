"""Which browser origins may call (RFC 6454, the Fetch standard's CORS protocol); pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ORIGIN = re.compile(
    r"(\*|https?://(\[[0-9a-fA-F:.]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:([0-9]{1,5}|\*))?)"
)


def valid_origin(text: str) -> bool:
    """`scheme://host[:port]` in lower case; the port may be `*`; `*` alone is any origin."""
    return _ORIGIN.fullmatch(text) is not None


def allowed(origin: str, patterns: Iterable[str]) -> bool:
    """Whether a request's `Origin` matches one of the patterns; `null` never does."""
    if not valid_origin(origin) or "*" in origin:
        return False
    return any(_matches(origin, pattern) for pattern in patterns)


def _matches(origin: str, pattern: str) -> bool:
    if pattern in ("*", origin):
        return True
    if not pattern.endswith(":*"):
        return False
    head = pattern[:-2]
    return origin == head or re.fullmatch(re.escape(head) + r":[0-9]{1,5}", origin) is not None
