"""Making API keys: the one place where a key's text exists together with its row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from credentials import auth, keys
from credentials.models import ApiKey, Org


def issue(
    org: Org,
    *,
    name: str = "",
    scopes: Sequence[str] = (),
    origins: Sequence[str] = (),
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its text, which is shown once; a key with origins is a browser key.

    Raises django.core.exceptions.ValidationError for an unusable origin or scope.
    """
    made = keys.make("browser" if origins else "server")
    row = ApiKey(
        id=made.public_id,
        org=org,
        name=name,
        kind="browser" if origins else "server",
        digest=auth.new_digest(made.text),
        last_four=made.last_four,
        scopes=list(scopes),
        origins=list(origins),
        expires_at=expires_at,
    )
    row.full_clean()
    row.save(force_insert=True)
    return row, made.text
