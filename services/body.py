"""Reading a request's body as it arrives, within a limit, from Django's request or from ASGI."""

from __future__ import annotations

import asyncio
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import IO, Any

from django.http import HttpRequest, UnreadablePostError

from services.errors import BadRequest, StorageFull, TooLarge, TooSlow

CHUNK = 256 * 1024  # bytes handed on at a time
IDLE = 30.0  # seconds that a caller may take between two pieces of its body
SLOWEST = 1024  # bytes a second that a body must have come at, after the first IDLE seconds
IN_MEMORY = 1024 * 1024  # bytes of one file kept in memory before it goes to disk


async def read(request: HttpRequest, limit: int) -> bytes:
    """The whole body. Raises TooLarge when it is longer than `limit` bytes."""
    check_length(request.META.get("CONTENT_LENGTH", ""), limit)
    first, more = await _next(request)
    if not more and len(first) <= limit:
        return first  # as nearly always
    rest = [chunk async for chunk in chunks(request, limit, first, more)]
    return b"".join(rest)


def check_length(announced: str, limit: int) -> None:
    """Refuse by the value of `Content-Length`, before a byte of the body is read."""
    length = announced or "0"
    if not (length.isascii() and length.isdigit()):
        raise BadRequest("The Content-Length header is not a number.")
    if len(length) > 18 or int(length) > limit:
        raise TooLarge(f"The request body is larger than {limit} bytes.")


async def chunks(
    request: HttpRequest, limit: int, chunk: bytes = b"", more: bool = True
) -> AsyncIterator[bytes]:
    """The body's bytes as they come, after what was read already. Raises TooLarge past `limit`."""
    pace, seen = Pace(), len(chunk)
    while True:
        if pace.too_slow(len(chunk)):
            raise TooSlow
        if seen > limit:
            raise TooLarge(f"The request body is larger than {limit} bytes.")
        if chunk:
            yield chunk
        if not more:
            return
        chunk, more = await _next(request)
        seen += len(chunk)


class Pace:
    """Whether a body keeps coming: at SLOWEST bytes a second, once IDLE seconds are over."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._seen = 0

    def too_slow(self, size: int) -> bool:
        """Take note of so many bytes more."""
        self._seen += size
        return time.monotonic() - self._started > IDLE + self._seen / SLOWEST


async def _next(request: HttpRequest) -> tuple[bytes, bool]:
    """The next piece of the body, and whether there may be more."""
    receive = getattr(request, "receive", None)
    return await _received(receive) if receive else _stored(request)


async def message(receive: Any) -> Any:
    """The next ASGI message of a body. Raises TooSlow when it is long in coming."""
    task = asyncio.current_task()
    assert task is not None
    _waiting[task] = time.monotonic() + IDLE
    if (loop := task.get_loop()) not in _sweeping:
        _sweep(loop)
    try:
        return await receive()
    except asyncio.CancelledError:
        if _waiting.get(task) == _OVERDUE and not task.uncancel():
            raise TooSlow from None
        raise
    finally:
        del _waiting[task]


# Who waits for a caller, and until when. One sweep for all costs a call a tenth of what a timer of
# its own would, and nearly every message is there at once.
_waiting: dict[asyncio.Task[Any], float] = {}
_sweeping: set[asyncio.AbstractEventLoop] = set()
_OVERDUE = float("-inf")


def _sweep(loop: asyncio.AbstractEventLoop) -> None:
    """Wake those of this loop whose time is over, now and then while anyone waits."""
    now = time.monotonic()
    mine = [task for task in _waiting if task.get_loop() is loop]
    for task in mine:
        if _OVERDUE < _waiting[task] <= now:
            _waiting[task] = _OVERDUE
            task.cancel()
    if mine:
        _sweeping.add(loop)
        loop.call_later(IDLE / 20, _sweep, loop)
    else:
        _sweeping.discard(loop)


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
    """A file on its way through: in memory while small, on disk after that, gone when closed.

    `seen`, where one is given, is told of every byte: a checksum.
    """

    def __init__(self, seen: Callable[[bytes], object] | None = None) -> None:
        self._seen = seen
        self._lock = threading.Lock()
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        self.size = 0

    def write(self, data: bytes) -> None:
        """Add to the content. Raises StorageFull; what was written is given back."""
        try:
            self._file.write(data)
        except OSError as exc:
            with suppress(OSError):  # it tries to write once more
                self.close()
            raise StorageFull from exc
        self.size += len(data)
        if self._seen is not None:
            self._seen(data)

    async def chunks(self) -> AsyncIterator[bytes]:
        """The content from the start; a send that was given up may still be reading it."""
        place = 0
        while chunk := await self._read(place):
            place += len(chunk)
            yield chunk

    async def _read(self, place: int) -> bytes:
        if self.size <= IN_MEMORY:
            return self._piece(place)
        return await asyncio.to_thread(self._piece, place)

    def _piece(self, place: int) -> bytes:
        with self._lock:
            self._file.seek(place)
            return self._file.read(CHUNK)

    def whole(self) -> bytes:
        """The content at once; for what is known to be small."""
        self._file.seek(0)
        return self._file.read()

    def close(self) -> None:
        self._file.close()
