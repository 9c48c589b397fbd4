"""Draws results.svg from results.json; runs in an environment of its own, with matplotlib."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
from matplotlib import pyplot

OURS, THEIRS = "#0b7a75", "#a9b4c2"
INK = "#22303c"
STYLE = {
    "svg.hashsalt": "results",  # the same figures give the same file
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.titleweight": "bold",
}


def main(source: str, picture: str) -> None:
    figures = json.loads(Path(source).read_text())
    status = {name: one for name, one in figures["status"].items() if "cpu" in one}
    inflight = figures.get("inflight", {})
    mpl.rcParams.update(STYLE)
    height = 1.3 + 0.42 * len(status)
    page, (left, right) = pyplot.subplots(1, 2, figsize=(11, height), layout="constrained")
    order = sorted(status, key=lambda name: -status[name]["cpu"])
    _bars(left, {name: status[name]["cpu"] for name in order}, "CPU per call, µs", logarithmic=True)
    left.set_title("One video-status call", loc="left")
    held = {name: one["rss"] for name, one in inflight.items()} or {
        name: status[name]["rss"] for name in order
    }
    held = dict(sorted(held.items(), key=lambda pair: -pair[1]))
    labels = {name: _lost(inflight.get(name, {})) for name in held}
    _bars(right, held, "resident memory, MiB", labels=labels)
    title = "1 000 calls in flight" if inflight else "Memory right after the load"
    right.set_title(title, loc="left")
    page.savefig(picture, metadata={"Date": None}, facecolor="white")


def _bars(
    axes: Any,
    values: dict[str, float],
    label: str,
    *,
    logarithmic: bool = False,
    labels: dict[str, str] | None = None,
) -> None:
    colours = [OURS if name.startswith("ours") else THEIRS for name in values]
    bars = axes.barh(list(values), list(values.values()), color=colours, height=0.62)
    notes = [f"{value:,.0f}".replace(",", " ") for value in values.values()]
    if labels:
        notes = [f"{note}{labels[name]}" for note, name in zip(notes, values, strict=True)]
    axes.bar_label(bars, notes, padding=5)
    if logarithmic:
        axes.set_xscale("log")
        axes.set_xlim(1, max(values.values()) * 4)
        label = f"{label} (logarithmic)"
    else:
        axes.set_xlim(0, max(values.values()) * 1.35)
    axes.set_xlabel(label)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="#e4e8ec", linewidth=0.8)
    axes.set_axisbelow(True)


def _lost(one: dict[str, Any]) -> str:
    if not one.get("failed"):
        return ""
    return f"  ({one['failed']:,} failed)".replace(",", " ")


if __name__ == "__main__":
    main(*sys.argv[1:3])
