"""How many paid calls were made, by the day."""

from __future__ import annotations

from django.db import models


class Spend(models.Model):
    """The paid calls of one UTC day: of an org for one service, or of one of its API keys.

    A row with a key names no service: a key's budget is for all that it calls.
    """

    org_id = models.UUIDField()  # no foreign key: what was spent outlives who spent it
    service = models.CharField(max_length=63, blank=True)
    key_id = models.CharField(max_length=16, blank=True)
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)
    warned = models.BooleanField(default=False)  # that little is left of the budget

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["org_id", "day", "service", "key_id"], name="one_count_of_a_day"
            ),
        )

    def __str__(self) -> str:
        return f"{self.service or self.key_id} {self.day}: {self.count}"
