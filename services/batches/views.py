"""Batches over HTTP: asked for as one request, read item by item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec
from django.conf import settings
from django.db.models import QuerySet
from django.http.response import HttpResponseBase

from credentials import vault
from credentials.crypto import SealedError
from jobs import batching, database
from jobs.batching import Full, Order, Reused
from jobs.local import Bytes
from jobs.models import BatchItem, Job
from services import (
    access,
    approving,
    body,
    bulkhead,
    catalogue,
    envelope,
    paging,
    preview,
    respond,
    threads,
)
from services.action import Action, Call
from services.batches import reading
from services.batches.reading import Wish
from services.errors import (
    ApprovalRequired,
    BadRequest,
    KeyReused,
    NotFound,
    RateLimited,
    Unavailable,
)
from services.following import showing
from services.following.door import Visit, route
from services.following.finding import find
from services.recording import keys
from services.response import Response
from services.service import Service

_STATES = tuple(BatchItem.State.values)
_ORDER = ("number",)
MAX_PAGE = 100
LONG = 2 * 1024 * 1024  # bytes of answers after which a page ends


async def _submit(visit: Visit) -> HttpResponseBase:
    """Store the batch and answer with its job."""
    service, action = _named(visit)
    visit.query()
    envelope.require_json(visit.request)
    raw = await body.read(visit.request, settings.MAX_JSON_BYTES)
    wish = await threads.run(reading.read, raw, action, size=len(raw))
    order = _order(visit, service, action, wish)
    try:
        job, is_new = await database.run(batching.place, order)
    except Reused:
        raise KeyReused from None
    except Full:
        raise RateLimited(
            f"More than {batching.MOST_WAITING} calls of the org's batches would wait.",
            code="too_many_waiting",
            headers={"Retry-After": "60"},
        ) from None
    return _accepted(visit, job, is_new=is_new)


def _named(visit: Visit) -> tuple[Service, Action]:
    """The action that is to be called many times. Raises NotFound, Forbidden, BadRequest."""
    caller = visit.caller
    policy = caller.org.policy(visit.named["service"])
    service = catalogue.find_service(visit.named["service"], policy)
    action = catalogue.find_action(service, visit.named["action"], policy)
    access.permit(caller, service, action)
    if preview.wanted(visit.request.META):
        raise BadRequest("X-Dry-Run: only single calls can be tried.", code="no_dry_run")
    if approving.threshold(caller, service) is not None and action.billable is not False:
        raise ApprovalRequired("The calls of a batch cannot wait for a person's approval.")
    if action.request not in ("json", "none") or action.response != "json":
        raise BadRequest(
            f"Action '{action.slug}' takes or gives files, which no batch can hold.",
            code="no_batch",
        )
    return service, action


def _order(visit: Visit, service: Service, action: Action, wish: Wish) -> Order:
    caller, request = visit.caller, visit.request
    if not vault.ring():
        raise Unavailable("The service is sealed.", code="sealed")
    own = keys.named(request.META, Call()).headers.get(keys.NAME)
    place = (caller.org.id.hex, service.slug, action.slug, "batch")
    return Order(
        org_id=caller.org.id,
        service=service.slug,
        action=action.slug,
        key_id=caller.key.id,
        envelopes=wish.envelopes,
        concurrency=wish.concurrency,
        base_url=request.build_absolute_uri("/").rstrip("/")[:300],
        request_id=respond.request_id(request),
        fingerprint=wish.fingerprint,
        key=keys.digest(*place, own) if own else None,
    )


def _accepted(visit: Visit, job: Job, *, is_new: bool) -> Response:
    told = showing.summary(job, visit.caller.org.slug)
    headers: dict[str, str] = {
        **visit.left,
        "X-Job-Id": str(job.pk),
        "Link": f'<{told["links"]["self"]}>; rel="monitor"',
    }
    if not is_new:
        headers["Idempotent-Replayed"] = "true"
    return Response(msgspec.json.encode({"data": {"job": told}}), status=202, headers=headers)


async def _items(visit: Visit) -> HttpResponseBase:
    asked = visit.query("state", "limit", "cursor")
    limit = asked.get("limit", "50")
    if not limit.isascii() or not limit.isdigit() or not 1 <= int(limit) <= MAX_PAGE:
        raise BadRequest(
            f"limit: must be a whole number from 1 to {MAX_PAGE}.", code="bad_query_param"
        )
    leave = bulkhead.enter(visit.caller.org.slug)
    try:
        job = await find(visit.caller, visit.named["job"])
        if job.kind != Job.Kind.BATCH:
            raise NotFound
        wish = paging.Wish(f"items:{job.pk}", int(limit), asked.get("cursor", ""))
        shown, cursor = await database.run(_page, visit, job, asked, wish)
    finally:
        leave()
    more = cursor is not None
    return visit.answer({"data": shown, "has_more": more, "next_cursor": cursor})


def _page(
    visit: Visit, job: Job, asked: Mapping[str, str], wish: paging.Wish
) -> tuple[list[dict[str, Any]], str | None]:
    rows = BatchItem.objects.filter(batch_id=job.pk)
    if "state" in asked:
        states = asked["state"].split(",")
        if not set(states) <= set(_STATES):
            raise BadRequest(f"state: known are {', '.join(_STATES)}.", code="bad_query_param")
        rows = rows.filter(state__in=states)
    found = paging.page(rows, _ORDER, replace(wish, limit=_fitting(rows, wish)))
    return [_shown(item, visit.caller.org.slug) for item in found.rows], found.cursor


def _fitting(rows: QuerySet[BatchItem], wish: paging.Wish) -> int:
    """How many items of the page are told at once: one, and as many more as stay in bounds."""
    sizes = rows.defer("sealed").annotate(size=Bytes("sealed"))
    whole, count = 0, 0
    found: Sequence[Any] = paging.page(sizes, _ORDER, wish).rows
    for item in found:
        whole += item.size * 3 // 4  # it is sealed in Base64
        if count and whole > LONG:
            break
        count += 1
    return max(1, count)


def _shown(item: BatchItem, org: str) -> dict[str, Any]:
    """An item as its caller sees it; the answer in the very bytes that a single call gives."""
    job = str(item.job_id) if item.job_id else None
    try:
        answer = batching.answer(item).encode()
    except SealedError:
        raise Unavailable("The answer cannot be read.", code="answer_unreadable") from None
    return {
        "number": item.number,
        "state": item.state,
        "status": item.status,
        "answer": msgspec.Raw(answer) if answer else None,
        "job": job,
        "ended_at": showing.moment(item.ended_at),
        "links": {"job": f"/api/ai-proxy/orgs/{org}/jobs/{job}/"} if job else {},
    }


submit = route(POST=_submit)
items = route(GET=_items)
