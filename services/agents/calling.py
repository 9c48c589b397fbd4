"""One call of a tool: its arguments to an envelope, the errand, the answer to a result."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from mcp_types import CallToolResult

from services import errand, refusals, respond
from services.action import Action, Call
from services.agents import answering, wishes
from services.agents.wishes import Chosen
from services.describing import tools
from services.errors import ApprovalRequired, ProxyError
from services.following.door import Visit
from services.recording import keys
from services.service import Service


async def called(
    visit: Visit,
    chosen: Chosen,
    what: tuple[Service, Action],
    arguments: Mapping[str, Any],
    *,
    long: bool,
) -> CallToolResult:
    """The result of a vendor's tool; `long` arguments are worked on in a thread.

    Raises ProxyError.
    """
    service, action = what
    errand.permitted(visit.caller, service.slug, action.slug)  # before a word about arguments
    own, wish, key = wishes.split(arguments, chosen.chars)
    if long:
        call = await asyncio.to_thread(_call, service, action, own, key, msgspec.json.encode)
    else:
        call = _call(service, action, own, key, _plain)
    asking = errand.asking(visit.request, visit.caller)
    reply = await errand.carry_out(asking, service.slug, action.slug, call)
    return await answering.told(visit, reply, wish)


def _plain(envelope: Any) -> bytes:
    """With NaN, which the SDK lets in, so that it is refused; no other thread runs meanwhile."""
    return json.dumps(envelope).encode()


def _call(
    service: Service,
    action: Action,
    own: dict[str, Any],
    key: str,
    encode: Callable[[Any], bytes],
) -> Call:
    call = errand.parsed(action, encode(tools.envelope_of(service, action, own)))
    return keys.named({"HTTP_IDEMPOTENCY_KEY": key}, call) if key else call


def failed(visit: Visit, fault: ProxyError) -> CallToolResult:
    """A failure as a model reads it: the one error shape; who was refused is noted.

    A call that waits for a person is no failure.
    """
    if isinstance(fault, ApprovalRequired) and fault.approval is not None:
        return waiting(fault.approval)
    refusals.note(visit.request.META, fault, org=visit.caller.org.slug, known=True)
    told = json.loads(errand.refusal(fault, respond.request_id(visit.request)))
    if after := fault.headers.get("Retry-After"):
        told["retry_after"] = after
    return answering.result(told, is_error=True)


def waiting(approval: Mapping[str, Any]) -> CallToolResult:
    """The result of a call that was not carried out yet."""
    name = approval["id"]
    following = (
        f"Nothing was sent yet: a person has to approve this call. Call wait_for_approval with "
        f"approval_id {name}; once it is approved, that carries the call out and tells its answer."
    )
    return answering.result({"approval": dict(approval), "next": following})
