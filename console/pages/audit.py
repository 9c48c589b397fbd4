"""The audit record, to be read and filtered."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from console import words
from console.pages.render import need, page
from credentials.models import AuditEvent

PER_PAGE = 50
FILTERS = ("org", "event", "actor", "q")


def show(request: HttpRequest) -> HttpResponse:
    """The events, newest first."""
    need(request, "credentials.view_auditevent")
    given = {name: request.GET.get(name, "").strip()[:200] for name in FILTERS}
    shown = Paginator(_matching(given), PER_PAGE).get_page(request.GET.get("p"))
    return page(
        request,
        "audit.html",
        title="Audit",
        given=given,
        page=shown,
        rows=[_row(event) for event in shown],
        events=_names(),
        rest=urlencode({name: text for name, text in given.items() if text}),
    )


def _matching(given: dict[str, str]) -> Any:
    rows = AuditEvent.objects.all()
    if given["org"]:
        rows = rows.filter(org=given["org"])
    if given["event"]:
        rows = rows.filter(event=given["event"])
    if given["actor"]:
        rows = rows.filter(actor__icontains=given["actor"])
    if given["q"]:
        rows = rows.filter(Q(target__icontains=given["q"]) | Q(address__icontains=given["q"]))
    return rows


def _names() -> list[tuple[str, str]]:
    found = AuditEvent.objects.order_by("event").values_list("event", flat=True).distinct()
    return [(name, words.event(name)) for name in found]


def _row(event: AuditEvent) -> dict[str, Any]:
    return {
        "event": event,
        "told": words.event(event.event),
        "detail": words.detail(event.detail) if isinstance(event.detail, dict) else [],
    }
