"""Which action a method and a path mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from sandbox.answers import Refusal
from services.action import Action
from services.heygen.actions import ACTIONS


@dataclass(frozen=True, slots=True)
class Route:
    action: Action
    params: dict[str, str]


class Table:
    """A vendor's actions by their paths."""

    def __init__(self, actions: Iterable[Action]) -> None:
        self._by_length: defaultdict[int, list[Action]] = defaultdict(list)
        for action in actions:
            self._by_length[action.path.count("/") + 1].append(action)

    def find(self, method: str, raw_path: str) -> Route:
        """The most literal match. Raises Refusal when the path or the method is unknown."""
        parts = [unquote(part) for part in raw_path.split("/")]
        matches = [
            Route(action, params)
            for action in self._by_length[len(parts)]
            if (params := _match(action, parts)) is not None
        ]
        if not matches:
            raise Refusal("not_found", "The requested path does not exist.")
        best = min(len(route.params) for route in matches)
        usable = {
            route.action.method: route for route in reversed(matches) if len(route.params) == best
        }
        other = {route.action.method: route for route in reversed(matches)}
        route = usable.get(method) or other.get(method)
        if route is None:
            allow = ", ".join(sorted(other))
            raise Refusal("method_not_allowed", "Method not allowed.", headers={"Allow": allow})
        return route


def _match(action: Action, parts: list[str]) -> dict[str, str] | None:
    params: dict[str, str] = {}
    for wanted, given in zip(action.path.split("/"), parts, strict=True):
        if wanted.startswith("{"):
            if not given:
                return None
            params[wanted[1:-1]] = given
        elif wanted != given:
            return None
    return params


find = Table(ACTIONS).find
