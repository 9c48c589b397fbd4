"""Reading the audit record: whether it is whole, where it ends, and what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet

from credentials.models import AuditEvent, AuditHead
from credentials.models.audit import NOTHING

BATCH = 1000  # rows in memory at a time
_MARK = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the record: an event's number and hash. Noted elsewhere, it dates the record."""

    seq: int = 0
    hash: str = NOTHING

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> Mark:
        """Of `SEQ:HASH`. Raises ValueError."""
        if not (found := _MARK.fullmatch(text.strip().lower())):
            raise ValueError("A mark is SEQ:HASH, a number and 64 hexadecimal digits.")
        return cls(int(found[1]), found[2])


@dataclass(frozen=True, slots=True)
class Fault:
    """The first event that is not as it was recorded, and what is wrong with it."""

    seq: int
    why: str

    def __str__(self) -> str:
        return f"The audit record is broken at {self.seq}: {self.why}."


def head() -> Mark:
    """Where the record ends; what to note outside of the database."""
    found = AuditHead.objects.filter(pk=1).first()
    return Mark(found.seq, found.hash) if found else Mark()


def verify(noted: Mark | None = None, *, until: Mark | None = None) -> Fault | None:
    """The first fault of the record, or None when it is whole.

    `noted` is a mark from outside, which also shows a record that was replaced as a whole. `until`
    is the head to walk to, as of now unless it is given; what is appended meanwhile is left out.
    """
    end = until or head()
    return _walk(end, noted or Mark()) or _beyond()


def events(*, since: datetime | None = None, org: str = "") -> Iterator[dict[str, Any]]:
    """What the record says, oldest first, as it is exported."""
    chosen = AuditEvent.objects.all()
    if since:
        chosen = chosen.filter(at__gte=since)
    if org:
        chosen = chosen.filter(org=org)
    for row in _rows(chosen):
        yield {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def _walk(end: Mark, noted: Mark) -> Fault | None:
    last = Mark()
    for row in _rows(AuditEvent.objects.filter(seq__lte=max(end.seq, noted.seq))):
        if fault := _fault(row, last):
            return fault
        last = Mark(row.seq, row.hash)
        for mark in (noted, end):
            if mark.seq == last.seq and mark.hash != last.hash:
                return Fault(mark.seq, "its hash is another one than was noted")
    if last.seq < max(end.seq, noted.seq):
        return Fault(last.seq + 1, "it is missing, and so is all that followed")
    return None


def _fault(row: AuditEvent, last: Mark) -> Fault | None:
    if row.seq > last.seq + 1:
        return Fault(last.seq + 1, "it is missing")
    if row.seq <= 0:
        return Fault(row.seq, "it was never recorded")
    try:
        same = row.digest(last.hash) == row.hash
    except (AttributeError, TypeError, ValueError):  # a field is not even of its type
        same = False
    return None if same else Fault(row.seq, "it was changed, or came from somewhere else")


def _beyond() -> Fault | None:
    """An event outside of the record: the head is written with every event, so it is never less."""
    last = AuditEvent.objects.aggregate(last=Max("seq"))["last"] or 0
    end = head()
    return Fault(end.seq + 1, "it was never recorded") if last > end.seq else None


def _rows(chosen: QuerySet[AuditEvent]) -> Iterator[AuditEvent]:
    """In their order, a batch at a time: an iterator of PostgreSQL would need a transaction."""
    last: int | None = None
    while True:
        rest = chosen if last is None else chosen.filter(seq__gt=last)
        rows = _read(rest.order_by("seq")[:BATCH])
        yield from rows
        if len(rows) < BATCH:
            return
        last = rows[-1].seq


def _read(rows: QuerySet[AuditEvent]) -> list[AuditEvent]:
    """The rows; where one cannot be read, with its number alone."""
    try:
        return list(rows)
    except (AttributeError, TypeError, ValueError):
        return [_single(seq) for seq in rows.values_list("seq", flat=True)]


def _single(seq: int) -> AuditEvent:
    try:
        return AuditEvent.objects.get(seq=seq)
    except (AttributeError, TypeError, ValueError):
        return AuditEvent(seq=seq)
