"""Which jobs are looked at next: leased to one worker at a time, at each credential's pace."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from jobs import pacing
from jobs.models import Job, Pace, Receiver

CLAIMED = timedelta(seconds=30)  # from a claim to the beginning of the look
LOOKING = timedelta(seconds=45)  # from there to its end; longer than a look may take
SPARE = 2  # claims of a credential that may be lost with a killed worker, and hold up no other
CONFIRMING = 5  # looks in a row that may fail at a job that has ended
HEARD = timedelta(hours=1)  # since when webhooks of a credential count as working
NOBODY = uuid.UUID(int=0)  # the credential of jobs without one


def claim(limit: int) -> list[uuid.UUID]:
    """Jobs to look at now, at most `limit`, which nobody else is given for a while.

    Of each credential as many as its pace allows, and those first that were served least lately.
    """
    now = timezone.now()
    waiting = _waiting(now)
    if limit < 1 or not waiting:
        return []
    free = _free(waiting, now)
    taken: list[uuid.UUID] = []
    if free:
        with transaction.atomic():
            for credential in free:
                if len(taken) < limit:
                    room = min(limit - len(taken), _abreast() - waiting[credential])
                    taken += _take(credential, room, now)
    return taken


def begin(job_id: uuid.UUID) -> Job | None:
    """The job, if it was claimed and nobody has begun to look at it; this begins the look."""
    now = timezone.now()
    until = now + LOOKING
    claimed = Job.objects.filter(pk=job_id, due_at__lte=now, lease_until__gt=now)
    if not claimed.update(due_at=until, lease_until=until, polls=F("polls") + 1):
        return None
    return Job.objects.select_related("org").filter(pk=job_id).first()


def rest(job: Job) -> None:
    """The look found the job under way: when the next one is due."""
    age = timezone.now() - job.created_at
    wait = pacing.next_look(job.status_action, age, relaxed=_heard(job))
    _wait(job, wait, misses=0)


def miss(job: Job, *, asked: float = 0, refused: bool = False) -> None:
    """The look failed: when the next one is due; see `pacing.after_miss`.

    One at a job that has ended was to settle a conflict; it is not tried for ever.
    """
    if job.ended and job.misses >= CONFIRMING:
        Job.objects.filter(pk=job.pk).update(due_at=None, lease_until=None)
        return
    wait = pacing.after_miss(job.misses, asked=asked, refused=refused)
    _wait(job, wait, misses=min(job.misses + 1, 10_000))


def hold(job: Job, seconds: float) -> None:
    """The vendor asked for a pause: no look with the job's credential for so long."""
    until = timezone.now() + timedelta(seconds=seconds)
    Pace.objects.filter(pk=job.credential or NOBODY, free_at__lt=until).update(free_at=until)


def _wait(job: Job, wait: timedelta, *, misses: int) -> None:
    due = timezone.now() + wait
    # A job is given up in time, however long it would rest.
    last = max(job.expires_at, timezone.now() + timedelta(seconds=1))
    # Whoever ended it meanwhile has settled that there is no next look.
    rows = Job.objects.filter(pk=job.pk, due_at__isnull=False)
    rows.update(due_at=min(due, last), lease_until=None, misses=misses)


def _heard(job: Job) -> bool:
    """Whether the vendor's webhooks for this credential arrive, signed."""
    known = Receiver.objects.filter(credential_id=job.credential or NOBODY)
    return known.filter(heard_at__gte=timezone.now() - HEARD).exists()


def _due(now: datetime) -> QuerySet[Job]:
    return Job.objects.filter(kind=Job.Kind.VENDOR, due_at__lte=now)


def _waiting(now: datetime) -> Mapping[uuid.UUID, int]:
    """The credentials with jobs to look at, and how many of each are claimed and not begun."""
    leased = Q(lease_until__gt=now)
    counts = _due(now).order_by().values_list("credential")
    counts = counts.annotate(due=Count("pk", filter=~leased | Q(lease_until=None)))
    rows = counts.annotate(claimed=Count("pk", filter=leased))
    return {credential or NOBODY: claimed for credential, due, claimed in rows if due}


def _free(waiting: Mapping[uuid.UUID, int], now: datetime) -> list[uuid.UUID]:
    """Those whose pace allows a look, in the order in which they are served."""
    known = Pace.objects.in_bulk(list(waiting))
    new = [Pace(credential, now) for credential in waiting if credential not in known]
    Pace.objects.bulk_create(new, ignore_conflicts=True)
    known |= {pace.credential: pace for pace in new}
    free = [
        pace
        for pace in known.values()
        if pace.free_at <= now and waiting[pace.credential] < _abreast()
    ]
    return [pace.credential for pace in sorted(free, key=lambda pace: pace.free_at)]


def _take(credential: uuid.UUID, room: int, now: datetime) -> list[uuid.UUID]:
    """Lease jobs of a credential, as many as there is room and time for; inside a transaction."""
    locked = Pace.objects.select_for_update(skip_locked=True).filter(pk=credential)
    pace = locked.first()  # None: another worker serves it at this moment
    if pace is None or room < 1:
        return []
    step = timedelta(seconds=1 / settings.POLL_RATE)
    since = max(pace.free_at, now - (_burst() - 1) * step)
    allowed = int((now - since) / step) + 1 if since <= now else 0
    chosen = _chosen(_unleased(credential, now), min(allowed, room))
    rows = _unleased(credential, now).filter(pk__in=chosen)
    ids = [job.pk for job in rows.select_for_update(skip_locked=True, of=("self",)).only("pk")]
    Job.objects.filter(pk__in=ids).update(lease_until=now + CLAIMED)
    Pace.objects.filter(pk=credential).update(free_at=since + len(ids) * step)
    return ids


def _unleased(credential: uuid.UUID, now: datetime) -> QuerySet[Job]:
    due = _due(now).filter(credential=None if credential == NOBODY else credential)
    return due.filter(Q(lease_until=None) | Q(lease_until__lte=now)).order_by("due_at", "pk")


def _chosen(due: QuerySet[Job], room: int) -> list[uuid.UUID]:
    """Those that have waited longest; of orgs that share a credential each in its turn."""
    orgs = list(due.order_by().values_list("org_id", flat=True).distinct())
    random.shuffle(orgs)
    found: list[uuid.UUID] = []
    for left, org in zip(range(len(orgs), 0, -1), orgs, strict=True):
        share = -(-(room - len(found)) // left)
        found += due.filter(org=org).values_list("pk", flat=True)[:share]
    return found


def _burst() -> int:
    """Looks with one credential that may follow each other at once."""
    return max(1, int(settings.POLL_RATE / 4))


def _abreast() -> int:
    """Claimed and not begun with one credential: what workers that hang would take at once."""
    return _burst() + SPARE
