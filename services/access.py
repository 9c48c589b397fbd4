"""Who may make this call and with which secret: the credentials app's answers as HTTP errors."""

from __future__ import annotations

from collections.abc import Callable

from asgiref.sync import sync_to_async

from credentials import auth, errors, vault
from credentials.auth import Caller
from credentials.directory import OrgRecord
from credentials.models import Retirement
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

_BORDER: dict[type[errors.AccessError], Callable[[], ProxyError]] = {
    errors.MissingKey: Unauthenticated,
    errors.InvalidKey: lambda: Unauthenticated("Invalid API key.", code="invalid_api_key"),
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


async def caller(authorization: str | None, org: str) -> Caller:
    """Who calls on this org's URL. Raises Unauthenticated, Forbidden, Unavailable."""
    try:
        return await auth.identify(authorization, org)
    except errors.AccessError as exc:
        raise translated(exc) from exc


def permit(who: Caller, service: Service, action: Action) -> None:
    """Raise Forbidden when the key's scopes do not cover the action."""
    if not who.may(service.slug, action.slug):
        raise Forbidden(code="out_of_scope")


def secret(org: OrgRecord, service: Service) -> vault.Opened:
    """The credential for this org's calls. Raises NoSourceAllowed, NotFound, Unavailable."""
    try:
        return vault.secret_for(org, service.slug)
    except errors.NoCredential as exc:
        raise NotFound(
            f"No allowed credentials found for external proxy service '{service.slug}'.",
            code="no_credential",
        ) from exc
    except errors.AccessError as exc:
        raise translated(exc) from exc


async def remember_retired(org: OrgRecord, service: Service) -> None:
    """Note that the vendor told this org that the service's old API is gone."""
    await sync_to_async(Retirement.objects.get_or_create)(org_id=org.id, service=service.slug)
