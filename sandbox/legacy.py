"""The v1 and v2 operations that make something: videos, translations; and the account."""

from __future__ import annotations

from typing import Any

from sandbox import pages, renders
from sandbox.answers import Refusal, Reply
from sandbox.catalogue import Template, catalogue
from sandbox.renders import TRANSLATION, VIDEO
from sandbox.state import Visit
from sandbox.words import EVENTS

MAX_INPUTS = 50


def find_template(visit: Visit) -> Template:
    template = catalogue().templates.get(visit.params["template_id"])
    if template is None:
        raise Refusal("template_not_found", "Template not found", param="template_id")
    return template


def check_variables(visit: Visit, template: Template) -> None:
    """A variable must be of the template's type; names the template lacks are ignored."""
    for name, value in visit.body["variables"].items():
        wanted = template.variables.get(name)
        given = value.get("type") if isinstance(value, dict) else None
        if wanted is not None and given != wanted:
            path = f"variables.{name}.type"
            message = f"{path} is invalid: the template's variable is of type {wanted}."
            raise Refusal("invalid_parameter", message, param=path)


def generate_template_video(visit: Visit) -> Reply:
    check_variables(visit, find_template(visit))
    return _render(visit)


def generate_video(visit: Visit) -> Reply:
    count = len(visit.body["video_inputs"])
    if not 1 <= count <= MAX_INPUTS:
        message = f"video_inputs is invalid: 1 to {MAX_INPUTS} items are accepted."
        raise Refusal("invalid_parameter", message, param="video_inputs")
    sides = (visit.body.get("dimension") or {}).values()
    if not all(128 <= side <= 4096 for side in sides if isinstance(side, int)):
        raise Refusal("invalid_parameter", "dimension is invalid: 128 to 4096.", param="dimension")
    return _render(visit)


def _render(visit: Visit) -> Reply:
    free = visit.body.get("test") is True
    made = renders.start(visit, VIDEO, visit.body, price=0 if free else 1)
    return Reply({"video_id": made.id})


def video_status(visit: Visit) -> Reply:
    made = visit.find(VIDEO, visit.query["video_id"], "video_not_found")
    return Reply(renders.legacy(visit, made))


def list_videos(visit: Visit) -> Reply:
    items = [
        {
            "video_id": made.id,
            "video_title": renders.title(made),
            "status": visit.sandbox.status(visit.account, made),
            "created_at": int(visit.sandbox.video(visit.account, made).created),
            "type": "GENERATED",
        }
        for made in renders.listed(visit.account, VIDEO)
        if wanted(visit, made.body, renders.title(made))
    ]
    return pages.legacy(visit, "videos", items)


def wanted(visit: Visit, body: dict[str, Any], title: str) -> bool:
    folder, text = visit.query.get("folder_id"), visit.query.get("title", "")
    return (not folder or body.get("folder_id") == folder) and text.lower() in title.lower()


def delete_video(visit: Visit) -> Reply:
    renders.remove(visit, visit.find(VIDEO, visit.query["video_id"], "video_not_found"))
    return Reply(None)


def share_video(visit: Visit) -> Reply:
    made = visit.find(VIDEO, visit.body["video_id"], "video_not_found")
    return Reply(f"{visit.base_url}/files/{made.id}.mp4")


def translate_video(visit: Visit) -> Reply:
    if not visit.body.get("video_url") and not visit.body.get("video_id"):
        raise Refusal("missing_parameter", "video_url is required.", param="video_url")
    wished = visit.body.get("output_languages") or [visit.body["output_language"]]
    bodies = [visit.body | {"output_language": language} for language in wished]
    ids = [renders.start(visit, TRANSLATION, body).id for body in bodies]
    several = {"video_translate_ids": ids} if "output_languages" in visit.body else {}
    return Reply({"video_translate_id": ids[0], **several})


def translation_status(visit: Visit) -> Reply:
    made = visit.find(TRANSLATION, visit.params["video_translate_id"])
    data = renders.translation(visit, made)
    word = "success" if data["status"] == "completed" else data["status"]
    return Reply(
        {
            "video_translate_id": made.id,
            "title": data["title"],
            "status": word,
            "url": data["video_url"] or data["audio_url"],
            "message": data["failure_message"],
        }
    )


def remaining_quota(visit: Visit) -> Reply:
    left, start = visit.account.credits, visit.sandbox.config.credits
    return Reply(
        {"remaining_quota": left, "used_quota": max(start - left, 0), "details": {"api": left}}
    )


def current_user(visit: Visit) -> Reply:
    name = visit.account.name
    return Reply({"username": name, "email": f"{name}@example.com", "first_name": "Sandy"})


def list_webhook_events(visit: Visit) -> Reply:
    return Reply(list(EVENTS))


def streaming_token(visit: Visit) -> Reply:
    token = renders.start(visit, "/v1/streaming.create_token", {}, price=0).id
    visit.account.tokens.add(token)
    return Reply({"token": token})


HANDLERS = {
    "generate-template-video": generate_template_video,
    "generate-video": generate_video,
    "create-webm-video": _render,
    "create-avatar-iv-video": _render,
    "generate-video-agent": _render,
    "generate-talking-photo": _render,
    "video-status": video_status,
    "list-videos": list_videos,
    "delete-video": delete_video,
    "share-video": share_video,
    "translate-video": translate_video,
    "translation-status": translation_status,
    "get-remaining-quota": remaining_quota,
    "get-current-user": current_user,
    "list-webhook-events": list_webhook_events,
    "create-streaming-token": streaming_token,
}
