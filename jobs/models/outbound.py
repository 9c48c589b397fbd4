"""What orgs are told, without asking, at addresses of their own."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from credentials.crypto import Row
from credentials.models import Org
from credentials.models.watched import Watched


class Endpoint(Watched):
    """An address of an org that is told what becomes of its jobs (Standard Webhooks 1.0)."""

    audited_as = "webhook_endpoint"
    hidden = ("sealed",)
    unrecorded = ("failing_since",)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.CASCADE, related_name="webhooks")
    url = models.URLField(max_length=2000)
    description = models.CharField(max_length=200, blank=True)
    events = models.JSONField(default=list, blank=True)  # types it is told; empty: all
    is_enabled = models.BooleanField(default=True)
    sealed = models.TextField(editable=False)  # secrets with their ends, newest first, as JSON
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    disabled_at = models.DateTimeField(null=True, editable=False)
    disabled_reason = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        ordering = ("org__slug", "created_at")

    def __str__(self) -> str:
        return self.url

    @property
    def audit_org(self) -> str:
        return self.org.slug

    @property
    def row(self) -> Row:
        return Row(str(self.id), "endpoint", str(self.org_id), "", version=1)


class Message(models.Model):
    """One event for an org, written with the change that it tells of; its id never changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.CASCADE, related_name="messages")
    type = models.CharField(max_length=40)
    body = models.TextField()  # the very bytes that are signed and sent
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (
            models.Index(fields=["org", "-created_at"], name="messages_of_an_org"),
            models.Index(fields=["created_at"], name="messages_by_age"),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.id}"


class Delivery(models.Model):
    """A message on its way to one endpoint."""

    class State(models.TextChoices):
        PENDING = "pending", "on its way"
        DELIVERED = "delivered", "delivered"
        FAILED = "failed", "given up"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True, default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["message", "endpoint"], name="one_delivery_per_endpoint"
            ),
        )
        indexes = (
            models.Index(
                fields=["endpoint", "due_at"],
                condition=models.Q(state="pending"),
                name="deliveries_waiting",
            ),
            models.Index(
                fields=["lease_until"],
                condition=models.Q(state="pending"),
                name="deliveries_held",
            ),
            models.Index(fields=["endpoint", "-created_at", "-id"], name="deliveries_of_one"),
        )

    def __str__(self) -> str:
        return f"{self.message} {self.state}"


class DeliveryTry(models.Model):
    """One post of a message, and what came back."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField(default=timezone.now)
    status = models.PositiveSmallIntegerField(null=True)  # empty: no answer
    problem = models.CharField(max_length=200, blank=True)
    milliseconds = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.status or self.problem}"
