"""Browser tickets over HTTP: a backend makes one for a page, with less than its own key may do."""

from __future__ import annotations

import math
import re
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any, TypeVar

import msgspec
from django.http.response import HttpResponseBase

from credentials import auth, origins
from credentials import tickets as sealing
from credentials.auth import Caller
from credentials.tickets import Ticket
from jobs import database, tickets
from services import body, catalogue, envelope, strict
from services.action import Action, shown
from services.errors import FieldError, Forbidden, InvalidFields, NotFound
from services.following import showing
from services.following.door import Visit, route
from services.following.finding import visible
from services.response import Response

USUAL, LONGEST = 300, 3600  # seconds that a ticket works
MAX_BODY = 16 * 1024
MOST_CALLS = 100_000
MOST_ACTIONS, MOST_PINS, MOST_VALUES, MOST_JOBS = 20, 8, 20, 10
_FIELDS = (
    "origin", "actions", "path_params", "query", "calls", "end_user", "expires_in", "jobs",
)  # fmt: skip
_PATTERN = re.compile(r"[A-Za-z0-9*][A-Za-z0-9_*-]{0,62}:[A-Za-z0-9_*-]{1,63}")
_USER = re.compile(r"[!-~]{1,64}")
Pins = dict[str, tuple[str, ...]]
Read = TypeVar("Read")


class _Wrong(ValueError):
    """What is wrong with one field, in words for the caller."""


async def _make(visit: Visit) -> HttpResponseBase:
    """A new ticket; its text is in this answer alone."""
    visit.query()
    envelope.require_json(visit.request)
    raw = await body.read(visit.request, MAX_BODY)
    caller = visit.caller
    if caller.key.kind != "server":
        raise Forbidden("Tickets are made with server keys.", code="out_of_scope")
    ticket = _read(strict.loads(raw or b"null", what="The request body", depth=4), caller)
    _check_rights(ticket, caller)
    text = auth.new_ticket(ticket)
    if len(text) > sealing.MAX_TEXT:
        raise InvalidFields([{"field": "", "detail": "Such a ticket would be too long."}])
    await database.run(_begin, ticket, caller)
    told = {"data": {"ticket": text, **_shown(ticket)}}
    headers = {**visit.left, "Cache-Control": "no-store"}
    return Response(msgspec.json.encode(told), status=201, headers=headers)


def _begin(ticket: Ticket, caller: Caller) -> None:
    """See that its jobs are the caller's, and begin to count. Raises NotFound."""
    known = visible(caller).filter(pk__in=ticket.jobs).count() if ticket.jobs else 0
    if known != len(ticket.jobs):
        raise NotFound("jobs: there is no such job.")
    if ticket.calls is not None:
        tickets.begin(ticket.id, caller.org.id, ticket.calls, _moment(ticket))


def _moment(ticket: Ticket) -> datetime:
    return datetime.fromtimestamp(ticket.expires_at, UTC)


def _shown(ticket: Ticket) -> dict[str, Any]:
    return {
        "id": ticket.id,
        "expires_at": showing.moment(_moment(ticket)),
        "origin": ticket.origin,
        "actions": ticket.actions,
        "path_params": ticket.path_params,
        "query": ticket.query,
        "calls": ticket.calls,
        "end_user": ticket.end_user or None,
        "jobs": ticket.jobs,
    }


def _read(given: object, caller: Caller) -> Ticket:
    """The ticket that is asked for. Raises InvalidFields, which names all that is wrong."""
    if not isinstance(given, dict):
        raise InvalidFields([{"field": "", "detail": "The body must be a JSON object."}])
    errors: list[FieldError] = [
        {"field": shown(name), "detail": f"Unknown. Known are {', '.join(_FIELDS)}."}
        for name in given
        if name not in _FIELDS
    ]

    def field(name: str, reader: Callable[[Any], Read], default: Read) -> Read:
        try:
            return reader(given[name]) if given.get(name) is not None else default
        except _Wrong as exc:
            errors.append({"field": name, "detail": str(exc)})
            return default

    for name in ("origin", "actions"):
        if given.get(name) is None:
            errors.append({"field": name, "detail": "This is needed."})
    seconds = field("expires_in", lambda value: _whole(value, LONGEST), USUAL)
    ticket = Ticket(
        id=sealing.new_id(),
        digest=caller.key.digest,
        origin=field("origin", _origin, ""),
        actions=field("actions", _actions, ()),
        expires_at=math.floor(min(time.time() + seconds, caller.key.expires_at or math.inf)),
        calls=field("calls", lambda value: _whole(value, MOST_CALLS), None),
        end_user=field("end_user", _user, ""),
        path_params=field("path_params", _pins, {}),
        query=field("query", _pins, {}),
        jobs=field("jobs", _jobs, ()),
    )
    errors += _idle_pins(ticket)
    if errors:
        raise InvalidFields(errors)
    return ticket


def _whole(value: Any, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise _Wrong(f"Must be a whole number from 1 to {most}.")
    return value


def _origin(value: Any) -> str:
    if not isinstance(value, str) or "*" in value or not origins.valid_origin(value):
        raise _Wrong("Must be one origin, such as https://app.example.com, in lower case.")
    return value


def _actions(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_ACTIONS:
        raise _Wrong(f"Must be a list of 1 to {MOST_ACTIONS} actions, as SERVICE:ACTION.")
    for pattern in value:
        if not isinstance(pattern, str) or not _PATTERN.fullmatch(pattern):
            raise _Wrong("Each must read SERVICE:ACTION; * stands for any characters.")
        if not _matching((pattern,)):
            raise _Wrong(f"There is no action '{shown(pattern)}'.")
    return tuple(dict.fromkeys(value))


def _user(value: Any) -> str:
    if not isinstance(value, str) or not _USER.fullmatch(value):
        raise _Wrong("Must be 1 to 64 visible ASCII characters.")
    return value


def _pins(value: Any) -> Pins:
    if not isinstance(value, dict) or len(value) > MOST_PINS:
        raise _Wrong(f"Must be an object of at most {MOST_PINS} names.")
    return {name: _values(name, pinned) for name, pinned in value.items()}


def _values(name: str, pinned: Any) -> tuple[str, ...]:
    values = pinned if isinstance(pinned, list) else [pinned]
    right = (isinstance(one, str | int) and not isinstance(one, bool) for one in values)
    if not 1 <= len(values) <= MOST_VALUES or not all(right):
        raise _Wrong(f"{shown(name)} must be a text or a whole number, or a list of those.")
    return tuple(map(str, values))


def _jobs(value: Any) -> tuple[uuid.UUID, ...]:
    if not isinstance(value, list) or len(value) > MOST_JOBS:
        raise _Wrong(f"Must be a list of at most {MOST_JOBS} ids of jobs.")
    try:
        return tuple({uuid.UUID(one) for one in value})
    except (ValueError, TypeError, AttributeError):
        raise _Wrong("Each must be the id of a job.") from None


def _matching(patterns: tuple[str, ...]) -> list[tuple[str, Action]]:
    """The actions of the catalogue that the patterns name."""
    return [
        (service.slug, action)
        for service in catalogue.SERVICES
        for action in service.actions
        if any(fnmatchcase(f"{service.slug}:{action.slug}", pattern) for pattern in patterns)
    ]


def _idle_pins(ticket: Ticket) -> list[FieldError]:
    """Pins that no action of the ticket would be held to: a slip that protects nothing."""
    found = [action for _, action in _matching(ticket.actions)]
    places: Mapping[str, tuple[Mapping[str, Any], set[str]]] = {
        "path_params": (ticket.path_params, {n for one in found for n in one.path_params}),
        "query": (ticket.query, {n for one in found for n in one.query_names}),
    }
    return [
        {"field": place, "detail": f"No action of the ticket has {shown(name)}."}
        for place, (pins, known) in places.items()
        for name in pins
        if found and name not in known
    ]


def _check_rights(ticket: Ticket, caller: Caller) -> None:
    """Raise Forbidden for what the key itself may not do, or not from there."""
    if not caller.may_from(ticket.origin):
        raise Forbidden(
            "origin: neither the key nor the org allows this origin.", code="beyond_own_rights"
        )
    for service, action in _matching(ticket.actions):
        if not caller.may(service, action.slug):
            raise Forbidden(
                f"actions: the key may not call {service}:{action.slug}.", code="beyond_own_rights"
            )


make = route(POST=_make)
