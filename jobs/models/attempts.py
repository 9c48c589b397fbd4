"""Calls that may cost something, each recorded before a byte of it is sent."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from credentials.crypto import Row


class Attempt(models.Model):
    """One billable call, or one with an `Idempotency-Key`: `reserved -> sent -> done | unknown`.

    A reserved one was not sent. A sent one may have been; when whoever sent it ended before the
    answer was recorded, or the answer does not say what happened, it becomes unknown.
    """

    audited_as = "attempt"

    class State(models.TextChoices):
        RESERVED = "reserved", "not sent yet"
        SENT = "sent", "sent"
        DONE = "done", "answered"
        UNKNOWN = "unknown", "outcome unknown"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    org_id = models.UUIDField()  # no foreign key: what was charged outlives who was charged
    service = models.CharField(max_length=63)
    action = models.CharField(max_length=63)
    key_id = models.CharField(max_length=8, blank=True)  # the API key whose budget it counts on
    key = models.CharField(  # a digest of the caller's Idempotency-Key
        max_length=64, null=True
    )
    end_user = models.CharField(
        max_length=64, blank=True, default="", db_default=""
    )  # of a browser ticket
    fingerprint = models.CharField(max_length=64, blank=True)  # of the call, where it has a key
    state = models.CharField(max_length=8, choices=State.choices, default=State.RESERVED)
    holder = models.UUIDField(default=uuid.uuid4)  # whoever claimed it last; nobody else settles it
    billable = models.BooleanField()
    units = models.PositiveIntegerField(default=1)  # that it counts in budgets, if billable
    honoured = models.BooleanField(default=False)  # the vendor does it once per key
    upstream_key = models.CharField(max_length=64, blank=True)  # what its keys derive from
    credential = models.UUIDField()
    credential_version = models.PositiveIntegerField(default=0)
    source = models.CharField(max_length=8)  # of the credential: tenant or platform
    request_id = models.CharField(max_length=128)
    sends = models.PositiveSmallIntegerField(default=0)
    reserved_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField()  # until when whoever holds it must have finished
    ended_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)  # when the key and the answer are forgotten
    status = models.PositiveSmallIntegerField(null=True)  # HTTP status of the answer
    headers = models.JSONField(default=dict)
    sealed = models.TextField(blank=True)  # the stored answer's body
    fault = models.CharField(max_length=63, blank=True)  # why the outcome is unknown

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["org_id", "service", "action", "key"],
                condition=models.Q(key__isnull=False),
                name="one_attempt_per_key",
            ),
        )
        indexes = (
            models.Index(fields=["state", "lease_until"], name="attempts_by_lease"),
            models.Index(fields=["expires_at"], name="attempts_by_expiry"),
            models.Index(fields=["org_id", "-reserved_at"], name="attempts_of_an_org"),
            models.Index(fields=["reserved_at"], name="attempts_by_age"),
        )

    def __str__(self) -> str:
        return f"{self.service}:{self.action} {self.state}"

    @property
    def audit_org(self) -> str:
        return ""

    @property
    def row(self) -> Row:
        return Row(str(self.id), "attempt", str(self.org_id), self.service, version=1)
