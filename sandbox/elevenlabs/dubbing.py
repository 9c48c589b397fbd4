"""Dubs: work that takes the time of a render, with its audio at the end."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from starlette.responses import Response

from sandbox.desk import Order
from sandbox.elevenlabs import audio
from sandbox.elevenlabs.account import Account, Dub, new_id
from sandbox.elevenlabs.answers import Denial

Json = dict[str, Any]


def create_dub(order: Order[Account]) -> Json:
    """A name with `[fail]` in it makes the work fail."""
    fields, files = order.body, order.files.get("file", [])
    if bool(files) == bool(fields.get("source_url")):
        raise Denial(400, "invalid_source", "Either file or source_url is required.")
    if not fields.get("target_lang"):
        raise Denial(400, "invalid_target_lang", "target_lang is required.")
    seconds = audio.length(files[0].content) if files else 5.0
    dub = Dub(
        id=new_id(),
        name=fields.get("name") or (files[0].name if files else fields["source_url"]),
        languages=(fields["target_lang"],),
        seconds=seconds,
        at=time.time(),
        fails="[fail]" in fields.get("name", ""),
        fields=fields,
    )
    order.account.dubs[dub.id] = dub
    return {"dubbing_id": dub.id, "expected_duration_sec": seconds}


def _find(order: Order[Account]) -> Dub:
    dub = order.account.dubs.get(order.params["dubbing_id"])
    if dub is None:
        raise Denial(404, "dubbing_not_found", "The dubbing was not found.")
    return dub


def _status(order: Order[Account], dub: Dub) -> str:
    if time.time() < dub.at + order.sandbox.config.render_seconds:
        return "dubbing"
    return "failed" if dub.fails else "dubbed"


def get_dub(order: Order[Account]) -> Json:
    dub = _find(order)
    status = _status(order, dub)
    return {
        "dubbing_id": dub.id,
        "name": dub.name,
        "status": status,
        "source_language": dub.fields.get("source_lang", "auto"),
        "target_languages": list(dub.languages),
        "editable": False,
        "created_at": datetime.fromtimestamp(dub.at, UTC).isoformat(),
        "media_metadata": {"content_type": "audio/mpeg", "duration": dub.seconds},
        "error": "The name of the dub asked for this failure." if status == "failed" else None,
    }


def get_sound(order: Order[Account]) -> Response:
    dub = _find(order)
    language = order.params["language_code"]
    if language not in dub.languages:
        raise Denial(404, "dubbing_not_found", "There is no dub in this language.")
    if _status(order, dub) != "dubbed":
        raise Denial(425, "dubbing_not_dubbed", "The dub is not finished.")
    tune = audio.lasting(dub.seconds, language + dub.name)
    return Response(audio.whole(tune, "mp3_44100_128"), media_type="audio/mpeg")


def delete_dub(order: Order[Account]) -> Json:
    del order.account.dubs[_find(order).id]
    return {"status": "ok"}


HANDLERS = {
    "create-dubbing": create_dub,
    "get-dubbing": get_dub,
    "get-dubbed-audio": get_sound,
    "delete-dubbing": delete_dub,
}
