"""Puts a target under load in a process of its own: with wrk where it is installed."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from benchmarks.load import Load, Target
from benchmarks.processes import BenchmarkError, finish

GRACE_SECONDS = 20.0
_REPORT = """
function done(summary, latency)
  local e = summary.errors
  io.write(string.format("\\nRESULT %d %d %d %d %d\\n", summary.requests, summary.duration,
    e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(50),
    latency:percentile(99)))
end
"""


def name() -> str:
    return "wrk" if shutil.which("wrk") else "the bundled generator (benchmarks/load.py)"


def put_load(target: Target, *, connections: int, seconds: float) -> Load:
    """Send `target` over and over, `connections` at a time, for about `seconds`."""
    program = shutil.which("wrk")
    if program is None:
        return _bundled(target, connections=connections, seconds=seconds)
    return _wrk(program, target, connections=connections, seconds=seconds)


def _bundled(target: Target, *, connections: int, seconds: float) -> Load:
    job = {"target": asdict(target), "connections": connections, "seconds": seconds}
    command = [sys.executable, "-m", "benchmarks.load"]
    output = finish(command, env={}, stdin=json.dumps(job), seconds=seconds + GRACE_SECONDS)
    return Load(**json.loads(output))


def _wrk(program: str, target: Target, *, connections: int, seconds: float) -> Load:
    """The request is a script and not arguments, so that no key shows in the list of processes."""
    with tempfile.TemporaryDirectory(prefix="bench-wrk-") as folder:
        script = Path(folder) / "request.lua"
        script.write_text(_script(target))
        command = [
            *(program, f"-t{min(2, connections)}", f"-c{connections}"),
            *(f"-d{max(1, round(seconds))}s", "--timeout=10s", "--latency", "-s", str(script)),
            target.url,
        ]
        return _parsed(finish(command, env={}, seconds=seconds + GRACE_SECONDS))


def _script(target: Target) -> str:
    """JSON's strings are Lua's too as long as they are plain ASCII without slashes escaped."""
    lines = [f"wrk.method = {json.dumps(target.method)}"]
    if target.body:
        lines.append(f"wrk.body = {json.dumps(target.body)}")
    for header, value in target.headers.items():
        lines.append(f"wrk.headers[{json.dumps(header)}] = {json.dumps(value)}")
    return "\n".join(lines) + _REPORT


def _parsed(output: str) -> Load:
    found = [line.split()[1:] for line in output.splitlines() if line.startswith("RESULT ")]
    if not found:
        raise BenchmarkError(f"wrk gave no result:\n{output[-2000:]}")
    requests, duration, errors, p50, p99 = map(int, found[0])
    return Load(
        calls=max(0, requests - errors),
        errors=errors,
        seconds=duration / 1e6,
        p50=p50 / 1000,
        p99=p99 / 1000,
    )
