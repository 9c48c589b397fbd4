"""Who may make this call and with which secret: the credentials app's answers as HTTP errors.

`services.admission.admit` holds a caller to all of its key's limits at once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import DatabaseError, InterfaceError

from credentials import auth, errors, vault
from credentials.auth import Caller
from credentials.crypto import Row
from credentials.directory import OrgRecord
from credentials.models import Credential, Retirement
from services import addresses
from services.action import Action
from services.errors import (
    Forbidden,
    NoSourceAllowed,
    NotFound,
    ProxyError,
    Unauthenticated,
    Unavailable,
)
from services.service import Service

logger = logging.getLogger("ai_proxy")
_BORDER: dict[type[errors.AccessError], Callable[[], ProxyError]] = {
    errors.MissingKey: Unauthenticated,
    errors.InvalidKey: lambda: Unauthenticated("Invalid API key.", code="invalid_api_key"),
    errors.InvalidTicket: lambda: Unauthenticated("Invalid ticket.", code="invalid_ticket"),
    errors.ExpiredTicket: lambda: Unauthenticated(
        "The ticket's time is over.", code="ticket_expired"
    ),
    errors.NoTicket: lambda: Forbidden("This takes no tickets.", code="out_of_scope"),
    errors.WrongOrg: Forbidden,
    errors.NoSourceAllowed: NoSourceAllowed,
    errors.CredentialUnreadable: lambda: Unavailable(
        "The credential cannot be read.", code="credential_unreadable"
    ),
    errors.DirectoryUnavailable: lambda: Unavailable(code="directory_unavailable"),
}


def translated(exc: errors.AccessError) -> ProxyError:
    """The ProxyError that stands for a refusal."""
    return _BORDER[type(exc)]()


async def caller(authorization: str | None, org: str, *, by_ticket: bool = False) -> Caller:
    """Who calls on this org's URL. Raises Unauthenticated, Forbidden, Unavailable."""
    try:
        return await auth.identify(authorization, org, by_ticket=by_ticket)
    except errors.AccessError as exc:
        raise translated(exc) from exc


async def again(who: Caller) -> Caller:
    """The caller as it is known by now, after a wait. Raises Unauthenticated, Unavailable."""
    try:
        return await auth.again(who)
    except errors.AccessError as exc:
        raise translated(exc) from exc


def permit(who: Caller, service: Service, action: Action) -> None:
    """Raise Forbidden when the action is not what the key is for, or not in its scopes."""
    granted = who.key.access
    if "invoke" not in granted and not ("read" in granted and action.repeatable):
        raise Forbidden(code="out_of_scope")
    if not who.may(service.slug, action.slug):
        raise Forbidden(code="out_of_scope")


def permit_managing(who: Caller) -> None:
    """Raise Forbidden when the key is not for the management API."""
    if "manage" not in who.key.access:
        raise Forbidden(code="out_of_scope")


def permit_from(who: Caller, meta: Mapping[str, str]) -> None:
    """Raise Forbidden when the request does not come from one of the key's networks."""
    client = addresses.exact(meta, settings.TRUSTED_PROXIES)
    if client is None or not addresses.within(client, who.key.networks):
        raise Forbidden(code="network_not_allowed")


def secret(org: OrgRecord, service: Service) -> vault.Opened:
    """The credential for this org's calls. Raises NoSourceAllowed, NotFound, Unavailable."""
    try:
        return vault.secret_for(org, service.slug)
    except errors.AccessError as exc:
        raise without_secret(exc, service) from exc


def without_secret(exc: errors.AccessError, service: Service) -> ProxyError:
    """The ProxyError of a call whose credential was refused to it."""
    if isinstance(exc, errors.NoCredential):
        return NotFound(
            f"No allowed credentials found for external proxy service '{service.slug}'.",
            code="no_credential",
        )
    return translated(exc)


def known_of(credential: Row) -> dict[str, Any]:
    """Its last four characters, and when and how it was tried last. Raises Unavailable."""
    rows = Credential.objects.filter(pk=credential.id)
    try:
        return rows.values("last_four", "checked_at", "check_ok").first() or {}
    except (DatabaseError, InterfaceError) as exc:
        raise translated(errors.DirectoryUnavailable()) from exc


async def remember_retired(org: OrgRecord, service: Service) -> None:
    """Note that the vendor told this org that the service's old API is gone.

    The call has its answer by other means, so it goes on without the note when that fails.
    """
    try:
        await sync_to_async(Retirement.objects.get_or_create)(org_id=org.id, service=service.slug)
    except (DatabaseError, InterfaceError):
        logger.warning("The end of the old API of %s could not be noted", service.slug)
