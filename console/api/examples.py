"""One example of each object of the management API, for its document."""

from __future__ import annotations

from typing import Any

from console.api import approval_shapes

_SPARE = {
    "version": 1,
    "last_four": "9f3c",
    "stored_at": "2026-11-02T08:00:00Z",
    "checked_at": "2026-11-02T08:00:01Z",
    "checked_by": "mia",
    "check_ok": True,
    "check_result": "ok",
}
_CREDENTIAL = {
    "service": "heygen",
    "source": "tenant",
    "version": 2,
    "last_four": "7a21",
    "created_at": "2026-11-02T08:00:00Z",
    "changed_at": "2026-11-20T09:30:00Z",
    "checked_at": "2026-11-20T09:30:01Z",
    "checked_by": "4fGh2kLm deploy",
    "check_ok": True,
    "check_result": "ok",
    "concurrency": None,
    "next": None,
    "previous": _SPARE,
}
_API_KEY = {
    "id": "8sJd0aQz",
    "name": "frontend",
    "kind": "browser",
    "state": "active",
    "prefix": "aipb_8sJd0aQz",
    "last_four": "x7Rt",
    "access": ["invoke"],
    "scopes": ["heygen:*"],
    "origins": ["https://app.example.com"],
    "networks": [],
    "rate": None,
    "paid_per_day": None,
    "approve_above": None,
    "created_at": "2026-11-20T09:30:00Z",
    "created_by": "4fGh2kLm deploy",
    "last_used_at": None,
    "expires_at": "2027-01-01T00:00:00Z",
    "revoked_at": None,
    "rolled_from": None,
}
_POLICY = {
    "is_enabled": True,
    "disabled_actions": ["delete-video"],
    "allow_tenant_key": True,
    "allow_platform_key": False,
    "default_source": "tenant",
    "fallback_to_platform_key": False,
    "upstream_generation": "",
    "test_mode": "sandbox",
    "paid_per_day": 100,
    "approve_above": None,
}
_WEBHOOK = {
    "id": "0b8f0f0e-8a0c-4c59-9d2e-5f3f0f6f9a11",
    "url": "https://hooks.example.com/videos",
    "description": "the video page",
    "events": ["job.succeeded", "job.failed"],
    "is_enabled": True,
    "created_at": "2026-11-20T09:30:00Z",
    "failing_since": None,
    "disabled_at": None,
    "disabled_reason": "",
}
_TRY = {"at": "2026-11-20T09:31:00Z", "status": 200, "problem": "", "milliseconds": 41}
_DELIVERY = {
    "id": "5a1f6b0c-6a84-4c3e-8b0d-0d9a6a4f1c77",
    "message": "msg_2f1e0d9c8b7a46d5a4b3c2d1e0f9a8b7",
    "type": "job.succeeded",
    "state": "delivered",
    "tries": 1,
    "created_at": "2026-11-20T09:31:00Z",
    "next_try_at": None,
    "ended_at": "2026-11-20T09:31:00Z",
    "attempts": [_TRY],
}
_RECEIVER = {
    "service": "heygen",
    "state": "registered",
    "problem": "",
    "changed_at": "2026-11-20T09:30:00Z",
    "heard_at": "2026-11-21T10:00:00Z",
}
OF: dict[str, Any] = {
    "Webhook": _WEBHOOK,
    "NewWebhook": {"url": "https://hooks.example.com/videos", "events": ["job.succeeded"]},
    "WebhookChange": {"is_enabled": True},
    "Delivery": _DELIVERY,
    "Receiver": _RECEIVER,
    "ReceiverSecret": {"secret": "the vendor's signing secret"},
    "secret": "whsec_... (shown once)",
    "url": "https://proxy.example.com/api/ai-proxy/webhooks/.../",
    "Credential": _CREDENTIAL,
    "NewCredential": {"service": "heygen", "key": "the vendor's key"},
    "SecretChange": {"key": "the vendor's key", "concurrency": 3},
    "NewSecret": {"key": "the vendor's next key"},
    "ApiKey": _API_KEY,
    "NewApiKey": {
        "name": "frontend",
        "scopes": ["heygen:*"],
        "origins": ["https://app.example.com"],
        "expires_at": "2027-01-01T00:00:00Z",
    },
    "ApiKeyChange": {"name": "the old frontend", "expires_at": "2026-12-01T00:00:00Z"},
    "Roll": {"for": 86400},
    "Policy": {"disabled_actions": ["delete-video"]},
    "ServicePolicy": {
        "service": "heygen",
        "decided_by": "org",
        "in_words": "Calls use the org's own credential.",
        "policy": _POLICY,
        "bounds": {
            "is_enabled": True,
            "disabled_actions": [],
            "allow_tenant_key": True,
            "allow_platform_key": False,
            "paid_per_day": 500,
            "approve_above": None,
        },
    },
    "Event": {
        "seq": 17,
        "at": "2026-11-20T09:30:00Z",
        "event": "api_key.created",
        "target": "frontend …x7Rt",
        "actor": {"kind": "key", "name": "4fGh2kLm deploy"},
        "address": "192.0.2.7",
        "detail": {"name": "frontend"},
    },
    **approval_shapes.EXAMPLES,
    "verified": True,
    "said": "ok",
    "key": "aipb_8sJd0aQz... (51 characters, shown once)",
}
