"""What settings and events mean, in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from credentials.directory import Policy
from jobs.attempts import RESENDABLE
from jobs.models import Attempt

_SECRET = re.compile(r"token|secret|password|passwd|api_?key|authori[sz]ation|credential", re.I)
_SOURCES = {"tenant": "the org's own credential", "platform": "the platform's credential"}
_LOOK = (
    "Look in the vendor's account for work of that time: if there is none, the call can be made "
    "again with a new Idempotency-Key."
)
_GENERATIONS = {
    "v3": "The documented v1 and v2 actions are answered by the vendor's v3.",
    "legacy": "The documented v1 and v2 actions go to the vendor's v1 and v2.",
    "auto": "The documented v1 and v2 actions go to v1 and v2 until these are gone, then to v3.",
}
_ACCESS = {
    "read": "read what changes nothing",
    "invoke": "call every action",
    "manage": "manage keys and credentials",
}
_EVENTS = {
    "created": "created",
    "changed": "changed",
    "deleted": "deleted",
    "revoked": "revoked",
    "rolled": "rolled",
    "verified": "verified with the vendor",
    "failed_verification": "refused by the vendor",
    "staged": "next secret staged",
    "promoted": "next secret promoted",
    "rolled_back": "rolled back to the previous secret",
    "discarded": "staged secret discarded",
    "rotated": "sealed anew",
    "refused": "refused",
    "invoked": "called",
    "disabled": "switched off",
    "secret_rotated": "secret rotated",
    "registered": "registered with the vendor",
    "by_hand": "set by hand",
    "removed": "removed",
    "requested": "requested",
    "approved": "approved",
    "linked": "link made",
}
_NOUNS = {
    "org": "Org",
    "api_key": "API key",
    "credential": "Credential",
    "spare_secret": "Spare secret",
    "policy": "Policy",
    "retirement": "Old API's end",
    "authentication": "Authentication",
    "playground": "Playground",
    "admin": "Admin",
    "credentials": "Credentials",
    "webhook_endpoint": "Webhook",
    "receiver": "Vendor's webhook",
    "approval": "Approval",
}


def policy(policy: Policy) -> tuple[str, ...]:
    """What a policy makes of calls, one sentence each."""
    if not policy.is_enabled:
        return ("Switched off: every call is answered as if the service did not exist.",)
    told = [source(policy)]
    if policy.disabled_actions:
        names = sorted(policy.disabled_actions)
        plural = "actions are" if len(names) > 1 else "action is"
        told.append(f"{len(names)} {plural} switched off: {', '.join(names)}.")
    if policy.upstream_generation:
        told.append(_GENERATIONS[policy.upstream_generation])
    if policy.test_mode == "refuse":
        told.append("Calls with test: true are refused where the vendor has no test mode.")
    if policy.uncatalogued:
        told.append("The pass-through takes paths that are not in the catalogue.")
    if policy.query_token:
        told.append("The pass-through takes keys in the query.")
    if policy.paid_per_day is not None:
        plural = "" if policy.paid_per_day == 1 else "s"
        told.append(f"At most {policy.paid_per_day} paid call{plural} a day (UTC).")
    if policy.approve_above is not None:
        told.append(approval(policy.approve_above))
    return tuple(told)


def approval(above: int) -> str:
    """Which calls wait for a person."""
    if above == 0:
        return "Every paid call waits for a person."
    return f"Calls of more than {above} paid piece{'' if above == 1 else 's'} wait for a person."


def source(policy: Policy) -> str:
    """Which credential calls use."""
    allowed = [
        name
        for name, is_allowed in (
            ("tenant", policy.allow_tenant_key),
            ("platform", policy.allow_platform_key),
        )
        if is_allowed
    ]
    allowed.sort(key=lambda name: name != policy.default_source)
    if not allowed:
        return "No credential may be used: every call is refused."
    if len(allowed) == 1 or not policy.fallback_to_platform_key:
        return f"Calls use {_SOURCES[allowed[0]]} only."
    return f"Calls use {_SOURCES[allowed[0]]}; when there is none, {_SOURCES[allowed[1]]}."


def access(names: Sequence[str]) -> str:
    """What a key is for."""
    told = [_ACCESS[name] for name in _ACCESS if name in names]
    return "May " + " and ".join(told) + "." if told else "May do nothing."


def scopes(patterns: Sequence[str]) -> str:
    """Which actions a key covers."""
    return ", ".join(patterns) if patterns else "every action of every service"


def event(name: str) -> str:
    """An audit event's name, readable: `api_key.revoked` is `API key revoked`."""
    noun, _, verb = name.partition(".")
    told = _NOUNS.get(noun, noun.replace("_", " ").capitalize())
    return f"{told} {_EVENTS.get(verb, verb.replace('_', ' '))}"


def detail(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """An event's detail as names and readable values; a change reads `old → new`."""
    return [(name.replace("_", " "), _change(value)) for name, value in values.items()]


def unknown(attempt: Attempt, now: datetime) -> str:
    """What to do about a call of which nobody knows what became of it."""
    if not attempt.billable:
        return "It costs nothing; see at the vendor whether it was done, and call again if not."
    until = attempt.reserved_at + RESENDABLE
    if attempt.honoured and attempt.key and now < until:
        return (
            f"Have its caller send the same request with the same Idempotency-Key again, until "
            f"{until.astimezone(UTC):%Y-%m-%d %H:%M} UTC and while the credential has the same "
            f"secret: the vendor does it once, and answers again what it answered. An item of a "
            f"batch has a key that no caller knows, unless its envelope named one; for it, and "
            f"later: {_LOOK}"
        )
    return f"The vendor may have done it, and charged for it. {_LOOK}"


def without_secrets(value: Any) -> Any:
    """A vendor's JSON with what is named like a secret starred out."""
    if isinstance(value, dict):
        return {
            name: "***" if item and _SECRET.search(name) else without_secrets(item)
            for name, item in value.items()
        }
    return [without_secrets(item) for item in value] if isinstance(value, list) else value


def _change(value: Any) -> str:
    if isinstance(value, list) and len(value) == 2:
        return f"{_shown(value[0])} → {_shown(value[1])}"
    return _shown(value)


def _shown(value: Any) -> str:
    if value is None or value == "" or value == [] or value == {}:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_shown(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_shown(item)}" for name, item in value.items())
    return str(value)
