"""What orgs are told: written with the change it tells of, delivered later."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from jobs.models import Delivery, Endpoint, Job, Message

TYPES = (
    "job.created",
    "job.updated",
    "job.succeeded",
    "job.failed",
    "job.expired",
    "job.stopped",
    "batch.finished",
    "budget.warning",
    "webhook.test",
)
SMALL = 8 * 1024  # bytes of a result that is told itself; what is longer is read at its link


def tell(job: Job, type: str) -> None:
    """Write an event about a job for its org's endpoints; inside the caller's transaction."""
    listening = _listening(job.org_id, type)
    if listening:
        _write(job.org_id, type, told(job), listening)


def announce(org_id: uuid.UUID, type: str, data: Mapping[str, Any]) -> None:
    """`tell` for what is about no job."""
    if listening := _listening(org_id, type):
        _write(org_id, type, data, listening)


def test(endpoint: Endpoint) -> Delivery:
    """Write an event for this endpoint alone, whatever it wants to be told."""
    data = {"endpoint": str(endpoint.pk), "description": endpoint.description}
    [delivery] = _write(endpoint.org_id, "webhook.test", data, [endpoint.pk])
    return delivery


def told(job: Job) -> dict[str, Any]:
    """A job as an event tells it: what it is by now, in few words, and where the rest is read."""
    return {
        "id": str(job.pk),
        "service": job.service,
        "action": job.action,
        "status": str(job.status),
        "upstream_id": job.upstream_id or None,
        "upstream_status": job.upstream_status or None,
        "progress": job.progress,
        "error": job.error,
        "result": _small(job.result),
        "request_id": job.request_id,
        "created_at": _iso(job.created_at),
        "ended_at": _iso(job.ended_at),
        "links": _links(job),
    }


def _listening(org_id: uuid.UUID, type: str) -> list[uuid.UUID]:
    """The org's endpoints that are told of this."""
    rows = Endpoint.objects.filter(org_id=org_id, is_enabled=True).values_list("pk", "events")
    return [pk for pk, events in rows if not events or type in events]


def _write(
    org_id: uuid.UUID, type: str, data: Mapping[str, Any], endpoints: list[uuid.UUID]
) -> list[Delivery]:
    now = timezone.now()
    body = {"type": type, "timestamp": _iso(now), "data": data}
    text = json.dumps(body, ensure_ascii=True, separators=(",", ":"))
    message = Message.objects.create(org_id=org_id, type=type, body=text, created_at=now)
    return Delivery.objects.bulk_create(
        [Delivery(message=message, endpoint_id=pk, due_at=now) for pk in endpoints]
    )


def _small(result: Any) -> Any:
    """The result itself, or None where it is too long to be told."""
    return result if len(json.dumps(result, default=str)) <= SMALL else None


def _links(job: Job) -> dict[str, str]:
    base = settings.PUBLIC_URL.rstrip("/")
    path = f"{base}/api/ai-proxy/orgs/{job.org.slug}/jobs/{job.pk}/"
    if job.kind == Job.Kind.BATCH:
        return {"job": path, "items": f"{path}items/"}
    if job.kind == Job.Kind.UPLOAD or job.status != Job.Status.SUCCEEDED:
        return {"job": path}
    return {"job": path, "media": f"{path}media/"}


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None
