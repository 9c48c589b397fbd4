"""Which address a vendor's host name stands for: public ones only, kept for half a minute.

A name that is checked once and resolved again to connect can answer twice (DNS rebinding). So the
address that was vetted here is the one connected to. An answer is asked for again before it ends,
behind the calls' backs, and serves on for a while when nobody answers (RFC 8767).
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import math
import socket
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

KEPT = 30.0  # seconds an answer counts as fresh
AHEAD = 10.0  # seconds before that ends, from which it is asked for again
STALE = 300.0  # seconds that it serves on when no new one comes
PAUSE = 5.0  # seconds between questions when there was no good answer
NAMES = 512  # that are known; results lie on hosts that vendors choose
GLANCE = 0.25  # seconds to wait for a new answer while the old one would do

logger = logging.getLogger(__name__)

_V4 = ipaddress.IPv4Network
_V6 = ipaddress.IPv6Network
# The special purpose registries of IANA, and one public address that is a cloud's own (Azure).
_NOT_PUBLIC_V4 = tuple(
    map(
        _V4,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
            *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16"),
            *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3"),
            "168.63.129.16/32",
        ),
    )
)
_PUBLIC_V6 = _V6("2000::/3")
_NOT_PUBLIC_V6 = tuple(map(_V6, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
_NAT64 = _V6("64:ff9b::/96")


class Unresolved(Exception):
    """The name stands for no address that may be connected to, or nobody said so in time."""


def is_public(text: str) -> bool:
    """Whether this is the address of one host on the public internet, in whatever form."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        embedded = address.ipv4_mapped
        if address in _NAT64:
            embedded = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if embedded is None:
            return address in _PUBLIC_V6 and not any(address in net for net in _NOT_PUBLIC_V6)
        address = embedded
    return not any(address in net for net in _NOT_PUBLIC_V4)


async def ask(host: str) -> Sequence[str]:
    """The system's answer, best address first. Raises OSError. A literal address is its own."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(slots=True)
class _Entry:
    """What is known of one name; times are the clock's."""

    addresses: Sequence[str]
    address: str  # the one to use
    renew: float  # from when to ask again
    ends: float  # until when it counts as fresh
    last: float  # until when it may serve at all
    failed: dict[str, float] = field(default_factory=dict)  # when connecting last failed

    def choose(self) -> None:
        """Prefer what has not failed, or not for the longest time; then what is in use."""
        self.address = min(
            self.addresses,
            key=lambda text: (self.failed.get(text, -math.inf), text != self.address),
        )


@dataclass(frozen=True, slots=True)
class _Lookup:
    """A question under way, and when it was asked."""

    task: asyncio.Task[None]
    asked: float


class Resolver:
    """Names to vetted addresses."""

    def __init__(
        self,
        ask: Callable[[str], Awaitable[Sequence[str]]] = ask,
        *,
        vet: Callable[[str], bool] = is_public,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask, self._vet, self._clock = ask, vet, clock
        self._entries: dict[str, _Entry] = {}
        self._lookups: dict[str, _Lookup] = {}

    def known(self, host: str) -> str | None:
        """The address to connect to, when it is at hand and needs no question."""
        entry = self._entries.get(host)
        return entry.address if entry is not None and self._clock() < entry.renew else None

    async def find(self, host: str, *, within: float) -> str:
        """The address to connect to. Raises Unresolved.

        Nobody waits for a question that was asked more than `within` seconds ago, so that one that
        hangs holds up the first callers only.
        """
        entry = self._usable(host)
        lookup = self._lookup(host)
        left = max(0.0, lookup.asked + within - self._clock())
        if entry is None:
            await asyncio.wait({lookup.task}, timeout=left)
        elif self._clock() >= entry.ends:
            await asyncio.wait({lookup.task}, timeout=min(left, GLANCE))
            self._postpone(entry)
        if (entry := self._usable(host)) is None:
            raise Unresolved
        return entry.address

    def failed(self, host: str) -> None:
        """No connection came about: take the next address, and ask again soon."""
        if (entry := self._entries.get(host)) is not None:
            entry.failed[entry.address] = self._clock()
            entry.choose()
            entry.renew = min(entry.renew, self._clock() + PAUSE)

    def _usable(self, host: str) -> _Entry | None:
        entry = self._entries.get(host)
        return entry if entry is not None and self._clock() < entry.last else None

    def _postpone(self, entry: _Entry) -> None:
        entry.renew = min(self._clock() + PAUSE, entry.last)

    def _lookup(self, host: str) -> _Lookup:
        """The question under way, or a new one. It outlives who asked: the answer is for all."""
        loop = asyncio.get_running_loop()
        lookup = self._lookups.get(host)
        if lookup is None or lookup.task.done() or lookup.task.get_loop() is not loop:
            lookup = _Lookup(loop.create_task(self._look_up(host)), self._clock())
            self._lookups[host] = lookup
        return lookup

    async def _look_up(self, host: str) -> None:
        addresses = await self._vetted(host)
        entry = self._entries.get(host)
        if addresses:
            now = self._clock()
            used, failed = (entry.address, entry.failed) if entry else ("", {})
            ends = now + KEPT
            fresh = _Entry(addresses, used, ends - AHEAD, ends, ends + STALE)
            fresh.failed = {text: failed[text] for text in addresses if text in failed}
            fresh.choose()
            self._entries[host] = fresh
            self._bound()
        elif entry:
            self._postpone(entry)

    def _bound(self) -> None:
        """Forget the name that was learnt first, when there are too many."""
        if len(self._entries) > NAMES:
            oldest = next(iter(self._entries))
            del self._entries[oldest]
            self._lookups.pop(oldest, None)

    async def _vetted(self, host: str) -> Sequence[str]:
        try:
            found = await self._ask(host)
        except (OSError, UnicodeError):
            logger.warning("The host name %s cannot be resolved.", host)
            return []
        vetted = [text for text in found if self._vet(text)]
        if not vetted:
            logger.error("The host name %s has no public address; it is not called.", host)
        return vetted


resolver = Resolver()
