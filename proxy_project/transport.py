"""What is refused before there is a request: long headers, bodies too big or too slow."""

from __future__ import annotations

import asyncio
from typing import Any

from services.body import IDLE
from services.errors import BadRequest, ProxyError, TooLarge, TooSlow

# Django parses this header with a parser whose time grows with the square of the length.
MAX_CONTENT_TYPE = 512


def fault(scope: Any, limit: int | None) -> ProxyError | None:
    """What is wrong with a request's headers; `limit` in bytes is for its announced length."""
    for name, value in scope["headers"]:
        if name == b"content-type" and len(value) > MAX_CONTENT_TYPE:
            return BadRequest("The Content-Type header is too long.")
        if name == b"content-length" and limit is not None:
            if not value.isdigit():
                return BadRequest("The Content-Length header is not a number.")
            if len(value) > 18 or int(value) > limit:
                return TooLarge(f"The request body is larger than {limit} bytes.")
    return None


class Bounded:
    """An ASGI `receive` whose body has a limit in bytes and in seconds between two pieces.

    Past either it says that the caller went away, and `fault` says why.
    """

    def __init__(self, receive: Any, limit: int) -> None:
        self.fault: ProxyError | None = None
        self._receive = receive
        self._left = limit
        self._more = True

    async def __call__(self) -> Any:
        if not self._more:
            return await self._receive()
        try:
            async with asyncio.timeout(IDLE):
                message = await self._receive()
        except TimeoutError:
            return self._end(TooSlow())
        self._left -= len(message.get("body", b""))
        self._more = message.get("more_body", False)
        return self._end(TooLarge()) if self._left < 0 else message

    def _end(self, fault: ProxyError) -> dict[str, str]:
        self.fault, self._more = fault, False
        return {"type": "http.disconnect"}


class Started:
    """An ASGI `send` that remembers whether an answer has begun."""

    def __init__(self, send: Any) -> None:
        self.yes = False
        self._send = send

    async def __call__(self, message: Any) -> None:
        self.yes = True
        await self._send(message)
