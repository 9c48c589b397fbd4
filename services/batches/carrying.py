"""One item of a batch: the same road as a call of the API key that asked for the batch."""

from __future__ import annotations

import logging
import random
import time
import uuid
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from asgiref.sync import async_to_sync
from django.db import DatabaseError, InterfaceError

from credentials import vault
from credentials.auth import Caller
from credentials.crypto import SealedError
from credentials.directory import directory
from credentials.errors import DirectoryUnavailable
from credentials.models import ApiKey
from jobs import batching
from jobs.batching import Result
from jobs.models import BatchItem
from services import (
    access,
    catalogue,
    envelope,
    errand,
    rates,
    recording,
    respond,
    usage,
)
from services.action import Action, Call
from services.errand import Errand
from services.errors import Busy, InProgress, ProxyError, RateLimited, Unavailable, UpstreamFailed
from services.exchange import Reply
from services.recording import keys
from services.response import Response
from services.retries import retry_after
from services.service import Service

logger = logging.getLogger("ai_proxy")

GRACE = 30.0  # seconds beyond a call's deadline that a worker has to settle it
KEPT = 1024 * 1024  # bytes of an answer that are kept
KEPT_READ = 64 * 1024  # of an action that changes nothing: it can be asked for again
LONGEST = 60.0  # seconds between two tries, unless more are asked for
MOST_TRIES = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item as the call that it is."""

    item: BatchItem
    caller: Caller
    service: Service
    action: Action
    call: Call


class _KeyGone(Exception):
    """The API key that asked for the batch works no more."""


def carry_out(item_id: uuid.UUID) -> None:
    """Carry out a claimed item and keep what comes of it. Raises DatabaseError.

    Whoever does it again, after a crash, asks with the same idempotency key: nothing is charged
    twice.
    """
    item = batching.found(item_id)
    if item is None or item.batch.job.ended:
        return
    if not batching.begin(item, _deadline(item) + GRACE):
        return
    try:
        _settle(item)
    except _KeyGone:
        batching.later(item, 0)
        batching.stop(item.batch_id)


def _deadline(item: BatchItem) -> float:
    """Seconds that its call may take."""
    service, action = _known(item)
    return service.limits(action).total if service and action else 0.0


def _known(item: BatchItem) -> tuple[Service | None, Action | None]:
    job = item.batch.job
    service = catalogue.known(job.service)
    return service, service.by_slug.get(job.action) if service else None


def _settle(item: BatchItem) -> None:
    """Keep what came of the call, or put the item back for another try."""
    trail, started = usage.Trail(), time.perf_counter()
    fault: ProxyError | None = None
    try:
        reply = _answered(item, trail)
        result, seconds, headers = _success(item, reply), reply.upstream_seconds, reply.headers
    except ProxyError as exc:
        if (wait := _wait(item, exc)) is not None:
            batching.later(item, wait)
            return
        fault, seconds, headers = exc, exc.seconds, exc.headers
        result = _failure(item, exc)
    batching.finish(item, result)
    usage.note(
        trail,
        Response(b"", status=result.status, headers=headers),
        fault,
        _request_id(item),
        started=started,
        upstream_seconds=seconds,
    )
    with suppress(DatabaseError, InterfaceError):  # it is written with the next one's
        usage.flush()


def _answered(item: BatchItem, trail: usage.Trail) -> Reply:
    """The answer to its call, which counts like any other. Raises ProxyError, _KeyGone."""
    try:
        wanted = _wanted(item, trail)
        rates.limiter.admit(wanted.caller)
        reply: Reply = async_to_sync(recording.whole)(_asked(wanted))
        return reply
    except (ProxyError, _KeyGone, DatabaseError, InterfaceError):
        raise
    except Exception:
        logger.exception("Item %d of the batch %s failed", item.number, item.batch_id)
        raise ProxyError from None


def _wanted(item: BatchItem, trail: usage.Trail) -> Wanted:
    """The item's call as its caller may make it now. Raises ProxyError, _KeyGone."""
    caller, job = _caller(item), item.batch.job
    trail.caller, trail.service, trail.action = caller, job.service, job.action
    policy = caller.org.policy(job.service)
    service = catalogue.find_service(job.service, policy)
    action = catalogue.find_action(service, job.action, policy)
    access.permit(caller, service, action)
    try:
        text = vault.ring().open(item.sealed, item.row).reveal()
    except SealedError:
        raise Unavailable("The envelope cannot be read.", code="envelope_unreadable") from None
    call = keys.named({}, envelope.from_json(text.encode(), action))
    if not action.safe and keys.NAME not in call.headers:
        key = f"batch{keys.OURS}{item.batch_id}.{item.number}"
        call = replace(call, headers={**call.headers, keys.NAME: key})
    return Wanted(item, caller, service, action, call)


def _caller(item: BatchItem) -> Caller:
    """Who asked for the batch, if the key still works. Raises _KeyGone, Unavailable."""
    row = ApiKey.objects.filter(pk=item.batch.key_id).only("digest", "expires_at").first()
    try:
        record = directory.key(bytes(row.digest)) if row else None
        org = directory.org(item.batch.job.org.slug)
    except DirectoryUnavailable as exc:
        raise access.translated(exc) from exc
    if record is None or org is None or _expired(record.expires_at):
        raise _KeyGone
    return Caller(org, record)


def _expired(at: float | None) -> bool:
    return at is not None and at <= time.time()


def _asked(wanted: Wanted) -> Coroutine[Any, Any, Reply]:
    asking = Errand(wanted.caller, wanted.item.batch.base_url, _request_id(wanted.item))
    return errand.answered(asking, wanted.service, wanted.action, wanted.call)


def _wait(item: BatchItem, fault: ProxyError) -> float | None:
    """After how many seconds to try again; None for what no other try would mend."""
    if not _passes(fault) or item.tries >= MOST_TRIES:
        return None
    asked = retry_after(fault.headers.get("retry-after", fault.headers.get("Retry-After", "")))
    wait = max(asked or 0.0, min(LONGEST, 2.0 ** min(item.tries, 10) / 2))
    return wait * random.uniform(1, 1.3)  # noqa: S311  no secret


def _passes(fault: ProxyError) -> bool:
    """Whether nothing was done because there was no room for it, for now."""
    if isinstance(fault, RateLimited | Busy | Unavailable | InProgress):
        return True
    return isinstance(fault, UpstreamFailed) and (fault.unsent or fault.status == 429)


def _success(item: BatchItem, reply: Reply) -> Result:
    _, action = _known(item)
    most = KEPT_READ if action and action.safe else KEPT
    kept = reply.content.decode() if len(reply.content) <= most else ""
    return Result(reply.status, kept, _job(reply))


def _job(reply: Reply) -> uuid.UUID | None:
    """The job that the call started, if it did."""
    text = reply.headers.get("X-Job-Id", "")
    return uuid.UUID(text) if text else None


def _failure(item: BatchItem, fault: ProxyError) -> Result:
    content = respond.error(fault, _request_id(item)).content
    return Result(fault.status, content.decode())


def _request_id(item: BatchItem) -> str:
    return f"{item.batch.job.request_id[:120]}.{item.number}"
