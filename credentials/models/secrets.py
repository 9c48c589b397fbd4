"""Outbound secrets, sealed."""

from __future__ import annotations

import uuid

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone

from credentials.crypto import Row
from credentials.models.orgs import Org
from credentials.models.rules import valid_slug
from credentials.models.watched import Watched


class Credential(Watched):
    """The outbound secret of one org, or of the platform, for one service; sealed."""

    audited_as = "credential"
    hidden = ("sealed",)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    org = models.ForeignKey(
        Org, on_delete=models.CASCADE, null=True, blank=True, related_name="credentials",
        help_text="Empty: the platform's own credential.",
    )  # fmt: skip
    service = models.CharField(max_length=63, validators=[valid_slug])
    sealed = models.TextField(editable=False)
    secret_version = models.PositiveIntegerField(default=1, editable=False)
    last_version = models.PositiveIntegerField(
        db_default=0,
        default=0,
        editable=False,
        help_text="The highest number that a secret of it ever had.",
    )
    last_four = models.CharField(max_length=4, editable=False)
    concurrency = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)],
        help_text="Paid calls at a time in the vendor's plan. Empty: what every plan allows.",
    )  # fmt: skip
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    checked_at = models.DateTimeField(null=True, editable=False)
    checked_by = models.CharField(max_length=200, blank=True, editable=False, db_default="")
    check_ok = models.BooleanField(null=True, editable=False, help_text="Empty: not tried yet.")
    check_result = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        ordering = ("org__slug", "service")
        constraints = (
            models.UniqueConstraint(fields=["org", "service"], name="one_credential_per_org"),
            models.UniqueConstraint(
                fields=["service"], condition=models.Q(org=None), name="one_platform_credential"
            ),
        )

    def __str__(self) -> str:
        return f"{self.org or 'platform'} / {self.service} …{self.last_four}"

    @property
    def row(self) -> Row:
        return self.row_of(self.secret_version)

    def row_of(self, version: int) -> Row:
        """The place that the sealed text of one of its secrets is bound to."""
        return Row(
            id=str(self.id),
            scope="org" if self.org_id else "platform",
            org=str(self.org_id or ""),
            service=self.service,
            version=version,
        )


class SpareSecret(Watched):
    """A credential's secret that calls do not use: the next one, or the one before; sealed."""

    audited_as = "spare_secret"
    hidden = ("sealed",)

    class Role(models.TextChoices):
        NEXT = "next", "staged"
        PREVIOUS = "previous", "kept for rollback"

    credential = models.ForeignKey(Credential, on_delete=models.CASCADE, related_name="spares")
    role = models.CharField(max_length=10, choices=Role.choices)
    version = models.PositiveIntegerField()
    sealed = models.TextField()
    last_four = models.CharField(max_length=4)
    stored_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.CharField(max_length=200, blank=True)
    check_ok = models.BooleanField(null=True)
    check_result = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("credential", "role")
        constraints = (
            models.UniqueConstraint(fields=["credential", "role"], name="one_spare_of_a_role"),
            models.UniqueConstraint(fields=["credential", "version"], name="one_spare_a_version"),
        )

    def __str__(self) -> str:
        return f"{self.credential} {self.role} …{self.last_four}"

    @property
    def audit_org(self) -> str:
        return self.credential.audit_org

    @property
    def row(self) -> Row:
        return self.credential.row_of(self.version)
