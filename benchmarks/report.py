"""Turns rounds into a Markdown report, and holds them to the project's targets."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from statistics import median

from benchmarks.candidates import BASELINE, CANDIDATES
from benchmarks.run import Plan, Results, Round

CPU_LIMIT = 250.0  # microseconds per call
RATIO_LIMIT = 10.0
PACKAGES = ("granian", "Django", "djangorestframework", "requests", "pyreqwest")
READING = """\
A figure is the median of the rounds, with the lowest and the highest in brackets. CPU per call and
the ratio are what to compare: calls per second and latency under load also depend on the load
generator and the upstream, which share the machine's cores with the service. "CPU ratio" is how
many times this row's CPU per call the obvious version used in the same round. "Added" is what the
p50 at one connection has on top of calling the upstream directly. PSS counts shared pages once.
`benchmarks/README.md` says how each figure is taken and what it cannot show.
"""


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    field: str
    digits: int = 0


COLUMNS = (
    Column("CPU per call, µs", "cpu"),
    Column("calls/s", "rate"),
    Column("p50, ms", "p50", 1),
    Column("p99, ms", "p99", 1),
    Column("added, ms", "added", 2),
    Column("RSS, MiB", "rss"),
    Column("PSS, MiB", "pss"),
)


def markdown(results: Results, plan: Plan, *, generator: str, busy: float) -> str:
    titles = ["service", *(column.title for column in COLUMNS), "CPU ratio", "errors"]
    rows = ["| " + " | ".join(titles) + " |", "|---" + "|--:" * (len(titles) - 1) + "|"]
    for name, rounds in results.items():
        cells = [_cell([getattr(one, c.field) for one in rounds], c.digits) for c in COLUMNS]
        ratio = _cell(ratios(results, name), 1)
        errors = str(sum(one.errors for one in rounds))
        rows.append("| " + " | ".join([name, *cells, ratio, errors]) + " |")
    how = (
        f"{plan.rounds} rounds of {plan.seconds} s per service, {plan.connections} connections, "
        f"load from {generator}."
    )
    title = "# One video-status call, measured"
    return "\n".join([title, "", how, "", *rows, "", READING, _machine(busy)])


def ratios(results: Results, name: str) -> list[float]:
    """How many times this candidate's CPU per call the baseline needed, round by round."""
    pairs = zip(results[BASELINE], results[name], strict=True)
    return [base.cpu / one.cpu for base, one in pairs if one.cpu]


def misses(results: Results) -> list[str]:
    """One sentence for each target that was missed."""
    found = [
        f"{name}: {errors} calls failed."
        for name, rounds in results.items()
        if (errors := sum(one.errors for one in rounds))
    ]
    for candidate in CANDIDATES:
        if candidate.ours:
            found += _target_misses(candidate.name, results[candidate.name], results)
    return found


def _target_misses(name: str, rounds: Sequence[Round], results: Results) -> list[str]:
    cpu = median(one.cpu for one in rounds)
    pairs = ratios(results, name)
    ratio = median(pairs) if pairs else 0.0
    found = []
    if not 0 < cpu <= CPU_LIMIT:
        found.append(f"{name}: CPU per call is {cpu:.0f} µs, the limit is {CPU_LIMIT:.0f} µs.")
    if ratio < RATIO_LIMIT:
        against = f"{BASELINE} needs {ratio:.1f} times its CPU"
        found.append(f"{name}: {against}, at least {RATIO_LIMIT:.0f} is asked.")
    return found


def _cell(values: Sequence[float | None], digits: int) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return "unknown"
    low, high = min(known), max(known)
    return f"{median(known):.{digits}f} ({low:.{digits}f}-{high:.{digits}f})"


def _machine(busy: float) -> str:
    packages = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    system = f"{platform.system()} {platform.release()}"
    lines = [
        f"- Machine: {_processor()}, {os.cpu_count()} cores, {system}",
        f"- Load average before the run: {busy:.1f} (0 is an idle machine)",
        f"- Python {platform.python_version()}; {packages}",
        f"- {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
    ]
    return "\n".join(lines) + "\n"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
