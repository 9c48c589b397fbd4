"""Long files kept for who has their link: put away, fetched, forgotten."""

from __future__ import annotations

import base64
import uuid
from datetime import timedelta

from django.utils import timezone

from credentials import vault
from jobs.local import Bytes, short
from jobs.models import Parcel

KEPT = timedelta(days=1)
MOST = 1024**3  # bytes of one org's sealed files; the oldest make room


def keep(org_id: uuid.UUID, content: bytes, kind: str) -> Parcel:
    """Put the bytes away for a day, or until newer ones of the org need the room."""
    row = Parcel(org_id=org_id, content_type=kind[:100], expires_at=timezone.now() + KEPT)
    row.sealed = vault.ring().seal(base64.b64encode(content).decode(), row.row)
    _saved(row)
    return row


@short
def _saved(row: Parcel) -> None:
    Parcel.objects.bulk_create([row], ignore_conflicts=True)
    older = Parcel.objects.filter(org_id=row.org_id).exclude(pk=row.pk).order_by("-created_at")
    whole, gone = len(row.sealed), []
    for pk, size in older.annotate(size=Bytes("sealed")).values_list("pk", "size"):
        whole += size
        if whole > MOST:
            gone.append(pk)
    Parcel.objects.filter(pk__in=gone).delete()


def fetched(parcel: uuid.UUID) -> tuple[bytes, str] | None:
    """The bytes and their type, while they are kept. Raises SealedError."""
    rows = Parcel.objects.filter(pk=parcel, expires_at__gt=timezone.now(), org__is_active=True)
    row = rows.first()
    if row is None:
        return None
    return base64.b64decode(vault.ring().open(row.sealed, row.row).reveal()), row.content_type


def prune(limit: int = 100) -> int:
    """Forget what is too old; how many there were, at most `limit`."""
    old = Parcel.objects.filter(expires_at__lt=timezone.now()).order_by()
    gone = list(old.values_list("pk", flat=True)[:limit])
    Parcel.objects.filter(pk__in=gone).delete()
    return len(gone)
