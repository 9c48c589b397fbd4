"""HeyGen's events: what each is about, how they are signed, and the endpoint that gets them."""

from __future__ import annotations

from services.service import Event, Registration, Webhooks

_VIDEO = ("video_id", "id")
_TRANSLATION = ("video_translate_id", "video_translation_id", "id")
_IDS: dict[str, tuple[str, ...]] = {
    "avatar_video": _VIDEO,
    "avatar_video_gif": _VIDEO,
    "avatar_video_caption": _VIDEO,
    "video_translate": _TRANSLATION,
    "instant_avatar": ("avatar_id", "id"),
    "photo_avatar_generation": ("generation_id", "id"),
    "photo_avatar_train": ("group_id", "avatar_group_id", "id"),
    "photo_avatar_add_motion": ("avatar_id", "id"),
    "proofread_creation": ("proofread_id", "id"),
    "live_avatar": ("avatar_id", "id"),
    "video_agent": ("session_id", *_VIDEO),
    "hyperframes_video": ("render_id", *_VIDEO),
    "ai_clipping": ("clipping_id", "workflow_id", *_VIDEO),
}  # each with `.success` and `.fail`
_OTHERS = {
    "video_translate.preflight.validation_failed": Event(_TRANSLATION, succeeded=False),
    "video_translate.preflight.download_failed": Event(_TRANSLATION, succeeded=False),
    "personalized_video": Event(("video_id", "project_id")),
    "batch.finished": Event(("batch_id", "id")),
}
# A picture or captions that did not come do not end the video that they are of.
_BESIDE = frozenset(("avatar_video_gif", "avatar_video_caption"))


def _events() -> dict[str, Event]:
    found = dict(_OTHERS)
    for name, ids in _IDS.items():
        for word, succeeded in (("success", True), ("fail", False)):
            found[f"{name}.{word}"] = Event(ids, None if name in _BESIDE else succeeded)
    return found


WEBHOOKS = Webhooks(
    scheme="hex",
    signature=("heygen-signature", "signature"),  # the older documentation's name is the second
    timestamp="heygen-timestamp",
    event_id="heygen-event-id",
    events=_events(),
    registration={
        "v3": Registration(
            listing="v3-list-webhook-endpoints",
            create="v3-create-webhook-endpoint",
            delete="v3-delete-webhook-endpoint",
            rotate="v3-rotate-webhook-secret",
        ),
        "legacy": Registration(
            listing="list-webhooks", create="add-webhook", delete="delete-webhook"
        ),
    },
)
