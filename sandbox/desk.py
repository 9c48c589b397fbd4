"""The way of a call at any stand-in: noted, spoiled if that was asked for, and answered."""

from __future__ import annotations

import asyncio
import io
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import multipart
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sandbox import checks, faults
from sandbox.answers import Refusal
from sandbox.routes import Route, Table
from sandbox.state import Sandbox
from services.action import Action

MAX_RECORDED = 64 * 1024  # bytes of one body
A = TypeVar("A")


class Desk:
    """One vendor's paths, as an ASGI application; they all begin with `prefix`."""

    prefix = ""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            raw = await request.body()
        except ClientDisconnect:
            return
        self._record(request, raw)
        fault = faults.take(self.sandbox, request.method, _target(request))
        if fault is None:
            await (await self.answer(request, raw))(scope, receive, send)
            return
        await asyncio.sleep(fault.delay)
        response = None
        if fault.after or not (fault.drop or fault.status):
            response = await self.answer(request, raw)
        if fault.drop:
            await faults.drop(scope, send)
        else:
            await faults.spoil(fault, response)(scope, receive, send)

    def _record(self, request: Request, raw: bytes) -> None:
        headers = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in request.headers.raw]
        entry = (time.time(), request.method, _target(request), headers, raw[:MAX_RECORDED])
        self.sandbox.requests.append(entry)

    def path(self, request: Request) -> str:
        """Of the vendor's own API, as it was spelled."""
        return _path(request).removeprefix(self.prefix)

    async def answer(self, request: Request, raw: bytes) -> Response:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class File:
    name: str
    kind: str
    content: bytes


@dataclass(slots=True)
class Order(Generic[A]):
    """One call of an action by the account of `account`'s key, held to what the action takes."""

    sandbox: Sandbox
    account: A
    action: Action
    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Any  # JSON, or a form's fields as text
    base_url: str  # of the vendor's API
    files: Mapping[str, list[File]] = field(default_factory=dict)

    def asked(self, name: str) -> Any:
        """A query parameter, or what it is when nobody gives it."""
        default = next((p.default for p in self.action.query if p.name == name), None)
        return self.query.get(name, default)


def order(
    desk: Desk,
    account: A,
    request: Request,
    raw: bytes,
    *,
    table: Table,
    schemas: Mapping[str, Mapping[str, Any]],
) -> Order[A]:
    """What is asked for. Raises Refusal for what the vendor would not accept."""
    route = table.find(request.method, desk.path(request))
    query = dict(request.query_params)
    checks.query(route.action, query)
    body, files = _body(route, raw, request, schemas.get(route.action.slug, {}).get("body", {}))
    base = f"{request.url.scheme}://{request.headers.get('host', '127.0.0.1')}{desk.prefix}"
    return Order(desk.sandbox, account, route.action, route.params, query, body, base, files)


def _body(
    route: Route, raw: bytes, request: Request, schema: Mapping[str, Any]
) -> tuple[Any, dict[str, list[File]]]:
    if route.action.request == "json":
        return checks.parsed(raw, {"type": "object", **schema}), {}
    if route.action.request != "multipart":
        return {}, {}
    fields, files = form(request.headers.get("content-type", ""), raw)
    checks.conform({"required": schema.get("required", ())}, fields | files)
    return fields, files


def form(kind: str, raw: bytes) -> tuple[dict[str, str], dict[str, list[File]]]:
    """The fields and files of a multipart body. Raises Refusal when it is none."""
    media, options = multipart.parse_options_header(kind)
    if media != "multipart/form-data" or "boundary" not in options:
        raise Refusal("missing_parameter", "A multipart body is expected.", param="body")
    fields, files = dict[str, str](), defaultdict[str, list[File]](list)
    try:
        for part in multipart.MultipartParser(
            io.BytesIO(raw), options["boundary"], spool_limit=len(raw) + 1, memory_limit=1 << 30
        ):
            if part.filename is None:
                fields[part.name] = part.value
            else:
                files[part.name].append(File(part.filename, part.content_type, part.raw))
    except multipart.MultipartError as exc:
        raise Refusal("missing_parameter", "The multipart body is broken.", param="body") from exc
    return fields, dict(files)


def _path(request: Request) -> str:
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    return raw.partition(b"?")[0].decode("latin-1")


def _target(request: Request) -> str:
    query: bytes = request.scope["query_string"]
    return _path(request) + (f"?{query.decode('latin-1')}" if query else "")
