"""What a caller asks of the cache: `Cache-Control` and `If-None-Match` of its request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

_TAG = re.compile(r'(?:W/)?("[^"]*")')


@dataclass(frozen=True, slots=True)
class Asked:
    """The directives that count here (RFC 9111 section 5.2.1), and the entity tags at hand."""

    no_cache: bool = False
    no_store: bool = False
    max_age: int | None = None  # seconds
    tags: frozenset[str] = frozenset()

    @property
    def passes(self) -> bool:
        """Whether nothing but the vendor's own answer will do."""
        return self.no_cache or self.no_store or self.max_age == 0

    @property
    def forgiving(self) -> bool:
        """Whether an answer past its time is better than none."""
        return not self.no_cache and not self.no_store and self.max_age is None

    def takes(self, age: float) -> bool:
        """Whether a kept answer of `age` seconds will do, as far as the caller is concerned."""
        return not self.passes and (self.max_age is None or age <= self.max_age)

    def has(self, tag: str) -> bool:
        """Whether the caller holds the answer of this tag (RFC 9110 section 13.1.2)."""
        return tag in self.tags or "*" in self.tags


ANYTHING = Asked()


def asked(meta: Mapping[str, str]) -> Asked:
    """What the request with these headers, named as in WSGI, asks of the cache."""
    control, tags = meta.get("HTTP_CACHE_CONTROL"), meta.get("HTTP_IF_NONE_MATCH")
    return _read(control or "", tags or "") if control or tags else ANYTHING


@lru_cache(maxsize=256)
def _read(control: str, tags: str) -> Asked:
    given = [part.strip().partition("=") for part in control.lower().split(",")]
    named = {name.strip(): value.strip().strip('"') for name, _, value in given}
    return Asked(
        no_cache="no-cache" in named,
        no_store="no-store" in named,
        max_age=_seconds(named["max-age"]) if "max-age" in named else None,
        tags=frozenset(("*",)) if tags.strip() == "*" else frozenset(_TAG.findall(tags)),
    )


def _seconds(text: str) -> int:
    """A delta of RFC 9111 section 1.2.2; what is none means 0, so nothing too old is given."""
    return min(int(text), 2**31) if text.isascii() and text.isdigit() and len(text) < 12 else 0
