"""Endpoints of our own at vendors: made once per credential, kept, rotated, taken away."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from credentials import vault
from credentials.crypto import SealedError
from credentials.directory import Sealed, policies_of
from credentials.errors import AccessError
from credentials.models import AuditEvent, AuditHead, Credential
from jobs.models import Receiver
from services import catalogue
from services.action import Call
from services.errors import ProxyError
from services.exchange import Keys, fetch
from services.outgoing import build
from services.service import Registration, Service
from services.webhooks import tokens

State = Receiver.State
LEASE = timedelta(minutes=5)
PAUSES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=12))
SECRETS = 2  # the newest ones, any of which a vendor may sign with
PAGES = 20  # of a vendor's list, a hundred endpoints each

logger = logging.getLogger("ai_proxy")


class NotPossible(Exception):
    """Why no endpoint can be registered, in words for people."""


@dataclass(frozen=True, slots=True)
class Place:
    """A credential's account at a vendor that has such endpoints, and which actions make them."""

    credential: Credential
    service: Service
    actions: Registration
    keys: Keys

    def ask(
        self,
        slug: str,
        *,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
        **path: str,
    ) -> Any:
        """The parsed answer of one of the vendor's actions. Raises ProxyError."""
        action = self.service.by_slug[slug]
        names = {name: value for name, value in path.items() if name in action.path_params}
        rest = {name: value for name, value in path.items() if name not in names}
        raw = json.dumps(body or {}).encode() if action.request == "json" else b""
        call = Call(path_params=names, query={**(query or {}), **rest}, body=body, raw=raw)
        request = build(self.service, action, call, scope=str(self.credential.pk))
        reply = async_to_sync(fetch)(self.service, action, request, self.keys)
        return json.loads(reply.content)


def claim(limit: int) -> list[uuid.UUID]:
    """Credentials whose account has no endpoint of ours yet, or another account's since."""
    slugs = [item.slug for item in catalogue.SERVICES if _registers(item)]
    if not settings.PUBLIC_URL or not slugs or not vault.ring():
        return []
    now = timezone.now()
    ready = Q(receiver__lease_until=None) | Q(receiver__lease_until__lte=now)
    moved = Q(receiver__state=State.REGISTERED, receiver__due_at=None)
    moved &= ~Q(receiver__secret_version=F("secret_version"))
    wanted = Q(receiver=None) | (ready & (Q(receiver__due_at__lte=now) | moved))
    usable = Q(check_ok=True) | Q(check_ok=None)
    rows = Credential.objects.filter(wanted, usable, service__in=slugs).order_by("pk")
    return [pk for pk in rows.values_list("pk", flat=True)[:limit] if _postponed(pk, now)]


def settle(credential_id: uuid.UUID) -> None:
    """Register a credential's endpoint; what fails is noted and tried again later."""
    credential = Credential.objects.select_related("org").filter(pk=credential_id).first()
    if credential is None:
        return
    try:
        register(credential)
    except (NotPossible, SealedError) as exc:
        logger.info("No webhook of %s: %s", credential, exc)


def register(credential: Credential, *, renew: bool = False) -> Receiver:
    """See to it that the credential's account has one endpoint of ours, whose secret we hold.

    With `renew`, the vendor signs with another secret from now on; what it signed with before is
    taken still. Takes as long as the vendor does, so no transaction may be open. Raises
    NotPossible, SealedError.
    """
    service = _possible(credential)
    _prepared(credential)
    try:
        place = _place(credential, service)
        mine = _found(place)
        if mine is not None and renew and not place.actions.rotate:
            place.ask(place.actions.delete, endpoint_id=str(mine["endpoint_id"]))
            mine = None
        secret = _secret(place, mine, renew=renew) if mine else ""
        mine = mine or _made(place)
        return _kept(credential, str(mine["endpoint_id"]), secret or str(mine["secret"]))
    except (ProxyError, AccessError, SealedError, ValueError, KeyError, TypeError) as exc:
        raise _failed(credential, exc) from exc
    finally:
        Receiver.objects.filter(credential=credential).update(lease_until=None)


def by_hand(credential: Credential, secret: str | None = None) -> tuple[Receiver, str]:
    """A receiver for an endpoint that somebody makes by hand, and its address on its first time.

    With a secret, the receiver takes what is signed with it too. Raises SealedError, NotPossible.
    """
    service = catalogue.known(credential.service)
    if service is None or service.webhooks is None:
        raise NotPossible("This vendor has no webhooks that are understood here.")
    receiver = Receiver.objects.filter(credential=credential).first()
    token = "" if receiver is not None and secret else tokens.new()
    if token:
        withdrawal(credential)()  # its address ends
    with transaction.atomic():
        AuditHead.hold()
        receiver = receiver or Receiver(credential=credential)
        held = _secrets(receiver)
        _seal(receiver, [secret, *held] if secret else held)
        receiver.token = tokens.digest(token) if token else receiver.token
        receiver.state, receiver.problem, receiver.due_at = State.MANUAL, "", None
        receiver.changed_at = timezone.now()
        receiver.save()
        _record("by_hand", credential, {})
    return receiver, token


def withdrawal(credential: Credential) -> Callable[[], None]:
    """What takes our endpoint away from the vendor, to be called when the credential is gone.

    Best effort: neither raises for a vendor that does not do it.
    """
    receiver = Receiver.objects.filter(credential=credential).first()
    if receiver is None or receiver.state != State.REGISTERED:
        return _nothing
    try:
        place = _place(credential, _possible(credential))
    except (NotPossible, AccessError):
        return _nothing
    return partial(_taken_away, place, receiver.upstream_id)


def _nothing() -> None:
    pass


def _taken_away(place: Place, endpoint: str) -> None:
    try:
        place.ask(place.actions.delete, endpoint_id=endpoint)
    except (ProxyError, ValueError):
        logger.warning("The webhook of %s may still be with its vendor", place.credential)


def remove(credential: Credential) -> None:
    """No endpoint any more, until somebody asks for one. Events are not taken from then on."""
    withdrawal(credential)()
    with transaction.atomic():
        AuditHead.hold()
        for receiver in Receiver.objects.select_for_update(of=("self",)).filter(
            credential=credential
        ):
            _seal(receiver, [])
            receiver.token, receiver.upstream_id = tokens.digest(tokens.new()), ""
            receiver.state, receiver.problem, receiver.due_at = State.MISSING, "", None
            receiver.secret_version = None
            receiver.save()
        _record("removed", credential, {})


def _registers(service: Service) -> bool:
    return service.webhooks is not None and bool(service.webhooks.registration)


def _postponed(credential: uuid.UUID, now: datetime) -> bool:
    """Take one that is due, which is due again when it was not settled by then."""
    with transaction.atomic():
        held = Credential.objects.select_for_update(of=("self",)).filter(pk=credential).first()
        if held is None:
            return False
        receiver = Receiver.objects.filter(credential=held).first() or _blank(held)
        if receiver.due_at is not None and receiver.due_at > now:
            return False
        receiver.due_at = now + LEASE
        receiver.save()
    return True


def _prepared(credential: Credential) -> None:
    """Be the only one who registers it. Raises NotPossible."""
    now = timezone.now()
    with transaction.atomic():
        Credential.objects.select_for_update(of=("self",)).filter(pk=credential.pk).first()
        receiver = Receiver.objects.filter(credential=credential).first() or _blank(credential)
        if receiver.lease_until is not None and receiver.lease_until > now:
            raise NotPossible("It is being registered just now.")
        receiver.lease_until = now + LEASE
        receiver.save()


def _blank(credential: Credential) -> Receiver:
    """A receiver that nobody knows of yet. Its token is made with the vendor's endpoint."""
    receiver = Receiver(credential=credential, token=tokens.digest(tokens.new()))
    _seal(receiver, [])
    return receiver


def _possible(credential: Credential) -> Service:
    """The vendor, if it lets us register endpoints. Raises NotPossible."""
    service = catalogue.known(credential.service)
    if service is None or not _registers(service):
        raise NotPossible("This vendor's webhooks are made by hand.")
    if not settings.PUBLIC_URL:
        raise NotPossible("PUBLIC_URL is not set, so no vendor could reach this service.")
    return service


def _place(credential: Credential, service: Service) -> Place:
    assert service.webhooks is not None
    every = service.webhooks.registration
    actions = every.get(_generation(credential, service)) or next(iter(every.values()))
    opened = vault.open_sealed(Sealed(credential.row, credential.sealed))
    keys = Keys(secret=opened, org=credential.audit_org, credential=str(credential.pk))
    if not connection.in_atomic_block:
        connection.close()
    return Place(credential, service, actions, keys)


def _generation(credential: Credential, service: Service) -> str:
    """Which of the vendor's APIs the credential's calls use."""
    policies = policies_of(credential.org) if credential.org else {}
    policy = policies.get(service.slug)
    chosen = policy.upstream_generation if policy else ""
    setting = service.generation_setting
    return chosen or (str(getattr(settings, setting)) if setting else "")


def _found(place: Place) -> dict[str, Any] | None:
    """Our endpoint as the vendor has it, known by the token in its address."""
    receiver = Receiver.objects.get(credential=place.credential)
    for endpoint in _listed(place):
        token = tokens.token_of(str(endpoint.get("url", "")))
        if bytes(receiver.token) in tokens.digests(token):
            return endpoint
    return None


def _made(place: Place) -> dict[str, Any]:
    """A new endpoint of ours at the vendor.

    The token's digest is stored before the vendor hears of it, so that a registration that was cut
    short is known again by its address, and so that the address answers when the vendor tries it.
    """
    token = tokens.new()
    mine = Receiver.objects.filter(credential=place.credential)
    mine.update(token=tokens.digest(token), upstream_id="")
    made: dict[str, Any] = place.ask(place.actions.create, body={"url": tokens.url(token)})["data"]
    return made


def _listed(place: Place) -> Sequence[dict[str, Any]]:
    """Every endpoint of the account."""
    action = place.service.by_slug[place.actions.listing]
    found: list[dict[str, Any]] = []
    query: dict[str, Any] = {"limit": 100} if action.pages else {}
    for _ in range(PAGES):
        answer = place.ask(action.slug, query=query)
        found += [item for item in answer["data"] or () if isinstance(item, dict)]
        if not action.pages or not answer.get("has_more") or not answer.get("next_token"):
            break
        query["token"] = answer["next_token"]
    return found


def _secret(place: Place, endpoint: Mapping[str, Any], *, renew: bool) -> str:
    """A secret of our endpoint that we know: the one we hold, the listed one, or a new one."""
    receiver = Receiver.objects.get(credential=place.credential)
    held = _secrets(receiver)
    if held and not renew and receiver.upstream_id == endpoint["endpoint_id"]:
        return held[0]
    if not place.actions.rotate:
        return str(endpoint["secret"])
    made = place.ask(place.actions.rotate, endpoint_id=str(endpoint["endpoint_id"]))
    return str(made["data"]["secret"])


def _kept(credential: Credential, upstream_id: str, secret: str) -> Receiver:
    """The receiver as it is registered now."""
    with transaction.atomic():
        AuditHead.hold()
        receiver = Receiver.objects.select_for_update(of=("self",)).get(credential=credential)
        _seal(receiver, [secret, *_secrets(receiver)])
        receiver.upstream_id, receiver.state, receiver.problem = upstream_id, State.REGISTERED, ""
        receiver.secret_version, receiver.due_at = credential.secret_version, None
        receiver.failures, receiver.changed_at = 0, timezone.now()
        receiver.save()
        _record("registered", credential, {"endpoint": upstream_id})
    return receiver


def _failed(credential: Credential, exc: Exception) -> NotPossible:
    """Note that it did not work, and when it is tried again."""
    said = exc.detail if isinstance(exc, ProxyError) else "The vendor's answer is not usable."
    said = "The credential cannot be read." if isinstance(exc, AccessError | SealedError) else said
    receiver = Receiver.objects.filter(credential=credential).first()
    if receiver is not None:
        pause = PAUSES[min(receiver.failures, len(PAUSES) - 1)]
        kept = State.REGISTERED if _current(receiver, credential) else State.FAILED
        Receiver.objects.filter(pk=receiver.pk).update(
            state=kept,
            problem=said[:200],
            failures=receiver.failures + 1,
            due_at=timezone.now() + pause,
        )
    return NotPossible(said)


def _current(receiver: Receiver, credential: Credential) -> bool:
    """Whether what was registered last is what should be."""
    is_there = receiver.state == State.REGISTERED and bool(receiver.upstream_id)
    return is_there and receiver.secret_version == credential.secret_version


def _secrets(receiver: Receiver) -> list[str]:
    if not receiver.sealed:
        return []
    found: list[str] = json.loads(vault.ring().open(receiver.sealed, receiver.row).reveal())
    return found


def _seal(receiver: Receiver, secrets: Sequence[str]) -> None:
    newest = list(dict.fromkeys(secrets))[:SECRETS]
    receiver.sealed = vault.ring().seal(json.dumps(newest), receiver.row)


def _record(what: str, credential: Credential, detail: dict[str, Any]) -> None:
    AuditEvent.append(
        f"receiver.{what}", org=credential.audit_org, target=str(credential), detail=detail
    )
