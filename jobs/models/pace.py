"""How often the vendor is asked about the jobs of one credential."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Pace(models.Model):
    """When the next look with a credential may be taken; every worker keeps to it."""

    credential = models.UUIDField(primary_key=True)
    free_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.credential} {self.free_at:%H:%M:%S}"
