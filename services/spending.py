"""Which budgets a call counts against, as how many, and the refusal when one is used up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from credentials.auth import Caller
from jobs.budgets import Limits, Spent
from services.action import ANY_LIST, Action, Call
from services.errors import BudgetSpent
from services.service import Service


def limits(caller: Caller, service: Service) -> Limits:
    """What `jobs.budgets.reserve` holds a paid call to."""
    return Limits(caller.org.policy(service.slug).paid_per_day, caller.key.paid_per_day)


def purse(caller: Caller) -> str:
    """The `key_id` to reserve with: a rolled key goes on with the budget of the one before."""
    return caller.key.lineage or caller.key.id


def units(action: Action, call: Call) -> int:
    """How many paid calls this one counts as: one for each piece of work that its body names."""
    body = call.body if isinstance(call.body, dict) else {}
    if action.pieces == ANY_LIST:
        return max([1, *(len(value) for value in body.values() if isinstance(value, list))])
    return _pieces(body, action.pieces.split(".")) if action.pieces else 1


def _pieces(value: Any, place: Sequence[str]) -> int:
    """How many stand at the place, in each item of the lists on the way to it; one at least."""
    if isinstance(value, list):
        return max(1, sum(_pieces(item, place) for item in value) if place else len(value))
    if place and isinstance(value, dict):
        return _pieces(value.get(place[0]), place[1:])
    return 1


def refusal(spent: Spent) -> BudgetSpent:
    """The ProxyError of a call for which no budget is left."""
    return BudgetSpent(spent.text, after=spent.seconds)
