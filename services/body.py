"""Reading a request's body as it arrives, within a limit, from Django's request or from ASGI."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from typing import IO, Any

from django.http import HttpRequest, UnreadablePostError

from services.errors import BadRequest, TooLarge, TooSlow

CHUNK = 256 * 1024  # bytes handed on at a time
IDLE = 30.0  # seconds that a caller may take between two pieces of its body
IN_MEMORY = 1024 * 1024  # bytes of one file kept in memory before it goes to disk


async def read(request: HttpRequest, limit: int) -> bytes:
    """The whole body. Raises TooLarge when it is longer than `limit` bytes."""
    check_length(request.META.get("CONTENT_LENGTH", ""), limit)
    return b"".join([chunk async for chunk in chunks(request, limit)])


def check_length(announced: str, limit: int) -> None:
    """Refuse by the value of `Content-Length`, before a byte of the body is read."""
    length = announced or "0"
    if not (length.isascii() and length.isdigit()):
        raise BadRequest("The Content-Length header is not a number.")
    if len(length) > 18 or int(length) > limit:
        raise TooLarge(f"The request body is larger than {limit} bytes.")


async def chunks(request: HttpRequest, limit: int) -> AsyncIterator[bytes]:
    """The body's bytes as they come. Raises TooLarge past `limit` bytes."""
    receive = getattr(request, "receive", None)
    seen, more = 0, True
    while more:
        chunk, more = await _received(receive) if receive else _stored(request)
        seen += len(chunk)
        if seen > limit:
            raise TooLarge(f"The request body is larger than {limit} bytes.")
        if chunk:
            yield chunk


async def message(receive: Any) -> Any:
    """The next ASGI message of a body. Raises TooSlow when it is long in coming."""
    try:
        async with asyncio.timeout(IDLE):
            return await receive()
    except TimeoutError:
        raise TooSlow from None


async def _received(receive: Any) -> tuple[bytes, bool]:
    piece = await message(receive)
    if piece["type"] == "http.disconnect":
        raise BadRequest("The caller went away before the body was complete.")
    return piece.get("body", b""), piece.get("more_body", False)


def _stored(request: HttpRequest) -> tuple[bytes, bool]:
    try:
        chunk = request.read(CHUNK)
    except UnreadablePostError:
        raise BadRequest("The caller went away before the body was complete.") from None
    return chunk, bool(chunk)


class Spool:
    """A file on its way through: in memory while small, on disk after that, gone when closed."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        self.size = 0

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self.size += len(data)

    async def chunks(self) -> AsyncIterator[bytes]:
        """The content from the start."""
        self._file.seek(0)
        while chunk := await self._read():
            yield chunk

    async def _read(self) -> bytes:
        if self.size <= IN_MEMORY:
            return self._file.read(CHUNK)
        return await asyncio.to_thread(self._file.read, CHUNK)

    def whole(self) -> bytes:
        """The content at once; for what is known to be small."""
        self._file.seek(0)
        return self._file.read()

    def close(self) -> None:
        self._file.close()
