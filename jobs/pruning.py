"""Jobs that ended long ago, deleted with their history."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from jobs.models import Job


def prune(days: int, limit: int = 500) -> int:
    """Delete what ended more than so many days ago; how many there were, at most `limit`."""
    old = Job.objects.filter(ended_at__lt=timezone.now() - timedelta(days=days)).order_by()
    gone = list(old.values_list("pk", flat=True)[:limit])
    Job.objects.filter(pk__in=gone).delete()
    return len(gone)
