"""Every action that starts work: what its answer names, and what its status answers mean."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services import progress, starting
from services.action import Action, Call
from services.catalogue import SERVICES, known
from services.service import Service
from tests.working import Status

STARTING = [
    pytest.param(service, action, id=f"{service.slug}:{action.slug}")
    for service in SERVICES
    for action in service.actions
    if action.job is not None
]
FOLLOWED = [case for case in STARTING if case.id not in starting.UNFOLLOWED]


def answered(path: str, value: Any) -> bytes:
    """`{"data": ...}` with this value at the path."""
    made = value
    for part in reversed(path.removeprefix("data.").split(".")):
        made = [made] if part == "0" else {part: made}
    return json.dumps({"data": made}).encode()


def started(service: Service, action: Action, made: str = "new-1") -> tuple[Any, ...]:
    """What a call starts whose answer, or body, names the id as the action's rule says."""
    assert action.job is not None
    path = action.job.id or "data.id"
    if path.startswith("request."):
        call = Call(body={path.removeprefix("request."): made})
        return starting.started(service, action, call, b'{"data":{}}')
    return starting.started(service, action, Call(), answered(path, made))


@pytest.mark.parametrize(("service", "action"), FOLLOWED)
def test_started_work_can_be_asked_about(service: Service, action: Action) -> None:
    assert action.job is not None
    [start] = started(service, action)
    status = service.by_slug[start.status_action]
    assert (start.upstream_id, start.action, status.method) == ("new-1", action.slug, "GET")
    assert status.slug == action.job.status_action
    given = start.parameters
    path, query = status.target(given.get("path_params", {})), status.pairs(given.get("query", {}))
    assert ("/new-1" in path) != (query == ((next(iter(given.get("query", {"": 0}))), "new-1"),))
    call = Call(path_params=given.get("path_params", {}), query=given.get("query", {}))
    assert starting.upstream_id(status, call) == "new-1"
    assert 0 < start.delay <= 30


@pytest.mark.parametrize(("service", "action"), FOLLOWED)
def test_every_word_of_vendor_has_a_meaning(service: Service, action: Action) -> None:
    assert action.job is not None
    meant = [(word, {Status.PENDING, Status.RUNNING}) for word in action.job.pending]
    meant += [(word, {Status.SUCCEEDED}) for word in action.job.done]
    meant += [(word, {Status.FAILED}) for word in action.job.failed]
    assert action.job.status
    assert action.job.done
    for word, statuses in meant:
        answer = answered(action.job.status, word)
        seen = progress.read(service, action, answer)
        assert seen.status in statuses, word
        assert (seen.upstream_status, seen.answer) == (word, answer.decode())
        assert bool(seen.error) == (seen.status == Status.FAILED)


@pytest.mark.parametrize(("service", "action"), STARTING)
def test_unfollowed_actions_are_named(service: Service, action: Action) -> None:
    assert action.job is not None
    reason = starting.UNFOLLOWED.get(f"{service.slug}:{action.slug}")
    assert (reason is not None) == (action.job.status is None)
    if reason:
        assert starting.started(service, action, Call(), b'{"data":{"id":"a"}}') == ()
        with pytest.raises(ValueError, match="cannot be followed"):
            progress.read(service, action, b'{"data":{"status":"completed"}}')


def of(slug: str, service: str = "heygen") -> tuple[Service, Action]:
    found = known(service)
    assert found is not None
    return found, found.by_slug[slug]


IDS: list[tuple[str, str, Any, list[str]]] = [
    ("heygen", "generate-video", {"video_id": "v1"}, ["v1"]),
    ("heygen", "generate-video", {"video_id": 17}, ["17"]),
    ("heygen", "generate-video", {"video_id": None}, []),
    ("heygen", "generate-video", {"video_id": ""}, []),
    ("heygen", "generate-video", {"video_id": True}, []),
    ("heygen", "generate-video", {"video_id": "x" * 256}, []),
    ("heygen", "generate-video", {"video_id": "a\nb"}, []),
    ("heygen", "generate-video", {"video_id": {"id": "v1"}}, []),
    ("heygen", "generate-video", ["v1"], []),
    ("heygen", "generate-video", None, []),
    ("heygen", "translate-video", {"video_translate_id": "t1"}, ["t1"]),
    ("heygen", "translate-video", {"video_translate_ids": ["t1", "t2"]}, ["t1", "t2"]),
    (
        "heygen",
        "translate-video",
        {"video_translate_id": "t1", "video_translate_ids": ["t1", "t2"]},
        ["t1", "t2"],
    ),
    (
        "heygen",
        "v3-create-video-translation",
        {"video_translation_ids": ["t1", "t2", "t1", None]},
        ["t1", "t2"],
    ),
    ("heygen", "v3-create-proofread", {"proofread_ids": ["p1"]}, ["p1"]),
    ("heygen", "v3-create-avatar", {"avatar_item": {"id": "look1"}}, ["look1"]),
    ("heygen", "v3-create-ai-clipping", {"job_id": "c1", "id": "other"}, ["c1"]),
    ("heygen", "v3-create-ai-clipping", {"id": "c1"}, ["c1"]),
    ("heygen", "generate-talking-photo", {"video_id": "v1"}, ["v1"]),
    ("heygen", "create-photo-avatar", {"id": "a1"}, []),
    ("heygen", "list-voices", {"voice_id": "a1"}, []),
    ("elevenlabs", "create-dubbing", {"dubbing_id": "d1", "expected_duration_sec": 3}, ["d1"]),
]


@pytest.mark.parametrize(("service", "slug", "data", "ids"), IDS)
def test_answer_names_what_began(service: str, slug: str, data: Any, ids: list[str]) -> None:
    answer = json.dumps({"data": data}).encode()
    found = starting.started(*of(slug, service), Call(), answer)
    assert [start.upstream_id for start in found] == ids


@pytest.mark.parametrize("answer", [b"", b"<html>", b"[]", b'"text"', b'{"data":' + b"[" * 5000])
def test_unreadable_answer_starts_nothing(answer: bytes) -> None:
    assert starting.started(*of("generate-video"), Call(), answer) == ()
    with pytest.raises(ValueError, match="answer"):
        progress.read(*of("generate-video"), answer)


@pytest.mark.parametrize(
    ("slug", "again"),
    [("train-photo-avatar-group", True), ("v3-send-video-agent-message", True),
     ("generate-video", False), ("v3-create-video-agent", False)],
)  # fmt: skip
def test_ids_of_old_things_may_work_again(slug: str, again: bool) -> None:
    [start] = started(*of(slug))
    assert start.again is again


@pytest.mark.parametrize(
    "call",
    [
        Call(query={"video_id": "v1", "more": "1"}),
        Call(query={"video_id": "v1"}, headers={"accept-language": "de"}),
        Call(query={"video_id": "v1"}, path_params={"x": "1"}),
        Call(query={"video_id": "v1"}, body={}),
        Call(query={"video_id": ["v1"]}),
        Call(query={"id": "v1"}),
        Call(),
    ],
)
def test_only_plain_look_is_for_all(call: Call) -> None:
    _, status = of("video-status")
    assert starting.upstream_id(status, call) is None
    assert starting.upstream_id(status, Call(query={"video_id": "v1"})) == "v1"


FAILURES: list[tuple[dict[str, Any], dict[str, str | None]]] = [
    ({}, {"code": None, "message": "The work failed: failed."}),
    ({"failure_code": "c1"}, {"code": "c1", "message": "The work failed (c1)."}),
    (
        {"failure_code": "c1", "failure_message": "No face."},
        {"code": "c1", "message": "No face."},
    ),
    ({"error": "Out of luck", "error_code": "c2"}, {"code": "c2", "message": "Out of luck"}),
    ({"error": {"code": 40012, "message": "m"}}, {"code": "40012", "message": "m"}),
    ({"error": {"code": "c3", "detail": "d"}}, {"code": "c3", "message": "d"}),
    ({"message": "m1", "error": None}, {"code": None, "message": "m1"}),
    ({"error_msg": "m2"}, {"code": None, "message": "m2"}),
    ({"error": {}, "msg": ""}, {"code": None, "message": "The work failed: failed."}),
]


@pytest.mark.parametrize(("data", "error"), FAILURES)
def test_failure_says_why(data: dict[str, Any], error: dict[str, str | None]) -> None:
    answer = json.dumps({"data": {"status": "failed", **data}}).encode()
    assert progress.read(*of("generate-video"), answer).error == error


ITEMS = {"counts_by_status": {"completed": 1, "failed": 1}, "total_items": 8}
STATES: list[tuple[str, dict[str, Any], Any, int | None]] = [
    ("generate-video", {"status": "waiting"}, Status.PENDING, None),
    ("generate-video", {"status": "Processing"}, Status.RUNNING, None),
    ("generate-video", {"status": "brand-new-word"}, Status.RUNNING, None),
    ("generate-video", {"status": "completed"}, Status.SUCCEEDED, 100),
    ("train-photo-avatar-group", {"status": "error"}, Status.FAILED, None),
    ("v3-create-video-agent", {"status": "thinking", "progress": 35}, Status.RUNNING, 35),
    ("v3-create-video-agent", {"status": "reviewing", "progress": 0.5}, Status.RUNNING, 50),
    ("v3-create-video-agent", {"status": "reviewing", "progress": "x"}, Status.RUNNING, None),
    ("v3-create-video-agent", {"status": "reviewing", "progress": 900}, Status.RUNNING, None),
    ("v3-create-video-batch", {"status": "processing", **ITEMS}, Status.RUNNING, 25),
    ("v3-create-avatar", {"status": "pending_consent"}, Status.PENDING, None),
]  # fmt: skip


@pytest.mark.parametrize(("slug", "data", "status", "percent"), STATES)
def test_status_answer_tells_state(
    slug: str, data: dict[str, Any], status: Any, percent: int | None
) -> None:
    seen = progress.read(*of(slug), json.dumps({"data": data}).encode())
    assert (seen.status, seen.progress) == (status, percent)
