"""What vendors tell without being asked."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from credentials.crypto import Row
from credentials.models import Credential


class Receiver(models.Model):
    """The address at which a vendor reports what one credential's account does.

    Its path holds a random token, kept as a digest; the vendor signs with the sealed secret.
    """

    audited_as = "receiver"

    class State(models.TextChoices):
        MISSING = "missing", "not registered"
        REGISTERED = "registered", "registered with the vendor"
        MANUAL = "manual", "entered by hand"
        FAILED = "failed", "the vendor refused it"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    credential = models.OneToOneField(Credential, on_delete=models.CASCADE, related_name="receiver")
    token = models.BinaryField(max_length=32, unique=True)  # digest of the token in its path
    upstream_id = models.CharField(max_length=255, blank=True)  # the vendor's name for it
    secret_version = models.PositiveIntegerField(null=True)  # the credential's, that registered it
    state = models.CharField(max_length=10, choices=State.choices, default=State.MISSING)
    problem = models.CharField(max_length=200, blank=True)
    sealed = models.TextField()  # the signing secrets, newest first, as a JSON list
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    heard_at = models.DateTimeField(null=True)  # the last event that was signed well
    due_at = models.DateTimeField(null=True)  # when registering it is tried again
    lease_until = models.DateTimeField(null=True)  # somebody registers it right now
    failures = models.PositiveSmallIntegerField(default=0)  # of registering it, in a row

    class Meta:
        ordering = ("credential",)

    def __str__(self) -> str:
        return f"{self.credential} {self.state}"

    @property
    def audit_org(self) -> str:
        return self.credential.audit_org

    @property
    def row(self) -> Row:
        org = str(self.credential.org_id or "")
        return Row(str(self.id), "receiver", org, self.credential.service, version=1)


class InboundEvent(models.Model):
    """One event of a vendor, kept once whatever number of times it is sent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    receiver = models.ForeignKey(Receiver, on_delete=models.CASCADE, related_name="events")
    event_id = models.CharField(max_length=255, blank=True)  # the vendor's own
    digest = models.CharField(max_length=64)  # SHA-256 of the raw body
    signed = models.BooleanField()  # False: a hint, good for no more than another look
    type = models.CharField(max_length=80, blank=True)
    upstream_id = models.CharField(max_length=255, blank=True)  # of the work that it is about
    payload = models.JSONField(null=True)
    received_at = models.DateTimeField(default=timezone.now)
    handled_at = models.DateTimeField(null=True)  # empty: its job is not known yet
    due_at = models.DateTimeField(null=True)  # of the next look; pushed ahead while one goes on
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["receiver", "event_id", "digest", "signed"], name="one_inbound_event"
            ),
        )
        indexes = (
            models.Index(fields=["due_at"], name="inbound_by_due"),
            models.Index(fields=["upstream_id"], name="inbound_by_upstream_id"),
            models.Index(fields=["received_at"], name="inbound_by_age"),
            models.Index(fields=["receiver", "received_at"], name="inbound_of_a_receiver"),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.upstream_id}"
