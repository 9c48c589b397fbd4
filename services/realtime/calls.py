"""One step of a task, carried out as every call is."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import msgspec

from services import catalogue, errand
from services.errand import Errand
from services.errors import UpstreamRefused
from services.realtime.vendors import HEYGEN, Step
from services.recording import keys

Json = dict[str, Any]
_GONE = frozenset((400, 404, 409, 410))  # what a vendor says of a session that is over


async def ask(given: Errand, step: Step, key: str = "") -> Json:
    """The vendor's data. Raises ProxyError. `key` is the caller's Idempotency-Key, if any."""
    if step.service == HEYGEN:
        given = _held(given)
    service = catalogue.known(step.service)
    assert service is not None
    call = errand.parsed(service.by_slug[step.action], json.dumps(step.envelope).encode())
    if key:
        call = replace(call, headers={**call.headers, keys.NAME: key})
    reply = await errand.carry_out(given, step.service, step.action, call)
    data = msgspec.json.decode(reply.content).get("data")
    return data if isinstance(data, dict) else {}


def _held(given: Errand) -> Errand:
    """Asked of the old API: a session stays where it was opened, whatever became of the policy."""
    org = given.caller.org
    policy = replace(org.policy(HEYGEN), upstream_generation="legacy")
    org = replace(org, policies={**org.policies, HEYGEN: policy})
    return replace(given, caller=replace(given.caller, org=org))


async def ask_of_living(given: Errand, step: Step) -> bool:
    """Carry out a step about a session; False when the vendor says that it is over."""
    try:
        await ask(given, step)
    except UpstreamRefused as fault:
        if fault.status not in _GONE:
            raise
        return False
    return True
