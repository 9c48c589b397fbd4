"""The audit record: every change is in it, and what cannot be recorded does not happen."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from credentials import audit, spares, vault
from credentials.actor import Actor, acting
from credentials.issue import issue
from credentials.models import (
    ApiKey,
    AuditEvent,
    AuditHead,
    Credential,
    Org,
    Retirement,
    Revision,
    ServicePolicy,
)
from tests.factories import HEYGEN_SECRET, make_account, make_org, make_policy
from tests.live import ROOT, Service, database
from tests.record import ALICE, fill_disk, together


def told(*names: str) -> list[tuple[Any, ...]]:
    """These fields of every event, oldest first."""
    return list(AuditEvent.objects.order_by("seq").values_list(*names))


def since(before: int) -> list[tuple[str, str]]:
    """What was recorded after this event: its name and whose business it was."""
    rows = AuditEvent.objects.filter(seq__gt=before).order_by("seq")
    return list(rows.values_list("event", "org"))


# Every way to change a row.
WAYS: dict[str, tuple[Callable[[Any], Any], list[tuple[str, str]]]] = {
    "save": (lambda it: setattr(it.org, "name", "A") or it.org.save(), [("org.changed", "acme")]),
    "same again": (lambda it: it.org.save(), []),
    "create": (lambda it: Org.objects.create(slug="b"), [("org.created", "b")]),
    "get or create": (lambda it: Org.objects.get_or_create(slug="b"), [("org.created", "b")]),
    "update or create, old": (
        lambda it: Org.objects.update_or_create(slug="acme", defaults={"name": "A"}),
        [("org.changed", "acme")],
    ),
    "update or create, new": (
        lambda it: Org.objects.update_or_create(slug="b", defaults={"name": "B"}),
        [("org.created", "b")],
    ),
    "update": (lambda it: Org.objects.update(name="A"), [("org.changed", "acme")]),
    "update of values": (
        lambda it: Org.objects.values("slug").update(name="A"),
        [("org.changed", "acme")],
    ),
    "related update": (
        lambda it: it.org.keys.update(name="A"),
        [("api_key.changed", "acme")],
    ),
    "update of what it filters by": (
        lambda it: Org.objects.filter(is_active=True).update(is_active=False),
        [("org.changed", "acme")],
    ),
    "bulk create": (
        lambda it: Org.objects.bulk_create([Org(slug="b"), Org(slug="c")]),
        [("org.created", "b"), ("org.created", "c")],
    ),
    "bulk update": (
        lambda it: setattr(it.org, "name", "A") or Org.objects.bulk_update([it.org], ["name"]),
        [("org.changed", "acme")],
    ),
    "named": (lambda it: it.key.revoke(), [("api_key.revoked", "acme")]),
    "delete": (lambda it: it.key.delete(), [("api_key.deleted", "acme")]),
    "delete of many": (lambda it: ApiKey.objects.all().delete(), [("api_key.deleted", "acme")]),
    "related delete": (lambda it: it.org.keys.all().delete(), [("api_key.deleted", "acme")]),
    "policy": (lambda it: make_policy(None), [("policy.created", "")]),
    "retirement": (
        lambda it: Retirement.objects.get_or_create(org=it.org, service="heygen"),
        [("retirement.created", "acme")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_every_change_is_recorded(way: str, db: None) -> None:
    account = make_account(services=())
    before, revision = audit.head().seq, Revision.current()
    do, expected = WAYS[way]
    do(account)
    assert since(before) == expected
    assert audit.verify() is None
    assert Revision.current() != revision


@pytest.mark.parametrize("gone", ["itself", "queryset"])
def test_deleted_org_tells_what_went_with_it(gone: str, account: Any) -> None:
    make_policy(account.org)
    spares.stage(Credential.objects.get(service="heygen"), "another-secret-0001")
    before = audit.head().seq
    account.org.delete() if gone == "itself" else Org.objects.filter(slug="acme").delete()
    events = since(before)
    assert {org for _, org in events} == {"acme"}
    assert sorted(event for event, _ in events) == [
        "api_key.deleted", *["credential.deleted"] * 3, "org.deleted", "policy.deleted",
        "spare_secret.deleted",
    ]  # fmt: skip
    assert audit.verify() is None


def test_event_says_what_was_stored(account: Any) -> None:
    account.org.name, account.org.is_active = "Acme", False
    account.org.save(update_fields=["name"])
    [detail] = told("detail")[-1]
    assert detail == {"name": ["", "Acme"]}


def test_secret_text_is_never_recorded(account: Any) -> None:
    vault.store(org=account.org, service="heygen", secret="another-secret-0001")
    ApiKey.objects.filter(pk=account.key.pk).update(digest=b"\x01" * 32)
    text = json.dumps([event for event in audit.events()], default=str)
    row = Credential.objects.get(service="heygen")
    digest = bytes(ApiKey.objects.get().digest).hex()
    hidden = [HEYGEN_SECRET, "another-secret", row.sealed, account.text, account.text[13:], digest]
    assert [secret for secret in hidden if secret in text] == []
    assert '"digest": "replaced"' in text


def test_actor_and_address_are_recorded(db: None) -> None:
    with acting(ALICE):
        org = make_org()
    org.delete()
    assert told("event", "actor_kind", "actor", "address") == [
        ("org.created", "user", "alice", "192.0.2.7"),
        ("org.deleted", "system", "service", ""),
    ]


ODD: dict[str, Any] = {
    "NUL": "a\x00b",
    "half a pair": "\ud83d",
    "line breaks": "a\r\nb\u2028c",
    "emoji": "\U0001f600 é e\u0301 \u202e",
    "backslash": "\\u0000 \\x00",
    "fractions": [0.1, 1.0, 1e100, 1e-7, -0.0, float("nan"), float("inf")],
    "large": [2**63, -(10**40)],
    "order": {"b": 1, "a": {"d": None, "c": True}},
    "names": {"a\x00\udc00": 1, 2: 3},
    "moment": datetime(2026, 11, 21, 1, 2, 3, 4, tzinfo=UTC),
    "others": [b"\x00\xff", (1, 2), {3}, ALICE],
}


@pytest.mark.parametrize("odd", ODD)
def test_odd_values_keep_their_hash(odd: str, db: None) -> None:
    value = ODD[odd]
    text = value if isinstance(value, str) else str(value)
    with acting(Actor("key", text, text)):
        AuditEvent.append("odd.seen", org=text, target=text * 99, detail={"value": value})
    AuditEvent.append("odd.over")
    assert audit.verify() is None
    [first, _] = [json.dumps(event, default=str) for event in audit.events()]
    assert not {"\x00", "\n"} & set(first)


@pytest.mark.parametrize("moment", [datetime(2026, 1, 1, tzinfo=UTC), datetime.now(UTC)])
def test_moments_keep_their_hash(moment: datetime, db: None) -> None:
    AuditEvent.append("odd.seen", at=moment)
    assert audit.verify() is None


def everything() -> list[Any]:
    models = (Org, ApiKey, Credential, ServicePolicy, AuditEvent, AuditHead, Revision)
    return [list(model._base_manager.order_by("pk").values()) for model in models]


CHANGES: dict[str, Callable[[Any], Any]] = {
    "a new org": lambda it: make_org("other"),
    "a new key": lambda it: issue(it.org),
    "a revoked key": lambda it: it.key.revoke(),
    "a deleted key": lambda it: it.key.delete(),
    "a stored secret": lambda it: vault.store(org=it.org, service="other", secret="x" * 20),
    "a replaced secret": lambda it: vault.store(org=it.org, service="heygen", secret="x" * 20),
    "a staged secret": lambda it: spares.stage(it.org.credentials.first(), "x" * 20),
    "a policy": lambda it: make_policy(it.org),
    "a bulk change": lambda it: Credential.objects.update(concurrency=1),
    "an org's end": lambda it: it.org.delete(),
}


@pytest.mark.parametrize("what", CHANGES)
def test_no_change_without_its_event(what: str, account: Any) -> None:
    fill_disk()
    before = everything()
    with pytest.raises(DatabaseError, match="disk full"), transaction.atomic():
        CHANGES[what](account)
    assert everything() == before


def test_calls_go_on_without_record(call: Any, vendor: Any) -> None:
    fill_disk()
    assert call("list-avatars").status_code == 200


needs_locks = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="threads of a SQLite in memory share its locks"
)


@needs_locks
@pytest.mark.django_db(transaction=True)
def test_many_appenders_leave_no_gap() -> None:
    def append() -> None:
        for _ in range(5):
            AuditEvent.append("org.changed")

    assert together(*[append] * 20) == []
    assert audit.verify() is None
    assert audit.head().seq == 100


@needs_locks
@pytest.mark.django_db(transaction=True)
def test_changes_of_same_rows_never_lock_each_other() -> None:
    account = make_account()
    credential = Credential.objects.get(service="heygen")

    def repeat(change: Callable[[int], Any]) -> Callable[[], None]:
        def run() -> None:
            for number in range(8):
                change(number)

        return run

    def both(number: int) -> None:
        with transaction.atomic():
            Org.objects.update(name=f"a{number}")
            Credential.objects.update(check_result=f"a{number}")

    def other_way(number: int) -> None:
        with transaction.atomic():
            Credential.objects.update(check_result=f"b{number}")
            Org.objects.update(name=f"b{number}")

    jobs = [
        lambda number: vault.store(org=account.org, service="heygen", secret=f"secret-{number:09}"),
        lambda number: spares.stage(credential, f"staged-{number:09}"),
        lambda number: Credential.objects.get(pk=credential.pk).save(event="seen"),
        lambda number: make_org(f"org-{number}").delete(),
        lambda number: issue(account.org)[0].delete(),
        both,
        other_way,
    ]
    assert together(*map(repeat, jobs)) == []
    assert audit.verify() is None


@pytest.mark.slow
def test_commands_act_as_who_ran_them(tmp_path: Any) -> None:
    with database(tmp_path) as url:
        service = Service(url)
        service.manage("migrate")
        service.manage("create_org", "acme")
        first, *_ = [json.loads(line) for line in service.manage("audit_export").splitlines()]
        assert first["event"] == "org.created"
        assert first["actor_kind"] == "command"
        who, _, command = first["actor"].partition(": ")
        assert (bool(who), command) == (True, "manage.py create_org")
        # Nobody's tests had their hands on this database: its guards are in place.
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "-c", TAMPER],
            cwd=ROOT, env=service.env, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert "append-only" in done.stderr
        head = service.manage("audit_verify")
        assert head == f"{first['seq']}:{first['hash']}"
        assert service.manage("audit_verify", "--expect", head) == head


TAMPER = "from credentials.models import AuditEvent; AuditEvent.objects.update(actor='bob')"
