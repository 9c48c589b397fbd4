"""An action as a tool of a model: its name, what it says, what is to be filled in. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.action import Action
from services.describing import flat, shapes
from services.describing.hints import Hints, hints, tool_name
from services.describing.shapes import Json
from services.service import Service

LONGEST = 1024  # characters of a description that every ecosystem takes
_TOOLS: dict[tuple[str, str], Tool] = {}


@dataclass(frozen=True, slots=True)
class Tool:
    """One action for a model. `name` is the same wherever tools are told of."""

    name: str
    title: str
    description: str
    input: Json  # one object of the arguments, JSON Schema
    hints: Hints
    service: str
    action: str
    group: str


def named(name: str) -> tuple[str, str]:
    """The slugs of the service and the action that a tool's name stands for."""
    service, _, action = name.partition("_")
    return service, action


def tool(service: Service, action: Action) -> Tool:
    """The tool of an action. It is made once, and what it holds must not be changed."""
    key = (service.slug, action.slug)
    if key not in _TOOLS:
        _TOOLS[key] = _made(service, action)
    return _TOOLS[key]


def envelope_of(service: Service, action: Action, arguments: Mapping[str, Any]) -> Json:
    """The request envelope that a tool's arguments stand for. Raises BadRequest."""
    return flat.envelope_of(service, action, arguments)


def arguments_of(service: Service, action: Action, envelope: Mapping[str, Any]) -> Json:
    """A request envelope as a tool's arguments."""
    return flat.arguments_of(service, action, envelope)


def _made(service: Service, action: Action) -> Tool:
    known = hints(service, action)
    return Tool(
        name=tool_name(service.slug, action.slug),
        title=action.title,
        description=_description(service, action, known),
        input=_input(service, action),
        hints=known,
        service=service.slug,
        action=action.slug,
        group=action.group,
    )


def _input(service: Service, action: Action) -> Json:
    fields = flat.fields(service, action)
    made: Json = {
        "type": "object",
        "properties": {field.name: _told(service, action, field) for field in fields},
        "additionalProperties": False,
    }
    required = [field.name for field in fields if field.required]
    return made | ({"required": required} if required else {})


def _told(service: Service, action: Action, field: flat.Field) -> Json:
    """The argument's schema, with where its id comes from; what it says itself comes first."""
    if "description" in field.schema:
        return field.schema
    place = {"path_params": "path"}.get(field.place, field.place)
    kinds = _uses(service, action)
    source = _listing(service, kinds.get(f"{place}.{field.inner}", ""))
    if source and source != action.slug:
        return {**field.schema, "description": f"An id, as {source} tells it."}
    return field.schema


def _uses(service: Service, action: Action) -> Mapping[str, str]:
    rules = service.ownership
    return rules.uses(action.slug) if action.slug in rules.rules else {}


def _listing(service: Service, kind: str) -> str:
    """The tool that lists ids of a kind, of the vendor's newest API that does; else nothing."""
    found = [
        slug
        for slug, rule in service.ownership.rules.items()
        if kind and kind in rule.lists.values() and service.by_slug[slug].safe
    ]
    found.sort(key=lambda slug: service.sunset(service.by_slug[slug]) is not None)
    return tool_name(service.slug, found[0]) if found else ""


def _description(service: Service, action: Action, known: Hints) -> str:
    """What it does, and what a model should know before it calls it: cost, harm, what follows."""
    note = service.schemas.get(action.slug, {}).get("note") or ""
    says = [
        f"{action.title} ({service.display_name}, {action.group.replace('-', ' ')}).",
        _effect(known),
        _following(service, known),
        _pages(known),
        _files(known),
        _branches(service, action),
        _end(service, known),
        note,
    ]
    return " ".join(part for part in says if part)[:LONGEST]


def _effect(known: Hints) -> str:
    does = "Only reads." if known.reads else "Cannot be undone." if known.destroys else ""
    costs = {True: "Costs credits.", None: "May cost credits.", False: ""}[known.bills]
    return f"{does} {costs}".strip()


def _following(service: Service, known: Hints) -> str:
    if known.poll is None:
        return "Starts work that goes on after the answer." if known.starts_job else ""
    ask = tool_name(service.slug, known.poll.action)
    done = f" until it is {' or '.join(known.poll.done)}" if known.poll.done else ""
    where = known.poll.id.replace("request.", "the argument ")
    return f"Starts work: ask {ask} with {known.poll.name} = {where}{done}."


def _pages(known: Hints) -> str:
    return f"Answers in pages; {known.cursor} asks for the next one." if known.cursor else ""


def _files(known: Hints) -> str:
    if not known.files:
        return ""
    needed = "Needs" if not known.json_only else "May take"
    return f"{needed} the bytes of a file ({', '.join(known.files)})."


def _branches(service: Service, action: Action) -> str:
    """What each kind of a union needs: the flat object cannot say it."""
    if action.request != "json":
        return ""
    branches = shapes.resolved(service, action).get("oneOf", ())
    told = [_needs(branch) for branch in branches if "properties" in branch]
    return "; ".join(told) + "." if told else ""


def _needs(branch: Json) -> str:
    tag, values = next(
        (name, part["enum"]) for name, part in branch["properties"].items() if _is_tag(part)
    )
    others = [name for name in branch.get("required", ()) if name != tag]
    return f"{tag} {'/'.join(values)} needs {', '.join(others) or 'nothing more'}"


def _is_tag(part: Json) -> bool:
    return part.get("type") == "string" and len(part.get("enum", ())) == 1


def _end(service: Service, known: Hints) -> str:
    if not known.deprecated or known.sunset is None:
        return ""
    day = datetime.fromtimestamp(known.sunset, UTC).date()
    instead = f"; use {known.instead}" if known.instead else ""
    return f"Old: the vendor's API for it ends on {day}{instead}."
