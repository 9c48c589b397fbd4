"""One look at the vendor for a job: the same road as a caller's poll, as the job's org."""

from __future__ import annotations

import asyncio
import logging
import secrets
import uuid
from dataclasses import replace

from asgiref.sync import async_to_sync
from django.utils import timezone
from django.utils.datastructures import CaseInsensitiveMapping as Headers

from credentials import errors as refusals
from credentials.auth import Caller
from credentials.directory import KeyRecord, OrgRecord, directory
from jobs import polling, tracking
from jobs.models import Job
from services import access, answers, catalogue, gateway, progress, recording
from services.action import Call
from services.cache.asked import Asked
from services.errors import NotFound, ProxyError, UpstreamFailed, UpstreamRefused, UpstreamTimeout
from services.exchange import Reply
from services.invocation import Invocation
from services.retries import retry_after

logger = logging.getLogger("ai_proxy.work")

LOOK = 30.0  # seconds that one look may take; less than jobs.polling.LOOKING
LONGEST = 600.0  # seconds that the vendor may ask for with Retry-After
UNKNOWN = 3  # looks in a row that failed, the last because the vendor knows no such work
_NO_KEY = secrets.token_hex(16)  # in place of a caller's, which is kept out of what is echoed
_FRESH = Asked(no_cache=True)
# What another look in a few seconds cannot mend.
_REFUSED = frozenset((400, 401, 402, 403, 404, 410))


def poll(job_id: uuid.UUID) -> None:
    """Look at a claimed job and take it on to what was seen. Raises DatabaseError."""
    job = polling.begin(job_id)
    if job is None:
        return
    try:
        seen = async_to_sync(recording.whole)(_look(job))
    except ProxyError as fault:
        _missed(job, fault)
    except Exception:
        logger.exception("The look at job %s failed in the proxy", job_id)
        _missed(job, ProxyError())
    else:
        _saw(job, seen)


async def _look(job: Job) -> tracking.Seen:
    try:
        async with asyncio.timeout(LOOK):
            return await ask(job)
    except TimeoutError:
        raise UpstreamTimeout(retryable=True) from None


async def ask(job: Job) -> tracking.Seen:
    """What the vendor says of the job now. Raises ProxyError."""
    given = job.parameters
    call = Call(path_params=given.get("path_params", {}), query=given.get("query", {}))
    reply = await invoke(job, job.status_action, call)
    service = catalogue.known(job.service)
    assert service is not None
    try:
        return progress.read(service, service.by_slug[job.action], reply.content)
    except ValueError:
        raise UpstreamFailed(code="upstream_bad_answer", retryable=True) from None


async def invoke(job: Job, slug: str, call: Call) -> Reply:
    """The answer to a call about the job, with the credential that began it. Raises ProxyError."""
    org = await _org(job)
    kept = _kept(org, job)
    org = _held(org, job) if kept else org
    policy = org.policy(job.service)
    service = catalogue.find_service(job.service, policy)
    action = catalogue.find_action(service, slug, policy)
    caller = Caller(org, _key(org))
    folder = f"/api/ai-proxy/orgs/{org.slug}/test-media"
    look = Invocation(
        caller, service, action, call,
        media=lambda video: f"{folder}/{video}.mp4", key=_NO_KEY, asked=_FRESH,
    )  # fmt: skip
    try:
        return await gateway.invoke(look)
    except UpstreamRefused as fault:
        if kept or fault.status != 404:
            raise
        raise NotFound(code="credential_replaced") from fault  # another account knows it, perhaps


async def _org(job: Job) -> OrgRecord:
    """The job's org. Raises NotFound while it is switched off, Unavailable."""
    try:
        org = await directory.find_org(job.org.slug)
    except refusals.DirectoryUnavailable as exc:
        raise access.translated(exc) from exc
    if org is None:
        raise NotFound(code="org_not_found")
    return org


def _kept(org: OrgRecord, job: Job) -> bool:
    """Whether the credential that started the job is still there."""
    shelf = org.own if job.source == "tenant" else org.platform
    found = shelf.get(job.service)
    return found is not None and found.row.id == str(job.credential)


def _held(org: OrgRecord, job: Job) -> OrgRecord:
    """The org with a policy that allows the source of the job's credential alone."""
    own = job.source == "tenant"
    policy = replace(
        org.policy(job.service),
        allow_tenant_key=own,
        allow_platform_key=not own,
        default_source=job.source,
        fallback_to_platform_key=False,
    )
    return replace(org, policies={**org.policies, job.service: policy})


def _key(org: OrgRecord) -> KeyRecord:
    """A key that does not exist, good for every action."""
    return KeyRecord(
        id=f"~{org.id.hex[:7]}", org=org.slug, digest=b"", scopes=(), origins=(), expires_at=None
    )


def _saw(job: Job, seen: tracking.Seen) -> None:
    if _ended(job, seen):
        return
    if _over(job):
        tracking.expire(job.pk)
    else:
        polling.rest(job)


def _missed(job: Job, fault: ProxyError) -> None:
    """Try again later, or give up what the vendor says it does not have."""
    if _unknown(fault) and job.misses + 1 >= UNKNOWN and not job.ended:
        error = {"code": "not_found", "message": "The vendor does not know this work."}
        _ended(job, tracking.Seen(Job.Status.FAILED, error=error))
    elif _over(job) and not job.ended:
        tracking.expire(job.pk)
    else:
        _later(job, fault)


def _later(job: Job, fault: ProxyError) -> None:
    asked = min(LONGEST, retry_after(Headers(fault.headers).get("retry-after", "")))
    if asked and fault.origin == "upstream" and fault.status == 429:
        polling.hold(job, asked)
    refused = fault.status in _REFUSED or fault.code == "upstream_auth_failed"
    polling.miss(job, asked=asked, refused=refused)


def _unknown(fault: ProxyError) -> bool:
    """Whether the vendor says, in its own words, that there is no such work.

    A 404 without them comes from in front of its API, and says nothing of the work.
    """
    if fault.origin != "upstream" or fault.status != 404 or fault.upstream is None:
        return False
    return answers.code(fault.upstream.body) is not None


def _over(job: Job) -> bool:
    return timezone.now() >= job.expires_at


def _ended(job: Job, seen: tracking.Seen) -> bool:
    """Tell the job what was seen; whether there is nothing to follow any more."""
    try:
        return tracking.observe(job.pk, seen, "poll").ended
    except Job.DoesNotExist:  # its org was deleted meanwhile
        return True
