"""Vendors' events: each kept once, until the job that it is about is known and told."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from jobs.models import InboundEvent, Job, JobEvent, Receiver

KEPT = timedelta(days=30)
LEASE = timedelta(seconds=30)
MINUTE = timedelta(minutes=1)
SIGNED, HINTS = 600, 30  # events a minute that one receiver takes
# A vendor may tell of an end before its own status says so: when to look again.
LOOKS = (timedelta(seconds=3), timedelta(seconds=15), timedelta(seconds=60))
HELD = timedelta(seconds=1)  # until the next try, while somebody else looks at the job


@dataclass(frozen=True, slots=True)
class Arrived:
    """One event as it came; unsigned, it is a hint of anybody's."""

    event_id: str
    digest: str
    signed: bool
    type: str
    upstream_id: str
    payload: Mapping[str, Any]


class Flooded(Exception):
    """One receiver gets more events than anybody's work could cause."""


def keep(receiver: Receiver, arrived: Arrived) -> bool:
    """Store an event; False for one that is there already. Raises Flooded."""
    rows = InboundEvent.objects.filter(receiver=receiver)
    same = {"event_id": arrived.event_id, "digest": arrived.digest}
    # What nobody signed must not stand in the way of the same words signed.
    if rows.filter(**same, signed__gte=arrived.signed).exists():
        return False
    now = timezone.now()
    of_kind = rows.filter(signed=arrived.signed, received_at__gt=now - MINUTE)
    if of_kind.count() >= (SIGNED if arrived.signed else HINTS):
        raise Flooded
    try:
        with transaction.atomic():
            _write(receiver, arrived, now)
    except IntegrityError:  # the same came twice at a time, or the receiver is gone
        return False
    return True


def _write(receiver: Receiver, arrived: Arrived, now: datetime) -> None:
    of_work = bool(arrived.upstream_id)
    fields = {
        "type": arrived.type,
        "upstream_id": arrived.upstream_id,
        "payload": arrived.payload,
        "received_at": now,
        "handled_at": None if of_work else now,
        "due_at": now if of_work else None,
    }
    InboundEvent.objects.create(
        receiver=receiver,
        event_id=arrived.event_id,
        digest=arrived.digest,
        signed=arrived.signed,
        **fields,
    )
    if arrived.signed:
        stale = Q(heard_at=None) | Q(heard_at__lt=now - MINUTE)
        Receiver.objects.filter(stale, pk=receiver.pk).update(heard_at=now)


def awaken(service: str, upstream_id: str) -> None:
    """A job of this id begins: events that came before it are due; inside the transaction."""
    if upstream_id:
        InboundEvent.objects.filter(
            upstream_id=upstream_id,
            handled_at=None,
            receiver__credential__service=service,
        ).update(due_at=timezone.now(), tries=0)


def claim(limit: int) -> list[uuid.UUID]:
    """Events that are due, for whoever asks first."""
    now = timezone.now()
    with transaction.atomic():
        due = InboundEvent.objects.filter(due_at__lte=now).order_by("due_at")
        rows = due.select_for_update(skip_locked=True, of=("self",))
        found = list(rows.values_list("pk", flat=True)[:limit])
        if found:
            InboundEvent.objects.filter(pk__in=found).update(due_at=now + LEASE)
    return found


def jobs_of(event: InboundEvent) -> list[Job]:
    """What the event is about, of its credential's account and of no other."""
    credential = event.receiver.credential
    found = Job.objects.filter(service=credential.service, upstream_id=event.upstream_id)
    return list(found.filter(credential=credential.pk))


@transaction.atomic
def rest(event: InboundEvent) -> None:
    """Wait for the event's job, unless that began just now."""
    InboundEvent.objects.filter(pk=event.pk).update(due_at=None, tries=0)
    if jobs_of(event):
        InboundEvent.objects.filter(pk=event.pk).update(due_at=timezone.now())


@transaction.atomic
def hasten(job: Job, event: InboundEvent) -> bool:
    """Make the job due, noting why; False while somebody looks, who may have come too early."""
    now = timezone.now()
    held = Job.objects.select_for_update().filter(pk=job.pk).first()
    if held is None or held.ended:
        return True
    if held.lease_until is not None and held.lease_until > now:
        return False
    if not event.tries:
        held.last_event += 1
        told = {"event": event.type, "signed": event.signed}
        JobEvent.objects.create(
            job=held, number=held.last_event, type="event", source="webhook", data=told
        )
    held.due_at = now
    held.save(update_fields=["due_at", "last_event"])
    return True


def postpone(event: InboundEvent) -> None:
    """Come back in a moment."""
    InboundEvent.objects.filter(pk=event.pk).update(due_at=timezone.now() + HELD)


def close(event: InboundEvent, *, ended: bool) -> None:
    """Done with it, or come back to see whether its job has ended by then."""
    now, looks = timezone.now(), LOOKS if event.signed else ()
    if ended or event.tries >= len(looks):
        told: dict[str, Any] = {"handled_at": now, "due_at": None}
    else:
        told = {"due_at": now + looks[event.tries], "tries": event.tries + 1}
    InboundEvent.objects.filter(pk=event.pk).update(**told)


def prune(limit: int = 1000) -> int:
    """Forget what is older than any repetition of it; how many there were, at most `limit`."""
    old = InboundEvent.objects.filter(received_at__lt=timezone.now() - KEPT)
    gone = list(old.values_list("pk", flat=True)[:limit])
    InboundEvent.objects.filter(pk__in=gone).delete()
    return len(gone)
