"""What the console asks for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget

from console.fields import ListField
from credentials import vault
from credentials.models import (
    Credential,
    Org,
    ServicePolicy,
    validate_networks,
    validate_origins,
    validate_scopes,
)
from services.catalogue import SERVICES, known

SERVICE_CHOICES = [(service.slug, service.display_name) for service in SERVICES]
PURPOSES = (
    ("browser", "Frontend: a page in a browser"),
    ("server", "Backend: a service of yours"),
    ("manage", "Administration: the management API"),
)
ACCESS = (("invoke", "Call every action"), ("read", "Only read what changes nothing"))
ROLLS = (
    ("0", "no longer: it stops at once"),
    ("1", "for one more hour"),
    ("24", "for 24 more hours"),
    ("168", "for 7 more days"),
)


def secret_field(required: bool = False) -> forms.CharField:
    """For a vendor's key: write-only, never sent back to the page."""
    return forms.CharField(
        label="Key",
        required=required,
        strip=True,
        max_length=vault.MAX_SECRET,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="The vendor's API key. Write-only: afterwards only its last four are shown.",
    )


def usable(secret: str) -> str:
    """The secret as it would be stored. Raises ValidationError."""
    if not vault.ring():
        raise ValidationError("The service is sealed: CREDENTIAL_KEYS is not set.")
    try:
        return vault.clean(secret) if secret else ""
    except vault.UnusableSecret as exc:
        raise ValidationError(str(exc)) from None


class OrgForm(forms.ModelForm):  # type: ignore[type-arg]  # takes none at run time
    """A tenant."""

    class Meta:
        model = Org
        fields = ("slug", "name", "is_active", "origins")
        help_texts = {  # noqa: RUF012
            "slug": "Stands in the URLs that its clients call and cannot be changed later: acme.",
            "name": "As people call it.",
            "is_active": "On: its keys work. Off: every one of them is refused.",
            "origins": "Browser origins that may call, one a line: https://app.example.com. "
            "A key may have its own instead.",
        }


class CredentialForm(forms.ModelForm):  # type: ignore[type-arg]  # takes none at run time
    """Takes a secret; an existing one is never shown, and stays when the field is left empty."""

    service = forms.ChoiceField(choices=SERVICE_CHOICES, widget=UnfoldAdminSelectWidget)
    secret = secret_field()

    class Meta:
        model = Credential
        fields = ("org", "service", "concurrency")
        labels = {"concurrency": "Paid calls at a time"}  # noqa: RUF012
        help_texts = {"concurrency": "In the vendor's plan. Empty: what every plan allows."}  # noqa: RUF012

    def clean_secret(self) -> str:
        secret: str = self.cleaned_data["secret"]
        if not secret and self.instance._state.adding:
            raise ValidationError("A new credential needs its secret.")
        return usable(secret)


class StageForm(forms.Form):
    """The next secret of a credential."""

    secret = secret_field(required=True)

    def clean_secret(self) -> str:
        return usable(self.cleaned_data["secret"])


class ServicePolicyForm(forms.ModelForm):  # type: ignore[type-arg]  # takes none at run time
    """How one org, or all, may use one service."""

    service = forms.ChoiceField(choices=SERVICE_CHOICES, widget=UnfoldAdminSelectWidget)

    class Meta:
        model = ServicePolicy
        fields = "__all__"
        labels = {  # noqa: RUF012
            "is_enabled": "Service is on",
            "disabled_actions": "Actions switched off",
            "allow_tenant_key": "The org's own credential",
            "allow_platform_key": "The platform's credential",
            "default_source": "Tried first",
            "fallback_to_platform_key": "Then the other one",
            "upstream_generation": "Vendor's API generation",
            "test_mode": "Calls with test: true",
            "paid_per_day": "Paid calls a day",
            "uncatalogued": "Paths outside the catalogue",
            "query_token": "Keys in the query",
            "approve_above": "A person approves above",
        }
        help_texts = {  # noqa: RUF012
            "org": "Empty: every org that has no policy of its own.",
            "is_enabled": "Off: every call is answered as if the service did not exist.",
            "disabled_actions": "Actions that are switched off, one a line: generate-video.",
            "allow_tenant_key": "May be used.",
            "allow_platform_key": "May be used: the org then spends what the platform pays for.",
        }


class SwitchForm(forms.Form):
    """One action of a service, to be switched off or on."""

    action = forms.CharField(max_length=63)
    to = forms.ChoiceField(choices=[("off", "off"), ("on", "on")])

    def __init__(self, service: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._service = service

    def clean_action(self) -> str:
        name: str = self.cleaned_data["action"].strip()
        service = known(self._service)
        if service is None or name not in service.by_slug:
            raise ValidationError("There is no such action.")
        return name


class KeyForm(forms.Form):
    """A new API key, by what it is for."""

    org = forms.ModelChoiceField(Org.objects.all())
    name = forms.CharField(
        max_length=100, required=False, help_text="Where it is used, e.g. “shop frontend”."
    )
    purpose = forms.ChoiceField(choices=PURPOSES, required=False, widget=forms.RadioSelect)
    origins = ListField(
        help_text="Origins of the pages that use it, one a line: https://app.example.com. "
        "Nothing: the org's.",
        validators=[validate_origins],
    )
    access = forms.MultipleChoiceField(
        choices=(*ACCESS, ("manage", "Use the management API")),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    services = forms.MultipleChoiceField(
        choices=SERVICE_CHOICES, required=False, widget=forms.CheckboxSelectMultiple
    )
    scopes = ListField(
        help_text="Patterns, one a line: heygen:list-* or heygen:generate-video. "
        "Nothing here and nothing ticked: every action.",
        validators=[validate_scopes],
    )
    networks = ListField(
        help_text="Networks that may use it, one a line: 192.0.2.0/24. Nothing: all.",
        validators=[validate_networks],
    )
    rate = forms.IntegerField(
        min_value=1, required=False, help_text="Calls a minute. Empty: as the settings say."
    )
    paid_per_day = forms.IntegerField(
        min_value=0,
        required=False,
        help_text="Paid calls a day (UTC), of all services. Empty: no limit but the org's.",
    )
    approve_above = forms.IntegerField(
        min_value=0,
        required=False,
        help_text="For an agent: its calls of more paid pieces than this wait for a person; "
        "0: every paid call. Empty: as the policies say.",
    )
    expires_at = forms.DateTimeField(
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"],
        help_text="In UTC. Empty: it does not expire.",
    )
    once = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def clean_expires_at(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["expires_at"]
        if at is not None and at <= timezone.now():
            raise ValidationError("That time is past.")
        return at

    def clean(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().clean() or self.cleaned_data
        if fields.get("purpose") == "browser" and not fields.get("origins") and not self.errors:
            fields["origins"] = list(fields["org"].origins)
            if not fields["origins"]:
                self.add_error("origins", "A frontend's key needs the origins of its pages.")
        if fields.get("purpose") == "server" and fields.get("origins"):
            self.add_error("origins", "A backend's key has no origins; a frontend's has.")
        return fields

    def wanted(self) -> dict[str, Any]:
        """What to issue, as `credentials.issue.issue` takes it."""
        given = self.cleaned_data
        ticked = [f"{service}:*" for service in given["services"]]
        access = given["access"] or ["invoke"]
        if given["purpose"] == "manage":
            access = ["manage", *(name for name in given["access"] if name != "manage")]
        return {
            "name": given["name"],
            "scopes": list(dict.fromkeys([*ticked, *given["scopes"]])),
            "origins": given["origins"],
            "access": access,
            "networks": given["networks"],
            "rate": given["rate"],
            "paid_per_day": given["paid_per_day"],
            "approve_above": given["approve_above"],
            "expires_at": given["expires_at"],
        }


class RollForm(forms.Form):
    """How long the old key works on beside the new one."""

    hours = forms.ChoiceField(
        choices=ROLLS, initial="24", widget=forms.RadioSelect, label="The old key works"
    )
    once = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def until(self) -> datetime | None:
        """When the old key ends; None for now."""
        hours = int(self.cleaned_data["hours"])
        # A little less than the longest that is allowed: that is counted from a moment later.
        return timezone.now() + timedelta(hours=hours, seconds=-1) if hours else None
