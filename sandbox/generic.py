"""The operations nobody gave a behaviour of their own: values made from the names of fields.

Still a small store: what is created is listed, read, changed and deleted under its id, and work
that takes time goes through the states that the table of actions names.
"""

from __future__ import annotations

import hashlib
from typing import Any

from sandbox import pages, renders, videos
from sandbox.answers import Reply
from sandbox.checks import SCHEMAS
from sandbox.files import sound
from sandbox.state import Made, Visit
from services.action import Action
from services.heygen.actions import ACTIONS

_ACCEPTED = ("v3-create-ai-clipping", "v3-create-quality-comparison-batch")
_BY_SLUG = {action.slug: action for action in ACTIONS}
_JOBS = {action.job.status_action: action.job for action in reversed(ACTIONS) if action.job}
_FILES = {"srt": ".srt", "vtt": ".vtt", "caption": ".srt", "audio": ".wav", "image": ".jpg",
          "thumbnail": ".jpg", "gif": ".gif", "logo": ".jpg"}  # fmt: skip
_WORDS: dict[str, object] = {
    "language": "English", "progress": 100, "submitted_for_review": False, "is_motion": False,
    "deleted": True, "score": 0.9, "type": "music", "description": "A sandbox item",
    "business_type": "uploaded", "ice_servers": [], "ice_servers2": [], "tags": [],
}  # fmt: skip


_SAMPLED = (
    "v3-search-assets", "v3-search-audio-sounds", "v3-list-video-agent-styles",
    "v3-list-workflow-node-types",
)  # fmt: skip
_PARENTS = {"/v2/video_translate/proofread": "/v3/video-translations/proofreads"}


def handle(visit: Visit) -> Reply:
    action = visit.action
    if action.response != "json":
        return Reply(raw=sound(), media_type="audio/wav")
    if action.path.endswith("}"):
        return _item(visit)
    if action.path_params:
        return _part(visit)
    return _listing(visit) if action.method == "GET" else _create(visit)


def _kind(action: Action) -> str:
    """The collection an action reads or writes, under its v3 path where there is one."""
    modern = _BY_SLUG.get(action.successor or "", action)
    path = modern.path.rsplit("/{", 1)[0] if modern.path.endswith("}") else modern.path
    return path.removesuffix("/create").removesuffix("/list")


def _item(visit: Visit) -> Reply:
    kind, name = _kind(visit.action), visit.action.path_params[-1]
    made = _named(visit, kind, name) or visit.find(kind, visit.params[name])
    if visit.action.method == "DELETE":
        renders.remove(visit, made)
    elif visit.action.method != "GET":
        made.body |= visit.body
    return Reply(_shape(visit, made))


def _named(visit: Visit, kind: str, name: str) -> Made | None:
    """What was made for a thing that has its id from elsewhere, such as a group's training."""
    for made in renders.listed(visit.account, kind):
        if made.body.get(name) == visit.params[name]:
            return made
    return None


def _part(visit: Visit) -> Reply:
    """Something under an item, such as its subtitles; the item itself must exist."""
    action, (name, *_) = visit.action, visit.action.path_params
    parent = action.path.split("/{", 1)[0]
    made = visit.find(_PARENTS.get(parent, parent), visit.params[name])
    if action.slug.startswith("v3-list-"):
        return Reply([])
    if action.path.endswith("/delete"):
        renders.remove(visit, made)
    return _create(visit) if action.job else Reply(_shape(visit, made))


def _listing(visit: Visit) -> Reply:
    kind, slug = _kind(visit.action), visit.action.slug
    found = renders.listed(visit.account, kind)
    if slug in _SAMPLED:
        ids = [hashlib.sha256(f"{slug}{n}".encode()).hexdigest()[:32] for n in range(3)]
        found = [Made(made_id, kind, {}, visit.base_url) for made_id in ids]
    items = [_shape(visit, made) for made in found]
    names = SCHEMAS.get(slug, {}).get("response")
    if visit.generation == "v3":
        return pages.v3(visit, items) if visit.action.pages else Reply(items)
    if slug.startswith("list-"):
        return Reply({name: items for name in names or ("list",)} | {"token": ""})
    return Reply({name: _value(visit, name, None) for name in names or ("id", "status")})


def _create(visit: Visit) -> Reply:
    action = visit.action
    reader = _BY_SLUG[action.job.status_action] if action.job else action
    kind, repeated = _kind(reader), visit.body.get("request_id")
    if action.idempotency == "request_id" and repeated:
        for made in renders.listed(visit.account, kind):
            if made.body.get("request_id") == repeated:
                return Reply(_shape(visit, made))
    made = renders.start(visit, kind, visit.body, price=1 if action.billable else 0)
    return Reply(_shape(visit, made), status=202 if action.slug in _ACCEPTED else 200)


def _shape(visit: Visit, made: Made) -> object:
    names = SCHEMAS.get(visit.action.slug, {}).get("response")
    if names is not None:
        return {name: _value(visit, name, made) for name in names}
    return None if _is_silent(visit) else _open(visit, made)


def _is_silent(visit: Visit) -> bool:
    return visit.generation != "v3" and visit.action.method != "GET" and not visit.action.job


def _open(visit: Visit, made: Made) -> dict[str, Any]:
    """An answer whose fields nobody wrote down: what was sent, and the usual three."""
    job = visit.action.job
    own = job.id.rsplit(".", 1)[1] if job and job.id and job.id.startswith("data.") else "id"
    names = dict.fromkeys(("id", own, "status", "created_at"))
    return made.body | {name: _value(visit, name, made) for name in names}


def _value(visit: Visit, name: str, made: Made | None) -> object:
    """A plausible value for a field of this name."""
    if name in visit.params:
        return visit.params[name]
    word = visit.sandbox.status(visit.account, made) if made else "completed"
    if name == "status":
        return _status(visit, made, word)
    if made and name in made.body:
        return made.body[name]
    if name.endswith("_url_list"):
        return [_link(visit, name, made)] if word == "completed" else []
    if name.endswith(("_ids", "_list", "s")):
        return [made.id] if made and name.endswith("_ids") else _WORDS.get(name, [])
    if name.startswith(("failure_", "error")) or name == "msg":
        return videos.FAILURE[1] if word == "failed" else None
    if name == "url" or name.endswith("_url"):
        return _link(visit, name, made) if word == "completed" else None
    if name.endswith(("_at", "_ts")):
        return int(visit.sandbox.video(visit.account, made).created) if made else 0
    if name == "duration":
        return videos.DURATION if word == "completed" else None
    if name == "id" or name.endswith(("_id", "_key", "token")):
        return None if name in ("callback_id", "folder_id") or not made else made.id
    if name in ("name", "title"):
        return renders.title(made) if made else "Untitled"
    return _WORDS.get(name)


def _status(visit: Visit, made: Made | None, word: str) -> str:
    job = visit.action.job or _JOBS.get(visit.action.slug)
    if made is None or job is None or not job.pending:
        return "completed" if word != "failed" else word
    done = job.done[0] if job.done else "completed"
    return renders.status(visit, made, pending=job.pending, done=done)


def _link(visit: Visit, name: str, made: Made | None) -> str:
    ending = next((ending for part, ending in _FILES.items() if part in name), ".mp4")
    return f"{visit.base_url}/files/{made.id if made else 'sample'}{ending}"
