"""Whether one key's rights cover another's: what a key may hand on, and which services it manages.

All pure. Where it cannot be told, the answer is no.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from fnmatch import fnmatchcase
from ipaddress import IPv4Network, IPv6Network, ip_network

from credentials import origins

_Cover = Callable[[str, str], bool]  # (the wider pattern, the narrower one)


@dataclass(frozen=True, slots=True)
class Rights:
    """What a key may do, where from, how often and until when; empty patterns allow everything."""

    access: frozenset[str]
    scopes: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    calls: float = math.inf  # a minute
    until: float = math.inf  # unix seconds
    paid: float = math.inf  # calls a day
    free: float = math.inf  # paid pieces of one call that no person has to approve


def beyond(own: Rights, asked: Rights) -> str | None:
    """The first thing of `asked` that `own` does not cover; None when all is covered."""
    implied = {"read"} if "invoke" in own.access else set()
    checks = (
        ("access", asked.access <= own.access | implied),
        ("scopes", covers_scopes(own.scopes, asked.scopes)),
        ("origins", _each(own.origins, asked.origins, _covers_origin)),
        ("networks", _each(own.networks, asked.networks, _covers_network)),
        ("rate", asked.calls <= own.calls),
        ("paid_per_day", asked.paid <= own.paid),
        ("approve_above", asked.free <= own.free),
        ("expires_at", asked.until <= own.until),
    )
    return next((name for name, covered in checks if not covered), None)


def covers_scopes(own: Collection[str], asked: Collection[str]) -> bool:
    """Whether everything that the patterns `asked` match is matched by one pattern of `own`.

    A `*` of the asked pattern is taken as a letter that only a `*` of the own one matches; so what
    stands for it is matched by that `*` too.
    """
    return _each(own, asked, _covers_scope)


def manages(scopes: Collection[str], service: str) -> bool:
    """Whether a key with these scopes may manage the service: they cover all of its actions."""
    return covers_scopes(scopes, (f"{service}:*",))


def _covers_scope(own: str, asked: str) -> bool:
    return fnmatchcase(asked, own)


def _covers_origin(own: str, asked: str) -> bool:
    return own in ("*", asked) or origins.allowed(asked, (own,))


def _covers_network(own: str, asked: str) -> bool:
    wide, narrow = ip_network(own), ip_network(asked)
    if isinstance(wide, IPv4Network) and isinstance(narrow, IPv4Network):
        return narrow.subnet_of(wide)
    if isinstance(wide, IPv6Network) and isinstance(narrow, IPv6Network):
        return narrow.subnet_of(wide)
    return False


def _each(own: Collection[str], asked: Collection[str], covers: _Cover) -> bool:
    """Whether each of `asked` is covered by one of `own`. Nothing asked means everything."""
    if not own:
        return True
    return bool(asked) and all(any(covers(wide, item) for wide in own) for item in asked)
