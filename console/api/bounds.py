"""Who decides an org's policy for a service, and how far a key of the org may change it.

The staff's word is the bound: its row for this org, else its row for every org, else the default.
A key's row lies within that bound, and what the staff switches off for every org stays off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from credentials.directory import Policy, policy_of
from credentials.models import Org, ServicePolicy
from credentials.models.policies import reaches_platform
from services.action import shown
from services.errors import Forbidden, InvalidFields
from services.service import Service

FIELDS = (
    "is_enabled", "disabled_actions", "allow_tenant_key", "allow_platform_key", "default_source",
    "fallback_to_platform_key", "upstream_generation", "test_mode",
)  # fmt: skip
_LIMITS = ("paid_per_day", "approve_above")
_SWITCHES = ("is_enabled", "allow_tenant_key", "allow_platform_key")
_SOURCES = ("default_source", "fallback_to_platform_key", "allow_tenant_key", "allow_platform_key")
_COPIED = tuple(name for name in FIELDS if name not in ("is_enabled", "disabled_actions"))
Decider = Literal["org", "staff", "everyone", "default"]


@dataclass(frozen=True, slots=True)
class Standing:
    """The rows that bear on one org's use of one service."""

    own: ServicePolicy | None
    for_all: ServicePolicy | None

    @property
    def decided_by(self) -> Decider:
        if self.own:
            return "org" if self.own.set_by_org else "staff"
        return "everyone" if self.for_all else "default"

    @property
    def policy(self) -> Policy:
        """What holds for calls."""
        row = self.own or self.for_all
        return policy_of(row, self.for_all) if row else Policy()

    @property
    def bounds(self) -> Policy:
        """The most that a key of the org may allow."""
        row = self.own if self.decided_by == "staff" else self.for_all
        return policy_of(row, self.for_all) if row else Policy()

    def start(self, org: Org, service: str, *, anew: bool) -> ServicePolicy:
        """The row to change; a new one, and the org's own `anew`, say what every org is told."""
        row = self.own or ServicePolicy(org=org, service=service, set_by_org=True)
        if self.own is None or (anew and row.set_by_org):
            row.is_enabled, row.disabled_actions = True, []
            row.paid_per_day = row.approve_above = None
            for name in _COPIED:
                setattr(row, name, getattr(self.for_all or Policy(), name))
        return row


def standing(org: Org, service: str) -> Standing:
    """As the database has it now."""
    rows = ServicePolicy.objects.filter(service=service)
    return Standing(rows.filter(org=org).first(), rows.filter(org=None).first())


def change(row: ServicePolicy, given: Mapping[str, Any], now: Standing, service: Service) -> None:
    """Write the given fields into the row. Raises InvalidFields; Forbidden beyond the bounds."""
    bounds = now.bounds  # which the row itself may say, as it was
    _refuse_unknown(given.get("disabled_actions", ()), bounds, service)
    _refuse(_beyond(given, now))
    for name, value in given.items():
        setattr(row, name, value)
    if "disabled_actions" in given:
        row.disabled_actions = _own_part(given["disabled_actions"], now)
    for name in _LIMITS:
        if row.set_by_org and now.for_all and getattr(row, name) == getattr(now.for_all, name):
            setattr(row, name, None)  # it holds anyway, and is the staff's to raise
    if reaches_platform(row) and not reaches_platform(bounds):
        _refuse(next((name for name in _SOURCES if name in given), None))


def _refuse(name: str | None) -> None:
    """Raise Forbidden when there is such a field."""
    if name:
        detail = f"{name}: the staff does not allow this; a key can only narrow it."
        raise Forbidden(detail, code="beyond_policy")


def _beyond(given: Mapping[str, Any], now: Standing) -> str | None:
    """The first field that would allow more."""
    bounds = now.bounds
    for name in _SWITCHES:
        if given.get(name) and not getattr(bounds, name):
            return name
    for name in _LIMITS:
        if name in given and not _within(name, given[name], now):
            return name
    missing = bounds.disabled_actions - set(given.get("disabled_actions", bounds.disabled_actions))
    return "disabled_actions" if missing else None


def _within(name: str, limit: int | None, now: Standing) -> bool:
    """Whether a limit is no larger than the staff's. None is none of the org's own."""
    staffs = getattr(now.own, name) if now.own and not now.own.set_by_org else None
    if limit is None:
        return staffs is None
    most: int | None = getattr(now.bounds, name)
    return most is None or limit <= most


def _own_part(names: list[str], now: Standing) -> list[str]:
    """Without those that are off for every org: they come back when the staff says so."""
    for_all = set(now.for_all.disabled_actions) if now.for_all else set()
    return sorted(set(names) - for_all)


def _refuse_unknown(names: list[str], bounds: Policy, service: Service) -> None:
    for place, name in enumerate(names):
        if name not in service.by_slug and name not in bounds.disabled_actions:
            detail = f"'{service.slug}' has no action '{shown(name)}'."
            raise InvalidFields([{"field": f"disabled_actions.{place}", "detail": detail}])
