"""Reading ids at the places of an answer that a rule names. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from services.rule import Rule, steps

Thing = tuple[str, str]  # kind, the vendor's id


def things(data: Any, rule: Rule, body: Any = None) -> Iterator[Thing]:
    """What the answer says was made by a call with this body."""
    given = body if isinstance(body, dict) else {}
    for place, kind in rule.makes.items():
        if not given.get(rule.unless.get(place, "")):
            yield from ((kind, text) for text in ids(data, place))


def parts(data: Any, rule: Rule, is_own: Callable[[str], bool]) -> Iterator[Thing]:
    """What a read tells of own things: all of it, of a list the items that name one of them."""
    if not rule.lists:
        yield from things(data, rule)
        return
    for place, kind in rule.makes.items():
        outer, _, name = place.rpartition("[].")
        known = [other.rpartition("[].") for other in rule.lists]
        beside = [last for first, _, last in known if first == outer and last != name]
        for item in _at([data], f"{outer}[]"):
            if any(is_own(text) for other in beside for text in ids(item, other)):
                yield from ((kind, text) for text in ids(item, name))


def ids(data: Any, place: str) -> Iterator[str]:
    """The ids at a place below `data`; none where something else stands."""
    for value in _at([data], place):
        if isinstance(value, str) and value:
            yield value
        elif isinstance(value, int) and not isinstance(value, bool):
            yield str(value)


def _at(values: list[Any], place: str) -> list[Any]:
    for step in steps(place):
        values = list(_below(values, step))
    return values


def _below(values: list[Any], step: str) -> Iterator[Any]:
    for value in values:
        if step == "[]" and isinstance(value, list):
            yield from value
        elif isinstance(value, dict) and step in value:
            yield value[step]
