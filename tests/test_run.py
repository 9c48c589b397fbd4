"""What a newcomer gets from `make run`: the documented page runs against it."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.demo import Demo
from tests.live import ROOT, running

pytestmark = pytest.mark.slow
GENERATIONS = [
    ({}, {"legacy": True, "v3": True}),
    ({}, {"legacy": False, "v3": True}),
    ({"HEYGEN_GENERATION": "legacy"}, {"legacy": True, "v3": False}),
    ({"HEYGEN_GENERATION": "auto"}, {"legacy": False, "v3": True}),
]


@pytest.mark.parametrize(("settings", "alive"), GENERATIONS)
def test_documented_page_ends_in_video(
    tmp_path: Path, settings: dict[str, str], alive: dict[str, bool]
) -> None:
    newcomer = Demo(tmp_path, **settings)
    with newcomer.run() as demo:
        requests.post(f"{demo['sandbox_url']}/_sandbox/config", json=alive, timeout=5)
        shown = newcomer.node(ROOT / "tests" / "page.mjs", demo)
        videos = [requests.get(shown[name], timeout=10) for name in ("video", "template_video")]
    assert shown["avatar"] == "Abigail (Upper Body)"
    assert shown["voice"] == ["Chill Brian", "English"]
    for video in videos:
        assert (video.status_code, video.headers["Content-Type"]) == (200, "video/mp4")
        assert video.content[4:8] == b"ftyp"


def test_second_run_changes_nothing(tmp_path: Path) -> None:
    newcomer = Demo(tmp_path)
    with newcomer.run() as first:
        before = state(tmp_path)
    with newcomer.run() as second:
        assert call(second).status_code == 200
    assert (second, state(tmp_path)) == (first, before)
    assert first == {
        "base_url": f"http://127.0.0.1:{newcomer.port}",
        "org": "my-org",
        "api_key": first["api_key"],
        "admin_url": f"http://127.0.0.1:{newcomer.port}/admin/",
        "admin_username": "admin",
        "admin_password": first["admin_password"],
        "sandbox_url": f"http://127.0.0.1:{newcomer.sandbox_port}",
    }


def state(folder: Path) -> Any:
    """What a run must leave alone: contents, modes and times of the files it made."""
    files = [folder / ".env", folder / "var" / "demo.json"]
    return [(f.read_text(), stat.S_IMODE(f.stat().st_mode), f.stat().st_mtime_ns) for f in files]


def call(demo: dict[str, str]) -> requests.Response:
    url = f"{demo['base_url']}/api/ai-proxy/orgs/{demo['org']}/services/heygen/list-templates/"
    return requests.post(url, headers={"Authorization": f"Api-Key {demo['api_key']}"}, timeout=10)


def test_example_settings_are_filled_in(tmp_path: Path) -> None:
    """`cp .env.example .env` leaves the secrets empty; what else is there stays."""
    path = tmp_path / ".env"
    path.write_text((ROOT / ".env.example").read_text() + "WORKERS=3\n")
    with Demo(tmp_path / "clone", ENV_FILE=str(path)).run() as demo:
        assert call(demo).status_code == 200
    lines = path.read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert given["WORKERS"] == "3"
    assert all(given[name] for name in ("SECRET_KEY", "CREDENTIAL_KEYS", "API_KEY_PEPPER"))


def test_unfinished_last_line_is_kept_apart(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("HEYGEN_BASE_URL=https://api.heygen.com\nALLOW_INSECURE_UPSTREAMS=false")
    with Demo(tmp_path / "clone", ENV_FILE=str(path)).run() as demo:
        assert demo["sandbox_url"] == ""
    lines = path.read_text().splitlines()
    assert lines[:2] == [
        "HEYGEN_BASE_URL=https://api.heygen.com",
        "ALLOW_INSECURE_UPSTREAMS=false",
    ]
    assert {line.partition("=")[0] for line in lines[2:]} == {
        "SECRET_KEY", "CREDENTIAL_KEYS", "API_KEY_PEPPER", "HTTPS_ONLY",
    }  # fmt: skip


def test_made_files_are_private(tmp_path: Path) -> None:
    with Demo(tmp_path).run():
        modes = [mode for _, mode, _ in state(tmp_path)]
    assert modes == [0o600, 0o600]


def test_admin_of_demo_can_log_in(tmp_path: Path) -> None:
    with Demo(tmp_path).run() as demo, requests.Session() as browser:
        login = f"{demo['admin_url']}login/"
        page = browser.get(login, timeout=10).text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token is not None
        form = {
            "username": demo["admin_username"],
            "password": demo["admin_password"],
            "csrfmiddlewaretoken": token[1],
            "next": "/admin/",
        }
        home = browser.post(login, data=form, timeout=10)
        style = browser.get(f"{demo['base_url']}/static/admin/css/base.css", timeout=10)
    assert "Credentials" in home.text
    assert (style.status_code, style.headers["Content-Type"]) == (200, 'text/css; charset="utf-8"')


def test_closed_terminal_leaves_nothing_running(tmp_path: Path) -> None:
    newcomer = Demo(tmp_path)
    with running(["make", "run"], newcomer.port, newcomer.env, tmp_path) as process:
        os.killpg(process.pid, signal.SIGHUP)
        process.wait(15)
        for port in (newcomer.port, newcomer.sandbox_port):
            with socket.socket() as probe:
                assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_port_in_use_is_told_in_a_line(tmp_path: Path) -> None:
    newcomer = Demo(tmp_path)
    with socket.create_server(("127.0.0.1", newcomer.sandbox_port)):
        done = subprocess.run(
            ["make", "run"], cwd=tmp_path, env=newcomer.env, capture_output=True, text=True
        )
    assert done.returncode != 0
    told = done.stderr.splitlines()[0]
    assert told.startswith(f"http://127.0.0.1:{newcomer.sandbox_port}: in use.")
    assert "Ready" not in done.stdout
    assert "Traceback" not in done.stderr
