"""Jobs from their beginning to their end: what is known of them, and what may follow."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from jobs import inbox, outbox
from jobs.models import Job, JobEvent

SPREAD = 0.2  # of the time to the first look, so that what starts together is not looked at at once
LONG = 1000  # characters of an error's message
Status = Job.Status
_CONFLICTING = frozenset((Status.SUCCEEDED, Status.FAILED))  # ends that only the vendor can tell


@dataclass(frozen=True, slots=True)
class Start:
    """Work of a vendor that a call started."""

    service: str
    action: str
    status_action: str
    upstream_id: str
    parameters: Mapping[str, Any] = field(default_factory=dict)  # of the status action
    delay: float = 5.0  # seconds until the first look is worth it
    again: bool = False  # its id is of what was there before: a group, a session


@dataclass(frozen=True, slots=True)
class Origin:
    """The call that started it."""

    org_id: uuid.UUID
    credential: uuid.UUID
    source: str
    request_id: str
    attempt_id: uuid.UUID | None = None
    ticket: uuid.UUID | None = None
    end_user: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody saw of a job: how it is, and what came of it."""

    status: Job.Status
    upstream_status: str = ""
    progress: int | None = None  # percent
    result: Any = None  # `data` of the status action's answer
    error: Mapping[str, Any] | None = None  # {"code": ..., "message": ...}
    answer: str = ""  # the status action's whole answer, where that was seen: `{"data": ...}`


def start(what: Start, origin: Origin) -> Job:
    """The job of this work, new unless there is one; inside the caller's transaction."""
    if (known := _known(what, origin)) is not None:
        return known
    try:
        with transaction.atomic():
            job = _made(what, origin)
    except IntegrityError:
        known = _known(what, origin)  # somebody else was faster
        if known is None:
            raise
        return known
    outbox.tell(job, "job.created")
    inbox.awaken(what.service, what.upstream_id)
    return job


def _known(what: Start, origin: Origin) -> Job | None:
    jobs = Job.objects.filter(
        org_id=origin.org_id,
        service=what.service,
        status_action=what.status_action,
        upstream_id=what.upstream_id,
    ).order_by("-created_at")
    for job in jobs[:10]:
        same = origin.attempt_id is not None and job.attempt_id == origin.attempt_id
        if same or not what.again or job.ended_at is None:
            return job
    return None


def _made(what: Start, origin: Origin) -> Job:
    now = timezone.now()
    delay = what.delay * random.uniform(1, 1 + SPREAD)  # noqa: S311  it keeps no secret
    job = Job.objects.create(
        org_id=origin.org_id,
        service=what.service,
        action=what.action,
        status_action=what.status_action,
        parameters=dict(what.parameters),
        upstream_id=what.upstream_id,
        attempt_id=origin.attempt_id,
        credential=origin.credential,
        source=origin.source,
        request_id=origin.request_id,
        ticket=origin.ticket,
        end_user=origin.end_user,
        created_at=now,
        changed_at=now,
        expires_at=now + timedelta(hours=settings.JOB_HOURS),
        due_at=now + timedelta(seconds=delay),
    )
    begin(job, "call", now)
    return job


def begin(job: Job, source: str, now: datetime | None = None) -> None:
    """The first line of a job's history; inside the caller's transaction."""
    _note(job, "created", source, now or timezone.now())
    job.save(update_fields=["last_event"])


def observe(job_id: uuid.UUID, seen: Seen, source: str) -> Job:
    """Take the job on to what was seen, with its history and the messages that tell of it.

    One transaction; a terminal status stays. `source` is `poll`, `webhook`, `call` or `worker`.
    Raises Job.DoesNotExist.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job_id)
        now = timezone.now()
        if job.ended:
            _after(job, seen, source, now)
        else:
            _advance(job, seen, source, now)
        job.save()
    return job


def expire(job_id: uuid.UUID) -> Job:
    """Give up a job whose time is over; any other stays as it is. Raises Job.DoesNotExist."""
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job_id)
        now = timezone.now()
        if not job.ended and job.expires_at <= now:
            error = {"code": "expired", "message": "The work did not end in the time that it has."}
            _advance(job, Seen(Status.EXPIRED, job.upstream_status, error=error), "worker", now)
            job.save()
    return job


def stop(job_id: uuid.UUID) -> Job:
    """Do not follow the job any more; the vendor's work goes on. Raises Job.DoesNotExist."""
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job_id)
        if not job.ended:
            _advance(job, Seen(Status.STOPPED, job.upstream_status), "caller", timezone.now())
            job.save()
    return job


def _advance(job: Job, seen: Seen, source: str, now: datetime) -> None:
    """From one status to the next, or on within one."""
    before = (job.status, job.progress)
    if not (job.status == Status.RUNNING and seen.status == Status.PENDING):  # heard of late
        job.status = Status(seen.status)
        job.upstream_status = _plain(seen.upstream_status)[:63]
    if seen.progress is not None:
        job.progress = max(job.progress or 0, min(100, max(0, seen.progress)))
    _remember(job, seen, now)
    if (job.status, job.progress) == before:
        return
    job.changed_at = now
    moved = job.status != before[0]
    job.error = _error(seen.error) if job.ended else None
    kind = str(job.status) if job.ended else "status"
    _note(job, kind if moved else "progress", source, now)
    if job.ended:
        job.ended_at, job.due_at, job.lease_until = now, None, None
    if moved:
        outbox.tell(job, f"job.{job.status}" if job.ended else "job.updated")


def _after(job: Job, seen: Seen, source: str, now: datetime) -> None:
    """What is heard of a job that has ended: its end stays, whatever that is."""
    if source == "poll":
        job.due_at = job.lease_until = None  # the look that a conflict asked for
    if seen.status not in Job.TERMINAL or job.status == Status.STOPPED:
        return
    if seen.status == job.status:
        _remember(job, seen, now)  # fresher links
        return
    if job.status == Status.EXPIRED:
        _remember(job, seen, now)  # it ended after all, later than anybody waited
    told = job.events.filter(type="conflict", data__status=str(seen.status)).exists()
    if told:
        return
    data = {"status": str(seen.status), "upstream_status": _plain(seen.upstream_status)[:63]}
    _note(job, "conflict", source, now, data)
    if source != "poll" and job.status in _CONFLICTING:
        job.due_at = now  # the vendor shall say which; what it says is in the history


def _remember(job: Job, seen: Seen, now: datetime) -> None:
    """Keep the answer; one in the vendor's own bytes is not replaced by less."""
    if seen.answer:
        job.answer, job.seen_at = seen.answer, now
    elif seen.result is not None and (job.seen_at is None or not job.ended):
        job.result, job.seen_at = seen.result, None


def _note(
    job: Job, type: str, source: str, now: datetime, data: Mapping[str, Any] | None = None
) -> None:
    job.last_event += 1
    JobEvent.objects.create(
        job=job, number=job.last_event, at=now, type=type, source=source, data=data or _data(job)
    )


def _data(job: Job) -> dict[str, Any]:
    """What a line of the history says of the job as it is then."""
    data: dict[str, Any] = {"status": str(job.status)}
    if job.upstream_status:
        data["upstream_status"] = job.upstream_status
    if job.progress is not None:
        data["progress"] = job.progress
    if job.error:
        data["error"] = job.error
    return data


def _error(given: Mapping[str, Any] | None) -> dict[str, str | None] | None:
    if given is None:
        return None
    code, message = given.get("code"), given.get("message")
    return {
        "code": None if code is None else _plain(str(code))[:100],
        "message": _plain(str(message or ""))[:LONG],
    }


def _plain(text: str) -> str:
    """Text that every database takes; vendors may send what none does."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
