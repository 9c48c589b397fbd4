"""Setting up an org in Django's admin: secrets go in and never come out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html

from credentials import vault
from credentials.crypto import SealedError
from credentials.issue import issue
from credentials.models import ApiKey, Credential, Org, ServicePolicy

admin.site.site_header = admin.site.site_title = "AI proxy"


class ListField(forms.JSONField):
    """A JSON list; an emptied field is an empty one."""

    def clean(self, value: Any) -> Any:
        return super().clean(value) or []


class GuardedAdmin(admin.ModelAdmin):
    """Takes lists as JSON, and no filter in the URL by which a hidden column could be guessed."""

    formfield_overrides = {models.JSONField: {"form_class": ListField}}  # noqa: RUF012

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        hidden = lookup.startswith(("sealed", "digest"))
        return not hidden and super().lookup_allowed(lookup, value, request)


class CredentialForm(forms.ModelForm):
    """Takes a secret; an existing one is never shown, and stays when the field is left empty."""

    secret = forms.CharField(
        required=False,
        strip=True,
        max_length=vault.MAX_SECRET,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off", "size": 60}),
        help_text="The vendor's API key. Write-only: afterwards only its last four are shown.",
    )

    class Meta:
        model = Credential
        fields = ("org", "service")

    def clean_secret(self) -> str:
        secret: str = self.cleaned_data["secret"]
        if not secret and self.instance._state.adding:
            raise forms.ValidationError("A new credential needs its secret.")
        if not vault.ring():
            raise forms.ValidationError("The service is sealed: CREDENTIAL_KEYS is not set.")
        try:
            return vault.clean(secret) if secret else ""
        except vault.UnusableSecret as exc:
            raise forms.ValidationError(str(exc)) from None


@admin.register(Credential)
class CredentialAdmin(GuardedAdmin):
    form = CredentialForm
    list_display = ("service", "owner", "ends_with", "changed_at", "checked_at", "check_result")
    list_filter = ("service", "org")
    readonly_fields = ("ends_with", "created_at", "changed_at", "checked_at", "check_result")

    @admin.display(description="owner")
    def owner(self, obj: Credential) -> str:
        return str(obj.org or "platform")

    @admin.display(description="ends with")
    def ends_with(self, obj: Credential) -> str:
        return f"…{obj.last_four}" if obj.last_four else "-"

    def get_fields(self, request: HttpRequest, obj: Credential | None = None) -> tuple[str, ...]:
        fields = ("org", "service", "secret")
        return (*fields, *(str(name) for name in self.readonly_fields)) if obj else fields

    def get_readonly_fields(
        self, request: HttpRequest, obj: Credential | None = None
    ) -> tuple[str, ...]:
        # The sealed secret is bound to its org and service; another place means another secret.
        fields = tuple(str(name) for name in self.readonly_fields)
        return (*fields, "org", "service") if obj else fields

    def save_model(self, request: HttpRequest, obj: Credential, form: Any, change: bool) -> None:
        secret = form.cleaned_data["secret"]
        if not secret:
            return
        try:
            stored = vault.store(org=obj.org, service=obj.service, secret=secret)
        except SealedError as exc:
            messages.error(request, str(exc))
            return
        obj.pk, obj.last_four = stored.pk, stored.last_four
        obj._state.adding = False


@admin.register(ApiKey)
class ApiKeyAdmin(GuardedAdmin):
    fields = ("org", "name", "scopes", "origins", "expires_at")
    list_display = ("name", "id", "org", "kind", "ends_with", "state", "created_at", "expires_at")
    list_filter = ("org", "kind")
    search_fields = ("name", "id", "org__slug")
    actions = ("revoke",)

    @admin.display(description="ends with")
    def ends_with(self, obj: ApiKey) -> str:
        return f"…{obj.last_four}"

    @admin.action(description="Revoke the selected keys (cannot be undone)", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: Any) -> None:
        for key in queryset:
            key.revoke()
        messages.success(request, f"Revoked {len(queryset)} keys; they stop within a second.")

    def get_readonly_fields(
        self, request: HttpRequest, obj: ApiKey | None = None
    ) -> tuple[str, ...]:
        return ("org", "scopes", "origins", "expires_at") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return False  # a revoked key stays, so that its id keeps meaning what it meant

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=["name"])
            return
        row, text = issue(
            obj.org,
            name=obj.name,
            scopes=obj.scopes,
            origins=obj.origins,
            expires_at=obj.expires_at,
        )
        obj.pk = row.pk
        obj.kind, obj.last_four, obj.digest = row.kind, row.last_four, row.digest
        obj._state.adding = False
        messages.warning(
            request, format_html("Copy the key now, it is not shown again: <code>{}</code>", text)
        )


@admin.register(Org)
class OrgAdmin(GuardedAdmin):
    list_display = ("slug", "name", "is_active", "created_at")
    search_fields = ("slug", "name")

    def get_readonly_fields(self, request: HttpRequest, obj: Org | None = None) -> tuple[str, ...]:
        return ("slug",) if obj else ()  # clients have it in their URLs


class ServicePolicyForm(forms.ModelForm):
    """A form of its own, so that the services app can say which services there are."""

    class Meta:
        model = ServicePolicy
        fields = "__all__"


@admin.register(ServicePolicy)
class ServicePolicyAdmin(GuardedAdmin):
    form = ServicePolicyForm
    list_display = ("service", "org", "is_enabled", "default_source", "upstream_generation")
    list_filter = ("service", "org")
