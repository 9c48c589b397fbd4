"""Runs the comparison and writes its report: `python -m benchmarks` (or `make bench`)."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from benchmarks import ours, report, venvs
from benchmarks.processes import BenchmarkError, finish, free_port, running
from benchmarks.scenarios import SCENARIOS
from benchmarks.section import Plan, Section

FOLDER = Path(__file__).parent
PLOT = "matplotlib==3.11.2"


def main() -> int:
    arguments = _arguments()
    if not sys.platform.startswith("linux"):
        print("The benchmark reads /proc and runs on Linux only.", file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    busy = os.getloadavg()[0]
    try:
        if not arguments.no_others:
            ours.install()
        sections = _sections(arguments)
        text = _written(sections, arguments, report.machine(busy))
    except BenchmarkError as exc:
        print(exc, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    print(text)
    return _verdict(sections) if arguments.check else 0


def _sections(arguments: argparse.Namespace) -> dict[str, Section]:
    found = {}
    for name in arguments.only:
        with _prepared(arguments) as plan:
            plan.say(f"== {name}")
            found[name] = SCENARIOS[name](plan)
    return found


@contextmanager
def _prepared(arguments: argparse.Namespace) -> Iterator[Plan]:
    """A folder and a stand-in for the vendors, for one scenario; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder, port = Path(name), free_port()
        command = [sys.executable, "-m", "benchmarks.upstream", str(port)]
        with running(command, env={}, log=folder / "upstream.log", port=port) as pid:
            yield Plan(
                folder=folder / "services",
                upstream=f"http://127.0.0.1:{port}",
                upstream_pid=pid,
                say=_say,
                rounds=arguments.rounds,
                seconds=arguments.seconds,
                connections=arguments.connections,
                others=not arguments.no_others,
            )


def _written(
    sections: dict[str, Section], arguments: argparse.Namespace, machine: dict[str, str]
) -> str:
    """Write results.json, results.svg where it can be drawn, and results.md; gives the last."""
    partial = len(arguments.only) < len(SCENARIOS)
    folder: Path = arguments.output or (venvs.FOLDER / "partial" if partial else FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    figures = json.dumps(report.figures(sections, machine), indent=1, ensure_ascii=False)
    (folder / "results.json").write_text(figures + "\n")
    picture = "status" in sections and not arguments.no_others and _drawn(folder)
    text = report.markdown(list(sections.values()), machine=machine, picture=picture)
    (folder / "results.md").write_text(text)
    return text


def _drawn(folder: Path) -> bool:
    try:
        python = venvs.binaries("plot", PLOT) / "python"
        source, picture = folder / "results.json", folder / "results.svg"
        finish([str(python), str(FOLDER / "plot.py"), str(source), str(picture)], env={})
    except BenchmarkError as exc:
        _say(f"No picture: {exc}")
        return False
    return True


def _verdict(sections: dict[str, Section]) -> int:
    misses = [miss for section in sections.values() for miss in section.misses]
    for miss in misses:
        print(f"Missed: {miss}", file=sys.stderr)
    return 1 if misses else 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    """Leave by way of the context managers, so that no child process stays behind."""
    raise SystemExit(128 + number)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=_positive, default=3)
    parser.add_argument("--seconds", type=_positive, default=5, help="of load in each round")
    parser.add_argument("--connections", type=_positive, default=32)
    parser.add_argument("--check", action="store_true", help="exit 1 when a target is missed")
    known = ",".join(SCENARIOS)
    parser.add_argument(
        "--only", type=_scenarios, default=list(SCENARIOS), metavar=known, help="these scenarios"
    )
    parser.add_argument(
        "--no-others", action="store_true", help="without what is installed from elsewhere"
    )
    parser.add_argument("--output", type=Path, help="folder of the results")
    return parser.parse_args()


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def _scenarios(text: str) -> list[str]:
    names = text.split(",")
    if unknown := [name for name in names if name not in SCENARIOS]:
        raise argparse.ArgumentTypeError(f"there is no scenario {unknown[0]}")
    return names


if __name__ == "__main__":
    sys.exit(main())
