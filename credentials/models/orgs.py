"""The tenants."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from credentials.models.rules import valid_slug, validate_origins
from credentials.models.watched import Watched


class Org(Watched):
    """The tenant, by the slug that stands in the URL."""

    audited_as = "org"

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

    @property
    def audit_org(self) -> str:
        return self.slug
