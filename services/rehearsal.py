"""Calls that say `test: true`: answered in process, refused, or the vendor's own test."""

from __future__ import annotations

from typing import Any

import msgspec

from services import schema
from services.errors import BadRequest
from services.exchange import Reply
from services.invocation import Invocation


def rehearsed(invocation: Invocation) -> Reply | None:
    """The answer about a rehearsal's id, or to a new-generation call that says `test: true`."""
    mode, slug = invocation.service.test_mode, invocation.action.slug
    if mode is None:
        return None
    data = mode.read(slug, invocation.call, invocation.caller.org.slug, invocation.media)
    if data is not None:
        return _rehearsal(data)
    new = slug in mode.creates and slug not in invocation.service.translations
    return rehearse(invocation) if new and invocation.call.says_test else None


def rehearse(invocation: Invocation) -> Reply:
    """The answer of a new rehearsal. Raises BadRequest where the org has them refused."""
    policy = invocation.caller.org.policy(invocation.service.slug)
    mode = invocation.service.test_mode
    if mode is None or policy.test_mode == "refuse":
        raise BadRequest(
            "body.test: the vendor has no test mode, and this org has test calls refused.",
            code="test_mode_refused",
        )
    slug, org = invocation.action.slug, invocation.caller.org.slug
    if slug not in mode.creates:
        raise BadRequest(
            f"body.test: action '{slug}' has no test mode and would be charged.",
            code="test_mode_unavailable",
        )
    return _rehearsal(mode.create(slug, invocation.call, org))


def _rehearsal(data: Any) -> Reply:
    return Reply(200, msgspec.json.encode({"data": data}), {"X-Test-Mode": "sandbox"})


def refuse_unpaid(invocation: Invocation) -> None:
    """`test: true` promises that nothing is charged: what cannot keep it is not sent.

    Raises BadRequest.
    """
    service, action, call = invocation.service, invocation.action, invocation.call
    if action.billable is False or not call.says_test:
        return
    body = call.body if isinstance(call.body, dict) else {}
    kept = schema.declares(service, action, "test") and body.get("test") is True
    if not kept:
        raise BadRequest(
            f"body.test: action '{action.slug}' has no test mode and would be charged.",
            code="test_mode_unavailable",
        )
