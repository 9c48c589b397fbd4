"""What a vendor's event is about, read from its body. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from jobs.inbox import Arrived
from services import strict
from services.errors import BadRequest
from services.service import Event, Webhooks

LONGEST = 255  # characters of an id
_DEPTH = 32
_MEMBERS, _ROOM = 16, 4096  # of an event that are kept; bytes of them as JSON


def read(about: Webhooks, headers: Mapping[str, str], body: bytes, *, signed: bool) -> Arrived:
    """The event in a body. Raises BadRequest for what is none."""
    told = strict.loads(body, what="The event", depth=_DEPTH)
    kind = told.get(about.type) if isinstance(told, dict) else None
    if not isinstance(told, dict) or not isinstance(kind, str) or not kind:
        raise BadRequest(f"The event has no '{about.type}'.", code="bad_event")
    data = told.get(about.data)
    given = headers.get(about.event_id) or told.get("event_id")
    return Arrived(
        event_id=_text(given),
        digest=hashlib.sha256(body).hexdigest(),
        signed=signed,
        type=_text(kind)[:80],
        upstream_id=_id(about.events.get(kind), data if isinstance(data, dict) else {}),
        payload=_payload(about, told),
    )


def _id(event: Event | None, data: Mapping[str, Any]) -> str:
    """The work's id; empty for a type that nobody knows."""
    found = (data.get(name) for name in (event.ids if event else ()))
    return next((text for text in map(_text, found) if text), "")


def _text(value: object) -> str:
    """A name as any database keeps it; what is no name, or too long for one, is none."""
    plain = isinstance(value, str) and value.isprintable() and len(value) <= LONGEST
    return str(value) if plain else ""


def _payload(about: Webhooks, told: dict[str, Any]) -> dict[str, Any]:
    """What is kept of it: enough to say what it was, without links to what was made."""
    first = [name for name in (about.type, "id", "status") if name in told]
    kept: dict[str, Any] = {}
    room = _ROOM
    for name in dict.fromkeys((*first, *told)):
        value = told[name][:LONGEST] if isinstance(told[name], str) else told[name]
        if len(kept) == _MEMBERS or not isinstance(value, str | int):
            continue
        size = len(json.dumps({name: value}))  # more than what it adds
        if size <= room:
            kept[name], room = value, room - size
    return kept
