"""A thousand calls that each wait a second, and quick ones among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from benchmarks import candidates, ours, service
from benchmarks.candidates import Candidate
from benchmarks.generator import side_by_side
from benchmarks.load import Job, Load, Target
from benchmarks.section import Plan, Section, Table
from benchmarks.service import Service
from benchmarks.usage import Peak, cpu_seconds

SLOW = 1000  # calls under way at a time
ORGS = 10  # that make them, each with a key and a credential of its own
FAST = 10  # connections of one more org, each about ten calls a second
PAUSE = 0.1  # seconds
RAMP = 1.0  # seconds in which the thousand begin
SETTLE = 3.0  # seconds on top of a round's, for the calls to be under way
MEMORY_LIMIT = 286.0  # MiB: 300 MB
FAST_LIMIT = 50.0  # milliseconds


@dataclass(frozen=True, slots=True)
class Outcome:
    slow: Load
    fast: Load
    rss: float
    pss: float | None
    cpu: float  # microseconds per call


def run(plan: Plan) -> Section:
    """One service after the other, each alone on the machine with its load."""
    our = Candidate(candidates.V3.name, partial(ours.start, generation="v3", orgs=ORGS + 1))
    chosen = [our, candidates.OBVIOUS]
    chosen += [candidates.NGINX, candidates.LITELLM, candidates.NYA] if plan.others else []
    section = Section(
        title=f"{SLOW:,} calls in flight on a one-second upstream".replace(",", " "),
        how=f"{SLOW} connections of {ORGS} orgs, begun over {RAMP:.0f} s, each sending its next "
        f"call when the last is answered, for {plan.seconds + SETTLE:.0f} s; {FAST} connections of "
        f"one more org make a quick call every {PAUSE} s meanwhile. A call fails that is refused, "
        "or not answered 10 s after the load ended. Memory is the highest of the whole process "
        "tree during the load.",
    )
    outcomes = {}
    for number, candidate in enumerate(chosen):
        folder = plan.folder / str(number)
        with candidates.started([candidate], folder, plan.upstream, say=plan.say) as (up, missing):
            section.notes += [f"{name} was left out: {reason}" for name, reason in missing.items()]
            for name, one in up.items():
                service.check(name, one)
                outcomes[name] = _outcome(one, plan)
    section.tables.append(_table(outcomes))
    section.figures = {
        name: {"rss": one.rss, "pss": one.pss, "failed": one.slow.errors, "fast_p99": one.fast.p99}
        for name, one in outcomes.items()
    }
    _hold(section, our.name, outcomes[our.name])
    return section


def _outcome(one: Service, plan: Plan) -> Outcome:
    known = max(1, len(one.keys) - 1)  # the far org's key is the last
    quick = [one.status(f"v{number}", known - 1) for number in range(FAST)]
    slow = _slow(one, min(ORGS, known))
    side_by_side(Job(quick, FAST, 1.0))
    seconds = plan.seconds + SETTLE
    before = cpu_seconds(one.pid)
    with Peak(one.pid) as peak:
        waiting, fast = side_by_side(
            Job(slow, SLOW, seconds, ramp=RAMP),
            Job(quick, FAST, seconds, pause=PAUSE),
        )
    used = cpu_seconds(one.pid) - before
    return Outcome(
        waiting, fast, peak.rss, peak.pss, used / (waiting.calls + fast.calls or 1) * 1e6
    )


def _slow(one: Service, orgs: int) -> Sequence[Target]:
    """Each about a video of its own: calls for the same one at once could share an answer."""
    return [one.status(f"slow-{number}", number % orgs) for number in range(SLOW)]


def _table(outcomes: dict[str, Outcome]) -> Table:
    counts = ("answered", "failed", "p50, ms", "p99, ms")
    quick = [f"quick: {title}" for title in counts]
    rows = [
        [
            name,
            *_counts(one.slow),
            *_counts(one.fast),
            f"{one.rss:.0f}",
            "unknown" if one.pss is None else f"{one.pss:.0f}",
            f"{one.cpu:.0f}",
        ]
        for name, one in outcomes.items()
    ]
    return Table(("service", *counts, *quick, "RSS, MiB", "PSS, MiB", "CPU per call, µs"), rows)


def _counts(load: Load) -> tuple[str, ...]:
    return str(load.calls), str(load.errors), f"{load.p50:.0f}", f"{load.p99:.0f}"


def _hold(section: Section, name: str, one: Outcome) -> None:
    lost = one.slow.errors + one.fast.errors
    section.hold(not lost, f"{name}: {lost} of the calls in flight failed.")
    section.hold(
        one.rss < MEMORY_LIMIT,
        f"{name}: {one.rss:.0f} MiB are resident, the limit is {MEMORY_LIMIT:.0f} MiB.",
    )
    section.hold(
        0 < one.fast.p99 < FAST_LIMIT,
        f"{name}: p99 of the quick calls is {one.fast.p99:.0f} ms, the limit is "
        f"{FAST_LIMIT:.0f} ms.",
    )
