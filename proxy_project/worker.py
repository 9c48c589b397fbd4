"""One worker: granian inside this process, on a socket and under commands of the parent."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import select
import socket
import sys
import warnings
from contextlib import suppress

import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.net import SocketHolder  # type: ignore[attr-defined]
from granian.server.embed import Server

from proxy_project.life import life

BACKLOG = 4096
# Far above what the service lets in: it refuses the excess itself, and health checks still answer.
CONNECTIONS = 10_000
LONGEST = 65.0  # seconds for paid calls whose caller has left; the parent may end them sooner
SETTLE = 0.5  # seconds for a connection just taken to show its request


class Listener(Server):
    """Granian's embedded server on a socket that the parent opened."""

    def __init__(self, target: object, listening: socket.socket, keep_alive: float) -> None:
        super().__init__(
            target,
            interface=Interfaces.ASGINL,
            http=HTTPModes.http1,  # HTTP/2 would know none of the limits on headers and silence
            websockets=False,
            backlog=BACKLOG,
            backpressure=CONNECTIONS,
            http1_settings=HTTP1Settings(header_read_timeout=round(keep_alive * 1000)),
            log_level=LogLevels.error,
        )
        self.listening = listening

    def _init_shared_socket(self) -> None:
        # Granian's types leave out the arguments that its own unpickling gives.
        holder = SocketHolder(self.listening.fileno(), False, BACKLOG)  # type: ignore[call-arg]
        self._shd, self._ssp = holder, None  # type: ignore[assignment]

    async def listening_begun(self) -> None:
        """Wait until granian's runtime watches the socket.

        It would neither listen nor ever end if the socket were taken from it before.
        """
        while sys.platform == "linux" and not self._watched():
            await asyncio.sleep(0.005)

    def _watched(self) -> bool:
        descriptors = _descriptors()
        own = _same(descriptors, self.listening)
        return any(_watches(watcher) & own for watcher in filter(_is_epoll, descriptors))

    def deafen(self) -> None:
        """Take no new connection, while those that are open go on.

        Granian can only end both at once, and then drops connections whose request is on its way.
        So the socket is taken out of what its runtime watches, and its descriptors are pointed
        elsewhere, which closes it (Linux; other systems keep taking until the end).
        """
        if sys.platform != "linux":
            return
        descriptors = _descriptors()
        found = _same(descriptors, self.listening)
        for watcher in filter(_is_epoll, descriptors):
            _unwatch(watcher, found)
        with socket.socket(self.listening.family) as nowhere:
            for descriptor in found:
                os.dup2(nowhere.fileno(), descriptor, inheritable=False)


def _descriptors() -> list[int]:
    return [int(name) for name in os.listdir("/proc/self/fd")]


def _same(descriptors: list[int], listening: socket.socket) -> set[int]:
    """Those that stand for this very socket; the runtime has a duplicate of its own."""
    own = _identity(listening.fileno())
    return {descriptor for descriptor in descriptors if _identity(descriptor) == own}


def _watches(watcher: int) -> set[int]:
    """The descriptors that an epoll instance watches (proc(5), fdinfo)."""
    try:
        with open(f"/proc/self/fdinfo/{watcher}") as lines:
            return {int(line.split()[1]) for line in lines if line.startswith("tfd:")}
    except OSError:  # closed by now
        return set()


def _unwatch(watcher: int, descriptors: set[int]) -> None:
    with select.epoll.fromfd(os.dup(watcher)) as epoll:
        for descriptor in descriptors:
            with suppress(FileNotFoundError):  # this one does not watch it
                epoll.unregister(descriptor)


def _identity(descriptor: int) -> tuple[int, int] | None:
    try:
        status = os.fstat(descriptor)
    except OSError:  # the listing's own descriptor, closed by now
        return None
    return status.st_dev, status.st_ino


def _is_epoll(descriptor: int) -> bool:
    try:
        return os.readlink(f"/proc/self/fd/{descriptor}") == "anon_inode:[eventpoll]"
    except OSError:
        return False


class Orders:
    """The parent's commands, one byte each; its end is a command too."""

    def __init__(self, server: Listener, channel: socket.socket) -> None:
        self._server = server
        self._channel = channel
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(channel, self._read)
        self._stopping = False

    def _read(self) -> None:
        try:
            orders = self._channel.recv(64)
        except OSError:  # the parent ended before it had read what this worker said
            orders = b""
        for order in orders.decode() or "s":
            {"d": life.drain, "l": self._leave, "s": self._stop}[order]()

    def _leave(self) -> None:
        life.leave()
        self._server.deafen()

    def _stop(self) -> None:
        if self._stopping:
            return
        self._stopping = True
        self._loop.remove_reader(self._channel)
        self._leave()
        self._loop.call_later(SETTLE, self._server.stop)


async def _warm() -> None:
    """Make what the first calls would wait for; they may be many at once."""
    from credentials.directory import directory
    from credentials.errors import DirectoryUnavailable
    from services import upstream

    upstream.warm()
    with suppress(DirectoryUnavailable):
        await directory.find_key(b"")


async def _serve(options: argparse.Namespace) -> None:
    from jobs import database
    from proxy_project.asgi import application
    from services import recording
    from services.flusher import flusher

    listening = socket.socket(fileno=options.listen)
    channel = socket.socket(fileno=options.channel)
    listening.setblocking(False)
    channel.setblocking(False)
    listening.listen(BACKLOG)
    await _warm()
    database.start()
    flusher.start()
    server = Listener(application, listening, options.keep_alive)
    announcing = asyncio.create_task(_announce(server, channel))
    # What `serve` does, without its line that being embedded is experimental.
    await server._serve(server._spawn_asgi_worker, lambda: application)  # type: ignore[no-untyped-call]
    await announcing
    await recording.finish(LONGEST)
    await asyncio.to_thread(flusher.end)


async def _announce(server: Listener, channel: socket.socket) -> None:
    """Tell the parent that this worker serves, and heed it from then on."""
    await server.listening_begun()
    Orders(server, channel)
    with suppress(OSError):  # the parent has ended: the channel says so too
        channel.send(b"r")


def main() -> None:
    # WhiteNoise reads a static file in pieces, not asynchronously; Django does it in a thread then.
    warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous")
    parser = argparse.ArgumentParser("worker")
    parser.add_argument("--listen", type=int, required=True)
    parser.add_argument("--channel", type=int, required=True)
    parser.add_argument("--keep-alive", type=float, required=True)
    uvloop.run(_serve(parser.parse_args()))
    logging.shutdown()
    with suppress(OSError):
        sys.stderr.flush()
    os._exit(0)  # a thread that waits for a dead database would hold the exit


if __name__ == "__main__":
    main()
