"""Jobs for tests: what an action of a vendor started."""

from __future__ import annotations

import uuid
from typing import Any

from jobs import tracking
from jobs.models import Job
from jobs.tracking import Origin, Seen, Start
from tests.factories import Account

Status = Job.Status
PENDING = Seen(Status.PENDING, "waiting")
RUNNING = Seen(Status.RUNNING, "processing")
SUCCEEDED = Seen(Status.SUCCEEDED, "completed", 100, answer='{"data":{"video_url":"https://x/v"}}')
FAILED = Seen(Status.FAILED, "failed", error={"code": "rendering_failed", "message": "No."})


def origin(account: Account, **fields: Any) -> Origin:
    given = {"credential": uuid.uuid4(), "source": "tenant", "request_id": "r-1"} | fields
    return Origin(org_id=account.org.id, **given)


def begun(
    account: Account,
    upstream_id: str = "vid1",
    *,
    service: str = "heygen",
    action: str = "generate-video",
    status_action: str = "video-status",
    **fields: Any,
) -> Job:
    """A job that just began; by default of a documented video."""
    given = {"parameters": {"query": {"video_id": upstream_id}}} | fields
    what = Start(service, action, status_action, upstream_id, **given)
    return tracking.start(what, origin(account))


def history(job: Job) -> list[str]:
    return [event.type for event in job.events.order_by("number")]
