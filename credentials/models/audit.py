"""The record of who did what: append-only, each row sealed to the one before it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from credentials import actor

NOTHING = "0" * 64  # the hash before the first event
# What PostgreSQL stores in no text (NUL, halves of a surrogate pair), or what moves a reader's
# cursor: told by its number.
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class AuditEvent(models.Model):
    """One thing that somebody did, or was refused. The database takes no change and no deletion."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    actor_kind = models.CharField(max_length=10)
    actor = models.CharField(max_length=200)
    address = models.CharField(max_length=64, blank=True)
    org = models.CharField(max_length=63, blank=True, db_index=True)
    event = models.CharField(max_length=63, db_index=True)
    target = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("-seq",)

    def __str__(self) -> str:
        return f"{self.seq}: {self.event} {self.target}"

    def digest(self, previous: str) -> str:
        """SHA-256 over the hash before it and every field, as canonical JSON; hexadecimal."""
        fields = [
            previous,
            self.seq,
            self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            self.actor_kind,
            self.actor,
            self.address,
            self.org,
            self.event,
            self.target,
            self.detail,
        ]
        text = json.dumps(fields, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @classmethod
    def append(
        cls,
        event: str,
        *,
        org: str = "",
        target: str = "",
        detail: Mapping[str, Any] | None = None,
        at: datetime | None = None,
    ) -> AuditEvent:
        """Record what the current actor did, in the transaction of the doing.

        What cannot be recorded must not happen: a failure here fails the change with it.
        """
        who = actor.current()
        with transaction.atomic():
            head = AuditHead.hold()
            row = cls(
                seq=head.seq + 1,
                at=at or timezone.now(),
                actor_kind=who.kind,
                actor=_line(who.name, 200),
                address=_line(who.address, 64),
                org=_line(org, 63),
                event=event,
                target=_line(target, 200),
                detail=storable(dict(detail or {})),
            )
            row.hash = row.digest(head.hash)
            row.save(force_insert=True)
            head.seq, head.hash = row.seq, row.hash
            head.save(force_update=True)
        return row


class AuditHead(models.Model):
    """Where the record ends, so that a tail cut off shows; and what appenders queue up at."""

    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=NOTHING)

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"

    @classmethod
    def hold(cls) -> AuditHead:
        """The head, nobody else's until the transaction ends.

        A transaction that changes recorded rows, or locks them, holds it first: then none ever
        waits for a row of another one that waits for the head.
        """
        return cls.objects.select_for_update().get_or_create(pk=1)[0]


def storable(value: Any) -> Any:
    """The value as JSON that reads back the same from every database.

    Moments, ids and fractions become text: PostgreSQL writes a number of its own way.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return {printable(str(name)): storable(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [storable(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return printable(str(value))


def printable(text: str) -> str:
    """The text on one line, every control character as its number, such as `\\x0a`."""
    return _UNPRINTED.sub(_number, text)


def _number(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _line(text: str, limit: int) -> str:
    return printable(text)[:limit]
