"""The way of one API call: record, misbehave if asked, check who and how often, answer."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox import (
    assets,
    batches,
    checks,
    endpoints,
    folders,
    generic,
    legacy,
    legacy_lists,
    references,
    routes,
    streaming,
    uploads,
    v3,
    v3_lists,
)
from sandbox.answers import Generation, Refusal, Reply, answer, generation, refuse
from sandbox.desk import Desk
from sandbox.routes import Route
from sandbox.state import Account, Visit

HANDLERS: Mapping[str, Callable[[Visit], Reply]] = {
    **legacy.HANDLERS,
    **legacy_lists.HANDLERS,
    **v3.HANDLERS,
    **v3_lists.HANDLERS,
    **assets.HANDLERS,
    **uploads.HANDLERS,
    **batches.HANDLERS,
    **endpoints.HANDLERS,
    **folders.HANDLERS,
    **streaming.HANDLERS,
}
_IDEMPOTENCY_KEY = re.compile(r"[A-Za-z0-9_:.-]{1,255}")
_RETIRED = "This API version has been retired. See https://developers.heygen.com"


class Front(Desk):
    """Every path but the sandbox's own and the other vendors', as an ASGI application."""

    async def answer(self, request: Request, raw: bytes) -> Response:
        path = self.path(request)
        kind, config = generation(path), self.sandbox.config
        if not (config.v3 if kind == "v3" else config.legacy):
            return JSONResponse({"message": _RETIRED}, config.retired_status)
        try:
            account = self._account(request, path)
            self._pace(account)
            route = routes.find(request.method, path)
            return await self._once(account, route, kind, request, raw)
        except Refusal as refusal:
            return refuse(refusal, kind)

    def _account(self, request: Request, path: str) -> Account:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        key = request.headers.get("x-api-key") or (token if scheme.lower() == "bearer" else "")
        if path.startswith("/v1/streaming."):
            for account in self.sandbox.accounts.values():
                if token in account.tokens:
                    return account
        if key not in self.sandbox.accounts:
            raise Refusal("unauthorized", "Unauthorized")
        return self.sandbox.accounts[key]

    def _pace(self, account: Account) -> None:
        limit, now = self.sandbox.config.rate_limit, time.monotonic()
        if limit is None:
            return
        while account.calls and account.calls[0] <= now - 1:
            account.calls.popleft()
        if len(account.calls) >= limit:
            message, headers = "Rate limit exceeded.", {"Retry-After": "1"}
            raise Refusal("rate_limit_exceeded", message, headers=headers)
        account.calls.append(now)

    async def _once(
        self, account: Account, route: Route, kind: Generation, request: Request, raw: bytes
    ) -> Response:
        """The first answer again when an idempotency key was seen before."""
        key = _idempotency_key(route, request)
        if key is None:
            return await self._handle(account, route, kind, request, raw)
        if key in account.replies:
            earlier = account.replies[key]
            if earlier is None:
                raise Refusal("request_in_progress", "The first request is still running.")
            return earlier
        account.replies[key] = None
        try:
            account.replies[key] = await self._handle(account, route, kind, request, raw)
        finally:
            # A failed request frees its key, so that the corrected one can use it.
            if account.replies[key] is None:
                del account.replies[key]
        return account.replies[key] or Response()

    async def _handle(
        self, account: Account, route: Route, kind: Generation, request: Request, raw: bytes
    ) -> Response:
        await asyncio.sleep(self.sandbox.config.latency)
        query = dict(request.query_params)
        checks.query(route.action, query)
        visit = Visit(
            sandbox=self.sandbox,
            account=account,
            action=route.action,
            generation=kind,
            params=route.params,
            query=query,
            body=_body(route, raw),
            raw=raw,
            content_type=request.headers.get("content-type", ""),
            base_url=f"{request.url.scheme}://{request.headers.get('host', '127.0.0.1')}",
        )
        references.known(visit)
        handler = HANDLERS.get(route.action.slug, generic.handle)
        return answer(handler(visit), kind)


def _body(route: Route, raw: bytes) -> Any:
    if route.action.request != "json":
        return {}
    value = checks.body(route.action, raw)
    if not isinstance(value, dict):
        raise Refusal("invalid_parameter", "The request body must be a JSON object.", param="body")
    return value


def _idempotency_key(route: Route, request: Request) -> tuple[str, str] | None:
    given = request.headers.get("idempotency-key")
    if given is None or route.action.idempotency != "header":
        return None
    if not _IDEMPOTENCY_KEY.fullmatch(given):
        message = "Idempotency-Key: 1 to 255 of A-Z a-z 0-9 _ : . - are accepted."
        raise Refusal("invalid_parameter", message, param="Idempotency-Key")
    return f"{route.action.slug} {sorted(route.params.items())}", given
