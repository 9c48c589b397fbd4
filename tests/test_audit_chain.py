"""The audit record's chain: what is changed, taken out or put in is named; guards refuse it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from credentials import audit, guards
from credentials.actor import Actor, acting
from credentials.models import AuditEvent
from tests.factories import make_org
from tests.record import ALICE, sql


@pytest.fixture
def record(db: None, monkeypatch: pytest.MonkeyPatch) -> list[AuditEvent]:
    """A record of seven events, read two at a time."""
    monkeypatch.setattr(audit, "BATCH", 2)
    for number in range(7):
        with acting(ALICE):
            AuditEvent.append("org.changed", org="acme", target=f"t{number}", detail={"n": number})
    return list(AuditEvent.objects.order_by("seq"))


def rewind(seq: int) -> None:
    """Cut the tail off and let the head know, as who has the whole database can."""
    sql("DELETE FROM EVENTS WHERE seq > %s", seq)
    last = AuditEvent.objects.get(seq=seq).hash
    sql("UPDATE HEAD SET seq = %s, hash = %s", seq, last)


def forge(previous: str = "", **fields: Any) -> None:
    """An event that is right but for these fields, in its place at the end."""
    last = AuditEvent.objects.first()
    assert last is not None
    row = AuditEvent(
        seq=last.seq + 1, at=last.at, actor_kind="user", actor="mallory", event="org.changed"
    )
    for name, value in fields.items():
        setattr(row, name, value)
    row.hash = row.digest(previous or last.hash)
    row.save(force_insert=True)


def edit(name: str, value: Any) -> Callable[[], None]:
    return lambda: sql("UPDATE EVENTS SET NAME = %s WHERE seq = 4".replace("NAME", name), value)


def rewrite() -> None:
    """Change an event and seal all that follow anew."""
    rows = list(AuditEvent.objects.order_by("seq"))
    rows[3].actor = "bob"
    previous = rows[2].hash
    sql("DELETE FROM EVENTS WHERE seq >= 4")
    for row in rows[3:]:
        row.hash = previous = row.digest(previous)
        row.save(force_insert=True)
    sql("UPDATE HEAD SET hash = %s", previous)


def swap() -> None:
    for old, new in ((3, 90), (5, 3), (90, 5)):
        sql("UPDATE EVENTS SET seq = %s WHERE seq = %s", new, old)


TAMPERED: dict[str, tuple[Callable[[], Any], int]] = {
    "actor": (edit("actor", "bob"), 4),
    "kind of actor": (edit("actor_kind", "system"), 4),
    "address": (edit("address", ""), 4),
    "org": (edit("org", "other"), 4),
    "event": (edit("event", "org.created"), 4),
    "target": (edit("target", "t4"), 4),
    "detail": (edit("detail", '{"n": 4}'), 4),
    "type in detail": (edit("detail", '{"n": "3"}'), 4),
    "moment": (edit("at", "2026-01-01 00:00:00+00:00"), 4),
    "hash": (edit("hash", "0" * 64), 4),
    "number": (edit("seq", 40), 4),
    "first gone": (lambda: sql("DELETE FROM EVENTS WHERE seq = 1"), 1),
    "middle gone": (lambda: sql("DELETE FROM EVENTS WHERE seq IN (3, 4)"), 3),
    "swapped": (swap, 3),
    "tail cut off": (lambda: sql("DELETE FROM EVENTS WHERE seq > 5"), 6),
    "emptied": (lambda: sql("DELETE FROM EVENTS"), 1),
    "added at the end": (forge, 8),
    "added far beyond": (lambda: forge(seq=99), 8),
    "added before": (lambda: forge(seq=0), 0),
    "added before, sealed": (lambda: forge(audit.NOTHING, seq=0), 0),
    "head set back": (lambda: sql("UPDATE HEAD SET seq = 5"), 5),
    "head set ahead": (lambda: sql("UPDATE HEAD SET seq = 9"), 8),
    "head's hash": (lambda: sql("UPDATE HEAD SET hash = %s", "1" * 64), 7),
    "head gone": (lambda: sql("DELETE FROM HEAD"), 1),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_tampering_is_named(how: str, record: Any, capsys: Any) -> None:
    tamper, seq = TAMPERED[how]
    tamper()
    with pytest.raises(CommandError, match=rf"broken at {seq}: ") as caught:
        call_command("audit_verify")
    assert caught.value.returncode == 1
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("tamper", "noted", "seq"),
    [(lambda: rewind(5), 7, 6), (lambda: rewind(5), 6, 6), (rewrite, 7, 7), (rewrite, 5, 5)],
    ids=["cut off", "cut off at it", "rewritten", "rewritten before"],
)
def test_noted_head_shows_what_chain_cannot(
    tamper: Callable[[], None], noted: int, seq: int, record: list[AuditEvent]
) -> None:
    mark = f"{noted}:{record[noted - 1].hash}"
    call_command("audit_verify", expect=audit.Mark.parse(mark), stdout=io.StringIO())
    tamper()
    assert audit.verify() is None
    with pytest.raises(CommandError, match=f"broken at {seq}: "):
        call_command("audit_verify", "--expect", mark)


def test_noted_head_outlives_new_events(record: list[AuditEvent]) -> None:
    mark = audit.head()
    AuditEvent.append("org.changed")
    assert audit.verify(mark) is None


@pytest.mark.parametrize("noted", ["", "7", "x:" + "0" * 64, "7:" + "0" * 63, "-1:" + "0" * 64])
def test_malformed_mark_is_refused(noted: str, record: Any) -> None:
    with pytest.raises(CommandError, match="expect"):
        call_command("audit_verify", "--expect", noted)


def test_whole_record_prints_its_head(record: list[AuditEvent]) -> None:
    out = io.StringIO()
    call_command("audit_verify", stdout=out)
    assert out.getvalue() == f"7:{record[-1].hash}\n"


def test_empty_record_is_whole(db: None) -> None:
    out = io.StringIO()
    call_command("audit_verify", stdout=out)
    assert out.getvalue() == f"0:{'0' * 64}\n"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="other databases keep their types")
@pytest.mark.parametrize("name", ["at", "detail", "hash"])
def test_garbage_in_field_is_named(name: str, record: Any) -> None:
    sql("PRAGMA ignore_check_constraints = 1")
    edit(name, "garbage")()
    fault = audit.verify()
    assert fault is not None
    assert fault.seq == 4


def test_events_appended_meanwhile_are_left_out(record: Any) -> None:
    before = audit.head()
    AuditEvent.append("org.changed")
    assert audit.verify(until=before) is None


def test_export_is_lines_of_json(record: list[AuditEvent]) -> None:
    with acting(Actor("command", "root: manage.py x")):
        make_org("other")
    out = io.StringIO()
    call_command("audit_export", "--org", "acme", stdout=out)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["seq"] for line in lines] == [1, 2, 3, 4, 5, 6, 7]
    first = record[0]
    assert lines[0] == {
        "seq": 1, "at": first.at.isoformat().replace("+00:00", "Z"), "actor_kind": "user",
        "actor": "alice", "address": "192.0.2.7", "org": "acme", "event": "org.changed",
        "target": "t0", "detail": {"n": 0}, "hash": first.hash,
    }  # fmt: skip
    for start, count in (("2026-01-01", 8), ("2999-01-01T00:00", 0)):
        out = io.StringIO()
        call_command("audit_export", "--since", start, stdout=out)
        assert len(out.getvalue().splitlines()) == count


@pytest.fixture
def guarded(db: None) -> Iterator[None]:
    """The database's own guards, which the tests' database goes without."""
    editor = SimpleNamespace(connection=connection, execute=sql)
    guards.install(None, editor)
    yield
    guards.remove(None, editor)


FORBIDDEN = {
    "update": "UPDATE EVENTS SET actor = 'bob' WHERE seq = 4",
    "delete": "DELETE FROM EVENTS WHERE seq = 4",
    "delete all": "DELETE FROM EVENTS",
    "replace": """INSERT OR REPLACE INTO EVENTS
        SELECT seq, at, actor_kind, 'bob', address, org, event, target, detail, hash
        FROM EVENTS WHERE seq = 4""",
    "upsert": """INSERT INTO EVENTS
        SELECT seq, at, actor_kind, 'bob', address, org, event, target, detail, hash
        FROM EVENTS WHERE seq = 4 ON CONFLICT (seq) DO UPDATE SET actor = 'bob'""",
    "truncate": "TRUNCATE EVENTS",
}  # fmt: skip
ELSEWHERE = {"replace": "sqlite", "truncate": "postgresql"}


@pytest.mark.parametrize("how", FORBIDDEN)
def test_database_takes_no_change(how: str, record: Any, guarded: None) -> None:
    if ELSEWHERE.get(how, connection.vendor) != connection.vendor:
        pytest.skip("not in this database's language")
    statement = FORBIDDEN[how]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql(statement)
    assert AuditEvent.objects.count() == 7
    assert audit.verify() is None
    AuditEvent.append("org.changed")
    assert audit.verify() is None


def test_work_logs_the_head(record: list[AuditEvent], caplog: Any) -> None:
    with caplog.at_level(logging.INFO, "ai_proxy.work"):
        call_command("work", "--once")
    assert f"audit head 7:{record[-1].hash}" in caplog.messages
