"""Direct uploads of v3: reserve a place, put the bytes there, declare it complete."""

from __future__ import annotations

import hashlib
import time
import uuid

from sandbox import pages, renders
from sandbox.answers import Refusal, Reply
from sandbox.assets import Json, find, uploaded
from sandbox.state import Asset, Visit

MAX_DIRECT = 100 * 1024 * 1024  # bytes
BATCHES = "/v3/assets/batches"


def reserve(visit: Visit) -> Reply:
    return Reply(_reserve(visit, visit.body))


def _reserve(visit: Visit, wish: Json) -> Json:
    if not 0 < wish["size_bytes"] <= MAX_DIRECT:
        message = f"size_bytes: 1 to {MAX_DIRECT} are accepted."
        raise Refusal("invalid_parameter", message, param="size_bytes")
    name, kind, size = str(wish["filename"]), str(wish["content_type"]), int(wish["size_bytes"])
    checksum = wish.get("checksum_sha256")
    asset = Asset(uuid.uuid4().hex, name, kind, int(time.time()), size, checksum=checksum)
    visit.account.assets[asset.id] = asset
    return {
        "asset_id": asset.id,
        "status": "pending_upload",
        "upload_url": f"{visit.base_url}/files/uploads/{asset.id}",
        "upload_headers": {"Content-Type": kind, "Content-Length": str(size)},
        "expires_in_seconds": 3600,
        "max_bytes": MAX_DIRECT,
    }


def complete(visit: Visit) -> Reply:
    asset = find(visit)
    if asset.content is None:
        raise Refusal("resource_not_ready", "The upload has not arrived yet.", param="asset_id")
    expected = visit.body.get("checksum_sha256") or asset.checksum
    if expected and hashlib.sha256(asset.content).hexdigest() != expected:
        message = "checksum_sha256 does not match the file."
        raise Refusal("invalid_parameter", message, param="checksum_sha256")
    return Reply(uploaded(visit, asset) | {"status": "completed"})


def reserve_batch(visit: Visit) -> Reply:
    files = visit.body["files"]
    if not 1 <= len(files) <= 100:
        raise Refusal("invalid_parameter", "files: 1 to 100 are accepted.", param="files")
    slots = [{"item_index": n} | _reserve(visit, wish) for n, wish in enumerate(files)]
    head = {"ids": [slot["asset_id"] for slot in slots], "title": visit.body.get("title")}
    batch = renders.start(visit, BATCHES, head, price=0)
    return Reply({"batch_id": batch.id, "items": slots})


def complete_batch(visit: Visit) -> Reply:
    batch = visit.find(BATCHES, visit.body["batch_id"])
    return Reply({"batch_id": batch.id}, status=202)


def get_batch(visit: Visit) -> Reply:
    batch = visit.find(BATCHES, visit.params["batch_id"])
    rows = _rows(visit, batch.id)
    waiting = sum(row["status"] != "completed" for row in rows)
    head = {
        "batch_id": batch.id,
        "title": batch.body.get("title"),
        "status": "processing" if waiting else "completed",
        "total_items": len(rows),
        "counts_by_status": {"completed": len(rows) - waiting, "queued": waiting},
        "created_at": int(visit.sandbox.video(visit.account, batch).created),
    }
    return pages.nested(visit, head, rows)


def statuses(visit: Visit) -> Reply:
    ids = [item for item in visit.query.get("asset_ids", "").split(",") if item]
    rows = [_row(visit, item, None, None) for item in ids if item in visit.account.assets]
    for batch_id in visit.query.get("batch_ids", "").split(","):
        rows += _rows(visit, batch_id)
    return Reply(rows)


def _rows(visit: Visit, batch_id: str) -> list[Json]:
    made = visit.account.made.get(batch_id)
    ids = made.body.get("ids", []) if made and made.kind == BATCHES else []
    return [_row(visit, asset_id, n, batch_id) for n, asset_id in enumerate(ids)]


def _row(visit: Visit, asset_id: str, index: int | None, batch_id: str | None) -> Json:
    asset = visit.account.assets.get(asset_id)
    status = "completed" if asset and asset.content is not None else "queued"
    head = {"batch_id": batch_id, "item_index": index, "video_id": None, "asset_id": asset_id}
    return head | {"status": status, "error": None}


HANDLERS = {
    "v3-create-direct-upload": reserve,
    "v3-complete-asset": complete,
    "v3-create-direct-upload-batch": reserve_batch,
    "v3-complete-asset-batch": complete_batch,
    "v3-get-asset-batch": get_batch,
    "v3-list-asset-statuses": statuses,
}
