"""The sandbox's own paths, without a key: look inside, change settings, plan faults, start over."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, fields
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.config import changed
from sandbox.state import Account, Fault, Sandbox

_FAULT_FIELDS = frozenset(field.name for field in fields(Fault))


async def state(request: Request) -> Response:
    sandbox = _sandbox(request)
    config = asdict(sandbox.config)
    hidden = {"keys": len(sandbox.config.keys), "secret": "***"}
    return JSONResponse(
        {
            "config": config | hidden,
            "accounts": [_counts(account) for account in sandbox.accounts.values()],
            "requests": len(sandbox.requests),
            "faults": [asdict(fault) for fault in sandbox.faults],
            "ledger": sandbox.ledger,
            "deliveries": list(sandbox.deliveries),
        }
    )


def _counts(account: Account) -> dict[str, Any]:
    kinds = [made.kind for made in account.made.values()]
    return {
        "name": account.name,
        "credits": account.credits,
        "videos": kinds.count("/v3/videos"),
        "translations": kinds.count("/v3/video-translations"),
        "assets": len(account.assets),
        "folders": len(account.folders),
        "webhooks": len(account.webhooks),
        "events": len(account.events),
    }


async def requests(request: Request) -> Response:
    return JSONResponse(
        [
            {
                "at": at,
                "method": method,
                "target": target,
                "headers": headers,
                "body": body.decode("utf-8", "replace"),
            }
            for at, method, target, headers, body in _sandbox(request).requests
        ]
    )


async def config(request: Request) -> Response:
    sandbox = _sandbox(request)
    wanted = await request.json()
    sandbox.reconfigure(changed(sandbox.config, wanted))
    # Credits are an amount to have now, so naming the same amount again fills the account up.
    if "credits" in wanted:
        for account in sandbox.accounts.values():
            account.credits = sandbox.config.credits
    return await state(request)


async def faults(request: Request) -> Response:
    """Replace the planned faults by the list in the body."""
    wanted = await request.json()
    if not isinstance(wanted, list):
        raise ValueError("a list of faults is expected")
    for fault in wanted:
        if unknown := set(fault) - _FAULT_FIELDS:
            raise ValueError(f"unknown field of a fault: {sorted(unknown)[0]}")
    _sandbox(request).faults = [Fault(**fault) for fault in wanted]
    return JSONResponse({"faults": len(wanted)})


async def reset(request: Request) -> Response:
    """As freshly started, except that the ids given out before are unknown from now on."""
    sandbox = _sandbox(request)
    sandbox.config = request.app.state.initial
    sandbox.epoch += 1
    sandbox.clear()
    return JSONResponse({"reset": True})


def _guarded(
    endpoint: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    async def guarded(request: Request) -> Response:
        try:
            return await endpoint(request)
        except (ValueError, TypeError, AttributeError, json.JSONDecodeError) as exc:
            return JSONResponse({"message": str(exc)}, 400)

    return guarded


def _sandbox(request: Request) -> Sandbox:
    return cast(Sandbox, request.app.state.sandbox)


ROUTES = [
    Route("/_sandbox/state", state, methods=["GET"]),
    Route("/_sandbox/requests", requests, methods=["GET"]),
    Route("/_sandbox/config", _guarded(config), methods=["POST"]),
    Route("/_sandbox/faults", _guarded(faults), methods=["POST"]),
    Route("/_sandbox/reset", reset, methods=["POST"]),
]
