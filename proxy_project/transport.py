"""What is refused before there is a request: long headers, bodies too big or too slow."""

from __future__ import annotations

from typing import Any

from services import body
from services.errors import BadRequest, HeaderTooLarge, ProxyError, TooLarge, TooSlow

# Django parses this header with a parser whose time grows with the square of the length.
MAX_CONTENT_TYPE = 512
MAX_HEADER = 8190  # bytes of one value, as many servers have it


def check(scope: Any, limit: int | None) -> None:
    """Raise BadRequest, HeaderTooLarge or TooLarge for a request's headers.

    `limit`, in bytes, is for its announced length.
    """
    for name, value in scope["headers"]:
        if len(value) > MAX_HEADER:
            raise HeaderTooLarge
        if name == b"transfer-encoding" and value.lower() != b"chunked":
            raise BadRequest("The only Transfer-Encoding that is read is chunked.")
        if name == b"content-type" and len(value) > MAX_CONTENT_TYPE:
            raise BadRequest("The Content-Type header is too long.")
        if name == b"content-length" and limit is not None:
            body.check_length(value.decode("latin-1"), limit)


class Bounded:
    """An ASGI `receive` whose body has a limit in bytes and in seconds between two pieces.

    Past either it says that the caller went away, and `fault` says why.
    """

    def __init__(self, receive: Any, limit: int) -> None:
        self.fault: ProxyError | None = None
        self._receive = receive
        self._left = limit
        self._more = True
        self._pace = body.Pace()

    async def __call__(self) -> Any:
        if not self._more:
            return await self._receive()
        try:
            message = await body.message(self._receive)
        except TooSlow as exc:
            return self._end(exc)
        self._left -= len(message.get("body", b""))
        if self._pace.too_slow(len(message.get("body", b""))):
            return self._end(TooSlow())
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
