"""What this project is measured against: the obvious version, nginx, LiteLLM and nya-proxy."""

from __future__ import annotations

import base64
import json
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import venvs
from benchmarks.load import Target
from benchmarks.processes import finish, free_port, running
from benchmarks.service import ENVELOPE, Service, invocation
from benchmarks.upstream import SECRET, STATUS_PATH

LITELLM = "litellm[proxy]==1.106.0"  # later ones ask for packages that are not published yet
NYA = "nya-proxy==0.8.2"
GUNICORN = "gunicorn==23.0.0"
OBVIOUS = "benchmarks.obvious.wsgi:application"
SLOW_START = 90.0  # seconds


@contextmanager
def obvious(folder: Path, upstream: str) -> Iterator[Service]:
    """The same proxy written the obvious way; see `benchmarks/obvious`."""
    port = free_port()
    options = ("--interface", "wsgi", "--port", str(port), "--workers", "2")
    command = [sys.executable, "-m", "granian", *options, "--blocking-threads", "16", OBVIOUS]
    with _obvious(folder, upstream, command, port=port) as service:
        yield service


@contextmanager
def gunicorn(folder: Path, upstream: str) -> Iterator[Service]:
    """The obvious version on the obvious server."""
    where = venvs.binaries("gunicorn", GUNICORN).parent
    [packages] = where.glob("lib/python*/site-packages")
    port = free_port()
    options = ("--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "16")
    code = f"import sys; sys.path.append({str(packages)!r}); from gunicorn.app import wsgiapp"
    command = [
        sys.executable,
        "-c",
        f"{code}; wsgiapp.run()",
        "--worker-class",
        "gthread",
        *options,
        OBVIOUS,
    ]
    with _obvious(folder, upstream, command, port=port) as service:
        yield service


@contextmanager
def _obvious(folder: Path, upstream: str, command: list[str], *, port: int) -> Iterator[Service]:
    env = {
        "DJANGO_SETTINGS_MODULE": "benchmarks.obvious.settings",
        "OBVIOUS_DATABASE": f"{folder}/obvious.sqlite3",
        "OBVIOUS_SECRET_KEY": secrets.token_urlsafe(50),
        "OBVIOUS_FERNET_KEY": base64.urlsafe_b64encode(os.urandom(32)).decode(),
        "OBVIOUS_UPSTREAM": upstream,
    }
    prepare = [sys.executable, "-m", "benchmarks.obvious.prepare"]
    key = finish(prepare, env=env, stdin=SECRET).strip()

    def status(video: str, _: int) -> Target:
        action = "bench/heygen/video-status"
        return invocation(port, key, action, {"query": {"video_id": video}})

    lists = invocation(port, key, "bench/heygen/list-avatars")
    with running(command, env=env, log=folder / "serve.log", port=port) as pid:
        yield Service(pid, status, lists, port=port)


@contextmanager
def nginx(folder: Path, upstream: str) -> Iterator[Service]:
    """A key looked up in a map, a header put in, nothing else."""
    program = venvs.program("nginx")
    port, key = free_port(), secrets.token_urlsafe(32)
    config = folder / "nginx.conf"
    config.write_text(
        _NGINX.format(folder=folder, port=port, key=key, secret=SECRET, address=upstream[7:])
    )
    command = [program, "-p", str(folder), "-c", str(config)]
    with running(command, env={}, log=folder / "serve.log", port=port) as pid:
        yield _pass_through(pid, port, "", f"Api-Key {key}")


_NGINX = """
daemon off; pid {folder}/nginx.pid; error_log stderr; worker_processes 2;
events {{ worker_connections 8192; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  keepalive_requests 1000000000;
  map_hash_bucket_size 128;
  map $http_authorization $known {{ default 0; "Api-Key {key}" 1; }}
  upstream vendor {{ server {address}; keepalive 1024; keepalive_requests 1000000000; }}
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location / {{
      if ($known = 0) {{ return 401; }}
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Authorization "";
      proxy_set_header X-Api-Key {secret};
      proxy_pass http://vendor;
    }}
  }}
}}
"""


@contextmanager
def litellm(folder: Path, upstream: str) -> Iterator[Service]:
    """Its pass-through endpoint, with the master key: virtual keys need a PostgreSQL."""
    program = venvs.binaries("litellm", LITELLM) / "litellm"
    port, key = free_port(), f"sk-{secrets.token_urlsafe(32)}"
    endpoint = {
        "path": "/heygen",
        "target": upstream,
        "auth": True,
        "include_subpath": True,
        "headers": {"X-Api-Key": SECRET},
    }
    settings = {"master_key": key, "pass_through_endpoints": [endpoint]}
    config = folder / "config.yaml"
    config.write_text(json.dumps({"model_list": [], "general_settings": settings}))
    address = ("--host", "127.0.0.1", "--port", str(port))
    command = [str(program), "--config", str(config), *address, "--num_workers", "2"]
    env = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOG": "ERROR"}
    log = folder / "serve.log"
    with running(command, env=env, log=log, port=port, seconds=SLOW_START) as pid:
        yield _pass_through(pid, port, "/heygen", f"Bearer {key}")


@contextmanager
def nya(folder: Path, upstream: str) -> Iterator[Service]:
    """One process: it knows no workers."""
    program = venvs.binaries("nya-proxy", NYA) / "nyaproxy"
    port, key = free_port(), secrets.token_urlsafe(32)
    api = {
        "name": "HeyGen",
        "endpoint": upstream,
        "headers": {"X-Api-Key": "${{keys}}"},
        "variables": {"keys": [SECRET]},
    }
    config = folder / "config.yaml"
    settings = {
        "server": {"api_key": key, "logging": {"enabled": False}, "dashboard": {"enabled": False}},
        "default_settings": {"queue": {"max_size": 4000, "max_workers": 2000}},
        "apis": {"heygen": api},
    }
    config.write_text(json.dumps(settings))
    options = ("--host", "127.0.0.1", "--port", str(port), "--no-reload")
    command = [str(program), "--config", str(config), *options]
    env = {"SERVER_HOST": "127.0.0.1"}
    with running(command, env=env, log=folder / "serve.log", port=port) as pid:
        yield _pass_through(pid, port, "/api/heygen", f"Bearer {key}")


def _pass_through(pid: int, port: int, prefix: str, authorization: str) -> Service:
    def status(video: str, _: int) -> Target:
        url = f"http://127.0.0.1:{port}{prefix}{STATUS_PATH}{video}"
        return Target("GET", url, {"Authorization": authorization})

    return Service(pid, status, answer=ENVELOPE, port=port)
