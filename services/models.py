"""What was called: counts by the hour, and the last calls of each org. Nothing of their content."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class CallCount(models.Model):
    """Calls of one hour that came out alike: `outcome` is `ok` or the error's code."""

    hour = models.DateTimeField()
    org_id = models.UUIDField()  # no foreign key: what was used outlives who used it
    key_id = models.CharField(max_length=8)
    service = models.CharField(max_length=63, blank=True)
    action = models.CharField(max_length=63, blank=True)
    outcome = models.CharField(max_length=63)
    count = models.PositiveBigIntegerField(default=0)
    milliseconds = models.PositiveBigIntegerField(default=0)  # of all of them together

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["org_id", "hour", "key_id", "service", "action", "outcome"],
                name="one_count_of_a_kind",
            ),
        )
        indexes = (models.Index(fields=["hour"], name="counts_by_hour"),)

    def __str__(self) -> str:
        return f"{self.service}:{self.action} {self.outcome} x {self.count}"


class RecentCall(models.Model):
    """One of the last calls of an org. Empty service and action: it named none that there is."""

    at = models.DateTimeField(default=timezone.now)
    org_id = models.UUIDField()
    key_id = models.CharField(max_length=8)
    service = models.CharField(max_length=63, blank=True)
    action = models.CharField(max_length=63, blank=True)
    status = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=63, blank=True)  # of the error
    origin = models.CharField(max_length=8, blank=True)  # of the error: proxy or upstream
    request_id = models.CharField(max_length=128)
    milliseconds = models.FloatField()
    upstream_milliseconds = models.FloatField(default=0)
    source = models.CharField(max_length=8, blank=True)  # of the credential: tenant or platform
    end_user = models.CharField(
        max_length=64, blank=True, default="", db_default=""
    )  # of a browser ticket

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["org_id", "-id"], name="calls_of_an_org"),)

    def __str__(self) -> str:
        return f"{self.service}:{self.action} {self.status}"
