"""What was said, newest first."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from sandbox.desk import Order
from sandbox.elevenlabs import audio
from sandbox.elevenlabs.account import SETTINGS, Account, Said
from sandbox.elevenlabs.answers import Denial

Json = dict[str, Any]


def list_history(order: Order[Account]) -> Json:
    said = [item for item in reversed(order.account.history.values()) if _wanted(order, item)]
    if order.asked("sort_direction") == "asc":
        said.reverse()
    after = order.asked("start_after_history_item_id")
    if after:
        ids = [item.id for item in said]
        if after not in ids:
            raise _unknown(after)
        said = said[ids.index(after) + 1 :]
    page = said[: int(order.asked("page_size"))]
    return {
        "history": [_shown(item) for item in page],
        "last_history_item_id": page[-1].id if page else None,
        "has_more": len(page) < len(said),
        "scanned_until": None,
    }


def _wanted(order: Order[Account], item: Said) -> bool:
    """Whether an item passes the query's filters."""
    same = all(
        order.asked(name) in (None, getattr(item, name)) for name in ("voice_id", "model_id")
    )
    before, after = order.asked("date_before_unix"), order.asked("date_after_unix")
    return (
        same
        and order.asked("source") in (None, "TTS")
        and (order.asked("search") or "").lower() in item.text.lower()
        and (before is None or item.at < int(before))
        and (after is None or item.at > int(after))
    )


def find(order: Order[Account]) -> Said:
    item_id = order.params["history_item_id"]
    if item_id not in order.account.history:
        raise _unknown(item_id)
    return order.account.history[item_id]


def _unknown(item_id: str) -> Denial:
    message = f"History item with ID {item_id[:40]} not found."
    return Denial(404, "history_item_not_found", message)


def _shown(item: Said) -> Json:
    return {
        "history_item_id": item.id,
        "request_id": item.request_id,
        "voice_id": item.voice_id,
        "voice_name": item.voice_name,
        "voice_category": "premade",
        "model_id": item.model_id,
        "text": item.text,
        "date_unix": item.at,
        "character_count_change_from": 0,
        "character_count_change_to": len(item.text),
        "content_type": audio.media_type(item.form),
        "state": "created",
        "settings": SETTINGS,
        "source": "TTS",
    }


def get_item(order: Order[Account]) -> Json:
    return _shown(find(order))


def get_audio(order: Order[Account]) -> Response:
    item = find(order)
    return Response(audio.whole(item.tune, item.form), media_type=audio.media_type(item.form))


def delete_item(order: Order[Account]) -> Json:
    del order.account.history[find(order).id]
    return {"status": "ok"}


HANDLERS = {
    "get-history": list_history,
    "get-history-item": get_item,
    "get-history-audio": get_audio,
    "delete-history-item": delete_item,
}
