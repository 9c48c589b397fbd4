"""Budgets: how many paid calls a UTC day an org may make of a service, and an API key at all.

A call is counted where it is recorded, in the transaction that commits its attempt, as one for
each piece of work that it asks for:

    reserve(org_id, service, key_id, limits, units=1)  -> None, or raises Spent: make it a 402
    give_back(org_id, service, key_id, reserved_at, units=1)  -> None, when nothing was charged

`services.spending` gives `limits(caller, service)`, `purse(caller)` for `key_id` and
`units(action, call)`, which the attempt keeps for `give_back`, and `refusal(spent)`, the 402.

Both belong inside the caller's `transaction.atomic()`, so a refusal or a crash counts nothing.
Counted are all paid calls, also where there is no budget, so that one set at noon knows the
morning. What nobody knows the outcome of stays counted.
"""

from __future__ import annotations

import logging
import math
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import F, QuerySet
from django.utils import timezone

from jobs import outbox
from jobs.models import Spend

logger = logging.getLogger("ai_proxy")

KEPT = timedelta(days=62)  # that a day's count is kept
WARNED_AT = 0.8  # of a budget


@dataclass(frozen=True, slots=True)
class Limits:
    """Paid calls a UTC day: of the org for the service, of the key for all; None: unlimited."""

    org: int | None = None
    key: int | None = None


class Spent(Exception):
    """A budget is used up; `text` names it, for whoever called."""

    def __init__(self, text: str, seconds: int) -> None:
        super().__init__(text)
        self.text = text
        self.seconds = seconds  # until the next day begins


@dataclass(frozen=True, slots=True)
class _Budget:
    """One day's count, and the limit that it is held to."""

    org_id: uuid.UUID
    service: str
    key_id: str
    day: date
    limit: int | None

    @property
    def rows(self) -> QuerySet[Spend]:
        return Spend.objects.filter(
            org_id=self.org_id, day=self.day, service=self.service, key_id=self.key_id
        )

    def take_back(self, units: int) -> None:
        self.rows.filter(count__gte=units).update(count=F("count") - units)

    def text(self, units: int) -> str:
        """How a refusal of so many names it."""
        holder = "API key" if self.key_id else "org"
        of = "" if self.key_id else f" for {self.service}"
        why = "is used up" if units == 1 else f"does not hold {units} more"
        return f"The {holder}'s budget of {self.limit} paid calls a day{of} {why}."


def reserve(
    org_id: uuid.UUID,
    service: str,
    key_id: str,
    limits: Limits,
    now: datetime | None = None,
    *,
    units: int = 1,
) -> None:
    """Count a paid call of today as `units`; inside the caller's transaction. Raises Spent."""
    now = now or timezone.now()
    counted: list[_Budget] = []
    for budget in _budgets(org_id, service, key_id, limits, _day(now)):
        if not _count(budget, units):
            for before in counted:
                before.take_back(units)
            raise Spent(budget.text(units), _until_midnight(now))
        counted.append(budget)
    for budget in counted:
        if budget.limit:
            _warn(budget)


def give_back(
    org_id: uuid.UUID, service: str, key_id: str, reserved_at: datetime, *, units: int = 1
) -> None:
    """Take back the count of a call that was not charged; `reserved_at` says of which day."""
    for budget in _budgets(org_id, service, key_id, Limits(), _day(reserved_at)):
        budget.take_back(units)


def spent(org_id: uuid.UUID, now: datetime | None = None) -> dict[tuple[str, str], int]:
    """Today's paid calls of the org, by service and key: one of the two is empty."""
    rows = Spend.objects.filter(org_id=org_id, day=_day(now or timezone.now()))
    return {(row.service, row.key_id): row.count for row in rows}


def prune(now: datetime | None = None) -> int:
    """Delete the counts of days long gone; how many those were."""
    last = _day((now or timezone.now()) - KEPT)
    return Spend.objects.filter(day__lt=last).delete()[0]


def _budgets(
    org_id: uuid.UUID, service: str, key_id: str, limits: Limits, day: date
) -> Iterator[_Budget]:
    """Both counts of a call, always in this order: so no two calls wait for each other."""
    yield _Budget(org_id, service, "", day, limits.org)
    if key_id:
        yield _Budget(org_id, "", key_id, day, limits.key)


def _count(budget: _Budget, units: int) -> bool:
    """Add so many unless that is beyond the limit. The row is ours until the transaction ends."""
    if budget.limit is not None and budget.limit < units:
        return False
    if _added(budget, units):
        return True
    row = Spend(org_id=budget.org_id, day=budget.day, service=budget.service, key_id=budget.key_id)
    Spend.objects.bulk_create([row], ignore_conflicts=True)  # somebody else may be first
    return _added(budget, units)


def _added(budget: _Budget, units: int) -> bool:
    rows = budget.rows
    if budget.limit is not None:
        rows = rows.filter(count__lte=budget.limit - units)
    return bool(rows.update(count=F("count") + units))


def _warn(budget: _Budget) -> None:
    """Say once a day that a budget is nearly used up: to the log, and to the org."""
    limit = budget.limit or 0
    if not budget.rows.filter(warned=False, count__gte=limit * WARNED_AT).update(warned=True):
        return
    logger.warning(
        "A budget is used up by %d %%: org %s, %s, %d paid calls a day",
        WARNED_AT * 100,
        budget.org_id,
        f"API key {budget.key_id}" if budget.key_id else budget.service,
        limit,
    )
    data = {"service": budget.service or None, "api_key": budget.key_id or None, "limit": limit}
    outbox.announce(budget.org_id, "budget.warning", {**data, "day": budget.day.isoformat()})


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _until_midnight(now: datetime) -> int:
    midnight = datetime.combine(_day(now) + timedelta(days=1), time(), UTC)
    return max(1, math.ceil((midnight - now).total_seconds()))
