"""Orgs, keys and credentials for tests, made the way the service makes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from credentials import vault
from credentials.issue import issue
from credentials.models import ApiKey, Org, ServicePolicy

HEYGEN_SECRET = "sk-heygen-UPSTREAM-SECRET-7f3a9c"


@dataclass(frozen=True)
class Account:
    """An org that can call: its row, a key's row and the key's text."""

    org: Org
    key: ApiKey
    text: str

    @property
    def authorization(self) -> str:
        return f"Api-Key {self.text}"


def make_org(slug: str = "acme", **fields: Any) -> Org:
    return Org.objects.create(slug=slug, **fields)


def make_account(
    slug: str = "acme",
    *,
    services: tuple[str, ...] = ("heygen", "elevenlabs", "liveavatar"),
    org_fields: dict[str, Any] | None = None,
    **key_fields: Any,
) -> Account:
    """An org with a credential for each service, and a key."""
    org = make_org(slug, **(org_fields or {}))
    for service in services:
        vault.store(org=org, service=service, secret=HEYGEN_SECRET)
    key, text = issue(org, **key_fields)
    return Account(org, key, text)


def make_policy(org: Org | None, service: str = "heygen", **fields: Any) -> ServicePolicy:
    return ServicePolicy.objects.create(org=org, service=service, **fields)
