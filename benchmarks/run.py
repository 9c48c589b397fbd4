"""Starts every candidate, holds them to the same answer, and measures them turn by turn."""

from __future__ import annotations

import http.client
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks import upstream
from benchmarks.candidates import UPSTREAM_SECRET, Candidate, Started
from benchmarks.generator import put_load
from benchmarks.load import Target
from benchmarks.processes import BenchmarkError, free_port, running
from benchmarks.usage import cpu_seconds, memory

WARM_UP_SECONDS = 2.0
ALONE_SECONDS = 2.0  # of one connection, per candidate and round
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    rounds: int = 3
    seconds: int = 5
    connections: int = 32


@dataclass(frozen=True, slots=True)
class Round:
    """One candidate's figures of one round: microseconds, milliseconds and MiB."""

    rate: float
    cpu: float
    p50: float
    p99: float
    added: float
    rss: float
    pss: float | None
    errors: int


Results = Mapping[str, Sequence[Round]]


def compare(candidates: Sequence[Candidate], plan: Plan, *, say: Say) -> Results:
    """Every candidate's rounds, by name. All run at once; one at a time is under load."""
    with _started(candidates, say=say) as (direct, services):
        for name, service in services.items():
            _check_answer(name, service.target)
        for name, service in services.items():
            say(f"warming up: {name}")
            put_load(service.target, connections=plan.connections, seconds=WARM_UP_SECONDS)
        results: dict[str, list[Round]] = {name: [] for name in services}
        for number in range(plan.rounds):
            say(f"round {number + 1} of {plan.rounds}")
            alone = put_load(direct, connections=1, seconds=ALONE_SECONDS).p50
            for name, service in services.items():
                results[name].append(_round(service, plan, direct=alone))
        return results


def _round(service: Started, plan: Plan, *, direct: float) -> Round:
    before = cpu_seconds(service.pid)
    load = put_load(service.target, connections=plan.connections, seconds=plan.seconds)
    used = cpu_seconds(service.pid) - before
    held = memory(service.pid)
    alone = put_load(service.target, connections=1, seconds=ALONE_SECONDS)
    return Round(
        rate=load.calls / load.seconds,
        cpu=used / max(1, load.calls) * 1e6,
        p50=load.p50,
        p99=load.p99,
        added=alone.p50 - direct,
        rss=held.rss,
        pss=held.pss,
        errors=load.errors + alone.errors,
    )


@contextmanager
def _started(
    candidates: Sequence[Candidate], *, say: Say
) -> Iterator[tuple[Target, Mapping[str, Started]]]:
    """The call straight to the upstream, and every candidate; all are gone when the block ends."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        port = free_port()
        command = [sys.executable, "-m", "benchmarks.upstream", str(port)]
        stack.enter_context(running(command, env={}, log=folder / "upstream.log", port=port))
        url = f"http://127.0.0.1:{port}"
        services = {}
        for number, candidate in enumerate(candidates):
            say(f"starting: {candidate.name}")
            own = folder / str(number)
            own.mkdir()
            services[candidate.name] = stack.enter_context(candidate.start(own, url))
        direct = Target("GET", url + upstream.LEGACY_PATH, {"X-Api-Key": UPSTREAM_SECRET})
        yield direct, services


def _check_answer(name: str, target: Target) -> None:
    """The same job or no comparison: HeyGen's payload directly under `data`, nothing beside it."""
    status, answer = _answer(target)
    if status != 200 or _without_nulls(answer) != _without_nulls({"data": upstream.VIDEO}):
        raise BenchmarkError(f"{name} does not give the expected answer: {status} {answer}")


def _answer(target: Target) -> tuple[int, object]:
    address = urlsplit(target.url)
    connection = http.client.HTTPConnection(address.netloc, timeout=10)
    try:
        connection.request(target.method, address.path, target.body, dict(target.headers))
        response = connection.getresponse()
        text = response.read().decode(errors="replace")
    finally:
        connection.close()
    try:
        return response.status, json.loads(text)
    except ValueError:
        return response.status, text[:500]


def _without_nulls(value: object) -> object:
    """HeyGen's generations differ in which fields they spell out as null, and in nothing else."""
    if isinstance(value, dict):
        return {name: _without_nulls(one) for name, one in value.items() if one is not None}
    return value
