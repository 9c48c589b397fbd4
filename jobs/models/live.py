"""Conversations with an avatar that are open at a vendor, or were."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from credentials.crypto import Row
from credentials.models import Org


class LiveSession(models.Model):
    """One realtime session that an org's call opened: it bills until it is closed.

    `sealed` is what connects to it, as JSON: answers and tokens of the vendor, text not yet spoken.
    """

    audited_as = "live_session"

    class State(models.TextChoices):
        OPENING = "opening", "asked for"
        OPEN = "open", "open"
        STARTED = "started", "started"
        CLOSED = "closed", "closed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.CASCADE, related_name="live_sessions")
    service = models.CharField(max_length=63)
    upstream_id = models.CharField(max_length=255, blank=True)  # empty until the vendor answered
    key_id = models.CharField(max_length=32, blank=True)  # the API key that opened it
    conversation = models.CharField(max_length=128, blank=True)  # the caller's own word for it
    place = models.CharField(max_length=64, blank=True)  # digest of what it is reused for
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPENING)
    sealed = models.TextField(blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True)  # when a worker looks at it next
    lease_until = models.DateTimeField(null=True)  # a worker looks at it right now
    speaker_until = models.DateTimeField(null=True)  # a call has text spoken in it right now
    failures = models.PositiveSmallIntegerField(default=0)  # of looks, in a row
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, blank=True)  # why it ended

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["org", "service", "place"],
                condition=Q(ended_at=None) & ~Q(place=""),
                name="one_session_to_reuse",
            ),
        )
        indexes = (
            models.Index(fields=["due_at"], condition=Q(ended_at=None), name="session_due"),
            models.Index(fields=["org", "upstream_id"], name="session_by_its_id"),
        )

    def __str__(self) -> str:
        return f"{self.service} session {self.upstream_id or self.pk} {self.state}"

    @property
    def row(self) -> Row:
        return Row(str(self.id), "session", str(self.org_id), self.service, version=1)
