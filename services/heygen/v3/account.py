"""The account: what is left to spend, who it is, where its webhooks go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.action import Call
from services.errors import UpstreamFailed
from services.heygen.render import ELSEWHERE, Rule, Table, built, moves
from services.heygen.v3.plans import made, reads, sends
from services.heygen.v3.shapes import Names, an_object, as_it_is, item, items, nothing, objects
from services.service import Plan, Step, Translation

UNIT = "remaining_quota counts in what currency says or in v3's credits"
NO_SECRETS = "v3 tells a webhook's secret only when it is made"

_HOOK: Names = {
    name: name
    for name in ("endpoint_id", "username", "url", "status", "events", "secret", "created_at")
}
_NEW_HOOK: Table = {"url": Rule("url"), "events": Rule("events"), "entity_id": Rule("entity_id")}
_CHANGED_HOOK: Table = {"endpoint_id": ELSEWHERE, "url": Rule("url"), "events": Rule("events")}
# Where v3 keeps what is left, by the way that the account pays.
_LEFT: Mapping[str, tuple[str, ...]] = {
    "wallet": ("wallet", "remaining_balance"),
    "subscription": ("subscription", "credits", "premium_credits", "remaining"),
    "usage_based": ("usage_based", "remaining_credits"),
}


def _plan_change(call: Call) -> Plan:
    body, notes = built(moves(call.body, _CHANGED_HOOK, ""))
    ids = {"endpoint_id": call.body["endpoint_id"]}
    step = Step("v3-update-webhook-endpoint", path_params=ids, body=body)
    return made(call, step, notes=notes, paid=False)


def _answer_quota(values: tuple[Any, ...]) -> dict[str, Any]:
    user = an_object(values[0])
    way = user.get("billing_type")
    ways = sorted(_LEFT, key=lambda name: name != way)
    left = next((found for name in ways if (found := _at(user, _LEFT[name])) is not None), None)
    if left is None:
        raise UpstreamFailed(code="upstream_bad_answer")
    currency = _at(user, ("wallet", "currency"))
    documented = {"remaining_quota": left, "used_quota": None, "details": None}
    return documented | {"billing_type": way, "currency": currency}


def _at(thing: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        thing = thing.get(name) if isinstance(thing, dict) else None
    return thing


def _answer_events(values: tuple[Any, ...]) -> list[Any]:
    return [each.get("event_type") for each in objects(values[0])]


_USER = ("v3-get-current-user",)
ACCOUNT: Mapping[str, Translation] = {
    "get-remaining-quota": Translation(reads(_USER[0], notes=(UNIT,)), _answer_quota, _USER),
    "get-current-user": Translation(reads(_USER[0]), as_it_is, _USER),
    "add-webhook": Translation(
        sends("v3-create-webhook-endpoint", _NEW_HOOK), item(_HOOK), ("v3-create-webhook-endpoint",)
    ),
    "list-webhooks": Translation(
        reads("v3-list-webhook-endpoints", query={"limit": 100}, paged=True, notes=(NO_SECRETS,)),
        items(_HOOK),
        ("v3-list-webhook-endpoints",),
    ),
    "update-webhook": Translation(_plan_change, item(_HOOK), ("v3-update-webhook-endpoint",)),
    "delete-webhook": Translation(
        reads("v3-delete-webhook-endpoint", path={"endpoint_id": "endpoint_id"}),
        nothing,
        ("v3-delete-webhook-endpoint",),
    ),
    "list-webhook-events": Translation(
        reads("v3-list-webhook-event-types"), _answer_events, ("v3-list-webhook-event-types",)
    ),
}
