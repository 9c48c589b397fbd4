"""Plans from a call and a table: what every group of old actions needs. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from services.action import Call
from services.heygen.render import IGNORED, MISSING, Table, below, built, moves, refusal
from services.service import Plan, Step

MAX_NOTES = 20
MAX_NOTE = 160  # characters
WHOLE_PAGE = 100  # things on v3's largest page, sent where the caller names no number
CHARGED = "v3 charges for this"  # what the old API gave for nothing

Planner = Callable[[Call], Plan]
_NAMES: Mapping[str, str] = {}


def reads(
    action: str,
    *,
    path: Mapping[str, str] = _NAMES,
    query: Mapping[str, Any] = _NAMES,
    paged: bool = False,
    notes: Iterable[str] = (),
) -> Planner:
    """The plan of one step that takes no body: reads, lists, deletions.

    `path` names for each path parameter of the step the old parameter that holds its value,
    wherever the old action had it; `query` is sent as it stands.
    """

    def plan(call: Call) -> Plan:
        given = {**call.query, **call.path_params}
        found = {name: given.get(old) for name, old in path.items()}
        step = Step(action, path_params=found, query=query, paged=paged)
        return Plan((step,), bounded([*notes, *strays(call, *path.values(), bodiless=True)]))

    return plan


def sends(
    action: str,
    table: Table,
    *,
    path: Iterable[str] = (),
    paid: bool = False,
    notes: Iterable[str] = (),
) -> Planner:
    """The plan of one step whose body `table` makes of the old one; `path` keeps its names."""

    def plan(call: Call) -> Plan:
        body, found = built(moves(call.body or {}, table, ""))
        step = Step(action, path_params={name: call.path_params[name] for name in path}, body=body)
        return made(call, step, notes=(*notes, *found), paid=paid)

    return plan


def made(call: Call, *steps: Step, notes: Iterable[str] = (), paid: bool = True) -> Plan:
    """The plan of a write, with notes on the query parameters that no write took."""
    found = bounded([*notes, *strays(call, *(("test",) if paid else ()))])
    return Plan(steps, found, paid and call.says_test)


def page_query(call: Call, *names: str) -> dict[str, Any]:
    """The query of a list that the caller walks. Raises BadRequest for a page of nothing."""
    if str(call.query.get("limit")) == "0":
        raise refusal("query.limit", MISSING, 0)
    given = {name: call.query[name] for name in names if call.query.get(name)}
    return {"limit": WHOLE_PAGE} | given


def strays(call: Call, *known: str, bodiless: bool = False) -> Iterator[str]:
    """Notes on query parameters, and a body, that the old action did not take either."""
    for name, value in call.query.items():
        if name not in known and value is not None:
            yield f"{below('query', name)} {IGNORED}"
    if not bodiless or call.body is None:
        return
    if isinstance(call.body, dict):
        yield from (f"{below('body', name)} {IGNORED}" for name in call.body)
    else:
        yield f"body {IGNORED}"


def bounded(notes: Iterable[str]) -> tuple[str, ...]:
    """Each note once, short and few enough for one header."""
    each = tuple(dict.fromkeys(note[:MAX_NOTE] for note in notes))
    if len(each) <= MAX_NOTES:
        return each
    return *each[:MAX_NOTES], f"{len(each) - MAX_NOTES} more fields had no v3 counterpart"
