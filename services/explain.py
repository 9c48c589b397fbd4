"""Which credential an org's calls would use, and why; told without opening any."""

from __future__ import annotations

from typing import Any

from credentials import vault
from credentials.directory import OrgRecord, Policy
from credentials.errors import AccessError
from credentials.vault import Source
from services import access, discovery
from services.service import Service

_NAMES: dict[Source, str] = {
    "tenant": "the org's own credential",
    "platform": "the platform's credential",
}


def explain(org: OrgRecord, service: Service, *, managing: bool) -> dict[str, Any]:
    """The source that `access.secret` would take, or the error that it would raise.

    Whether a credential opens is not tried. Raises Unavailable.
    """
    policy = org.policy(service.slug)
    source, fault = _chosen(org, service)
    return {
        "service": service.slug,
        "source": source,
        "reason": reason(policy, source),
        "policy": discovery.credential_policy(policy),
        "candidates": [_own(org, service, managing), _platform(org, service)],
        "would_fail": fault,
    }


def reason(policy: Policy, source: Source | None) -> str:
    """One sentence on why calls use this source, or none."""
    if not policy.allow_tenant_key and not policy.allow_platform_key:
        return "The policy allows neither the org's own credential nor the platform's."
    first, *others = vault.sources(policy)
    if source is None and others:
        return "Neither the org nor the platform holds a credential for this service."
    if source is None:
        return f"Calls use {_NAMES[first]}, and there is none."
    if source != first:
        return f"Of {_NAMES[first]}, the default, there is none, so calls use {_NAMES[source]}."
    if source == policy.default_source:
        return f"Calls use {_NAMES[source]}, which is the default."
    return f"The policy's default is not allowed, so calls use {_NAMES[source]}."


def _chosen(org: OrgRecord, service: Service) -> tuple[Source | None, dict[str, Any] | None]:
    try:
        return vault.chosen(org, service.slug)[0], None
    except AccessError as exc:
        fault = access.without_secret(exc, service)
    return None, {"status": fault.status, "code": fault.code, "detail": fault.detail}


def _own(org: OrgRecord, service: Service, managing: bool) -> dict[str, Any]:
    """The org's own credential; its last four characters are for those who manage it."""
    held = org.own.get(service.slug)
    found = access.known_of(held.row) if held else {}
    shown = {"source": "tenant", "allowed": org.policy(service.slug).allow_tenant_key}
    names = ("last_four", "checked_at", "check_ok") if managing else ("checked_at", "check_ok")
    return shown | {"present": held is not None} | {name: found.get(name) for name in names}


def _platform(org: OrgRecord, service: Service) -> dict[str, Any]:
    """The platform's: nothing but whether it is there, and that only to orgs that may use it."""
    allowed = org.policy(service.slug).allow_platform_key
    present = service.slug in org.platform if allowed else None
    return {"source": "platform", "allowed": allowed, "present": present}
