"""Calls that wait for a person's word before they are carried out."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from credentials.crypto import Row
from credentials.models import Org


class Approval(models.Model):
    """One call as it was asked for, and what a person decided. A decision never changes."""

    audited_as = "approval"

    class State(models.TextChoices):
        PENDING = "pending", "waits for a person"
        APPROVED = "approved", "approved"
        REFUSED = "refused", "refused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.CASCADE, related_name="approvals")
    service = models.CharField(max_length=63)
    action = models.CharField(max_length=63)
    key_id = models.CharField(max_length=8)  # who asked: the API key, or the first of its lineage
    key = models.CharField(max_length=64, null=True)  # digest of the caller's Idempotency-Key
    fingerprint = models.CharField(max_length=64)  # of the call, without that key
    sealed = models.TextField()  # the envelope
    units = models.PositiveIntegerField(default=1)  # paid pieces
    request_id = models.CharField(max_length=128, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()  # to be decided by then; once approved, to be begun
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=200, blank=True)
    carried_at = models.DateTimeField(null=True)  # when it was begun

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = (
            models.Index(fields=["org", "-created_at", "-id"], name="approvals_of_an_org"),
            models.Index(fields=["org", "fingerprint"], name="approvals_by_call"),
            models.Index(fields=["expires_at"], name="approvals_by_expiry"),
        )

    def __str__(self) -> str:
        return f"{self.service}:{self.action} {self.id}"

    @property
    def audit_org(self) -> str:
        return self.org.slug

    @property
    def row(self) -> Row:
        return Row(str(self.id), "approval", str(self.org_id), self.service, version=1)

    @property
    def status(self) -> str:
        """Its state, or `expired` when nobody decided, or began it, in time."""
        late = self.carried_at is None and self.expires_at <= timezone.now()
        return "expired" if late and self.state != self.State.REFUSED else str(self.state)
