"""One call with its attempt: claimed, sent as often as is safe, settled."""

from __future__ import annotations

import logging
import math
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from credentials.vault import Opened
from jobs import attempts, budgets, database
from jobs.attempts import Answer, Gain, Held, Wanted
from jobs.models import Attempt
from jobs.tracking import Origin
from services import exchange, ownership, spending, starting, threads, upstream
from services.action import UpstreamRequest
from services.errors import (
    InProgress,
    KeyReused,
    OutcomeUnknown,
    ProxyError,
    RateLimited,
    Unavailable,
    UpstreamFailed,
    UpstreamRefused,
)
from services.exchange import Keys, Reply
from services.invocation import Invocation, paid, renewed
from services.outgoing import derived
from services.recording import keys as idempotency
from services.recording import steady, stored, verdicts
from services.recording.verdicts import Verdict

logger = logging.getLogger("ai_proxy")

Work = Callable[[Keys], Awaitable[Reply]]
Target = tuple[str, tuple[tuple[str, str], ...]]  # path and query
PENDING = {"X-Recorded": "pending"}
_REFUSALS: dict[type[attempts.Refused], Callable[[], ProxyError]] = {
    attempts.Reused: KeyReused,
    attempts.Running: InProgress,
    attempts.Unsettled: OutcomeUnknown,
}


def named(invocation: Invocation) -> Invocation:
    """The call with a name for vendors that do each name once, where its caller gave no key."""
    call = invocation.call
    if not paid(invocation) or idempotency.NAME in call.headers:
        return invocation
    return replace(invocation, call=replace(call, once=f"#{uuid.uuid4().hex}"))


async def recorded(
    invocation: Invocation, opened: Opened, keys: Keys, target: Target, work: Work
) -> Reply:
    """The reply of `work`, with all that it made and started in the ledger.

    A paid call, and one with a key, is an attempt: claimed before it waits for anything, noted
    before each send, settled before its answer leaves. It is carried on when the caller leaves.
    Raises what `work` raises, and the refusals of a key that was used before.
    """
    action = invocation.action
    keyed = idempotency.NAME in invocation.call.headers and not action.safe
    costs = paid(invocation)
    if action.safe and not costs:
        return await work(keys)
    one = Recorder(invocation, opened)
    if not costs and not keyed:
        return await steady.carried(one.unclaimed(keys, work), _close)
    if not keyed and not renewed(invocation):
        exchange.check(invocation.service, action, keys)  # before two transactions for nothing
    earlier = await one.claim(target)
    if earlier is not None:
        return stored.replayed(earlier, invocation.caller.org.slug)
    return await steady.carried(one.carry_out(keys, work), _close)


def _too_many(seconds: float) -> RateLimited:
    return RateLimited(
        "The org has too many Idempotency-Keys of the last hours.",
        code="too_many_keys",
        headers={"Retry-After": str(math.ceil(seconds))},
    )


async def _close(reply: Reply) -> None:
    if reply.stream is not None:
        await reply.stream.aclose()


@dataclass(slots=True)
class Recorder:
    """One call on its way; `ends` has one entry for each send of it."""

    invocation: Invocation
    opened: Opened
    held: Held | None = None
    ends: list[Verdict] = field(default_factory=list)

    async def claim(self, target: Target) -> Attempt | None:
        """Reserve the call; the earlier attempt when it was answered."""
        try:
            found = await database.run(attempts.reserve, await self._wanted(target))
        except attempts.TooMany as exc:
            raise _too_many(exc.seconds) from exc
        except attempts.Refused as exc:
            raise _REFUSALS[type(exc)]() from exc
        except budgets.Spent as exc:
            raise spending.refusal(exc) from exc
        except steady.AWAY as exc:
            raise Unavailable(code="ledger_unavailable") from exc
        if isinstance(found, Attempt):
            return found
        self.held = found
        return None

    async def carry_out(self, keys: Keys, work: Work) -> Reply:
        """The reply of `work` to a call that was claimed."""
        try:
            reply = await work(
                replace(keys, before=self.before, failed=self.failed, passed=self.passed)
            )
        except BaseException as exc:
            await self._failed(exc)
            raise
        if not self.ends or "X-Test-Mode" in reply.headers:
            await self._write(attempts.freed, self._claimed)
        else:
            await self._done(reply)
        return reply

    async def unclaimed(self, keys: Keys, work: Work) -> Reply:
        """The reply of `work` to a call that costs nothing, and what it made."""
        reply = await work(keys)
        await self._done(reply)
        return reply

    async def before(self, request: UpstreamRequest) -> None:
        """Note in the ledger that this is about to be sent. Raises when it must not be."""
        if request.method == "GET" and not self.invocation.action.safe:
            return  # a step on the way that changes nothing
        if self._claimed.earlier and not request.once:
            raise OutcomeUnknown
        upstream.target(request)  # what would not be sent is not noted as sent
        sends, seconds = len(self.ends) + 1, request.deadlines.total
        try:
            mine = await database.run(
                attempts.sent, self._claimed, sends, seconds, honoured=bool(request.once)
            )
        except steady.AWAY as exc:
            raise Unavailable(code="ledger_unavailable") from exc
        if not mine:
            raise Unavailable(code="attempt_lost")
        self.ends.append("unknown")

    def failed(self, request: UpstreamRequest, fault: UpstreamFailed) -> None:
        """Take note of how a send ended."""
        self._note(request, verdicts.of(fault))

    def passed(self, request: UpstreamRequest) -> None:
        """Take note of a send that the vendor carried out."""
        self._note(request, "passed")

    def _note(self, request: UpstreamRequest, verdict: Verdict) -> None:
        if self.ends and (request.method != "GET" or self.invocation.action.safe):
            self.ends[-1] = verdict

    @property
    def _claimed(self) -> Held:
        assert self.held is not None
        return self.held

    async def _wanted(self, target: Target) -> Wanted:
        invocation, row = self.invocation, self.opened.row
        org, service, action = invocation.caller.org, invocation.service, invocation.action
        scope = (invocation.scope, service.slug, action.slug)
        given = invocation.call.headers.get(idempotency.NAME, "")
        keyed = bool(given) and not action.safe
        limits = service.limits(action)
        return Wanted(
            org_id=org.id,
            service=service.slug,
            action=action.slug,
            billable=paid(invocation),
            credential=uuid.UUID(row.id),
            credential_version=row.version,
            source=self.opened.source,
            request_id=invocation.request_id,
            seconds=min(limits.total, invocation.call.wait or math.inf),
            limits=spending.limits(invocation.caller, service),
            units=spending.units(action, invocation.call),
            key_id=spending.purse(invocation.caller),
            end_user=invocation.caller.end_user,
            key=idempotency.digest(*scope, given) if keyed else None,
            fingerprint=await idempotency.fingerprint(*target, invocation.call) if keyed else "",
            upstream_key=derived(*scope, given or invocation.call.once),
        )

    async def _failed(self, exc: BaseException) -> None:
        earlier = bool(self._claimed.earlier)
        verdict = verdicts.all_of(self.ends, exc, earlier=earlier)
        if verdict == "refused" and isinstance(exc, UpstreamRefused):
            answer = stored.of_refusal(exc, self.invocation.request_id)
            written = await self._write(attempts.done, self._claimed, answer)
        elif verdict == "free":
            written = await self._write(attempts.freed, self._claimed)
        else:
            word = exc.code if isinstance(exc, ProxyError) else "proxy_fault"
            if isinstance(exc, UpstreamFailed) and self.invocation.call.once and exc.status != 503:
                exc.retryable = False  # the caller's next call would be another one to the vendor
            written = await self._write(attempts.lost, self._claimed, word)
        if not written and isinstance(exc, ProxyError):
            exc.headers |= PENDING

    async def _done(self, reply: Reply) -> None:
        size = max(len(reply.content), len(self.invocation.call.raw))
        gain = await threads.run(self._gain, reply, size=size)
        if self.held is None and not (gain.things or gain.starts):
            return
        answer = stored.of_reply(reply)
        jobs: list[uuid.UUID] = []
        if await self._write(self._settled, answer, gain, jobs):
            reply.headers |= stored.links(self.invocation.caller.org.slug, jobs)
        else:
            reply.headers |= PENDING

    def _settled(self, answer: Answer, gain: Gain, jobs: list[uuid.UUID]) -> None:
        jobs += attempts.done(self.held, answer, gain)

    def _gain(self, reply: Reply) -> Gain:
        """What the answer says that the call made and started; a fault there costs no answer."""
        invocation = self.invocation
        held = self.held.id if self.held else None
        origin = Origin(
            org_id=invocation.caller.org.id,
            credential=uuid.UUID(self.opened.row.id),
            source=self.opened.source,
            request_id=invocation.request_id,
            attempt_id=held,
            ticket=invocation.caller.ticket.id if invocation.caller.ticket else None,
            end_user=invocation.caller.end_user,
        )
        service, action, call = invocation.service, invocation.action, invocation.call
        if reply.stream is not None or not reply.content or "X-Test-Mode" in reply.headers:
            return Gain(service.slug, origin)
        try:
            things = ownership.made(service, action, call, reply.content)
            starts = starting.started(service, action, call, reply.content)
        except Exception:
            logger.exception("What %s made could not be read", invocation.request_id)
            return Gain(service.slug, origin)
        return Gain(service.slug, origin, things, starts)

    async def _write(self, work: Callable[..., object], *given: object) -> bool:
        """Write to the ledger now, or as soon as it is there again; whether it was now."""
        try:
            await database.run(work, *given)
            return True
        except steady.AWAY:
            logger.warning("The ledger could not be written; it is tried again")
            steady.later(work, *given)
        return False
