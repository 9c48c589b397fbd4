"""Strict JSON: what two parsers could read differently is refused before anything is sent.

RFC 8259 leaves duplicate names, big exponents, lone surrogates and depth to the implementation;
a caller and a vendor that disagree on them is how a check is walked around.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from services.action import shown
from services.errors import BadRequest

MAX_VALUES = 100_000  # in one document; far more cost seconds to read and hundreds of megabytes
_COMMA = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|,', re.DOTALL)
_BRACKETS = (b"[", b"{")


def loads(raw: bytes, *, what: str, depth: int) -> Any:
    """The value of a JSON text. Raises BadRequest, naming `what`."""
    if raw.count(b",") > MAX_VALUES and _crowded(raw):
        raise BadRequest(f"{what} holds more than {MAX_VALUES} values.", code="body_too_complex")
    try:
        value = _DECODER.decode(raw.decode())
    except UnicodeDecodeError:
        raise BadRequest(f"{what} is not UTF-8.", code="bad_json") from None
    except _Unusable as exc:
        raise BadRequest(f"{what} {exc}", code="bad_json") from None
    except RecursionError:
        raise _too_deep(what, depth) from None
    except ValueError as exc:
        raise BadRequest(f"{what} is not valid JSON{_place(exc)}.", code="bad_json") from None
    if sum(map(raw.count, _BRACKETS)) > depth and levels(value) > depth:
        raise _too_deep(what, depth)
    if b"\\u" in raw and not _storable(value):
        raise BadRequest(f"{what} holds a NUL or half a surrogate pair.", code="bad_json")
    return value


def field(raw: bytes, *, what: str, depth: int) -> Any:
    """What a form's field says: JSON where any reader takes it for that, else text.

    Raises BadRequest, naming `what`, for objects and lists that readers take in different ways.
    """
    try:
        value = json.loads(raw.decode())
    except RecursionError:
        raise _too_deep(what, depth) from None
    except ValueError:  # of its encoding too
        return raw.decode(errors="replace")
    return loads(raw, what=what, depth=depth) if isinstance(value, dict | list) else value


def _crowded(raw: bytes) -> bool:
    """Whether there are too many values, told by the commas outside of strings."""
    seen = 0
    for found in _COMMA.finditer(raw):
        seen += found[0] == b","
        if seen > MAX_VALUES:
            return True
    return False


class _Unusable(ValueError):
    """Valid JSON by the letter that readers take in different ways; the text names the fault."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Unusable(f"names '{shown(_twice(pairs))}' twice in one object.")
    return made


def _twice(pairs: list[tuple[str, Any]]) -> str:
    """The first name that stands there again."""
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            return name
        seen.add(name)
    return ""


def _refuse_constant(name: str) -> NoReturn:
    raise _Unusable(f"holds {name}, which is not JSON.")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _Unusable("holds a number that is out of range.")
    return number


def _place(exc: ValueError) -> str:
    return (
        f" (line {exc.lineno}, column {exc.colno})" if isinstance(exc, json.JSONDecodeError) else ""
    )


def _too_deep(what: str, depth: int) -> BadRequest:
    return BadRequest(f"{what} is nested deeper than {depth} levels.", code="body_too_complex")


def levels(value: Any) -> int:
    """How many objects and lists stand inside each other."""
    deepest, level = 0, [value]
    while level := [item for item in level if isinstance(item, dict | list)]:
        level = [child for item in level for child in _children(item)]
        deepest += 1
    return deepest


def _storable(value: Any) -> bool:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str) and ("\0" in item or any("\ud800" <= c <= "\udfff" for c in item)):
            return False
        if isinstance(item, dict):
            waiting.extend(item)
        waiting.extend(_children(item))
    return True


def _children(item: Any) -> list[Any]:
    if isinstance(item, dict):
        return list(item.values())
    return item if isinstance(item, list) else []


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_constant=_refuse_constant, parse_float=_finite
)
