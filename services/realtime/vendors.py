"""What each task is at each vendor: which action with which envelope. Pure but for settings.

HeyGen's streaming API ended on 2026-03-31; LiveAvatar has the same but for speech, which a page
sends on the session's LiveKit room itself, and for ICE, which LiveKit does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from credentials import vault
from credentials.directory import OrgRecord
from credentials.errors import AccessError
from services import catalogue
from services.errors import BadRequest
from services.invocation import chosen
from services.realtime.asking import Wish

HEYGEN, LIVEAVATAR = "heygen", "liveavatar"
STARTS = {HEYGEN: "start-streaming-session", LIVEAVATAR: "start-session"}
Json = dict[str, Any]
# The events that LiveAvatar's own documents name for HeyGen's tasks.
_EVENTS = {
    "repeat": "avatar.speak_text",
    "talk": "avatar.speak_response",
    "interrupt": "avatar.interrupt",
}
_STREAMING = {
    "start_session": "start-streaming-session",
    "submit_ice_candidate": "submit-streaming-ice",
    "repeat": "send-streaming-task",
    "talk": "send-streaming-task",
    "interrupt": "interrupt-streaming-task",
    "keep_alive": "keep-alive-streaming-session",
    "close_session": "stop-streaming-session",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One call of a vendor's action."""

    service: str
    action: str
    envelope: Mapping[str, Any]


def of(org: OrgRecord) -> str:
    """Which vendor an org's new sessions are at, by the generation of HeyGen's API it uses."""
    heygen = catalogue.known(HEYGEN)
    assert heygen is not None
    generation = chosen(heygen, org.policy(HEYGEN))
    if generation == "legacy":
        return HEYGEN
    return LIVEAVATAR if generation == "v3" or _reaches(org) else HEYGEN


def _reaches(org: OrgRecord) -> bool:
    """Whether the org's calls of LiveAvatar have a credential."""
    try:
        vault.chosen(org, LIVEAVATAR)
    except AccessError:
        return False
    return True


def create(service: str, wish: Wish) -> Step:
    """The session's own limits are told to the vendor: it ends what nobody else ends."""
    if service == LIVEAVATAR:
        if not wish.avatar_name:
            raise BadRequest("avatar_name: LiveAvatar needs an avatar's id.", code="bad_task")
        body: Json = {
            "mode": "FULL",
            "avatar_id": wish.avatar_name,
            "video_settings": {"quality": wish.quality},
            "max_session_duration": settings.REALTIME_MAX_SECONDS,
        }
        if wish.voice_id:
            body["avatar_persona"] = {"voice_id": wish.voice_id}
        return Step(LIVEAVATAR, "create-session-token", {"body": body})
    body = {"quality": wish.quality, "activity_idle_timeout": settings.REALTIME_IDLE_SECONDS}
    if wish.avatar_name:
        body["avatar_id"] = wish.avatar_name
    if wish.voice_id:
        body["voice"] = {"voice_id": wish.voice_id}
    return Step(HEYGEN, "create-streaming-session", {"body": body})


def start(service: str, wish: Wish, token: str) -> Step:
    if service == LIVEAVATAR:
        return Step(LIVEAVATAR, "start-session", {"headers": {"x-session-token": token}})
    more: Json = {"sdp": wish.sdp} if wish.sdp is not None else {}
    return _streaming("start_session", wish.session_id, **more)


def candidate(wish: Wish) -> Step:
    """HeyGen's alone."""
    return _streaming("submit_ice_candidate", wish.session_id, candidate=wish.candidate)


def speak(task: str, session_id: str, text: str) -> Step:
    """HeyGen's alone."""
    return _streaming(task, session_id, text=text, task_type=task)


def interrupt(session_id: str) -> Step:
    """HeyGen's alone."""
    return _streaming("interrupt", session_id)


def keep_alive(service: str, session_id: str) -> Step:
    if service == LIVEAVATAR:
        return Step(LIVEAVATAR, "keep-session-alive", {"body": {"session_id": session_id}})
    return _streaming("keep_alive", session_id)


def stop(service: str, session_id: str, reason: str) -> Step:
    if service == LIVEAVATAR:
        body = {"session_id": session_id, "reason": reason}
        return Step(LIVEAVATAR, "stop-session", {"body": body})
    return _streaming("close_session", session_id)


def _streaming(task: str, session_id: str, **more: Any) -> Step:
    return Step(HEYGEN, _STREAMING[task], {"body": {"session_id": session_id, **more}})


def event(task: str, session_id: str, text: str = "") -> Json:
    """What a page publishes on the session's LiveKit room, where LiveAvatar has no HTTP call."""
    told = {"event_type": _EVENTS[task], "session_id": session_id}
    return told | {"text": text} if task != "interrupt" else told
