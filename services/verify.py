"""Whether a stored secret works: asked of its vendor with a cheap call, noted beside the secret."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from asgiref.sync import async_to_sync
from django.db import connection, transaction
from django.utils import timezone

from credentials import actor, vault
from credentials.directory import Sealed
from credentials.errors import AccessError
from credentials.models import AuditEvent, AuditHead, Credential, SpareSecret
from services import answers, bulkhead, gateway
from services.catalogue import known
from services.errors import ProxyError

MAX_SAID = 200


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the vendor took the secret, and its words: `ok`, or what it said instead."""

    ok: bool
    said: str


def verify(stored: Credential | SpareSecret) -> Verdict:
    """Call a cheap, free action with the secret in use, or a staged or previous one.

    The row keeps the verdict unless its secret was replaced meanwhile. Takes as long as the
    vendor does: no transaction may be open, and the database's connection is given back meanwhile.
    Raises Busy when as many of the org's are under way as may be.
    """
    credential = stored.credential if isinstance(stored, SpareSecret) else stored
    leave = bulkhead.verifying(credential.audit_org)
    try:
        if not connection.in_atomic_block:
            connection.close()
        verdict = _asked(credential.service, Sealed(stored.row, stored.sealed))
    finally:
        leave()
    with transaction.atomic():
        AuditHead.hold()
        _keep(credential.pk, stored.row.version, verdict)
        AuditEvent.append(
            f"credential.{'verified' if verdict.ok else 'failed_verification'}",
            org=credential.audit_org,
            target=str(credential),
            detail={"version": stored.row.version, "last_four": stored.last_four}
            | {"said": verdict.said},
        )
    return verdict


def _asked(name: str, sealed: Sealed) -> Verdict:
    service = known(name)
    if service is None:
        return Verdict(False, "unknown service")
    try:
        async_to_sync(gateway.check)(service, vault.open_sealed(sealed))
    except AccessError as exc:
        return Verdict(False, _plain(str(exc)))
    except ProxyError as exc:
        return Verdict(False, _plain(_said(exc)))
    return Verdict(True, "ok")


def _said(exc: ProxyError) -> str:
    shown = exc.upstream.body if exc.upstream else None
    words = answers.message(shown) or exc.detail
    status = f"HTTP {exc.upstream.status}: " if exc.upstream else ""
    return status + words


def _plain(text: str) -> str:
    """One line that any database and page can hold."""
    printable = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(printable.split())[:MAX_SAID]


def _keep(credential: uuid.UUID, version: int, verdict: Verdict) -> None:
    """Note it with the secret, wherever it is kept by now. Workers need not hear of it."""
    noted = {
        "checked_at": timezone.now(),
        "checked_by": actor.current().name[:200],
        "check_ok": verdict.ok,
        "check_result": verdict.said,
    }
    current = Credential._base_manager.filter(pk=credential, secret_version=version)
    current.update(**noted) or SpareSecret._base_manager.filter(
        credential_id=credential, version=version
    ).update(**noted)
