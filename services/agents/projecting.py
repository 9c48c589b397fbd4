"""Answers cut to what a model can read: chosen fields, a list in parts, a number of characters.

Pure. What comes out is always JSON, and all parts of a list together are the whole list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

DEEP = 3  # levels below the answer at which its list is looked for
LEAST = 400  # characters that any answer may have
PIECE = 64 * 1024  # bytes of JSON that one step reads
MANY = 400_000  # values, beyond which steps take too much room themselves
Path = tuple[str, ...]
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LIST = msgspec.json.Decoder(list[msgspec.Raw])

# How an object that is too long by itself is told: the length of its texts, of its lists, and how
# many fields, tighter and tighter.
_TIGHTER = ((2000, 50, 200), (500, 20, 100), (200, 10, 60), (100, 5, 40), (60, 2, 20), (30, 1, 8))


@dataclass(frozen=True, slots=True)
class Wish:
    """What the caller wants to read of an answer."""

    fields: tuple[str, ...] = ()  # dotted paths, through lists; none: all
    offset: int = 0  # items of the list that were read before
    limit: int | None = None  # items at most
    chars: int = 20_000  # of JSON at most


@dataclass(frozen=True, slots=True)
class Part:
    """What is told of an answer, and how it differs from the whole; None where it does not."""

    value: Any
    cut: dict[str, Any] | None = None


def read(text: bytes, deep: int = DEEP) -> Any:
    """The value of a JSON text; a long one is read in steps, between which other threads run.

    Raises msgspec.DecodeError.
    """
    if len(text) > PIECE and deep and text.count(b",") < MANY:
        first = text.lstrip()[:1]
        if first == b"{":
            inner = _OBJECT.decode(text).items()
            return {name: read(bytes(part), deep - 1) for name, part in inner}
        if first == b"[":
            return [read(bytes(part), deep - 1) for part in _LIST.decode(text)]
    return msgspec.json.decode(text)


def project(value: Any, wish: Wish) -> Part:
    """The part of `value` that the wish asks for and has room for."""
    if wish.fields:
        value = chosen(value, [path.split(".") for path in wish.fields])
    whole = not wish.offset and wish.limit is None
    if whole and _length(value) <= wish.chars:
        return Part(value)
    place = _longest(value)
    if place is None:
        return _shortened(value, wish.chars)
    return _part(value, place, wish)


def written(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _length(value: Any, deep: int = 2) -> int:
    """Characters of the value as it is written; in steps too."""
    if deep and isinstance(value, list) and len(value) < MANY:
        return _joined(_length(item, deep - 1) for item in value)
    if deep and isinstance(value, dict):
        parts = value.items()
        return _joined(len(written(name)) + 1 + _length(part, deep - 1) for name, part in parts)
    return len(written(value))


def _joined(lengths: Iterator[int]) -> int:
    """With brackets and commas."""
    found = list(lengths)
    return sum(found) + max(len(found) + 1, 2)


def chosen(value: Any, paths: Sequence[Sequence[str]]) -> Any:
    """Only what stands at the paths; each goes through every item of the lists on its way."""
    if any(not path for path in paths):
        return value
    if isinstance(value, list):
        return [chosen(item, paths) for item in value]
    if not isinstance(value, dict):
        return value
    told = {}
    for name in value:
        inner = [path[1:] for path in paths if path[0] == name]
        if inner:
            told[name] = chosen(value[name], inner)
    return told


def _longest(value: Any) -> Path | None:
    """Where the longest list stands, by its text."""
    found = list(_lists(value, ()))
    if len(found) < 2:
        return found[0][0] if found else None
    return max((_length(items, 1), path) for path, items in found)[1]


def _lists(value: Any, path: Path) -> Iterator[tuple[Path, list[Any]]]:
    if isinstance(value, list):
        yield path, value
    elif isinstance(value, dict) and len(path) < DEEP:
        for name, inner in value.items():
            yield from _lists(inner, (*path, name))


def _part(value: Any, place: Path, wish: Wish) -> Part:
    """The answer with as many items of its list, from the offset on, as there is room for."""
    items: list[Any] = _at(value, place)
    rest: dict[str, int] = {}
    room = wish.chars - len(written(_with(value, place, [])))
    if room < wish.chars // 2:
        value, rest = _without_others(value, place)
        room = wish.chars - len(written(_with(value, place, [])))
    if room < LEAST // 2:  # what stands beside the list is too long by itself
        value = _with(_shortened(_with(value, place, []), wish.chars // 2).value, place, [])
        room = wish.chars // 2
    shown, short = _fitting(items, wish, room)
    end = wish.offset + len(shown)
    cut: dict[str, Any] = {"list": ".".join(place), "offset": wish.offset, "shown": len(shown)}
    cut["of"] = len(items)
    if end < len(items):
        cut["next_offset"] = end
        cut["how"] = "Call again with the same arguments and _offset, or name _fields."
    if short:
        cut["shortened"] = "This item is longer than _max_chars: name _fields, or ask for more."
    if rest:
        cut["left_out"] = rest
    return Part(_with(value, place, shown), cut)


def _fitting(items: list[Any], wish: Wish, room: int) -> tuple[list[Any], bool]:
    """One item at least, though it must be shortened, and as many as fit."""
    most = len(items) if wish.limit is None else wish.offset + wish.limit
    shown: list[Any] = []
    for item in items[wish.offset : most]:
        room -= len(written(item)) + 1
        if room < 0 and not shown:
            return [_shortened(item, max(LEAST // 4, room + len(written(item)))).value], True
        if room < 0:
            break
        shown.append(item)
    return shown, False


def _without_others(value: Any, place: Path) -> tuple[Any, dict[str, int]]:
    """The answer without its other lists, and how many items each of these has."""
    left = {}
    for path, items in list(_lists(value, ())):
        if path != place and items:
            value = _with(value, path, [])
            left[".".join(path)] = len(items)
    return value, left


def _at(value: Any, path: Path) -> Any:
    for name in path:
        value = value[name]
    return value


def _with(value: Any, path: Path, inner: Any) -> Any:
    """A copy with something else at the path; where that is gone, what there is."""
    if not path:
        return inner
    if not isinstance(value, dict):
        return value
    return {**value, path[0]: _with(value.get(path[0], {}), path[1:], inner)}


def _shortened(value: Any, chars: int) -> Part:
    """All that there is room for of a value that has no list to be read in parts."""
    for texts, lists, fields in _TIGHTER:
        told = _tight(value, texts, lists, fields, DEEP + 3)
        if len(written(told)) <= chars:
            return Part(told, {"shortened": "Name _fields, or ask for more _max_chars."})
    kind = type(value).__name__
    told = sorted(value)[:8] if isinstance(value, dict) else kind
    return Part(
        {"left_out": [name[:24] for name in told] if isinstance(told, list) else told},
        {"shortened": "Name _fields, or ask for more _max_chars."},
    )


def _tight(value: Any, texts: int, lists: int, fields: int, deep: int) -> Any:
    if isinstance(value, str) and len(value) > texts:
        return f"{value[:texts]}... ({len(value)} characters)"
    if isinstance(value, dict | list) and not deep:
        return f"({len(value)} inside)"
    if isinstance(value, list):
        return [_tight(item, texts, lists, fields, deep - 1) for item in value[:lists]]
    if isinstance(value, dict):
        some = list(value.items())[:fields]
        return {name[:texts]: _tight(one, texts, lists, fields, deep - 1) for name, one in some}
    return value
