"""One service under load for a while: what each call took, in time, processor and memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.generator import put_load
from benchmarks.load import Target
from benchmarks.section import cell
from benchmarks.usage import cpu_seconds, memory

ALONE_SECONDS = 1.0  # of one connection
WARM_UP_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Round:
    """One turn's figures: microseconds of processor per call, milliseconds and MiB."""

    rate: float
    cpu: float
    p50: float
    p99: float
    alone: float  # p50 with one request under way
    rss: float
    pss: float | None
    errors: int


Rounds = Sequence[Round]


def one_round(pid: int, targets: Sequence[Target], *, connections: int, seconds: float) -> Round:
    """Put `targets` under load, then one at a time."""
    before = cpu_seconds(pid)
    load = put_load(targets, connections=connections, seconds=seconds)
    used = cpu_seconds(pid) - before
    held = memory(pid)
    alone = put_load(targets, connections=1, seconds=ALONE_SECONDS)
    return Round(
        rate=load.calls / load.seconds,
        cpu=used / max(1, load.calls) * 1e6,
        p50=load.p50,
        p99=load.p99,
        alone=alone.p50,
        rss=held.rss,
        pss=held.pss,
        errors=load.errors + alone.errors,
    )


def middle(rounds: Rounds, field: str) -> float:
    return median(getattr(one, field) or 0.0 for one in rounds)


def ratios(over: Rounds, under: Rounds, field: str = "cpu") -> list[float]:
    """How many times `under`'s figure the other one's is, round by round."""
    pairs = zip(over, under, strict=True)
    return [getattr(a, field) / getattr(b, field) for a, b in pairs if getattr(b, field)]


def kept(results: Mapping[str, Rounds]) -> dict[str, dict[str, float]]:
    """The medians, for the file of figures."""
    names = ("cpu", "rate", "p50", "p99", "alone", "rss", "pss")
    return {
        name: {field: round(middle(rounds, field), 3) for field in names}
        for name, rounds in results.items()
    }


def cells(rounds: Rounds, *fields: tuple[str, int]) -> list[str]:
    return [cell([getattr(one, name) for one in rounds], digits) for name, digits in fields]


def failed(rounds: Rounds) -> int:
    return sum(one.errors for one in rounds)
