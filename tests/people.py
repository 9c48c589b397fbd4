"""Members of the staff, logged in."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client


def superuser(name: str = "admin", **options: bool) -> Client:
    """Somebody who may everything."""
    client = Client(**options)
    client.force_login(get_user_model().objects.create_superuser(name))
    return client


def staff(*permissions: str, name: str = "staff") -> Client:
    """Somebody of the staff who has these permissions and no other."""
    user = get_user_model().objects.create_user(name, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client
