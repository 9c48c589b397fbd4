"""The audit record by API: an org reads its own events, newest first, and nobody else's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from credentials import spares, vault
from credentials.actor import Actor, acting
from credentials.issue import issue
from credentials.models import AuditEvent
from services import refusals
from tests.factories import Account
from tests.managing import Manager, make_manager


@pytest.fixture
def api(db: None) -> Manager:
    refusals.refusals.forget()
    return make_manager(services=())


def seen(api: Manager, query: str = "") -> list[str]:
    """The events of every page, in order."""
    pages = api.walk(f"audit/?limit=3{query}")
    return [event["event"] for page in pages for event in page]


def test_event_tells_who_what_and_where(api: Manager) -> None:
    made = api.data("POST", "api-keys/", {"name": "new"})
    [event] = api.data("GET", "audit/?event=api_key.created&limit=1")
    row = AuditEvent.objects.get(seq=event["seq"])
    detail = event.pop("detail")
    assert event == {
        "seq": row.seq,
        "at": row.at.isoformat().replace("+00:00", "Z"),
        "event": "api_key.created",
        "target": f"new …{made['last_four']}",
        "actor": {"kind": "key", "name": api.account.key.id},
        "address": "127.0.0.1",
    }
    assert (detail["id"], detail["name"]) == (made["id"], "new")
    assert "digest" not in detail


def test_only_the_orgs_own_events_show(api: Manager) -> None:
    other = make_manager("other", services=())
    other.data("POST", "api-keys/", {"name": "foreign"})
    AuditEvent.append("credentials.rotated", detail={"count": 3})
    AuditEvent.append("authentication.refused", org="", detail={"count": 3})
    assert seen(api) == ["api_key.created", "org.created"]
    assert seen(other) == ["api_key.created", "api_key.created", "org.created"]


def test_foreign_keys_are_not_named(api: Manager) -> None:
    """A refusal on this org's URLs may have been of another org's key."""
    other = make_manager("other", services=())
    assert other.refused("GET", "policy/", org="acme") == (403, "permission_denied")
    assert api.refused("GET", "policy/", Origin="https://evil.example")[0] == 403
    refusals.flush()
    answer = api("GET", "audit/?event=authentication&limit=9")
    told = {event["detail"]["reason"]: event for event in answer.json()["data"]}
    foreign, mine = told["permission_denied"], told["origin_not_allowed"]
    assert (foreign["target"], foreign["actor"]["name"], foreign["address"]) == ("", "unknown", "")
    assert mine["address"] == "127.0.0.1"
    assert (mine["target"], mine["actor"]["name"]) == (api.account.key.id,) * 2
    assert set(mine["detail"]) == {"reason", "count", "first", "last"}
    assert other.account.key.id not in answer.content.decode()


def test_address_of_no_key_stays(api: Manager) -> None:
    with acting(Actor("key", "unproven", "192.0.2.9")):
        AuditEvent.append("authentication.refused", org="acme", detail={"count": 1})
    [event] = api.data("GET", "audit/?event=authentication")
    assert (event["target"], event["address"]) == ("", "192.0.2.9")


def test_org_of_the_same_name_reads_nothing_of_the_old_one(api: Manager) -> None:
    api.data("POST", "api-keys/", {"name": "old"})
    api.account.org.delete()
    assert seen(make_manager(services=())) == ["api_key.created", "org.created"]


def test_scoped_key_reads_of_its_services_alone(api: Manager) -> None:
    org = api.account.org
    _, text = issue(org, access=["manage"], scopes=["elevenlabs:*", "heygen:list-*"])
    scoped = Manager(Account(org, api.account.key, text))
    for service in ("heygen", "elevenlabs"):
        stored = vault.store(org=org, service=service, secret="sk-own-secret-0001")
        for secret in ("sk-own-secret-0002", "sk-own-secret-0004"):
            spares.stage(stored, secret)
        vault.store(org=org, service=service, secret="sk-own-secret-0003")
        api("PATCH", f"policy/{service}/", {"is_enabled": False})
        api("PATCH", f"policy/{service}/", {"is_enabled": True})
    kinds = ("credential", "spare_secret", "policy")
    everything = [event for page in api.walk("audit/?limit=9") for event in page]
    told = [event for page in scoped.walk("audit/?limit=3") for event in page]
    assert "heygen" in {
        event["target"].split()[2] for event in everything if "/" in event["target"]
    }
    assert {event["target"].split()[2] for event in told if "/" in event["target"]} == {
        "elevenlabs"
    }
    assert {event["event"].split(".")[0] for event in told} == {"org", "api_key", *kinds}
    of_own = [event for event in everything if " / heygen" not in event["target"]]
    assert told == of_own


def test_other_facts_are_left_out(api: Manager) -> None:
    AuditEvent.append("playground.invoked", org="acme", detail={"service": "a", "more": "b"})
    assert api.data("GET", "audit/?limit=1")[0]["detail"] == {"service": "a"}


@pytest.mark.parametrize(
    ("query", "events"),
    [
        ("event=policy", ["policy.changed", "policy.created"]),
        ("event=policy.created", ["policy.created"]),
        ("event=poli", []),
        ("event=api_key", ["api_key.created"]),
        ("event=org&limit=1", ["org.created"]),
        ("since=2000-01-01T00:00:00Z&event=policy.changed", ["policy.changed"]),
        ("until=2000-01-01T00:00:00Z", []),
        ("since=2099-01-01T00:00:00%2B02:00", []),
    ],
)
def test_filters_choose(api: Manager, query: str, events: list[str]) -> None:
    api("PATCH", "policy/heygen/", {"is_enabled": False})
    api("PATCH", "policy/heygen/", {"is_enabled": True})
    assert [event["event"] for event in api.data("GET", f"audit/?{query}")] == events


def test_until_excludes_and_since_includes(api: Manager) -> None:
    first = timezone.now() + timedelta(days=1)
    for hours in range(3):
        AuditEvent.append(f"org.hour{hours}", org="acme", at=first + timedelta(hours=hours))
    moment = (first + timedelta(hours=1)).isoformat().replace("+", "%2B")
    assert seen(api, f"&since={moment}") == ["org.hour2", "org.hour1"]
    assert seen(api, f"&until={moment}")[0] == "org.hour0"


def test_pages_stay_put_while_events_arrive(api: Manager) -> None:
    for number in range(4):
        AuditEvent.append(f"org.number{number}", org="acme")
    page = api("GET", "audit/?limit=2").json()
    AuditEvent.append("org.late", org="acme")
    following = api("GET", f"audit/?limit=2&cursor={page['next_cursor']}").json()
    numbers = [event["event"][-1] for event in page["data"] + following["data"]]
    assert numbers == ["3", "2", "1", "0"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("event=Policy!", "event"),
        ("event=a.b.c", "event"),
        ("since=yesterday", "since"),
        ("since=2026-01-01T00:00:00", "since"),
        ("until=", "until"),
        ("actor=me", "actor"),
        ("org=other", "org"),
        ("cursor=%00", "cursor"),
    ],
)
def test_unusable_filter_is_named(api: Manager, query: str, field: str) -> None:
    answer = api("GET", f"audit/?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_fields")
    assert [item["field"] for item in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_record_is_for_reading(api: Manager, method: str) -> None:
    answer = api(method, "audit/")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) <= {"GET", "HEAD", "OPTIONS"}


def test_staff_is_named_by_kind_and_name(api: Manager) -> None:
    with acting(Actor("user", "mia", "192.0.2.7")):
        api.account.org.name = "Acme"
        api.account.org.save()
    event: dict[str, Any] = api.data("GET", "audit/?limit=1")[0]
    assert (event["actor"], event["address"]) == ({"kind": "user", "name": "mia"}, "192.0.2.7")
    assert event["detail"] == {"name": ["", "Acme"]}
