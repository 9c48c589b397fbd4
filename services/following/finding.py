"""A caller's jobs: its org's, of the actions that its key is for."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence

from django.db.models import Q, QuerySet

from credentials.auth import Caller
from jobs import database, tickets
from jobs.models import Job, JobEvent
from services import access, bulkhead, catalogue
from services.errors import NotFound
from services.following.hub import hub


def visible(caller: Caller) -> QuerySet[Job]:
    """What this caller may know of."""
    jobs = Job.objects.filter(org_id=caller.org.id)
    if (ticket := caller.ticket) is not None:
        return jobs.filter(tickets.followed(ticket.id, ticket.jobs))
    return jobs if not caller.key.scopes else jobs.filter(_in_scope(caller))


def _in_scope(caller: Caller) -> Q:
    covered = Q(pk__in=())
    for service in catalogue.SERVICES:
        slugs = [one.slug for one in service.actions if caller.may(service.slug, one.slug)]
        if slugs:
            covered |= Q(service=service.slug, action__in=slugs)
    return covered


async def find(caller: Caller, job: str) -> Job:
    """The job of this id. Raises NotFound, also for one that the caller may not know of."""
    found = await database.run(_find, caller, _id(job))
    if found is None:
        raise NotFound
    return found


async def ended(caller: Caller, job: Job, seconds: float) -> Job:
    """The job at its end, or after so many seconds.

    Raises NotFound, Unauthenticated for a key that ended meanwhile, and when too many wait.
    """
    leave = bulkhead.beside(caller.org.slug, "watch")
    until, last = time.monotonic() + seconds, job.last_event
    try:
        while news := await hub.news(job.id, last, until - time.monotonic()):
            last = news[-1].number
            if any(event.type in Job.TERMINAL for event in news):
                break
    finally:
        leave()
    return await find(await access.again(caller), str(job.id))


async def history(job: Job) -> Sequence[JobEvent]:
    return await database.run(lambda: list(job.events.order_by("number")))


def _find(caller: Caller, job: uuid.UUID) -> Job | None:
    found = Job.objects.select_related("org").filter(pk=job, org_id=caller.org.id).first()
    if found is None:
        return None
    if (ticket := caller.ticket) is not None:
        return found if found.ticket == ticket.id or found.pk in ticket.jobs else None
    return found if caller.may(found.service, found.action) else None


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotFound from None
