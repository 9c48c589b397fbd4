"""DRF authentication by a key that is looked up in the database."""

from __future__ import annotations

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from benchmarks.obvious.models import ApiKey, digest


class ApiKeyAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[ApiKey, None] | None:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "api-key":
            return None
        found = (
            ApiKey.objects.select_related("org").filter(digest=digest(key), is_active=True).first()
        )
        if found is None:
            raise AuthenticationFailed("Invalid API key.")
        return found, None

    def authenticate_header(self, request: Request) -> str:
        return "Api-Key"
