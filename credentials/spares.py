"""A credential's next secret and the one before: stage, promote, roll back. Nothing is opened."""

from __future__ import annotations

from credentials import holding, vault
from credentials.errors import NoSpare
from credentials.holding import Role
from credentials.models import AuditEvent, Credential, SpareSecret
from credentials.models.watched import changing


def staged(credential: Credential) -> SpareSecret | None:
    """The secret that waits to be promoted."""
    return holding.spare(credential, "next")


def previous(credential: Credential) -> SpareSecret | None:
    """The secret that was in use before, kept for rollback."""
    return holding.spare(credential, "previous")


def stage(credential: Credential, secret: str) -> SpareSecret:
    """Keep a secret beside the one in use, in place of one that was staged before.

    Raises vault.UnusableSecret for a text that no vendor issues, SealedError without a key ring.
    """
    text = vault.clean(secret)
    with changing():
        row = Credential.objects.get(pk=credential.pk)
        version = holding.new_version(row)
        sealed = vault.ring().seal(text, row.row_of(version))
        holding.shelve(row, "next", holding.fresh(sealed, text, version=version))
        Credential._base_manager.filter(pk=row.pk).update(last_version=row.last_version)
        waiting = _of_role(row, "next", None)
        _note(waiting, "staged")
    return waiting


def discard(credential: Credential) -> None:
    """Forget the staged secret. Raises NoSpare."""
    with changing():
        row = Credential.objects.get(pk=credential.pk)
        waiting = _of_role(row, "next", None)
        _note(waiting, "discarded")
        holding.drop(row, "next")


def promote(credential: Credential, *, version: int | None = None) -> Credential:
    """Use the staged secret; the one in use is kept as the previous one, in place of an older.

    Raises NoSpare when nothing is staged, or not this version.
    """
    return _swap(credential, "next", version, event="promoted")


def rollback(credential: Credential, *, version: int | None = None) -> Credential:
    """Use the previous secret again; the one in use becomes the previous one.

    Raises NoSpare when none is kept, or not this version.
    """
    return _swap(credential, "previous", version, event="rolled_back")


def _swap(credential: Credential, role: Role, version: int | None, *, event: str) -> Credential:
    with changing():
        row = Credential.objects.get(pk=credential.pk)
        wanted, replaced = _of_role(row, role, version), holding.held(row)
        holding.use(row, holding.held(wanted))
        holding.replace(wanted, replaced)
        row.save(event=event)
    return row


def _of_role(credential: Credential, role: Role, version: int | None) -> SpareSecret:
    found = holding.spare(credential, role)
    if found is None or version not in (None, found.version):
        raise NoSpare(
            "There is no such staged secret."
            if role == "next"
            else "There is no such previous secret."
        )
    return found


def _note(spare: SpareSecret, event: str) -> None:
    """Record it as the credential's, which is what people know."""
    credential = spare.credential
    AuditEvent.append(
        f"credential.{event}",
        org=credential.audit_org,
        target=str(credential),
        detail={"version": spare.version, "last_four": spare.last_four},
    )
