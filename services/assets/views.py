"""Asset uploads over HTTP: one request, answered with the asset, or with the job that sends it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import re
import uuid
from asyncio import Task
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import msgspec
from django.conf import settings
from django.http.response import HttpResponseBase

from jobs import database, tracking, uploads
from jobs.models import Job
from jobs.tracking import Seen
from jobs.uploads import Order, Reused
from services import bulkhead, catalogue, errand, preview, recording
from services.action import Call
from services.assets import reading, sending
from services.assets.reading import File
from services.assets.sending import Sent
from services.errand import Errand
from services.errors import BadRequest, Conflict, KeyReused, NotFound, ProxyError
from services.following import showing
from services.following.door import Visit, route
from services.following.finding import ended
from services.recording import keys, steady
from services.response import Response
from services.service import Assets, Service

logger = logging.getLogger("ai_proxy")
BEAT = 1.0  # seconds between two words about how far an upload is
LEFT = 95  # percent when all bytes have left; the rest is the vendor's
LONGEST = 600  # seconds that one waits for the end of a large upload
_ASYNC = re.compile(r"respond-async", re.IGNORECASE)  # RFC 7240 section 4.1
_WAIT = re.compile(r'wait *= *"?([1-9][0-9]{0,4})"?', re.IGNORECASE)
_TOLD = ("X-Credential-Source", "Idempotent-Replayed", "X-Recorded", "X-Contract-Notes")
_AGAIN = {"Idempotent-Replayed": "true"}


@dataclass(slots=True)
class Transfer:
    """A file on its way; who has it closes it, and gives its place back, once."""

    asking: Errand
    service: Service
    file: File
    key: str
    leave: Callable[[], None]
    left: int = 0  # bytes that have left
    task: Task[Sent] | None = field(default=None)

    async def carry_out(self) -> Sent:
        return await sending.send(self.asking, self.service, self.file, self.key, self._tell)

    def _tell(self, count: int) -> None:
        self.left = count

    @property
    def percent(self) -> int:
        return self.left * LEFT // self.file.size

    def close(self) -> None:
        self.file.close()
        self.leave()


async def _upload(visit: Visit) -> HttpResponseBase:
    name = visit.query("filename").get("filename", "")
    service, assets = _named(visit)
    wanted = keys.named(visit.request.META, Call()).headers.get(keys.NAME, "")
    leave = bulkhead.beside(visit.caller.org.slug, "upload")
    try:
        kinds = sending.types(service, assets, visit.caller)
        file = await reading.read(visit.request, name, kinds)
    except BaseException:
        leave()
        raise
    transfer = Transfer(errand.asking(visit.request, visit.caller), service, file, wanted, leave)
    try:
        steps = sending.steps(service, assets, visit.caller, file.size)
        for slug in steps:
            errand.permitted(visit.caller, service.slug, slug)
        prefers = visit.request.META.get("HTTP_PREFER", "")
        if len(steps) == 1 and not _ASYNC.search(prefers):
            return _answer(visit, await transfer.carry_out())
        return await _as_job(visit, transfer, steps[0], prefers)
    finally:
        if transfer.task is None:
            transfer.close()


def _named(visit: Visit) -> tuple[Service, Assets]:
    """The service, if the caller may upload there at all.

    Raises NotFound, Forbidden, BadRequest.
    """
    caller, slug = visit.caller, visit.named["service"]
    service = catalogue.find_service(slug, caller.org.policy(slug))
    if service.assets is None:
        raise NotFound(f"Service '{slug}' takes no assets.", code="no_assets")
    if preview.wanted(visit.request.META):
        raise BadRequest("X-Dry-Run: only calls of actions can be tried.", code="no_dry_run")
    refusals: list[ProxyError] = []
    for size in (0, service.assets.most + 1):
        try:
            for step in sending.steps(service, service.assets, caller, size):
                errand.permitted(caller, slug, step)
            return service, service.assets
        except ProxyError as exc:
            refusals.append(exc)
    raise refusals[0]


def _answer(visit: Visit, sent: Sent) -> Response:
    told = {name: sent.headers[name] for name in _TOLD if name in sent.headers}
    content = msgspec.json.encode({"data": sent.asset})
    return Response(content, status=200, headers={**visit.left, **told})


async def _as_job(visit: Visit, transfer: Transfer, action: str, prefers: str) -> Response:
    """Go on by itself; the answer is the job, or the asset for who waits until it is there."""
    try:
        job, is_new = await database.run(uploads.place, _order(visit, transfer, action))
    except Reused:
        raise KeyReused from None
    found = _WAIT.search(prefers)
    seconds = min(LONGEST, int(found[1])) if found else 0
    if not is_new:
        return await _again(visit, job, seconds)
    transfer.task = recording.kept(_sent(transfer, job.id))
    transfer.task.add_done_callback(_heard)
    if seconds:
        await asyncio.wait({transfer.task}, timeout=seconds)
        if transfer.task.done():
            return _answer(visit, transfer.task.result())
    return _accepted(visit, job)


async def _again(visit: Visit, job: Job, seconds: int) -> Response:
    """The answer to a file that came before, by then or while one waits."""
    if seconds and not job.ended:
        job = await ended(visit.caller, job, seconds)
    if seconds and job.status == Job.Status.SUCCEEDED:
        return _answer(visit, Sent(job.result, _AGAIN))
    return _accepted(visit, job, _AGAIN)


def _order(visit: Visit, transfer: Transfer, action: str) -> Order:
    caller, file = visit.caller, transfer.file
    own = None
    if transfer.key:
        scope = caller.ticket.id.hex if caller.ticket else ""
        own = _named_id(caller.org.id.hex, transfer.service.slug, scope, transfer.key)
    return Order(
        org_id=caller.org.id,
        service=transfer.service.slug,
        action=action,
        request_id=transfer.asking.request_id,
        facts={"filename": file.name, "type": file.kind, "size": file.size, "sha256": file.sha256},
        ticket=caller.ticket.id if caller.ticket else None,
        end_user=caller.end_user,
        id=own,
    )


def _named_id(*parts: str) -> uuid.UUID:
    """The id of the job that an `Idempotency-Key` stands for; it tells nothing of the key."""
    secret = settings.SECRET_KEY.encode()
    made = hmac.digest(secret, "\0".join(("upload", *parts)).encode(), hashlib.sha256)
    return uuid.UUID(bytes=made[:16])


def _accepted(visit: Visit, job: Job, more: Mapping[str, str] = MappingProxyType({})) -> Response:
    told = showing.summary(job, visit.caller.org.slug)
    headers: dict[str, str] = {
        **visit.left,
        "X-Job-Id": str(job.pk),
        "Link": f'<{told["links"]["self"]}>; rel="monitor"',
        **more,
    }
    return Response(msgspec.json.encode({"data": {"job": told}}), status=202, headers=headers)


async def _sent(transfer: Transfer, job: uuid.UUID) -> Sent:
    """The asset of an upload that has a job, which tells of it as it goes. Raises ProxyError."""
    work = asyncio.ensure_future(transfer.carry_out())
    beat = asyncio.ensure_future(_beat(transfer, job, work))
    try:
        sent = await work
        await _end(job, Seen(Job.Status.SUCCEEDED, progress=100, result=sent.asset))
        return sent
    except asyncio.CancelledError:
        work.cancel()
        raise Conflict("The upload was stopped.", code="upload_stopped") from None
    except ProxyError as exc:
        await _end(job, Seen(Job.Status.FAILED, error=_error(exc)))
        raise
    except Exception:
        logger.exception("The upload of job %s failed in the proxy", job)
        await _end(job, Seen(Job.Status.FAILED, error=_error(ProxyError())))
        raise ProxyError from None
    finally:
        beat.cancel()
        transfer.close()


async def _beat(transfer: Transfer, job: uuid.UUID, work: Task[Any]) -> None:
    """Tell how far it is, now and then; a job that was stopped ends the work."""
    while True:
        try:
            if not await database.run(uploads.advance, job, transfer.percent):
                work.cancel()
                return
        except steady.AWAY:
            logger.warning("How far the upload of job %s is could not be noted", job)
        await asyncio.sleep(BEAT)


async def _end(job: uuid.UUID, seen: Seen) -> None:
    try:
        await database.run(tracking.observe, job, seen, "call")
    except Job.DoesNotExist:
        logger.warning("The job %s of an upload is gone", job)
    except steady.AWAY:
        steady.later(tracking.observe, job, seen, "call")


def _error(exc: ProxyError) -> dict[str, Any]:
    return {"code": exc.code, "message": exc.detail}


def _heard(task: Task[Sent]) -> None:
    """Its failure is in its job; nobody need be waiting for it."""
    if not task.cancelled():
        task.exception()


upload = route(by_ticket=True, POST=_upload)
