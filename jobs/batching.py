"""Batches: placed as one job, carried out item by item, each by one worker at a time."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from credentials import vault
from jobs import outbox, tracking
from jobs.local import short
from jobs.models import Batch, BatchItem, Job
from jobs.tracking import Seen

State = BatchItem.State
MOST = 100  # items of a batch
MOST_WAITING = 2000  # items of an org that wait at a time
CLAIMED = timedelta(seconds=60)  # from a claim to the beginning of the call
_STOPPED = "The API key that asked for this works no more; what had not begun was not carried out."


class Reused(Exception):
    """The idempotency key stands for another batch."""


class Full(Exception):
    """Too many items of the org wait already."""


@dataclass(frozen=True, slots=True)
class Order:
    """A batch as it was asked for."""

    org_id: uuid.UUID
    service: str
    action: str
    key_id: str
    envelopes: Sequence[str]
    concurrency: int
    base_url: str
    request_id: str
    fingerprint: str
    key: str | None = None  # digest of the caller's Idempotency-Key, unique in all of them
    id: uuid.UUID = field(default_factory=uuid.uuid4)  # of its job: known when it is tried again


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an item; `answer` is JSON, empty where it is not kept."""

    status: int
    answer: str
    job_id: uuid.UUID | None = None  # what it started

    @property
    def state(self) -> str:
        return State.DONE if self.status < 400 else State.FAILED


@short
def place(order: Order) -> tuple[Job, bool]:
    """The job of the batch, and whether it is a new one. Raises Reused, Full."""
    known = _known(order)
    if known is None:
        _check_room(order)
        try:
            with transaction.atomic():
                return _made(order), True
        except IntegrityError:
            known = _known(order)  # somebody else was faster
            if known is None:
                raise
    if known.fingerprint != order.fingerprint:
        raise Reused
    return known.job, known.pk == order.id


def _known(order: Order) -> Batch | None:
    """The order's own batch, placed without anybody being told, or another of its key."""
    same = Q(pk=order.id) | Q(idempotency_key=order.key) if order.key else Q(pk=order.id)
    return Batch.objects.filter(same).select_related("job__org").first()


def _check_room(order: Order) -> None:
    waiting = BatchItem.objects.filter(state=State.WAITING, batch__job__org_id=order.org_id)
    if waiting.count() + len(order.envelopes) > MOST_WAITING:
        raise Full


def _made(order: Order) -> Job:
    now = timezone.now()
    job = Job.objects.create(
        id=order.id,
        org_id=order.org_id,
        kind=Job.Kind.BATCH,
        service=order.service,
        action=order.action,
        request_id=order.request_id,
        progress=0,
        created_at=now,
        changed_at=now,
        expires_at=now + timedelta(hours=settings.JOB_HOURS),
    )
    batch = Batch.objects.create(
        job=job,
        key_id=order.key_id,
        idempotency_key=order.key,
        fingerprint=order.fingerprint,
        concurrency=order.concurrency,
        base_url=order.base_url,
        created_at=now,
    )
    items = [
        BatchItem(batch=batch, number=number, due_at=now) for number in range(len(order.envelopes))
    ]
    for item, envelope in zip(items, order.envelopes, strict=True):
        item.sealed = vault.ring().seal(envelope, item.row)
    BatchItem.objects.bulk_create(items)
    tracking.begin(job, "call", now)
    outbox.tell(job, "job.created")
    return job


def claim(limit: int) -> list[uuid.UUID]:
    """Items to carry out now, at most `limit`, which nobody else is given for a while.

    Of a batch as many at a time as it asked for; the org with the fewest under way comes first.
    """
    _drop_ended()
    shares = _shares(limit)
    if not shares:
        return []
    with transaction.atomic():
        batches = Batch.objects.filter(pk__in=shares).order_by("pk")
        free = batches.select_for_update(skip_locked=True)
        return [item for batch in free for item in _take(batch, shares[batch.pk])]


def _take(batch: Batch, share: int) -> list[uuid.UUID]:
    """Lease so many items of a batch, which is locked, as far as that is not too many."""
    now = timezone.now()
    waiting = BatchItem.objects.filter(batch=batch, state=State.WAITING)
    room = batch.concurrency - waiting.filter(lease_until__gt=now).count()
    ready = waiting.filter(_ready()).order_by("number").values_list("pk", flat=True)
    chosen = list(ready[: max(0, min(room, share))])
    BatchItem.objects.filter(pk__in=chosen).update(lease_until=now + CLAIMED)
    return chosen


def _shares(limit: int) -> dict[uuid.UUID, int]:
    """How many items of which batch are to be taken: one by one, where the fewest are busy."""
    rows = _busy()
    taken: dict[uuid.UUID, int] = {}
    by_org: dict[uuid.UUID, int] = {}
    for row in rows:
        by_org[row["org"]] = by_org.get(row["org"], 0) + row["busy"]
    for _ in range(limit):
        rows = [row for row in rows if row["ready"] > 0 and row["busy"] < row["concurrency"]]
        if not rows:
            break
        first = min(rows, key=lambda row: (by_org[row["org"]], row["busy"], row["created"]))
        first["ready"] -= 1
        first["busy"] += 1
        by_org[first["org"]] += 1
        taken[first["batch_id"]] = taken.get(first["batch_id"], 0) + 1
    return taken


def _busy() -> list[dict[str, Any]]:
    """Of each batch with items left: how many can begin, and how many are under way."""
    waiting = BatchItem.objects.filter(state=State.WAITING, due_at__isnull=False).order_by()
    rows = waiting.values(
        "batch_id",
        org=F("batch__job__org_id"),
        created=F("batch__created_at"),
        concurrency=F("batch__concurrency"),
    )
    counted = rows.annotate(
        ready=Count("pk", filter=_ready()),
        busy=Count("pk", filter=Q(lease_until__gt=timezone.now())),
    )
    return [dict(row) for row in counted]


def _ready() -> Q:
    now = timezone.now()
    return Q(due_at__lte=now) & (Q(lease_until=None) | Q(lease_until__lte=now))


def found(item_id: uuid.UUID) -> BatchItem | None:
    """An item that waits for its result, with all that it belongs to."""
    rows = BatchItem.objects.select_related("batch__job__org")
    return rows.filter(pk=item_id, state=State.WAITING).first()


def begin(item: BatchItem, seconds: float) -> bool:
    """Take a claimed item in hand for so long; False when somebody else has it, or had."""
    now = timezone.now()
    until = now + timedelta(seconds=seconds)
    mine = BatchItem.objects.filter(
        pk=item.pk, state=State.WAITING, due_at__lte=now, lease_until__gt=now
    )
    item.tries = min(item.tries + 1, 10_000)
    return bool(mine.update(due_at=until, lease_until=until, tries=item.tries))


def later(item: BatchItem, seconds: float) -> None:
    """Put an item back, to be begun again after so many seconds."""
    due = timezone.now() + timedelta(seconds=seconds)
    waiting = BatchItem.objects.filter(pk=item.pk, state=State.WAITING)
    waiting.update(due_at=due, lease_until=None)


@short
def finish(item: BatchItem, result: Result) -> None:
    """Keep what came of an item, once, and take its batch on."""
    job = Job.objects.select_for_update().filter(pk=item.batch_id).first()
    if job is None:  # deleted meanwhile, and the items with it
        return
    ended = BatchItem.objects.filter(pk=item.pk, state=State.WAITING).update(
        state=result.state,
        status=result.status,
        job_id=result.job_id,
        sealed=_sealed(item, result.answer),
        due_at=None,
        lease_until=None,
        ended_at=timezone.now(),
    )
    if ended:
        _advance(job)


def _sealed(item: BatchItem, answer: str) -> str:
    ring = vault.ring()
    return ring.seal(answer, item.row) if answer and ring else ""


def answer(item: BatchItem) -> str:
    """What is kept of an item's answer: JSON, or nothing. Raises SealedError."""
    if item.state == State.WAITING or not item.sealed:
        return ""
    return vault.ring().open(item.sealed, item.row).reveal()


@short
def stop(batch_id: uuid.UUID) -> None:
    """Carry out no more of a batch: what is under way comes to its end, the rest is dropped."""
    job = Job.objects.select_for_update().filter(pk=batch_id).first()
    if job is not None and _drop(_idle().filter(batch_id=batch_id)):
        _advance(job)


def _drop_ended() -> None:
    """Drop what waits of batches whose job ended without it, or whose time is over."""
    late = _idle().filter(batch__job__ended_at=None, batch__job__expires_at__lte=timezone.now())
    for batch_id in set(late.values_list("batch_id", flat=True)[:1000]):
        tracking.expire(batch_id)
    ended = _idle().filter(batch__job__ended_at__isnull=False)
    if names := list(ended.values_list("pk", flat=True)[:1000]):
        _drop(BatchItem.objects.filter(pk__in=names))


def _idle() -> QuerySet[BatchItem]:
    """What waits, and is in nobody's hands."""
    now = timezone.now()
    begun = Q(lease_until__gt=now, due_at__gt=now)
    return BatchItem.objects.filter(state=State.WAITING).exclude(begun)


def _drop(items: QuerySet[BatchItem]) -> int:
    return items.filter(state=State.WAITING).update(
        state=State.STOPPED, sealed="", due_at=None, lease_until=None, ended_at=timezone.now()
    )


def counts(batch_id: uuid.UUID) -> dict[str, int]:
    """How many items there are of each state, and in all."""
    rows = BatchItem.objects.filter(batch_id=batch_id).order_by()
    by_state = dict(rows.values_list("state").annotate(Count("pk")))
    told = {str(state): by_state.get(state, 0) for state in State}
    return {"total": sum(told.values()), **told}


def _advance(job: Job) -> None:
    """Tell the job, which is locked, how far its items are."""
    told = counts(job.pk)
    ended = told["total"] - told[State.WAITING]
    progress = 100 * ended // told["total"]
    if ended < told["total"]:
        tracking.observe(job.pk, Seen(Job.Status.RUNNING, progress=progress), "worker")
        return
    if told[State.STOPPED]:
        error = {"code": "batch_stopped", "message": _STOPPED}
        seen = Seen(Job.Status.FAILED, progress=progress, result=told, error=error)
    else:
        seen = Seen(Job.Status.SUCCEEDED, progress=progress, result=told)
    was_ended = job.ended
    now = tracking.observe(job.pk, seen, "worker")
    if not was_ended:
        outbox.tell(now, "batch.finished")
