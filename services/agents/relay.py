"""An ASGI app of a library behind a view: what it sends becomes the view's response."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase

from services.errors import ProxyError
from services.response import Response

App = Callable[[Any, Any, Any], Awaitable[None]]
LONGEST = 3600.0  # seconds of one stream
_EVENTS = "text/event-stream"
_PASSED = ("allow",)  # of the app's headers, besides the type; the rest is this service's to say


class Relay:
    """One exchange: the request's body goes in, an answer or a stream of events comes out."""

    def __init__(self, app: App, scope: Mapping[str, Any], body: bytes) -> None:
        self._body: bytes | None = body
        self._sent: asyncio.Queue[Any] = asyncio.Queue()
        self._task = asyncio.create_task(self._run(app, scope))

    async def _run(self, app: App, scope: Mapping[str, Any]) -> None:
        try:
            await app(scope, self._receive, self._sent.put)
        finally:
            self._sent.put_nowait(None)

    async def _receive(self) -> dict[str, Any]:
        if self._body is None:
            await asyncio.Event().wait()  # whoever leaves ends the exchange: `end`
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}

    async def response(self, headers: Mapping[str, str]) -> HttpResponseBase:
        """The app's answer with these headers more; a stream runs on until it is closed."""
        try:
            start = await self._next()
            if start is None:
                raise ProxyError
            told = {name.decode().lower(): text.decode() for name, text in start["headers"]}
            kind = told.get("content-type", "")
            if kind.startswith(_EVENTS):
                return Events(self, headers)
            content = b"".join([chunk async for chunk in self.chunks()])
        except BaseException:
            await self.end()
            raise
        await self.end()
        given = {name.title(): told[name] for name in _PASSED if name in told}
        typed = {"Content-Type": kind} if kind else {}
        return Response(content, status=start["status"], headers={**headers, **given, **typed})

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body as it comes. Raises what the app raises."""
        while (message := await self._next()) is not None:
            if chunk := message.get("body", b""):
                yield chunk
            if not message.get("more_body", False):
                return

    async def _next(self) -> Any:
        message = await self._sent.get()
        if message is None:
            await self._task
        return message

    async def end(self) -> None:
        """Stop the app, wherever it is; it cannot prevent that."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


class Events(StreamingHttpResponse):
    """The app's stream on its way to the caller."""

    left = LONGEST

    def __init__(self, relay: Relay, headers: Mapping[str, str]) -> None:
        self._relay = relay
        told = {**headers, "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(self._flow(), content_type=_EVENTS, headers=told)

    async def _flow(self) -> AsyncIterator[bytes]:
        async for chunk in self._relay.chunks():
            yield chunk

    async def aclose(self) -> None:
        await self._relay.end()
