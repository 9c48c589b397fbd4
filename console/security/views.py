"""The pages about signing in: the password once more, and the second factor."""

from __future__ import annotations

from typing import Any

import segno
from django.contrib import admin, messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from console.security import factor, lockout
from console.security.forms import CodeForm, PasswordForm
from console.security.models import Authenticator, RecoveryCodes
from console.security.sudo import back, give, sudo_required
from credentials import vault
from credentials.models import AuditEvent

SEALED = "The service is sealed: CREDENTIAL_KEYS is not set, so no second factor can be kept."


def sudo(request: HttpRequest) -> HttpResponse:
    """Ask for the password, counting failures as the login does, and go back."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        username = request.user.get_username()
        given = {"username": username, "password": form.cleaned_data["password"]}
        if authenticate(request, **given) is not None:
            lockout.forgive(request, given)
            give(request)
            return HttpResponseRedirect(back(request))
        form.add_error("password", "That is not your password.")
    return _page(request, "sudo", "Your password, please", form=form, next=back(request))


def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a code before anything else is shown."""
    user: Any = request.user
    if user.is_verified() or Authenticator.of(user) is None:
        return HttpResponseRedirect(back(request))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        refusal = factor.check(request, form.cleaned_data["code"])
        if not refusal:
            return HttpResponseRedirect(back(request))
        form.add_error("code", refusal)
    return _page(request, "verify", "Your code, please", form=form, next=back(request))


def overview(request: HttpRequest) -> HttpResponse:
    """What this person's sign-in consists of, and what can be done about it."""
    found = {
        "app": Authenticator.of(request.user),
        "left": RecoveryCodes.left(request.user),
    }
    return _page(request, "factor", "Second factor", **found)


@sudo_required
def enrol(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator app: its key as a QR code, then a code that proves it works."""
    if Authenticator.of(request.user) is not None:
        return redirect("security:factor")
    if not vault.ring():
        return _page(request, "sealed", "Second factor", told=SEALED)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if codes := factor.confirm(request, form.cleaned_data["code"]):
            return _codes(request, codes)
        form.add_error("code", "That code is not right. Is the phone's clock?")
    app = request.method == "POST" and Authenticator.of(request.user, confirmed=False)
    app = app or Authenticator.begin(request.user)
    shown = {"qr": _qr(app.url), "key": _spaced(app.key)}
    return _page(request, "enrol", "Set up a second factor", form=form, **shown)


@require_POST
@sudo_required
def renew(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown this once."""
    if Authenticator.of(request.user) is None:
        return redirect("security:enrol")
    return _codes(request, factor.renew(request))


@require_POST
@sudo_required
def remove(request: HttpRequest) -> HttpResponse:
    """Back to a password alone, or to setting up another phone where one is required."""
    if factor.remove(request.user):
        messages.success(request, "Your second factor was removed.")
    return redirect("security:factor")


@sudo_required
def change_password(request: HttpRequest) -> HttpResponse:
    """Django's page, behind ours: its old password could be guessed without end."""
    page = admin.site.password_change(request)
    if request.method == "POST" and page.status_code == 302:
        AuditEvent.append("user.password_changed", target=request.user.get_username())
    return page


def _codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    return _page(request, "codes", "Recovery codes", codes=codes)


def _page(request: HttpRequest, name: str, title: str, **context: Any) -> HttpResponse:
    whole = admin.site.each_context(request) | {"title": title} | context
    return render(request, f"console/security/{name}.html", whole)


def _qr(text: str) -> str:
    """Dark on light in either theme, for cameras."""
    drawn = segno.make(text, error="m").svg_inline(scale=5, border=3, light="#fff", dark="#000")
    return mark_safe(drawn)  # noqa: S308  made of numbers


def _spaced(key: str) -> str:
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))
