"""Puts the scenarios' parts together as Markdown and as JSON, with the machine's description."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks import others, venvs
from benchmarks.generator import name as generator
from benchmarks.processes import BenchmarkError
from benchmarks.section import Section, Table

PACKAGES = ("granian", "uvloop", "Django", "djangorestframework", "requests", "pyreqwest")
READING = """\
A figure is the median of the rounds, with the lowest and the highest in brackets. CPU per call and
the ratios are what to compare: calls per second and latency under load also depend on the load
generator and the upstream, which share the machine's cores with the service. PSS counts shared
pages once. [README.md](README.md) says how each figure is taken and what it cannot show.
"""
PICTURE = "![CPU per call and memory of each service](results.svg)"


def markdown(sections: Sequence[Section], *, machine: Mapping[str, str], picture: bool) -> str:
    parts = ["# The comparison, measured", READING]
    parts += [f"{PICTURE}\n"] if picture else []
    parts += [_section(section) for section in sections]
    missed = [f"- {miss}" for section in sections for miss in section.misses]
    parts.append("\n".join(["## Targets missed", "", *(missed or ["None."]), ""]))
    lines = [f"- {name}: {value}" for name, value in machine.items()]
    parts.append("\n".join(["## The machine", "", *lines, ""]))
    return "\n".join(parts)


def figures(sections: Mapping[str, Section], machine: Mapping[str, str]) -> dict[str, Any]:
    """What the plot is drawn from."""
    return {"machine": dict(machine)} | {name: part.figures for name, part in sections.items()}


def _section(section: Section) -> str:
    tables = [_table(table) for table in section.tables]
    notes = ["\n".join([*(f"- {note}" for note in section.notes), ""])] if section.notes else []
    return "\n".join([f"## {section.title}\n", f"{section.how}\n", *tables, *notes])


def _table(table: Table) -> str:
    lines = [table.titles, ["---", *["--:"] * (len(table.titles) - 1)], *table.rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def machine(busy: float) -> dict[str, str]:
    packages = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    return {
        "Machine": f"{_processor()}, {os.cpu_count()} cores, {_memory()}",
        "System": f"{platform.system()} {platform.release()}",
        "Load average before the run": f"{busy:.1f} (0 is an idle machine)",
        "Python": f"{platform.python_version()}; {packages}",
        "Others": ", ".join((_nginx(), others.LITELLM, others.NYA, others.GUNICORN)),
        "Load from": generator(),
        "Date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory() -> str:
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return f"{pages * size / 1024**3:.0f} GiB"


def _nginx() -> str:
    try:
        return "nginx " + venvs.version([venvs.program("nginx"), "-v"]).rpartition("/")[2]
    except BenchmarkError:
        return "no nginx"


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
