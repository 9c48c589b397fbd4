"""Which job a successful call started, as its answer tells. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from jobs.tracking import Start
from services.action import Action, Call, Job
from services.service import Service

# What cannot be followed, by service and action, and why.
UNFOLLOWED: Mapping[str, str] = {
    "heygen:create-photo-avatar": "only its path is known: no answer, and no status words",
}
# Seconds until the first look at work of these groups is worth it; see HeyGen's own advice.
_DELAYS: Mapping[str, float] = {
    "video-translation": 30.0,
    "lipsync": 15.0,
    "video-agent": 10.0,
    "dubbing": 15.0,
    "personalized-video": 15.0,
}
_SOON = 5.0
MAX_ID = 255  # characters


def started(service: Service, action: Action, call: Call, answer: bytes) -> tuple[Start, ...]:
    """The work under way that the answer (`{"data": ...}`) names; one call may start several."""
    rule = action.job
    if rule is None or f"{service.slug}:{action.slug}" in UNFOLLOWED:
        return ()
    status = service.by_slug[rule.status_action]
    again = _named_before(rule, action, call)
    return tuple(
        Start(
            service=service.slug,
            action=action.slug,
            status_action=status.slug,
            upstream_id=found,
            parameters=parameters(status, found),
            delay=_DELAYS.get(action.group, _SOON),
            again=again,
        )
        for found in dict.fromkeys(_ids(rule, status, call, answer))
    )


def parameters(status: Action, upstream_id: str) -> dict[str, dict[str, str]]:
    """How the status action is asked about this id: its one path parameter, or query parameter."""
    if status.path_params:
        return {"path_params": {status.path_params[0]: upstream_id}}
    return {"query": {asked_for(status): upstream_id}}


def upstream_id(status: Action, call: Call) -> str | None:
    """The id that a call of a status action asks about, if it asks for nothing else."""
    if call.headers or call.body is not None or call.uploads:
        return None
    if status.path_params:
        given, beside = call.path_params, call.query
    else:
        given, beside = call.query, call.path_params
    if beside or len(given) != 1:
        return None
    return _usable(given.get(asked_for(status)))


def asked_for(status: Action) -> str:
    """The name of the parameter by which a status action is asked."""
    return status.path_params[0] if status.path_params else status.required_query[0]


def _named_before(rule: Job, action: Action, call: Call) -> bool:
    """Whether the id is not of the new work, but of what was there before."""
    name = (rule.id or "").rpartition(".")[2]
    return (rule.id or "").startswith("request.") or name in action.path_params


def _ids(rule: Job, status: Action, call: Call, answer: bytes) -> Iterator[str]:
    if rule.id is not None and rule.id.startswith("request."):
        values = _values(call.body, rule.id.removeprefix("request.").split("."))
    else:
        try:
            data = msgspec.json.decode(answer).get("data")
        except (msgspec.DecodeError, AttributeError, RecursionError):
            return
        if rule.id is None:  # nobody documents where it stands: by its own name, or as `id`
            values = _values(data, [asked_for(status)]) or _values(data, ["id"])
        else:
            values = _values(data, rule.id.removeprefix("data.").split("."))
    for value in values:
        if usable := _usable(value):
            yield usable


def _values(holder: Any, path: list[str]) -> list[Any]:
    """What stands at the path; where it may be one of several, all of them."""
    *above, name = [part for part in path if part != "0"]
    for part in above:
        holder = holder.get(part) if isinstance(holder, dict) else None
    if not isinstance(holder, dict):
        return []
    several = holder.get(f"{name}s")
    if isinstance(several, list) and several:
        return several
    value = holder.get(name)
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _usable(value: object) -> str | None:
    """An id as text, if it is one that a vendor can be asked about."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value)
    return text if 0 < len(text) <= MAX_ID and text.isascii() and text.isprintable() else None
