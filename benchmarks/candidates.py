"""The services that are compared. To add one, write how it starts and put it in CANDIDATES."""

from __future__ import annotations

import base64
import os
import secrets
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks.load import Target
from benchmarks.processes import finish, free_port, running

PATH = "/api/ai-proxy/orgs/bench/services/heygen/video-status/"
BODY = '{"query": {"video_id": "v1"}}'
UPSTREAM_SECRET = "benchmark-upstream-secret"  # noqa: S105  the stand-in never looks at it


@dataclass(frozen=True, slots=True)
class Started:
    """A candidate that answers: the process that heads its tree, and the call to measure."""

    pid: int
    target: Target = field(repr=False)


Start = Callable[[Path, str], AbstractContextManager[Started]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row of the comparison; `start` takes a folder of its own and the upstream's URL."""

    name: str
    start: Start
    ours: bool = False


@contextmanager
def _ours(folder: Path, upstream: str, *, generation: str) -> Iterator[Started]:
    """This project as its README starts it, set up through its own management commands."""
    port = free_port()
    env = _our_settings(folder, upstream, generation=generation, port=port)
    manage = [sys.executable, "manage.py"]
    finish([*manage, "migrate"], env=env)
    finish([*manage, "create_org", "bench"], env=env)
    finish([*manage, "set_credential", "bench", "heygen"], env=env, stdin=UPSTREAM_SECRET)
    key = finish([*manage, "issue_key", "bench"], env=env).strip()
    with running([*manage, "serve"], env=env, log=folder / "serve.log", port=port) as pid:
        yield Started(pid, _call(port, key))


def _our_settings(folder: Path, upstream: str, *, generation: str, port: int) -> Mapping[str, str]:
    ring = base64.urlsafe_b64encode(os.urandom(32)).decode()
    return {
        "ENV_FILE": f"{folder}/none.env",  # never the developer's own settings
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WORKERS": "2",
        "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "CREDENTIAL_KEYS": f"k1:{ring}",
        "API_KEY_PEPPER": secrets.token_urlsafe(32),
        "ALLOWED_HOSTS": "127.0.0.1",
        "ALLOW_INSECURE_UPSTREAMS": "true",
        "HTTPS_ONLY": "false",
        "HEYGEN_BASE_URL": upstream,
        "HEYGEN_GENERATION": generation,
    }


@contextmanager
def _obvious(folder: Path, upstream: str) -> Iterator[Started]:
    """The same proxy written the obvious way; see `benchmarks/obvious`."""
    port = free_port()
    env = {
        "DJANGO_SETTINGS_MODULE": "benchmarks.obvious.settings",
        "OBVIOUS_DATABASE": f"{folder}/obvious.sqlite3",
        "OBVIOUS_SECRET_KEY": secrets.token_urlsafe(50),
        "OBVIOUS_FERNET_KEY": base64.urlsafe_b64encode(os.urandom(32)).decode(),
        "OBVIOUS_UPSTREAM": upstream,
    }
    prepare = [sys.executable, "-m", "benchmarks.obvious.prepare"]
    key = finish(prepare, env=env, stdin=UPSTREAM_SECRET).strip()
    server = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)),
        *("--workers", "2", "--blocking-threads", "16", "benchmarks.obvious.wsgi:application"),
    ]
    with running(server, env=env, log=folder / "serve.log", port=port) as pid:
        yield Started(pid, _call(port, key))


def _call(port: int, key: str) -> Target:
    headers = {"Authorization": f"Api-Key {key}", "Content-Type": "application/json"}
    return Target("POST", f"http://127.0.0.1:{port}{PATH}", headers, BODY)


CANDIDATES: tuple[Candidate, ...] = (
    Candidate("ours, HeyGen v1", partial(_ours, generation="legacy"), ours=True),
    Candidate("ours, HeyGen v3", partial(_ours, generation="v3"), ours=True),
    Candidate("obvious", _obvious),
)
BASELINE = "obvious"  # the candidate that the others' ratio is against
