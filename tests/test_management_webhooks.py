"""The management API's webhooks: an org's own endpoints, and its vendors' receivers."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from credentials.models import AuditEvent
from jobs import deliveries, outbox
from jobs.models import Delivery, Endpoint, Receiver
from services.webhooks import delivering, endpoints
from services.webhooks.receiving import opened
from tests.conftest import Sandbox
from tests.managing import Manager, make_manager
from tests.upstream import Upstream
from tests.webhooks import Vendor, credential_of, make_job, verified

URL = "http://127.0.0.1:9/in"


@pytest.fixture
def api(db: None, vendor: Upstream, settings: Any) -> Manager:
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    return make_manager()


def work() -> None:
    for delivery in deliveries.claim(100):
        delivering.deliver(delivery)


def made(api: Manager, url: str = URL, **fields: Any) -> tuple[Any, str]:
    answer = api("POST", "webhooks/", {"url": url, **fields})
    assert answer.status_code == 201, answer.content
    return answer.json()["data"], answer.json()["secret"]


def test_endpoint_lives(api: Manager, vendor: Upstream) -> None:
    """Made, read, changed, told, rotated, deleted."""
    webhook, secret = made(api, f"{vendor.url}/in", description="ours", events=["job.failed"])
    path = f"webhooks/{webhook['id']}"
    assert (webhook["description"], webhook["events"]) == ("ours", ["job.failed"])
    assert webhook["is_enabled"] is True
    assert secret.startswith("whsec_")
    assert api.data("GET", path) == webhook
    assert api.data("GET", "webhooks") == [webhook]
    changed = api.data("PATCH", path, {"events": [], "description": ""})
    assert changed == webhook | {"events": [], "description": ""}
    assert api("POST", f"{path}/test").status_code == 202
    work()
    [sent] = vendor.requests
    assert verified(sent, secret)["type"] == "webhook.test"
    [delivery] = api.data("GET", f"{path}/deliveries")
    assert delivery["message"] == sent.header("webhook-id")[0]
    assert (delivery["state"], delivery["tries"]) == ("delivered", 1)
    assert [tried["status"] for tried in delivery["attempts"]] == [200]
    rotated = api("POST", f"{path}/rotate").json()
    assert rotated["secret"] != secret
    assert api("POST", f"{path}/deliveries/{delivery['id']}/redeliver").status_code == 202
    work()
    again = vendor.requests[-1]
    assert again.header("webhook-id") == sent.header("webhook-id")
    assert verified(again, secret) == verified(again, rotated["secret"])
    assert api.data("DELETE", path) is None
    assert api.refused("GET", path) == (404, "not_found")
    assert not Delivery.objects.exists()


def test_secret_is_shown_once(api: Manager) -> None:
    webhook, secret = made(api)
    shown = [
        api("GET", path).content.decode() for path in ("webhooks", f"webhooks/{webhook['id']}")
    ]
    shown.append(repr(list(AuditEvent.objects.values())))
    shown.append(repr(list(Endpoint.objects.values("sealed"))))
    assert [text for text in shown if secret in text or secret[6:] in text] == []
    events = AuditEvent.objects.filter(event__startswith="webhook_endpoint.")
    assert [(event.event, event.actor_kind) for event in events] == [
        ("webhook_endpoint.created", "key")
    ]


def test_strangers_endpoint_is_none(api: Manager) -> None:
    other = make_manager("other")
    webhook, _ = made(other)
    path = f"webhooks/{webhook['id']}"
    outbox.test(Endpoint.objects.get())
    delivery = Delivery.objects.get().pk
    for method, below in (
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("POST", "/rotate"),
        ("POST", "/test"),
        ("GET", "/deliveries"),
        ("POST", f"/deliveries/{delivery}/redeliver"),
    ):
        assert api.refused(method, path + below) == (404, "not_found")
    assert api.data("GET", "webhooks") == []
    mine, _ = made(api)
    theirs = f"webhooks/{mine['id']}/deliveries/{delivery}/redeliver"
    assert api.refused("POST", theirs) == (404, "not_found")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "url"),
        ({"url": "ftp://a.example.com/"}, "url"),
        ({"url": "http://a b/"}, "url"),
        ({"url": 1}, "url"),
        ({"url": URL, "events": ["job.unknown"]}, "events.0"),
        ({"url": URL, "events": "job.failed"}, "events"),
        ({"url": URL, "secret": "whsec_mine"}, "secret"),
        ({"url": URL, "org": "other"}, "org"),
    ],
)
def test_odd_endpoint_is_refused(api: Manager, body: Any, field: str) -> None:
    answer = api("POST", "webhooks", body)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]][:1] == [field]
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize("url", ["https://127.0.0.1/", "http://8.8.8.8/", "https://10.0.0.1/a"])
def test_private_address_is_refused(api: Manager, settings: Any, url: str) -> None:
    webhook, _ = made(api)
    settings.ALLOW_INSECURE_UPSTREAMS = False
    assert api.refused("POST", "webhooks", {"url": url}) == (400, "invalid_fields")
    path = f"webhooks/{webhook['id']}"
    assert api.refused("PATCH", path, {"url": url}) == (400, "invalid_fields")


def test_endpoints_of_an_org_are_few(api: Manager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "MOST", 2)
    made(api)
    made(api)
    assert api.refused("POST", "webhooks", {"url": URL}) == (409, "too_many_webhooks")


def test_disabled_endpoint_is_enabled_again(api: Manager) -> None:
    webhook, _ = made(api)
    path = f"webhooks/{webhook['id']}"
    outbox.test(Endpoint.objects.get())
    deliveries.disable(uuid.UUID(webhook["id"]), "It answered 410 Gone.")
    shown = api.data("GET", path)
    assert (shown["is_enabled"], shown["disabled_reason"]) == (False, "It answered 410 Gone.")
    assert shown["disabled_at"] is not None
    assert api.refused("POST", f"{path}/test") == (409, "webhook_disabled")
    delivery = Delivery.objects.get().pk
    refused = api.refused("POST", f"{path}/deliveries/{delivery}/redeliver")
    assert refused == (409, "webhook_disabled")
    shown = api.data("PATCH", path, {"is_enabled": True})
    assert (shown["is_enabled"], shown["disabled_reason"], shown["disabled_at"]) == (True, "", None)
    assert len(deliveries.claim(10)) == 1  # what still waited


def test_long_list_comes_in_pages(api: Manager) -> None:
    webhook, _ = made(api)
    job = make_job(api.account.org)
    for _ in range(5):
        outbox.tell(job, "job.updated")
    pages = api.walk(f"webhooks/{webhook['id']}/deliveries?limit=2")
    assert [len(page) for page in pages] == [2, 2, 1]
    assert len({item["id"] for page in pages for item in page}) == 5


def test_key_of_some_services_manages_none(db: None) -> None:
    """An endpoint is told of all services."""
    api = make_manager(scopes=["heygen:*"])
    assert api.refused("GET", "webhooks") == (403, "out_of_scope")
    assert api.refused("POST", "webhooks", {"url": URL}) == (403, "out_of_scope")


def test_receiver_lives(api: Manager, sandbox: Sandbox, settings: Any) -> None:
    settings.HEYGEN_GENERATION = "v3"
    api.data("PUT", "credentials/heygen?verify=false", {"key": "sandbox-heygen-key"})
    path = "credentials/heygen/webhook"
    assert api.refused("GET", path) == (404, "no_receiver")
    shown = api.data("POST", path)
    assert (shown["service"], shown["state"], shown["heard_at"]) == ("heygen", "registered", None)
    assert api.data("GET", path) == shown
    [secret] = opened(Receiver.objects.get())
    api.data("POST", path)
    assert len(opened(Receiver.objects.get())) == 2
    assert api.data("DELETE", path) is None
    assert api.data("GET", path)["state"] == "missing"
    assert secret not in repr(list(AuditEvent.objects.values()))
    api.data("POST", path)
    api.data("DELETE", "credentials/heygen")
    assert sandbox.control("state")["accounts"][0]["webhooks"] == 0


def test_receiver_by_hand(api: Manager) -> None:
    path = "credentials/elevenlabs/webhook"
    assert api.refused("POST", path) == (409, "not_registered")
    first = api("PUT", path, {}).json()
    assert first["data"]["state"] == "manual"
    token = first["url"].rstrip("/").rpartition("/")[2]
    answer = api("PUT", path, {"secret": "wsec_by-hand"})
    assert answer.json()["url"] is None
    assert "wsec_by-hand" not in answer.content.decode()
    sender = Vendor.__new__(Vendor)
    sender.client = api.client
    assert sender.send(b'{"type":"a"}', {}, token).status_code == 200


def test_receiver_of_no_credential(api: Manager) -> None:
    credential_of(api.account.org, "heygen").delete()
    assert api.refused("POST", "credentials/heygen/webhook") == (404, "no_credential")
    assert api.refused("GET", "credentials/nothing/webhook") == (404, "service_not_found")
