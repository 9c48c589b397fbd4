"""A call made with a browser ticket: held to the ticket's terms, and counted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress

from credentials.tickets import Ticket
from jobs import database, tickets
from jobs.models import Job
from services import starting
from services.action import Action
from services.errors import Forbidden, NotFound, ProxyError, Unavailable, UpstreamFailed
from services.exchange import Reply
from services.invocation import Invocation
from services.recording import steady

Query = tuple[tuple[str, str], ...]


async def check(invocation: Invocation, query: Query) -> None:
    """Refuse a call that its ticket is not for; `query` is what would go upstream.

    A pinned path parameter holds for every action that has it; a pinned query parameter for every
    action that declares it, and must then be there. A poll is for jobs that the ticket may follow,
    unless what it asks by is pinned. Raises Forbidden, NotFound, Unavailable.
    """
    ticket, action = invocation.caller.ticket, invocation.action
    if ticket is None:
        return
    given = invocation.call.path_params
    for name, allowed in ticket.path_params.items():
        if name in action.path_params and str(given[name]) not in allowed:
            raise _elsewhere(name)
    for name, allowed in ticket.query.items():
        found = [text for known, text in query if known == name]
        missing = name in action.query_names and not found
        if missing or any(text not in allowed for text in found):
            raise _elsewhere(name)
    if action.slug in invocation.service.polls:
        await _check_poll(invocation, ticket, query)


def _elsewhere(name: str) -> Forbidden:
    return Forbidden(f"The ticket is for another {name}.", code="out_of_scope")


async def _check_poll(invocation: Invocation, ticket: Ticket, query: Query) -> None:
    name = starting.asked_for(invocation.action)
    if name in (ticket.path_params if invocation.action.path_params else ticket.query):
        return
    begin = invocation.service.ownership.rehearsal
    asked = {
        text
        for text in _asked(invocation.action, invocation, query)
        if not (begin and text.startswith(begin))  # nobody's, and free
    }
    service, org = invocation.service.slug, invocation.caller.org.id
    jobs = Job.objects.filter(org_id=org, service=service, upstream_id__in=asked)
    try:
        known = await database.run(
            lambda: set(
                jobs.filter(tickets.followed(ticket.id, ticket.jobs)).values_list(
                    "upstream_id", flat=True
                )
            )
        )
    except steady.AWAY as exc:
        raise Unavailable(code="ledger_unavailable") from exc
    if known != asked:
        raise NotFound


def _asked(action: Action, invocation: Invocation, query: Query) -> set[str]:
    """Every id that the poll asks about."""
    name = starting.asked_for(action)
    if action.path_params:
        return {str(invocation.call.path_params[name])}
    return {text for known, text in query if known == name}


async def check_left(invocation: Invocation) -> None:
    """Refuse a call for which its ticket has none left, before a person is asked about it.

    Raises Forbidden, Unavailable.
    """
    ticket = invocation.caller.ticket
    if ticket is None or ticket.calls is None:
        return
    try:
        found = await database.run(tickets.left, ticket.id)
    except steady.AWAY as exc:
        raise Unavailable(code="ledger_unavailable") from exc
    if not found:
        raise _used_up()


def _used_up() -> Forbidden:
    return Forbidden("The ticket's calls are used up.", code="ticket_used_up")


async def counted(invocation: Invocation, work: Callable[[], Awaitable[Reply]]) -> Reply:
    """The reply of `work` as one of the calls that the ticket is good for.

    It is counted before anything is sent, so that calls at the same time are never more than may
    be. Given back is a call that this service refused, whose vendor could not be reached, or that
    repeats an earlier answer to the same `Idempotency-Key`. Raises Forbidden, Unavailable, and what
    `work` raises.
    """
    ticket = invocation.caller.ticket
    if ticket is None or ticket.calls is None:
        return await work()
    try:
        taken = await database.run(tickets.take, ticket.id)
    except steady.AWAY as exc:
        raise Unavailable(code="ledger_unavailable") from exc
    if not taken:
        raise _used_up()
    try:
        reply = await work()
    except ProxyError as exc:
        if exc.origin == "proxy" or (isinstance(exc, UpstreamFailed) and exc.unsent):
            await _give_back(ticket)
        raise
    if "Idempotent-Replayed" in reply.headers:
        await _give_back(ticket)
    return reply


async def _give_back(ticket: Ticket) -> None:
    with suppress(*steady.AWAY):  # it stays counted then
        await database.run(tickets.give_back, ticket.id)
