"""Assets and folders: uploaded, made, read, listed, removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.action import Call
from services.heygen.render import Rule, Table, refusal
from services.heygen.v3.plans import bounded, made, page_query, reads, sends, strays
from services.heygen.v3.shapes import Names, an_object, cut, item, nothing, renamed
from services.service import Earlier, Plan, Step, Translation

USERS_OWN = "v3 lists the assets of the key's own user"

_ASSET: Names = {
    "id": "id",
    "name": "name",
    "file_type": "type",
    "url": "url",
    "image_key": "image_key",
    "folder_id": "folder_id",
    "meta": "meta",
    "created_ts": "uploaded_at",
}
_UPLOADED: Names = {**_ASSET, "id": "asset_id", "file_type": "mime_type"}
# Old kinds of folder that v3 has.
_KINDS = {name: name for name in ("mixed", "video", "video_translate")}
_NEW_FOLDER: Table = {
    "name": Rule("name"),
    "project_type": Rule("type", words=_KINDS),
    "parent_id": Rule("parent_id"),
}
_FOLDER: Names = {
    "id": "folder_id",
    "name": "name",
    "parent_id": "parent_id",
    "project_type": "type",
}


def asset_id(key: str, path: str) -> str:
    """The asset that an `image_key` names: uploads answer with the asset's id as their key.

    Raises BadRequest for a key of the old API, which has slashes and means nothing to v3.
    """
    if not key or "/" in key:
        raise refusal(path, "is no asset's id: v3 needs the image uploaded again", key)
    return key


def _plan_upload(call: Call) -> Plan:
    return made(call, Step("v3-upload-asset", file="file"), paid=False)


def _plan_list(call: Call) -> Plan:
    """v3 asks whose assets they are, so the key's own user is looked up first."""
    names = ("limit", "token", "folder_id")
    query = page_query(call, *names) | {"username": Earlier(0, "username")}
    steps = (Step("v3-get-current-user"), Step("v3-list-assets", query=query, whole=True))
    notes = [USERS_OWN, *strays(call, "file_type", *names, bodiless=True)]
    if kind := call.query.get("file_type"):
        notes.append("file_type: pages may hold fewer than limit")
    return Plan(steps, bounded(notes), facts=(kind,))


def _answer_list(values: tuple[Any, ...]) -> dict[str, Any]:
    _, page, kind = values
    found, token = cut(page)
    shown = [_asset(each, _ASSET) for each in found]
    wanted = [each for each in shown if not kind or each["file_type"] == kind]
    return {"assets": wanted, "total": None, "token": token}


def _asset(thing: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """An asset under the old names; its id is also the key of an image."""
    asset = renamed(thing, names)
    if isinstance(asset["file_type"], str):
        asset["file_type"] = asset["file_type"].partition("/")[0]
    if asset["file_type"] == "image":
        asset["image_key"] = asset["id"]
    return asset


_NAMED = {"asset_id": "asset_id"}
ASSETS: Mapping[str, Translation] = {
    "upload-asset": Translation(
        _plan_upload,
        lambda values: _asset(an_object(values[0]), _UPLOADED),
        ("v3-upload-asset",),
    ),
    "get-asset": Translation(
        reads("v3-get-asset", path=_NAMED),
        lambda values: _asset(an_object(values[0]), _ASSET),
        ("v3-get-asset",),
    ),
    "list-assets": Translation(_plan_list, _answer_list, ("v3-get-current-user", "v3-list-assets")),
    "delete-asset": Translation(
        reads("v3-delete-asset", path=_NAMED), nothing, ("v3-delete-asset",)
    ),
    "create-folder": Translation(
        sends("v3-create-folder", _NEW_FOLDER), item(_FOLDER), ("v3-create-folder",)
    ),
}
