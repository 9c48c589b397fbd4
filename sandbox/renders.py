"""Work that takes time and credits: start it, charge for it, tell how far it got."""

from __future__ import annotations

import json
import time
from typing import Any

from sandbox import videos, webhooks
from sandbox.answers import Refusal
from sandbox.state import Account, Made, Visit

VIDEO = "/v3/videos"
TRANSLATION = "/v3/video-translations"

Json = dict[str, Any]


def start(visit: Visit, kind: str, body: Any, *, price: int = 1) -> Made:
    """Begin one piece of work and take its price. Raises Refusal when the credits do not do."""
    sandbox, account, now = visit.sandbox, visit.account, time.time()
    if account.credits < price:
        raise Refusal(
            "insufficient_credit", "Insufficient credit. This operation requires 'api' credits."
        )
    fails = "[fail]" in json.dumps(body)
    owner = sandbox.owner(account, kind)
    made_id = videos.mint(secret=sandbox.config.secret, owner=owner, now=now, fails=fails)
    made = Made(made_id, kind, dict(body), visit.base_url, paid=price)
    account.made[made_id] = made
    if price:
        charge(visit, made, price)
    webhooks.follow(sandbox, account, made)
    return made


def charge(visit: Visit, made: Made, price: int) -> None:
    visit.account.credits -= price
    visit.sandbox.ledger.append(
        {
            "at": time.time(),
            "account": visit.account.name,
            "action": visit.action.slug,
            "id": made.id,
            "credits": price,
        }
    )


def legacy(visit: Visit, made: Made) -> Json:
    video, base = visit.sandbox.video(visit.account, made), _files(made, visit.base_url)
    data: Json = videos.legacy_status(
        video,
        now=time.time(),
        seconds=visit.sandbox.config.render_seconds,
        url=f"{base}.mp4",
        thumbnail=f"{base}.jpg",
    )
    if data["status"] == "completed" and made.body.get("caption"):
        data |= {"caption_url": f"{base}.ass", "video_url_caption": f"{base}.mp4"}
    if data["status"] == "completed" and made.body.get("include_gif"):
        data["gif_url"] = f"{base}.gif"
    return data | {"callback_id": made.body.get("callback_id")}


def v3(visit: Visit, made: Made) -> Json:
    video, base = visit.sandbox.video(visit.account, made), _files(made, visit.base_url)
    data: Json = videos.v3_video(
        video,
        now=time.time(),
        seconds=visit.sandbox.config.render_seconds,
        url=f"{base}.mp4",
        thumbnail=f"{base}.jpg",
    )
    if data["status"] == "completed":
        data |= {
            "subtitle_url": f"{base}.srt",
            "captioned_video_url": f"{base}.mp4" if made.body.get("caption") else None,
            "gif_url": f"{base}.gif" if made.body.get("include_gif") else None,
            "video_page_url": f"{base}.mp4",
        }
    return data | {"title": title(made), "folder_id": made.body.get("folder_id")}


def translation(visit: Visit, made: Made) -> Json:
    """The `data` of GET /v3/video-translations/{id}."""
    word = status(visit, made, pending=("pending", "running"))
    done, base = word == "completed", _files(made, visit.base_url)
    audio = bool(made.body.get("translate_audio_only"))
    return {
        "id": made.id,
        "status": word,
        "title": title(made),
        "video_url": f"{base}.mp4" if done and not audio else None,
        "audio_url": f"{base}.wav" if done and audio else None,
        "srt_caption_url": f"{base}.srt" if done else None,
        "vtt_caption_url": f"{base}.vtt" if done else None,
        "duration": videos.DURATION if done else None,
        "input_language": made.body.get("input_language"),
        "output_language": made.body.get("output_language"),
        "translate_audio_only": audio,
        "callback_id": made.body.get("callback_id"),
        "failure_message": videos.FAILURE[1] if word == "failed" else None,
        "created_at": int(visit.sandbox.video(visit.account, made).created),
    }


def status(visit: Visit, made: Made, *, pending: tuple[str, ...], done: str = "completed") -> str:
    """The state in the words of one kind of job; `pending` from first to last."""
    word = visit.sandbox.status(visit.account, made)
    if word in ("completed", "failed"):
        return done if word == "completed" else word
    return pending[-1] if word == "processing" else pending[0]


def title(made: Made) -> str:
    return str(made.body.get("title") or f"Untitled {made.id[:6]}")


def listed(account: Account, kind: str) -> list[Made]:
    """What the account made of one kind, newest first."""
    return [made for made in reversed(account.made.values()) if made.kind == kind]


def remove(visit: Visit, made: Made) -> None:
    visit.account.made.pop(made.id, None)
    visit.account.deleted.add(made.id)


def _files(made: Made, base_url: str) -> str:
    return f"{base_url}/files/{made.id}"
