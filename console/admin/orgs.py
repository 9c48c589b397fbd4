"""Orgs: a list, a form for a new one, and their own page in place of a change form."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern

from console import routes
from console.admin.guarded import GuardedAdmin
from console.columns import shown
from console.forms import OrgForm
from console.pages import org, webhooks
from console.pages.render import org_url
from console.security.sudo import ask, is_fresh
from credentials.models import Credential, Org


@admin.register(Org)
class OrgAdmin(GuardedAdmin):
    form = OrgForm
    list_display = ("slug", "name", "state", "created_at")
    search_fields = ("slug", "name")

    @shown(description="state", label={"on": "success", "off": "danger"})
    def state(self, obj: Org) -> str:
        return "on" if obj.is_active else "off"

    def get_urls(self) -> list[URLPattern]:
        return [*routes.of_orgs(), *super().get_urls()]

    def get_fields(self, request: HttpRequest, obj: Org | None = None) -> tuple[str, ...]:
        return (
            ("slug", "name", "origins") if obj is None else ("slug", "name", "is_active", "origins")
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Org | None = None) -> tuple[str, ...]:
        return ("slug",) if obj else ()  # clients have it in their URLs

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """The org's page; its few settings are a form that `?settings` opens."""
        found = self.get_object(request, object_id)
        if request.method == "POST" or "settings" in request.GET or found is None:
            if not is_fresh(request):
                return ask(request)
            return super().change_view(request, object_id, form_url, extra_context)
        return org.show(request, found)

    def delete_view(self, request: HttpRequest, object_id: str, *args: Any, **given: Any) -> Any:
        with webhooks.parting(request, Credential.objects.filter(org_id=object_id)):
            return super().delete_view(request, object_id, *args, **given)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        with webhooks.parting(request, Credential.objects.filter(org__in=queryset)):
            super().delete_queryset(request, queryset)

    def response_add(
        self, request: HttpRequest, obj: Org, post_url_continue: str | None = None
    ) -> HttpResponse:
        messages.success(request, f"{obj} is there. Paste its key for a vendor next.")
        return HttpResponseRedirect(org_url(obj))

    def response_post_save_change(self, request: HttpRequest, obj: Org) -> Any:
        return HttpResponseRedirect(org_url(obj))
