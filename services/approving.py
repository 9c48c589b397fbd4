"""Whether a call waits for a person, and the call as the person approved it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec
from django.conf import settings

from credentials import vault
from credentials.actor import Actor, acting
from credentials.auth import Caller
from credentials.directory import smallest
from jobs import approving, database
from jobs.approving import Over, TooMany, Wanted
from jobs.models import Approval
from services import spending, terms
from services.errors import (
    ApprovalRequired,
    Conflict,
    Forbidden,
    NotFound,
    RateLimited,
    Unavailable,
)
from services.invocation import Invocation, paid
from services.recording import keys, steady
from services.recording.recorder import Target
from services.service import Service

State = Approval.State
PASSED = "passthrough"  # in place of an envelope's members: the request line of what passes through


def threshold(caller: Caller, service: Service) -> int | None:
    """Paid pieces of one call beyond which a person decides: the policy's or the key's."""
    return smallest((caller.org.policy(service.slug).approve_above, caller.key.approve_above))


async def approved(invocation: Invocation, target: Target) -> Invocation:
    """The call, if nobody need approve it or somebody has; then with the approval's own key.

    A read is never held up, nor what says `test: true`, which costs nothing. Raises
    ApprovalRequired, and Forbidden when a person refused this very call.
    """
    service, action, call = invocation.service, invocation.action, invocation.call
    limit = threshold(invocation.caller, service)
    if limit is None and not invocation.approval:
        return invocation
    free = action.safe or not paid(invocation) or call.says_test or invocation.staff
    if not invocation.approval and (free or spending.units(action, call) <= (limit or 0)):
        return invocation
    if call.uploads:
        raise ApprovalRequired("A call with files cannot wait for a person's approval.")
    await terms.check_left(invocation)
    try:
        row = await _row(invocation, target)
        if row.status == State.APPROVED:
            await database.run(approving.begin, row.pk)
    except TooMany:
        raise RateLimited(
            f"{approving.MOST_PENDING} calls of the org wait for a person already.",
            code="too_many_waiting",
            headers={"Retry-After": "60"},
        ) from None
    except Over:
        raise spent() from None
    except steady.AWAY as exc:
        raise Unavailable(code="ledger_unavailable") from exc
    return _begun(invocation, row)


async def _row(invocation: Invocation, target: Target) -> Approval:
    """The approval of this very call. Raises NotFound for the id of another call."""
    mark = await keys.fingerprint(*target, invocation.call)
    if not invocation.approval:
        return await database.run(_asked, _wanted(invocation, mark))
    found = await database.run(
        approving.found, invocation.caller.org.id, uuid.UUID(invocation.approval)
    )
    same = (invocation.service.slug, invocation.action.slug, mark)
    if found is None or (found.service, found.action, found.fingerprint) != same:
        raise NotFound
    return found


def _asked(wanted: Wanted) -> Approval:
    """In the API key's name."""
    with acting(Actor("key", wanted.key_id)):
        return approving.asked(wanted)


def _wanted(invocation: Invocation, mark: str) -> Wanted:
    if not vault.ring():
        raise Unavailable("The service is sealed.", code="sealed")
    service, action, call = invocation.service, invocation.action, invocation.call
    own = call.headers.get(keys.NAME)
    return Wanted(
        org_id=invocation.caller.org.id,
        service=service.slug,
        action=action.slug,
        key_id=spending.purse(invocation.caller),
        key=keys.digest(*invocation.named, own) if own else None,
        fingerprint=mark,
        envelope=_envelope(invocation),
        units=spending.units(action, call),
        request_id=invocation.request_id,
    )


def _envelope(invocation: Invocation) -> str:
    """The call as an envelope, its body byte for byte; of a vendor's own client, what it sends."""
    call, sent = invocation.call, invocation.untouched
    if sent is not None:
        asks = "?" if sent.query else ""
        line = f"{sent.method} {sent.path}{asks}{sent.query}"
        body = {"body": msgspec.Raw(call.raw)} if call.raw else {}
        return msgspec.json.encode({PASSED: line, **body}).decode()
    headers = {name: text for name, text in call.headers.items() if name != keys.NAME}
    told: dict[str, Any] = {"path_params": call.path_params, "query": call.query}
    told["headers"] = headers
    if call.raw:
        told["body"] = msgspec.Raw(call.raw)
    return msgspec.json.encode(told).decode()


def _begun(invocation: Invocation, row: Approval) -> Invocation:
    status = row.status
    if status == State.APPROVED:
        key = own_key(str(row.pk))
        headers = {**invocation.call.headers, keys.NAME: key}
        call = replace(invocation.call, headers=headers, once="")
        return replace(invocation, call=call, approval=str(row.pk))
    if status == State.REFUSED:
        raise Forbidden("A person refused this call.", code="approval_refused")
    if status == "expired":
        raise spent()
    raise ApprovalRequired(approval=told(row))


async def undone(invocation: Invocation) -> None:
    """After a failure: an approved call of which nothing was sent may be begun again."""
    digest = keys.digest(*invocation.named, own_key(invocation.approval))
    try:
        await database.run(approving.give_back, uuid.UUID(invocation.approval), digest)
    except (*steady.AWAY, Approval.DoesNotExist):
        return  # it stays begun: who asks by its id goes on with it


def own_key(approval: str) -> str:
    """The key under which the ledger carries an approved call out once."""
    return f"approval{keys.OURS}{approval}"


def spent() -> Conflict:
    return Conflict(
        "The approval is over: it was not used in time, or its call was carried out long ago.",
        code="approval_over",
    )


def told(row: Approval) -> Mapping[str, object]:
    """An approval as who asked for it is told."""
    base = settings.PUBLIC_URL.rstrip("/")
    place = f"/api/ai-proxy/orgs/{row.org.slug}/approvals/{row.pk}/"
    links = {"self": place, "call": f"{place}call/", "console": f"{base}/admin/approvals/{row.pk}/"}
    return {**approving.told(row), "links": links}
