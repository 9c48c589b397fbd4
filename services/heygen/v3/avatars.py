"""Avatars: people (groups) and their looks, listed, read, made, removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.action import Call
from services.heygen.v3.photos import PHOTOS, in_words, shown_look
from services.heygen.v3.plans import bounded, reads, strays
from services.heygen.v3.shapes import (
    Names,
    an_object,
    items,
    nothing,
    objects,
    renamed,
)
from services.service import Plan, Step, Translation

_PAGE = 50  # looks, or people, on v3's largest page

_AVATAR: Names = {
    "avatar_id": "id",
    "avatar_name": "name",
    "gender": "gender",
    "preview_image_url": "preview_image_url",
    "preview_video_url": "preview_video_url",
    "premium": "premium",
    "type": "type",
    "tags": "tags",
    "default_voice_id": "default_voice_id",
}
_PHOTO: Names = {
    "talking_photo_id": "id",
    "talking_photo_name": "name",
    "preview_image_url": "preview_image_url",
}
_FIRST_PHOTO: Names = {
    "id": "id",
    "image_url": "preview_image_url",
    "circle_image": "circle_image",
}
_GROUP: Names = {
    "id": "id",
    "name": "name",
    "created_at": "created_at",
    "num_looks": "looks_count",
    "preview_image": "preview_image_url",
    "group_type": "group_type",
    "train_status": "train_status",
    "default_voice_id": "default_voice_id",
}
_TWIN_STATES = {"processing": "in_progress", "pending_consent": "in_progress"}
_TRAINING = {"processing": "training", "pending_consent": "pending", "completed": "ready"}


def _plan_groups(call: Call) -> Plan:
    public = str(call.query.get("include_public")).lower() == "true"
    query = {"limit": _PAGE} if public else {"limit": _PAGE, "ownership": "private"}
    notes = strays(call, "include_public", bodiless=True)
    return Plan((Step("v3-list-avatars", query=query, paged=True),), bounded(notes))


def _plan_members(call: Call) -> Plan:
    query = {"group_id": call.path_params["group_id"], "limit": _PAGE}
    step = Step("v3-list-avatar-looks", query=query, paged=True)
    return Plan((step,), bounded(strays(call, bodiless=True)))


def _answer_avatars(values: tuple[Any, ...]) -> dict[str, Any]:
    looks = objects(values[0])
    photos = [look for look in looks if look.get("avatar_type") == "photo_avatar"]
    others = [look for look in looks if look.get("avatar_type") != "photo_avatar"]
    return {
        "avatars": [renamed(look, _AVATAR) for look in others],
        "talking_photos": [renamed(look, _PHOTO) for look in photos],
    }


def _answer_members(values: tuple[Any, ...]) -> dict[str, Any]:
    """Under the names of avatars and of photo avatars: the old list held either."""
    return {"avatar_list": [_both(look) for look in objects(values[0])]}


def _answer_details(values: tuple[Any, ...]) -> dict[str, Any]:
    return _both(an_object(values[0]))


def _both(look: Mapping[str, Any]) -> dict[str, Any]:
    photo = shown_look(look)
    return renamed(look, _AVATAR) | {name: photo[name] for name in ("id", "name", "image_url")}


def _answer_look(values: tuple[Any, ...]) -> dict[str, Any]:
    return shown_look(an_object(values[0]))


def _answer_twin(values: tuple[Any, ...]) -> dict[str, Any]:
    look = an_object(values[0])
    return in_words(renamed(look, {"avatar_id": "id", "status": "status"}), _TWIN_STATES)


def _answer_training(values: tuple[Any, ...]) -> dict[str, Any]:
    group = an_object(values[0])
    error = group.get("error")
    told = error.get("message") if isinstance(error, dict) else error
    times = {name: group.get(name) for name in ("created_at", "updated_at")}
    return in_words({"status": group.get("status"), "error_msg": told, **times}, _TRAINING)


def _removal(action: str, name: str, old: str) -> Translation:
    return Translation(reads(action, path={name: old}), nothing, (action,))


def _of_look(old: str, answer: Any) -> Translation:
    """What is told of one look, which the old parameter names."""
    return Translation(
        reads("v3-get-avatar-look", path={"look_id": old}), answer, ("v3-get-avatar-look",)
    )


_LOOKS = ("v3-list-avatar-looks",)
_TALKING = {"avatar_type": "photo_avatar", "limit": _PAGE}
AVATARS: Mapping[str, Translation] = {
    **PHOTOS,
    "list-avatars": Translation(
        reads("v3-list-avatar-looks", query={"limit": _PAGE}, paged=True), _answer_avatars, _LOOKS
    ),
    "list-talking-photos": Translation(
        reads("v3-list-avatar-looks", query=_TALKING, paged=True), items(_FIRST_PHOTO), _LOOKS
    ),
    "list-avatar-groups": Translation(
        _plan_groups, items(_GROUP, "avatar_group_list"), ("v3-list-avatars",)
    ),
    "list-avatars-in-group": Translation(_plan_members, _answer_members, _LOOKS),
    "get-avatar-details": _of_look("avatar_id", _answer_details),
    "get-photo-avatar": _of_look("id", _answer_look),
    "photo-avatar-train-status": _of_look("photo_avatar_id", _answer_look),
    "get-video-avatar": _of_look("avatar_id", _answer_twin),
    "get-photo-avatar-training-status": Translation(
        reads("v3-get-avatar", path={"group_id": "group_id"}), _answer_training, ("v3-get-avatar",)
    ),
    "delete-photo-avatar": _removal("v3-delete-avatar-look", "look_id", "id"),
    "delete-talking-photo": _removal("v3-delete-avatar-look", "look_id", "id"),
    "delete-video-avatar": _removal("v3-delete-avatar-look", "look_id", "avatar_id"),
    "delete-photo-avatar-group": _removal("v3-delete-avatar", "group_id", "group_id"),
}
