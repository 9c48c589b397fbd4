"""Runs the comparison and prints its report: `python -m benchmarks` (or `make bench`)."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import NoReturn

from benchmarks import generator, report
from benchmarks.candidates import CANDIDATES
from benchmarks.processes import BenchmarkError
from benchmarks.run import Plan, compare

RESULTS = Path(__file__).with_name("results.md")


def main() -> int:
    arguments = _arguments()
    if not sys.platform.startswith("linux"):
        print("The benchmark reads /proc and runs on Linux only.", file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    plan = Plan(arguments.rounds, arguments.seconds, arguments.connections)
    busy = os.getloadavg()[0]
    try:
        results = compare(CANDIDATES, plan, say=_say)
    except BenchmarkError as exc:
        print(exc, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    text = report.markdown(results, plan, generator=generator.name(), busy=busy)
    RESULTS.write_text(text)
    print(text)
    return _verdict(report.misses(results)) if arguments.check else 0


def _verdict(misses: list[str]) -> int:
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
    plan = Plan()
    parser.add_argument("--rounds", type=_positive, default=plan.rounds)
    parser.add_argument(
        "--seconds", type=_positive, default=plan.seconds, help="of load in each round"
    )
    parser.add_argument("--connections", type=_positive, default=plan.connections)
    parser.add_argument("--check", action="store_true", help="exit 1 when a target is missed")
    return parser.parse_args()


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


if __name__ == "__main__":
    sys.exit(main())
