"""Who may call, and with which upstream secret."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.utils import timezone

from credentials.crypto import Row
from credentials.origins import valid_origin

_SCOPE = re.compile(r"[A-Za-z0-9_*-]{1,63}:[A-Za-z0-9_*-]{1,63}")
valid_slug = RegexValidator(
    r"\A[A-Za-z0-9][A-Za-z0-9_-]{0,62}\Z",
    "Letters, digits, hyphens and underscores; starts with a letter or digit; at most 63.",
)


def validate_origins(value: object) -> None:
    """A list of browser origins such as `https://app.example.com` or `http://localhost:*`."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValidationError("Give a list of origins.")
    for item in value:
        if not valid_origin(item):
            raise ValidationError(
                f"{item[:100]!r} is not an origin: scheme://host or scheme://host:port."
            )


def validate_names(value: object) -> None:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValidationError("Give a list of names.")


def validate_scopes(value: object) -> None:
    """A list of patterns such as `heygen:list-*`, with `*` for any run of characters."""
    validate_names(value)
    for item in value if isinstance(value, list) else ():
        if not _SCOPE.fullmatch(item):
            raise ValidationError(
                f"{item[:100]!r} is not a scope: SERVICE:ACTION, with * as wildcard."
            )


class Revision(models.Model):
    """One row whose token changes with every change that the directory must see."""

    token = models.UUIDField(default=uuid.uuid4)

    def __str__(self) -> str:
        return str(self.token)

    @classmethod
    def bump(cls) -> None:
        """Say that something changed; becomes visible with the caller's own transaction."""
        cls.objects.update_or_create(pk=1, defaults={"token": uuid.uuid4()})

    @classmethod
    def current(cls) -> uuid.UUID | None:
        return cls.objects.filter(pk=1).values_list("token", flat=True).first()


class WatchedQuerySet(models.QuerySet[Any]):
    """Bulk changes are changes too."""

    def update(self, **values: Any) -> int:
        with transaction.atomic(using=self.db):
            count = super().update(**values)
            Revision.bump()
        return count

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Any]:
        with transaction.atomic(using=self.db):
            made = super().bulk_create(*args, **kwargs)
            Revision.bump()
        return made

    def delete(self) -> tuple[int, dict[str, int]]:
        with transaction.atomic(using=self.db):
            gone = super().delete()
            Revision.bump()
        return gone


class Watched(models.Model):
    """A row that the directory holds a copy of: every change bumps the revision with it."""

    objects = WatchedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            Revision.bump()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            gone = super().delete(*args, **kwargs)
            Revision.bump()
        return gone


class Org(Watched):
    """The tenant, by the slug that stands in the URL."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.CharField(max_length=63, unique=True, validators=[valid_slug])
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True, help_text="Off: every key of the org is refused.")
    origins = models.JSONField(
        default=list,
        blank=True,
        validators=[validate_origins],
        help_text='Browser origins that may call, e.g. ["https://app.example.com"].',
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.slug


class ApiKey(Watched):
    """An inbound key; only its digest is stored."""

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
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

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

    def revoke(self) -> None:
        """Refuse this key from now on; cannot be undone, and doing it twice changes nothing."""
        if self.revoked_at is None:
            self.revoked_at = timezone.now()
            self.save(update_fields=["revoked_at"])


class Credential(Watched):
    """The outbound secret of one org, or of the platform, for one service; sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    org = models.ForeignKey(
        Org, on_delete=models.CASCADE, null=True, blank=True, related_name="credentials",
        help_text="Empty: the platform's own credential.",
    )  # fmt: skip
    service = models.CharField(max_length=63, validators=[valid_slug])
    sealed = models.TextField(editable=False)
    secret_version = models.PositiveIntegerField(default=1, editable=False)
    last_four = models.CharField(max_length=4, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    checked_at = models.DateTimeField(null=True, editable=False)
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
        return Row(
            id=str(self.id),
            scope="org" if self.org_id else "platform",
            org=str(self.org_id or ""),
            service=self.service,
            version=self.secret_version,
        )


class ServicePolicy(Watched):
    """How one org, or every org without a row of its own, may use one service."""

    class Source(models.TextChoices):
        TENANT = "tenant", "the org's own credential"
        PLATFORM = "platform", "the platform's credential"

    class Generation(models.TextChoices):
        DEFAULT = "", "as the setting says"
        V3 = "v3", "v3"
        LEGACY = "legacy", "v1 and v2"
        AUTO = "auto", "v1 and v2 until they are gone, then v3"

    class TestMode(models.TextChoices):
        SANDBOX = "sandbox", "answer from the built-in sandbox"
        REFUSE = "refuse", "refuse the call"

    org = models.ForeignKey(
        Org, on_delete=models.CASCADE, null=True, blank=True, related_name="policies",
        help_text="Empty: every org that has no row of its own.",
    )  # fmt: skip
    service = models.CharField(max_length=63, validators=[valid_slug])
    is_enabled = models.BooleanField(default=True)
    disabled_actions = models.JSONField(default=list, blank=True, validators=[validate_names])
    allow_tenant_key = models.BooleanField(default=True)
    allow_platform_key = models.BooleanField(default=False)
    default_source = models.CharField(max_length=10, choices=Source.choices, default=Source.TENANT)
    fallback_to_platform_key = models.BooleanField(
        default=False, help_text="When the default source holds nothing, use the other allowed one."
    )
    upstream_generation = models.CharField(
        max_length=10, choices=Generation.choices, default=Generation.DEFAULT, blank=True
    )
    test_mode = models.CharField(
        max_length=10,
        choices=TestMode.choices,
        default=TestMode.SANDBOX,
        help_text="What a call with `test: true` gets where the vendor has no test mode.",
    )

    class Meta:
        ordering = ("service", "org__slug")
        verbose_name_plural = "service policies"
        constraints = (
            models.UniqueConstraint(fields=["org", "service"], name="one_policy_per_org"),
            models.UniqueConstraint(
                fields=["service"], condition=models.Q(org=None), name="one_policy_for_all"
            ),
        )

    def __str__(self) -> str:
        return f"{self.org or 'every org'} / {self.service}"


class Retirement(Watched):
    """The vendor told this org that the service's old API is gone."""

    org = models.ForeignKey(Org, on_delete=models.CASCADE, related_name="retirements")
    service = models.CharField(max_length=63)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["org", "service"], name="one_retirement_per_org"),
        )

    def __str__(self) -> str:
        return f"{self.org} / {self.service}"
