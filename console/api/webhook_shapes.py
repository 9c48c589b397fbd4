"""What the management API takes and answers about webhooks, both ways."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from console.api.fields import Flag, Strict, Text
from console.api.outputs import Shown
from jobs.models import Delivery, Receiver
from jobs.outbox import TYPES
from services.webhooks import addresses
from services.webhooks.addresses import LONGEST, Unusable

TRIES = 10  # of a delivery, that are shown
_EVENTS = "Types of events it is told of; none: all of them."


class _Addressed(Strict):
    """Refuses a URL that nobody may be told things at."""

    def validate_url(self, value: str) -> str:
        try:
            return addresses.clean(value)
        except Unusable as exc:
            raise serializers.ValidationError(str(exc)) from None


class NewWebhookSerializer(_Addressed):
    url = Text(max_length=LONGEST, help_text="An https URL with a public host.")
    description = Text(max_length=200, default="", allow_blank=True)
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=TYPES), default=list, max_length=50, help_text=_EVENTS
    )


class WebhookChangeSerializer(_Addressed):
    url = Text(max_length=LONGEST, required=False)
    description = Text(max_length=200, required=False, allow_blank=True)
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=TYPES),
        required=False,
        max_length=50,
        help_text=_EVENTS,
    )
    is_enabled = Flag(required=False, help_text="On again, it is told what is still waiting.")


class WebhookSerializer(Shown):
    id = serializers.CharField()
    url = serializers.CharField()
    description = serializers.CharField()
    events = serializers.ListField(child=serializers.CharField())
    is_enabled = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    failing_since = serializers.DateTimeField(
        allow_null=True, help_text="The first try that failed since one that did not."
    )
    disabled_at = serializers.DateTimeField(allow_null=True)
    disabled_reason = serializers.CharField()


class TrySerializer(Shown):
    at = serializers.DateTimeField()
    status = serializers.IntegerField(allow_null=True, help_text="null: there was no answer.")
    problem = serializers.CharField()
    milliseconds = serializers.IntegerField()


class DeliverySerializer(Shown):
    id = serializers.CharField()
    message = serializers.SerializerMethodField(help_text="Its `webhook-id`.")
    type = serializers.CharField(source="message.type")
    state = serializers.ChoiceField(choices=Delivery.State.choices)
    tries = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    next_try_at = serializers.DateTimeField(source="due_at", allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    attempts = serializers.SerializerMethodField(help_text="The latest tries, newest first.")

    def get_message(self, row: Delivery) -> str:
        return f"msg_{row.message_id.hex}"

    @extend_schema_field(TrySerializer(many=True))
    def get_attempts(self, row: Delivery) -> list[dict[str, Any]]:
        return list(TrySerializer(row.attempts.all()[:TRIES], many=True).data)


class ReceiverSerializer(Shown):
    service = serializers.CharField(source="credential.service")
    state = serializers.ChoiceField(choices=Receiver.State.choices)
    problem = serializers.CharField(help_text="Why it could not be registered last time.")
    changed_at = serializers.DateTimeField()
    heard_at = serializers.DateTimeField(
        allow_null=True, help_text="The last event that the vendor had signed."
    )


class ReceiverSecretSerializer(Strict):
    secret = Text(
        max_length=200,
        required=False,
        write_only=True,
        help_text="What the vendor signs with. Goes in, and never comes out.",
    )
