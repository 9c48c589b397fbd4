"""Puts targets under load from a process of its own: with wrk where it is installed."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

from benchmarks.load import DRAIN_SECONDS, Job, Load, Target
from benchmarks.processes import BenchmarkError, finish

GRACE_SECONDS = 20.0
# Every thread of wrk starts at a place of its own, so that no two send the same request at once.
_SCRIPT = """
local threads = 0
function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end
local requests = {}
local place = 0
function init(args)
  for number, one in ipairs(targets) do
    requests[number] = wrk.format(one.method, one.path, one.headers, one.body)
  end
  place = number * math.floor(#requests / 2)
end
function request()
  place = place % #requests + 1
  return requests[place]
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format("\\nRESULT %d %d %d %d %d\\n", summary.requests, summary.duration,
    e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(50),
    latency:percentile(99)))
end
"""


def name() -> str:
    return "wrk" if shutil.which("wrk") else "the bundled generator (benchmarks/load.py)"


def put_load(targets: Sequence[Target], *, connections: int, seconds: float) -> Load:
    """Send `targets` in turn, over and over, `connections` at a time, for about `seconds`."""
    program = shutil.which("wrk")
    if program is None:
        return _bundled(Job(targets, connections, seconds))
    return _wrk(program, targets, connections=connections, seconds=seconds)


def side_by_side(*jobs: Job) -> list[Load]:
    """Jobs at the same time, each in a process of its own."""
    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(_bundled, jobs))


def _bundled(job: Job) -> Load:
    limit = job.seconds + DRAIN_SECONDS + GRACE_SECONDS
    command = [sys.executable, "-m", "benchmarks.load"]
    output = finish(command, env={}, stdin=json.dumps(asdict(job)), seconds=limit)
    return Load(**json.loads(output))


def _wrk(program: str, targets: Sequence[Target], *, connections: int, seconds: float) -> Load:
    """The requests are a script and not arguments: no key shows in the list of processes."""
    with tempfile.TemporaryDirectory(prefix="bench-wrk-") as folder:
        script = Path(folder) / "request.lua"
        script.write_text(f"local targets = {{{','.join(map(_table, targets))}}}\n{_SCRIPT}")
        command = [
            *(program, f"-t{min(2, connections)}", f"-c{connections}"),
            *(f"-d{max(1, round(seconds))}s", "--timeout=10s", "--latency", "-s", str(script)),
            targets[0].url,
        ]
        return parsed(finish(command, env={}, seconds=seconds + GRACE_SECONDS))


def _table(target: Target) -> str:
    """JSON's strings are Lua's too as long as they are plain ASCII without slashes escaped."""
    path = "/" + target.url.split("/", 3)[3]
    headers = ",".join(f"[{json.dumps(k)}]={json.dumps(v)}" for k, v in target.headers.items())
    body = json.dumps(target.body) if target.body else "nil"
    method = json.dumps(target.method)
    return f"{{method={method},path={json.dumps(path)},headers={{{headers}}},body={body}}}"


def parsed(output: str) -> Load:
    """wrk's own account, from the line that the script prints."""
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
