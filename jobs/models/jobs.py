"""Upstream work that was not finished when it was answered, and its history."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.db import models
from django.utils import timezone

from credentials.models import Org


class Job(models.Model):
    """What an action started, followed to its end. A terminal status never changes."""

    class Kind(models.TextChoices):
        VENDOR = "vendor", "work of a vendor"
        BATCH = "batch", "many calls"
        UPLOAD = "upload", "a file on its way to a vendor"

    class Status(models.TextChoices):
        PENDING = "pending", "waiting"
        RUNNING = "running", "under way"
        SUCCEEDED = "succeeded", "finished"
        FAILED = "failed", "failed"
        EXPIRED = "expired", "given up"  # older than its service allows; nobody knows its end
        STOPPED = "stopped", "not followed any more"

    TERMINAL = frozenset((Status.SUCCEEDED, Status.FAILED, Status.EXPIRED, Status.STOPPED))

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.CASCADE, related_name="jobs")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.VENDOR)
    service = models.CharField(max_length=63)
    action = models.CharField(max_length=63)  # that started it
    status_action = models.CharField(max_length=63, blank=True)  # that tells how it is doing
    parameters = models.JSONField(default=dict)  # of that action: `path_params`, `query`
    upstream_id = models.CharField(max_length=255, blank=True)
    attempt_id = models.UUIDField(null=True)
    credential = models.UUIDField(null=True)
    source = models.CharField(max_length=8, blank=True)  # of the credential: tenant or platform
    request_id = models.CharField(max_length=128, blank=True)
    ticket = models.UUIDField(null=True)  # the browser ticket that started it
    end_user = models.CharField(
        max_length=64, blank=True, default="", db_default=""
    )  # whom that was made for

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    upstream_status = models.CharField(max_length=63, blank=True)  # in the vendor's own word
    progress = models.PositiveSmallIntegerField(null=True)  # percent, where it is known
    # The status action's last answer, `{"data": ...}`, as text: not a digit of it may change.
    answer = models.TextField(blank=True)
    error = models.JSONField(null=True)  # {"code": ..., "message": ...}
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True)  # when `answer` was given; empty: not by the vendor
    ended_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()  # when it is given up

    links_after = models.DateTimeField(null=True)  # public links made before are void
    due_at = models.DateTimeField(null=True)  # the next look; empty when there is none
    lease_until = models.DateTimeField(null=True)  # somebody looks right now
    polls = models.PositiveIntegerField(default=0)
    misses = models.PositiveSmallIntegerField(default=0)  # looks that failed, in a row
    last_event = models.PositiveIntegerField(default=0)  # the number of its history's last line

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = (
            # Two calls at once start it once. What ended may run again under the same id, such as
            # the training of a group.
            models.UniqueConstraint(
                fields=["org", "service", "status_action", "upstream_id"],
                condition=models.Q(ended_at=None) & ~models.Q(upstream_id=""),
                name="one_job_under_way",
            ),
        )
        indexes = (
            models.Index(fields=["due_at"], name="jobs_by_due"),
            models.Index(fields=["service", "upstream_id"], name="jobs_by_upstream_id"),
            models.Index(fields=["org", "-created_at", "-id"], name="jobs_of_an_org"),
            models.Index(fields=["attempt_id"], name="jobs_by_attempt"),
            models.Index(fields=["ended_at"], name="jobs_by_end"),
            models.Index(
                fields=["ticket"],
                condition=models.Q(ticket__isnull=False),
                name="jobs_by_ticket",
            ),
        )

    def __str__(self) -> str:
        return f"{self.service}:{self.action} {self.status}"

    @property
    def ended(self) -> bool:
        return self.status in self.TERMINAL

    @property
    def result(self) -> Any:
        """`data` of the last answer, or None."""
        return json.loads(self.answer).get("data") if self.answer else None

    @result.setter
    def result(self, data: Any) -> None:
        self.answer = "" if data is None else json.dumps({"data": data})


class JobEvent(models.Model):
    """One line of a job's history, in order of `number`, from 1."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="events")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    type = models.CharField(max_length=20)  # `created`, `status`, `progress`, `succeeded`, ...
    source = models.CharField(max_length=10)  # `call`, `poll`, `webhook`, `caller`, `worker`
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ("job", "number")
        constraints = (
            models.UniqueConstraint(fields=["job", "number"], name="one_event_of_a_number"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.type}"
