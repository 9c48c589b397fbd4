"""What an agent asks of this service beside the vendor: of the URL, and of each call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from services.action import shown
from services.agents.projecting import LEAST, Wish
from services.errors import BadRequest
from services.following.door import Visit

MOST_CHARS = 400_000
MOST_FIELDS = 50
FIELDS, OFFSET, LIMIT, CHARS = "_fields", "_offset", "_limit", "_max_chars"
KEY = "_idempotency_key"
_QUERY = ("services", "groups", "tools", "read_only", "max_chars")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which tools the URL asks for; none named: all. And how long an answer may be."""

    services: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    tools: frozenset[str] = frozenset()
    read_only: bool = False
    chars: int = 20_000


def wished(visit: Visit) -> Chosen:
    """What the URL asks for. Raises BadRequest."""
    asked = visit.query(*_QUERY)
    names = {name: frozenset(filter(None, asked.get(name, "").split(","))) for name in _QUERY[:3]}
    only = asked.get("read_only", "false")
    if only not in ("true", "false"):
        raise BadRequest("read_only: must be true or false.", code="bad_query_param")
    text = asked.get("max_chars", str(settings.MCP_MAX_CHARS))
    chars = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    return Chosen(**names, read_only=only == "true", chars=_chars(chars, "max_chars"))


def split(arguments: Mapping[str, Any], usual: int) -> tuple[dict[str, Any], Wish, str]:
    """The vendor's arguments, what is to be read of the answer, and the key. Raises BadRequest."""
    own = {name: value for name, value in arguments.items() if not name.startswith("_")}
    ours = {name: value for name, value in arguments.items() if name.startswith("_")}
    for name in ours:
        if name not in (FIELDS, OFFSET, LIMIT, CHARS, KEY):
            raise BadRequest(f"Unknown argument: {shown(name)}", code="unknown_field")
    wish = Wish(
        fields=_fields(ours.get(FIELDS)),
        offset=_count(ours.get(OFFSET), OFFSET, 0) or 0,
        limit=_count(ours.get(LIMIT), LIMIT, 1),
        chars=usual if ours.get(CHARS) is None else _chars(ours[CHARS], CHARS),
    )
    key = ours.get(KEY)
    if key is not None and not isinstance(key, str):
        raise BadRequest(f"{KEY}: must be a text.", code="schema_violation")
    return own, wish, key or ""


def _fields(given: Any) -> tuple[str, ...]:
    given = [given] if isinstance(given, str) else given or []
    named = isinstance(given, list) and all(isinstance(one, str) and one for one in given)
    if not named or len(given) > MOST_FIELDS:
        raise BadRequest(
            f"{FIELDS}: must be a list of at most {MOST_FIELDS} paths.", code="schema_violation"
        )
    return tuple(given)


def _count(given: Any, name: str, least: int) -> int | None:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given < 10**9:
        raise BadRequest(f"{name}: must be a whole number from {least}.", code="schema_violation")
    return given


def _chars(given: Any, name: str) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not LEAST <= given <= MOST_CHARS:
        raise BadRequest(
            f"{name}: must be a whole number from {LEAST} to {MOST_CHARS}.",
            code="bad_query_param",
        )
    return given
