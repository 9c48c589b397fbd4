"""People at the console's door, for tests: accounts, a browser each, codes of their phones."""

from __future__ import annotations

import time
from base64 import b32decode
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django_otp.oath import TOTP

from console.security.models import Authenticator
from credentials.models import AuditEvent

PASSWORD = "correct-horse-battery-9"
LOGIN, VERIFY, SUDO = "/admin/login/", "/admin/security/code/", "/admin/security/password/"
ENROL = "/admin/security/set-up/"


def person(name: str = "ada", *, superuser: bool = True, may: tuple[str, ...] = ()) -> Any:
    """Somebody of the staff, with the password above."""
    users: Any = get_user_model().objects
    if superuser:
        return users.create_superuser(name, password=PASSWORD)
    user = users.create_user(name, password=PASSWORD, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=may))
    return user


def browser(address: str = "192.0.2.7", **headers: str) -> Client:
    return Client(REMOTE_ADDR=address, headers=headers)


def log_in(client: Client, name: str = "ada", password: str = PASSWORD, **form: str) -> Any:
    return client.post(LOGIN, {"username": name, "password": password, "next": "/admin/"} | form)


def logged_in(name: str = "ada", address: str = "192.0.2.7") -> Client:
    client = browser(address)
    assert log_in(client, name).status_code == 302
    return client


def code(key: str, *, ahead: int = 0) -> str:
    """What a phone with this key shows now, or some half minutes later."""
    totp = TOTP(b32decode(key.replace(" ", "")))
    totp.time = time.time() + 30 * ahead
    return f"{totp.token():06d}"


def has_app(user: Any) -> str:
    """Give the person a confirmed app; its key."""
    app = Authenticator.begin(user)
    app.confirmed = True
    app.save()
    return app.key


def events(*names: str) -> list[tuple[str, str, str, dict[str, Any]]]:
    """Event, actor, address and detail of what was recorded under these names, oldest first."""
    rows = AuditEvent.objects.order_by("seq").filter(event__in=names)
    return [(row.event, row.actor, row.address, row.detail) for row in rows]
