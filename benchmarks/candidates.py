"""The services that are compared. To add one, write how it starts and put it in CANDIDATES."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks import others, ours
from benchmarks.processes import BenchmarkError
from benchmarks.service import Say, Service, Start


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row of a comparison; `needed` ends the run when it does not start."""

    name: str
    start: Start
    needed: bool = False


V1 = Candidate("ours, HeyGen v1", partial(ours.start, generation="legacy"), needed=True)
V3 = Candidate("ours, HeyGen v3", partial(ours.start, generation="v3"), needed=True)
OBVIOUS = Candidate("obvious", others.obvious, needed=True)
GUNICORN = Candidate("obvious, on gunicorn", others.gunicorn)
NGINX = Candidate("nginx", others.nginx)
LITELLM = Candidate("LiteLLM", others.litellm)
NYA = Candidate("nya-proxy", others.nya)
CANDIDATES = (V1, V3, OBVIOUS, GUNICORN, NGINX, LITELLM, NYA)


@contextmanager
def started(
    candidates: Sequence[Candidate], folder: Path, upstream: str, *, say: Say
) -> Iterator[tuple[dict[str, Service], dict[str, str]]]:
    """The candidates that run, and why the others do not; all are gone when the block ends."""
    with ExitStack() as stack:
        running: dict[str, Service] = {}
        missing: dict[str, str] = {}
        for number, candidate in enumerate(candidates):
            say(f"starting: {candidate.name}")
            own = folder / str(number)
            own.mkdir(parents=True)
            try:
                running[candidate.name] = stack.enter_context(candidate.start(own, upstream))
            except BenchmarkError as exc:
                if candidate.needed:
                    raise
                missing[candidate.name] = str(exc)
                say(f"left out: {candidate.name}: {exc}")
        yield running, missing
