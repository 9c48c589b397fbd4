"""The second factor of whoever is logged in: checked, set up, renewed, removed."""

from __future__ import annotations

from typing import Any

import django_otp
from django.db import transaction
from django.http import HttpRequest
from django_otp.models import Device

from console.security.models import DIGITS, Authenticator, RecoveryCodes
from credentials.models import AuditEvent


def check(request: HttpRequest, code: str) -> str:
    """Take a code of the app or a recovery code; empty when it was right, else what to say."""
    kind = Authenticator if len(code) == DIGITS else RecoveryCodes
    with transaction.atomic():
        device: Any = _mine(request, kind)
        if device is None:
            return _refused(request)
        allowed, why = device.verify_is_allowed()
        if not allowed:
            return f"Too many wrong codes. Try again after {why['locked_until']:%H:%M:%S} UTC."
        if not device.verify_token(code):
            return _refused(request)
        if isinstance(device, RecoveryCodes):
            _note(request, "admin.recovery_code_used", left=len(device.digests))
    _verified(request, device)
    return ""


def confirm(request: HttpRequest, code: str) -> list[str]:
    """End the set-up with the app's first code; the recovery codes, or none when it was wrong."""
    with transaction.atomic():
        app = _locked(Authenticator, request, confirmed=False)
        if app is None or not app.verify_token(code):
            return []
        app.confirmed = True
        app.save()
        codes = RecoveryCodes.renew(request.user)
        _note(request, "admin.second_factor_added")
    _verified(request, app)
    return codes


def renew(request: HttpRequest) -> list[str]:
    """New recovery codes in place of the old."""
    with transaction.atomic():
        codes = RecoveryCodes.renew(request.user)
        _note(request, "admin.recovery_codes_renewed")
        return codes


def remove(user: Any) -> bool:
    """Take a person's second factor away; whether there was one."""
    name = user.get_username()
    with transaction.atomic():
        apps = Authenticator.objects.filter(user=user).delete()[0]
        codes = RecoveryCodes.objects.filter(user=user).delete()[0]
        if apps or codes:
            AuditEvent.append("admin.second_factor_removed", target=name)
    return bool(apps or codes)


def _mine(request: HttpRequest, kind: type[Device]) -> Any:
    return _locked(kind, request, confirmed=True)


def _locked(kind: Any, request: HttpRequest, *, confirmed: bool) -> Any:
    rows = kind.objects.select_for_update()
    return rows.filter(user=request.user, confirmed=confirmed).first()


def _verified(request: HttpRequest, device: Device) -> None:
    """From here on the session is one with both factors; its old name is worth nothing."""
    request.session.cycle_key()
    django_otp.login(request, device)


def _refused(request: HttpRequest) -> str:
    _note(request, "admin.code_refused")
    return "That code is not right, or it was used already."


def _note(request: HttpRequest, event: str, **detail: Any) -> None:
    AuditEvent.append(event, target=request.user.get_username(), detail=detail)
