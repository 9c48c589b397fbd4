"""Self-describing video ids: what a render is and how far it got, read from its id alone.

Several processes must agree on a video without sharing storage, so the id itself holds the moment
of creation and the outcome, under a MAC that ties them to one owner. Sixteen bytes, as HeyGen's:

    6  creation time, milliseconds since 1970
    4  one bit "fails", then 31 random bits
    6  HMAC-SHA256 of the ten bytes before and the owner, truncated
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Literal

Status = Literal["waiting", "pending", "processing", "completed", "failed"]

DURATION = 4.0  # seconds of `video.mp4`
FAILURE = ("rendering_failed", "Video rendering failed.")
_FORM = re.compile(r"[0-9a-f]{32}", re.ASCII)
_FAILS = 1 << 31
_STEPS: tuple[tuple[float, Status], ...] = ((0.1, "waiting"), (0.3, "pending"), (1, "processing"))


@dataclass(frozen=True, slots=True)
class Video:
    """One render; `created` is in unix seconds."""

    id: str
    created: float
    fails: bool = False

    def status(self, now: float, seconds: float) -> Status:
        """The state at `now` of a render that takes `seconds`."""
        elapsed = now - self.created
        for share, word in _STEPS:
            if elapsed < share * seconds:
                return word
        return "failed" if self.fails else "completed"


def mint(*, secret: bytes, owner: str, now: float, fails: bool = False) -> str:
    """A new id: 32 lower-case hexadecimal characters."""
    noise = secrets.randbits(31) | (_FAILS if fails else 0)
    head = int(now * 1000).to_bytes(6, "big") + noise.to_bytes(4, "big")
    return (head + _mac(head, secret, owner)).hex()


def read(video_id: str, *, secret: bytes, owner: str) -> Video | None:
    """The video behind an id; None when it is malformed, forged or another owner's."""
    if not _FORM.fullmatch(video_id):
        return None
    raw = bytes.fromhex(video_id)
    head, mac = raw[:10], raw[10:]
    if not hmac.compare_digest(mac, _mac(head, secret, owner)):
        return None
    created = int.from_bytes(head[:6], "big") / 1000
    return Video(video_id, created, fails=bool(int.from_bytes(head[6:], "big") & _FAILS))


def legacy_status(
    video: Video, *, now: float, seconds: float, url: str, thumbnail: str | None = None
) -> dict[str, object]:
    """The `data` of GET /v1/video_status.get; `url` and `thumbnail` show once it is completed."""
    status = video.status(now, seconds)
    done = status == "completed"
    code, message = FAILURE
    return {
        "id": video.id,
        "status": status,
        "video_url": url if done else None,
        "video_url_caption": None,
        "caption_url": None,
        "thumbnail_url": thumbnail if done else None,
        "gif_url": None,
        "duration": DURATION if done else None,
        "created_at": int(video.created),
        "callback_id": None,
        "error": (
            {"code": code, "message": message, "detail": message} if status == "failed" else None
        ),
    }


def v3_video(
    video: Video, *, now: float, seconds: float, url: str, thumbnail: str | None = None
) -> dict[str, object]:
    """The `data` of GET /v3/videos/{video_id}, which has no state `waiting`."""
    status = video.status(now, seconds)
    done, failed = status == "completed", status == "failed"
    return {
        "id": video.id,
        "status": "pending" if status == "waiting" else status,
        "title": None,
        "video_url": url if done else None,
        "captioned_video_url": None,
        "subtitle_url": None,
        "thumbnail_url": thumbnail if done else None,
        "gif_url": None,
        "video_page_url": None,
        "duration": DURATION if done else None,
        "created_at": int(video.created),
        "completed_at": int(video.created + seconds) if done else None,
        "folder_id": None,
        "output_language": None,
        "failure_code": FAILURE[0] if failed else None,
        "failure_message": FAILURE[1] if failed else None,
    }


def _mac(head: bytes, secret: bytes, owner: str) -> bytes:
    named = head + owner.encode("utf-8", "surrogatepass")
    return hmac.digest(secret, named, hashlib.sha256)[:6]
