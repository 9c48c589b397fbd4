"""Answers cut for models: always JSON, never too long, and all parts together are the whole."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.agents import projecting
from services.agents.projecting import LEAST, Wish, project

SCALAR = st.none() | st.booleans() | st.integers() | st.text(max_size=30)
ITEM = st.dictionaries(st.text(min_size=1, max_size=6), SCALAR, max_size=5)
BESIDE = st.dictionaries(
    st.text(min_size=1, max_size=6), SCALAR | st.lists(SCALAR, max_size=5), max_size=4
)
ANYTHING = st.recursive(
    SCALAR | st.text(max_size=3000),
    lambda inner: (
        st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=10), inner, max_size=8)
    ),
    max_leaves=30,
)
CHARS = st.integers(LEAST, 3000)


def size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


@settings(max_examples=40, deadline=None)
@given(st.lists(ITEM, min_size=4, max_size=6), BESIDE, CHARS, st.none() | st.integers(1, 50))
def test_parts_together_are_the_whole(
    some: list[Any], beside: Any, chars: int, limit: int | None
) -> None:
    items = [{**item, "number": n} for n in range(20) for item in some]
    value = {"beside": beside, "list": items}
    found: list[Any] = []
    offset = 0
    for _ in items:
        part = project(value, Wish(offset=offset, limit=limit, chars=chars))
        assert size(part.value) <= chars
        found += part.value["list"]
        if part.cut is None or "next_offset" not in part.cut:
            break
        assert part.cut["next_offset"] > offset
        offset = part.cut["next_offset"]
    assert found == items


@settings(max_examples=60, deadline=None)
@given(ANYTHING, CHARS, st.integers(0, 9))
def test_nothing_is_too_long(value: Any, chars: int, offset: int) -> None:
    part = project(value, Wish(chars=chars, offset=offset))
    assert size(part.value) <= chars
    assert size(value) > chars or offset or (part.value, part.cut) == (value, None)


def test_long_item_is_shortened_and_the_next_still_comes() -> None:
    value = [{"text": "x" * 5000}, {"text": "short"}]
    first = project(value, Wish(chars=LEAST))
    assert first.cut is not None
    assert (first.cut["next_offset"], first.cut["shown"]) == (1, 1)
    assert first.value[0]["text"].endswith("(5000 characters)")
    assert project(value, Wish(chars=LEAST, offset=1)).value == value[1:]


def test_other_lists_are_left_out_by_name() -> None:
    value = {"avatars": [{"id": n} for n in range(500)], "photos": [{"id": n} for n in range(400)]}
    part = project(value, Wish(chars=1000))
    assert part.cut is not None
    assert (part.cut["list"], part.cut["left_out"]) == ("avatars", {"photos": 400})
    photos = project(value, Wish(chars=1000, fields=("photos",)))
    assert photos.cut is not None
    assert (photos.cut["list"], photos.cut["of"]) == ("photos", 400)


def test_fields_go_through_lists() -> None:
    value = {"a": [{"id": 1, "b": {"c": 2, "d": 3}}, {"id": 2}], "e": 4}
    wish = Wish(fields=("a.id", "a.b.c", "none.such"))
    assert project(value, wish).value == {"a": [{"id": 1, "b": {"c": 2}}, {"id": 2}]}


@given(ANYTHING | st.lists(ITEM, max_size=30))
def test_long_texts_are_read_and_measured_in_steps(value: Any) -> None:
    text = json.dumps({"data": value}, ensure_ascii=False, indent=1).encode()
    whole, projecting.PIECE = projecting.PIECE, 8
    try:
        found = projecting.read(text)
    finally:
        projecting.PIECE = whole
    assert found == {"data": value}
    for deep in range(4):
        assert projecting._length(value, deep) == len(projecting.written(value))


def test_crowd_of_values_is_read_at_once() -> None:
    crowd = [1] * (projecting.MANY + 1)
    assert projecting.read(json.dumps(crowd).encode()) == crowd
    assert project(crowd, Wish(limit=2)).value == [1, 1]
