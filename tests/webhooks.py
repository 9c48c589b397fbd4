"""Vendors that report and orgs that listen, for tests: signed events, receivers, endpoints."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import uuid
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone
from standardwebhooks import Webhook

from credentials import vault
from credentials.models import Credential, Org
from jobs.models import Delivery, Endpoint, Job, Receiver
from services.webhooks import endpoints, registering, tokens

SECRET = "whsec_of-the-vendor-7a1c"
PATH = "/api/ai-proxy/webhooks"
EVENT = {"event_type": "avatar_video.success", "event_data": {"video_id": "v1", "url": "https://x"}}
FAILED = {"event_type": "avatar_video.fail", "event_data": {"video_id": "v1", "msg": "broken"}}


class Vendor:
    """Posts events to a credential's receiver as HeyGen does."""

    def __init__(self, credential: Credential, *secrets: str) -> None:
        self.token = tokens.new()
        self.receiver = Receiver(credential=credential, token=tokens.digest(self.token))
        registering._seal(self.receiver, secrets or (SECRET,))
        self.receiver.save()
        self.client = Client(raise_request_exception=False)

    def post(self, event: Any, secret: str = SECRET, **headers: str) -> Any:
        """Send an event, signed unless `secret` is empty; further headers come last."""
        raw = event if isinstance(event, bytes) else json.dumps(event).encode()
        given = {"Heygen-Event-Id": uuid.uuid4().hex, "Heygen-Timestamp": str(int(time.time()))}
        if secret:
            given["Heygen-Signature"] = mark(raw, secret)
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send(raw, {name: value for name, value in given.items() if value})

    def send(self, raw: bytes, headers: dict[str, str], token: str = "") -> Any:
        url = f"{PATH}/{token or self.token}/"
        return self.client.generic(
            "POST", url, raw, content_type="application/json", headers=headers
        )


def mark(raw: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def credential_of(org: Org, service: str = "heygen") -> Credential:
    return Credential.objects.get(org=org, service=service)


def make_job(org: Org, upstream_id: str = "v1", **fields: Any) -> Job:
    """A job that is not due for an hour."""
    later = timezone.now() + timedelta(hours=1)
    given = {
        "service": "heygen",
        "action": "v3-create-video",
        "status_action": "v3-get-video",
        "parameters": {"path_params": {"video_id": upstream_id}},
        "credential": credential_of(org).pk,
        "source": "tenant",
        "expires_at": later,
        "due_at": later,
    }
    return Job.objects.create(org=org, upstream_id=upstream_id, **(given | fields))


def make_endpoint(org: Org, url: str, **fields: Any) -> tuple[Endpoint, str]:
    return endpoints.create(org, url, **fields)


def verified(received: Any, secret: str) -> Any:
    """The body of a delivery as a subscriber's own library reads it. Raises when it is not ours."""
    headers = {name.lower(): value for name, value in received.headers}
    return Webhook(secret).verify(received.body, headers)


def hurry(**fields: Any) -> None:
    """Make every pending delivery due."""
    now = timezone.now() - timedelta(seconds=1)
    Delivery.objects.filter(state="pending").update(due_at=now, lease_until=None, **fields)


def platform() -> Credential:
    return vault.store(org=None, service="heygen", secret="sk-platform-0002")
