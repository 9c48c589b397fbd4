"""What the admin of credentials can do once services are known: test a connection."""

from __future__ import annotations

from typing import Any

from asgiref.sync import async_to_sync
from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone

from credentials import vault
from credentials.admin import CredentialAdmin, CredentialForm, ServicePolicyForm
from credentials.directory import Sealed
from credentials.errors import AccessError
from credentials.models import Credential
from services import answers, gateway
from services.catalogue import SERVICES, known
from services.errors import ProxyError


@admin.action(description="Test the connection", permissions=["change"])
def test_connection(model_admin: CredentialAdmin, request: HttpRequest, queryset: Any) -> None:
    """Call a cheap, free action with each selected credential and note what came back."""
    for credential in queryset:
        result = check(credential)
        Credential.objects.filter(pk=credential.pk).update(
            checked_at=timezone.now(), check_result=result
        )
        level = messages.SUCCESS if result == "ok" else messages.ERROR
        messages.add_message(request, level, f"{credential}: {result}")


def check(credential: Credential) -> str:
    """`ok`, or what the vendor said."""
    service = known(credential.service)
    if service is None:
        return "unknown service"
    try:
        secret = vault.open_sealed(Sealed(credential.row, credential.sealed))
        async_to_sync(gateway.check)(service, secret)
    except AccessError as exc:
        return str(exc)[:200]
    except ProxyError as exc:
        return _said(exc)[:200]
    return "ok"


def _said(exc: ProxyError) -> str:
    shown = exc.upstream.body if exc.upstream else None
    words = answers.message(shown) or exc.detail
    status = f"HTTP {exc.upstream.status}: " if exc.upstream else ""
    return status + words


SLUGS = [(service.slug, service.display_name) for service in SERVICES]
for form in (CredentialForm, ServicePolicyForm):
    form.declared_fields["service"] = forms.ChoiceField(choices=SLUGS)

CredentialAdmin.actions = [test_connection]  # type: ignore[misc]
