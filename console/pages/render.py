"""What the console's own pages have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from credentials.models import Credential, Org


def page(
    request: HttpRequest, template: str, *, title: str, status: int = 200, **context: Any
) -> TemplateResponse:
    """A page inside the console's frame; nothing of it is kept by browsers."""
    request.current_app = admin.site.name
    whole = {**admin.site.each_context(request), "title": title, **context}
    response = TemplateResponse(request, f"console/{template}", whole, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def need(request: HttpRequest, *permissions: str) -> None:
    """Raise PermissionDenied unless the user has all of these."""
    if not request.user.has_perms(permissions):
        raise PermissionDenied


def confirmed(
    request: HttpRequest,
    act: Callable[[], str],
    *,
    title: str,
    text: str,
    label: str,
    back: str,
    danger: bool = True,
    version: int | None = None,
    to: str = "",
) -> HttpResponse:
    """Ask first; a POST does it and goes where `act` says.

    `version` is that of the secret that was asked about, `to` the state that was: sent back with
    the answer, so that a second answer to the same question changes nothing more.
    """
    if request.method == "POST":
        return HttpResponseRedirect(act())
    asked: dict[str, Any] = {
        "text": text,
        "label": label,
        "back": back,
        "danger": danger,
        "version": version,
        "to": to,
    }
    return page(request, "confirm.html", title=title, **asked)


def wanted_off(request: HttpRequest, is_on: bool) -> bool:
    """Whether a switch is to be off: as the form was asked, else the other state than now."""
    given = request.POST.get("to")
    return given == "off" if given in ("on", "off") else is_on


def org_url(org: Org) -> str:
    return reverse("admin:credentials_org_change", args=(org.pk,))


def home_of(credential: Credential) -> str:
    """The page that shows this credential: its org's, or its own when it is the platform's."""
    if credential.org:
        return org_url(credential.org)  # its top, where the messages are
    return reverse("admin:credentials_credential_change", args=(credential.pk,))
