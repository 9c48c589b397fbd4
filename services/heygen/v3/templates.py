"""Templates: listed, read, rendered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.action import Call
from services.heygen.render import (
    ELSEWHERE,
    MISSING,
    Rule,
    Table,
    below,
    built,
    moves,
    refusal,
)
from services.heygen.v3.plans import made, reads
from services.heygen.v3.shapes import Names, a_video, an_object, items, renamed
from services.service import Plan, Step, Translation

_VIDEO: Table = {
    "title": Rule("title"),
    "caption": Rule("caption"),
    "variables": ELSEWHERE,
    "dimension": Rule(
        inside={"width": Rule("dimension.width"), "height": Rule("dimension.height")}
    ),
    "include_gif": Rule("include_gif"),
    "enable_sharing": Rule("enable_sharing"),
    "folder_id": Rule("folder_id"),
    "brand_voice_id": Rule("brand_voice_id"),
    "callback_id": Rule("callback_id"),
    "callback_url": Rule("callback_url"),
    "test": ELSEWHERE,
    # v3's own fields decide what is rendered, so a caller that already sends them is heard.
    "fps": Rule("fps"),
    "scene_ids": Rule("scene_ids"),
    "subtitles": Rule("subtitles"),
    "reorder_music": Rule("reorder_music"),
    "keep_text_vertically_centered": Rule("keep_text_vertically_centered"),
}
_VARIABLE: Table = {"name": Rule(), "type": ELSEWHERE, "properties": ELSEWHERE}
_VARIABLE_TYPES = ("text", "image", "video", "audio", "voice", "character")
_TEMPLATE: Names = {
    "template_id": "id",
    "name": "name",
    "thumbnail_image_url": "thumbnail_url",
    "aspect_ratio": "aspect_ratio",
}
_DETAIL: Names = {"version": "version", "variables": "variables"}


def _plan_video(call: Call) -> Plan:
    body, notes = built(moves(call.body, _VIDEO, ""))
    if "dimension" in call.body and len(body.get("dimension", ())) != 2:
        raise refusal("dimension", "needs width and height")
    if not call.body["variables"]:
        raise refusal("variables", "must hold at least one variable")
    variables = {}
    for name, value in call.body["variables"].items():
        variables[name], found = _variable(name, value)
        notes += found
    step = Step(
        "v3-generate-template-video",
        path_params=dict(call.path_params),
        body={"variables": variables, **body},
    )
    return made(call, step, notes=notes)


def _variable(name: str, value: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """A variable as v3's flat object: the type beside what was under `properties`."""
    path = below("variables", name)
    kind, properties = value["type"], dict(value["properties"])
    if kind not in _VARIABLE_TYPES:
        raise refusal(f"{path}.type", MISSING, kind)
    if kind == "character" and "type" in properties and "character_type" not in properties:
        properties["character_type"] = properties.pop("type")
    if "type" in properties:
        raise refusal(f"{path}.properties.type", MISSING, properties["type"])
    rules = {**_VARIABLE, "name": Rule(usual=(name,))}
    return {"type": kind, **properties}, built(moves(value, rules, path))[1]


def _answer_template(values: tuple[Any, ...]) -> dict[str, Any]:
    template = an_object(values[0])
    variables = {
        name: _nested(name, an_object(value))
        for name, value in an_object(template.get("variables")).items()
    }
    return renamed(template, _DETAIL) | {"variables": variables}


def _nested(name: str, variable: Mapping[str, Any]) -> dict[str, Any]:
    """v3's flat variable as the old one, which `generate-template-video` takes back."""
    properties = {field: value for field, value in variable.items() if field != "type"}
    if variable.get("type") == "character" and "character_type" in properties:
        properties["type"] = properties.pop("character_type")
    return {"name": name, "type": variable.get("type"), "properties": properties}


_READ = Translation(
    reads("v3-get-template", path={"template_id": "template_id"}),
    _answer_template,
    ("v3-get-template",),
)
TEMPLATES: Mapping[str, Translation] = {
    "list-templates": Translation(
        reads("v3-list-templates", query={"limit": 100}, paged=True),
        items(_TEMPLATE, "templates"),
        ("v3-list-templates",),
    ),
    "get-template": _READ,
    "get-template-details": _READ,  # its scenes are v3's
    "generate-template-video": Translation(_plan_video, a_video, ("v3-generate-template-video",)),
}
