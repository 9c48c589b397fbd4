"""Faults on the wire: a TCP proxy that does them, and a vendor that writes what it is told.

The faults are those of a bad network and of a bad peer: late, dripping, cut, reset, silent,
garbled, repeated. They can be switched while connections are open, and drawn at random by seed.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import threading
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tests.upstream import Received, Upstream, _read

QUIET = 0.03  # seconds without bytes that end an answer, for what knows no HTTP
BLOCK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to the bytes of one direction; by default nothing.

    Counts of bytes begin anew with each request.
    """

    latency: float = 0.0  # seconds before the first byte of each answer or request
    jitter: float = 0.0  # seconds by which `latency` varies, both ways
    slice: int = 0  # bytes written at a time; 0: as they come
    pause: float = 0.0  # seconds between two slices
    rate: int = 0  # bytes a second; 0: any
    hang: int | None = None  # bytes after which nothing passes any more
    cut: int | None = None  # bytes after which the connection is closed
    reset: int | None = None  # bytes after which it is reset
    garbage: int = 0  # random bytes sent instead of the first ones
    trailing: bytes = b""  # sent in one packet with the end of an answer
    copies: int = 1  # how often an answer is sent


Faults = tuple[Fault, Fault]  # of what goes up to the vendor, of what comes down from it
NONE = Fault()

# For runs of mixed load; most exchanges are sound, as they are in life.
MIX: Sequence[tuple[int, Faults]] = (
    (70, (NONE, NONE)),
    (6, (NONE, Fault(latency=0.05, jitter=0.05))),
    (4, (NONE, Fault(slice=7, pause=0.002))),
    (3, (Fault(slice=11, pause=0.001), NONE)),
    (3, (NONE, Fault(cut=120))),
    (2, (Fault(cut=60), NONE)),
    (2, (NONE, Fault(reset=0))),
    (2, (NONE, Fault(reset=90))),
    (1, (Fault(reset=40), NONE)),
    (2, (NONE, Fault(hang=50))),
    (1, (NONE, Fault(hang=0))),
    (2, (NONE, Fault(garbage=200))),
    (1, (NONE, Fault(trailing=b'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"old"'))),
    (1, (NONE, Fault(copies=2))),
)


class _Done(Exception):
    """The connection ends here; `rudely` is with a reset."""

    def __init__(self, *, rudely: bool) -> None:
        self.rudely = rudely


class FaultProxy:
    """Stands in front of `host:port`; `url` is where its clients go.

    `set` gives the faults of new and of open connections alike; after `mix` each request draws
    its own. `open` counts the connections that are alive.
    """

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.up = self.down = NONE
        self.accepted = 0
        self.open = 0
        self._target = host, port
        self._draw: Callable[[], Faults] | None = None
        self._random = random.Random(0)
        self._links: set[_Link] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.port = 0
        self._run(self._listen())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def set(self, up: Fault = NONE, down: Fault = NONE) -> None:
        """These faults from now on, on the connections that are open too."""
        self.up, self.down, self._draw = up, down, None

    def mix(self, seed: int, choices: Sequence[tuple[int, Faults]] = MIX) -> None:
        """Each request draws its faults, by weight; the same seed, the same draws."""
        self._random = random.Random(seed)
        weights, faults = zip(*choices, strict=True)
        self._draw = lambda: self._random.choices(faults, weights)[0]

    def refuse(self) -> None:
        """Nobody listens any more; what is open stays so."""
        self._run(self._close())

    def listen(self) -> None:
        """Listen again, on the same port."""
        self._run(self._listen())

    def reset(self) -> None:
        """Reset every open connection, on both its ends."""
        self._run(self._end_all())

    def close(self) -> None:
        self.refuse()
        self.reset()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        self._server.close()

    async def _end_all(self) -> None:
        links = list(self._links)
        for link in links:
            link.end(rudely=True)
        while any(link in self._links for link in links):
            await asyncio.sleep(0.005)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        try:
            upper = await asyncio.open_connection(*self._target)
        except OSError:
            _drop(writer, rudely=True)
            return
        link = _Link((reader, writer), upper, self)
        self._links.add(link)
        self.open += 1
        try:
            await link.carry()
        finally:
            self.open -= 1
            self._links.discard(link)

    def faults(self) -> Faults:
        return self.up, self.down

    def draw(self) -> Faults | None:
        return self._draw() if self._draw else None

    def varied(self, fault: Fault) -> float:
        return max(0.0, fault.latency + fault.jitter * self._random.uniform(-1, 1))

    def noise(self, size: int) -> bytes:
        return self._random.randbytes(size)


Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _Link:
    """One connection through the proxy: two pumps that end together."""

    def __init__(self, lower: Stream, upper: Stream, proxy: FaultProxy) -> None:
        self._ends = lower, upper
        self._proxy = proxy
        self._own: Faults | None = None
        self._speaker = -1
        self._passed = [0, 0]
        self._tasks: list[asyncio.Task[None]] = []
        self._rudely = False

    async def carry(self) -> None:
        (low_in, low_out), (high_in, high_out) = self._ends
        self._tasks = [
            asyncio.create_task(self._pump(0, low_in, high_out)),
            asyncio.create_task(self._pump(1, high_in, low_out)),
        ]
        try:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in self._tasks:
                task.cancel()
            ended = await asyncio.gather(*self._tasks, return_exceptions=True)
            rudely = self._rudely or any(isinstance(e, _Done) and e.rudely for e in ended)
            for writer in (low_out, high_out):
                _drop(writer, rudely=rudely)

    def end(self, *, rudely: bool) -> None:
        self._rudely = rudely
        for task in self._tasks:
            task.cancel()

    async def _pump(
        self, way: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(BLOCK):
                await self._pass(way, data, reader, writer)

    def _fault(self, way: int) -> Fault:
        return (self._own or self._proxy.faults())[way]

    async def _turn(self, way: int) -> None:
        """A new request or answer begins: bytes are counted anew, and faults drawn anew."""
        self._speaker = way
        if way == 0:
            self._own, self._passed = self._proxy.draw(), [0, 0]
        await asyncio.sleep(self._proxy.varied(self._fault(way)))

    async def _pass(
        self, way: int, data: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if self._speaker != way:
            await self._turn(way)
        fault, passed = self._fault(way), self._passed[way]
        if fault.trailing or fault.copies > 1:
            data = await _whole(data, reader) * fault.copies + fault.trailing
        if fault.garbage and passed < fault.garbage:
            data = self._proxy.noise(fault.garbage)
        limits = [n for n in (fault.hang, fault.cut, fault.reset) if n is not None]
        fits = data[: max(0, min(limits) - passed)] if limits else data
        self._passed[way] += len(fits)
        await _write(writer, fits, fault)
        if len(fits) < len(data) or (limits and passed + len(fits) >= min(limits)):
            await _stop(fault, min(limits))


async def _stop(fault: Fault, limit: int) -> None:
    if fault.hang == limit:
        await asyncio.Event().wait()
    raise _Done(rudely=fault.reset == limit)


async def _whole(data: bytes, reader: asyncio.StreamReader) -> bytes:
    """What was read and what follows at once."""
    with suppress(TimeoutError):
        while True:
            more = await asyncio.wait_for(reader.read(BLOCK), QUIET)
            if not more:
                return data
            data += more
    return data


async def _write(writer: asyncio.StreamWriter, data: bytes, fault: Fault) -> None:
    step = fault.slice or (max(1, fault.rate // 50) if fault.rate else len(data) or 1)
    for start in range(0, len(data), step):
        piece = data[start : start + step]
        writer.write(piece)
        await writer.drain()
        if wait := fault.pause or (len(piece) / fault.rate if fault.rate else 0.0):
            await asyncio.sleep(wait)


def _drop(writer: asyncio.StreamWriter, *, rudely: bool) -> None:
    if not rudely:
        writer.close()
        return
    given = writer.get_extra_info("socket")
    with suppress(OSError):
        given.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


Piece = bytes | float | None


class Wire(Upstream):
    """A vendor that writes raw pieces as it makes them, and holds none of them.

    A number among the pieces is a wait in seconds, None closes the connection; without it the
    next request is read. `written` counts bytes.
    """

    def __init__(self) -> None:
        self.written = 0
        self.pieces: Callable[[Received], Iterable[Piece]] = lambda _: ()
        super().__init__()

    def writes(self, *pieces: Piece) -> None:
        """Answer every request with these."""
        self.pieces = lambda _: pieces

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while True:
                received = await _read(reader)
                self.requests.append(received)
                for piece in self.pieces(received):
                    if piece is None:
                        writer.close()
                        return
                    await self._give(writer, piece)
        writer.close()

    async def _give(self, writer: asyncio.StreamWriter, piece: bytes | float) -> None:
        if isinstance(piece, bytes):
            writer.write(piece)
            self.written += len(piece)
            await writer.drain()
        else:
            await asyncio.sleep(piece)


def chunked(pieces: Iterable[bytes]) -> Iterable[bytes]:
    """Pieces as chunks of a body (RFC 9112 section 7.1), with its end."""
    for piece in pieces:
        if piece:
            yield b"%x\r\n%s\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"
