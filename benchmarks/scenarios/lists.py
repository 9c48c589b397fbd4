"""A megabyte of avatars: taken from the vendor and unwrapped, or from the cache."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from statistics import median

from benchmarks import candidates
from benchmarks.candidates import Candidate
from benchmarks.generator import put_load
from benchmarks.load import Target
from benchmarks.measure import Round, cells, failed, kept, middle, one_round, ratios
from benchmarks.processes import BenchmarkError
from benchmarks.section import Plan, Section, Table, cell
from benchmarks.service import Service, ask, invocation
from benchmarks.upstream import FAR_SECONDS, SECRET
from benchmarks.usage import cpu_seconds

CONNECTIONS = 8
WARM_UP_SECONDS = 1.0
OBVIOUS_RATIO = 2.0
CACHE_RATIO = 10.0
PAST_CACHE = {"Cache-Control": "no-cache"}
UNCACHED, CACHED = "ours, from upstream", "ours, from the cache"
FAR, FAR_CACHED = "ours, from a far upstream", "ours, from the cache before a far upstream"
OBVIOUS = candidates.OBVIOUS.name
Results = dict[str, list[Round]]


def run(plan: Plan) -> Section:
    """Ours on HeyGen's v2 list with and without the cache, and the obvious version."""
    ours = Candidate(UNCACHED, candidates.V1.start, needed=True)
    start = partial(candidates.started, say=plan.say)
    with start([ours, candidates.OBVIOUS], plan.folder, plan.upstream) as (running, _):
        calls = _calls(running)
        _check(calls)
        results = _measured(running, calls, plan)
        upstream = _upstream(plan)
    section = _section(results, plan, upstream)
    _hold(section, results)
    return section


def _calls(running: Mapping[str, Service]) -> dict[str, tuple[int, Target]]:
    """What is measured: the process that serves it, and the call."""
    ours, obvious = running[UNCACHED], running[OBVIOUS]
    near, key = "bench-0/heygen/list-avatars", ours.keys[0]
    far, far_key = "bench-far/heygen/list-avatars", ours.keys[-1]
    assert obvious.lists
    return {
        UNCACHED: (ours.pid, invocation(ours.port, key, near, **PAST_CACHE)),
        CACHED: (ours.pid, invocation(ours.port, key, near)),
        OBVIOUS: (obvious.pid, obvious.lists),
        FAR: (ours.pid, invocation(ours.port, far_key, far, **PAST_CACHE)),
        FAR_CACHED: (ours.pid, invocation(ours.port, far_key, far)),
    }


def _check(calls: Mapping[str, tuple[int, Target]]) -> None:
    answers = {name: ask(target) for name, (_, target) in calls.items()}
    for name, (status, answer) in answers.items():
        if status != 200 or answer != answers[OBVIOUS][1]:
            raise BenchmarkError(f"{name} does not give the expected answer: {status}")


def _measured(
    running: Mapping[str, Service], calls: Mapping[str, tuple[int, Target]], plan: Plan
) -> Results:
    results: Results = {name: [] for name in calls}
    for _, target in calls.values():
        put_load([target], connections=CONNECTIONS, seconds=WARM_UP_SECONDS)
    for number in range(plan.rounds):
        plan.say(f"lists, round {number + 1} of {plan.rounds}")
        for name, (pid, target) in calls.items():
            seconds = max(1, plan.seconds // 2)
            figures = one_round(pid, [target], connections=CONNECTIONS, seconds=seconds)
            results[name].append(figures)
    return results


def _upstream(plan: Plan) -> tuple[float, float]:
    """What the stand-in itself needs for the list: microseconds of processor, p50 alone in ms."""
    target = Target("GET", f"{plan.upstream}/v2/avatars", {"X-Api-Key": SECRET})
    before = cpu_seconds(plan.upstream_pid)
    load = put_load([target], connections=1, seconds=2)
    used = cpu_seconds(plan.upstream_pid) - before
    return used / max(1, load.calls) * 1e6, load.p50


def _section(results: Results, plan: Plan, upstream: tuple[float, float]) -> Section:
    titles = ("call", "CPU per call, µs", "calls/s", "p50, ms", "p99, ms", "alone, ms", "RSS, MiB")
    rows = [_row(name, rounds) for name, rounds in results.items()]
    cost, alone = upstream
    return Section(
        title="A 1.1 MB list of avatars",
        how=f"{plan.rounds} rounds of {max(1, plan.seconds // 2)} s, {CONNECTIONS} connections, "
        f'then one ("alone" is its p50). The stand-in needs {cost:.0f} µs of processor and '
        f"{alone:.2f} ms for the list, called directly; as the far upstream it waits "
        f"{FAR_SECONDS * 1000:.0f} ms first. Ours goes past its cache where the call says "
        "`Cache-Control: no-cache`.",
        tables=[Table((*titles, "errors"), rows), _comparison(results)],
        figures=kept(results),
    )


def _row(name: str, rounds: list[Round]) -> list[str]:
    fields = (("cpu", 0), ("rate", 0), ("p50", 2), ("p99", 1), ("alone", 2), ("rss", 0))
    return [name, *cells(rounds, *fields), str(failed(rounds))]


def _comparison(results: Results) -> Table:
    """How many times less each needs, round by round."""
    pairs = ((OBVIOUS, UNCACHED), (UNCACHED, CACHED), (FAR, FAR_CACHED))
    rows = [
        [f"{over} / {under}"]
        + [cell(ratios(results[over], results[under], field), 1) for field in ("cpu", "alone")]
        + [cell(ratios(results[under], results[over], "rate"), 1)]
        for over, under in pairs
    ]
    return Table(("ratio", "CPU per call", "alone", "calls/s"), rows)


def _hold(section: Section, results: Results) -> None:
    obvious = median(ratios(results[OBVIOUS], results[UNCACHED]))
    section.hold(
        obvious >= OBVIOUS_RATIO,
        f"list: the obvious version needs {obvious:.1f} times the CPU of {UNCACHED}, at least "
        f"{OBVIOUS_RATIO:.0f} is asked.",
    )
    spared = median(ratios(results[UNCACHED], results[CACHED]))
    section.hold(
        spared >= CACHE_RATIO,
        f"list: {UNCACHED} needs {spared:.1f} times the CPU of {CACHED}, at least "
        f"{CACHE_RATIO:.0f} is asked.",
    )
    sooner = middle(results[FAR], "alone") / middle(results[FAR_CACHED], "alone")
    section.hold(
        sooner >= CACHE_RATIO,
        f"list: {FAR} takes {sooner:.1f} times as long as from the cache, at least "
        f"{CACHE_RATIO:.0f} is asked.",
    )
    lost = sum(failed(rounds) for rounds in results.values())
    section.hold(not lost, f"list: {lost} calls failed.")
