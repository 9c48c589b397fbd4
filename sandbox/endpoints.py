"""Webhook endpoints, kept per account and shown to both API generations."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from sandbox import pages
from sandbox.answers import Refusal, Reply
from sandbox.state import Visit, Webhook

Json = dict[str, Any]


def add_webhook(visit: Visit) -> Reply:
    hook = Webhook(
        id=uuid.uuid4().hex,
        url=_address(visit.body["url"]),
        events=_events(visit.body.get("events")),
        secret=f"whsec_{secrets.token_urlsafe(24)}",
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    visit.account.webhooks[hook.id] = hook
    return Reply(_webhook(visit, hook) | {"secret": hook.secret})


def _address(url: str) -> str:
    """Real HeyGen insists on https and probes the address; here any http address will do."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise Refusal("bad_webhook_url", "url is not a valid webhook address.", param="url")
    return url


def _events(events: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(events or ())


def _webhook(visit: Visit, hook: Webhook) -> Json:
    old = visit.generation != "v3"
    return {
        "endpoint_id": hook.id,
        **({"username": visit.account.name} if old else {}),
        "url": hook.url,
        "status": "enabled",
        "events": list(hook.events) or None,
        "secret": hook.secret if old else None,
        "created_at": hook.created_at,
    }


def list_webhooks(visit: Visit) -> Reply:
    hooks = [_webhook(visit, hook) for hook in visit.account.webhooks.values()]
    return pages.v3(visit, hooks) if visit.generation == "v3" else Reply(hooks)


def _find_webhook(visit: Visit) -> Webhook:
    given = (visit.params, visit.query, visit.body)
    wanted = next((str(part["endpoint_id"]) for part in given if "endpoint_id" in part), "")
    hook = visit.account.webhooks.get(wanted)
    if hook is None:
        raise Refusal("webhook_not_found", "Webhook endpoint not found", param="endpoint_id")
    return hook


def update_webhook(visit: Visit) -> Reply:
    hook = _find_webhook(visit)
    if visit.body.get("url"):
        hook.url = _address(visit.body["url"])
    if "events" in visit.body:
        hook.events = _events(visit.body["events"])
    return Reply(_webhook(visit, hook))


def delete_webhook(visit: Visit) -> Reply:
    del visit.account.webhooks[_find_webhook(visit).id]
    return Reply(None)


def rotate_secret(visit: Visit) -> Reply:
    hook = _find_webhook(visit)
    hook.secret = f"whsec_{secrets.token_urlsafe(24)}"
    return Reply({"endpoint_id": hook.id, "secret": hook.secret})


HANDLERS = {
    "add-webhook": add_webhook,
    "v3-create-webhook-endpoint": add_webhook,
    "list-webhooks": list_webhooks,
    "v3-list-webhook-endpoints": list_webhooks,
    "update-webhook": update_webhook,
    "v3-update-webhook-endpoint": update_webhook,
    "delete-webhook": delete_webhook,
    "v3-delete-webhook-endpoint": delete_webhook,
    "v3-rotate-webhook-secret": rotate_secret,
}
