"""Calls that wait for a person: asked for, decided once, begun once. Short transactions."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from credentials import vault
from credentials.models import AuditEvent, AuditHead
from jobs import outbox
from jobs.models import Approval, Attempt

State = Approval.State
MOST_PENDING = 100  # of one org at a time
KEPT = timedelta(days=90)  # after its end


class TooMany(Exception):
    """The org has as many calls waiting for a person as it may."""


class Decided(Exception):
    """Somebody decided before, or the time is over."""


class Over(Exception):
    """It was refused, came too late, or was carried out so long ago that nobody knows how."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A call that needs a person's word."""

    org_id: uuid.UUID
    service: str
    action: str
    key_id: str
    key: str | None  # digest of the caller's Idempotency-Key
    fingerprint: str
    envelope: str
    units: int
    request_id: str
    id: uuid.UUID = field(default_factory=uuid.uuid4)


def waiting() -> QuerySet[Approval]:
    """Those about which a person can decide now, in every org."""
    return Approval.objects.filter(state=State.PENDING, expires_at__gt=timezone.now())


@transaction.atomic
def asked(wanted: Wanted) -> Approval:
    """What stands about this very call: the earlier one that is still open, or a new one.

    Raises TooMany.
    """
    AuditHead.hold()  # two alike calls at once ask once
    return _open(wanted) or _made(wanted)


def _open(wanted: Wanted) -> Approval | None:
    """The one with the caller's key, whatever became of it; else one that nobody began."""
    rows = Approval.objects.filter(
        org_id=wanted.org_id,
        service=wanted.service,
        action=wanted.action,
        key_id=wanted.key_id,
        fingerprint=wanted.fingerprint,
    ).select_related("org")
    fresh = Q(expires_at__gt=timezone.now())
    if wanted.key is None:
        return rows.filter(fresh, key=None, carried_at=None).first()
    begun = Q(carried_at__gt=timezone.now() - _known_for())
    return rows.filter(fresh | begun, key=wanted.key).first()


def _known_for() -> timedelta:
    """How long the ledger surely knows what became of a call that was begun."""
    return timedelta(hours=settings.IDEMPOTENCY_HOURS)


def _made(wanted: Wanted) -> Approval:
    now = timezone.now()
    waiting = Approval.objects.filter(org_id=wanted.org_id, state=State.PENDING)
    if waiting.filter(expires_at__gt=now).count() >= MOST_PENDING:
        raise TooMany
    row = Approval(
        id=wanted.id,
        org_id=wanted.org_id,
        service=wanted.service,
        action=wanted.action,
        key_id=wanted.key_id,
        key=wanted.key,
        fingerprint=wanted.fingerprint,
        units=wanted.units,
        request_id=wanted.request_id,
        created_at=now,
        expires_at=now + timedelta(hours=settings.APPROVAL_HOURS),
    )
    row.sealed = vault.ring().seal(wanted.envelope, row.row)
    row.save(force_insert=True)
    _note(row, "requested")
    outbox.announce(row.org_id, "approval.requested", told(row))
    return row


def told(row: Approval) -> dict[str, object]:
    """An approval in few words, without what the call holds."""
    return {
        "id": str(row.pk),
        "status": row.status,
        "service": row.service,
        "action": row.action,
        "units": row.units,
        "api_key": row.key_id,
        "request_id": row.request_id,
        "expires_at": row.expires_at.isoformat(),
    }


def _note(row: Approval, event: str) -> None:
    detail = {"units": row.units, "api_key": row.key_id, "request_id": row.request_id}
    AuditEvent.append(f"approval.{event}", org=row.org.slug, target=str(row), detail=detail)


@transaction.atomic
def decide(approval: uuid.UUID, *, yes: bool, by: str) -> Approval:
    """A person's word, in the current actor's name. Raises Decided, Approval.DoesNotExist."""
    AuditHead.hold()
    row = Approval.objects.select_related("org").select_for_update(of=("self",)).get(pk=approval)
    if row.status != State.PENDING:
        raise Decided
    row.state = State.APPROVED if yes else State.REFUSED
    row.decided_at, row.decided_by = timezone.now(), by[:200]
    row.expires_at = row.decided_at + timedelta(hours=settings.APPROVAL_HOURS)
    row.save(update_fields=["state", "decided_at", "decided_by", "expires_at"])
    _note(row, "approved" if yes else "refused")
    outbox.announce(row.org_id, f"approval.{row.state}", told(row))
    return row


def linked(row: Approval, by: str) -> None:
    """Record that somebody made a link by which a person may decide."""
    detail = {"by": by}
    AuditEvent.append("approval.linked", org=row.org.slug, target=str(row), detail=detail)


@transaction.atomic
def begin(approval: uuid.UUID) -> None:
    """Note that an approved call is begun; again while the ledger knows it. Raises Over."""
    now = timezone.now()
    row = Approval.objects.select_for_update(of=("self",)).get(pk=approval)
    known = row.carried_at is not None and row.carried_at > now - _known_for()
    fresh = row.carried_at is None and row.expires_at > now
    if row.state != State.APPROVED or not (known or fresh):
        raise Over
    if fresh:
        row.carried_at = now
        row.save(update_fields=["carried_at"])


@transaction.atomic
def give_back(approval: uuid.UUID, key: str) -> None:
    """It may be begun anew when the ledger has nothing of it: nothing was sent."""
    row = Approval.objects.select_for_update(of=("self",)).get(pk=approval)
    same = {"org_id": row.org_id, "service": row.service, "action": row.action}
    if not Attempt.objects.filter(**same, key=key).exists():
        row.carried_at = None
        row.save(update_fields=["carried_at"])


def found(org_id: uuid.UUID, approval: uuid.UUID) -> Approval | None:
    return of_org(org_id).filter(pk=approval).first()


def of_org(org_id: uuid.UUID) -> QuerySet[Approval]:
    return Approval.objects.filter(org_id=org_id).select_related("org")


def envelope(row: Approval) -> str:
    """The call as it was asked for. Raises SealedError."""
    return vault.ring().open(row.sealed, row.row).reveal()


def prune(limit: int = 500) -> int:
    """Forget what ended long ago; how many there were, at most `limit`."""
    old = Approval.objects.filter(expires_at__lt=timezone.now() - KEPT).order_by()
    gone = list(old.values_list("pk", flat=True)[:limit])
    Approval.objects.filter(pk__in=gone).delete()
    return len(gone)
