"""Photo avatars: a look made from an uploaded image, and how any look is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.action import Call
from services.heygen.render import ELSEWHERE, MISSING, Rule, Table, built, moves, refusal
from services.heygen.v3.assets import asset_id
from services.heygen.v3.plans import CHARGED, made
from services.heygen.v3.shapes import Names, an_object, needed, renamed
from services.service import Earlier, Plan, Step, Translation

LATER = "v3 makes the photo ready some time after its answer"

_LOOK: Names = {
    "id": "id",
    "group_id": "group_id",
    "name": "name",
    "status": "status",
    "image_url": "preview_image_url",
    "is_motion": "is_motion",
    "business_type": "business_type",
}
_NEW_GROUP: Table = {
    "name": Rule("name"),
    "image_key": ELSEWHERE,
    "generation_id": Rule(refused=MISSING, usual=(None,)),
    "test": ELSEWHERE,
}
_NEW_LOOK: Table = {
    "group_id": Rule("avatar_group_id"),
    "name": Rule("name"),
    "image_keys": ELSEWHERE,
    "generation_id": Rule(refused=MISSING, usual=(None,)),
    "test": ELSEWHERE,
}
_STATES = {"processing": "pending", "pending_consent": "pending"}


def _plan_group(call: Call) -> Plan:
    return _photo(call, _NEW_GROUP, call.body["image_key"], "image_key")


def _plan_look(call: Call) -> Plan:
    keys = call.body["image_keys"]
    if len(keys) != 1:
        raise refusal("image_keys", "must hold one image: v3 makes and charges one at a time")
    return _photo(call, _NEW_LOOK, keys[0], "image_keys[0]")


def _photo(call: Call, table: Table, key: str, path: str) -> Plan:
    """The making of one look from an uploaded image."""
    body, notes = built(moves(call.body, table, ""))
    file = {"type": "asset_id", "asset_id": asset_id(key, path)}
    step = Step("v3-create-avatar", body={"type": "photo", **body, "file": file})
    return made(call, step, notes=(CHARGED, *notes))


def _plan_talking_photo(call: Call) -> Plan:
    """The image as an asset, and a look made from it."""
    name = call.uploads[0].filename or "Talking photo"
    file = {"type": "asset_id", "asset_id": Earlier(0, "asset_id")}
    steps = (
        Step("v3-upload-asset", file="file"),
        Step("v3-create-avatar", body={"type": "photo", "name": name, "file": file}),
    )
    return made(call, *steps, notes=(CHARGED, LATER))


def shown_look(look: Mapping[str, Any]) -> dict[str, Any]:
    return in_words(renamed(look, _LOOK), _STATES)


def in_words(thing: dict[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    """The thing with v3's status in the old words."""
    status = thing["status"]
    return thing | {"status": words.get(status, status) if isinstance(status, str) else status}


def _answer_made(values: tuple[Any, ...]) -> dict[str, Any]:
    made_now = an_object(values[0])
    item_now = an_object(made_now.get("avatar_item"))
    needed(item_now, "id")
    group = made_now.get("avatar_group")
    group = group if isinstance(group, dict) else {}
    look = shown_look({"group_id": group.get("id"), **item_now})
    return look | {"created_at": item_now.get("created_at") or group.get("created_at")}


def _answer_added(values: tuple[Any, ...]) -> dict[str, Any]:
    return {"photo_avatar_list": [_answer_made(values)]}


def _answer_talking_photo(values: tuple[Any, ...]) -> dict[str, Any]:
    asset, made_now = map(an_object, values)
    look = an_object(made_now.get("avatar_item"))
    url = look.get("preview_image_url") or asset.get("url")
    return {"talking_photo_id": needed(look, "id"), "talking_photo_url": url}


_CREATE = ("v3-create-avatar",)
PHOTOS: Mapping[str, Translation] = {
    "create-photo-avatar-group": Translation(_plan_group, _answer_made, _CREATE),
    "add-photo-avatar-looks": Translation(_plan_look, _answer_added, _CREATE),
    "upload-talking-photo": Translation(
        _plan_talking_photo, _answer_talking_photo, ("v3-upload-asset", "v3-create-avatar")
    ),
}
