"""How often browser tickets were used, where that is bounded."""

from __future__ import annotations

import uuid

from django.db import models


class TicketUse(models.Model):
    """The calls of one ticket that is good for so many; written when it is made."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)  # the ticket's
    org_id = models.UUIDField()  # no foreign key: it goes by its time
    calls = models.PositiveIntegerField()  # that it is good for
    used = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["expires_at"], name="tickets_by_expiry"),)

    def __str__(self) -> str:
        return f"{self.used} of {self.calls}"
