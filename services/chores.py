"""What is done now and then: the audit head in the log, and what is outdated deleted."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, InterfaceError
from django.db.models import Q
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from credentials import audit
from jobs import attempts, budgets, deliveries, inbox, pruning, tickets
from services import usage

logger = logging.getLogger("ai_proxy.work")
Chore = tuple[str, Callable[[], object]]

SETTLED = timedelta(minutes=1)  # that a task's row is kept after its end
ABANDONED = timedelta(hours=1)  # after which one that a killed worker began is no use to anybody
BATCH = 1000  # rows deleted at a time
ROUNDS = 1000  # of them, at most, before others have their turn


def hourly() -> None:
    """Every so often, by default each hour."""
    _do(_ROUND)


def each_minute() -> None:
    """Each minute."""
    _do(_MINUTE)


def _do(chores: Iterable[Chore]) -> None:
    for name, work in chores:
        try:
            work()
        except (DatabaseError, InterfaceError):  # it is tried again the next time
            logger.warning("The database was away; %s waits for the next round", name)
        except Exception:
            logger.exception("%s failed", name.capitalize())


def _log_head() -> None:
    """In the log it is out of reach of who could rewrite the whole record; at every LOG_LEVEL."""
    logger.warning("audit head %s", audit.head())


def _drop_tasks() -> None:
    """Rows of the engine's tasks that ended, or whose worker did."""
    now = timezone.now()
    ended = Q(finished_at__lt=now - SETTLED)
    lost = Q(finished_at=None, enqueued_at__lt=now - ABANDONED)
    rows = DBTaskResult.objects.filter(ended | lost).order_by()
    while ids := list(rows.values_list("pk", flat=True)[:BATCH]):
        DBTaskResult.objects.filter(pk__in=ids).delete()


def _all(prune: Callable[[], int]) -> Callable[[], None]:
    """Until nothing is left to delete; each call is a transaction of its own."""

    def work() -> None:
        for _ in range(ROUNDS):
            if not prune():
                return

    return work


_MINUTE: tuple[Chore, ...] = (("dropping ended tasks", _drop_tasks),)
_ROUND: tuple[Chore, ...] = (
    ("the audit head", _log_head),
    ("dropping expired sessions", lambda: call_command("clearsessions")),
    ("dropping outdated usage", lambda: usage.prune(settings.USAGE_DAYS)),
    ("forgetting answers", _all(attempts.prune)),
    ("dropping counts of days gone by", _all(budgets.prune)),
    ("dropping counts of tickets", _all(tickets.prune)),
    ("dropping vendors' events", _all(inbox.prune)),
    ("dropping delivered messages", _all(deliveries.prune)),
    ("dropping ended jobs", _all(lambda: pruning.prune(settings.JOB_DAYS))),
    *_MINUTE,
)
