"""Rows of realtime sessions: reserved before the vendor is asked, touched, leased, ended once."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from credentials import vault
from jobs.local import short
from jobs.models import LiveSession

State = LiveSession.State
OPENING = timedelta(seconds=120)  # that a vendor may take to open one; longer than a call may
LOOKING = timedelta(seconds=60)  # that a worker's look may take
SPEAKING = timedelta(seconds=120)  # that one sentence may take
MOST = 200  # of an org that are listed
OFTEN = 60.0  # seconds between two signs of life at most
Kept = dict[str, Any]


class Closed(Exception):
    """The session ended meanwhile."""


@short
def reserve(
    org_id: uuid.UUID, service: str, *, key_id: str, conversation: str, place: str
) -> tuple[LiveSession, bool]:
    """A new row, or the one that is there to be reused; and whether it is new."""
    now = timezone.now()
    same = LiveSession.objects.filter(org_id=org_id, service=service, place=place, ended_at=None)
    if place and (found := same.first()):
        return found, False
    try:
        with transaction.atomic():
            made = LiveSession.objects.create(
                org_id=org_id,
                service=service,
                key_id=key_id,
                conversation=conversation,
                place=place,
                due_at=now + OPENING,
            )
    except IntegrityError:
        return same.get(), False
    return made, True


@short
def opened(session: LiveSession, upstream_id: str, kept: Kept) -> LiveSession:
    """The vendor gave it a name. The earlier row when an answer was given again."""
    earlier = LiveSession.objects.filter(
        org_id=session.org_id, service=session.service, upstream_id=upstream_id
    ).first()
    if earlier is not None:
        session.delete()
        return earlier
    session.upstream_id, session.state = upstream_id, State.OPEN
    session.sealed = _sealed(session, kept)
    session.used_at = timezone.now()
    session.due_at = session.used_at + _pause()
    session.save()
    return session


@short
def found(org_id: uuid.UUID, upstream_id: str) -> LiveSession | None:
    return LiveSession.objects.filter(org_id=org_id, upstream_id=upstream_id).first()


@short
def listed(org_id: uuid.UUID, services: list[str]) -> list[LiveSession]:
    """The org's open ones, newest first."""
    rows = LiveSession.objects.filter(org_id=org_id, service__in=services, ended_at=None)
    return list(rows.exclude(upstream_id="").order_by("-opened_at")[:MOST])


@short
def latest(org_id: uuid.UUID, service: str, place: str) -> LiveSession | None:
    """The open one to be reused."""
    return LiveSession.objects.filter(
        org_id=org_id, service=service, place=place, ended_at=None
    ).first()


@short
def note(session: LiveSession, kept: Kept | None = None, *, started: bool = False) -> None:
    """It is used just now; with what is kept of it from here on. Raises Closed."""
    changes: dict[str, Any] = {"used_at": timezone.now()}
    if kept is not None:
        changes["sealed"] = _sealed(session, kept)
    if started:
        changes["state"] = State.STARTED
    if not LiveSession.objects.filter(pk=session.pk, ended_at=None).update(**changes):
        raise Closed


@short
def hold(session: LiveSession) -> LiveSession | None:
    """Let one call alone speak in it for now; as it stands by then. None while another does."""
    now = timezone.now()
    free = Q(speaker_until=None) | Q(speaker_until__lte=now)
    rows = LiveSession.objects.filter(free, pk=session.pk, ended_at=None)
    if not rows.update(speaker_until=now + SPEAKING):
        return None
    return LiveSession.objects.get(pk=session.pk)


@short
def hold_on(session: LiveSession) -> None:
    """Another sentence begins. Raises Closed."""
    now = timezone.now()
    rows = LiveSession.objects.filter(pk=session.pk, ended_at=None)
    if not rows.update(speaker_until=now + SPEAKING, used_at=now):
        raise Closed


@short
def release(session: LiveSession) -> None:
    LiveSession.objects.filter(pk=session.pk).update(speaker_until=None)


@short
def end(session: LiveSession, reason: str) -> bool:
    """It is closed, and what connected to it forgotten. False when it was closed before."""
    return bool(
        LiveSession.objects.filter(pk=session.pk, ended_at=None).update(
            state=State.CLOSED,
            sealed="",
            ended_at=timezone.now(),
            reason=reason,
            due_at=None,
            lease_until=None,
        )
    )


def claim(limit: int) -> list[uuid.UUID]:
    """Sessions to look at now, which nobody else is given for a while."""
    now = timezone.now()
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    due = LiveSession.objects.filter(free, due_at__lte=now, ended_at=None)
    ids = due.order_by("due_at").values_list("pk", flat=True)[:limit]
    return [pk for pk in list(ids) if due.filter(pk=pk).update(lease_until=now + LOOKING)]


def claimed(session_id: uuid.UUID) -> LiveSession | None:
    """A claimed session, if its lease still holds."""
    return (
        LiveSession.objects.filter(pk=session_id, ended_at=None, lease_until__gt=timezone.now())
        .select_related("org")
        .first()
    )


def later(session: LiveSession, seconds: float | None = None) -> None:
    """Look again after the usual pause, or after so many seconds because the look failed."""
    pause = _pause() if seconds is None else timedelta(seconds=seconds)
    failures = 0 if seconds is None else F("failures") + 1
    LiveSession.objects.filter(pk=session.pk, ended_at=None).update(
        due_at=timezone.now() + pause, lease_until=None, failures=failures
    )


def prune(days: int, limit: int = 500) -> int:
    """Delete what ended more than so many days ago; how many there were, at most `limit`."""
    old = LiveSession.objects.filter(ended_at__lt=timezone.now() - timedelta(days=days)).order_by()
    gone = list(old.values_list("pk", flat=True)[:limit])
    LiveSession.objects.filter(pk__in=gone).delete()
    return len(gone)


def kept(session: LiveSession) -> Kept:
    """What was kept of it. Raises SealedError."""
    if not session.sealed:
        return {}
    opened_text: Kept = json.loads(vault.ring().open(session.sealed, session.row).reveal())
    return opened_text


def _sealed(session: LiveSession, kept: Kept) -> str:
    return vault.ring().seal(json.dumps(kept), session.row)


def _pause() -> timedelta:
    return timedelta(seconds=min(OFTEN, settings.REALTIME_IDLE_SECONDS / 2))
