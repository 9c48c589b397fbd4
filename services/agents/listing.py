"""Which tools an agent is told of: the actions that its key may call, and the service's own."""

from __future__ import annotations

from typing import Any

from mcp_types import Tool, ToolAnnotations

from credentials.auth import Caller
from services import catalogue
from services.action import Action
from services.agents.wishes import CHARS, FIELDS, KEY, LIMIT, OFFSET, Chosen
from services.describing import flat, selecting, tools
from services.service import Service

PAGE = 100  # tools of one page
_READING: dict[str, Any] = {
    FIELDS: {
        "type": "array",
        "items": {"type": "string"},
        "description": "Only these fields of the answer, as dotted paths.",
    },
    OFFSET: {"type": "integer", "minimum": 0, "description": "Go on with the list from here."},
    LIMIT: {"type": "integer", "minimum": 1, "description": "Items of the list at most."},
    CHARS: {"type": "integer", "description": "Characters of the answer at most."},
}
_KEYED: dict[str, Any] = {
    KEY: {"type": "string", "description": "Any new text: calls with the same one are done once."}
}

_TOLD: dict[tuple[str, str], Tool] = {}


def listed(caller: Caller, chosen: Chosen) -> list[Tool]:
    """The tools of the vendors that this key may call and the URL asks for, by name."""
    found = [
        told(service, action)
        for service in catalogue.SERVICES
        if not chosen.services or service.slug in chosen.services
        for action in selecting.permitted(caller, service)
        if _is_chosen(service, action, chosen)
    ]
    return sorted(found, key=lambda one: one.name)


def _is_chosen(service: Service, action: Action, chosen: Chosen) -> bool:
    tool = tools.tool(service, action)
    return (
        tool.hints.json_only  # no message of the protocol brings the bytes of a file
        and (not chosen.read_only or tool.hints.reads)
        and (not chosen.groups or tool.group in chosen.groups)
        and (not chosen.tools or not chosen.tools.isdisjoint((tool.name, tool.action)))
    )


def found(name: str) -> tuple[Service, Action] | None:
    """The action that a tool stands for, whoever may call it."""
    slug, wanted = tools.named(name)
    service = catalogue.known(slug)
    action = service.by_slug.get(wanted) if service else None
    if service is None or action is None or not tools.tool(service, action).hints.json_only:
        return None
    return service, action


def told(service: Service, action: Action) -> Tool:
    """A tool in the protocol's words; made once."""
    key = (service.slug, action.slug)
    if key not in _TOLD:
        _TOLD[key] = _made(service, action)
    return _TOLD[key]


def _made(service: Service, action: Action) -> Tool:
    tool = tools.tool(service, action)
    known = tool.hints
    own = (_READING if known.answers == "json" else {}) | ({} if known.reads else _KEYED)
    files = {field.name for field in flat.fields(service, action) if field.is_file}
    given = {name: part for name, part in tool.input["properties"].items() if name not in files}
    shape = {**tool.input, "properties": {**given, **own}}
    return Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=shape,
        annotations=ToolAnnotations(
            title=tool.title,
            read_only_hint=known.reads,
            destructive_hint=known.destroys,
            idempotent_hint=known.idempotent,
            open_world_hint=True,
        ),
        _meta={
            "ai-proxy/group": tool.group,
            "ai-proxy/bills": known.bills,
            "ai-proxy/starts_job": known.starts_job,
        },
    )
