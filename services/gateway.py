"""The straight road of one call: validate, open the credential, send, read the answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.conf import settings

from credentials.auth import Caller
from credentials.crypto import Secret
from credentials.vault import Opened
from services import access, outcome, outgoing, schema, threads
from services.action import Action, Call, UpstreamRequest
from services.errors import BadRequest, ProxyError, UpstreamRefused
from services.exchange import Keys, Reply, fetch
from services.outgoing import build
from services.service import Service
from services.walk import Walk


@dataclass(frozen=True, slots=True)
class Invocation:
    """One call with everything that is known about it."""

    caller: Caller
    service: Service
    action: Action
    call: Call
    media: Callable[[str], str]  # id of a rehearsal -> URL of its video
    key: str = field(repr=False)  # the caller's own, to keep out of what the vendor echoes


async def invoke(invocation: Invocation) -> Reply:
    """Carry out one call. Raises ProxyError; nothing was sent unless everything passed."""
    service, org, call = invocation.service, invocation.caller.org, invocation.call
    given = (service, invocation.action, call)
    request: UpstreamRequest | None = None  # an old action on the new API sends another
    if _renewed(invocation):
        await threads.run(outgoing.check, *given, size=len(call.raw))
    else:
        request = await threads.run(build, *given, scope=str(org.id), size=len(call.raw))
    opened = access.secret(org, service)
    keys = Keys(opened.secret, invocation.key)
    started = time.perf_counter()
    try:
        reply = _rehearsed(invocation) or await _answer(invocation, request, keys)
    except ProxyError as exc:
        exc.headers |= _facts(invocation, opened, ())
        exc.seconds = time.perf_counter() - started if exc.origin == "upstream" else 0.0
        raise
    reply.headers |= _facts(invocation, opened, reply.notes)
    return reply


def _facts(invocation: Invocation, opened: Opened, notes: tuple[str, ...]) -> dict[str, str]:
    """The headers that say how a call was carried out, whatever came of it."""
    facts: dict[str, str] = {"X-Credential-Source": opened.source}
    if every := (*invocation.call.notes, *_unused(invocation), *notes):
        facts["X-Contract-Notes"] = "; ".join(every)
    return facts


async def check(service: Service, secret: Secret) -> None:
    """Call the service's cheapest action with a credential. Raises ProxyError when it fails."""
    action = service.by_slug[service.check_action]
    await fetch(service, action, build(service, action, Call(), scope=""), Keys(secret))


async def _answer(invocation: Invocation, request: UpstreamRequest | None, keys: Keys) -> Reply:
    if request is None:
        return await _translated(invocation, keys)
    service, org, action = invocation.service, invocation.caller.org, invocation.action
    _refuse_unpaid(invocation)
    try:
        return await fetch(service, action, request, keys)
    except UpstreamRefused as refused:
        auto = action.slug in service.translations and _generation(invocation) == "auto"
        if not auto or not outcome.gone(refused):
            raise
    await access.remember_retired(org, service)
    return await _translated(invocation, keys)


async def _translated(invocation: Invocation, keys: Keys) -> Reply:
    """Answer an old action through the vendor's new API, or rehearse it."""
    service, call = invocation.service, invocation.call
    translation = service.translations[invocation.action.slug]
    plan = await threads.run(translation.plan, call, size=len(call.raw))
    if plan.test:
        reply = _rehearse(invocation)
        reply.notes = plan.notes
        return reply
    walk = Walk(service, call, keys, scope=str(invocation.caller.org.id))
    return await walk.answer(plan, translation)


def _unused(invocation: Invocation) -> tuple[str, ...]:
    """What the call asked for and the vendor does not have."""
    if "idempotency-key" not in invocation.call.headers:
        return ()
    action, service = invocation.action, invocation.service
    renewed = action.slug in service.translations and _generation(invocation) != "legacy"
    if action.idempotency != "header" and (action.safe or not renewed):
        return ("headers.Idempotency-Key: the vendor has none for this action",)
    return ()


def _renewed(invocation: Invocation) -> bool:
    """Whether an old action is answered by the vendor's new API from the start."""
    service = invocation.service
    if invocation.action.slug not in service.translations:
        return False
    generation = _generation(invocation)
    retired = service.slug in invocation.caller.org.retired
    return generation == "v3" or (generation == "auto" and retired)


def _generation(invocation: Invocation) -> str:
    policy = invocation.caller.org.policy(invocation.service.slug)
    setting = invocation.service.generation_setting
    return policy.upstream_generation or (getattr(settings, setting) if setting else "legacy")


def _rehearsed(invocation: Invocation) -> Reply | None:
    """The answer about a rehearsal's id, or to a new-generation call that says `test: true`."""
    mode, slug = invocation.service.test_mode, invocation.action.slug
    if mode is None:
        return None
    data = mode.read(slug, invocation.call, invocation.caller.org.slug, invocation.media)
    if data is not None:
        return _rehearsal(data)
    new = slug in mode.creates and slug not in invocation.service.translations
    return _rehearse(invocation) if new and invocation.call.says_test else None


def _rehearse(invocation: Invocation) -> Reply:
    policy = invocation.caller.org.policy(invocation.service.slug)
    mode = invocation.service.test_mode
    if mode is None or policy.test_mode == "refuse":
        raise BadRequest(
            "body.test: the vendor has no test mode, and this org has test calls refused.",
            code="test_mode_refused",
        )
    slug, org = invocation.action.slug, invocation.caller.org.slug
    return _rehearsal(mode.create(slug, invocation.call, org))


def _rehearsal(data: Any) -> Reply:
    return Reply(200, msgspec.json.encode({"data": data}), {"X-Test-Mode": "sandbox"})


def _refuse_unpaid(invocation: Invocation) -> None:
    """`test: true` promises that nothing is charged: what cannot keep it is not sent."""
    service, action, call = invocation.service, invocation.action, invocation.call
    if action.billable is False or not call.says_test:
        return
    kept = schema.declares(service, action, "test") and call.body.get("test") is True
    if not kept:
        raise BadRequest(
            f"body.test: action '{action.slug}' has no test mode and would be charged.",
            code="test_mode_unavailable",
        )
