"""HeyGen's streaming sessions as they were until 2026-03-31: opened, started, spoken, closed."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from sandbox import renders
from sandbox.answers import Refusal, Reply
from sandbox.state import Visit

Json = dict[str, Any]
KIND = "/v1/streaming.new"
MAX_TEXT = 1000  # characters of one task
_FORMS = ("url", "access_token", "sdp", "ice_servers", "ice_servers2")  # of either way to connect


@dataclass(slots=True)
class Stream:
    started: bool = False
    alive: float = field(default_factory=time.time)
    tasks: list[Json] = field(default_factory=list)


def create(visit: Visit) -> Reply:
    """With `version: v2` a LiveKit room, else the older offer of WebRTC."""
    made = renders.start(visit, KIND, visit.body, price=1)
    visit.account.streams[made.id] = Stream()
    data: Json = {"session_id": made.id, **dict.fromkeys(_FORMS)}
    if visit.body.get("version") == "v2":
        room = {"url": "wss://livekit.sandbox.invalid", "access_token": secrets.token_urlsafe(24)}
        return Reply(data | room)
    servers = [{"urls": "stun:stun.sandbox.invalid:3478"}]
    offer = {"type": "offer", "sdp": "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=sandbox\r\nt=0 0\r\n"}
    return Reply(data | {"sdp": offer, "ice_servers": servers, "ice_servers2": servers})


def _open(visit: Visit) -> Stream:
    stream: Stream | None = visit.account.streams.get(str(visit.body.get("session_id")))
    if stream is None:
        raise Refusal("resource_not_found", "Session not found", param="session_id")
    return stream


def start(visit: Visit) -> Reply:
    _open(visit).started = True
    return Reply(None)


def ice(visit: Visit) -> Reply:
    _open(visit)
    return Reply(None)


def task(visit: Visit) -> Reply:
    stream, text = _open(visit), visit.body["text"]
    if len(text) > MAX_TEXT:
        raise Refusal("invalid_parameter", f"text: at most {MAX_TEXT} characters.", param="text")
    if not stream.started:
        raise Refusal("resource_not_ready", "The session is not started.")
    stream.alive = time.time()
    stream.tasks.append({"task_type": visit.body.get("task_type", "talk"), "text": text})
    return Reply({"task_id": secrets.token_hex(16), "duration_ms": 60.0 * len(text)})


def interrupt(visit: Visit) -> Reply:
    _open(visit)
    return Reply(None)


def keep_alive(visit: Visit) -> Reply:
    _open(visit).alive = time.time()
    return Reply(None)


def stop(visit: Visit) -> Reply:
    _open(visit)
    del visit.account.streams[visit.body["session_id"]]
    return Reply(None)


def listing(visit: Visit) -> Reply:
    found = [
        {"session_id": made.id, "status": "connected", "created_at": 0, "api_key_type": ""}
        for made in renders.listed(visit.account, KIND)
        if made.id in visit.account.streams
    ]
    return Reply({"sessions": found})


HANDLERS = {
    "create-streaming-session": create,
    "start-streaming-session": start,
    "submit-streaming-ice": ice,
    "send-streaming-task": task,
    "interrupt-streaming-task": interrupt,
    "stop-streaming-session": stop,
    "keep-alive-streaming-session": keep_alive,
    "list-streaming-sessions": listing,
}
