"""Who was turned away is in the audit record, counted together, and never more than it can take."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from django.db import OperationalError, connection

from credentials import audit, keys
from credentials.models import ApiKey, AuditEvent
from services import refusals as module
from services.refusals import EVENTS, Kind, Seen, refusals
from tests.deployed import deployed
from tests.factories import make_account, make_policy
from tests.upstream import Upstream

LOCAL = "127.0.0.1"
URL = "acme/services/"


@contextmanager
def database_away() -> Iterator[None]:
    def refuse(*given: Any) -> None:
        raise OperationalError("host db.internal refused")

    with connection.execute_wrapper(refuse):
        yield


def told() -> list[dict[str, Any]]:
    """The refusals of the record, oldest first."""
    refusals.flush()
    rows = AuditEvent.objects.filter(event="authentication.refused").order_by("seq")
    return [
        {"org": row.org, "key": row.target, "by": row.actor, "from": row.address}
        | {name: row.detail[name] for name in ("reason", "count")}
        for row in rows
    ]


def only_from(call: Any, **limits: Any) -> None:
    ApiKey.objects.filter(pk=call.account.key.pk).update(**limits)


def unknown_key() -> str:
    return keys.make("server").text


STRANGER = unknown_key()
# How to be refused; reason; whether the key is the account's; whether it is proven.
REFUSED: dict[str, tuple[Callable[[Any], Any], str, str]] = {
    "no key": (lambda call: call("list-avatars", Authorization=""), "not_authenticated", ""),
    "no key's form": (
        lambda call: call("list-avatars", Authorization="Api-Key nonsense"),
        "invalid_api_key", "",
    ),
    "unknown key": (
        lambda call: call("list-avatars", Authorization=f"Api-Key {STRANGER}"),
        "invalid_api_key", STRANGER[5:13],
    ),
    "discovery without key": (
        lambda call: call.get(URL, Authorization=""),
        "not_authenticated", "",
    ),
    "discovery with unknown key": (
        lambda call: call.get(URL, Authorization=f"Bearer {STRANGER}"),
        "invalid_api_key", STRANGER[5:13],
    ),
}  # fmt: skip
FORBIDDEN: dict[str, tuple[Callable[[Any], Any], str]] = {
    "scope": (lambda call: call("list-voices"), "out_of_scope"),
    "origin": (
        lambda call: call("list-avatars", Origin="https://evil.example"),
        "origin_not_allowed",
    ),
    "origin in discovery": (
        lambda call: call.get(URL, Origin="https://evil.example"),
        "origin_not_allowed",
    ),
    "network": (
        lambda call: only_from(call, networks=["192.0.2.0/24"]) or call("list-avatars"),
        "network_not_allowed",
    ),
}


@pytest.mark.parametrize("how", REFUSED)
def test_unproven_callers_are_recorded(how: str, call: Any) -> None:
    ask, reason, key = REFUSED[how]
    for _ in range(3):
        assert ask(call).status_code == 401
    assert told() == [
        {"org": "acme", "key": key, "by": "unproven", "from": LOCAL, "reason": reason, "count": 3}
    ]


@pytest.mark.parametrize("how", FORBIDDEN)
def test_forbidden_callers_are_recorded(how: str, call: Any) -> None:
    only_from(call, scopes=["heygen:list-avatars"])
    ask, reason = FORBIDDEN[how]
    assert ask(call).status_code == 403
    key = call.account.key.pk
    assert told() == [
        {"org": "acme", "key": key, "by": key, "from": LOCAL, "reason": reason, "count": 1}
    ]


@pytest.mark.parametrize("org", ["other", "nobody"])
def test_key_on_another_orgs_url_is_recorded(org: str, call: Any) -> None:
    make_account("other")
    call.send(call.url("list-avatars", org=org))
    key = call.account.key.pk
    assert [(line["org"], line["by"], line["reason"]) for line in told()] == [
        (org, key, "permission_denied")
    ]


def test_locked_out_address_is_recorded(call: Any, settings: Any) -> None:
    settings.RATE_FAILED_AUTH = 2
    statuses = [call("list-avatars", Authorization="Token x").status_code for _ in range(5)]
    assert statuses == [401, 401, 429, 429, 429]
    assert [(line["reason"], line["count"]) for line in told()] == [
        ("rate_limited", 3),
        ("invalid_api_key", 2),
    ]


NO_REFUSALS: dict[str, Callable[[Any], Any]] = {
    "success": lambda call: call("list-avatars"),
    "bad envelope": lambda call: call("list-avatars", {"oops": 1}),
    "unknown action": lambda call: call("made-up"),
    "own limit": lambda call: [call("list-avatars") for _ in range(3)],
}


@pytest.mark.parametrize("what", NO_REFUSALS)
def test_other_faults_are_no_refusals(what: str, call: Any, settings: Any) -> None:
    settings.RATE_ORG = 2
    NO_REFUSALS[what](call)
    assert told() == []


def test_call_that_waits_for_a_person_is_no_refusal(call: Any) -> None:
    make_policy(call.account.org, approve_above=0)
    body = {"prompt": "A talk about tea"}
    assert call("v3-create-video-agent", {"body": body}).json()["code"] == "approval_required"
    assert told() == []


@pytest.mark.parametrize("status", [401, 403])
def test_vendors_refusal_is_not_ours(status: int, call: Any, vendor: Upstream) -> None:
    vendor.answers({"error": "no"}, status=status)
    assert call("list-avatars").status_code == 502
    assert told() == []


def test_plain_http_is_no_refusal(call: Any, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert call("list-avatars").status_code == 403
    assert told() == []


def test_first_and_last_time_are_told(db: None) -> None:
    for at in (1e9 + 60, 1e9, 1e9 + 30):
        refusals.add(Kind("invalid_api_key", LOCAL), Seen(1, at, at))
    refusals.flush()
    detail = AuditEvent.objects.get().detail
    times = [datetime.fromisoformat(detail[name]).timestamp() for name in ("first", "last")]
    assert (times, detail["count"]) == ([1e9, 1e9 + 60], 3)


def test_key_text_is_never_recorded(call: Any) -> None:
    text = call.account.text
    call("list-avatars", Authorization=f"Api-Key {STRANGER}")
    call("list-avatars", Authorization=f"Api-Key {text}x")
    call("list-avatars", Authorization=f"{text} {text}")
    call.send(call.url("list-avatars", org="other"))
    assert len(told()) == 4
    record = json.dumps(list(audit.events()), default=str)
    assert [part for part in (STRANGER[13:], text[13:]) if part in record] == []


def flood(count: int, **fields: Any) -> None:
    for number in range(count):
        kind = Kind("invalid_api_key", f"10.0.{number // 250}.{number % 250}", **fields)
        refusals.add(kind, Seen(1, 1e9, 1e9))


def test_flood_leaves_few_events_and_no_gap_in_count(call: Any) -> None:
    flood(3 * module.KINDS)
    call.send(call.url("list-avatars", org="other"))
    lines = told()
    assert len(lines) == EVENTS
    assert sum(line["count"] for line in lines) == 3 * module.KINDS + 1
    assert lines[0]["reason"] == "permission_denied"  # a real key comes before made-up ones
    assert lines[-1]["reason"] == "others"
    assert lines[-1]["count"] == 3 * module.KINDS - (EVENTS - 2)


def test_flood_that_goes_on_leaves_one_event_a_flush(db: None) -> None:
    for _ in range(4):
        flood(100)
        refusals.flush()
    assert AuditEvent.objects.count() == EVENTS + 3
    assert (
        sum(detail["count"] for detail in AuditEvent.objects.values_list("detail", flat=True))
        == 400
    )


def test_events_come_back_with_time(db: None) -> None:
    flood(100)
    refusals.flush()
    refusals._filled -= 60  # a minute later
    flood(100)
    refusals.flush()
    assert AuditEvent.objects.count() == EVENTS + 10


def test_outage_loses_no_refusal(call: Any) -> None:
    for _ in range(3):
        call("list-avatars", Authorization="")
        with database_away(), pytest.raises(OperationalError):
            refusals.flush()
    assert [(line["reason"], line["count"]) for line in told()] == [("not_authenticated", 3)]
    assert [line["count"] for line in told()] == [3]


def test_long_outage_still_counts(db: None) -> None:
    for _ in range(3):
        flood(2 * module.KINDS)
        with database_away(), pytest.raises(OperationalError):
            refusals.flush()
    assert len(refusals._seen) <= module.KINDS
    assert sum(line["count"] for line in told()) == 6 * module.KINDS


@pytest.mark.slow
def test_served_refusals_reach_the_record(tmp_path: Any, vendor: Upstream) -> None:
    def stored(running: Any) -> list[Any]:
        lines = map(json.loads, running.service.manage("audit_export").splitlines())
        return [line for line in lines if line["event"] == "authentication.refused"]

    wrong = {"Authorization": f"Api-Key {STRANGER}"}
    vendors = {"HEYGEN_BASE_URL": vendor.url, "DRAIN_SECONDS": "0"}
    with deployed(tmp_path, vendors) as running:
        for _ in range(4):
            assert running.call("list-avatars", headers=wrong).status_code == 401
        started = time.monotonic()
        while not (found := stored(running)):
            assert time.monotonic() - started < 20
        assert [(line["address"], line["detail"]["count"]) for line in found] == [(LOCAL, 4)]
        assert running.call("list-avatars", headers=wrong).status_code == 401
        running.process.terminate()
        running.process.wait(20)
        assert [line["detail"]["count"] for line in stored(running)] == [4, 1]
        running.service.manage("audit_verify")
