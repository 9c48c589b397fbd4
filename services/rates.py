"""How many calls a minute an org, a key and an address of failed keys may make."""

from __future__ import annotations

import math
import secrets
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest

from credentials.auth import Caller
from services import addresses
from services.counters import Counters, bucket_at, fingerprint
from services.errors import RateLimited
from services.memory import CALLERS, Memory

if TYPE_CHECKING:
    from services.sharing import Sharing

PERIOD = 60  # seconds


@dataclass(slots=True)
class Claim:
    """Who may make how many calls, by which policy; `place` is where it was counted last."""

    policy: str
    name: int
    quota: int
    place: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """A caller's claims under the quotas that are set, and the header that lists them."""

    quotas: tuple[int, int]
    claims: tuple[Claim, ...]
    policies: str


class Limiter:
    """The limits of one worker. `clock` runs alike in all workers of a machine."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._lock = threading.Lock()
        self._sharing: Sharing | None = None
        self.forget()

    def forget(self) -> None:
        """Start anew, as a worker does."""
        with self._lock:
            if self._sharing:
                self._sharing.end()
            self._sharing = None
            self._memory: Memory | None = None
            self._known: dict[str, Known] = {}

    def admit(self, caller: Caller) -> dict[str, str]:
        """Count a call; the headers that say what is left. Raises RateLimited."""
        key = caller.key
        of_kind = settings.RATE_BROWSER_KEY if key.kind == "browser" else settings.RATE_SERVER_KEY
        quotas = (settings.RATE_ORG, key.rate or of_kind)
        with self._lock:
            known = self._known.get(key.id)
            if known is None or known.quotas != quotas:
                known = self._learn(caller, quotas)
            claims, policies = known.claims, known.policies
            if caller.ticket is not None:
                claims = (*claims, *_of_end_user(caller))
                policies = _listed(claims)
            if not claims:
                return {}
            memory = self._memory or self._open()
            tightest, left = _spend(memory.callers, memory, self.clock(), claims)
        return {"RateLimit-Policy": policies, "RateLimit": f'"{tightest}";r={left}'}

    def failed(self, request: HttpRequest) -> None:
        """Count a key that was not valid against its sender. Raises RateLimited."""
        self._sent(request, "failed-auth", "address", settings.RATE_FAILED_AUTH)

    def spent(self, request: HttpRequest) -> None:
        """Raise RateLimited where `failed` would; counts nothing."""
        self._sent(request, "failed-auth", "address", settings.RATE_FAILED_AUTH, counts=False)

    def linked(self, request: HttpRequest) -> None:
        """Count a request by a public link against its sender. Raises RateLimited."""
        self._sent(request, "link", "link", settings.RATE_LINK)

    def _sent(
        self, request: HttpRequest, policy: str, name: str, quota: int, *, counts: bool = True
    ) -> None:
        if not quota:
            return
        address = addresses.client(request.META, settings.TRUSTED_PROXIES)
        claim = Claim(policy, fingerprint(f"{name}:{address}"), quota)
        with self._lock:
            memory = self._memory or self._open()
            _spend(memory.addresses, memory, self.clock(), (claim,), counts=counts)

    def _open(self) -> Memory:
        """The memory, taken up with the first call: this process is a worker by then."""
        self._memory = memory = Memory()
        if settings.REDIS_URL:
            from services import sharing  # Redis's client costs who has no Redis 50 ms

            self._sharing = sharing.start(memory, settings.REDIS_URL, self.clock)
        return memory

    def _learn(self, caller: Caller, quotas: tuple[int, int]) -> Known:
        if len(self._known) >= CALLERS:
            self._known.clear()
        claims = (
            Claim("org", fingerprint(f"org:{caller.org.id}"), quotas[0]),
            Claim(f"{caller.key.kind}-key", fingerprint(f"key:{caller.key.id}"), quotas[1]),
        )
        limited = tuple(claim for claim in claims if claim.quota)
        known = self._known[caller.key.id] = Known(quotas, limited, _listed(limited))
        return known


def _of_end_user(caller: Caller) -> tuple[Claim, ...]:
    """The claim of whom a ticket was made for, all tickets together; of the ticket else."""
    assert caller.ticket is not None
    if not settings.RATE_END_USER:
        return ()
    who = caller.end_user or caller.ticket.id
    return (Claim("end-user", fingerprint(f"user:{caller.org.id}:{who}"), settings.RATE_END_USER),)


def tell(headers: dict[str, str], left: dict[str, str]) -> None:
    """Say in a good answer's headers what is left, unless they tell of the vendor's own limits."""
    if left and not any("ratelimit" in name.lower() for name in headers):
        headers.update(left)


def _spend(
    counters: Counters,
    memory: Memory,
    now: float,
    claims: tuple[Claim, ...],
    *,
    counts: bool = True,
) -> tuple[str, int]:
    """Count once for every claim or, where one has nothing left, for none; without `counts`, look.

    The policy with the least left, and how much that is. Raises RateLimited.
    """
    bucket = bucket_at(now)
    shares = memory.shares(bucket)
    tightest, least = "", sys.maxsize
    for claim in claims:
        place = claim.place
        if not counters.holds(place, claim.name):
            place = claim.place = counters.place(claim.name, bucket)
        left = -(-claim.quota // shares) - counters.used(place, bucket) - 1
        if left < 0:
            raise _refused(claim, counters.free_in(place, now, -left))
        if left < least:
            tightest, least = claim.policy, left
    for claim in claims if counts else ():
        counters.add(claim.place, bucket)
    return tightest, least


def _refused(claim: Claim, wait: float) -> RateLimited:
    """The refusal; callers are told to come back at different times, none too early."""
    seconds = max(1, math.ceil(wait))
    return RateLimited(
        _DETAILS[claim.policy].format(claim.quota),
        headers={
            "Retry-After": str(seconds + secrets.randbelow(2 + seconds // 10)),
            "RateLimit-Policy": _listed((claim,)),
            "RateLimit": f'"{claim.policy}";r=0;t={seconds}',
        },
    )


def _listed(claims: tuple[Claim, ...]) -> str:
    """The fields are those of draft-ietf-httpapi-ratelimit-headers-11, sections 3 and 4."""
    return ", ".join(f'"{claim.policy}";q={claim.quota};w={PERIOD}' for claim in claims)


_DETAILS = {
    "org": "The org's {} calls a minute are used up.",
    "browser-key": "The key's {} calls a minute are used up.",
    "server-key": "The key's {} calls a minute are used up.",
    "end-user": "The end user's {} calls a minute are used up.",
    "failed-auth": "More than {} keys a minute from this address were not valid.",
    "link": "More than {} requests a minute came from this address.",
}

limiter = Limiter()
