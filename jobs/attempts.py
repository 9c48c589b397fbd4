"""Billable calls, and those with an `Idempotency-Key`: claimed, sent, settled; once, whoever dies.

Each function is one short transaction; none is open while a vendor works. Leases and expiries are
in the database's time.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import DateTimeField, ExpressionWrapper, QuerySet
from django.db.models.functions import Now

from credentials import vault
from jobs import budgets, owners, tracking
from jobs.budgets import Limits
from jobs.local import short
from jobs.models import Attempt
from jobs.owners import Thing
from jobs.tracking import Origin, Start

State = Attempt.State
GRACE = 5.0  # seconds beyond a call's deadline that its holder has to settle it
RESENDABLE = timedelta(hours=23)  # that a vendor remembers a key, less an hour
MOST_KEYS = 10_000  # of one org that are remembered at a time
KEPT = timedelta(days=400)  # that what was billable, or is unknown, stays for the records
PRUNED = 1000  # attempts at a time
OURS = "~"  # begins the digests of keys that the service itself gave, which no quota counts
TURNS = 3  # at a key that others claim and give free at the same time


class Refused(Exception):
    """The call is not to be carried out now."""


class Reused(Refused):
    """The key was used for another request."""


class Running(Refused):
    """The first request with this key is under way."""


class Unsettled(Refused):
    """Nobody knows what became of the first request, and asking again could do it twice."""


class TooMany(Refused):
    """The org has as many keys as are remembered; the next is forgotten after so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Wanted:
    """A call that is to be recorded."""

    org_id: uuid.UUID
    service: str
    action: str
    billable: bool
    credential: uuid.UUID
    credential_version: int
    source: str
    request_id: str
    seconds: float  # until it must have ended
    limits: Limits = field(default_factory=Limits)
    units: int = 1  # that it counts in budgets
    key_id: str = ""
    end_user: str = ""
    key: str | None = None  # digest of the caller's own
    fingerprint: str = ""
    upstream_key: str = ""
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    holder: uuid.UUID = field(default_factory=uuid.uuid4)


@dataclass(frozen=True, slots=True)
class Held:
    """An attempt in this process's hands; `earlier` sends may have been carried out."""

    id: uuid.UUID
    holder: uuid.UUID
    earlier: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call; `text` is kept for replays, None where it is not."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Gain:
    """What a successful call made and started."""

    service: str
    origin: Origin
    things: Sequence[Thing] = ()
    starts: Sequence[Start] = ()


@short
def reserve(wanted: Wanted) -> Held | Attempt:
    """Claim a call before it is sent, or the earlier one with its key that was answered.

    Raises Reused, Running, Unsettled, TooMany, and `budgets.Spent`.
    """
    found = _found(wanted)
    if found is not None and _expired(found):
        _forget([found.pk])
        found = None
    if found is None:
        _check_quota(wanted)
        found = _inserted(wanted)
        if found is None:
            if wanted.billable:
                _spend(wanted)
            return Held(wanted.id, wanted.holder)
    return _again(found, wanted)


def _found(wanted: Wanted) -> Any:
    """The attempt with this key, locked, with the database's `now`.

    Without a key this very one, if it was committed before and nobody was told.
    """
    same = {"org_id": wanted.org_id, "service": wanted.service, "action": wanted.action}
    rows = Attempt.objects.filter(**same, key=wanted.key)
    if wanted.key is None:
        rows = Attempt.objects.filter(pk=wanted.id)
    return rows.annotate(now=Now()).select_for_update().first()


def _inserted(wanted: Wanted) -> Any:
    """None when the call's row is there now; else the attempt that was first with its key."""
    for _ in range(TURNS):
        Attempt.objects.bulk_create([_fresh(wanted)], ignore_conflicts=True)
        found = _found(wanted) if wanted.key else None
        if wanted.key is None or (found and found.id == wanted.id):
            return None
        if found is not None:
            return found
    raise Running


def _expired(found: Any) -> bool:
    return found.expires_at is not None and found.expires_at <= found.now


def _again(found: Any, wanted: Wanted) -> Held | Attempt:
    """What an earlier attempt with the same key means for this call."""
    if found.holder == wanted.holder:  # committed before, though nobody was told
        return Held(found.id, found.holder, found.sends)
    if found.fingerprint != wanted.fingerprint:
        raise Reused
    if found.state == State.DONE:
        attempt: Attempt = found
        return attempt
    if found.state != State.UNKNOWN and found.lease_until > found.now:
        raise Running
    if found.sends and not _resendable(found, wanted):
        raise Unsettled
    Attempt.objects.filter(pk=found.pk).update(
        holder=wanted.holder,
        state=State.SENT if found.sends else State.RESERVED,
        request_id=wanted.request_id,
        credential=wanted.credential,
        credential_version=wanted.credential_version,
        source=wanted.source,
        lease_until=_in(wanted.seconds + GRACE),
        ended_at=None,
        expires_at=None,
        fault="",
    )
    return Held(found.id, wanted.holder, found.sends)


def _resendable(found: Any, wanted: Wanted) -> bool:
    """Whether the same account of a vendor that does each key once would get the same key."""
    told = (found.upstream_key, found.credential, found.credential_version)
    same = told == (wanted.upstream_key, wanted.credential, wanted.credential_version)
    return bool(found.honoured and same and found.reserved_at + RESENDABLE > found.now)


def _fresh(wanted: Wanted) -> Attempt:
    return Attempt(
        id=wanted.id,
        org_id=wanted.org_id,
        service=wanted.service,
        action=wanted.action,
        key_id=wanted.key_id,
        end_user=wanted.end_user,
        key=wanted.key,
        fingerprint=wanted.fingerprint,
        holder=wanted.holder,
        billable=wanted.billable,
        units=wanted.units,
        upstream_key=wanted.upstream_key,
        credential=wanted.credential,
        credential_version=wanted.credential_version,
        source=wanted.source,
        request_id=wanted.request_id,
        reserved_at=Now(),
        lease_until=_in(wanted.seconds + GRACE),
    )


def _check_quota(wanted: Wanted) -> None:
    """Raises TooMany; only callers' own keys count, while they are remembered."""
    if wanted.key is None or wanted.key.startswith(OURS):
        return
    keyed = Attempt.objects.filter(org_id=wanted.org_id, key__isnull=False)
    live = keyed.exclude(key__startswith=OURS).exclude(expires_at__lte=Now())
    if live[:MOST_KEYS].count() < MOST_KEYS:
        return
    ends = live.exclude(expires_at=None).annotate(now=Now()).order_by("expires_at")
    times: Any = ends.values_list("expires_at", "now").first()
    raise TooMany((times[0] - times[1]).total_seconds() if times else wanted.seconds)


@short
def sent(held: Held, sends: int, seconds: float, *, honoured: bool) -> bool:
    """Note that it is about to be sent, for the `sends`-th time by its holder.

    False when it is somebody else's by now, and must not be sent.
    """
    return bool(
        _mine(held)
        .filter(state__in=(State.RESERVED, State.SENT))
        .update(
            state=State.SENT,
            sends=held.earlier + sends,
            sent_at=Now(),
            lease_until=_in(seconds + GRACE),
            honoured=honoured,
        )
    )


@short
def done(held: Held | None, answer: Answer, gain: Gain | None = None) -> tuple[uuid.UUID, ...]:
    """Keep an answer, and all that the call made and started; the jobs' ids.

    What was gained counts also where the attempt is somebody else's by now, or there is none.
    """
    jobs: tuple[uuid.UUID, ...] = ()
    if gain is not None:
        owners.record(gain.origin.org_id, gain.service, gain.things)
        jobs = tuple(tracking.start(start, gain.origin).id for start in gain.starts)
    row = _mine(held).select_for_update().first() if held else None
    if row is not None:
        if row.state != State.DONE and row.billable and answer.status >= 400:
            _give_back(row)
        _keep(row, answer, jobs)
    return jobs


def _keep(row: Attempt, answer: Answer, jobs: Sequence[uuid.UUID]) -> None:
    keyed = row.key is not None  # nobody can ask for the others again
    text = answer.text if keyed else None
    _rows(row.pk).update(
        state=State.DONE,
        status=answer.status,
        headers={**answer.headers, "jobs": [str(job) for job in jobs]} if keyed else {},
        sealed="" if text is None else vault.ring().seal(text, row.row),
        ended_at=Now(),
        expires_at=_expiry(row),
        fault="",
    )


def opened(attempt: Attempt) -> str | None:
    """The text of a stored answer, None when it was not kept. Raises SealedError."""
    return vault.ring().open(attempt.sealed, attempt.row).reveal() if attempt.sealed else None


@short
def freed(held: Held) -> None:
    """Give the key free: nothing was done. With earlier sends it is unknown as before."""
    row = _mine(held).exclude(state=State.DONE).select_for_update().first()
    if row is None:
        return
    if held.earlier:
        _lose(row, row.fault or "unsettled")
    else:
        _remove(row)


@short
def lost(held: Held, fault: str) -> None:
    """Nobody knows what became of it; `fault` is the word for why."""
    row = _mine(held).exclude(state=State.DONE).select_for_update().first()
    if row is not None:
        _lose(row, fault)


def claim(limit: int) -> list[uuid.UUID]:
    """Attempts whose holder did not settle them in time, for `settle`, which anybody may do."""
    stuck = Attempt.objects.filter(state__in=(State.RESERVED, State.SENT), lease_until__lt=Now())
    return list(stuck.order_by("lease_until").values_list("pk", flat=True)[:limit])


@short
def settle(attempt_id: uuid.UUID) -> None:
    """Free an attempt that was never sent and whose time is over; a sent one becomes unknown."""
    open_ones = _rows(attempt_id).filter(state__in=(State.RESERVED, State.SENT))
    row = open_ones.filter(lease_until__lt=Now()).select_for_update().first()
    if row is None:
        return
    if row.sends:
        _lose(row, "worker_lost")
    else:
        _remove(row)


@short
def prune() -> int:
    """Forget keys and answers whose time is over, and records that are very old; how many."""
    expired = Attempt.objects.filter(expires_at__lt=Now()).order_by("expires_at")
    names = list(expired.values_list("pk", flat=True)[:PRUNED])
    _forget(names)
    old = Attempt.objects.filter(reserved_at__lt=_in(-KEPT.total_seconds()), expires_at=None)
    gone = old.exclude(state__in=(State.RESERVED, State.SENT)).values("pk")[:PRUNED]
    return len(names) + Attempt.objects.filter(pk__in=gone).delete()[0]


def _forget(names: Sequence[uuid.UUID]) -> None:
    """Give the keys free; what cost something, or may have, stays without its answer.

    Only where the time is over still: a replay may have claimed one meanwhile.
    """
    expired = Attempt.objects.filter(pk__in=names, expires_at__lte=Now())
    expired.filter(billable=False, state=State.DONE).delete()
    expired.update(key=None, sealed="", headers={}, expires_at=None)


def _lose(row: Attempt, fault: str) -> None:
    _rows(row.pk).update(
        state=State.UNKNOWN, fault=fault[:63], ended_at=Now(), expires_at=_expiry(row)
    )


def _expiry(row: Attempt) -> ExpressionWrapper[Any] | None:
    return None if row.key is None else _in(settings.IDEMPOTENCY_HOURS * 3600)


def _remove(row: Attempt) -> None:
    if row.billable:
        _give_back(row)
    _rows(row.pk).delete()


def _spend(wanted: Wanted) -> None:
    purse = (wanted.org_id, wanted.service, wanted.key_id)
    budgets.reserve(*purse, wanted.limits, units=wanted.units)


def _give_back(row: Attempt) -> None:
    budgets.give_back(row.org_id, row.service, row.key_id, row.reserved_at, units=row.units)


def _mine(held: Held) -> QuerySet[Attempt]:
    return Attempt.objects.filter(pk=held.id, holder=held.holder)


def _rows(attempt_id: uuid.UUID) -> QuerySet[Attempt]:
    return Attempt.objects.filter(pk=attempt_id)


def _in(seconds: float) -> ExpressionWrapper[Any]:
    """A moment by the database's clock."""
    return ExpressionWrapper(Now() + timedelta(seconds=seconds), output_field=DateTimeField())
