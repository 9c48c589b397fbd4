"""API keys: issued, shown once, rolled and revoked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from console import once, snippets
from console.forms import KeyForm, RollForm
from console.pages.render import confirmed, need, org_url, page
from console.security.sudo import sudo_required
from credentials.auth import Caller
from credentials.directory import KeyRecord, OrgRecord
from credentials.issue import issue, roll
from credentials.models import ApiKey
from services.action import Action
from services.catalogue import SERVICES, known
from services.describing.examples import example
from services.service import Service

SHOWN = "This key was made already, and it is shown once. If it is lost, roll or revoke it."
_FIRST = ("list-avatars", "list-voices", "generate-video", "tts", "list-avatars-v1")


@sudo_required
def add(request: HttpRequest) -> HttpResponse:
    """Ask what the key is for, issue it, and show it in the answer itself."""
    need(request, "credentials.add_apikey")
    start = {"org": request.GET.get("org"), "purpose": "browser", "once": once.token()}
    form = KeyForm(request.POST or None, initial=start)
    if request.method != "POST" or not form.is_valid():
        return page(request, "key_form.html", title="New API key", form=form)
    if not once.first_time(request, form.cleaned_data["once"]):
        return _shown_already(request, org_url(form.cleaned_data["org"]))
    try:
        row, text = issue(form.cleaned_data["org"], **form.wanted())
    except ValidationError as exc:
        form.add_error(None, exc.messages)
        return page(request, "key_form.html", title="New API key", form=form)
    return _shown(request, row, text)


@sudo_required
def roll_key(request: HttpRequest, object_id: str) -> HttpResponse:
    """A new key in place of this one, which works on for a while."""
    need(request, "credentials.change_apikey", "credentials.add_apikey")
    key = get_object_or_404(ApiKey.objects.select_related("org"), pk=object_id)
    form = RollForm(request.POST or None, initial={"hours": "24", "once": once.token()})
    if request.method != "POST" or not form.is_valid():
        return page(request, "roll.html", title=f"Roll {key}", key=key, form=form)
    if not once.first_time(request, form.cleaned_data["once"]):
        return _shown_already(request, org_url(key.org))
    try:
        row, text = roll(key, until=form.until())
    except ValidationError as exc:
        form.add_error(None, exc.messages)
        return page(request, "roll.html", title=f"Roll {key}", key=key, form=form)
    return _shown(request, row, text)


@sudo_required
def revoke(request: HttpRequest, object_id: str) -> HttpResponse:
    """Refuse the key from now on."""
    need(request, "credentials.change_apikey")
    key = get_object_or_404(ApiKey.objects.select_related("org"), pk=object_id)

    def act() -> str:
        key.revoke()
        messages.success(request, f"{key} is revoked; it stops within a second.")
        return f"{org_url(key.org)}#keys"

    return confirmed(
        request,
        act,
        title=f"Revoke {key}",
        text="Every call with this key is refused within a second. This cannot be undone: to end "
        "it without an outage, roll it instead.",
        label="Revoke",
        back=f"{org_url(key.org)}#keys",
    )


def _shown_already(request: HttpRequest, back: str) -> HttpResponse:
    return page(request, "notice.html", title="Shown once", text=SHOWN, back=back, status=409)


def _shown(request: HttpRequest, row: ApiKey, text: str) -> HttpResponse:
    base_url = request.build_absolute_uri("/").rstrip("/")
    found = _sample(row)
    if found is None:
        samples = snippets.managing(base_url, row.org.slug, text)
        action = None
    else:
        service, action = found
        samples = snippets.every(_written(row, service, action, base_url, text))
    order = ("javascript", "curl", "python") if row.kind == "browser" else tuple(samples)
    names = {"curl": "curl", "javascript": "JavaScript", "python": "Python"}
    return page(
        request,
        "key_shown.html",
        title="Your new key",
        key=row,
        text=text,
        action=action,
        back=f"{org_url(row.org)}#keys",
        snippets=[(name, names[name], samples[name]) for name in order],
    )


def _written(
    row: ApiKey, service: Service, action: Action, base_url: str, text: str
) -> snippets.Sample:
    return snippets.Sample(
        base_url=base_url,
        org=row.org.slug,
        service=service.slug,
        action=action.slug,
        envelope=example(service, action),
        request=action.request,
        is_json=action.response == "json",
        key=text,
    )


def _sample(row: ApiKey) -> tuple[Service, Action] | None:
    """An action that the key may call, a harmless one if there is any; None for managing keys."""
    caller = Caller(
        org=OrgRecord(id=row.org.pk, slug=row.org.slug, own_origins=frozenset()), key=_record(row)
    )
    held = set(row.org.credentials.values_list("service", flat=True))
    order = sorted(SERVICES, key=lambda service: service.slug not in held)
    choices = [(service, action) for service in order for action in service.actions]
    choices.sort(key=_rank)  # stable: services with a credential stay in front
    for service, action in choices:
        if "read" not in row.access and "invoke" not in row.access:
            return None
        if caller.may(service.slug, action.slug) and ("invoke" in row.access or action.repeatable):
            return service, action
    heygen = known("heygen")
    assert heygen is not None
    return heygen, heygen.by_slug["list-avatars"]


def _rank(choice: tuple[Service, Action]) -> int:
    slug = choice[1].slug
    if slug in _FIRST:
        return _FIRST.index(slug)
    return len(_FIRST) + (0 if choice[1].safe and not choice[1].path_params else 1)


def _record(row: ApiKey) -> Any:
    return KeyRecord(
        id=row.pk,
        org=row.org.slug,
        digest=b"",
        scopes=tuple(row.scopes),
        origins=tuple(row.origins),
        expires_at=None,
        access=frozenset(row.access),
    )
