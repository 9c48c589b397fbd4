"""How long it takes from the command to the first call that is answered."""

from __future__ import annotations

import http.client
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from statistics import median

from benchmarks import candidates, ours
from benchmarks.processes import BenchmarkError, free_port, launched
from benchmarks.section import Plan, Section, Table, cell
from benchmarks.service import Service, ask

TRIES = 5
LIMIT = 2.0  # seconds
PATIENCE = 30.0
EVERY = 0.005


def run(plan: Plan) -> Section:
    """`manage.py serve` a few times over, on a database that is there already."""
    plan.folder.mkdir(parents=True)
    port = free_port()
    env = ours.environment(plan.folder, plan.upstream, generation="v3", port=port)
    keys = ours.prepared(env)
    found = []
    for number in range(TRIES):
        plan.say(f"start-up, {number + 1} of {TRIES}")
        found.append(_try(env, port, keys, plan.folder / "serve.log"))
    section = Section(
        title="Start-up",
        how="From running `manage.py serve` (2 workers, SQLite, compiled Python files in place) to "
        f"the first video-status call that is answered with 200; {TRIES} tries.",
        tables=[Table(("service", "seconds"), [[candidates.V3.name, cell(found, 2)]])],
        figures={"seconds": [round(one, 3) for one in found]},
    )
    usual = median(found)
    section.hold(usual < LIMIT, f"start-up: takes {usual:.2f} s, the limit is {LIMIT:.0f} s.")
    return section


def _try(env: dict[str, str], port: int, keys: tuple[str, ...], log: Path) -> float:
    began = time.perf_counter()
    with launched(ours.serve(), env=env, log=log) as process:
        service = ours.service(process.pid, port, keys)
        while time.perf_counter() < began + PATIENCE:
            if _answers(service):
                return time.perf_counter() - began
            _alive(process, log)
            time.sleep(EVERY)
    raise BenchmarkError(f"manage.py serve did not answer within {PATIENCE:.0f} s.")


def _answers(service: Service) -> bool:
    with suppress(OSError, http.client.HTTPException):
        return ask(service.status("v1", 0))[0] == 200
    return False


def _alive(process: subprocess.Popen[bytes], log: Path) -> None:
    if process.poll() is not None:
        raise BenchmarkError(f"manage.py serve ended:\n{log.read_text(errors='replace')[-2000:]}")
