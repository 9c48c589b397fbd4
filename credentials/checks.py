"""System checks: an unsafe setting stops start-up instead of weakening the service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from credentials import rotation, vault
from credentials.auth import peppers
from credentials.crypto import KeyRing, KeyRingError

_HINT = 'Generate one: python -c "import secrets; print(secrets.token_urlsafe(48))"'


@register()
def secrets_are_set(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Each secret is there, long enough, and used for one purpose."""
    found: list[CheckMessage] = []
    key = _secret_key()
    if len(key) < 32:
        found.append(Error("SECRET_KEY has fewer than 32 characters.", hint=_HINT, id="proxy.E001"))
    given = peppers(settings.API_KEY_PEPPER)
    if not given or any(len(pepper) < 32 for pepper in given):
        found.append(
            Error("API_KEY_PEPPER has fewer than 32 characters.", hint=_HINT, id="proxy.E002")
        )
    elif key.encode() in given:
        found.append(
            Error("API_KEY_PEPPER and SECRET_KEY are the same.", hint=_HINT, id="proxy.E003")
        )
    return found + _key_ring()


def _secret_key() -> str:
    try:
        return str(settings.SECRET_KEY)
    except ImproperlyConfigured:  # how Django says that it is empty
        return ""


def _key_ring() -> list[CheckMessage]:
    hint = (
        'Generate an entry: python -c "import base64, os; '
        "print('k1:' + base64.urlsafe_b64encode(os.urandom(32)).decode())\""
    )
    try:
        ring = KeyRing.parse(settings.CREDENTIAL_KEYS)
    except KeyRingError as exc:
        return [Error(str(exc), hint=hint, id="proxy.E004")]
    if ring:
        return []
    return [
        Warning(
            "CREDENTIAL_KEYS is empty: the service is sealed, no credential opens or is saved.",
            hint=hint,
            id="proxy.W001",
        )
    ]


@register(Tags.database)
def keys_in_use_are_here(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """No key was taken out that stored secrets need; asked by `check --database default`."""
    if "default" not in (databases or ()):
        return []
    try:
        ring, used = vault.ring(), rotation.in_use()
    except (KeyRingError, DatabaseError):  # said by another check; or there are no tables yet
        return []
    missing = [f"{kid} ({used[kid]})" for kid in sorted(used) if kid and kid not in ring]
    if not ring or not missing:
        return []
    return [
        Error(
            f"CREDENTIAL_KEYS lacks keys that stored secrets need: {', '.join(missing)}.",
            hint="Put them back, then rotate with manage.py credentials_rotate.",
            id="proxy.E014",
        )
    ]
