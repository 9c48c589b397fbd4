"""Who owns an id: recorded once, kept for ever, and mostly known without the database."""

from __future__ import annotations

import timeit
import uuid
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from jobs import owners
from jobs.models import Owned
from jobs.owners import Memory
from services import ownership
from services.action import Call
from services.catalogue import SERVICES

A, B = uuid.UUID(int=1), uuid.UUID(int=2)
NOBODY = owners.NOBODY
HERS = frozenset((A,))


def test_the_first_to_record_an_id_keeps_it(db: None) -> None:
    owners.record(A, "heygen", [("video", "v1"), ("video", "v1"), ("asset", "v2")])
    owners.record(B, "heygen", [("video", "v1"), ("video", "V-1"), ("video", "v3")])
    owners.record(B, "elevenlabs", [("video", "v1")])
    assert owners.owners("heygen", ["v1", "v2", "v3", "v4"]) == {"v1": {A}, "v2": {A}, "v3": {B}}
    assert owners.owners("elevenlabs", ["v1"]) == {"v1": {B}}
    assert owners.of_org(A, "heygen", "video") == ["v1"]
    assert list(owners.of_org(B, "heygen", "video")) == ["v3"]


def test_one_text_may_be_an_id_of_two_kinds(db: None) -> None:
    owners.record(A, "heygen", [("look", "x")])
    owners.record(B, "heygen", [("group", "x")])
    assert owners.owners("heygen", ["x"]) == {"x": {A, B}}


@pytest.mark.parametrize(
    "text", ["x" * 300, "a\0b", "\ud800", "---", "é" * 255, "ß" * 200, "", "{}"]
)
def test_any_text_can_be_asked_for_and_recorded(db: None, text: str) -> None:
    assert owners.owners("heygen", [text]) == {}
    owners.record(A, "heygen", [("video", text)])
    assert owners.owners("heygen", [text]) == ({text: {A}} if text else {})


def test_many_ids_are_asked_for_in_pieces(db: None) -> None:
    owners.record(A, "heygen", [("video", f"v{n}") for n in range(1200)])
    assert len(owners.owners("heygen", [f"v{n}" for n in range(2000)])) == 1200


def test_recording_nothing_asks_nothing(db: None) -> None:
    with CaptureQueriesContext(connection) as asked:
        owners.record(A, "heygen", [])
    assert len(asked) == 0


def test_what_was_looked_up_is_remembered(db: None) -> None:
    owners.record(A, "heygen", [("video", "v1")])
    assert owners.looked_up("heygen", ["v1", "free"]) == {"v1": {A}}
    assert owners.memory.owners("heygen", "v1") == HERS
    assert owners.memory.owners("heygen", "free") == NOBODY
    assert owners.memory.owners("elevenlabs", "v1") is None


def test_recording_ends_what_was_believed(transactional_db: None) -> None:
    owners.looked_up("heygen", ["v1"])
    with transaction.atomic():
        owners.record(A, "heygen", [("video", "v1")])
        owners.memory.keep("heygen", {"v1": NOBODY}, owners.memory.turn)  # another thread's look
    assert owners.memory.owners("heygen", "v1") is None


def test_a_look_from_before_a_record_is_not_believed() -> None:
    memory = Memory()
    turn = memory.turn
    memory.drop("heygen", ["v1"])
    memory.keep("heygen", {"v1": NOBODY, "v2": HERS}, turn)
    assert memory.owners("heygen", "v1") is None
    assert memory.owners("heygen", "v2") == HERS


def test_nobodys_is_believed_for_a_while_and_an_owner_for_ever() -> None:
    now = [0.0]
    memory = Memory(clock=lambda: now[0])
    memory.keep("heygen", {"v1": NOBODY, "v2": HERS}, memory.turn)
    now[0] = 29
    assert memory.owners("heygen", "v1") == NOBODY
    now[0] = 31
    assert memory.owners("heygen", "v1") is None
    now[0] = 1e9
    assert memory.owners("heygen", "v2") == HERS


def test_the_memory_is_bounded_and_keeps_what_is_asked_for() -> None:
    memory = Memory(size=10)
    for n in range(1000):
        memory.keep("heygen", {f"v{n}": HERS}, memory.turn)
        assert memory.owners("heygen", "v0") == HERS
    assert len(memory._young) + len(memory._old) <= 20
    assert memory.owners("heygen", "v500") is None
    memory.keep("heygen", {"x" * 300: HERS}, memory.turn)
    assert memory.owners("heygen", "x" * 300) is None


def test_another_workers_record_is_seen_by_whom_it_refuses(db: None) -> None:
    """A refusal is never out of memory: what was nobody's a moment ago may be the org's own."""
    owners.looked_up("heygen", ["v1"])
    Owned.objects.create(service="heygen", kind="video", resource="v1", folded="v1", org_id=A)
    assert owners.memory.owners("heygen", "v1") == NOBODY
    async_to_sync(ownership.check)(_invocation(A, "v1"), "platform")
    with pytest.raises(Exception, match=r"Not found\."):
        async_to_sync(ownership.check)(_invocation(B, "v1"), "platform")


def test_a_warm_check_costs_microseconds() -> None:
    owners.memory.keep("heygen", {"v1": HERS}, owners.memory.turn)
    invocation = _invocation(A, "v1")

    def once() -> None:
        with suppress(StopIteration):  # it ends without ever waiting
            ownership.check(invocation, "platform").send(None)

    seconds = min(timeit.repeat(once, number=1000, repeat=5)) / 1000
    print(f"a warm check: {seconds * 1e6:.1f} us")  # noqa: T201
    assert seconds < 200e-6


def _invocation(org: uuid.UUID, video: str) -> Any:
    service = next(service for service in SERVICES if service.slug == "heygen")
    caller = SimpleNamespace(org=SimpleNamespace(id=org))
    action = service.by_slug["video-status"]
    call = Call(query={"video_id": video})
    return SimpleNamespace(caller=caller, service=service, action=action, call=call)
