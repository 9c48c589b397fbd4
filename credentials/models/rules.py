"""What the fields of these models may hold."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from credentials.origins import valid_origin

ACCESS = ("read", "invoke", "manage")
MOST_SCOPES, MOST_ORIGINS, MOST_NETWORKS = 50, 20, 20  # of one key
_SCOPE = re.compile(r"[A-Za-z0-9_*-]{1,63}:[A-Za-z0-9_*-]{1,63}")
valid_slug = RegexValidator(
    r"\A[A-Za-z0-9][A-Za-z0-9_-]{0,62}\Z",
    "Letters, digits, hyphens and underscores; starts with a letter or digit; at most 63.",
)


def validate_origins(value: object) -> None:
    """A list of browser origins such as `https://app.example.com` or `http://localhost:*`."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValidationError("Give a list of origins.")
    for item in value:
        if not valid_origin(item):
            raise ValidationError(
                f"{item[:100]!r} is not an origin: scheme://host or scheme://host:port."
            )


def validate_few(value: Collection[object], most: int, what: str) -> None:
    if len(value) > most:
        raise ValidationError(f"At most {most} {what} a key.")


def validate_names(value: object) -> None:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValidationError("Give a list of names.")


def validate_scopes(value: object) -> None:
    """A list of patterns such as `heygen:list-*`, with `*` for any run of characters."""
    validate_names(value)
    names = value if isinstance(value, list) else []
    validate_few(names, MOST_SCOPES, "scopes")
    for item in names:
        if not _SCOPE.fullmatch(item):
            raise ValidationError(
                f"{item[:100]!r} is not a scope: SERVICE:ACTION, with * as wildcard."
            )


def validate_access(value: object) -> None:
    """A list of what a key is for: `read`, `invoke` (which includes reading), `manage`."""
    validate_names(value)
    names = value if isinstance(value, list) else []
    if not names or set(names) - set(ACCESS):
        raise ValidationError("Give a list of read, invoke and manage; at least one of them.")


def validate_networks(value: object) -> None:
    """A list of networks in CIDR notation (RFC 4632, RFC 4291) such as `192.0.2.0/24`."""
    validate_names(value)
    names = value if isinstance(value, list) else []
    validate_few(names, MOST_NETWORKS, "networks")
    for item in names:
        try:
            ipaddress.ip_network(item)
        except ValueError:
            raise ValidationError(
                f"{item[:100]!r} is not a network: ADDRESS or ADDRESS/LENGTH, no bits beyond it."
            ) from None
