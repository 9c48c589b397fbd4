"""Approvals over HTTP, for who asked: how one stands, waiting for a person, the approved call."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from dataclasses import replace

from django.http.response import HttpResponseBase

from credentials.auth import Caller
from credentials.crypto import SealedError
from jobs import approving as ledger
from jobs import database
from jobs.models import Approval
from services import access, approving, bulkhead, errand, preview, respond, spending
from services.errand import Errand
from services.errors import (
    ApprovalRequired,
    BadRequest,
    Conflict,
    Forbidden,
    NotFound,
    Unavailable,
)
from services.exchange import Reply
from services.following.door import READING, Visit, route
from services.following.hub import hub
from services.gate import gate

MAX_WAIT = 60  # seconds of one wait
TICK = 1.0  # between two looks


async def find(caller: Caller, approval: str) -> Approval:
    """The approval of this id that the caller's own key asked for. Raises NotFound."""
    try:
        name = uuid.UUID(approval)
    except ValueError:
        raise NotFound from None
    found = await database.run(ledger.found, caller.org.id, name)
    if found is None or found.key_id != spending.purse(caller):
        raise NotFound
    return found


async def decided(caller: Caller, approval: str, seconds: float) -> Approval:
    """The approval, once a person has decided or so many seconds are over."""
    found = await find(caller, approval)
    if not seconds or found.status != Approval.State.PENDING:
        return found
    leave, back = bulkhead.beside(caller.org.slug, "watch"), gate.aside()
    until = time.monotonic() + seconds
    try:
        while (left := until - time.monotonic()) > 0 and not hub.leaving():
            await asyncio.sleep(min(TICK, left))
            found = await find(await access.again(caller), approval)
            if found.status != Approval.State.PENDING:
                break
    finally:
        back()
        leave()
    return found


async def carry_out(asking: Errand, found: Approval) -> Reply:
    """The approved call, and nothing else; once, however often it is asked for. Raises ProxyError.

    It meets every guard again: what was approved may be forbidden by now.
    """
    if found.status == Approval.State.PENDING:
        raise ApprovalRequired(approval=approving.told(found))
    if found.status == Approval.State.REFUSED:
        raise Forbidden("A person refused this call.", code="approval_refused")
    try:
        text = ledger.envelope(found)
    except SealedError:
        raise Unavailable("The call cannot be read.", code="envelope_unreadable") from None
    if approving.PASSED in json.loads(text):
        raise Conflict(
            "This call came through the pass-through: the same request there carries it out.",
            code="approval_elsewhere",
        )
    _, action = errand.permitted(asking.caller, found.service, found.action)
    call = errand.parsed(action, text.encode())
    asking = replace(asking, approval=str(found.pk))
    return await errand.carry_out(asking, found.service, found.action, call)


async def _read(visit: Visit) -> HttpResponseBase:
    text = visit.query("wait").get("wait", "0")
    if not (text.isascii() and text.isdigit() and len(text) < 3 and int(text) <= MAX_WAIT):
        raise BadRequest(
            f"wait: must be a whole number from 0 to {MAX_WAIT}.", code="bad_query_param"
        )
    found = await decided(visit.caller, visit.named["approval"], int(text))
    return visit.answer({"data": approving.told(found)})


async def _call(visit: Visit) -> HttpResponseBase:
    visit.query()
    if preview.wanted(visit.request.META):
        raise BadRequest("X-Dry-Run: only calls of actions can be tried.", code="no_dry_run")
    found = await find(visit.caller, visit.named["approval"])
    reply = await carry_out(errand.asking(visit.request, visit.caller), found)
    reply.headers |= visit.left
    return respond.success(reply, then=_nothing)


def _nothing() -> None:
    """The org's place is given back by the errand."""


approval = route(GET=_read)
call = route(changing=READING, POST=_call)
