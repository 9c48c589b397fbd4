"""A job as callers see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from jobs.models import Job, JobEvent

_MADE = {str(Job.Kind.VENDOR): "media", str(Job.Kind.BATCH): "items"}  # what is read where
_DATA = msgspec.json.Decoder(dict[str, msgspec.Raw])


def summary(job: Job, org: str) -> dict[str, Any]:
    """One row of the list."""
    place = f"/api/ai-proxy/orgs/{org}/jobs/{job.id}/"
    made = _MADE.get(job.kind)
    return {
        "id": str(job.id),
        "kind": job.kind,
        "service": job.service,
        "action": job.action,
        "status": job.status,
        "upstream_id": job.upstream_id or None,
        "upstream_status": job.upstream_status or None,
        "progress": job.progress,
        "error": job.error,
        "request_id": job.request_id or None,
        "end_user": job.end_user or None,
        "created_at": moment(job.created_at),
        "changed_at": moment(job.changed_at),
        "ended_at": moment(job.ended_at),
        "expires_at": moment(job.expires_at),
        "links": {
            "self": place,
            "events": f"{place}events/",
            **({made: f"{place}{made}/"} if made else {}),
        },
    }


def detail(job: Job, org: str, history: Sequence[JobEvent]) -> dict[str, Any]:
    """Everything about one job; the result in the vendor's own bytes."""
    shown = summary(job, org) | {"result": _result(job), "history": [line(one) for one in history]}
    return shown


def line(event: JobEvent) -> dict[str, Any]:
    """One line of a history."""
    return {
        "number": event.number,
        "at": moment(event.at),
        "type": event.type,
        "source": event.source,
        "data": event.data,
    }


def moment(at: datetime | None) -> str | None:
    """RFC 3339, in UTC, to the millisecond."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _result(job: Job) -> msgspec.Raw | None:
    return _DATA.decode(job.answer).get("data") if job.answer else None
