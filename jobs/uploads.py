"""Uploads that are told of as jobs: begun, taken on while their bytes leave, ended whoever dies.

The process that has the file holds the job's lease and renews it each time it tells of progress.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from jobs import outbox, tracking
from jobs.local import short
from jobs.models import Job
from jobs.tracking import Seen

LEASE = timedelta(seconds=60)  # without a word, after which nobody has the file any more
_LOST = "The process that had the file ended before the vendor had it. Upload it again."
_GIVEN_UP = frozenset((Job.Status.FAILED, Job.Status.EXPIRED, Job.Status.STOPPED))


class Reused(Exception):
    """The idempotency key stands for another file."""


@dataclass(frozen=True, slots=True)
class Order:
    """An upload as it was asked for; `id` is made of the caller's `Idempotency-Key`, if any."""

    org_id: uuid.UUID
    service: str
    action: str
    request_id: str
    facts: Mapping[str, str | int]  # of the file
    ticket: uuid.UUID | None = None
    end_user: str = ""
    id: uuid.UUID | None = None
    fresh: uuid.UUID = field(default_factory=uuid.uuid4)  # its id where that one is used up


@short
def place(order: Order) -> tuple[Job, bool]:
    """The job of the upload, and whether it is a new one. Raises Reused.

    One that failed is no answer: who sends the file again has it tried again.
    """
    known = Job.objects.select_related("org").filter(pk=order.fresh).first()
    if known is not None:
        return known, True  # committed before, though nobody was told
    if order.id is not None:
        known = Job.objects.select_related("org").filter(pk=order.id, org_id=order.org_id).first()
        if known is not None and known.parameters != dict(order.facts):
            raise Reused
        if known is not None and known.status not in _GIVEN_UP:
            return known, False
    return _made(order, order.fresh if known or order.id is None else order.id), True


def _made(order: Order, id: uuid.UUID) -> Job:
    now = timezone.now()
    job = Job.objects.create(
        id=id,
        org_id=order.org_id,
        kind=Job.Kind.UPLOAD,
        service=order.service,
        action=order.action,
        parameters=dict(order.facts),
        request_id=order.request_id,
        ticket=order.ticket,
        end_user=order.end_user,
        progress=0,
        created_at=now,
        changed_at=now,
        expires_at=now + timedelta(hours=settings.JOB_HOURS),
        lease_until=now + LEASE,
    )
    tracking.begin(job, "call", now)
    outbox.tell(job, "job.created")
    return job


@short
def advance(job_id: uuid.UUID, percent: int) -> bool:
    """Tell how far it is, and that somebody has it still; False when it is not to go on."""
    mine = Job.objects.filter(pk=job_id, ended_at=None)
    if not mine.update(lease_until=timezone.now() + LEASE):
        return False
    tracking.observe(job_id, Seen(Job.Status.RUNNING, progress=percent), "call")
    return True


def claim(limit: int) -> list[uuid.UUID]:
    """Uploads whose process says nothing any more, for `settle`, which anybody may do."""
    lost = _lost(timezone.now()).order_by("lease_until")
    return list(lost.values_list("pk", flat=True)[:limit])


@short
def settle(job_id: uuid.UUID) -> None:
    """End an upload that nobody has in hand."""
    if _lost(timezone.now()).filter(pk=job_id).select_for_update().first() is not None:
        error = {"code": "upload_lost", "message": _LOST}
        tracking.observe(job_id, Seen(Job.Status.FAILED, error=error), "worker")


def _lost(now: datetime) -> QuerySet[Job]:
    return Job.objects.filter(kind=Job.Kind.UPLOAD, ended_at=None, lease_until__lt=now)
