"""Files that were too long for the answer they belong to, kept for a while."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from credentials.crypto import Row
from credentials.models import Org


class Parcel(models.Model):
    """The bytes of one answer, sealed, to be fetched by a link."""

    audited_as = "parcel"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.CASCADE, related_name="+")
    content_type = models.CharField(max_length=100)
    sealed = models.TextField()  # in Base64
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.content_type} {self.id}"

    @property
    def audit_org(self) -> str:
        return ""

    @property
    def row(self) -> Row:
        return Row(str(self.id), "parcel", str(self.org_id), "", version=1)
