"""Taking other orgs' items out of a list. Pure; what stays keeps its bytes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from services.rule import Rule, steps

_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_SCALAR = msgspec.json.Decoder(str | int | float | bool | None)
_TOTALS = frozenset(("total", "count", "total_count", "total_items"))
_EMPTY = (b"null", b"{}", b"[]", b'""')


class Elsewhere(ValueError):
    """No list is where the rule says that there is one."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list: its bytes, and its ids with their kinds."""

    raw: bytes
    ids: tuple[tuple[str, str], ...]  # kind, id


class Lists:
    """The lists of one answer `{"data": ...}`. Raises Elsewhere."""

    def __init__(self, rule: Rule, content: bytes) -> None:
        self._top = _OBJECT.decode(content)
        data = bytes(self._top.get("data", b"null"))
        self._data = data
        self._items: dict[tuple[str, ...], list[Item]] = {}
        for place, names in _places(rule).items():
            found = _at(data, place)
            if found is not None:
                self._items[place] = [_item(raw, names) for raw in found]
        if not self._items and data not in _EMPTY:
            raise Elsewhere

    @property
    def ids(self) -> Iterable[str]:
        return {text for items in self._items.values() for item in items for _, text in item.ids}

    def cut(self, keeps: Callable[[Item], bool], *, paged: bool) -> bytes | None:
        """The answer with what is kept; None when nothing had to be changed.

        Numbers of all items there are become those of the kept ones, or go when there are pages.
        """
        kept = {place: list(filter(keeps, items)) for place, items in self._items.items()}
        changed = any(len(kept[place]) < len(items) for place, items in self._items.items())
        if not changed and not _tells(self._top, self._data, kept):
            return None
        total = None if paged else sum(map(len, kept.values()))
        data = self._data
        for place, items in kept.items():
            data = _put(data, place, _joined(items), total)
        top = {**self._top, "data": msgspec.Raw(data)}
        return _written(_counted(top, total))


def _places(rule: Rule) -> Mapping[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Where the lists are, and which members of their items are ids."""
    places: defaultdict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
    for place, kind in rule.lists.items():
        *outer, _, name = steps(place)
        places[tuple(outer)].append((name, kind))
    return {place: tuple(names) for place, names in places.items()}


def _at(data: bytes, place: tuple[str, ...]) -> list[msgspec.Raw] | None:
    """The items of the list at a place, None when there is none."""
    try:
        for name in place:
            members = _OBJECT.decode(data)
            if name not in members:
                return None
            data = bytes(members[name])
        return _LIST.decode(data)
    except msgspec.ValidationError:
        return None


def _item(raw: msgspec.Raw, names: tuple[tuple[str, str], ...]) -> Item:
    whole = bytes(raw)
    try:
        members = _OBJECT.decode(whole)
    except msgspec.ValidationError:
        return Item(whole, ())
    found = ((kind, _text(members[name])) for name, kind in names if name in members)
    return Item(whole, tuple((kind, text) for kind, text in found if text))


def _text(raw: msgspec.Raw) -> str:
    try:
        value: Any = _SCALAR.decode(raw)
    except msgspec.ValidationError:
        return ""
    return "" if value is None or isinstance(value, bool) else str(value)


def _joined(items: Iterable[Item]) -> bytes:
    return b"[" + b",".join(item.raw for item in items) + b"]"


def _put(data: bytes, place: tuple[str, ...], value: bytes, total: int | None) -> bytes:
    """`data` with a value at a place, and honest numbers beside it."""
    if not place:
        return value
    members = _OBJECT.decode(data)
    inner = _put(bytes(members[place[0]]), place[1:], value, total)
    beside = _counted(members, total) if len(place) == 1 else members
    return _written({**beside, place[0]: msgspec.Raw(inner)})


def _counted(members: Mapping[str, msgspec.Raw], total: int | None) -> dict[str, msgspec.Raw]:
    if total is None:
        return {name: raw for name, raw in members.items() if name not in _TOTALS}
    number = msgspec.Raw(str(total).encode())
    return {name: number if name in _TOTALS else raw for name, raw in members.items()}


def _tells(top: Mapping[str, msgspec.Raw], data: bytes, places: Iterable[tuple[str, ...]]) -> bool:
    """Whether a number of all items stands beside the answer's data, or beside a list in it."""
    if not _TOTALS.isdisjoint(top):
        return True
    for place in places:
        inner = data
        for name in place[:-1]:
            inner = bytes(_OBJECT.decode(inner)[name])
        if place and not _TOTALS.isdisjoint(_OBJECT.decode(inner)):
            return True
    return False


def _written(members: Mapping[str, msgspec.Raw]) -> bytes:
    parts = (msgspec.json.encode(name) + b":" + bytes(raw) for name, raw in members.items())
    return b"{" + b",".join(parts) + b"}"
