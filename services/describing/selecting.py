"""Which actions a caller may call, and which of these it asks to be told of. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from credentials import vault
from credentials.auth import Caller
from credentials.errors import AccessError
from services import access
from services.action import Action, shown
from services.describing.tools import Tool, tool
from services.errors import BadRequest, Forbidden
from services.service import Service


def permitted(caller: Caller, service: Service) -> tuple[Action, ...]:
    """The actions that calls with this key are not refused for: policy, access, scopes, account."""
    policy = caller.org.policy(service.slug)
    if not policy.is_enabled:
        return ()
    shared = _is_shared(caller, service)
    return tuple(
        action
        for action in service.actions
        if action.slug not in policy.disabled_actions
        and _may(caller, service, action)
        and not (shared and _reaches_all(service, action))
    )


def select(
    caller: Caller,
    service: Service,
    *,
    read_only: bool = False,
    billable: bool | None = None,
    group: str = "",
    names: Iterable[str] = (),
    json_only: bool = False,
) -> tuple[Tool, ...]:
    """The tools of a service for a caller, in the catalogue's order.

    `billable`: False leaves out what costs or may cost something, True leaves only that. `names`
    are tools' names or actions' slugs. `json_only` leaves out what cannot be called without a
    file's bytes. Raises BadRequest for a group or a name that this caller has none of.
    """
    tools = [tool(service, action) for action in permitted(caller, service)]
    wanted = set(names)
    _refuse_unknown("names", wanted, {word for each in tools for word in (each.name, each.action)})
    _refuse_unknown("group", {group} - {""}, {each.group for each in tools})
    return tuple(
        each
        for each in tools
        if (not read_only or each.hints.reads)
        and (billable is None or billable == (each.hints.bills is not False))
        and (not group or each.group == group)
        and (not wanted or not wanted.isdisjoint((each.name, each.action)))
        and (not json_only or each.hints.json_only)
    )


def _refuse_unknown(what: str, wanted: set[str], known: set[str]) -> None:
    if unknown := sorted(wanted - known):
        listed = ", ".join(shown(name) for name in unknown[:10])
        raise BadRequest(f"{what}: there is none for this key: {listed}.", code="unknown_tool")


def _may(caller: Caller, service: Service, action: Action) -> bool:
    try:
        access.permit(caller, service, action)
    except Forbidden:
        return False
    return True


def _is_shared(caller: Caller, service: Service) -> bool:
    """Whether calls go out with the credential that orgs share."""
    try:
        return vault.chosen(caller.org, service.slug)[0] == "platform"
    except AccessError:
        return False


def _reaches_all(service: Service, action: Action) -> bool:
    """Whether the action is refused where orgs share the account."""
    rule = service.ownership.rules.get(action.slug)
    return rule is None or rule.shared == "no"
