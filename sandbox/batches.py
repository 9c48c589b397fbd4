"""Many jobs in one call, and the state of many jobs in one answer."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sandbox import pages, renders
from sandbox.answers import Refusal, Reply
from sandbox.renders import TRANSLATION, VIDEO
from sandbox.state import Made, Visit
from sandbox.v3 import MAX_BATCH, check_video

LIPSYNC = "/v3/lipsyncs"
_LISTS = {VIDEO: "videos", TRANSLATION: "video_translations", LIPSYNC: "lipsyncs"}


def create(visit: Visit) -> Reply:
    kind = visit.action.path.removesuffix("/batches")
    items = visit.body[_LISTS[kind]]
    if not 1 <= len(items) <= MAX_BATCH:
        message = f"{_LISTS[kind]}: 1 to {MAX_BATCH} items are accepted."
        raise Refusal("invalid_parameter", message, param=_LISTS[kind])
    for item in items if kind == VIDEO else ():
        check_video(item)
    if visit.account.credits < len(items):
        raise Refusal("insufficient_credit", "Insufficient credit for the whole batch.")
    ids = [renders.start(visit, kind, item).id for item in items]
    head = {"title": visit.body.get("title"), "ids": ids}
    batch = renders.start(visit, visit.action.path, head, price=0)
    return Reply(
        {"batch_id": batch.id, "status": "processing", "total_items": len(ids)}, status=202
    )


def get(visit: Visit) -> Reply:
    kind = visit.action.path.removesuffix("/{batch_id}")
    batch = visit.find(kind, visit.params["batch_id"])
    items = list(_items(visit, batch))
    counts = Counter(item["status"] for item in items)
    running = counts["queued"] + counts["processing"]
    head = {
        "batch_id": batch.id,
        "title": batch.body.get("title"),
        "status": "processing" if running else "completed",
        "total_items": len(items),
        "counts_by_status": dict(counts),
        "created_at": int(visit.sandbox.video(visit.account, batch).created),
    }
    return pages.nested(visit, head, items)


def statuses(visit: Visit) -> Reply:
    """Rows for comma-separated ids of jobs and of batches; unknown ids are left out."""
    kind = visit.action.path.removesuffix("/statuses")
    names = [param.name for param in visit.action.query]
    wished = {name: [i for i in visit.query.get(name, "").split(",") if i] for name in names}
    if not any(wished.values()):
        raise Refusal("bad_query", f"One of {', '.join(names)} is required.", param=names[0])
    known = visit.account.made
    rows: list[dict[str, Any]] = []
    for made_id in wished[names[0]]:
        if made_id in known and known[made_id].kind == kind:
            rows.append(_row(visit, known[made_id], None, None))
    for batch_id in wished["batch_ids"]:
        if batch_id in known and known[batch_id].kind == f"{kind}/batches":
            rows.extend(_items(visit, known[batch_id]))
    return Reply(rows)


def _items(visit: Visit, batch: Made) -> list[dict[str, Any]]:
    found = [visit.account.made.get(made_id) for made_id in batch.body.get("ids", [])]
    return [
        _row(visit, made, index, batch.id) for index, made in enumerate(found) if made is not None
    ]


def _row(visit: Visit, made: Made, index: int | None, batch_id: str | None) -> dict[str, Any]:
    status = renders.status(visit, made, pending=("queued", "processing"))
    error = {"code": "rendering_failed", "message": "Failed."} if status == "failed" else None
    head = {"batch_id": batch_id, "item_index": index, "video_id": made.id}
    return head | {"status": status, "error": error}


HANDLERS = {
    "v3-create-video-batch": create,
    "v3-create-lipsync-batch": create,
    "v3-create-video-translation-batch": create,
    "v3-get-video-batch": get,
    "v3-get-lipsync-batch": get,
    "v3-get-video-translation-batch": get,
    "v3-list-video-statuses": statuses,
    "v3-list-lipsync-statuses": statuses,
    "v3-list-video-translation-statuses": statuses,
}
