"""What the parent of the workers does when they start, end or hang at awkward moments."""

from __future__ import annotations

import itertools
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from proxy_project import supervisor
from proxy_project.supervisor import Options, Supervisor


class Process:
    """Stands for a worker's process; `ended` and `serves` are what happens to it."""

    numbers = itertools.count(1001)

    def __init__(self, command: list[str], pass_fds: tuple[int, int]) -> None:
        self.pid = next(self.numbers)
        self.returncode: int | None = None
        self.place = pass_fds[0]
        self._channel = socket.socket(fileno=os.dup(pass_fds[1]))
        self._channel.setblocking(False)

    def poll(self) -> int | None:
        return self.returncode

    def kill(self) -> None:
        self.ended(-9)

    def ended(self, code: int = 1) -> None:
        self.returncode = code
        self._channel.close()

    def serves(self) -> None:
        self._channel.send(b"r")

    @property
    def told(self) -> bytes:
        with suppress(BlockingIOError):
            return self._channel.recv(64)
        return b""


class Crew:
    """A supervisor, the processes that it started, and the time that it is told."""

    def __init__(self, workers: int) -> None:
        self.started: list[Process] = []
        self.now = 0.0
        self.sockets = [socket.socket() for _ in range(workers)]
        options = Options("127.0.0.1", 1, workers, drain=5, patience=30, keep_alive=10)
        self.supervisor = Supervisor(options, self.sockets)
        self.supervisor.start(self.now)

    def popen(self, command: list[str], pass_fds: tuple[int, int]) -> Process:
        self.started.append(Process(command, pass_fds))
        return self.started[-1]

    def pass_time(self, seconds: float = 0.0, *signals: int) -> None:
        """Steps as the server makes them: on signals, then whenever something is due."""
        until = self.now + seconds
        self.supervisor.step(self.now, bytes(signals))
        self.supervisor.step(self.now, b"")
        while (due := self.supervisor.due()) is not None and due <= until:
            assert due > self.now, "the server would spin"
            self.now = due
            self.supervisor.step(self.now, b"")
            self.supervisor.step(self.now, b"")
        self.now = until

    @property
    def alive(self) -> list[Process]:
        return [process for process in self.started if process.returncode is None]

    def close(self) -> None:
        for process in self.alive:
            process.ended()
        for channel in (*self.sockets, *self.supervisor.channels):
            channel.close()


@pytest.fixture
def crew(monkeypatch: Any) -> Iterator[Crew]:
    """Two workers that serve since long ago."""
    made = Crew(workers=2)
    monkeypatch.setattr(supervisor.subprocess, "Popen", made.popen)
    made.pass_time()
    for process in made.started:
        process.serves()
    made.pass_time(100)
    yield made
    for process in made.alive:
        process.serves()
    made.pass_time(0, signal.SIGINT)
    for process in made.alive:
        process.ended(0)
    made.pass_time()
    made.close()


def test_worker_ending_while_replaced_leaves_one(crew: Crew) -> None:
    first, second = crew.started
    crew.pass_time(0, signal.SIGHUP)
    successor = crew.started[-1]
    first.ended(-9)
    crew.pass_time(2)
    assert crew.alive == [second, successor]
    successor.serves()
    crew.pass_time(2)
    assert crew.alive == [second, successor, crew.started[3]]  # and now the second's turn
    assert len({process.place for process in crew.alive}) == 2


def test_place_is_filled_when_both_end(crew: Crew) -> None:
    first, second = crew.started
    crew.pass_time(0, signal.SIGHUP)
    first.ended(-9)
    crew.pass_time()
    crew.started[-1].ended()
    crew.pass_time(2)
    assert {process.place for process in crew.alive} == {first.place, second.place}


def test_successor_that_fails_leaves_old_ones(crew: Crew) -> None:
    old = list(crew.started)
    crew.pass_time(0, signal.SIGHUP)
    crew.started[-1].ended()
    crew.pass_time(100)
    assert (crew.alive, crew.supervisor.exit_code) == (old, None)


def test_successor_that_hangs_is_given_up(crew: Crew) -> None:
    old = list(crew.started)
    crew.pass_time(0, signal.SIGHUP)
    crew.pass_time(supervisor.START)
    assert crew.alive == old
    crew.pass_time(0, signal.SIGHUP)  # which is heeded again
    assert len(crew.alive) == 3


def test_hangup_meanwhile_replaces_all_in_the_end(crew: Crew) -> None:
    old = list(crew.started)
    crew.pass_time(0, signal.SIGHUP)
    crew.pass_time(0, signal.SIGHUP)
    for _ in range(10):
        for process in crew.alive:
            process.serves()
            if b"l" in process.told:
                process.ended(0)
        crew.pass_time(1)
    assert (len(crew.alive), set(crew.alive) & set(old)) == (2, set())


@pytest.mark.parametrize("number", [signal.SIGHUP, 0])
def test_refused_process_ends_nobody(crew: Crew, monkeypatch: Any, number: int) -> None:
    def refuse(*given: Any, **more: Any) -> Any:
        raise OSError(12, "Cannot allocate memory")

    with monkeypatch.context() as patch:
        patch.setattr(supervisor.subprocess, "Popen", refuse)
        if number == 0:
            crew.started[0].ended(-9)
        crew.pass_time(2, *([number] if number else []))
        assert crew.supervisor.exit_code is None
        assert not signal.pthread_sigmask(signal.SIG_BLOCK, ()) & set(supervisor.HEEDED)
    crew.pass_time(2)
    assert len(crew.alive) == 2


def test_impatience_does_not_put_the_end_off(crew: Crew) -> None:
    crew.pass_time(0, signal.SIGINT)
    for _ in range(4):
        crew.pass_time(1, signal.SIGINT)
    assert crew.alive == []
    crew.pass_time()
    assert crew.supervisor.exit_code == 0


def test_start_that_hangs_ends_with_one(monkeypatch: Any) -> None:
    made = Crew(workers=2)
    monkeypatch.setattr(supervisor.subprocess, "Popen", made.popen)
    made.pass_time(supervisor.START + supervisor.HASTE)
    assert (made.alive, made.supervisor.exit_code) == ([], 1)
    made.close()
