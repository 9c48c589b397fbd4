"""API keys: a list, and of one only its name to change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.urls import URLPattern

from console import routes
from console.admin.guarded import GuardedAdmin
from console.columns import shown
from console.pages import keys
from credentials.models import ApiKey

STATES = {"active": "success", "expired": "warning", "revoked": "danger"}


@admin.register(ApiKey)
class ApiKeyAdmin(GuardedAdmin):
    fields = (
        "org", "name", "scopes", "origins", "access", "networks", "rate", "paid_per_day",
        "approve_above", "expires_at",
    )  # fmt: skip
    list_display = ("name", "id", "org", "kind", "ends_with", "state", "last_used_at", "expires_at")
    list_filter = ("org", "kind")
    list_select_related = ("org",)
    search_fields = ("name", "id", "org__slug")
    actions = ("revoke",)

    @shown(description="ends with")
    def ends_with(self, obj: ApiKey) -> str:
        return f"…{obj.last_four}"

    @shown(description="state", label=STATES)
    def state(self, obj: ApiKey) -> str:
        return obj.state

    @admin.action(description="Revoke the selected keys (cannot be undone)", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: Any) -> None:
        for key in queryset:
            key.revoke()
        messages.success(request, f"Revoked {len(queryset)} keys; they stop within a second.")

    def get_urls(self) -> list[URLPattern]:
        return [*routes.of_keys(), *super().get_urls()]

    def add_view(self, request: HttpRequest, *_: Any, **__: Any) -> Any:
        return keys.add(request)

    def get_readonly_fields(
        self, request: HttpRequest, obj: ApiKey | None = None
    ) -> tuple[str, ...]:
        return tuple(name for name in self.fields if name != "name")

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return False  # a revoked key stays, so that its id keeps meaning what it meant

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        obj.save(update_fields=["name"])
