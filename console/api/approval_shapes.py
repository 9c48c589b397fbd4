"""What the management API takes and answers about calls that wait for a person."""

from __future__ import annotations

import json
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from console import approving
from console.api.fields import Flag, Strict, Text
from console.api.outputs import Shown
from jobs.models import Approval

STATES = (*Approval.State.values, "expired")


class ApprovalSerializer(Shown):
    id = serializers.CharField()
    status = serializers.ChoiceField(choices=STATES)
    service = serializers.CharField()
    action = serializers.CharField()
    units = serializers.IntegerField(help_text="Paid pieces of work.")
    api_key = serializers.CharField(source="key_id", help_text="Who asked.")
    request_id = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(
        help_text="To be decided by then; once approved, to be begun."
    )
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by = serializers.CharField()
    carried_at = serializers.DateTimeField(allow_null=True, help_text="When it was begun.")


class ApprovalRequestSerializer(ApprovalSerializer):
    call = serializers.SerializerMethodField(help_text="What is sent, without secrets, as text.")

    @extend_schema_field(serializers.CharField())
    def get_call(self, row: Approval) -> Any:
        return approving.shown(row)


class DecisionSerializer(Strict):
    approve = Flag(help_text="false: the call is refused.")


class ApprovalLinkSerializer(Strict):
    name = Text(max_length=60, help_text="Whom it is for; the record says so.")


EXAMPLE = {
    "id": "5d0c2b1e-6d0b-4d5e-9d6c-0a9f4f0c7a11",
    "status": "pending",
    "service": "heygen",
    "action": "generate-video",
    "units": 1,
    "api_key": "8sJd0aQz",
    "request_id": "6f54b47305264517a26c6bc5e5f46d1c",
    "created_at": "2026-11-20T09:30:00Z",
    "expires_at": "2026-11-21T09:30:00Z",
    "decided_at": None,
    "decided_by": "",
    "carried_at": None,
}
EXAMPLES = {
    "Approval": EXAMPLE,
    "ApprovalRequest": EXAMPLE | {"call": json.dumps({"body": {"title": "Welcome"}}, indent=2)},
    "Decision": {"approve": True},
    "ApprovalLink": {"name": "Dana of finance"},
    "link": "https://proxy.example.com/approve/WyI1ZDBj.../",
}
