"""The parent of the workers: binds their sockets and turns signals into steps.

It imports neither Django nor the server, so it stays small. SIGTERM: drain, then stop. SIGINT, or
a second SIGTERM: stop now. SIGHUP: replace every worker.
"""

from __future__ import annotations

import argparse
import logging
import os
import resource
import select
import signal
import socket
import sys
import time
from contextlib import suppress

from proxy_project.supervisor import HEEDED, Options, Supervisor

logger = logging.getLogger("ai_proxy.server")


def sockets(host: str, port: int, count: int) -> list[socket.socket]:
    """Bound sockets between which the kernel spreads connections. Raises OSError.

    Only Linux spreads them; elsewhere the workers share one.
    """
    family, kind, _, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    with socket.socket(family, kind) as probe:  # shared ports hide that another has it
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
    return [_bound(family, address) for _ in range(count if sys.platform == "linux" else 1)]


def _bound(family: int, address: tuple[object, ...]) -> socket.socket:
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listening.bind(address)
    return listening


def run(options: Options) -> int:
    """Serve until a signal ends it; the exit code."""
    _raise_limit()
    try:
        listening = sockets(options.host, options.port, options.workers)
    except OSError as exc:
        logger.error("Cannot listen on %s:%d: %s", options.host, options.port, exc.strerror)
        return 1
    waker = _signals()
    supervisor = Supervisor(options, listening)
    supervisor.start(time.monotonic())
    logger.info("Listening on http://%s:%d, process %d", options.host, options.port, os.getpid())
    while supervisor.exit_code is None or supervisor.channels or supervisor.due() is not None:
        due = supervisor.due()
        timeout = None if due is None else max(0.0, due - time.monotonic())
        select.select([waker, *supervisor.channels], [], [], timeout)
        supervisor.step(time.monotonic(), _received(waker))
    return supervisor.exit_code


def _raise_limit() -> None:
    """Every connection is a descriptor: take as many as the system grants."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _signals() -> socket.socket:
    """A socket on which the numbers of the signals arrive."""
    reading, writing = socket.socketpair()
    reading.setblocking(False)
    writing.setblocking(False)
    signal.set_wakeup_fd(writing.detach())
    for number in (*HEEDED, signal.SIGCHLD):
        signal.signal(number, lambda number, frame: None)
    return reading


def _received(waker: socket.socket) -> bytes:
    try:
        return waker.recv(64)
    except BlockingIOError:
        return b""


def main() -> int:
    parser = argparse.ArgumentParser("server")
    parser.add_argument("--host", required=True)
    for name in ("--port", "--workers"):
        parser.add_argument(name, type=int, required=True)
    for name in ("--drain", "--patience", "--keep-alive"):
        parser.add_argument(name, type=float, required=True)
    parser.add_argument("--log-level", required=True)
    given = vars(parser.parse_args())
    style = "{asctime} {levelname} {name}: {message}"
    logging.basicConfig(level=given.pop("log_level"), style="{", format=style)
    return run(Options(**given))


if __name__ == "__main__":
    sys.exit(main())
