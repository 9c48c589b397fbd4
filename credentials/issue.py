"""Making API keys: the one place where a key's text exists together with its row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from credentials import actor, auth, keys
from credentials.models import ApiKey, AuditHead, Org
from credentials.models.rules import MOST_ORIGINS, validate_few

LIVE_KEYS = 200  # of one org: each is looked through for what browsers may call from
OVERLAP = timedelta(days=7)  # how long a rolled key may live on at most


class TooManyKeys(ValidationError):
    """The org has as many live keys as it may."""


def issue(
    org: Org,
    *,
    name: str = "",
    scopes: Sequence[str] = (),
    origins: Sequence[str] = (),
    access: Sequence[str] = ("invoke",),
    networks: Sequence[str] = (),
    rate: int | None = None,
    paid_per_day: int | None = None,
    approve_above: int | None = None,
    expires_at: datetime | None = None,
    rolled_from: ApiKey | None = None,
    one_more: bool = True,
) -> tuple[ApiKey, str]:
    """A new key and its text, which is shown once; a key with origins is a browser key.

    Raises django.core.exceptions.ValidationError for an unusable origin, scope, access or network,
    and TooManyKeys unless it takes the place of one that ends now: then it is not `one_more`.
    """
    validate_few(origins, MOST_ORIGINS, "origins")
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
        access=list(access),
        networks=list(networks),
        rate=rate,
        paid_per_day=paid_per_day,
        approve_above=approve_above,
        lineage=(rolled_from.lineage or rolled_from.pk) if rolled_from else "",
        rolled_from=rolled_from,
        created_by=actor.current().name,
        expires_at=expires_at,
    )
    row.full_clean()
    with transaction.atomic():
        AuditHead.hold()  # no two are counted at a time
        if one_more:
            _refuse_many(org)
        row.save(force_insert=True)
    return row, made.text


def _refuse_many(org: Org) -> None:
    lives_on = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    if ApiKey.objects.filter(lives_on, org=org, revoked_at=None).count() >= LIVE_KEYS:
        raise TooManyKeys(f"The org has {LIVE_KEYS} live keys already; revoke one that is unused.")


def roll(key: ApiKey, *, until: datetime | None = None) -> tuple[ApiKey, str]:
    """A new key in the place of this one, which works on until then; without `until` it ends now.

    The new one may do what the old one may, and expires when that would have. Raises
    ValidationError for a key that is not active or has a live successor, for a time that is past or
    more than `OVERLAP` ahead, and where three keys of one lineage would be live.
    """
    with transaction.atomic():
        AuditHead.hold()  # no two rolls at a time
        old = ApiKey.objects.get(pk=key.pk)
        _refuse_roll(old, until)
        made = issue(
            old.org,
            name=old.name,
            scopes=old.scopes,
            origins=old.origins,
            access=old.access,
            networks=old.networks,
            rate=old.rate,
            paid_per_day=old.paid_per_day,
            approve_above=old.approve_above,
            expires_at=old.expires_at,
            rolled_from=old,
            one_more=until is not None,
        )
        _end(old, until)
    return made


def _end(old: ApiKey, until: datetime | None) -> None:
    if until is None:
        old.revoked_at = timezone.now()
    else:
        old.expires_at = min(old.expires_at or until, until)
    old.save(update_fields=["revoked_at", "expires_at"], event="rolled")


def _refuse_roll(old: ApiKey, until: datetime | None) -> None:
    now = timezone.now()
    if old.state != "active":
        raise ValidationError(f"The key is {old.state}.")
    if until is not None and not now < until <= now + OVERLAP:
        raise ValidationError("A rolled key may work on for seven days at most.")
    live = [item for item in _relatives(old) if item.state == "active"]
    if any(until is not None or item.rolled_from_id == old.pk for item in live):
        raise ValidationError("The key was rolled already, and the other one still works.")


def _relatives(key: ApiKey) -> list[ApiKey]:
    """The live keys of its lineage: those it came from, and those that came from them."""
    keys = ApiKey.objects.filter(org=key.org_id).order_by()
    beside: dict[str, list[str]] = {}
    for child, parent in keys.exclude(rolled_from=None).values_list("pk", "rolled_from_id"):
        beside.setdefault(child, []).append(parent)
        beside.setdefault(parent, []).append(child)
    found, waiting = {key.pk}, [key.pk]
    while waiting:
        further = [pk for pk in beside.get(waiting.pop(), ()) if pk not in found]
        found.update(further)
        waiting += further
    live = keys.filter(revoked_at=None).exclude(pk=key.pk).defer("digest")
    return [item for item in live if item.pk in found]
