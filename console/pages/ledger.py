"""The ledger, to be read: jobs with their history, and the attempts, those of unknown end first."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from console import words
from console.pages.render import need, org_url, page
from credentials.models import Org
from jobs import approving, batching
from jobs.models import Attempt, BatchItem, Job
from services.catalogue import SERVICES

PER_PAGE = 50
FIRST = 20  # attempts of unknown end above the others
LATEST = 8  # jobs on an org's page
EVENTS = 500  # lines of a history
LONGEST = 64 * 1024  # characters of a result
JOBS = ("org", "service", "status", "q")
ATTEMPTS = ("org", "service", "state", "q")
_COLOURS = {
    "succeeded": "c-good", "done": "c-good", "failed": "c-bad", "expired": "c-bad",
    "unknown": "c-bad", "running": "c-warn", "sent": "c-warn",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list, with what the row itself does not say."""

    row: Any
    org: Org | None
    told: str
    colour: str
    url: str = ""
    advice: str = ""


def jobs(request: HttpRequest) -> HttpResponse:
    """All jobs, the newest first."""
    need(request, "jobs.view_job")
    given = _given(request, JOBS)
    found = _matching_jobs(given).select_related("org").defer("answer")
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("p"))
    choices = {"services": SERVICES, "statuses": Job.Status.choices}
    return _list(request, "jobs.html", "Jobs", given, shown, _jobs(shown), **choices)


def job(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One job: how it is, what became of it, what it belongs to, and its history."""
    need(request, "jobs.view_job")
    found = get_object_or_404(Job.objects.select_related("org"), pk=pk)
    is_batch = found.kind == Job.Kind.BATCH
    items = BatchItem.objects.filter(batch_id=pk).defer("sealed") if is_batch else ()
    return page(
        request,
        "job.html",
        title="Job",
        line=_job(found),
        events=found.events.all()[:EVENTS],
        result=_result(found),
        items=[(item, _COLOURS.get(item.state, "")) for item in items],
        counts=batching.counts(pk) if is_batch else None,
        parent=BatchItem.objects.filter(job_id=pk).only("batch_id", "number").first(),
        attempt=found.attempt_id,
        may_see_attempts=request.user.has_perm("jobs.view_attempt"),
    )


def attempts(request: HttpRequest) -> HttpResponse:
    """The attempts, the newest first; those of which nobody knows the end above them."""
    need(request, "jobs.view_attempt")
    given = _given(request, ATTEMPTS)
    found = _matching_attempts(given).defer("sealed", "headers").order_by("-reserved_at", "-id")
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("p"))
    is_start = shown.number == 1 and not given["state"]
    unknown = found.filter(state=Attempt.State.UNKNOWN)[: FIRST + 1] if is_start else ()
    lines = _attempts([*unknown, *shown])
    count = len(unknown)
    return _list(
        request,
        "attempts.html",
        "Attempts",
        given,
        shown,
        lines[count:],
        unknown=lines[:count][:FIRST],
        more=count > FIRST,
        services=SERVICES,
        states=Attempt.State.choices,
    )


def of_org(request: HttpRequest, org: Org) -> dict[str, Any]:
    """What an org's own page tells of its jobs and of its attempts of unknown end."""
    told: dict[str, Any] = {"jobs": None, "unknown": None, "waiting": 0}
    if request.user.has_perm("jobs.view_approval"):
        told["waiting"] = approving.waiting().filter(org=org).count()
    if request.user.has_perm("jobs.view_job"):
        told["jobs"] = _jobs(Job.objects.filter(org=org).defer("answer")[:LATEST])
    if request.user.has_perm("jobs.view_attempt"):
        lost = Attempt.objects.filter(org_id=org.pk, state=Attempt.State.UNKNOWN)
        told["unknown"] = _attempts(lost.defer("sealed").order_by("-reserved_at")[:LATEST])
    return told


def _given(request: HttpRequest, names: tuple[str, ...]) -> dict[str, str]:
    return {name: request.GET.get(name, "").strip()[:200] for name in names}


def _list(
    request: HttpRequest,
    template: str,
    title: str,
    given: dict[str, str],
    shown: Any,
    lines: list[Line],
    **more: Any,
) -> HttpResponse:
    rest = urlencode({name: text for name, text in given.items() if text})
    return page(
        request, template, title=title, given=given, page=shown, lines=lines, rest=rest, **more
    )


def _matching_jobs(given: dict[str, str]) -> QuerySet[Job]:
    rows = Job.objects.filter(_exactly(given, service="service", status="status"))
    if given["org"]:
        rows = rows.filter(org__slug=given["org"])
    if wanted := given["q"]:
        rows = rows.filter(
            Q(upstream_id=wanted) | Q(request_id=wanted) | Q(action=wanted) | _id(wanted)
        )
    return rows


def _matching_attempts(given: dict[str, str]) -> QuerySet[Attempt]:
    rows = Attempt.objects.filter(_exactly(given, service="service", state="state"))
    if given["org"]:
        rows = rows.filter(org_id__in=Org.objects.filter(slug=given["org"]).values("pk"))
    if wanted := given["q"]:
        rows = rows.filter(Q(request_id=wanted) | Q(action=wanted) | _id(wanted))
    return rows


def _exactly(given: dict[str, str], **fields: str) -> Q:
    return Q(**{field: given[name] for name, field in fields.items() if given[name]})


def _id(wanted: str) -> Q:
    try:
        return Q(pk=uuid.UUID(wanted))
    except ValueError:
        return Q()


def _jobs(rows: Iterable[Job]) -> list[Line]:
    return [_job(row) for row in rows]


def _job(row: Job) -> Line:
    return Line(
        row,
        row.org,
        row.get_status_display(),
        _COLOURS.get(row.status, ""),
        reverse("admin:job", args=(row.pk,)),
    )


def _attempts(rows: Iterable[Attempt]) -> list[Line]:
    listed = list(rows)
    orgs = Org.objects.in_bulk({row.org_id for row in listed})
    return [
        Line(
            row,
            orgs.get(row.org_id),
            row.get_state_display(),
            _COLOURS.get(row.state, ""),
            org_url(orgs[row.org_id]) if row.org_id in orgs else "",
            words.unknown(row, timezone.now()) if row.state == Attempt.State.UNKNOWN else "",
        )
        for row in listed
    ]


def _result(row: Job) -> str:
    """The result as a person reads it, without what opens doors."""
    text = json.dumps(words.without_secrets(row.result), indent=2, ensure_ascii=False)
    return "" if row.result is None else text[:LONGEST]
