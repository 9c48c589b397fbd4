"""The v3 operations that make something: videos, translations, agents; and the account."""

from __future__ import annotations

from typing import Any

from sandbox import pages, renders, videos
from sandbox.answers import Refusal, Reply
from sandbox.legacy import check_variables, find_template, wanted
from sandbox.renders import TRANSLATION, VIDEO
from sandbox.state import Made, Visit
from sandbox.words import EVENTS, LANGUAGES

AGENT = "/v3/video-agents"
MAX_BATCH = 100


def create_video(visit: Visit) -> Reply:
    check_video(visit.body)
    made = renders.start(visit, VIDEO, visit.body)
    output = visit.body.get("output_format") or "mp4"
    return Reply({"video_id": made.id, "status": "waiting", "output_format": output})


def check_video(body: dict[str, Any]) -> None:
    """What the schema cannot say: a person needs something to say. Raises Refusal."""
    if body["type"] == "studio" and not 1 <= len(body["scenes"]) <= 50:
        raise Refusal("invalid_parameter", "scenes: 1 to 50 are accepted.", param="scenes")
    spoken = ("script", "audio_url", "audio_asset_id")
    if body["type"] in ("avatar", "image") and not any(body.get(name) for name in spoken):
        raise Refusal("invalid_parameter", "A script or an audio is required.", param="script")


def generate_template_video(visit: Visit) -> Reply:
    if not visit.body["variables"]:
        message = "At least one variable is required."
        raise Refusal("invalid_parameter", message, param="variables")
    check_variables(visit, find_template(visit))
    return Reply(renders.v3(visit, renders.start(visit, VIDEO, visit.body)))


def get_video(visit: Visit) -> Reply:
    return Reply(renders.v3(visit, _video(visit)))


def _video(visit: Visit) -> Made:
    return visit.find(VIDEO, visit.params["video_id"], "video_not_found")


def list_videos(visit: Visit) -> Reply:
    found = [
        made
        for made in renders.listed(visit.account, VIDEO)
        if wanted(visit, made.body, renders.title(made))
    ]
    return pages.v3(visit, [renders.v3(visit, made) for made in found])


def delete_video(visit: Visit) -> Reply:
    made = _video(visit)
    renders.remove(visit, made)
    return Reply({"id": made.id, "deleted": True})


def create_translation(visit: Visit) -> Reply:
    languages = visit.body["output_languages"]
    if not languages:
        message = "output_languages must name a language."
        raise Refusal("invalid_parameter", message, param="output_languages")
    bodies = [visit.body | {"output_language": language} for language in languages]
    made = [renders.start(visit, TRANSLATION, body) for body in bodies]
    return Reply({"video_translation_ids": [item.id for item in made]})


def _translation(visit: Visit) -> Made:
    return visit.find(TRANSLATION, visit.params["video_translation_id"])


def get_translation(visit: Visit) -> Reply:
    return Reply(renders.translation(visit, _translation(visit)))


def rename_translation(visit: Visit) -> Reply:
    made = _translation(visit)
    made.body["title"] = visit.body["title"]
    return Reply(renders.translation(visit, made))


def delete_translation(visit: Visit) -> Reply:
    made = _translation(visit)
    renders.remove(visit, made)
    return Reply({"id": made.id})


def list_translations(visit: Visit) -> Reply:
    found = renders.listed(visit.account, TRANSLATION)
    return pages.v3(visit, [renders.translation(visit, made) for made in found])


def list_languages(visit: Visit) -> Reply:
    return Reply({"languages": [name for name, locale, _ in LANGUAGES if locale]})


def create_agent(visit: Visit) -> Reply:
    """A session and the video it makes; the one price covers both."""
    made = renders.start(visit, AGENT, visit.body)
    made.body["video_id"] = renders.start(visit, VIDEO, visit.body, price=0).id
    return Reply(_agent(visit, made) | {"status": "generating"})


def _agent(visit: Visit, made: Made) -> dict[str, Any]:
    return {
        "session_id": made.id,
        "status": renders.status(visit, made, pending=("thinking", "generating")),
        "title": renders.title(made),
        "video_id": made.body.get("video_id"),
        "progress": 100 if visit.sandbox.status(visit.account, made) == "completed" else 50,
        "messages": [],
        "created_at": int(visit.sandbox.video(visit.account, made).created),
    }


def get_agent(visit: Visit) -> Reply:
    return Reply(_agent(visit, visit.find(AGENT, visit.params["session_id"])))


def list_agent_videos(visit: Visit) -> Reply:
    session = visit.find(AGENT, visit.params["session_id"])
    made = visit.account.made.get(session.body.get("video_id", ""))
    return Reply([renders.v3(visit, made)] if made else [])


def current_user(visit: Visit) -> Reply:
    name = visit.account.name
    return Reply(
        {
            "username": name,
            "email": f"{name}@example.com",
            "first_name": "Sandy",
            "last_name": "Box",
            "billing_type": "wallet",
            "wallet": {"currency": "credits", "remaining_balance": visit.account.credits},
            "subscription": None,
            "usage_based": None,
        }
    )


def create_speech(visit: Visit) -> Reply:
    made = renders.start(visit, "/v3/voices/speech", visit.body)
    url = f"{visit.base_url}/files/{made.id}.wav"
    words = {"request_id": made.id, "word_timestamps": []}
    return Reply({"audio_url": url, "duration": videos.DURATION, **words})


def list_event_types(visit: Visit) -> Reply:
    described = [{"event_type": name, "description": name.replace("_", " ")} for name in EVENTS]
    return Reply(described)


def list_events(visit: Visit) -> Reply:
    kind = visit.query.get("event_type")
    return pages.v3(visit, [e for e in visit.account.events if kind in (None, e["event_type"])])


HANDLERS = {
    "v3-create-video": create_video,
    "v3-generate-template-video": generate_template_video,
    "v3-get-video": get_video,
    "v3-list-videos": list_videos,
    "v3-delete-video": delete_video,
    "v3-create-video-translation": create_translation,
    "v3-get-video-translation": get_translation,
    "v3-update-video-translation": rename_translation,
    "v3-delete-video-translation": delete_translation,
    "v3-list-video-translations": list_translations,
    "v3-list-translation-languages": list_languages,
    "list-translation-languages": list_languages,
    "v3-create-video-agent": create_agent,
    "v3-get-video-agent": get_agent,
    "v3-list-video-agent-videos": list_agent_videos,
    "v3-get-current-user": current_user,
    "v3-create-speech": create_speech,
    "text-to-speech": create_speech,
    "preview-voice": create_speech,
    "v3-list-webhook-event-types": list_event_types,
    "v3-list-webhook-events": list_events,
}
