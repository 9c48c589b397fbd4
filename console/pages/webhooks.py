"""Webhooks: where an org is told what happens, and where a vendor reports to this service."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from console import once
from console.pages.render import confirmed, home_of, need, org_url, page
from console.security.sudo import is_fresh, sudo_required
from credentials.crypto import SealedError
from credentials.models import Credential, Org
from jobs import deliveries, outbox
from jobs.models import Delivery, Endpoint
from jobs.outbox import TYPES
from services.webhooks import addresses, endpoints, registering, tokens
from services.webhooks.addresses import LONGEST, Unusable
from services.webhooks.registering import NotPossible

LATEST = 20  # deliveries of an endpoint
_GIVEN = "Its secret was shown already, once. If it is lost, rotate it."


@dataclass(frozen=True, slots=True)
class Listener:
    """An endpoint with the last of what it was told."""

    endpoint: Endpoint
    latest: list[Delivery]
    waiting: int


class EndpointForm(forms.Form):
    """A new endpoint."""

    url = forms.CharField(max_length=LONGEST)
    description = forms.CharField(max_length=200, required=False)
    events = forms.MultipleChoiceField(choices=[(name, name) for name in TYPES], required=False)
    once = forms.CharField(max_length=50, required=False)

    def clean_url(self) -> str:
        try:
            return addresses.clean(self.cleaned_data["url"])
        except Unusable as exc:
            raise ValidationError(str(exc)) from None


def show(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """An org's endpoints, and what they were told last."""
    need(request, "jobs.view_endpoint")
    org = get_object_or_404(Org, pk=object_id)
    return _page(request, org)


@sudo_required
@require_POST
def add(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Make an endpoint, and show its secret in the answer itself."""
    need(request, "jobs.add_endpoint")
    org = get_object_or_404(Org, pk=object_id)
    form = EndpointForm(request.POST)
    if not form.is_valid():
        return _page(request, org, form)
    if not once.first_time(request, form.cleaned_data.pop("once")):
        messages.warning(request, _GIVEN)
        return HttpResponseRedirect(_url(org))
    try:
        made, secret = endpoints.create(org, **form.cleaned_data)
    except (ValidationError, SealedError) as exc:
        form.add_error(None, getattr(exc, "messages", None) or str(exc))
        return _page(request, org, form)
    return _shown(request, made, secret)


@sudo_required
def rotate(request: HttpRequest, object_id: UUID, pk: UUID) -> HttpResponse:
    """Sign with a new secret, beside the old one for a day."""
    need(request, "jobs.change_endpoint")
    endpoint = _endpoint(object_id, pk)
    if request.method == "POST":
        try:
            return _shown(request, endpoint, endpoints.rotate(endpoint))
        except SealedError as exc:
            messages.error(request, str(exc))
            return HttpResponseRedirect(_url(endpoint.org))
    return confirmed(
        request,
        lambda: _url(endpoint.org),
        title="Rotate the secret",
        text=f"What {endpoint} is told is signed with a new secret, and for a day with the old one "
        "too. The new one is shown once, on the next page.",
        label="Rotate",
        back=_url(endpoint.org),
        danger=False,
    )


@sudo_required
@require_POST
def switch(request: HttpRequest, object_id: UUID, pk: UUID) -> HttpResponse:
    """Tell an endpoint no more, or again."""
    need(request, "jobs.change_endpoint")
    endpoint = _endpoint(object_id, pk)
    on = request.POST.get("to") == "on"
    endpoints.change(endpoint, is_enabled=on)
    state = "told again, of what still waits too" if on else "told nothing"
    messages.success(request, f"{endpoint} is {state}.")
    return HttpResponseRedirect(_url(endpoint.org))


@sudo_required
def delete(request: HttpRequest, object_id: UUID, pk: UUID) -> HttpResponse:
    """Forget an endpoint and what it was told."""
    need(request, "jobs.delete_endpoint")
    endpoint = _endpoint(object_id, pk)

    def act() -> str:
        endpoint.delete()
        messages.success(request, f"{endpoint} is gone.")
        return _url(endpoint.org)

    return confirmed(
        request,
        act,
        title="Delete the webhook",
        text=f"{endpoint} is told nothing any more, not even what still waits.",
        label="Delete",
        back=_url(endpoint.org),
    )


@require_POST
def test(request: HttpRequest, object_id: UUID, pk: UUID) -> HttpResponse:
    """Tell an endpoint something of no consequence."""
    need(request, "jobs.change_endpoint")
    endpoint = _endpoint(object_id, pk)
    outbox.test(endpoint)
    messages.success(request, f"{endpoint} is told a webhook.test in a moment.")
    return HttpResponseRedirect(_url(endpoint.org))


@require_POST
def redeliver(request: HttpRequest, object_id: UUID, pk: UUID) -> HttpResponse:
    """Tell an endpoint once more what it was told."""
    need(request, "jobs.change_endpoint")
    endpoint = _endpoint(object_id, pk)
    given = request.POST.get("delivery", "")
    try:
        found = endpoint.deliveries.filter(pk=given).first()
    except ValidationError:
        found = None
    if found is None:
        messages.error(request, "That is not kept any more.")
    else:
        deliveries.again(found)
        messages.success(request, f"{endpoint} is told {found.message.type} again.")
    return HttpResponseRedirect(_url(endpoint.org))


@sudo_required
@require_POST
def register(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Have a vendor report here; where it does, with another secret."""
    credential = _credential(request, pk)
    try:
        registering.register(credential, renew=True)
        messages.success(request, f"{credential}: its vendor reports here now.")
    except (NotPossible, SealedError) as exc:
        messages.error(request, f"{credential}: {exc}")
    return HttpResponseRedirect(home_of(credential))


@sudo_required
@require_POST
def by_hand(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep the secret of an endpoint made by hand, or give an address to make one of."""
    credential = _credential(request, pk)
    secret = request.POST.get("secret", "").strip()
    try:
        _, token = registering.by_hand(credential, secret or None)
    except (NotPossible, SealedError) as exc:
        messages.error(request, f"{credential}: {exc}")
        return HttpResponseRedirect(home_of(credential))
    if token:
        told = tokens.url(token) or f"{tokens.PATH}{token}/"
        return _once(request, told, "address", str(credential), home_of(credential))
    messages.success(request, f"{credential}: events signed with this secret are taken.")
    return HttpResponseRedirect(home_of(credential))


@sudo_required
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take no events of this vendor any more."""
    credential = _credential(request, pk)

    def act() -> str:
        registering.remove(credential)
        messages.success(request, f"{credential}: its vendor reports here no more.")
        return home_of(credential)

    return confirmed(
        request,
        act,
        title="Take no events any more",
        text="The endpoint at the vendor is deleted, and its address works no more. Jobs are "
        "followed by asking for them.",
        label="Remove",
        back=home_of(credential),
    )


@contextmanager
def parting(request: HttpRequest, credentials: Iterable[Credential]) -> Iterator[None]:
    """Around what may delete credentials: those that are gone then leave no webhook behind."""
    asked = request.method == "POST"
    held = {row.pk: registering.withdrawal(row) for row in credentials} if asked else {}
    yield
    left = set(Credential.objects.filter(pk__in=held).values_list("pk", flat=True))
    for pk, withdraw in held.items():
        if pk not in left:
            withdraw()


def _credential(request: HttpRequest, pk: UUID) -> Credential:
    need(request, "credentials.change_credential")
    found: Credential = get_object_or_404(Credential.objects.select_related("org"), pk=pk)
    return found


def _endpoint(org: UUID, pk: UUID) -> Endpoint:
    found: Endpoint = get_object_or_404(Endpoint.objects.select_related("org"), pk=pk, org=org)
    return found


def _page(request: HttpRequest, org: Org, form: EndpointForm | None = None) -> HttpResponse:
    names = ("add", "change", "delete")
    may: dict[str, Any] = {
        name: request.user.has_perm(f"jobs.{name}_endpoint") and is_fresh(request) for name in names
    }
    return page(
        request,
        "webhooks.html",
        title=f"Webhooks of {org.name or org.slug}",
        org=org,
        back=org_url(org),
        listeners=[_listener(row) for row in Endpoint.objects.filter(org=org)],
        form=form or EndpointForm(),
        token=once.token(),
        types=TYPES,
        most=endpoints.MOST,
        may=may,
        is_fresh=is_fresh(request),
    )


def _listener(endpoint: Endpoint) -> Listener:
    rows = endpoint.deliveries.select_related("message").prefetch_related("attempts")
    waiting = endpoint.deliveries.filter(state=Delivery.State.PENDING).count()
    return Listener(endpoint, list(rows.order_by("-created_at")[:LATEST]), waiting)


def _shown(request: HttpRequest, endpoint: Endpoint, secret: str) -> HttpResponse:
    return _once(request, secret, "secret", str(endpoint), _url(endpoint.org))


def _once(request: HttpRequest, text: str, noun: str, of: str, back: str) -> HttpResponse:
    """What is shown in this answer and never again."""
    told: dict[str, Any] = {"text": text, "noun": noun, "of": of, "back": back}
    return page(request, "shown_once.html", title=f"The {noun} of {of}", **told)


def _url(org: Org) -> str:
    return reverse("admin:org_webhooks", args=(org.pk,))
