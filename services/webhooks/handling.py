"""What an event changes: its jobs are looked at, for the vendor's own word is what counts."""

from __future__ import annotations

import uuid

from jobs import inbox, tracking
from jobs.models import InboundEvent, Job
from services.catalogue import known


def handle(event_id: uuid.UUID) -> None:
    """Have the vendor asked about the jobs of an event; an event says nothing by itself.

    One whose job is not known waits for it. One that was signed is good for several looks, until
    the job has ended; a hint for one.
    """
    rows = InboundEvent.objects.select_related("receiver__credential")
    event = rows.filter(pk=event_id).first()
    if event is None or event.handled_at is not None:
        return
    jobs = inbox.jobs_of(event)
    if not jobs:
        inbox.rest(event)
        return
    under_way = [job for job in jobs if not job.ended]
    for job in jobs:
        if job.ended:
            _compare(job, event)
    if all([inbox.hasten(job, event) for job in under_way]):
        inbox.close(event, ended=not under_way)
    else:
        inbox.postpone(event)


def _compare(job: Job, event: InboundEvent) -> None:
    """Tell a job that has ended how the vendor says it did: where they differ, it is asked."""
    service = known(event.receiver.credential.service)
    if not event.signed or service is None or service.webhooks is None:
        return
    about = service.webhooks.events.get(event.type)
    if about is not None and about.succeeded is not None:
        status = Job.Status.SUCCEEDED if about.succeeded else Job.Status.FAILED
        tracking.observe(job.pk, tracking.Seen(status), "webhook")
