"""Inbound keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.utils import timezone

from credentials.models.audit import AuditHead
from credentials.models.orgs import Org
from credentials.models.rules import (
    validate_access,
    validate_networks,
    validate_origins,
    validate_scopes,
)
from credentials.models.watched import Watched, WatchedQuerySet


def invoking() -> list[str]:
    """What a key is for when nothing else was said."""
    return ["invoke"]


class KeyQuerySet(WatchedQuerySet):
    """Bulk changes that revive no key."""

    def update(self, **values: Any) -> int:
        if values.get("revoked_at", True) is None:
            _refuse_revival(self.exclude(revoked_at=None))
        return super().update(**values)

    def bulk_update(
        self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None
    ) -> int:
        if "revoked_at" in (names := list(fields)):
            raise ValidationError("Keys are revoked one by one.")
        return super().bulk_update(objs, names, batch_size)


class ApiKey(Watched):
    """An inbound key; only its digest is stored."""

    audited_as = "api_key"
    hidden = ("digest",)
    unrecorded = ("last_used_at",)
    objects = KeyQuerySet.as_manager()  # type: ignore[misc]

    class Kind(models.TextChoices):
        BROWSER = "browser"
        SERVER = "server"

    id = models.CharField(primary_key=True, max_length=8, editable=False)
    org = models.ForeignKey(Org, on_delete=models.CASCADE, related_name="keys")
    name = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.SERVER)
    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    last_four = models.CharField(max_length=4, editable=False)
    scopes = models.JSONField(
        default=list,
        blank=True,
        validators=[validate_scopes],
        help_text='Patterns SERVICE:ACTION, e.g. ["heygen:list-*"]; empty allows everything.',
    )
    origins = models.JSONField(
        default=list,
        blank=True,
        validators=[validate_origins],
        help_text="Browser origins for this key, instead of the org's.",
    )
    access = models.JSONField(
        default=invoking,
        db_default=["invoke"],  # for workers of before, which do not know the field
        validators=[validate_access],
        help_text='What it is for: "read" (what changes nothing), "invoke" (every action), '
        '"manage" (the management API).',
    )
    networks = models.JSONField(
        default=list,
        db_default=[],
        blank=True,
        validators=[validate_networks],
        help_text='Networks that may use it, e.g. ["192.0.2.0/24"]; empty allows all.',
    )
    rate = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="Calls a minute. Empty: as the settings say for its kind.",
    )
    paid_per_day = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Paid calls a day (UTC), of all services. Empty: no limit but the org's.",
    )
    approve_above = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="For an agent: its calls of more paid pieces than this wait for a person; 0: "
        "every paid call. Empty: as the policies say.",
    )
    lineage = models.CharField(
        max_length=8,
        blank=True,
        editable=False,
        db_default="",
        default="",
        help_text="The first of the keys that were rolled into it; they share one budget.",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.CharField(max_length=200, blank=True, editable=False, db_default="")
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    rolled_from = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="rolled_to",
        help_text="The key whose place it took.",
    )

    class Meta:
        ordering = ("-created_at",)
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name or 'key'} …{self.last_four}"

    @property
    def state(self) -> str:
        """`active`, `expired` or `revoked`, as of now."""
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at and self.expires_at <= timezone.now() else "active"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save. Raises ValidationError when that would revive a revoked key."""
        fields = kwargs.get("update_fields")
        with transaction.atomic():
            AuditHead.hold()
            if self.revoked_at is None and (fields is None or "revoked_at" in fields):
                rows = ApiKey._base_manager.filter(pk=self.pk)
                _refuse_revival(rows.exclude(revoked_at=None))
            super().save(*args, **kwargs)

    def revoke(self) -> None:
        """Refuse this key from now on; cannot be undone, and doing it twice changes nothing."""
        if self.revoked_at is None:
            self.revoked_at = timezone.now()
            self.save(update_fields=["revoked_at"], event="revoked")


def _refuse_revival(revoked: models.QuerySet[Any]) -> None:
    if revoked:
        raise ValidationError("A revoked key stays revoked.")
