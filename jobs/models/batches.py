"""Many calls of one action, carried out side by side and told of as one job."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from credentials.crypto import Row
from jobs.models.jobs import Job


class Batch(models.Model):
    """What the calls of a batch have in common."""

    job = models.OneToOneField(
        Job, on_delete=models.CASCADE, primary_key=True, related_name="batch"
    )
    key_id = models.CharField(max_length=8)  # the API key that asked for it
    # A digest of the caller's Idempotency-Key with all that it is unique in.
    idempotency_key = models.CharField(max_length=64, null=True, unique=True)
    fingerprint = models.CharField(max_length=64)  # of its envelopes
    concurrency = models.PositiveSmallIntegerField()  # calls at a time
    base_url = models.CharField(max_length=300)  # where the caller reached the service
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.job)


class BatchItem(models.Model):
    """One envelope of a batch, and its result."""

    audited_as = "batch_item"

    class State(models.TextChoices):
        WAITING = "waiting", "not answered yet"
        DONE = "done", "answered"
        FAILED = "failed", "failed"
        STOPPED = "stopped", "not carried out"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveSmallIntegerField()  # its place among the envelopes, from 0
    sealed = models.TextField(blank=True)  # the envelope; once there is a result, the answer
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    status = models.PositiveSmallIntegerField(null=True)  # HTTP status of its answer
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    tries = models.PositiveSmallIntegerField(default=0)
    # When it may be begun, or begun again; empty once there is a result.
    due_at = models.DateTimeField(null=True, default=timezone.now)
    lease_until = models.DateTimeField(null=True)  # a worker has it
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("batch", "number")
        constraints = (
            models.UniqueConstraint(fields=["batch", "number"], name="one_item_of_a_number"),
        )
        indexes = (
            models.Index(
                fields=["due_at"], condition=models.Q(state="waiting"), name="batch_items_waiting"
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.state}"

    @property
    def audit_org(self) -> str:
        return ""

    @property
    def row(self) -> Row:
        return Row(str(self.id), "batch", str(self.batch_id), "", version=1)
