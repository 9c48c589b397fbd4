"""Which credential a call uses, and the only reader of its secret."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from django.conf import settings

from credentials import holding
from credentials.crypto import KeyRing, Row, SealedError, Secret
from credentials.directory import OrgRecord, Policy, Sealed
from credentials.errors import CredentialUnreadable, NoCredential, NoSourceAllowed
from credentials.models import Credential, Org
from credentials.models.watched import changing

Source = Literal["tenant", "platform"]
MAX_SECRET = 512
_VISIBLE = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Opened:
    """A secret, where it came from, and the row that names it: id and version of the credential."""

    source: Source
    secret: Secret
    row: Row
    concurrency: int | None = None  # paid calls at a time in the vendor's plan, when known


class UnusableSecret(ValueError):
    """The text cannot be a vendor's key; the message never holds it."""


def secret_for(org: OrgRecord, service: str) -> Opened:
    """The secret that this org's calls to `service` use.

    Raises NoSourceAllowed, NoCredential, or CredentialUnreadable: what cannot be opened is an
    error, never a reason to take another source.
    """
    source, sealed = chosen(org, service)
    return Opened(source, open_sealed(sealed), sealed.row, sealed.concurrency)


def chosen(org: OrgRecord, service: str) -> tuple[Source, Sealed]:
    """The credential that this org's calls use, unopened. Raises NoSourceAllowed, NoCredential."""
    for source in sources(org.policy(service)):
        shelf = org.own if source == "tenant" else org.platform
        if sealed := shelf.get(service):
            return source, sealed
    raise NoCredential(service)


def sources(policy: Policy) -> tuple[Source, ...]:
    """The sources to try, in order. Raises NoSourceAllowed when there is none."""
    allowed: list[Source] = []
    if policy.allow_tenant_key:
        allowed.append("tenant")
    if policy.allow_platform_key:
        allowed.append("platform")
    if not allowed:
        raise NoSourceAllowed
    allowed.sort(key=lambda source: source != policy.default_source)
    return tuple(allowed) if policy.fallback_to_platform_key else (allowed[0],)


def open_sealed(sealed: Sealed) -> Secret:
    """The plaintext of one stored credential. Raises CredentialUnreadable."""
    try:
        return ring().open(sealed.text, sealed.row)
    except SealedError as exc:
        raise CredentialUnreadable(str(exc)) from exc


def store(*, org: Org | None, service: str, secret: str) -> Credential:
    """Create or replace the credential of an org, or of the platform when `org` is None.

    What is replaced is kept as the previous secret.

    Raises UnusableSecret for a text that no vendor issues, SealedError without a key ring.
    """
    text = clean(secret)
    with changing():
        credential = Credential.objects.filter(org=org, service=service).first()
        if credential:
            holding.shelve(credential, "previous", holding.held(credential))
        else:
            credential = Credential(org=org, service=service, secret_version=0)
        version = holding.new_version(credential)
        sealed = ring().seal(text, credential.row_of(version))
        holding.use(credential, holding.fresh(sealed, text, version=version))
        credential.save()
    return credential


def clean(secret: str) -> str:
    """The secret as it goes upstream: one line of visible ASCII, at most 512 characters.

    Raises UnusableSecret; a key pasted with a stray character would otherwise fail at every call.
    """
    text = secret.strip()
    if not _VISIBLE.fullmatch(text) or len(text) > MAX_SECRET:
        raise UnusableSecret("A key is one line of visible ASCII, at most 512 characters.")
    return text


def ring() -> KeyRing:
    """The key ring of CREDENTIAL_KEYS; an empty one opens and seals nothing."""
    return _ring(settings.CREDENTIAL_KEYS)


@lru_cache(maxsize=4)
def _ring(text: str) -> KeyRing:
    return KeyRing.parse(text)
