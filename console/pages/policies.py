"""Kill switches of an org: a whole service, or one of its actions.

Switching off never waits for a password; switching on again asks for it.
"""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from console.api.bounds import FIELDS
from console.forms import SwitchForm
from console.pages.render import confirmed, need, org_url, wanted_off
from console.security.sudo import ask, is_fresh
from credentials.directory import Policy, policies_of
from credentials.models import AuditHead, Org, ServicePolicy
from services.catalogue import known
from services.service import Service


def switch_service(request: HttpRequest, object_id: str, service: str) -> HttpResponse:
    """Switch a service off or on for this org."""
    _permitted(request)
    org, vendor = _found(object_id, service)
    shared = ServicePolicy.objects.filter(org=None, service=service).first()
    off = wanted_off(request, policies_of(org).get(service, Policy()).is_enabled)
    if not off and not is_fresh(request):
        return ask(request)
    back = org_url(org)

    def act() -> str:
        with transaction.atomic():
            own = own_row(org, service)
            own.is_enabled = not off
            own.save()
        if not off and shared and not shared.is_enabled:
            messages.warning(request, f"{vendor.display_name} stays off: it is for every org.")
        else:
            state = "off" if off else "on"
            messages.success(request, f"{vendor.display_name} is switched {state} for {org}.")
        return back

    name = vendor.display_name
    return confirmed(
        request,
        act,
        title=f"Switch {name} {'off' if off else 'on'} for {org}",
        text=f"Every call of {org} to {name} is answered with 404 within a second."
        if off
        else f"{org} may call {name} again.",
        label="Switch off" if off else "Switch on",
        back=back,
        danger=off,
        to="off" if off else "on",
    )


@require_POST
def switch_action(request: HttpRequest, object_id: str, service: str) -> HttpResponse:
    """Switch one action off or on for this org."""
    _permitted(request)
    org, _ = _found(object_id, service)
    form = SwitchForm(service, request.POST)
    if not form.is_valid():
        messages.error(request, "There is no such action.")
        return HttpResponseRedirect(org_url(org))
    name, off = form.cleaned_data["action"], form.cleaned_data["to"] == "off"
    if not off and not is_fresh(request):
        return ask(request)
    with transaction.atomic():
        own = own_row(org, service)
        rest = [item for item in own.disabled_actions if item != name]
        own.disabled_actions = [*rest, name] if off else rest
        own.save()
    messages.success(request, f"{name} is switched {'off' if off else 'on'} for {org}.")
    return HttpResponseRedirect(org_url(org))


def own_row(org: Org, service: str) -> ServicePolicy:
    """The org's own policy, locked; a new one says what the one for every org says."""
    AuditHead.hold()
    rows = ServicePolicy.objects.select_for_update().order_by()
    found: ServicePolicy | None = rows.filter(org=org, service=service).first()
    if found:
        return found
    shared = ServicePolicy.objects.filter(org=None, service=service).first()
    given = {name: getattr(shared, name) for name in FIELDS} if shared else {}
    # What is off for all stays off anyway; copied, it would stay off here when it is on for all.
    return ServicePolicy(
        org=org, service=service, **{**given, "is_enabled": True, "disabled_actions": []}
    )


def _permitted(request: HttpRequest) -> None:
    need(request, "credentials.change_servicepolicy", "credentials.add_servicepolicy")


def _found(object_id: str, service: str) -> tuple[Org, Service]:
    vendor = known(service)
    if vendor is None:
        raise Http404
    return get_object_or_404(Org, pk=object_id), vendor
