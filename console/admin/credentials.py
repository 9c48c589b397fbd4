"""Credentials, the platform's among them: a secret goes in, is tried, and never comes out."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern

from console import routes
from console.admin.guarded import GuardedAdmin
from console.columns import shown
from console.forms import CredentialForm
from console.pages import credentials, webhooks
from console.pages.render import home_of
from console.security.sudo import ask, is_fresh, sudo_required
from credentials import vault
from credentials.crypto import SealedError
from credentials.models import Credential
from services.catalogue import known


@admin.register(Credential)
class CredentialAdmin(GuardedAdmin):
    form = CredentialForm
    list_display = ("service", "owner", "ends_with", "verdict", "checked_at", "check_result")
    list_filter = ("service", "org")
    list_select_related = ("org",)
    readonly_fields = (
        "ends_with", "created_at", "changed_at", "verdict", "checked_at", "checked_by",
        "check_result",
    )  # fmt: skip
    actions = ("test_connection",)
    change_form_outer_after_template = "console/beside.html"

    @shown(description="owner")
    def owner(self, obj: Credential) -> str:
        return str(obj.org or "platform")

    @shown(description="ends with")
    def ends_with(self, obj: Credential) -> str:
        return f"…{obj.last_four}" if obj.last_four else "-"

    @shown(
        description="verified",
        label={"verified": "success", "refused": "danger", "not verified": "warning"},
    )
    def verdict(self, obj: Credential) -> str:
        if obj.check_ok is None:
            return "not verified"
        return "verified" if obj.check_ok else "refused"

    @admin.action(description="Test the connection", permissions=["change"])
    def test_connection(self, request: HttpRequest, queryset: Any) -> None:
        """Call a cheap, free action with each selected credential and note what came back."""
        for credential in queryset:
            if told := credentials.tried(request, credential):
                level = messages.SUCCESS if told.ok else messages.ERROR
                messages.add_message(request, level, f"{credential}: {told.said}")

    def get_urls(self) -> list[URLPattern]:
        return [*routes.of_credentials(), *super().get_urls()]

    def get_fields(self, request: HttpRequest, obj: Credential | None = None) -> tuple[str, ...]:
        fields = ("org", "service", "secret", "concurrency")
        return (*fields, *(str(name) for name in self.readonly_fields)) if obj else fields

    def get_readonly_fields(
        self, request: HttpRequest, obj: Credential | None = None
    ) -> tuple[str, ...]:
        # The sealed secret is bound to its org and service; another place means another secret.
        fields = tuple(str(name) for name in self.readonly_fields)
        return (*fields, "org", "service") if obj else fields

    @sudo_required
    def add_view(self, *args: Any, **options: Any) -> Any:
        return super().add_view(*args, **options)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        may_change = self.has_change_permission(request)
        if may_change and not is_fresh(request):
            return ask(request)
        found = self.get_object(request, object_id)
        more = {
            "credential": found,
            "spares": {item.role: item for item in found.spares.all()} if found else {},
            "may": {"change_credential": may_change},
            "is_fresh": True,
            "receives": _webhooks(found),
        }
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def delete_view(self, request: HttpRequest, object_id: str, *args: Any, **given: Any) -> Any:
        with webhooks.parting(request, self.get_queryset(request).filter(pk=object_id)):
            return super().delete_view(request, object_id, *args, **given)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        with webhooks.parting(request, queryset):
            super().delete_queryset(request, queryset)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """A secret that was saved is tried at once; after its transaction, for vendors are slow."""
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if stored := getattr(request, "stored", None):
            credentials.tell(request, stored)
        return response

    def save_model(self, request: HttpRequest, obj: Credential, form: Any, change: bool) -> None:
        if secret := form.cleaned_data["secret"]:
            try:
                stored = vault.store(org=obj.org, service=obj.service, secret=secret)
            except SealedError as exc:
                messages.error(request, str(exc))
                return
            obj.pk, obj.last_four = stored.pk, stored.last_four
            obj._state.adding = False
            request.stored = stored  # type: ignore[attr-defined]
        # Only this: the form's copy of the row may be older than the secret just stored.
        Credential.objects.filter(pk=obj.pk).update(concurrency=obj.concurrency)

    def response_add(
        self, request: HttpRequest, obj: Credential, post_url_continue: str | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(home_of(obj))

    def response_change(self, request: HttpRequest, obj: Credential) -> HttpResponse:
        return HttpResponseRedirect(home_of(obj))


def _webhooks(credential: Credential | None) -> Any:
    """How its vendor reports, if it does."""
    service = known(credential.service) if credential else None
    return service.webhooks if service else None
