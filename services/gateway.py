"""The straight road of one call: validate, open the credential, send, read the answer."""

from __future__ import annotations

import math
import time
from functools import partial

from django.conf import settings

from credentials.crypto import Secret
from credentials.vault import Opened
from services import (
    access,
    answers,
    approving,
    observing,
    outcome,
    outgoing,
    ownership,
    recording,
    terms,
    threads,
    tokens,
)
from services.action import Call, UpstreamRequest
from services.cache.entry import Identity, Place, key_of, mark_of
from services.cache.reads import flights, reads
from services.errors import ProxyError, UpstreamRefused
from services.exchange import Keys, Reply, fetch
from services.invocation import Invocation, moves_on, renewed, translation, unused
from services.outgoing import build
from services.preview import preview
from services.rehearsal import refuse_unpaid, rehearse, rehearsed
from services.service import Service
from services.walk import Walk


async def invoke(invocation: Invocation) -> Reply:
    """Carry out one call. Raises ProxyError; nothing was sent unless everything passed."""
    invocation = recording.named(invocation)
    service, org, call = invocation.service, invocation.caller.org, invocation.call
    given = (service, invocation.action, call)
    request: UpstreamRequest | None = None  # an old action on the new API sends another
    opened: Opened | None = None
    if (untouched := invocation.untouched) is not None:
        opened = access.secret(org, service)
        told = {"scope": str(org.id), "shared": opened.source == "platform"}
        size = len(call.raw)
        request = await threads.run(outgoing.untouched, *given, untouched, size=size, **told)
        query: tuple[tuple[str, str], ...] = (("", request.written),)
        path = request.path
    elif renewed(invocation):
        path, query = await threads.run(outgoing.check, *given, size=len(call.raw))
    else:
        request = await threads.run(build, *given, scope=invocation.scope, size=len(call.raw))
        path, query = request.path, request.query
    opened = opened or access.secret(org, service)
    await ownership.check(invocation, opened.source)
    if by_ticket := invocation.caller.ticket is not None:
        await terms.check(invocation, query)
    if not invocation.dry and (invocation.approval or not invocation.action.safe):
        invocation = await approving.approved(invocation, (path, query))
    keys = _keys(invocation, opened)
    started = time.perf_counter()
    try:
        if invocation.dry:
            reply = await preview(invocation, request, opened.source)
        else:
            # All that makes an equal call's answer good for this one; the credential's own id and
            # version first, so that nothing is shared across credentials, nor outlives a change.
            same = (opened.row.id, opened.row.version, org.id.hex, request is None, path, query)
            work = partial(_shared, invocation, request, same=same)
            carried = partial(_carried_out, invocation, opened, keys, (path, query), work)
            reply = await (terms.counted(invocation, carried) if by_ticket else carried())
    except ProxyError as exc:
        if invocation.approval:
            await approving.undone(invocation)
        exc.headers |= _facts(invocation, opened, ())
        exc.seconds = time.perf_counter() - started if exc.origin == "upstream" else 0.0
        raise
    reply.headers |= _facts(invocation, opened, reply.notes)
    if service.sessions is not None and invocation.action.slug in service.sessions.issuers:
        await tokens.note(invocation, reply)
    return reply


async def _carried_out(
    invocation: Invocation,
    opened: Opened,
    keys: Keys,
    target: tuple[str, tuple[tuple[str, str], ...]],
    work: recording.Work,
) -> Reply:
    """The answer: rehearsed, known of a job, or the vendor's, with the ledger's part in it."""
    if (reply := rehearsed(invocation)) is not None:
        return reply
    if invocation.action.slug not in invocation.service.polls:
        return await recording.recorded(invocation, opened, keys, target, work)
    reply = None if invocation.untouched else await observing.fresh(invocation, opened)
    if reply is None:
        reply = await recording.recorded(invocation, opened, keys, target, work)
        observing.note(invocation, reply)
    return reply


def _keys(invocation: Invocation, opened: Opened) -> Keys:
    return Keys(
        secret=opened.secret,
        org=invocation.caller.org.slug,
        credential=opened.row.id,
        shared=opened.source == "platform",
        plan=opened.concurrency,
        caller=invocation.key,
    )


def _facts(invocation: Invocation, opened: Opened, notes: tuple[str, ...]) -> dict[str, str]:
    """The headers that say how a call was carried out, whatever came of it."""
    facts: dict[str, str] = {"X-Credential-Source": opened.source}
    if invocation.call.wait is not None:
        facts["Preference-Applied"] = f"wait={invocation.call.wait}"
    if invocation.dry:
        facts["X-Dry-Run"] = "true"
    if every := (*invocation.call.notes, *unused(invocation), *notes):
        facts["X-Contract-Notes"] = "; ".join(every)
    return facts


async def check(service: Service, secret: Secret) -> None:
    """Call the service's cheapest action with a credential. Raises ProxyError when it fails."""
    action = service.by_slug[service.check_action]
    await fetch(service, action, build(service, action, Call(), scope=""), Keys(secret))


async def _seen(invocation: Invocation, request: UpstreamRequest | None, keys: Keys) -> Reply:
    """The vendor's answer with only what the org may see of it."""
    reply = await _answer(invocation, request, keys)
    seen = await ownership.filtered(invocation, "platform" if keys.shared else "tenant", reply)
    if reply.raw is not None and seen.content is not reply.content:
        given = (reply.raw, reply.content, seen.content)
        seen.raw = await threads.run(answers.rewrapped, *given, size=len(reply.raw))
        seen.headers.pop("etag", None)
    return seen


async def _answer(invocation: Invocation, request: UpstreamRequest | None, keys: Keys) -> Reply:
    started = time.perf_counter()
    if request is None:
        return await _translated(invocation, keys, started)
    service, org, action = invocation.service, invocation.caller.org, invocation.action
    refuse_unpaid(invocation)
    try:
        return await fetch(service, action, request, keys)
    except UpstreamRefused as refused:
        if not moves_on(invocation) or not outcome.gone(refused):
            raise
    if service.tells_retirement(action):
        await access.remember_retired(org, service)
    return await _translated(invocation, keys, started)


async def _translated(invocation: Invocation, keys: Keys, started: float) -> Reply:
    """Answer an old action through the vendor's new API, or rehearse it."""
    service, call = invocation.service, invocation.call
    renewal = translation(invocation)
    plan = await threads.run(renewal.plan, call, size=len(call.raw))
    if plan.test:
        reply = rehearse(invocation)
        reply.notes = plan.notes
        return reply
    within = min(service.limits(invocation.action).total, call.wait or math.inf)
    scope = invocation.scope
    walk = Walk(service, call, keys, scope=scope, within=within, started=started)
    return await walk.answer(plan, renewal)


async def _shared(
    invocation: Invocation, request: UpstreamRequest | None, keys: Keys, *, same: Identity
) -> Reply:
    """The answer: kept, or shared with an equal call under way, or the vendor's to this call."""
    service, action, call = invocation.service, invocation.action, invocation.call
    work = (_seen, invocation, request, keys)
    if (action.ttl or action.slug in service.polls) and invocation.untouched is None:
        passed = tuple(pair for pair in call.headers.items() if pair[0] != "idempotency-key")
        same = (service.slug, action.slug, *same, passed)  # a read has no body
        patience = min(service.limits(action).total, call.wait or math.inf)
        if action.ttl:
            place = _place(invocation, keys, same)
            return await reads.read(place, invocation.asked, patience, *work)
        return await flights.share(same, patience, *work)
    try:
        return await _seen(invocation, request, keys)
    finally:
        if action.slug in service.changes:
            await reads.drop(_mark(invocation, keys))


def _place(invocation: Invocation, keys: Keys, same: Identity) -> Place:
    service, action = invocation.service, invocation.action
    where = getattr(settings, service.base_urls[action.host])
    org = invocation.caller.org.id.hex
    key, mark = key_of((where, *same)), _mark(invocation, keys)
    if invocation.call.wait:  # what was cut short for this caller is for nobody else
        return Place(org, key, mark, action.ttl, noted=0)
    return Place(org, key, mark, action.ttl)


def _mark(invocation: Invocation, keys: Keys) -> bytes:
    return mark_of(invocation.caller.org.id.hex, keys.credential, invocation.service.slug)
