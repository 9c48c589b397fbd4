"""This project, started as its README starts it and set up through its own commands."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks import venvs
from benchmarks.load import Target
from benchmarks.processes import ROOT, finish, free_port, running
from benchmarks.service import Service, invocation
from benchmarks.upstream import FAR, SECRET

LOCK = ROOT / "requirements.lock"
# High enough for the load, and not off: every call is counted.
ENOUGH = "100000000"
RATES = ("RATE_ORG", "RATE_BROWSER_KEY", "RATE_SERVER_KEY")


def serve() -> tuple[str, ...]:
    """The command that serves: with what production installs, once `install` has been there."""
    return (os.environ.get("BENCH_PYTHON", sys.executable), "manage.py", "serve")


def install() -> None:
    """Install what production does; the tools of development make a worker larger."""
    name = f"ours-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]}"
    where = venvs.binaries(name, "--require-hashes", "-r", str(LOCK))
    os.environ["BENCH_PYTHON"] = str(where / "python")


@contextmanager
def start(
    folder: Path, upstream: str, *, generation: str, orgs: int = 1, **settings: str
) -> Iterator[Service]:
    """Two workers, `orgs` orgs named bench-0 and so on, and `bench-far`, whose upstream is slow."""
    port = free_port()
    env = environment(folder, upstream, generation=generation, port=port) | settings
    keys = prepared(env, orgs=orgs)
    with running(serve(), env=env, log=folder / "serve.log", port=port) as pid:
        yield service(pid, port, keys)


def service(pid: int, port: int, keys: tuple[str, ...]) -> Service:
    def status(video: str, org: int) -> Target:
        action = f"bench-{org}/heygen/video-status"
        return invocation(port, keys[org], action, {"query": {"video_id": video}})

    lists = invocation(port, keys[0], "bench-0/heygen/list-avatars")
    return Service(pid, status, lists, keys=keys, port=port)


def prepared(env: Mapping[str, str], *, orgs: int = 1) -> tuple[str, ...]:
    """Make the database; the orgs' keys, the far one's last."""
    names = [*(f"bench-{number}" for number in range(orgs)), "bench-far"]
    wanted = {name: dict.fromkeys(("heygen", "elevenlabs"), SECRET) for name in names}
    wanted["bench-far"] = {"heygen": FAR}
    output = finish([sys.executable, "-m", "benchmarks.prepare"], env=env, stdin=json.dumps(wanted))
    return tuple(json.loads(output))


def environment(folder: Path, upstream: str, *, generation: str, port: int) -> dict[str, str]:
    ring = base64.urlsafe_b64encode(os.urandom(32)).decode()
    vendors = ("HEYGEN_BASE_URL", "HEYGEN_UPLOAD_BASE_URL", "ELEVENLABS_BASE_URL")
    return {
        "DJANGO_SETTINGS_MODULE": "proxy_project.settings",
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
        "HEYGEN_GENERATION": generation,
        "DRAIN_SECONDS": "0",
        **dict.fromkeys(vendors, upstream),
        **dict.fromkeys(RATES, ENOUGH),
    }
