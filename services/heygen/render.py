"""HeyGen's old request bodies as v3's: tables that say what becomes of each field, no I/O."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.errors import BadRequest

MAX_SHOWN = 40  # characters of a caller's own text in a note or an error
IGNORED = "has no v3 counterpart and was ignored"
MISSING = "has no v3 counterpart"
MISSING_IN_SCENES = "has no v3 counterpart in a video of several scenes"

_UNSAFE = re.compile(r"[^ -~]|[,;]")  # notes share one header, where these two separate


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of one old field. A rule that says nothing ignores the field, with a note."""

    to: str = ""  # its dotted place in the v3 body
    sends: Any = None  # sent there instead of the caller's value, unless None
    words: Mapping[str, str] | None = None  # v3's words for the old ones; others are refused
    wraps: str = ""  # v3 takes {"type": wraps, wraps: value}
    usual: tuple[Any, ...] = ()  # values that ask for nothing: neither sent nor noted
    refused: str = ""  # why leaving it out would render or charge for something else
    inside: Mapping[str, Rule] | None = None  # the table of an object
    kinds: Mapping[str, Mapping[str, Rule]] | None = None  # the tables of an object, by `type`
    elsewhere: bool = False  # read by a function of its own


Table = Mapping[str, Rule]
# What `moves` finds: (place in the v3 body, value), or ("", note).
Line = tuple[str, Any]

LOST = Rule()
ELSEWHERE = Rule(elsewhere=True)
REFUSED = Rule(refused=MISSING)

_SIZE: Table = {"width": ELSEWHERE, "height": ELSEWHERE}
_OFFSET: Table = {"x": Rule(usual=(0,)), "y": Rule(usual=(0,))}

VIDEO: Table = {
    "title": Rule("title"),
    "caption": Rule("caption.style", sends="default", usual=(False,)),
    "callback_id": Rule("callback_id"),
    "callback_url": Rule("callback_url"),
    "folder_id": LOST,
    "test": ELSEWHERE,
    "aspect_ratio": ELSEWHERE,
    "dimension": Rule(inside=_SIZE),
    "video_inputs": ELSEWHERE,
}
_AVATAR: Table = {
    "type": ELSEWHERE,
    "avatar_id": Rule("avatar_id"),
    "scale": Rule(usual=(1,)),
    "avatar_style": Rule(usual=("normal",)),
    "offset": Rule(inside=_OFFSET),
    "matting": Rule("remove_background", usual=(False,)),
    "circle_background_color": LOST,
}
_PHOTO: Table = {
    "type": ELSEWHERE,
    "talking_photo_id": Rule("avatar_id"),
    "scale": Rule(usual=(1,)),
    "talking_photo_style": LOST,
    "talking_style": Rule(usual=("stable",)),
    "expression": Rule(usual=("default",)),
    "super_resolution": Rule(usual=(False,)),
    "offset": Rule(inside=_OFFSET),
    "matting": Rule("remove_background", usual=(False,)),
    "circle_background_color": LOST,
}
_VOICES: Mapping[str, Table] = {
    "text": {
        "type": ELSEWHERE,
        "voice_id": Rule("voice_id"),
        "input_text": Rule("script"),
        "speed": Rule("voice_settings.speed"),
        "pitch": Rule("voice_settings.pitch"),
        "emotion": LOST,
        "locale": Rule("voice_settings.locale"),
    },
    "audio": {
        "type": ELSEWHERE,
        "audio_url": Rule("audio_url"),
        "audio_asset_id": Rule("audio_asset_id"),
    },
    "silence": {"type": REFUSED, "duration": REFUSED},
}
_COLOR: Table = {"type": Rule("background.type"), "value": Rule("background.value")}
_IMAGE: Table = {
    "type": Rule("background.type"),
    "url": Rule("background.url"),
    "image_asset_id": Rule("background.asset_id"),
    "fit": Rule(usual=("cover",)),
}
_MOVING: Table = dict.fromkeys(("type", "url", "video_asset_id", "play_style", "fit"), REFUSED)

# v3 takes one input as the body itself, several as studio scenes, which can do less.
_ONLY: Table = {
    "character": Rule(kinds={"avatar": _AVATAR, "talking_photo": _PHOTO}),
    "voice": Rule(kinds=_VOICES),
    "background": Rule(kinds={"color": _COLOR, "image": _IMAGE, "video": _MOVING}),
    # Words laid over the picture: not in the vendor's last description, but in its examples.
    "text": Rule(refused=MISSING, usual=(None,)),
}
_KEPT_BACKDROP: Table = {"matting": Rule(refused=MISSING_IN_SCENES, usual=(False,))}
_SCENE: Table = {
    **_ONLY,
    "character": Rule(
        kinds={
            "avatar": {**_AVATAR, **_KEPT_BACKDROP},
            "talking_photo": {**_PHOTO, **_KEPT_BACKDROP},
        }
    ),
    "background": Rule(
        kinds={
            "color": {**_COLOR, "value": Rule("background.color")},
            "image": dict.fromkeys(_IMAGE, Rule(refused=MISSING_IN_SCENES)),
            "video": _MOVING,
        }
    ),
}
# Objects that are about something only when one of these fields is there: field, type, fields.
_NEEDS_ONE = (
    ("voice", "audio", ("audio_url", "audio_asset_id")),
    ("background", "image", ("url", "image_asset_id")),
)

_RATIOS = {"16:9": (16, 9), "9:16": (9, 16), "1:1": (1, 1), "4:5": (4, 5), "5:4": (5, 4)}
_RESOLUTIONS = {720: "720p", 1080: "1080p", 2160: "4k"}  # by the shorter side in pixels
SIZES: Mapping[tuple[int, int], tuple[str, str]] = {
    (wide * short // min(wide, high), high * short // min(wide, high)): (ratio, resolution)
    for ratio, (wide, high) in _RATIOS.items()
    for short, resolution in _RESOLUTIONS.items()
}


def video(body: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The body of `v3-create-video` for a valid body of `generate-video`, and the notes.

    Raises BadRequest for what v3 cannot render.
    """
    inputs = body["video_inputs"]
    if not inputs:
        raise refusal("video_inputs", "must hold at least one input")
    table = _ONLY if len(inputs) == 1 else _SCENE
    outer, notes = built(moves(body, VIDEO, ""))
    outer.update(frame(body))
    drafts = [_input(item, table, f"video_inputs[{n}]") for n, item in enumerate(inputs)]
    notes += [note for _, found in drafts for note in found]
    subjects = [{"type": "avatar", **fields} for fields, _ in drafts]
    if len(subjects) == 1:
        return {**subjects[0], **outer}, notes
    scenes = [{"type": "avatar_video", "input": subject} for subject in subjects]
    return {"type": "studio", "scenes": scenes, **outer}, notes


def _input(item: Mapping[str, Any], table: Table, path: str) -> tuple[dict[str, Any], list[str]]:
    draft = built(moves(item, table, path))
    for name, kind, fields in _NEEDS_ONE:
        part = item.get(name)
        if part and part["type"] == kind and not any(field in part for field in fields):
            raise refusal(f"{path}.{name}", f"needs {' or '.join(fields)}")
    return draft


def frame(body: Mapping[str, Any]) -> dict[str, str]:
    """v3's shape and resolution; without `dimension`, the short side the old API used, 720."""
    asked = body.get("aspect_ratio")
    size = body.get("dimension")
    if size is None:
        if asked not in (None, "auto", *_RATIOS):
            raise refusal("aspect_ratio", MISSING, asked)
        return {"aspect_ratio": asked or "16:9", "resolution": "720p"}
    found = SIZES.get((size["width"], size["height"]))
    if found is None:
        side = f"{shown(size['width'])}x{shown(size['height'])}"
        raise refusal("dimension", f"{MISSING}; it knows {_known_sizes()}", side)
    if asked not in (None, found[0]):
        raise refusal("aspect_ratio", f"contradicts dimension, which is {found[0]}", asked)
    return {"aspect_ratio": found[0], "resolution": found[1]}


def _known_sizes() -> str:
    return ", ".join(f"{width}x{height}" for width, height in SIZES)


def moves(source: Mapping[str, Any], table: Table, path: str) -> Iterator[Line]:
    """Where each field of `source` goes, in the table's order, then what the table does not know.

    Raises BadRequest for a field that cannot be left out.
    """
    known = [name for name in table if name in source]
    for name in [*known, *(name for name in source if name not in table)]:
        yield from _moved(source[name], table.get(name, LOST), below(path, name), name in table)


def _moved(value: Any, rule: Rule, path: str, known: bool) -> Iterator[Line]:
    if rule.elsewhere or value in rule.usual:
        return
    if rule.refused:
        raise refusal(path, rule.refused, value)
    table = rule.kinds[value["type"]] if rule.kinds else rule.inside
    if table is not None:
        yield from moves(value, table, path)
    elif rule.to:
        yield rule.to, _sent(value, rule, path)
    else:
        # The value of an unknown field may be anything, even a secret: it is not repeated.
        yield "", f"{path}: {shown(value)} {IGNORED}" if known else f"{path} {IGNORED}"


def _sent(value: Any, rule: Rule, path: str) -> Any:
    if rule.words is not None:
        if not isinstance(value, str) or value not in rule.words:
            raise refusal(path, MISSING, value)
        return rule.words[value]
    if rule.wraps:
        return {"type": rule.wraps, rule.wraps: value}
    return value if rule.sends is None else rule.sends


def built(lines: Iterable[Line]) -> tuple[dict[str, Any], list[str]]:
    """The v3 object and the notes that these lines make."""
    body: dict[str, Any] = {}
    notes: list[str] = []
    for place, value in lines:
        if not place:
            notes.append(value)
            continue
        *parents, last = place.split(".")
        target = body
        for parent in parents:
            target = target.setdefault(parent, {})
        target[last] = value
    return body, notes


def refusal(path: str, reason: str, *value: Any) -> BadRequest:
    """The error for a field that v3 cannot honour; at most one value to show."""
    named = ": ".join((path, *map(shown, value)))
    return BadRequest(f"{named} {reason}.", code="no_v3_counterpart")


def below(path: str, name: str) -> str:
    """The path of a field, safe to show whatever the caller called it."""
    return f"{path}.{shown(name)}" if path else shown(name)


def shown(value: Any) -> str:
    """A caller's name or value as short printable ASCII that fits a header."""
    text = value if isinstance(value, str) else json.dumps(value)
    plain = _UNSAFE.sub("?", text[: MAX_SHOWN + 1]).strip() or "?"
    return plain if len(plain) <= MAX_SHOWN else plain[: MAX_SHOWN - 3] + "..."
