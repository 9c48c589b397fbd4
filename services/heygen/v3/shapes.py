"""v3's answers under the old names: what every group of old actions needs. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.errors import UpstreamFailed

Names = Mapping[str, str]  # old name -> v3 name
Answer = Callable[[tuple[Any, ...]], Any]


def item(names: Names) -> Answer:
    """The answer of one step that gives one thing."""
    return lambda values: renamed(an_object(values[0]), names)


def items(names: Names, under: str = "") -> Answer:
    """The answer of steps that give lists: one list of all, by itself or under a name."""

    def answer(values: tuple[Any, ...]) -> Any:
        found = [renamed(each, names) for part in values for each in objects(part)]
        return {under: found} if under else found

    return answer


def page(names: Names, under: str) -> Answer:
    """The answer of one step that gives a page with its cursor, as the first API had them."""

    def answer(values: tuple[Any, ...]) -> dict[str, Any]:
        found, token = cut(values[0])
        return {under: [renamed(each, names) for each in found], "token": token}

    return answer


def cut(value: Any) -> tuple[list[Mapping[str, Any]], str]:
    """The things on a page, and the token of the next one; "" ends the walk."""
    whole = an_object(value)
    token = whole.get("next_token")
    if not isinstance(token, str | None):
        raise UpstreamFailed(code="upstream_bad_answer", retryable=True)
    ends = not token or whole.get("has_more") is False
    return objects(whole.get("data")), "" if ends else token or ""


def nothing(_: tuple[Any, ...]) -> None:
    """What the old API said of things done that leave nothing to tell."""


def a_video(values: tuple[Any, ...]) -> dict[str, Any]:
    """The id of a video that was begun."""
    video = an_object(values[0])
    return {"video_id": video.get("video_id") or needed(video, "id")}


def as_it_is(values: tuple[Any, ...]) -> Mapping[str, Any]:
    """One thing that v3 gives under the old names."""
    return an_object(values[0])


def renamed(thing: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """The old names first, all of them, then what only v3 has under its own names.

    A name for which v3 sends nothing is null, never guessed.
    """
    taken = {*names, *names.values()}
    old = {name: thing.get(source) for name, source in names.items()}
    return old | {name: value for name, value in thing.items() if name not in taken}


def needed(thing: Mapping[str, Any], name: str) -> Any:
    """What an answer is worth nothing without. Raises UpstreamFailed."""
    if value := thing.get(name):
        return value
    raise UpstreamFailed(code="upstream_bad_answer")


def an_object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise UpstreamFailed(code="upstream_bad_answer")
    return value


def objects(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, list):
        raise UpstreamFailed(code="upstream_bad_answer")
    return [an_object(each) for each in value]
