"""How long a call may take depends on its action; discovery says it."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

import pytest

from services import catalogue, elevenlabs, heygen
from services.action import Deadlines
from services.errors import UpstreamTimeout
from tests import asgi
from tests.conftest import Caller
from tests.upstream import Upstream

POLL = {"query": {"video_id": "v"}}
SPEECH = {"path_params": {"voice_id": "v"}, "body": {"text": "hi"}}


@pytest.mark.parametrize(
    ("service", "action", "seconds"),
    [
        ("heygen", "video-status", 20),
        ("heygen", "v3-get-video", 20),
        ("heygen", "generate-video", 60),
        ("heygen", "list-avatars", 60),
        ("heygen", "upload-asset", 600),
        ("elevenlabs", "get-dubbing", 20),
        ("elevenlabs", "get-dubbed-audio", 600),
        ("elevenlabs", "tts-stream", 600),
    ],
)
def test_discovery_tells_the_time(call: Caller, service: str, action: str, seconds: int) -> None:
    endpoints = call.get(f"acme/services/{service}/").json()["endpoints"]
    [found] = [one for one in endpoints if one["slug"] == action]
    assert found["timeout_seconds"] == seconds


@pytest.mark.parametrize("generation", ["legacy", "v3"])
def test_poll_has_a_time_of_its_own(
    call: Caller, vendor: Upstream, settings: Any, monkeypatch: Any, generation: str
) -> None:
    settings.HEYGEN_GENERATION = generation
    monkeypatch.setitem(vars(heygen.SERVICE), "looks", Deadlines(total=0.2))
    data = {"id": "v", "status": "processing", "wallet": {"remaining_balance": 1}}
    vendor.answers({"code": 100, "data": data}, delay=0.6)
    poll = call("video-status", POLL)
    quota = call("get-remaining-quota")
    assert (poll.status_code, poll.json()["code"]) == (504, "upstream_timeout")
    assert quota.status_code == 200


def test_action_may_have_its_own(call: Caller, vendor: Upstream, monkeypatch: Any) -> None:
    actions = tuple(
        replace(action, deadlines=Deadlines(total=0.2)) if action.slug == "list-voices" else action
        for action in heygen.SERVICE.actions
    )
    hasty = replace(heygen.SERVICE, actions=actions)
    monkeypatch.setitem(catalogue._BY_SLUG, "heygen", hasty)
    vendor.answers({"error": None, "data": {}}, delay=0.6)
    assert call("list-voices").status_code == 504
    assert call("list-videos").status_code == 200


@pytest.mark.parametrize("service", catalogue.SERVICES, ids=lambda service: service.slug)
def test_no_call_outlives_the_server(service: Any) -> None:
    """Longest is what stopping the service waits for (`docs/operations.md`)."""
    assert all(service.limits(action).total <= 600 for action in service.actions)


@pytest.mark.parametrize("action", ["tts", "tts-stream"])
def test_silence_ends_a_stream_and_shows(
    call: Caller, vendor: Upstream, monkeypatch: Any, action: str
) -> None:
    """The server cuts the connection for a fault after the answer began: no ordinary end."""
    monkeypatch.setitem(vars(elevenlabs.SERVICE), "transfers", Deadlines(idle=0.3, total=60))
    vendor.answers(pieces=(b"one", b"two"), pause=3.0, headers={"Content-Type": "audio/mpeg"})
    started = time.monotonic()
    with pytest.raises(UpstreamTimeout):
        asgi.post(
            call.account,
            call.url(action, "elevenlabs"),
            [json.dumps(SPEECH).encode()],
            content_type="application/json",
        )
    assert time.monotonic() - started < 2


def test_slow_stream_is_no_silent_one(call: Caller, vendor: Upstream, monkeypatch: Any) -> None:
    monkeypatch.setitem(vars(elevenlabs.SERVICE), "transfers", Deadlines(idle=0.6, total=60))
    vendor.answers(pieces=(b"1",) * 8, pause=0.15, headers={"Content-Type": "audio/mpeg"})
    response = call("tts-stream", SPEECH, service="elevenlabs")
    assert (response.status_code, b"".join(response)) == (200, b"1" * 8)


@pytest.mark.parametrize("action", ["tts", "tts-stream"])
def test_stream_must_begin(call: Caller, vendor: Upstream, monkeypatch: Any, action: str) -> None:
    """Its long total time is for the body."""
    monkeypatch.setitem(vars(elevenlabs.SERVICE), "transfers", Deadlines(answer=0.3, total=60))
    vendor.answers(b"ID3", delay=3.0, headers={"Content-Type": "audio/mpeg"})
    started = time.monotonic()
    response = call(action, SPEECH, service="elevenlabs")
    assert (response.status_code, response.json()["code"]) == (504, "upstream_timeout")
    assert time.monotonic() - started < 2
    assert len(vendor.requests) == 1
