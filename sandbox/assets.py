"""Uploaded files, raw or multipart: kept in memory and served again."""

from __future__ import annotations

import re
import time
import uuid
from typing import Any

from sandbox import pages
from sandbox.answers import Refusal, Reply
from sandbox.state import Asset, Visit

RAW_TYPES = ("image/png", "image/jpeg", "video/mp4", "video/webm", "audio/mpeg", "audio/wav")
V3_TYPES = (*RAW_TYPES, "audio/x-wav", "application/pdf", "application/x-subrip", "text/srt")
MAX_SIMPLE = 32 * 1024 * 1024  # bytes

Json = dict[str, Any]


def upload_raw(visit: Visit) -> Reply:
    kind = visit.content_type.split(";")[0].strip().lower()
    if kind not in RAW_TYPES:
        raise Refusal("invalid_parameter", f"Content-Type must be one of {', '.join(RAW_TYPES)}")
    asset = _keep(visit, f"upload.{kind.split('/')[1]}", kind, visit.raw)
    return Reply(_legacy(visit, asset), extra={"msg": "Success"})


def _keep(visit: Visit, name: str, kind: str, content: bytes) -> Asset:
    if not content:
        raise Refusal("missing_parameter", "The file is empty.", param="file")
    asset = Asset(uuid.uuid4().hex, name, kind, int(time.time()), len(content), content)
    visit.account.assets[asset.id] = asset
    return asset


def upload_photo(visit: Visit) -> Reply:
    asset = _keep(visit, "photo.jpg", "image/jpeg", visit.raw)
    return Reply({"talking_photo_id": asset.id, "talking_photo_url": _url(visit, asset)})


def upload_multipart(visit: Visit) -> Reply:
    name, kind, content = _file_part(visit)
    if kind not in V3_TYPES:
        raise Refusal("invalid_parameter", f"File type {kind[:40]} is unsupported.", param="file")
    if len(content) > MAX_SIMPLE:
        raise Refusal("payload_too_large", "The file exceeds 32 MB.", param="file")
    return Reply(uploaded(visit, _keep(visit, name, kind, content)))


def _file_part(visit: Visit) -> tuple[str, str, bytes]:
    """The name, type and bytes of the part `file` (RFC 7578)."""
    found = re.search(r'boundary="?([^";]+)"?', visit.content_type)
    if not visit.content_type.lower().startswith("multipart/form-data") or not found:
        raise Refusal("missing_parameter", "Expected multipart/form-data.", param="file")
    for part in (b"\r\n" + visit.raw).split(b"\r\n--" + found[1].encode()):
        head, _, content = part.partition(b"\r\n\r\n")
        text = head.decode("utf-8", "replace")
        if re.search(r'(?i)[; ]name="?file"?(;|\r|$)', text):
            name = re.search(r'(?i)filename="([^"]*)"', text)
            kind = re.search(r"(?i)content-type:\s*([^\s;]+)", text)
            fallback = "application/octet-stream"
            return name[1] if name else "file", kind[1].lower() if kind else fallback, content
    raise Refusal("missing_parameter", "file is required.", param="file")


def _url(visit: Visit, asset: Asset) -> str:
    return f"{visit.base_url}/files/assets/{asset.id}"


def uploaded(visit: Visit, asset: Asset) -> Json:
    return {
        "asset_id": asset.id,
        "url": _url(visit, asset),
        "mime_type": asset.mime_type,
        "size_bytes": asset.size,
    }


def _legacy(visit: Visit, asset: Asset) -> Json:
    kind = asset.mime_type.split("/")[0]
    return {
        "id": asset.id,
        "name": asset.name,
        "file_type": kind,
        "url": _url(visit, asset),
        "image_key": f"image/{asset.id}/original" if kind == "image" else None,
        "folder_id": asset.folder_id or "",
        "meta": None,
        "created_ts": asset.uploaded_at,
    }


def _v3(visit: Visit, asset: Asset) -> Json:
    return {
        "id": asset.id,
        "name": asset.name,
        "type": asset.mime_type.split("/")[0],
        "url": _url(visit, asset),
        "owner": visit.account.name,
        "space_id": visit.account.name,
        "folder_id": asset.folder_id,
        "uploaded_at": asset.uploaded_at,
    }


def find(visit: Visit) -> Asset:
    asset = visit.account.assets.get(visit.params["asset_id"])
    if asset is None:
        raise Refusal("asset_not_found", "Asset not found", param="asset_id")
    return asset


def get(visit: Visit) -> Reply:
    show = _v3 if visit.generation == "v3" else _legacy
    return Reply(show(visit, find(visit)))


def delete(visit: Visit) -> Reply:
    asset = visit.account.assets.pop(find(visit).id)
    return Reply({"id": asset.id} if visit.generation == "v3" else None)


def find_all(visit: Visit) -> Reply:
    kind, folder = visit.query.get("file_type"), visit.query.get("folder_id")
    found = [
        asset
        for asset in reversed(visit.account.assets.values())
        if asset.content is not None
        and (not kind or asset.mime_type.startswith(kind))
        and (not folder or asset.folder_id == folder)
    ]
    if visit.generation == "v3":
        return pages.v3(visit, [_v3(visit, asset) for asset in found])
    return pages.legacy(visit, "assets", [_legacy(visit, asset) for asset in found])


HANDLERS = {
    "upload-asset": upload_raw,
    "upload-talking-photo": upload_photo,
    "v3-upload-asset": upload_multipart,
    "get-asset": get,
    "v3-get-asset": get,
    "delete-asset": delete,
    "v3-delete-asset": delete,
    "list-assets": find_all,
    "v3-list-assets": find_all,
}
