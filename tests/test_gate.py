"""A worker whose event loop stays late turns polls away, not calls that cost money."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from services.gate import BEHIND, LATE, ORDINARY, PAID, READ, TICK, Gate

KINDS = (READ, ORDINARY, PAID)
SHED = [False, False, True]


class Loop:
    """An event loop whose timers run when they are told to, as late as they are told to."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waiting: list[tuple[float, Callable[..., None], tuple[Any, ...]]] = []

    def time(self) -> float:
        return self.now

    def call_at(self, due: float, work: Callable[..., None], *given: Any) -> None:
        self.waiting.append((due, work, given))

    def looks(self, *late: float) -> None:
        """One look after the other, each so many seconds late."""
        for seconds in late:
            [(due, work, given)] = self.waiting
            self.waiting.clear()
            self.now = due + seconds
            work(*given)


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> Loop:
    made = Loop()
    running = SimpleNamespace(get_running_loop=lambda: made)
    monkeypatch.setattr("services.gate.asyncio", running)
    return made


@pytest.fixture
def gate(loop: Loop) -> Gate:
    """A gate that watches its loop, as it does from the first request on."""
    made = Gate()
    assert made.enter(PAID)
    made.leave()
    return made


def admitted(gate: Gate) -> list[bool]:
    """Whether a poll, another call and a paid one are let in, each by itself."""
    found = []
    for room in KINDS:
        found.append(gate.enter(room))
        if found[-1]:
            gate.leave()
    return found


def test_late_worker_sheds_polls_and_keeps_paid_calls(gate: Gate, loop: Loop) -> None:
    loop.looks(*[LATE] * (BEHIND - 1))
    assert admitted(gate) == [True] * 3, "not yet"
    loop.looks(LATE)
    assert admitted(gate) == SHED


def test_worker_that_caught_up_takes_everything(gate: Gate, loop: Loop) -> None:
    loop.looks(*[0.5] * 50)
    assert admitted(gate) == SHED
    loop.looks(0.0)
    assert admitted(gate) == [True] * 3
    loop.looks(*[0.5] * (BEHIND - 1))
    assert admitted(gate) == [True] * 3, "what was late before does not count"


@pytest.mark.parametrize(
    "late",
    [
        [30.0],  # one collection, or a machine that slept
        [0.0, 5.0, 0.0, 5.0] * 10,
        [*[0.5] * (BEHIND - 1), 0.0] * 5,
        [LATE * 0.9] * 100,  # busy, and keeping up
    ],
)
def test_passing_pauses_shed_nobody(gate: Gate, loop: Loop, late: list[float]) -> None:
    for seconds in late:
        loop.looks(seconds)
        assert admitted(gate) == [True] * 3


def test_pause_is_one_look(gate: Gate, loop: Loop) -> None:
    """The looks that a pause swallowed are not made up for."""
    before = loop.now
    loop.looks(30.0)
    [(due, _, _)] = loop.waiting
    assert due == pytest.approx(before + TICK + 30 + TICK)


def test_one_watch_is_enough(gate: Gate, loop: Loop) -> None:
    for _ in range(100):
        admitted(gate)
    assert len(loop.waiting) == 1


def test_kinds_fill_their_room(gate: Gate, settings: Any) -> None:
    settings.MAX_IN_FLIGHT = 10
    let_in = {}
    for room in KINDS:
        while gate.enter(room):
            pass
        let_in[room] = gate.inside
    assert let_in == {READ: 7, ORDINARY: 8, PAID: 10}
    gate.leave()
    assert admitted(gate) == SHED
