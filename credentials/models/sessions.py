"""Vendors' session tokens that were handed out through the service."""

from __future__ import annotations

from django.db import models

from credentials.models.api_keys import ApiKey


class SessionToken(models.Model):
    """A token of a vendor's, under the key that it was asked for with; only its digest is here."""

    digest = models.BinaryField(max_length=32, unique=True)
    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="sessions")
    service = models.CharField(max_length=63)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"session of {self.key_id}"
