"""One small call over and over: what each service adds to the call itself."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

from benchmarks import candidates, service
from benchmarks.generator import name as generator
from benchmarks.generator import put_load
from benchmarks.load import Target
from benchmarks.measure import (
    ALONE_SECONDS,
    WARM_UP_SECONDS,
    Round,
    Rounds,
    cells,
    failed,
    kept,
    one_round,
    ratios,
)
from benchmarks.section import Plan, Section, Table, cell
from benchmarks.service import Service
from benchmarks.upstream import SECRET, STATUS_PATH

CPU_LIMIT = 250.0  # microseconds per call
ADDED_LIMIT = 0.6  # milliseconds at one connection
# How many times our CPU per call they must need at least.
RATIOS = ((candidates.GUNICORN.name, 15.0), (candidates.LITELLM.name, 20.0))
VIDEOS = 256  # ids asked for in turn: calls for the same one at once could share an answer
Results = dict[str, list[Round]]


def run(plan: Plan) -> Section:
    """Every candidate in turns. All run at once; one at a time is under load."""
    chosen = candidates.CANDIDATES if plan.others else candidates.CANDIDATES[:3]
    with candidates.started(chosen, plan.folder, plan.upstream, say=plan.say) as (running, missing):
        for name, one in running.items():
            service.check(name, one)
        results, direct = _measured(running, plan)
    section = _section(results, direct, plan)
    section.notes += [f"{name} was left out: {reason}" for name, reason in missing.items()]
    for candidate in (candidates.V1, candidates.V3):
        _hold(section, candidate.name, results, direct)
    return section


def _measured(running: Mapping[str, Service], plan: Plan) -> tuple[Results, list[float]]:
    targets = {name: _targets(one) for name, one in running.items()}
    straight = [Target("GET", f"{plan.upstream}{STATUS_PATH}v1", {"X-Api-Key": SECRET})]
    for name in running:
        plan.say(f"warming up: {name}")
        put_load(targets[name], connections=plan.connections, seconds=WARM_UP_SECONDS)
    results: Results = {name: [] for name in running}
    direct = []
    for number in range(plan.rounds):
        plan.say(f"round {number + 1} of {plan.rounds}")
        direct.append(put_load(straight, connections=1, seconds=ALONE_SECONDS).p50)
        for name, one in running.items():
            figures = one_round(
                one.pid, targets[name], connections=plan.connections, seconds=plan.seconds
            )
            results[name].append(figures)
    return results, direct


def _targets(one: Service) -> list[Target]:
    return [one.status(f"v{number}", 0) for number in range(VIDEOS)]


def _section(results: Results, direct: list[float], plan: Plan) -> Section:
    titles = ("service", "CPU per call, µs", "calls/s", "p50, ms", "p99, ms", "added, ms")
    more = ("RSS, MiB", "PSS, MiB", "CPU, times ours", "errors")
    rows = [_row(name, results, direct) for name in results]
    return Section(
        title="One video-status call",
        how=f"{plan.rounds} rounds of {plan.seconds} s per service, {plan.connections} "
        f'connections, load from {generator()}. "Added" is what the p50 at one connection has on '
        f'top of calling the upstream directly. "Times ours" is against {candidates.V1.name}, in '
        "the same round.",
        tables=[Table((*titles, *more), rows)],
        figures=kept(results) | {"direct": {"alone": median(direct)}},
    )


def _row(name: str, results: Results, direct: list[float]) -> list[str]:
    rounds = results[name]
    fields = (("cpu", 0), ("rate", 0), ("p50", 1), ("p99", 1))
    times = cell(ratios(rounds, results[candidates.V1.name]), 2)
    added = cell(_added(rounds, direct), 2)
    memory = cells(rounds, ("rss", 0), ("pss", 0))
    return [name, *cells(rounds, *fields), added, *memory, times, str(failed(rounds))]


def _added(rounds: Rounds, direct: list[float]) -> list[float]:
    return [one.alone - base for one, base in zip(rounds, direct, strict=True)]


def _hold(section: Section, name: str, results: Results, direct: list[float]) -> None:
    rounds = results[name]
    cpu, added = median(one.cpu for one in rounds), median(_added(rounds, direct))
    section.hold(
        0 < cpu <= CPU_LIMIT,
        f"{name}: CPU per call is {cpu:.0f} µs, the limit is {CPU_LIMIT:.0f} µs.",
    )
    section.hold(
        added <= ADDED_LIMIT,
        f"{name}: {added:.2f} ms are added at one connection, the limit is {ADDED_LIMIT} ms.",
    )
    section.hold(not failed(rounds), f"{name}: {failed(rounds)} calls failed.")
    for other, limit in RATIOS:
        if other in results:
            times = median(ratios(results[other], rounds) or [0.0])
            section.hold(
                times >= limit,
                f"{name}: {other} needs {times:.1f} times its CPU, at least {limit:.0f} is asked.",
            )
