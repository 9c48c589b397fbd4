"""Orgs' endpoints and their secrets: made, shown once, rotated with both valid for a day."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from credentials import vault
from credentials.models import Org
from credentials.models.watched import changing
from jobs.models import Endpoint

MOST = 20  # endpoints of an org
OVERLAP = timedelta(hours=24)  # that a rotated secret is still used to sign, beside the new one
_ABREAST = 3  # secrets at a time


class TooMany(ValidationError):
    """The org has as many endpoints as it may have."""


def create(org: Org, url: str, **fields: Any) -> tuple[Endpoint, str]:
    """A new endpoint and its secret, which nobody can read again.

    `url` is clean (`addresses.clean`). Raises TooMany, SealedError.
    """
    secret = _new()
    with changing():
        if Endpoint.objects.filter(org=org).count() >= MOST:
            raise TooMany(f"An org has at most {MOST} webhooks.")
        endpoint = Endpoint(org=org, url=url, **fields)
        endpoint.sealed = _sealed(endpoint, [(secret, None)])
        endpoint.save()
    return endpoint, secret


def rotate(endpoint: Endpoint, now: datetime | None = None) -> str:
    """A new secret; what is sent in the next day is signed with the old one too.

    Raises SealedError.
    """
    now, secret = now or timezone.now(), _new()
    with changing():
        endpoint.refresh_from_db()
        ends = now + OVERLAP
        old = [(text, min(end or ends, ends)) for text, end in _kept(endpoint, now)]
        endpoint.sealed = _sealed(endpoint, [(secret, None), *old][:_ABREAST])
        endpoint.save(event="secret_rotated", update_fields=["sealed"])
    return secret


def change(endpoint: Endpoint, **fields: Any) -> None:
    """Set some fields; one that is enabled again starts with a clean record."""
    with changing():
        endpoint.refresh_from_db()
        was_on = endpoint.is_enabled
        for name, value in fields.items():
            setattr(endpoint, name, value)
        if endpoint.is_enabled and not was_on:
            endpoint.failing_since = endpoint.disabled_at = None
            endpoint.disabled_reason = ""
        elif was_on and not endpoint.is_enabled:
            endpoint.disabled_at = timezone.now()
        endpoint.save()


def secrets(endpoint: Endpoint, now: datetime | None = None) -> list[str]:
    """The secrets to sign with, newest first. Raises SealedError."""
    return [text for text, _ in _kept(endpoint, now or timezone.now())]


def _kept(endpoint: Endpoint, now: datetime) -> list[tuple[str, datetime | None]]:
    """The secrets that have not ended, with their ends."""
    stored = json.loads(vault.ring().open(endpoint.sealed, endpoint.row).reveal())
    every = [(text, datetime.fromisoformat(end) if end else None) for text, end in stored]
    return [(text, end) for text, end in every if end is None or end > now]


def _sealed(endpoint: Endpoint, secrets: Sequence[tuple[str, datetime | None]]) -> str:
    stored = [(text, end.isoformat() if end else None) for text, end in secrets]
    return vault.ring().seal(json.dumps(stored), endpoint.row)


def _new() -> str:
    """192 random bits, as Standard Webhooks writes them."""
    return f"whsec_{base64.b64encode(os.urandom(24)).decode()}"
