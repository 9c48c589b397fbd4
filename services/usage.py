"""What was called, by whom, and how it came out: noted on the way, written down behind its back.

Bodies, query values, path parameters and headers are not recorded, and of service and action only
names of the catalogue are: nobody can fill the tables with made-up ones.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, Sum
from django.http.response import HttpResponseBase
from django.utils import timezone

from credentials.auth import Caller
from credentials.models import ApiKey
from services import tally
from services.errors import ProxyError
from services.models import CallCount, RecentCall
from services.tally import GOOD, Call, Kind, Taken, Tally

KEPT = 200  # recent calls of an org
USED = 60.0  # seconds between two notes of when a key was used
_BATCH = 500  # counts in one transaction


@dataclass(slots=True)
class Trail:
    """What became known of a call on its way; a dry one, or one of nobody, is not noted."""

    caller: Caller | None = None
    service: str = ""
    action: str = ""
    dry: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """How much one key, or one action, was used; milliseconds are the mean of a call."""

    calls: int
    errors: int
    milliseconds: float
    key_id: str = ""
    service: str = ""
    action: str = ""


def note(
    trail: Trail,
    response: HttpResponseBase,
    fault: ProxyError | None,
    request_id: str,
    *,
    started: float,
    upstream_seconds: float,
) -> None:
    """Remember how a call was answered, if it is known who called; costs about a microsecond.

    `started` is when it began, by `time.perf_counter`.
    """
    if (caller := trail.caller) is None or trail.dry:
        return
    seconds = time.perf_counter() - started
    source = response.headers.get("X-Credential-Source", "")
    code, origin = (fault.code, fault.origin) if fault else ("", "")
    calls.note(
        Call(
            time.time(), caller.org.id, caller.key.id, trail.service, trail.action,
            response.status_code, code, origin, request_id, seconds * 1000,
            upstream_seconds * 1000, source, caller.end_user,
        )
    )  # fmt: skip


def used(caller: Caller) -> None:
    """Remember that a key was used to manage, which is no call of an action."""
    calls.use(caller.key.id, time.time())


def flush() -> None:
    """Write down what this process noted. Raises DatabaseError; what was not written is kept."""
    taken = calls.take()
    try:
        _write_sums(taken)
        _write_latest(taken)
        _write_used(taken)
    except BaseException:
        calls.put_back(taken)
        raise


def recent(org_id: UUID, limit: int = 50) -> list[RecentCall]:
    """The org's last calls, newest first."""
    return list(RecentCall.objects.filter(org_id=org_id).order_by("-at", "-id")[:limit])


def by_key(org_id: UUID, since: datetime) -> list[Share]:
    """What each of the org's keys was used for since the beginning of that hour, most first."""
    return _shares(org_id, since, "key_id")


def by_action(org_id: UUID, since: datetime) -> list[Share]:
    """What the org called since the beginning of that hour, most first."""
    return _shares(org_id, since, "service", "action")


def prune(days: int) -> int:
    """Delete what is older; how many rows that was."""
    last = timezone.now() - timedelta(days=days)
    counts, _ = CallCount.objects.filter(hour__lt=last).delete()
    recents, _ = RecentCall.objects.filter(at__lt=last).delete()
    return counts + recents


def _shares(org_id: UUID, since: datetime, *names: str) -> list[Share]:
    rows = (
        CallCount.objects.filter(
            org_id=org_id, hour__gte=since.replace(minute=0, second=0, microsecond=0)
        )
        .values(*names)
        .annotate(
            calls=Sum("count"),
            errors=Sum("count", filter=~Q(outcome=GOOD), default=0),
            total=Sum("milliseconds"),
        )
        .order_by("-calls", *names)
    )
    return [Share(milliseconds=row.pop("total") / row["calls"], **row) for row in map(dict, rows)]


def _write_sums(taken: Taken) -> None:
    # In one order and, within a transaction, nothing but updates: so no two workers that write
    # the same rows ever wait for each other.
    kinds = sorted(taken.sums)
    for start in range(0, len(kinds), _BATCH):
        batch = kinds[start : start + _BATCH]
        missing = _add(taken, batch)
        if missing:
            rows = (CallCount(**_fields(kind)) for kind in missing)
            CallCount.objects.bulk_create(rows, ignore_conflicts=True)
            _add(taken, missing)


def _add(taken: Taken, kinds: list[Kind]) -> list[Kind]:
    """Add to the rows that there are, and take that out of `taken`; those without a row."""
    missing = []
    with transaction.atomic():
        for kind in kinds:
            more = taken.sums[kind]
            added = CallCount.objects.filter(**_fields(kind)).update(
                count=F("count") + more.calls,
                milliseconds=F("milliseconds") + round(more.milliseconds),
            )
            if not added:
                missing.append(kind)
    for kind in set(kinds) - set(missing):
        del taken.sums[kind]
    return missing


def _fields(kind: Kind) -> dict[str, Any]:
    return {
        "org_id": kind.org,
        "hour": _moment(kind.hour * 3600),
        "key_id": kind.key,
        "service": kind.service,
        "action": kind.action,
        "outcome": kind.outcome,
    }


def _write_latest(taken: Taken) -> None:
    for org in list(taken.latest):
        _keep(org, taken.latest[org].chosen())
        del taken.latest[org]


@transaction.atomic
def _keep(org: UUID, latest: Iterable[Call]) -> None:
    """Add to an org's recent calls and drop the oldest of them."""
    RecentCall.objects.bulk_create(_row(call) for call in latest)
    rows = RecentCall.objects.filter(org_id=org)
    last = rows.order_by("-id").values_list("id", flat=True)[KEPT : KEPT + 1].first()
    if last is not None:
        rows.filter(id__lte=last).delete()


def _row(call: Call) -> RecentCall:
    return RecentCall(
        at=_moment(call.at),
        org_id=call.org,
        key_id=call.key,
        service=call.service,
        action=call.action,
        status=call.status,
        code=call.code,
        origin=call.origin,
        request_id=call.request_id,
        milliseconds=call.milliseconds,
        upstream_milliseconds=call.upstream_milliseconds,
        source=call.source,
        end_user=call.end_user,
    )


def _write_used(taken: Taken) -> None:
    """Say when keys were used; no change of the key, so it leaves no event and no revision."""
    for key, at in list(taken.used.items()):
        if at - _told.get(key, 0.0) >= USED:
            moment = _moment(at)
            before = Q(last_used_at=None) | Q(last_used_at__lt=moment - timedelta(seconds=USED))
            ApiKey._base_manager.filter(before, pk=key).update(last_used_at=moment)
            _told[key] = at
        del taken.used[key]
    if len(_told) > tally.KEYS:
        _told.clear()


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


calls = Tally()
_told: dict[str, float] = {}  # when this process last looked at a key's row, in unix seconds
