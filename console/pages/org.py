"""An org's page: its credentials, keys, calls and events, and the switches that stop it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from console import figures, once, words
from console.forms import KeyForm
from console.pages import ledger
from console.pages.render import confirmed, need, org_url, page, wanted_off
from console.security.sudo import ask, is_fresh
from credentials.directory import Policy, policies_of
from credentials.models import ApiKey, AuditEvent, Credential, Org, ServicePolicy
from jobs import budgets
from services.catalogue import SERVICES
from services.service import Service

RECENT = 20
EVENTS = 10
KEYS = 100


@dataclass(frozen=True, slots=True)
class Panel:
    """One service of an org."""

    service: Service
    credential: Credential | None
    spares: dict[str, Any]
    platform: bool  # whether the platform has one
    policy: Policy
    told: tuple[str, ...]
    policy_url: str
    switched: list[tuple[str, bool]]  # actions that are off, and whether for every org
    paid: int = 0  # paid calls of today


def show(request: HttpRequest, org: Org) -> TemplateResponse:
    """The page."""
    need(request, "credentials.view_org")
    panels = _panels(org)
    keys = list(org.keys.select_related("rolled_from")[:KEYS])
    calls = figures.recent(org.pk, RECENT)
    return page(
        request,
        "org.html",
        title=org.name or org.slug,
        subtitle=org.slug,
        org=org,
        panels=panels,
        keys=figures.with_use(org, keys),
        more_keys=len(keys) == KEYS,
        calls=calls,
        actions=figures.by_action(org.pk),
        ledger=ledger.of_org(request, org),
        events=_events(request, org),
        may=_may(request),
        is_fresh=is_fresh(request),
        key_form=KeyForm(initial={"org": org.pk, "purpose": "browser", "once": once.token()}),
        steps=_steps(panels, keys, called=bool(calls)),
    )


def _may(request: HttpRequest) -> dict[str, bool]:
    names = {
        "change_org": "credentials.change_org",
        "view_credential": "credentials.view_credential",
        "add_credential": "credentials.add_credential",
        "change_credential": "credentials.change_credential",
        "view_key": "credentials.view_apikey",
        "add_key": "credentials.add_apikey",
        "change_key": "credentials.change_apikey",
        "add_policy": "credentials.add_servicepolicy",
        "change_policy": "credentials.change_servicepolicy",
        "view_audit": "credentials.view_auditevent",
        "play": "console.use_playground",
    }
    return {short: request.user.has_perm(name) for short, name in names.items()}


def _steps(panels: list[Panel], keys: list[ApiKey], *, called: bool) -> list[dict[str, Any]] | None:
    """What is still to do until the org's first call; None when nothing is."""
    held = [panel.credential for panel in panels if panel.credential]
    usable = any(panel.platform and panel.policy.allow_platform_key for panel in panels)
    verified = usable or any(item.check_ok for item in held)
    pasted = usable or any(item.check_ok is not False for item in held)
    issued = any(key.state == "active" for key in keys)
    steps = [
        {"done": pasted, "text": "Paste a vendor's key", "to": "#credentials"},
        {"done": verified, "text": "See that it works", "to": "#credentials"},
        {"done": issued, "text": "Issue an API key", "to": "#keys"},
        {"done": called, "text": "Make a video in the playground", "to": ""},
    ]
    return None if all(step["done"] for step in steps) else steps


def _panels(org: Org) -> list[Panel]:
    held = org.credentials.select_related("receiver").prefetch_related("spares")
    own = {item.service: item for item in held}
    platform = set(Credential.objects.filter(org=None).values_list("service", flat=True))
    policies = policies_of(org)
    paid = budgets.spent(org.pk)
    rows = {row.service: row for row in ServicePolicy.objects.filter(org=org)}
    for_all = {row.service: row for row in ServicePolicy.objects.filter(org=None)}
    return [
        replace(
            _panel(org, item, own.get(item.slug), item.slug in platform, policies, rows, for_all),
            paid=paid.get((item.slug, ""), 0),
        )
        for item in SERVICES
    ]


def _panel(
    org: Org,
    service: Service,
    credential: Credential | None,
    platform: bool,
    policies: dict[str, Policy],
    rows: dict[str, ServicePolicy],
    for_all: dict[str, ServicePolicy],
) -> Panel:
    policy = policies.get(service.slug, Policy())
    shared = for_all.get(service.slug)
    fixed = set(shared.disabled_actions) if shared else set()
    spares = {item.role: item for item in credential.spares.all()} if credential else {}
    return Panel(
        service=service,
        credential=credential,
        spares=spares,
        platform=platform,
        policy=policy,
        told=words.policy(policy),
        policy_url=_policy_url(org, service, rows.get(service.slug)),
        switched=[(name, name in fixed) for name in sorted(policy.disabled_actions)],
    )


def _policy_url(org: Org, service: Service, row: ServicePolicy | None) -> str:
    if row:
        return reverse("admin:credentials_servicepolicy_change", args=(row.pk,))
    add = reverse("admin:credentials_servicepolicy_add")
    return f"{add}?org={org.pk}&service={service.slug}"


def _events(request: HttpRequest, org: Org) -> list[dict[str, Any]] | None:
    if not request.user.has_perm("credentials.view_auditevent"):
        return None
    rows = AuditEvent.objects.filter(org=org.slug)[:EVENTS]
    return [{"row": row, "told": words.event(row.event)} for row in rows]


def suspend(request: HttpRequest, object_id: str) -> HttpResponse:
    """Switch the whole org off or on."""
    need(request, "credentials.change_org")
    org = get_object_or_404(Org, pk=object_id)
    off = wanted_off(request, org.is_active)
    if not off and not is_fresh(request):
        return ask(request)

    def act() -> str:
        org.is_active = not off
        org.save(update_fields=["is_active"])
        state = "on: its keys work again" if org.is_active else "off: every key of it is refused"
        messages.success(request, f"{org} is switched {state}, within a second.")
        return org_url(org)

    return confirmed(
        request,
        act,
        title=f"Switch {org} off" if off else f"Switch {org} on",
        text="Every key of the org is refused within a second, until it is switched on again."
        if off
        else "Every key of the org that is neither revoked nor expired works again.",
        label="Switch off" if off else "Switch on",
        back=org_url(org),
        danger=off,
        to="off" if off else "on",
    )
