"""Rehearsals of a render, answered in process: v3 has no test mode, and `test: true` is a promise.

Ids are self-describing, so every worker and every restart agrees on them; a video is seen only
by the org that made it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings

from sandbox import videos
from services.action import Call
from services.errors import NotFound
from services.heygen import v3
from services.service import TestMode

PREFIX = "test-"
SECONDS = 4.0  # from creation to the finished video
_V3 = frozenset(("v3-create-video", "v3-generate-template-video"))
_CREATES = _V3 | {
    "generate-video",
    "generate-template-video",
    "create-webm-video",
    "create-avatar-iv-video",
    "generate-video-agent",
}


def create(slug: str, call: Call, org: str) -> dict[str, Any]:
    """What the action answers for a new rehearsal; a script with `[fail]` in it will fail."""
    fails = b"[fail]" in call.raw
    made = PREFIX + videos.mint(secret=_secret(), owner=org, now=time.time(), fails=fails)
    if slug == "v3-create-video":
        return {"video_id": made, "status": "waiting", "output_format": "mp4"}
    if slug == "v3-generate-template-video":
        return _state(_video(made, org), url="")
    return {"video_id": made}


def read(slug: str, call: Call, org: str, media: Callable[[str], str]) -> dict[str, Any] | None:
    """What a status action answers for a rehearsal's id; None when the id is not one.

    Raises NotFound for an id that this org did not get from here.
    """
    given = {"video-status": call.query, "v3-get-video": call.path_params}.get(slug, {})
    video_id = str(given.get("video_id", ""))
    if not video_id.startswith(PREFIX):
        return None
    state = _state(_video(video_id, org), url=media(video_id))
    if slug == "v3-get-video":
        return state
    documented: dict[str, Any] = v3.TRANSLATIONS["video-status"].answer((state,))
    return documented


def exists(video_id: str, org: str) -> bool:
    """Whether this id is a finished rehearsal of the org."""
    video = videos.read(video_id.removeprefix(PREFIX), secret=_secret(), owner=org)
    return video is not None and video.status(time.time(), SECONDS) == "completed"


def _video(video_id: str, org: str) -> videos.Video:
    video = videos.read(video_id.removeprefix(PREFIX), secret=_secret(), owner=org)
    if video is None:
        raise NotFound
    return video


def _state(video: videos.Video, url: str) -> dict[str, Any]:
    state = videos.v3_video(video, now=time.time(), seconds=SECONDS, url=url)
    return {**state, "id": PREFIX + video.id}


def _secret() -> bytes:
    key: str = settings.SECRET_KEY
    return key.encode()


MODE = TestMode(creates=_CREATES, create=create, read=read)
