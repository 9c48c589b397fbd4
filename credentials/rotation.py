"""Moving every stored secret under another key of the ring while calls go on.

Only the wrap around a secret's data key is renewed: no secret is decrypted. Each batch is one
transaction that leaves every row either as it was or done, so a run may end anywhere and be
started again.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Left

from credentials import vault
from credentials.crypto import VERSION, SealedError, kid_of
from credentials.models import AuditEvent, AuditHead, Credential, Revision, SpareSecret

Place = Any  # a row with `sealed`, `row` and `audited_as`
PLACES: list[type[Any]] = [Credential, SpareSecret]  # an app above that seals adds its own
ROUNDS = 10  # over rows that somebody else holds
PAUSE = 0.5  # seconds between them
_HEAD = 40  # characters that a sealed text's key id is within


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of some rows: rewrapped, or found to open under no key of the ring."""

    done: int
    unreadable: tuple[str, ...] = ()


class RotationFault(Exception):
    """A rewrapped row did not read back as it was written; the batch is undone."""


def in_use() -> Counter[str]:
    """How many secrets each key id seals; those that are no sealed text count under ``""``."""
    return Counter(
        kid_of(head)
        for place in PLACES
        for head in _held(place).values_list(Left("sealed", _HEAD), flat=True).iterator()
    )


def left(kid: str) -> int:
    """How many secrets are sealed with another key than this."""
    return sum(_others(place, kid).count() for place in PLACES)


def unreadable() -> list[str]:
    """Every secret that does not open, by the name of its row. Opens all of them."""
    return [
        name_of(row)
        for place in PLACES
        for row in _rows(place).iterator(chunk_size=500)
        if not _opens(row)
    ]


def rotate(*, size: int) -> Iterator[Batch]:
    """Rewrap every secret that the ring's first key does not seal, at most `size` at a time."""
    kid, broken = vault.ring().current, 0
    for turn in range(ROUNDS):
        if turn and left(kid) <= broken:
            return
        time.sleep(PAUSE if turn else 0)
        broken = 0
        for batch in _round(kid, size):
            broken += len(batch.unreadable)
            yield batch


def name_of(row: Place) -> str:
    """Which secret it is, for people; never the secret."""
    if not isinstance(row, Credential | SpareSecret):
        return f"{row.audited_as} {row.pk} ({row})"
    credential = row.credential if isinstance(row, SpareSecret) else row
    role = f", {row.role}" if isinstance(row, SpareSecret) else ""
    return f"{credential.id} ({credential.org or 'platform'}, {credential.service}{role})"


def _round(kid: str, size: int) -> Iterator[Batch]:
    for place in PLACES:
        last: Any = None
        while keys := _next(place, kid, last, size):
            yield _batch(place, kid, keys)
            last = keys[-1]


def _next(place: type[Place], kid: str, last: Any, size: int) -> list[Any]:
    rows = _others(place, kid).order_by("pk")
    if last is not None:
        rows = rows.filter(pk__gt=last)
    return list(rows.values_list("pk", flat=True)[:size])


@transaction.atomic
def _batch(place: type[Place], kid: str, keys: list[Any]) -> Batch:
    AuditHead.hold()  # as every change does, so that no two wait for each other
    rows = _rows(place).filter(pk__in=keys).select_for_update(skip_locked=True, of=("self",))
    moved, broken = {}, []
    for row in rows:
        try:
            if _move(row, kid):
                moved[row.pk] = row
        except SealedError:
            broken.append(name_of(row))
    if moved:
        _read_back(place, moved)
        detail = {"key": kid, "secrets": len(moved), "kind": place.audited_as}
        AuditEvent.append("credentials.rotated", detail=detail)
        Revision.bump()
    return Batch(len(moved), tuple(broken))


def _move(row: Place, kid: str) -> bool:
    """Rewrap one row, if it is still as it was read. Raises SealedError."""
    if kid_of(row.sealed) == kid:
        return False
    wrapped = vault.ring().rewrap(row.sealed, row.row)
    unchanged = type(row)._base_manager.filter(pk=row.pk, sealed=row.sealed)
    return bool(unchanged.update(sealed=wrapped))


def _read_back(place: type[Place], moved: Mapping[Any, Place]) -> None:
    """Compare what is stored now with what was read. Raises RotationFault."""
    stored = dict(place._base_manager.filter(pk__in=moved).values_list("pk", "sealed"))
    for pk, row in moved.items():
        if not vault.ring().same(stored[pk], row.sealed, row.row):
            raise RotationFault(name_of(row))


def _opens(row: Place) -> bool:
    try:
        vault.ring().open(row.sealed, row.row)
    except SealedError:
        return False
    return True


def _held(place: type[Place]) -> QuerySet[Any]:
    """The rows that hold a secret: there are places whose rows mostly hold none."""
    rows: QuerySet[Any] = place._base_manager.all()
    return rows.exclude(sealed="") if place._meta.get_field("sealed").blank else rows


def _rows(place: type[Place]) -> QuerySet[Any]:
    rows = _held(place).order_by("pk")
    return rows.select_related("credential") if place is SpareSecret else rows


def _others(place: type[Place], kid: str) -> QuerySet[Any]:
    head = f"{VERSION}.{kid}."  # compared whole: LIKE would ignore the case on SQLite
    rows: QuerySet[Any] = _held(place).annotate(head=Left("sealed", len(head)))
    return rows.exclude(head=head)
