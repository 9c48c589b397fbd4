"""What a scenario found: tables to read, figures to keep, targets that were missed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.service import Say


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how hard; `folder` is for the run's files, `upstream` the stand-in's URL."""

    folder: Path
    upstream: str
    upstream_pid: int
    say: Say
    rounds: int = 3
    seconds: int = 5
    connections: int = 32
    others: bool = True  # whether candidates from elsewhere are compared


@dataclass(frozen=True, slots=True)
class Table:
    titles: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(slots=True)
class Section:
    """One scenario's part of the report."""

    title: str
    how: str
    tables: list[Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)

    def hold(self, met: bool, miss: str) -> None:
        """Note a target that was missed, in a sentence with the figure and the limit."""
        if not met:
            self.misses.append(miss)


def cell(values: Iterable[float | None], digits: int = 0) -> str:
    """The median, with the lowest and highest in brackets where there are several."""
    known = [value for value in values if value is not None]
    if not known:
        return "unknown"
    middle = f"{median(known):.{digits}f}"
    low, high = f"{min(known):.{digits}f}", f"{max(known):.{digits}f}"
    return middle if low == high else f"{middle} ({low}-{high})"
