"""Messages on their way: which are due, what became of a try, and when nobody listens any more."""

from __future__ import annotations

import logging
import random
import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from credentials.models.watched import changing
from jobs.models import Delivery, DeliveryTry, Endpoint, Message

logger = logging.getLogger("ai_proxy")

# The pauses before each further try, as Standard Webhooks 1.0 has them: about 76 hours in all.
PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
)
JITTER = 0.1  # of a pause, so that what failed together does not come back together
LONGEST = timedelta(hours=24)  # that an endpoint may ask us to wait
LEASE = timedelta(seconds=60)  # a try takes 15 s at most
ABREAST = 4  # tries of one endpoint at a time, so that a slow one does not hold up the others
OF_ORG = 6  # tries of an org at a time, whatever endpoints it has
FAILING = 2  # of them for endpoints whose last try failed, one each: they may hang for long
MOST = 10_000  # messages that may wait for one endpoint; beyond it the oldest are given up
PATIENCE = timedelta(days=3)  # without a success, after which an endpoint is given up
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a try: HTTP status, or the problem that there was none."""

    status: int | None
    milliseconds: int
    problem: str = ""
    after: timedelta | None = None  # how long the endpoint asked us to wait

    @property
    def good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def claim(limit: int, now: datetime | None = None) -> list[uuid.UUID]:
    """Deliveries that are due, for whoever asks first; of an endpoint or org a few at a time."""
    now = now or timezone.now()
    with transaction.atomic():
        chosen = _chosen(now, limit)
        locked = _due(now).filter(pk__in=chosen).select_for_update(skip_locked=True, of=("self",))
        found = [row.pk for row in locked]
        Delivery.objects.filter(pk__in=found).update(lease_until=now + LEASE)
    return [pk for pk in chosen if pk in set(found)]


def _due(now: datetime) -> QuerySet[Delivery]:
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    return Delivery.objects.filter(
        free, state=Delivery.State.PENDING, due_at__lte=now, endpoint__is_enabled=True
    )


def _chosen(now: datetime, limit: int) -> list[uuid.UUID]:
    """One by one, where the fewest are under way: of the orgs, then of an org's endpoints."""
    busy, lines = _busy(now), _lines(now)
    chosen: list[uuid.UUID] = []
    while len(chosen) < limit:
        lines = [line for line in lines if line.fits(busy)]
        if not lines:
            break
        line = min(lines, key=lambda line: (busy[line.org], busy[line.endpoint], line.first))
        if not line.ready:
            continue  # others took them meanwhile
        chosen.append(line.ready.pop(0))
        busy.update(line.counted)
    return chosen


def _busy(now: datetime) -> Counter[object]:
    """How many tries are under way: of each endpoint, each org, and an org's failing endpoints."""
    held = Delivery.objects.filter(state=Delivery.State.PENDING, lease_until__gt=now)
    rows = held.values_list("endpoint_id", "endpoint__org_id", "endpoint__failing_since")
    return Counter(name for row in rows for name in _counted(*row))


def _counted(endpoint: uuid.UUID, org: uuid.UUID, failing: object) -> tuple[object, ...]:
    """What a try counts in."""
    return (endpoint, org, (org, "failing")) if failing else (endpoint, org)


@dataclass(slots=True)
class _Line:
    """What waits for one endpoint."""

    endpoint: uuid.UUID
    org: uuid.UUID
    failing: datetime | None
    first: datetime  # since when the first has been due
    now: datetime
    _ready: list[uuid.UUID] | None = None

    @property
    def counted(self) -> tuple[object, ...]:
        return _counted(self.endpoint, self.org, self.failing)

    @property
    def ready(self) -> list[uuid.UUID]:
        """The next ones; asked for when it is this endpoint's turn."""
        if self._ready is None:
            rows = _due(self.now).filter(endpoint_id=self.endpoint).order_by("due_at", "pk")
            self._ready = list(rows.values_list("pk", flat=True)[:ABREAST])
        return self._ready

    def fits(self, busy: Counter[object]) -> bool:
        """Whether one more may be under way, and is there."""
        if self.failing and (busy[self.endpoint] or busy[self.org, "failing"] >= FAILING):
            return False
        room = busy[self.endpoint] < ABREAST and busy[self.org] < OF_ORG
        return room and self._ready != []


def _lines(now: datetime) -> list[_Line]:
    due = _due(now).filter(endpoint_id=OuterRef("pk")).order_by("due_at", "pk")
    rows = Endpoint.objects.filter(is_enabled=True).order_by("pk")
    found = rows.annotate(first=Subquery(due.values("due_at")[:1])).values_list(
        "pk", "org_id", "failing_since", "first"
    )
    return [
        _Line(pk, org, failing, first, now)
        for pk, org, failing, first in found
        if first is not None
    ]


def find(delivery_id: uuid.UUID) -> Delivery | None:
    """A delivery that is still to be made by now, with its message and endpoint."""
    rows = Delivery.objects.select_related("message", "endpoint__org")
    due = rows.filter(state=Delivery.State.PENDING, due_at__lte=timezone.now())
    delivery = due.filter(pk=delivery_id).first()
    if delivery is not None and not delivery.endpoint.is_enabled:
        Delivery.objects.filter(pk=delivery_id).update(lease_until=None)
        return None
    return delivery


def note(delivery: Delivery, told: Told, now: datetime | None = None) -> None:
    """Keep what came of a try, and what follows: the end, another try, or the endpoint's own."""
    now = now or timezone.now()
    with transaction.atomic():
        held = Delivery.objects.select_for_update().filter(pk=delivery.pk).first()
        if held is None or held.state != Delivery.State.PENDING:
            return
        _tried(held, told, now)
        _follow(held, told, now)
        held.save()
    if reason := _hopeless(held, told, now):
        disable(held.endpoint_id, reason, now)


def _tried(delivery: Delivery, told: Told, now: datetime) -> None:
    delivery.tries += 1
    DeliveryTry.objects.create(
        delivery=delivery,
        at=now,
        status=told.status,
        problem=told.problem[:200],
        milliseconds=told.milliseconds,
    )
    endpoint = Endpoint._base_manager.filter(pk=delivery.endpoint_id)  # no change of its settings
    if told.good:
        endpoint.exclude(failing_since=None).update(failing_since=None)
    else:
        endpoint.filter(failing_since=None).update(failing_since=now)


def _follow(delivery: Delivery, told: Told, now: datetime) -> None:
    delivery.lease_until = None
    if told.good:
        delivery.state, delivery.due_at, delivery.ended_at = Delivery.State.DELIVERED, None, now
    elif told.status == 410 or delivery.tries > len(PAUSES):
        delivery.state, delivery.due_at, delivery.ended_at = Delivery.State.FAILED, None, now
    else:
        delivery.due_at = now + _pause(delivery.tries, told.after)


def _pause(tries: int, after: timedelta | None) -> timedelta:
    pause = PAUSES[tries - 1] * random.uniform(1, 1 + JITTER)  # noqa: S311  a spread, no secret
    return max(pause, min(after, LONGEST)) if after else pause


def _hopeless(delivery: Delivery, told: Told, now: datetime) -> str:
    """Why the endpoint is given up; empty when it is not."""
    if told.status == 410:
        return "It answered 410 Gone."
    if delivery.state != Delivery.State.FAILED:
        return ""
    failing = Endpoint._base_manager.filter(
        pk=delivery.endpoint_id, failing_since__lte=now - PATIENCE
    )
    return "Every try failed for days." if failing.exists() else ""


def disable(endpoint_id: uuid.UUID, reason: str, now: datetime | None = None) -> None:
    """Tell an endpoint no more, until somebody enables it again."""
    with changing():
        endpoint = Endpoint.objects.filter(pk=endpoint_id, is_enabled=True).first()
        if endpoint is None:
            return
        endpoint.is_enabled = False
        endpoint.disabled_at, endpoint.disabled_reason = now or timezone.now(), reason
        endpoint.save(event="disabled")
    logger.warning("The webhook %s of %s is disabled: %s", endpoint.pk, endpoint.org, reason)


def again(delivery: Delivery) -> None:
    """Deliver it once more, from the start of the schedule and with the same id."""
    Delivery.objects.filter(pk=delivery.pk).update(
        state=Delivery.State.PENDING,
        tries=0,
        due_at=timezone.now(),
        lease_until=None,
        ended_at=None,
    )


def prune(limit: int = 1000) -> int:
    """Forget messages that are too old to be asked for, and give up what is too much.

    How many there were, about `limit` at most.
    """
    old = Message.objects.filter(created_at__lt=timezone.now() - KEPT)
    gone = list(old.values_list("pk", flat=True)[:limit])
    Message.objects.filter(pk__in=gone).delete()
    return len(gone) + _crop(limit)


def _crop(limit: int) -> int:
    """Give up the oldest of what waits for an endpoint that too many wait for."""
    waiting = Delivery.objects.filter(state=Delivery.State.PENDING)
    counts = waiting.order_by().values_list("endpoint_id").annotate(count=Count("pk"))
    given_up = 0
    for endpoint, count in counts.filter(count__gt=MOST):
        idle = waiting.filter(endpoint_id=endpoint, lease_until=None).order_by("created_at", "pk")
        oldest = list(idle.values_list("pk", flat=True)[: min(count - MOST, limit)])
        given_up += waiting.filter(pk__in=oldest, lease_until=None).update(
            state=Delivery.State.FAILED, due_at=None, ended_at=timezone.now()
        )
    return given_up
