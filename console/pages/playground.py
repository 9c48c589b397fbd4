"""The playground: any action as any org, its request and its answer to be seen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from asgiref.sync import async_to_sync
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from console import calls, playable, snippets
from console.pages.render import need, page
from credentials import actor
from credentials.models import AuditEvent, Credential, Org
from services import preview
from services.catalogue import SERVICES, known
from services.errors import ProxyError

PERMISSION = "console.use_playground"
INVOKED = "playground.invoked"
START = ("heygen", "generate-video")


class _File(msgspec.Struct):
    field: str
    name: str
    kind: str = "application/octet-stream"


class _Written(msgspec.Struct):
    """What snippets are asked for."""

    org: str
    service: str
    action: str
    envelope: dict[str, Any] = {}
    files: list[_File] = []


def show(request: HttpRequest) -> HttpResponse:
    """The page; its form is made in the browser, from `describe`."""
    need(request, PERMISSION)
    orgs = list(Org.objects.filter(is_active=True))
    chosen = {
        "org": request.GET.get("org") or _first(orgs),
        "service": request.GET.get("service") or START[0],
        "action": request.GET.get("action") or "",
    }
    if not chosen["action"] and chosen["service"] == START[0]:
        chosen["action"] = START[1]
    known_actions = {
        service.slug: [playable.summary(action) for action in service.actions]
        for service in SERVICES
    }
    return page(
        request,
        "playground.html",
        title="Playground",
        orgs=orgs,
        services=SERVICES,
        chosen=chosen,
        known_actions=known_actions,
        urls={
            "describe": reverse("admin:playground"),
            "send": f"{reverse('admin:playground')}send/",
            "snippets": reverse("admin:playground_snippets"),
        },
    )


def _first(orgs: list[Org]) -> str:
    """The org to begin with: one that can call, if there is any."""
    able = set(Credential.objects.exclude(org=None).values_list("org_id", flat=True))
    return next((org.slug for org in orgs if org.pk in able), orgs[0].slug if orgs else "")


def describe(request: HttpRequest, service: str, action: str) -> HttpResponse:
    """One action, as JSON."""
    need(request, PERMISSION)
    vendor = known(service)
    found = vendor.by_slug.get(action) if vendor else None
    if vendor is None or found is None:
        raise Http404
    return JsonResponse(playable.detail(vendor, found))


@require_http_methods(["PUT"])
def send(request: HttpRequest, org: str, service: str, action: str) -> HttpResponseBase:
    """Carry out the call whose envelope is the request, as the API takes it.

    PUT, for Django's CSRF check reads a POST's multipart body before us; the token is a header.
    """
    need(request, PERMISSION)
    try:
        what = async_to_sync(calls.wanted)(org, service, action)
        if not preview.wanted(request.META):
            _record(what)
    except ProxyError as exc:
        return calls.refused(request, exc)
    return async_to_sync(calls.invoke)(request, what)


def _record(what: calls.Wanted) -> None:
    """Say so before it is done; looks at a job that follow each other count as one a minute."""
    org, target = what.caller.org.slug, f"{what.service.slug}:{what.action.slug}"
    detail = {"service": what.service.slug, "action": what.action.slug}
    if what.action.slug in what.service.polls and what.action.safe:
        lately = timezone.now() - timedelta(minutes=1)
        same = AuditEvent.objects.filter(event=INVOKED, org=org, target=target, at__gt=lately)
        if same.filter(actor=actor.current().name).exists():
            return
    AuditEvent.append(INVOKED, org=org, target=target, detail=detail)


@require_http_methods(["PUT"])
def write(request: HttpRequest) -> HttpResponse:
    """A call as curl, JavaScript and Python."""
    need(request, PERMISSION)
    try:
        given = msgspec.json.decode(request.body, type=_Written)
    except (msgspec.DecodeError, ValueError):
        return JsonResponse({"detail": "The body is not what snippets are made of."}, status=400)
    vendor = known(given.service)
    action = vendor.by_slug.get(given.action) if vendor else None
    if vendor is None or action is None:
        raise Http404
    sample = snippets.Sample(
        base_url=request.build_absolute_uri("/").rstrip("/"),
        org=given.org,
        service=vendor.slug,
        action=action.slug,
        envelope=given.envelope,
        files=tuple(snippets.File(file.field, file.name, file.kind) for file in given.files),
        request=action.request,
        is_json=action.response == "json",
    )
    return JsonResponse(snippets.every(sample))
