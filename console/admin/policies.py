"""Policies: how services may be used, by one org or by all that have none of their own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from console.admin.guarded import GuardedAdmin
from console.forms import ServicePolicyForm
from console.pages.render import org_url
from console.security.sudo import sudo_required
from credentials.models import ServicePolicy


@admin.register(ServicePolicy)
class ServicePolicyAdmin(GuardedAdmin):
    form = ServicePolicyForm
    list_display = ("service", "org", "is_enabled", "default_source", "upstream_generation")
    list_filter = ("service", "org")

    @sudo_required
    def add_view(self, *args: Any, **options: Any) -> Any:
        return super().add_view(*args, **options)

    @sudo_required
    def change_view(self, *args: Any, **options: Any) -> Any:
        return super().change_view(*args, **options)

    def save_model(self, request: HttpRequest, obj: ServicePolicy, form: Any, change: bool) -> None:
        obj.set_by_org = False  # what the staff decided is not the org's to undo
        obj.save()

    def response_post_save_add(self, request: HttpRequest, obj: ServicePolicy) -> Any:
        return self._shown_at(request, obj) or super().response_post_save_add(request, obj)

    def response_post_save_change(self, request: HttpRequest, obj: ServicePolicy) -> Any:
        return self._shown_at(request, obj) or super().response_post_save_change(request, obj)

    def _shown_at(self, request: HttpRequest, obj: ServicePolicy) -> HttpResponse | None:
        return HttpResponseRedirect(org_url(obj.org)) if obj.org else None
