"""One exchange with a vendor: send, read, tell success from failure."""

from __future__ import annotations

import logging
import time
from asyncio import sleep
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from django.conf import settings

from credentials.crypto import Secret
from services import answers, bulkhead, headers, outcome, retries, threads, upstream
from services.action import Action, UpstreamRequest
from services.circuit import Circuit, circuits
from services.errors import Busy, UpstreamFailed
from services.service import Service

logger = logging.getLogger("ai_proxy")

MAX_ERROR = 256 * 1024  # bytes read of a failure's body
NO_WAIT = 0.01  # seconds; what passes without having waited for a slot


@dataclass(slots=True)
class Reply:
    """What goes back: JSON in `content`, or a body that still flows from the vendor."""

    status: int = 200
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    stream: upstream.Answer | None = None
    upstream_seconds: float = 0.0
    notes: tuple[str, ...] = ()
    raw: bytes | None = None  # the answer as the vendor wrote it, of which `content` is the reading


@dataclass(frozen=True, slots=True)
class Keys:
    """The credential that a call uses, whose it is, and the caller's own key.

    What calls hold and break is counted by org and credential. The caller's key is here to be kept
    out of what the vendor echoes. `before` is done before each send, and may raise to prevent it;
    `failed` is told of each send that failed, `passed` of each that did not.
    """

    secret: Secret
    org: str = ""
    credential: str = ""
    shared: bool = False  # with other orgs
    plan: int | None = None  # paid calls at a time that the vendor allows
    caller: str = field(default="", repr=False)
    before: Callable[[UpstreamRequest], Awaitable[None]] | None = field(default=None, repr=False)
    failed: Callable[[UpstreamRequest, UpstreamFailed], None] | None = field(
        default=None, repr=False
    )
    passed: Callable[[UpstreamRequest], None] | None = field(default=None, repr=False)

    @property
    def hidden(self) -> tuple[str, ...]:
        return tuple(text for text in (self.secret.reveal(), self.caller) if text)


def check(service: Service, action: Action, keys: Keys) -> None:
    """Raises CircuitOpen while no call of this action would be sent."""
    host = getattr(settings, service.base_urls[action.host]).rstrip("/")
    circuits.of(keys.org, keys.credential, host).check()


async def fetch(service: Service, action: Action, request: UpstreamRequest, keys: Keys) -> Reply:
    """Send one request, again where that is safe, and read its answer.

    Raises the ProxyError that a failure stands for; Busy and CircuitOpen when nothing was sent.
    """
    circuit = circuits.of(keys.org, keys.credential, request.base_url)
    started, attempt = time.perf_counter(), 1
    until = started + request.deadlines.total
    while True:
        try:
            reply = await _held(service, action, request, keys, circuit)
            if keys.passed is not None:
                keys.passed(request)
            if attempt > 1:
                reply.upstream_seconds = time.perf_counter() - started
            return reply
        except UpstreamFailed as fault:
            if keys.failed is not None:
                keys.failed(request, fault)
            left = until - time.perf_counter()
            pause = retries.pause(request, fault, attempt=attempt, left=left)
            if pause is None or not circuit.take_retry():
                raise
            await sleep(pause)
            if (left := until - time.perf_counter()) <= 0:
                raise
        attempt += 1
        request = _within(request, left)


async def _held(
    service: Service, action: Action, request: UpstreamRequest, keys: Keys, circuit: Circuit
) -> Reply:
    """One send, with the slots that its credential asks for until the answer has ended."""
    wanted = bulkhead.claims(
        service,
        action,
        org=keys.org,
        credential=keys.credential,
        shared=keys.shared,
        plan=keys.plan,
    )
    held, asked = [], time.perf_counter()
    if wanted:
        held = await bulkhead.hold(wanted, within=request.deadlines.total)
    try:
        if wanted and (waited := time.perf_counter() - asked) > NO_WAIT:
            request = _within(request, request.deadlines.total - waited)
        reply = await _counted(service, action, request, keys, circuit)
    except BaseException:
        bulkhead.release(held)
        raise
    if reply.stream is None:
        bulkhead.release(held)
    else:
        reply.stream.then(partial(bulkhead.release, held))
    return reply


def _within(request: UpstreamRequest, left: float) -> UpstreamRequest:
    """The request with so many seconds left. Raises Busy for none: the wait took them all."""
    if left <= 0:
        raise Busy
    return replace(request, deadlines=replace(request.deadlines, total=left))


async def _counted(
    service: Service, action: Action, request: UpstreamRequest, keys: Keys, circuit: Circuit
) -> Reply:
    """One send, whose end the circuit is told."""
    epoch, failed = circuit.enter(), None
    try:
        reply = await _once(service, action, request, keys)
        failed = False
        return reply
    except UpstreamFailed as fault:
        failed = fault.blames_host
        raise
    finally:
        if circuit.leave(epoch, failed):
            logger.warning("Calls of %s to %s are paused: most failed", keys.org, service.slug)


async def _once(service: Service, action: Action, request: UpstreamRequest, keys: Keys) -> Reply:
    """One send and its answer."""
    secret = None if action.session else keys.secret
    if keys.before is not None:
        await keys.before(request)
    answer = await upstream.send(request, secret=secret)
    try:
        reply = await _reply(service, action, request, answer, keys)
    except BaseException:
        await answer.aclose()
        raise
    if reply.stream is None:
        await answer.aclose()
    return reply


async def _reply(
    service: Service,
    action: Action,
    request: UpstreamRequest,
    answer: upstream.Answer,
    keys: Keys,
) -> Reply:
    if request.untouched:
        return await _as_written(service, action, request, answer, keys)
    hidden, repeatable = keys.hidden, request.repeatable
    limits = headers.limits(answer.headers, hidden)
    if answer.status == 416:
        limits |= headers.unsatisfied(answer.headers, hidden)
    if not 200 <= answer.status < 300:
        body = answers.redact(await answer.start(MAX_ERROR), hidden)
        raise outcome.failure(service, outcome.Told(answer.status, limits, body, repeatable))
    if answer.status == 204:
        return Reply(200, b'{"data":null}', limits, None, answer.seconds)
    if action.response != "json":
        passed = headers.to_caller(answer.headers, hidden)
        return Reply(answer.status, b"", passed, answer, answer.seconds)
    body = await answer.body(settings.MAX_ANSWER_BYTES)
    clean = await threads.run(answers.redact, body, hidden, size=len(body))
    told = outcome.Told(answer.status, limits, clean, repeatable)
    content = await threads.run(outcome.success, service, action, told, size=len(body))
    return Reply(answer.status, content, limits, None, answer.seconds)


async def _as_written(
    service: Service,
    action: Action,
    request: UpstreamRequest,
    answer: upstream.Answer,
    keys: Keys,
) -> Reply:
    """The answer as the vendor wrote it, and read, as every call's is; JSON without secrets.

    Raises the ProxyError of a failure, which has the vendor's own words with it.
    """
    hidden, good = keys.hidden, 200 <= answer.status < 300
    named = service.tells | {"content-encoding"}  # of what the client did not unpack
    passed = headers.to_caller(answer.headers, hidden, named)
    if good and action.response != "json" and not _is_json(passed):
        return Reply(answer.status, b"", passed, answer, answer.seconds)
    limit = settings.MAX_ANSWER_BYTES
    body = await (answer.body(limit) if good else answer.start(MAX_ERROR))
    raw = await threads.run(_clean, service, body, hidden, size=len(body))
    passed.pop("content-length", None)
    told = outcome.Told(answer.status, passed, raw, request.repeatable, action.session)
    try:
        if not good:
            raise outcome.failure(service, told)
        content = await threads.run(outcome.success, service, action, told, size=len(raw))
    except UpstreamFailed as fault:
        if fault.upstream is not None:
            fault.upstream = replace(fault.upstream, raw=raw, headers=passed)
        raise
    return Reply(answer.status, content, passed, None, answer.seconds, raw=raw)


def _is_json(given: Mapping[str, str]) -> bool:
    return given.get("content-type", "").partition(";")[0].strip().lower() == "application/json"


def _clean(service: Service, body: bytes, hidden: tuple[str, ...]) -> bytes:
    return answers.redact(service.conceal(body) if service.conceal else body, hidden)
