"""What one org and one credential may hold at a time, so that none takes what others need."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from django.conf import settings

from services.action import Action
from services.errors import Busy, Overloaded
from services.service import Service
from services.slots import PATIENCE, Queues, Slots

Claim = tuple[tuple[str, ...], int]  # what is held, and how often it may be

VERIFYING = 4  # secrets of an org that a worker asks a vendor about at a time
orgs = Slots()
credentials = Queues()


def enter(org: str) -> Callable[[], None]:
    """Count a call of this org; what it returns ends it. Raises Busy."""
    if not orgs.take(org, settings.MAX_IN_FLIGHT_ORG):
        raise Busy
    return Release(orgs.give, org)


def verifying(org: str) -> Callable[[], None]:
    """Count a look at whether a secret of this org works; what it returns ends it. Raises Busy."""
    name = (org, "verify")
    if not orgs.take(name, VERIFYING):
        raise Busy
    return Release(orgs.give, name)


def beside(org: str, kind: str) -> Callable[[], None]:
    """Count who waits for news of this org's jobs, or watches what they made.

    They are many, stay long and cost little, so they count beside the calls, by kind. What it
    returns ends it. Raises Busy, Overloaded.
    """
    everyone, own = (kind,), (kind, org)
    if not orgs.take(everyone, settings.MAX_IN_FLIGHT):
        raise Overloaded
    if not orgs.take(own, settings.MAX_IN_FLIGHT_ORG):
        orgs.give(everyone)
        raise Busy
    both = [Release(orgs.give, everyone), Release(orgs.give, own)]
    return lambda: release(both)


class Release:
    """Gives a slot back, once."""

    __slots__ = ("_give", "_name")

    def __init__(self, give: Callable[[object], None], name: object) -> None:
        self._give: Callable[[object], None] | None = give
        self._name = name

    def __call__(self) -> None:
        if self._give is not None:
            self._give(self._name)
            self._give = None


def claims(
    service: Service, action: Action, *, org: str, credential: str, shared: bool, plan: int | None
) -> tuple[Claim, ...]:
    """What a call needs of its credential.

    An org's own credential without a known plan needs nothing: the org's own limit bounds it. A
    shared one keeps half of a worker's slots, and half of its plan, from any single org. A plan's
    figure is for the vendor's paid actions, and for all workers together.
    """
    found: list[Claim] = []
    limit = plan or service.concurrency
    if limit and action.billable is not False:
        limit = max(1, math.ceil(limit / settings.WORKERS))
        if shared:
            # First: who waits for its own org's turn must not hold what others could use.
            found.append(((credential, "plan", org), max(1, limit // 2)))
        found.append(((credential, "plan"), limit))
    if shared:
        found.append(((credential,), max(1, settings.MAX_IN_FLIGHT // 2)))
    return tuple(found)


async def hold(wanted: tuple[Claim, ...], within: float) -> list[Release]:
    """Take all that is wanted, waiting a little for what is in use.

    Raises Busy, within so many seconds if patience would last longer.
    """
    held: list[Release] = []
    until = time.monotonic() + min(PATIENCE, within)
    try:
        for name, limit in wanted:
            await credentials.take(name, limit, until - time.monotonic())
            held.append(Release(credentials.give, name))
    except BaseException:
        release(held)
        raise
    return held


def release(held: list[Release]) -> None:
    for one in held:
        one()
