"""Folders, kept per account and shown to both API generations."""

from __future__ import annotations

import time
import uuid
from typing import Any

from sandbox import pages
from sandbox.answers import Refusal, Reply
from sandbox.state import Visit

Json = dict[str, Any]


def create_folder(visit: Visit) -> Reply:
    name = str(visit.body["name"])
    if not 1 <= len(name) <= 256:
        raise Refusal("invalid_parameter", "name: 1 to 256 characters.", param="name")
    now = int(time.time())
    folder: Json = {
        "folder_id": uuid.uuid4().hex,
        "name": name,
        "type": visit.body.get("type") or visit.body.get("project_type") or "mixed",
        "parent_id": visit.body.get("parent_id"),
        "is_trash": False,
        "creator_username": visit.account.name,
        "created_at": now,
        "updated_at": now,
    }
    visit.account.folders[folder["folder_id"]] = folder
    return Reply(_folder(visit, folder))


def _folder(visit: Visit, folder: Json) -> Json:
    if visit.generation == "v3":
        return folder
    names = {"id": "folder_id", "name": "name", "parent_id": "parent_id", "project_type": "type"}
    return {old: folder[new] for old, new in names.items()}


def _find_folder(visit: Visit) -> Json:
    folder = visit.account.folders.get(visit.params["folder_id"])
    if folder is None:
        raise Refusal("resource_not_found", "Folder not found", param="folder_id")
    return folder


def get_folder(visit: Visit) -> Reply:
    return Reply(_find_folder(visit))


def list_folders(visit: Visit) -> Reply:
    trash, text = visit.query.get("is_trash") == "true", visit.query.get("name_filter", "")
    parent = visit.query.get("parent_id") or None
    found = [
        _folder(visit, folder)
        for folder in visit.account.folders.values()
        if folder["is_trash"] == trash and text in folder["name"] and folder["parent_id"] == parent
    ]
    return pages.legacy(visit, "folders", found)


def change_folder(visit: Visit) -> Reply:
    """Rename, trash or restore, as the path says."""
    folder = _find_folder(visit)
    if visit.action.slug == "update-folder":
        folder["name"] = visit.body["name"]
    else:
        folder["is_trash"] = visit.action.slug == "trash-folder"
    folder["updated_at"] = int(time.time())
    return Reply(_folder(visit, folder))


HANDLERS = {
    "create-folder": create_folder,
    "v3-create-folder": create_folder,
    "v3-get-folder": get_folder,
    "list-folders": list_folders,
    "update-folder": change_folder,
    "trash-folder": change_folder,
    "restore-folder": change_folder,
}
