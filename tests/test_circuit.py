"""The breaker and the retry budget, with a clock that is set by hand."""

from __future__ import annotations

import pytest

from services.circuit import BUDGET_WINDOW, MIN_RETRIES, OPEN_SECONDS, Circuit, Circuits
from services.errors import CircuitOpen


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def circuit(clock: Clock) -> Circuit:
    return Circuit(clock)


def calls(circuit: Circuit, *ends: bool | None) -> list[bool]:
    """One call after the other, ending like this; whether each opened the circuit."""
    return [circuit.leave(circuit.enter(), end) for end in ends]


def opened(circuit: Circuit, clock: Clock) -> None:
    calls(circuit, *[True] * 20)
    clock.now += OPEN_SECONDS * 1.2


def test_storm_opens_at_twentieth_call(circuit: Circuit) -> None:
    assert calls(circuit, *[True] * 20) == [False] * 19 + [True]
    with pytest.raises(CircuitOpen) as refused:
        circuit.enter()
    assert 12 <= int(refused.value.headers["Retry-After"]) <= 18


@pytest.mark.parametrize(
    "ends",
    [
        [False] * 11 + [True] * 9,  # less than half
        [True] * 19,  # too few to tell
        [None] * 50,  # nothing about the host
        [False] * 100,
    ],
)
def test_ordinary_trouble_keeps_it_closed(circuit: Circuit, ends: list[bool | None]) -> None:
    assert calls(circuit, *ends) == [False] * len(ends)


def test_half_of_calls_failing_opens(circuit: Circuit) -> None:
    assert any(calls(circuit, *[False, True] * 10))


def test_old_failures_are_forgotten(circuit: Circuit, clock: Clock) -> None:
    calls(circuit, *[True] * 19)
    clock.now += 36
    assert calls(circuit, True) == [False]


def test_three_good_probes_close(circuit: Circuit, clock: Clock) -> None:
    opened(circuit, clock)
    assert calls(circuit, False, False, False) == [False] * 3
    assert calls(circuit, *[True] * 19) == [False] * 19, "what was before does not count"


def test_failed_probe_opens_anew(circuit: Circuit, clock: Clock) -> None:
    opened(circuit, clock)
    calls(circuit, False, False, True)
    with pytest.raises(CircuitOpen):
        circuit.enter()


def test_only_three_probes_at_a_time(circuit: Circuit, clock: Clock) -> None:
    opened(circuit, clock)
    epochs = [circuit.enter() for _ in range(3)]
    with pytest.raises(CircuitOpen):
        circuit.enter()
    circuit.leave(epochs[0], None)
    circuit.enter()


def test_late_end_is_no_probe(circuit: Circuit, clock: Clock) -> None:
    """A call that was under way when the circuit opened says nothing about it now."""
    epochs = [circuit.enter() for _ in range(30)]
    for epoch in epochs[:20]:
        circuit.leave(epoch, True)
    clock.now += OPEN_SECONDS * 1.2
    for epoch in epochs[20:23]:
        circuit.leave(epoch, False)
    probes = [circuit.enter() for _ in range(3)]
    with pytest.raises(CircuitOpen):
        circuit.enter()
    for epoch in probes:
        circuit.leave(epoch, False)
    circuit.enter()


def test_recovery_takes_thirty_seconds_at_most(circuit: Circuit, clock: Clock) -> None:
    calls(circuit, *[True] * 20)
    recovered = clock.now
    good = 0
    while good < 4:
        clock.now += 0.5
        try:
            calls(circuit, False)
            good += 1
        except CircuitOpen:
            good = 0
    assert clock.now - recovered <= 30


@pytest.mark.parametrize(("made", "allowed"), [(1, MIN_RETRIES), (30, 3), (100, 10), (1000, 100)])
def test_budget_is_a_tenth(circuit: Circuit, made: int, allowed: int) -> None:
    calls(circuit, *[None] * made)
    taken = 0
    while circuit.take_retry():
        taken += 1
        calls(circuit, None)  # a retry is itself a call, and earns nothing
    assert taken == allowed


def test_budget_comes_back(circuit: Circuit, clock: Clock) -> None:
    while circuit.take_retry():
        pass
    clock.now += BUDGET_WINDOW + 6
    assert circuit.take_retry()


def test_amplification_stays_under_a_tenth(circuit: Circuit, clock: Clock) -> None:
    """100 calls a second for a minute, every one failing, and no breaker to help."""
    sent = 0
    for _ in range(6000):
        clock.now += 0.01
        for _ in range(3):
            try:
                epoch = circuit.enter()
            except CircuitOpen:
                break
            sent += 1
            circuit.leave(epoch, None)  # the breaker is kept out of it
            if not circuit.take_retry():
                break
    assert 1000 < sent <= 6600


def test_circuits_are_apart_and_bounded(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    monkeypatch.setattr("services.circuit.KEPT", 3)
    circuits = Circuits(clock)
    calls(circuits.of("a", "x"), *[True] * 20)
    calls(circuits.of("a", "y"), False)
    circuits.of("b", "x").enter()
    with pytest.raises(CircuitOpen):
        circuits.of("a", "x").enter()
    clock.now += 2 * BUDGET_WINDOW
    circuits.of("c", "x")
    assert len(circuits._known) == 1


def test_calls_count_when_they_end(circuit: Circuit, clock: Clock) -> None:
    """A vendor that hangs is found out, however long ago the calls began."""
    entered = [circuit.enter() for _ in range(20)]
    clock.now += 40
    assert [circuit.leave(epoch, True) for epoch in entered] == [False] * 19 + [True]


def test_few_late_failures_do_not_outweigh_the_rest(circuit: Circuit, clock: Clock) -> None:
    """Failures are a share of what ended with them, not of what began since."""
    entered = [circuit.enter() for _ in range(19)]
    clock.now += 40
    assert calls(circuit, *[False] * 25) == [False] * 25
    assert [circuit.leave(epoch, True) for epoch in entered] == [False] * 19


def test_who_leaves_early_does_not_hide_failures(circuit: Circuit) -> None:
    assert any(calls(circuit, *[None, None, True] * 20))


def test_probe_that_tells_nothing_does_not_close(circuit: Circuit, clock: Clock) -> None:
    opened(circuit, clock)
    calls(circuit, False, False, None, None, True)
    with pytest.raises(CircuitOpen):
        circuit.enter()


def test_workers_do_not_probe_together(clock: Clock) -> None:
    afters = set()
    for _ in range(30):
        worker = Circuit(clock)
        calls(worker, *[True] * 20)
        with pytest.raises(CircuitOpen) as refused:
            worker.enter()
        afters.add(refused.value.headers["Retry-After"])
    assert len(afters) > 1


def test_full_memory_keeps_what_is_open(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    monkeypatch.setattr("services.circuit.KEPT", 1)
    circuits = Circuits(clock)
    calls(circuits.of("a"), *[True] * 20)
    circuits.of("b")
    with pytest.raises(CircuitOpen):
        circuits.of("a").enter()
