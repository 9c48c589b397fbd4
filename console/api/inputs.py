"""What the management API takes, in bodies and queries."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from console.api.fields import Count, Flag, Moment, Strict, Text
from credentials.issue import OVERLAP
from credentials.models import (
    ServicePolicy,
    validate_access,
    validate_networks,
    validate_origins,
    validate_scopes,
)
from credentials.models.rules import ACCESS, MOST_NETWORKS, MOST_ORIGINS, MOST_SCOPES
from credentials.vault import MAX_SECRET

MOST_PAID = 1_000_000_000


class Nothing(Strict):
    """No fields at all."""


class Paged(Strict):
    limit = serializers.IntegerField(
        default=50, min_value=1, max_value=200, help_text="How many of them in one answer."
    )
    cursor = Text(required=False, max_length=1000, help_text="`next_cursor` of the answer before.")


class EventQuery(Paged):
    event = serializers.RegexField(
        r"\A[a-z_]+(\.[a-z_]+)?\Z",
        required=False,
        max_length=63,
        help_text="One kind, such as `api_key.created`, or all of `api_key`.",
    )
    since = Moment(required=False, help_text="Not before this time.")
    until = Moment(required=False, help_text="Before this time.")


class Trial(Strict):
    verify = serializers.BooleanField(
        default=True, help_text="Whether to ask the vendor if the key works."
    )


class NewSecretSerializer(Strict):
    key = serializers.CharField(
        write_only=True,
        trim_whitespace=False,
        max_length=MAX_SECRET,
        help_text="The vendor's API key. Goes in, and never comes out.",
    )


class SecretChangeSerializer(NewSecretSerializer):
    concurrency = Count(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=1000,
        help_text="Paid calls at a time in the vendor's plan; null: what every plan allows.",
    )


class NewCredentialSerializer(SecretChangeSerializer):
    service = Text(max_length=63)


def _patterns(check: Any, most: int, about: str) -> serializers.ListField:
    return serializers.ListField(
        child=Text(max_length=300),
        max_length=most,
        default=list,
        validators=[check],
        help_text=about,
    )


class _Expiry(Strict):
    """Refuses a time that is over."""

    def validate_expires_at(self, value: Any) -> Any:
        if value is not None and value <= timezone.now():
            raise serializers.ValidationError("This time is over.")
        return value


class NewApiKeySerializer(_Expiry):
    name = Text(max_length=100, default="", allow_blank=True)
    access = serializers.ListField(
        child=serializers.ChoiceField(choices=ACCESS),
        default=lambda: ["invoke"],
        validators=[validate_access],
        help_text="`invoke` includes `read`; `manage` is for this API alone.",
    )
    scopes = _patterns(
        validate_scopes, MOST_SCOPES, "Patterns such as `heygen:list-*`; none: every action."
    )
    origins = _patterns(
        validate_origins, MOST_ORIGINS, "Browser origins; with some it is a browser key."
    )
    networks = _patterns(
        validate_networks, MOST_NETWORKS, "In CIDR notation; none: from everywhere."
    )
    rate = Count(
        default=None,
        allow_null=True,
        min_value=1,
        max_value=1_000_000,
        help_text="Calls a minute; null: as the service is set up for its kind.",
    )
    paid_per_day = Count(
        default=None,
        allow_null=True,
        min_value=0,
        max_value=MOST_PAID,
        help_text="Paid calls a day (UTC) of all services; null: no limit but the org's.",
    )
    approve_above = Count(
        default=None,
        allow_null=True,
        min_value=0,
        max_value=MOST_PAID,
        help_text="For agents: calls of more paid pieces than this wait for a person; 0: every "
        "paid call; null: as the policies say.",
    )
    expires_at = Moment(default=None, allow_null=True)


class ApiKeyChangeSerializer(_Expiry):
    name = Text(max_length=100, required=False, allow_blank=True)
    expires_at = Moment(required=False, help_text="Earlier than before, and not over.")


class RollSerializer(Strict):
    """`until` a time, or `for` some seconds."""

    until = Moment(required=False, help_text="Until when the old key works on; seven days at most.")

    def get_fields(self) -> dict[str, Any]:
        about = "How many seconds the old key works on, instead of `until`; 0: it ends now."
        longest = int(OVERLAP.total_seconds())
        seconds = Count(required=False, min_value=0, max_value=longest, help_text=about)
        return {**super().get_fields(), "for": seconds}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError("Give either `until` or `for`.")
        until = attrs.get("until")
        if until and not timezone.now() < until <= timezone.now() + OVERLAP:
            raise serializers.ValidationError({"until": ["Give a time in the next seven days."]})
        return attrs


class PolicySerializer(Strict):
    """How the org may use a service; what PATCH leaves out stays as it is, and what
    PUT leaves out is as the staff has it."""

    is_enabled = Flag(required=False)
    disabled_actions = serializers.ListField(
        child=Text(max_length=100), max_length=1000, required=False
    )
    allow_tenant_key = Flag(required=False)
    allow_platform_key = Flag(required=False)
    default_source = serializers.ChoiceField(choices=ServicePolicy.Source.choices, required=False)
    fallback_to_platform_key = Flag(required=False)
    upstream_generation = serializers.ChoiceField(
        choices=ServicePolicy.Generation.choices, required=False
    )
    test_mode = serializers.ChoiceField(choices=ServicePolicy.TestMode.choices, required=False)
    paid_per_day = Count(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=MOST_PAID,
        help_text="Paid calls a day (UTC); null: no limit but the staff's.",
    )
    approve_above = Count(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=MOST_PAID,
        help_text="Calls of more paid pieces than this wait for a person; null: as the staff says.",
    )
