"""The MCP endpoint of an org: who comes in, and one message of JSON-RPC for the official SDK."""

from __future__ import annotations

import asyncio
import importlib
import sys
from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from services import body, envelope, strict, threads
from services.agents.relay import Relay
from services.agents.wishes import wished
from services.errors import BadRequest
from services.following.door import READING, Visit, route

_SERVER = "services.agents.server"
_AROUND = 2  # levels of a message around the arguments of a tool
_OURS = "HTTP_MCP_"  # the protocol's own headers


async def _post(visit: Visit) -> HttpResponseBase:
    """One message; what the protocol says of it is the SDK's, who may send it is not."""
    wished(visit)  # what the URL asks for is refused here, before there is a protocol
    envelope.require_json(visit.request)
    raw = await body.read(visit.request, settings.MAX_JSON_BYTES)
    arguments = None
    if len(raw) > threads.LONG:
        raw, arguments = await asyncio.to_thread(_lightened, raw)
    server = await _loaded()
    app = server.streaming if _wants_progress(raw, visit.request) else server.plain
    scope = {
        "type": "http",
        "method": "POST",
        "path": visit.request.path,
        "headers": _headers(visit.request),
        "visit": visit,
        "arguments": arguments,
    }
    return await Relay(app, scope, raw).response(visit.left)


def _lightened(raw: bytes) -> tuple[bytes, Any]:
    """A long call of a tool without its arguments, and these; else the message and None.

    The SDK reads what it gets on the event loop. Raises BadRequest.
    """
    said = strict.loads(raw, what="The message", depth=settings.MAX_JSON_DEPTH + _AROUND)
    params = said.get("params") if isinstance(said, dict) else None
    if not isinstance(params, dict) or said.get("method") != "tools/call":
        return raw, None
    arguments = params.get("arguments")
    if not isinstance(arguments, dict):
        return raw, None
    return msgspec.json.encode({**said, "params": {**params, "arguments": {}}}), arguments


async def _loaded() -> Any:
    """The module of the SDK's server: none in a worker that no agent asks, for it is large.

    The first one's import takes a second or two, in which others' calls go on.
    """
    loaded = sys.modules.get(_SERVER)
    if loaded is None or not hasattr(loaded, "plain"):
        loaded = await asyncio.to_thread(importlib.import_module, _SERVER)
    return loaded


def _headers(request: HttpRequest) -> list[tuple[bytes, bytes]]:
    """What the protocol reads of the request's headers; never the key."""
    passed = [
        (name.removeprefix("HTTP_").replace("_", "-").lower().encode(), text.encode("latin-1"))
        for name, text in request.META.items()
        if name == "HTTP_ACCEPT" or name.startswith(_OURS)
    ]
    return [*passed, (b"content-type", b"application/json")]


def _wants_progress(raw: bytes, request: HttpRequest) -> bool:
    """Whether the answer is a stream: the caller named a token for progress, and reads streams."""
    if b"progressToken" not in raw or "text/event-stream" not in request.META.get(
        "HTTP_ACCEPT", ""
    ):
        return False
    try:
        said = strict.loads(raw, what="The message", depth=settings.MAX_JSON_DEPTH)
    except BadRequest:
        return False  # the SDK says what is wrong with it
    return _token(said) is not None


def _token(said: Any) -> Any:
    for name in ("params", "_meta", "progressToken"):
        said = said.get(name) if isinstance(said, dict) else None
    return said


endpoint = route(changing=READING, POST=_post)
