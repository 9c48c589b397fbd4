"""How a credential's secrets are kept: the one in use in its row, the others beside it."""

from __future__ import annotations

from typing import Any, Literal

from django.utils import timezone

from credentials.models import Credential, SpareSecret

Role = Literal["next", "previous"]
Held = dict[str, Any]  # one secret and what is known of it, as the fields of a spare
_SHARED = ("sealed", "last_four", "checked_at", "checked_by", "check_ok", "check_result")
_spares = SpareSecret._base_manager  # the event of a move is the credential's


def spare(credential: Credential, role: Role) -> SpareSecret | None:
    return _spares.filter(credential=credential, role=role).first()


def new_version(credential: Credential) -> int:
    """A number that none of its secrets ever had; remembered when the row is saved."""
    used = _spares.filter(credential=credential).values_list("version", flat=True)
    last = max(credential.last_version, credential.secret_version, *used)
    credential.last_version = last + 1
    return last + 1


def fresh(sealed: str, secret: str, *, version: int) -> Held:
    """What is known of a secret that was just given: not tried, and its last four if it is long."""
    return {
        "version": version,
        "sealed": sealed,
        "last_four": secret[-4:] if len(secret) >= 12 else "",
        "checked_at": None,
        "checked_by": "",
        "check_ok": None,
        "check_result": "",
    }


def held(place: Credential | SpareSecret) -> Held:
    """The secret in this place, ready for another one."""
    version = place.version if isinstance(place, SpareSecret) else place.secret_version
    return {"version": version} | {name: getattr(place, name) for name in _SHARED}


def use(credential: Credential, secret: Held) -> None:
    """Make it the secret that calls use, once the row is saved."""
    credential.secret_version = secret["version"]
    for name in _SHARED:
        setattr(credential, name, secret[name])
    credential.changed_at = timezone.now()


def shelve(credential: Credential, role: Role, secret: Held) -> None:
    """Keep it beside the credential, in place of the one that had the role, which is gone."""
    drop(credential, role)
    _spares.bulk_create([SpareSecret(credential=credential, role=role, **secret)])


def replace(taken: SpareSecret, secret: Held) -> None:
    """Keep it as the previous one, where the secret was that is taken into use."""
    if taken.role != "previous":
        drop(taken.credential, "previous")
    now = timezone.now()
    _spares.filter(pk=taken.pk).update(role="previous", stored_at=now, **secret)


def drop(credential: Credential, role: Role) -> None:
    """Forget a secret for good, which is recorded."""
    if found := spare(credential, role):
        found.delete()
