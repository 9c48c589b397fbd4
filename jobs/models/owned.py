"""Whose a vendor's things are."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Owned(models.Model):
    """One id of a vendor that an org's call created. The first to record it keeps it.

    What is removed at the vendor stays here: its id is never anybody else's.
    """

    service = models.CharField(max_length=63)
    kind = models.CharField(max_length=40)  # `video`, `asset`, `voice`, ...
    resource = models.CharField(max_length=255)  # the vendor's id
    folded = models.CharField(max_length=255)  # the same for all spellings that a vendor may take
    org_id = models.UUIDField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["service", "folded", "kind"], name="one_owner_of_a_resource"
            ),
        )
        indexes = (models.Index(fields=["org_id", "service", "kind"], name="owned_by_an_org"),)

    def __str__(self) -> str:
        return f"{self.service} {self.kind} {self.resource}"
