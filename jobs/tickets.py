"""Calls of browser tickets, counted in a row of each: exact over all workers and machines."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone

from jobs.local import short
from jobs.models import TicketUse

KEPT = timedelta(days=1)  # after its time is over
PRUNED = 1000  # at a time


def followed(ticket: uuid.UUID, jobs: Collection[uuid.UUID]) -> Q:
    """Which jobs a ticket may follow: those that it started, and those named in it."""
    return Q(ticket=ticket) | Q(pk__in=jobs)


@short
def begin(ticket: uuid.UUID, org: uuid.UUID, calls: int, expires_at: datetime) -> None:
    """Let a ticket be used so often."""
    given = {"org_id": org, "calls": calls, "expires_at": expires_at}
    TicketUse.objects.get_or_create(pk=ticket, defaults=given)


@short
def take(ticket: uuid.UUID) -> bool:
    """Count a call; False when there is none left."""
    free = TicketUse.objects.filter(pk=ticket, used__lt=F("calls"))
    return bool(free.update(used=F("used") + 1))


def left(ticket: uuid.UUID) -> bool:
    """Whether it has a call left now."""
    return TicketUse.objects.filter(pk=ticket, used__lt=F("calls")).exists()


@short
def give_back(ticket: uuid.UUID) -> None:
    """Take back the count of a call that was not made."""
    TicketUse.objects.filter(pk=ticket, used__gt=0).update(used=F("used") - 1)


@short
def prune() -> int:
    """Delete the counts of tickets whose time is long over; how many."""
    old = TicketUse.objects.filter(expires_at__lt=timezone.now() - KEPT).order_by()
    return TicketUse.objects.filter(
        pk__in=list(old.values_list("pk", flat=True)[:PRUNED])
    ).delete()[0]
