"""What the management API answers; a vendor's secret is in none of it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from console.api.inputs import PolicySerializer
from credentials.models import ApiKey, Credential
from credentials.models.rules import ACCESS

Shown = serializers.Serializer[Any]


class SpareSecretSerializer(Shown):
    version = serializers.IntegerField()
    last_four = serializers.CharField(allow_blank=True)
    stored_at = serializers.DateTimeField()
    checked_at = serializers.DateTimeField(allow_null=True)
    checked_by = serializers.CharField(allow_blank=True)
    check_ok = serializers.BooleanField(allow_null=True)
    check_result = serializers.CharField(allow_blank=True)


class CredentialSerializer(Shown):
    service = serializers.CharField()
    source = serializers.SerializerMethodField()  # type: ignore[assignment]
    version = serializers.IntegerField(source="secret_version")
    last_four = serializers.CharField(help_text='The secret\'s end; "" of a short one.')
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()
    checked_at = serializers.DateTimeField(
        allow_null=True, help_text="When the vendor was asked whether this secret works."
    )
    checked_by = serializers.CharField()
    check_ok = serializers.BooleanField(allow_null=True, help_text="null: not asked yet.")
    check_result = serializers.CharField(help_text="What the vendor said.")
    concurrency = serializers.IntegerField(allow_null=True)
    next = serializers.SerializerMethodField()
    previous = serializers.SerializerMethodField()

    def get_source(self, row: Credential) -> str:
        return "tenant"

    @extend_schema_field(SpareSecretSerializer(allow_null=True))
    def get_next(self, row: Credential) -> dict[str, Any] | None:
        return _spare(row, "next")

    @extend_schema_field(SpareSecretSerializer(allow_null=True))
    def get_previous(self, row: Credential) -> dict[str, Any] | None:
        return _spare(row, "previous")


def _spare(row: Credential, role: str) -> dict[str, Any] | None:
    found = next((spare for spare in row.spares.all() if spare.role == role), None)
    return SpareSecretSerializer(found).data if found else None


class ApiKeySerializer(Shown):
    id = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=ApiKey.Kind.choices)
    state = serializers.ChoiceField(choices=("active", "expired", "revoked"))
    prefix = serializers.SerializerMethodField(help_text="How its text begins.")
    last_four = serializers.CharField(help_text="How its text ends.")
    access = serializers.ListField(child=serializers.ChoiceField(choices=ACCESS))
    scopes = serializers.ListField(child=serializers.CharField())
    origins = serializers.ListField(child=serializers.CharField())
    networks = serializers.ListField(child=serializers.CharField())
    rate = serializers.IntegerField(allow_null=True)
    paid_per_day = serializers.IntegerField(allow_null=True)
    approve_above = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()
    created_by = serializers.CharField()
    last_used_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    rolled_from = serializers.CharField(source="rolled_from_id", allow_null=True)

    def get_prefix(self, row: ApiKey) -> str:
        return f"aip{row.kind[0]}_{row.id}"


class BoundsSerializer(Shown):
    is_enabled = serializers.BooleanField()
    disabled_actions = serializers.ListField(child=serializers.CharField())
    allow_tenant_key = serializers.BooleanField()
    allow_platform_key = serializers.BooleanField()
    paid_per_day = serializers.IntegerField(allow_null=True)
    approve_above = serializers.IntegerField(allow_null=True)


class ServicePolicySerializer(Shown):
    service = serializers.CharField()
    decided_by = serializers.ChoiceField(
        choices=("org", "staff", "everyone", "default"),
        help_text="Whose row it is: this org's keys', the staff's for this org, the staff's for "
        "every org, or nobody's.",
    )
    in_words = serializers.CharField()
    policy = PolicySerializer()
    bounds = BoundsSerializer(help_text="What the staff allows; no key goes beyond it.")


class ActorSerializer(Shown):
    kind = serializers.ChoiceField(choices=("user", "key", "command", "system"))
    name = serializers.CharField()


class EventSerializer(Shown):
    seq = serializers.IntegerField()
    at = serializers.DateTimeField()
    event = serializers.CharField()
    target = serializers.CharField()
    actor = serializers.SerializerMethodField()
    address = serializers.CharField()
    detail = serializers.DictField()

    @extend_schema_field(ActorSerializer)
    def get_actor(self, row: Any) -> dict[str, str]:
        return {"kind": row.actor_kind, "name": row.actor}


class FieldErrorSerializer(Shown):
    field = serializers.CharField(help_text='Path of the field; "" for the whole.')
    detail = serializers.CharField()


class ErrorSerializer(Shown):
    detail = serializers.CharField(help_text="What is wrong, in words.")
    error = serializers.CharField(help_text="The same text.")
    code = serializers.CharField(help_text="What is wrong, for programs.")
    origin = serializers.ChoiceField(choices=("proxy", "upstream"))
    retryable = serializers.BooleanField()
    request_id = serializers.CharField()
    errors = serializers.ListField(  # type: ignore[assignment]
        child=FieldErrorSerializer(), required=False, help_text="With the code `invalid_fields`."
    )
