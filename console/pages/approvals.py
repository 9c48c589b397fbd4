"""Calls that wait for a person: the list, and one of them with what it would send."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from console import approving
from console.pages.render import need, page
from console.security.sudo import ask, is_fresh
from credentials import actor
from jobs import approving as ledger
from jobs.models import Approval

PER_PAGE = 50


def listed(request: HttpRequest) -> HttpResponse:
    """All of them, those that wait first."""
    need(request, "jobs.view_approval")
    rows = Approval.objects.select_related("org").defer("sealed")
    waiting = rows.filter(pk__in=ledger.waiting().values("pk"))
    others = rows.exclude(pk__in=waiting.values("pk"))
    shown = Paginator(others, PER_PAGE).get_page(request.GET.get("p"))
    first = waiting if shown.number == 1 else ()
    return page(
        request, "approvals.html", title="Approvals", waiting=first, page=shown, lines=shown
    )


def show(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One call: what it would send, and a person's word; only a POST decides."""
    need(request, "jobs.view_approval")
    row = get_object_or_404(Approval.objects.select_related("org"), pk=pk)
    may = request.user.has_perm("jobs.change_approval")
    link = ""
    if request.method == "POST":
        need(request, "jobs.change_approval")
        if not is_fresh(request):
            return ask(request)
        if request.POST.get("word") in ("approve", "refuse"):
            return _decided(request, row, yes=request.POST["word"] == "approve")
        if row.status == Approval.State.PENDING:
            link = ledger_link(request, row)
    return page(
        request,
        "approval.html",
        title="Approval",
        row=row,
        call=approving.shown(row),
        link=link,
        may=may and row.status == Approval.State.PENDING,
    )


def ledger_link(request: HttpRequest, row: Approval) -> str:
    """A link for somebody without an account; that it was made is recorded."""
    by = actor.current().name
    ledger.linked(row, by)
    return approving.made(request, row, by)


def _decided(request: HttpRequest, row: Approval, *, yes: bool) -> HttpResponse:
    try:
        ledger.decide(row.pk, yes=yes, by=actor.current().name)
    except ledger.Decided:
        messages.error(request, "It was decided before, or is over.")
    else:
        messages.success(request, "Approved." if yes else "Refused.")
    return HttpResponseRedirect(reverse("admin:approval", args=(row.pk,)))
