"""Lists in pieces: limit and token, as each API generation counts them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from sandbox.answers import Refusal, Reply
from sandbox.state import Visit


def piece(visit: Visit, items: Sequence[Any]) -> tuple[list[Any], str | None]:
    """The items asked for, and the token of the next piece. Raises Refusal for a bad token."""
    start, limit = _start(visit.query.get("token") or ""), _limit(visit)
    end = start + limit
    more = limit > 0 and end < len(items)
    return list(items[start:end]), _token(end) if more else None


def v3(visit: Visit, items: Sequence[Any]) -> Reply:
    found, token = piece(visit, items)
    return Reply(found, extra={"has_more": token is not None, "next_token": token})


def nested(visit: Visit, head: dict[str, Any], items: Sequence[Any]) -> Reply:
    """A batch read, whose items and cursor are inside `data`."""
    found, token = piece(visit, items)
    return Reply(head | {"items": found, "has_more": token is not None, "next_token": token})


def legacy(visit: Visit, name: str, items: Sequence[Any]) -> Reply:
    found, token = piece(visit, items)
    return Reply({name: found, "total": len(items), "token": token or ""})


def _limit(visit: Visit) -> int:
    declared = next((param for param in visit.action.query if param.name == "limit"), None)
    default = declared.default if declared and declared.default else 100
    return int(visit.query.get("limit") or default)


def _token(offset: int) -> str:
    return base64.urlsafe_b64encode(f"offset:{offset}".encode()).decode()


def _start(token: str) -> int:
    if not token:
        return 0
    try:
        name, _, offset = base64.urlsafe_b64decode(token).decode().partition(":")
        if name == "offset" and offset.isascii() and offset.isdigit():
            return int(offset)
    except ValueError:
        pass
    raise Refusal("bad_query", "token is invalid.", param="token")
