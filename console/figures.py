"""What orgs and keys were used for, as pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from credentials.models import ApiKey, Org
from services import usage
from services.models import RecentCall
from services.usage import Share

DAY = timedelta(hours=24)
STAFF = "~"  # begins the key id of calls from the playground; no key's id has it


@dataclass(frozen=True, slots=True)
class Used:
    """A key and its calls of the last day."""

    key: ApiKey
    calls: int
    errors: int


@dataclass(frozen=True, slots=True)
class Line:
    """One recent call."""

    call: RecentCall
    key: str

    @property
    def milliseconds(self) -> int:
        return round(self.call.milliseconds)


def day(org_id: UUID) -> tuple[int, int]:
    """Calls and errors of the last 24 hours."""
    shares = usage.by_action(org_id, _since())
    return sum(share.calls for share in shares), sum(share.errors for share in shares)


def by_action(org_id: UUID) -> list[Share]:
    """What was called in the last 24 hours, most first."""
    return usage.by_action(org_id, _since())[:10]


def with_use(org: Org, keys: Sequence[ApiKey]) -> list[Used]:
    """The keys with their calls of the last 24 hours."""
    shares = {share.key_id: share for share in usage.by_key(org.pk, _since())}
    none = Share(0, 0, 0.0)
    return [
        Used(key, shares.get(key.pk, none).calls, shares.get(key.pk, none).errors) for key in keys
    ]


def recent(org_id: UUID, limit: int) -> list[Line]:
    """The last calls, newest first, with the names of their keys."""
    rows = usage.recent(org_id, limit)
    names = {
        key.pk: key.name or f"…{key.last_four}"
        for key in ApiKey.objects.filter(pk__in={row.key_id for row in rows})
    }
    return [Line(row, names.get(row.key_id, _unknown(row.key_id))) for row in rows]


def _unknown(key_id: str) -> str:
    return "playground" if key_id.startswith(STAFF) else key_id


def _since() -> datetime:
    return timezone.now() - DAY
