"""The page behind a link to one call that waits: it shows the call; only a POST decides."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import re_path

from console import approving
from credentials.actor import Actor, acting
from jobs import approving as ledger
from jobs.models import Approval
from services import addresses, rates
from services.errors import RateLimited


def decide(request: HttpRequest, token: str) -> HttpResponse:
    """Show the call, and take the word of whoever holds the link."""
    try:
        rates.limiter.linked(request)
    except RateLimited:
        return _page(request, "There were too many requests. Try again in a minute.", status=429)
    link = approving.read(token)
    row = _found(link)
    if link is None or row is None:
        return _page(request, "This link does not work, or not any more.", status=404)
    if request.method == "POST" and request.POST.get("word") in ("approve", "refuse"):
        return _decided(request, link, yes=request.POST["word"] == "approve")
    if row.status != Approval.State.PENDING:
        return _page(request, f"This was decided, or is over: {row.status}.", row=row)
    return _page(request, "", row=row, call=approving.shown(row))


def _found(link: approving.Link | None) -> Approval | None:
    rows = Approval.objects.select_related("org")
    return rows.filter(pk=link.approval).first() if link else None


def _decided(request: HttpRequest, link: approving.Link, *, yes: bool) -> HttpResponse:
    address = addresses.exact(request.META, settings.TRUSTED_PROXIES)
    by = f"the link of {link.by}"
    try:
        with acting(Actor("system", by, str(address or ""))):
            row = ledger.decide(link.approval, yes=yes, by=by)
    except (ledger.Decided, Approval.DoesNotExist):
        return _page(request, "This was decided before, or is over.", status=409)
    said = "The agent may make the call now, once." if yes else "The call will not be made."
    return _page(request, f"{row.get_state_display().capitalize()}. {said}", row=row)


def _page(
    request: HttpRequest,
    said: str,
    *,
    row: Approval | None = None,
    call: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"said": said, "row": row, "call": call}
    response = render(request, "console/approve.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


urlpatterns = [re_path(r"^(?P<token>[\w:=.-]{20,500})/?\Z", decide, name="approve")]
