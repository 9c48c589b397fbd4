"""Which workers there are and what is due for them: started, replaced, stopped, killed.

A worker has a place with a listening socket of its own, which outlives it: while a worker is
replaced, connections wait there for the next one instead of being reset.
"""

from __future__ import annotations

import logging
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field

logger = logging.getLogger("ai_proxy.server")
HASTE = 3.0  # seconds that calls in flight have when everything must stop now
YOUNG = 5.0  # seconds; a worker that ends sooner is not replaced at once
START = 60.0  # seconds after which a worker that does not serve yet is given up
PAUSE = 1.0  # seconds until what failed to start is started again
HEEDED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class Options:
    """What to serve; times in seconds."""

    host: str
    port: int
    workers: int
    drain: float  # from SIGTERM until no new connection is taken
    patience: float  # for calls in flight after that
    keep_alive: float


@dataclass(eq=False, slots=True)
class Worker:
    """A process in a place. `ready_by`, `stop_at`, `kill_at` are due times, monotonic."""

    place: int
    process: subprocess.Popen[bytes]
    channel: socket.socket
    born: float
    ready_by: float | None
    ready: bool = False
    stop_at: float | None = None
    kill_at: float | None = None
    replaces: list[Worker] = field(default_factory=list)

    def order(self, byte: bytes) -> None:
        with suppress(OSError):  # it has ended; SIGCHLD says so
            self.channel.send(byte)


class Supervisor:
    """The workers and what is due for them. `step` is told the time and the signals."""

    def __init__(self, options: Options, sockets: list[socket.socket]) -> None:
        self._options = options
        self._sockets = sockets
        self._workers: list[Worker] = []
        self._spawn_at: dict[int, float] = {}
        self._to_replace: list[Worker] = []
        self._stopping = False
        self._close_at: float | None = None
        self.exit_code: int | None = None

    def start(self, now: float) -> None:
        self._spawn_at = dict.fromkeys(range(self._options.workers), now)

    @property
    def channels(self) -> list[socket.socket]:
        """What to wait on beside signals: workers that have not said yet that they serve."""
        return [worker.channel for worker in self._workers if not worker.ready]

    def due(self) -> float | None:
        """When `step` must be called without any signal."""
        times = [*self._spawn_at.values(), self._close_at]
        for worker in self._workers:
            times += [worker.ready_by, worker.stop_at, worker.kill_at]
        return min((time for time in times if time is not None), default=None)

    def step(self, now: float, signals: bytes) -> None:
        for number in signals:
            self._heed(number, now)
        self._reap(now)
        if self._close_at is not None and self._close_at <= now:
            self._close_at = None
            for listening in self._sockets:  # the workers close theirs: callers are refused
                listening.close()
        for worker in self._workers:
            self._listen(worker, now)
            self._urge(worker, now)
        self._replace(now)
        for place in [place for place, when in self._spawn_at.items() if when <= now]:
            del self._spawn_at[place]
            self._spawn(place, now)
        if not self._workers and not self._spawn_at:
            self.exit_code = self.exit_code or 0

    def _heed(self, number: int, now: float) -> None:
        if number == signal.SIGHUP and not self._stopping:
            logger.info("Replacing the workers")
            self._to_replace = [worker for worker in self._workers if worker.kill_at is None]
        elif number == signal.SIGTERM and not self._stopping:
            logger.info("Draining for %g s, then stopping", self._options.drain)
            self._stop(b"d", now + self._options.drain, self._options.patience)
        elif number in (signal.SIGINT, signal.SIGTERM):
            logger.info("Stopping now")
            self._stop(b"s", now, HASTE)

    def _stop(self, order: bytes, stop_at: float, patience: float) -> None:
        self._stopping = True
        self._close_at = stop_at
        self._spawn_at.clear()
        self._to_replace.clear()
        for worker in self._workers:
            worker.order(order)
            last = stop_at + patience
            worker.ready_by, worker.stop_at = None, stop_at
            worker.kill_at = last if worker.kill_at is None else min(worker.kill_at, last)

    def _reap(self, now: float) -> None:
        for worker in [worker for worker in self._workers if worker.process.poll() is not None]:
            self._workers.remove(worker)
            worker.channel.close()
            if worker.kill_at is None:
                self._lost(worker, now)

    def _lost(self, worker: Worker, now: float) -> None:
        """A worker ended by itself: another takes its place, if it or another one served."""
        logger.error("Worker %d ended with %d", worker.process.pid, worker.process.returncode)
        if any(worker in other.replaces for other in self._workers):
            return  # its successor is on the way
        if any(old in self._workers for old in worker.replaces):
            self._to_replace.clear()  # the old one goes on
        elif worker.ready or any(other.ready for other in self._workers):
            self._spawn_at[worker.place] = now + (PAUSE if now - worker.born < YOUNG else 0.0)
        else:
            self.exit_code = 1
            self._stop(b"s", now, HASTE)

    def _listen(self, worker: Worker, now: float) -> None:
        with suppress(OSError):
            if not worker.ready and worker.channel.recv(1):
                worker.ready, worker.ready_by = True, None
                for old in worker.replaces:
                    self._retire(old, now)
                worker.replaces.clear()
                logger.info("Worker %d serves", worker.process.pid)

    def _retire(self, worker: Worker, now: float) -> None:
        """Let a worker's connections move on to the one that has taken its place."""
        if worker.kill_at is None:
            worker.order(b"l")
            worker.stop_at = now + self._options.drain
            worker.kill_at = worker.stop_at + self._options.patience

    def _urge(self, worker: Worker, now: float) -> None:
        if worker.ready_by is not None and worker.ready_by <= now:
            logger.error("Worker %d does not serve after %g s", worker.process.pid, START)
            worker.process.kill()
            worker.ready_by = None
        if worker.stop_at is not None and worker.stop_at <= now:
            worker.order(b"s")
            worker.stop_at = None
        if worker.kill_at is not None and worker.kill_at <= now:
            logger.warning("Killing worker %d", worker.process.pid)
            worker.process.kill()
            worker.kill_at = now + HASTE

    def _replace(self, now: float) -> None:
        """Start the next replacement, once the last one serves."""
        if self._to_replace and not any(worker.replaces for worker in self._workers):
            old = self._to_replace.pop(0)
            if old in self._workers and old.kill_at is None:
                self._spawn(old.place, now, [old])

    def _spawn(self, place: int, now: float, replaces: list[Worker] | None = None) -> None:
        """Start a worker; a system without room for one may have it a moment later."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        try:
            process = self._process(self._sockets[place % len(self._sockets)], theirs)
        except OSError as exc:
            logger.error("Cannot start a worker: %s", exc.strerror)
            ours.close()
            if replaces:
                self._to_replace.clear()
            else:
                self._spawn_at[place] = now + PAUSE
            return
        finally:
            theirs.close()
        self._workers.append(
            Worker(place, process, ours, born=now, ready_by=now + START, replaces=replaces or [])
        )

    def _process(self, listening: socket.socket, channel: socket.socket) -> subprocess.Popen[bytes]:
        passed = (listening.fileno(), channel.fileno())
        command = [sys.executable, "-m", "proxy_project.worker"]
        command += ["--listen", str(passed[0]), "--channel", str(passed[1])]
        command += ["--keep-alive", str(self._options.keep_alive)]
        # Blocked signals stay so in the child: a terminal or systemd sends them to the whole group,
        # and the parent alone heeds them.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, HEEDED)
        try:
            return subprocess.Popen(command, pass_fds=passed)  # noqa: S603
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
