"""`make run`: everything a newcomer needs, created where it is missing, then served."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import environ

from credentials import crypto

BASE_DIR = Path(__file__).resolve().parent.parent
ORG = "my-org"
ADMIN = "admin"
SANDBOX_KEYS = {
    "heygen": "sandbox-heygen-key",
    "elevenlabs": "sandbox-elevenlabs-key",
    "liveavatar": "sandbox-liveavatar-key",
}


def main() -> int:
    """Prepare, start the sandbox, the service and its worker, and stop them on Ctrl-C."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "proxy_project.settings")
    sandbox = _environment()
    demo = _prepare(sandbox)
    if taken := [url for url in (demo["base_url"], sandbox) if url and _accepts(*_place(url))]:
        sys.stderr.write(f"{', '.join(taken)}: in use. Name others: PORT=8100 SANDBOX_PORT=8101\n")
        return 1
    serve, work = ([sys.executable, "manage.py", name] for name in ("serve", "work"))
    commands = [serve]
    if sandbox:
        commands.insert(0, [sys.executable, "-m", "sandbox", "--port", sandbox.rpartition(":")[2]])
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # the last: a closed terminal
        signal.signal(number, lambda number, _: stopping.append(number))
    processes = [_started(command) for command in commands]
    try:
        if _ready(processes, [url for url in (demo["base_url"], sandbox) if url], stopping):
            processes.append(_started(work))  # nobody waits for it
            _say(demo)
        while not stopping and all(process.poll() is None for process in processes):
            time.sleep(0.2)
    finally:
        _stop(processes)
    return 0 if stopping else 1


def _environment() -> str:
    """Complete `.env` and the environment; the sandbox's URL, or "" with the real HeyGen's.

    Vendors that are named nowhere are the sandbox's too, while HeyGen is.
    """
    path = Path(os.environ.setdefault("ENV_FILE", str(BASE_DIR / ".env")))
    _complete(path)
    environ.Env.read_env(str(path))
    if "HEYGEN_BASE_URL" in os.environ:
        return ""
    url = f"http://127.0.0.1:{os.environ.get('SANDBOX_PORT', '8001')}"
    os.environ |= {"HEYGEN_BASE_URL": url, "HEYGEN_UPLOAD_BASE_URL": url}
    os.environ.setdefault("ELEVENLABS_BASE_URL", f"{url}/elevenlabs")
    os.environ.setdefault("LIVEAVATAR_BASE_URL", f"{url}/liveavatar")
    return url


def _complete(path: Path) -> None:
    """Add the settings that `.env` does not have yet, or empty; readable by its owner alone."""
    wanted = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "CREDENTIAL_KEYS": crypto.new_key(),
        "API_KEY_PEPPER": secrets.token_urlsafe(48),
        "HTTPS_ONLY": "false",
        "ALLOW_INSECURE_UPSTREAMS": "true",
    }
    have = path.read_text() if path.exists() else ""
    have += "\n" if have and not have.endswith("\n") else ""
    given = have.splitlines(keepends=True)
    have = "".join(line for line in given if line.strip().removesuffix("=") not in wanted)
    names = {line.partition("=")[0].strip() for line in have.splitlines()} | set(os.environ)
    missing = {name: value for name, value in wanted.items() if name not in names}
    if missing:
        head = "" if have else "# Made by `make run`; .env.example explains every name.\n"
        lines = "".join(f"{name}={value}\n" for name, value in missing.items())
        _write(path, have + head + lines)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.fchmod(descriptor, 0o600)  # a file that was there keeps its mode otherwise
    with os.fdopen(descriptor, "w") as file:
        file.write(text)


def _prepare(sandbox: str) -> dict[str, str]:
    """Django and its database, and in it what a newcomer needs; the contents of `var/demo.json`."""
    (BASE_DIR / "var").mkdir(mode=0o700, exist_ok=True)
    import django

    django.setup(set_prefix=False)
    from django.conf import settings
    from django.core.management import call_command

    from credentials.actor import Actor, acting

    call_command("migrate", verbosity=0)
    with acting(Actor("command", "make run")):
        return _demo(settings.PORT, sandbox)


def _demo(port: int, sandbox: str) -> dict[str, str]:
    """Org, credential, key and admin, where they are missing."""
    path = BASE_DIR / "var" / "demo.json"
    before = json.loads(path.read_text()) if path.exists() else {}
    base_url = f"http://127.0.0.1:{port}"
    demo = {
        "base_url": base_url,
        "org": ORG,
        "api_key": _key(before.get("api_key", ""), sandbox),
        "admin_url": f"{base_url}/admin/",
        "admin_username": ADMIN,
        "admin_password": _admin(before.get("admin_password", "")),
        "sandbox_url": sandbox,
    }
    if demo != before:
        _write(path, json.dumps(demo, indent=2) + "\n")
    return demo


def _key(before: str, sandbox: str) -> str:
    """The key of `var/demo.json` while it works, else a new one."""
    from credentials import auth, vault
    from credentials.errors import AccessError
    from credentials.issue import issue
    from credentials.models import Credential, Org

    origins = ["http://localhost:*", "http://127.0.0.1:*"]
    org, _ = Org.objects.get_or_create(slug=ORG, defaults={"name": "My org", "origins": origins})
    for service, secret in SANDBOX_KEYS.items() if sandbox else ():
        real = not os.environ[f"{service.upper()}_BASE_URL"].startswith(sandbox)
        if not real and not Credential.objects.filter(org=org, service=service).exists():
            vault.store(org=org, service=service, secret=secret)
    try:
        auth.identify_sync(f"Api-Key {before}", ORG)
    except AccessError:
        return issue(org, name="demo")[1]
    return before


def _admin(before: str) -> str:
    """The admin's password; empty when the account exists and somebody changed it."""
    from django.contrib.auth import get_user_model

    users: Any = get_user_model().objects
    found = users.filter(username=ADMIN).first()
    if found is None:
        password = secrets.token_urlsafe(12)
        users.create_superuser(ADMIN, password=password)
        return password
    return before if found.check_password(before) else ""


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    """A child in a session of its own: Ctrl-C reaches it through us alone, once."""
    return subprocess.Popen(command, cwd=BASE_DIR, start_new_session=True)  # noqa: S603


def _ready(processes: list[subprocess.Popen[bytes]], urls: list[str], stopping: list[int]) -> bool:
    """Wait until every URL's port accepts connections; False when a process ended instead."""
    for url in urls:
        while not _accepts(*_place(url)):
            if stopping or any(process.poll() is not None for process in processes):
                return False
            time.sleep(0.05)
    return True


def _place(url: str) -> tuple[str, int]:
    host, port = url.removeprefix("http://").split(":")
    return host, int(port)


def _accepts(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def _say(demo: Mapping[str, str]) -> None:
    url = f"{demo['base_url']}/api/ai-proxy/orgs/{demo['org']}/services/heygen/list-templates/"
    speech = f"{demo['base_url']}/api/ai-proxy/orgs/{demo['org']}/services/elevenlabs/tts/"
    text = '{"path_params": {"voice_id": "21m00Tcm4TlvDq8ikWAM"}, "body": {"text": "Hello!"}}'
    sandbox = [
        "Or hear something:",
        f"curl -o hello.mp3 {speech} -H 'Authorization: Api-Key {demo['api_key']}' "
        f"-H 'Content-Type: application/json' -d '{text}'",
        "",
        f"The sandbox stands in for HeyGen and takes the key {SANDBOX_KEYS['heygen']};",
        "it stands in for ElevenLabs and LiveAvatar too.",
    ]
    lines = (
        "",
        "Ready. Try:",
        f'curl -X POST {url} -H "Authorization: Api-Key {demo["api_key"]}"',
        "",
        f"Or make a video in the browser: {demo['admin_url']}playground/",
        f"Log in as {demo['admin_username']}; the password is in var/demo.json.",
        *(sandbox if demo["sandbox_url"] else []),
        "",
    )
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.send_signal(signal.SIGINT)  # at once: nobody balances load between demos
    for process in processes:
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
