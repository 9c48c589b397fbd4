"""The Python client as it is installed from its wheel, against a running service."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ai_proxy import Client, ProxyError
from tests.live import ROOT

pytestmark = pytest.mark.slow
PNG = b"\x89PNG\r\n\x1a\n"
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT / "clients" / "python", folder / "source")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps",
         "-w", folder, folder / "source"],
        check=True, timeout=120,
    )  # fmt: skip
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def run(wheel: Path, demo: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The installed command; `requests`, which the wheel asks for, is the one of the tests."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    target = sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
    pip = [sys.executable, "-m", "pip", "--python", folder / "bin" / "python"]
    subprocess.run([*pip, "install", "-q", "--no-deps", wheel], check=True, timeout=120)
    here = Path(pytest.__file__).parent.parent
    Path(target, "tests.pth").write_text(f"{here}\n")
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    env |= {"AI_PROXY_URL": demo["base_url"], "AI_PROXY_ORG": demo["org"]}
    key = folder / "key"
    key.write_text(f"{demo['api_key']}\n")
    env["AI_PROXY_KEY_FILE"] = str(key)

    def run(*argv: str | Path) -> subprocess.CompletedProcess[str]:
        command = [str(folder / "bin" / "ai-proxy"), *map(str, argv)]
        return subprocess.run(
            command, env=env, cwd=folder, capture_output=True, text=True, timeout=120
        )

    return run


def said(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_wheel_holds_types(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"ai_proxy/{name}" for name in ("py.typed", "actions.pyi", "table.py")} <= names
    assert not any(name.startswith(("typed", "tests")) for name in names)


def test_command_makes_video(run: Run, tmp_path: Path) -> None:
    assert "heygen" in [one["slug"] for one in said(run("list"))]
    assert any(one["slug"] == "generate-video" for one in said(run("list", "heygen")))
    assert said(run("list", "heygen", "video-status"))["http_method"] == "GET"
    avatar = said(run("call", "heygen", "list-avatars"))["data"]["avatars"][0]["avatar_id"]
    voice = said(run("call", "heygen", "list-voices"))["data"]["voices"][0]["voice_id"]
    character = {"type": "avatar", "avatar_id": avatar, "avatar_style": "normal"}
    speech = {"type": "text", "input_text": "Hello!", "voice_id": voice}
    inputs = [{"character": character, "voice": speech}]
    path = tmp_path / "body.json"
    path.write_text(
        json.dumps({"video_inputs": inputs, "dimension": {"width": 1280, "height": 720}})
    )
    call = ("call", "heygen", "generate-video", "--body", f"@{path}", "--idempotency-key", "k-1")
    started = run(*call)
    job = started.stderr.split()[-1]
    ended = said(run("wait", job))
    assert (ended["status"], ended["upstream_id"]) == (
        "succeeded",
        said(started)["data"]["video_id"],
    )
    assert said(run(*call, "--wait"))["id"] == job  # the same call again is the same work
    fetched = said(run("download", job, "-o", tmp_path / "video.mp4"))
    assert (tmp_path / "video.mp4").read_bytes()[4:8] == b"ftyp"
    assert fetched["bytes"] == (tmp_path / "video.mp4").stat().st_size
    named = said(run("download", job, "-o", tmp_path))
    assert named["file"] == str(tmp_path / f"{job}.mp4")
    listed = [json.loads(line) for line in run("jobs", "--limit", "5").stdout.splitlines()]
    assert job in [one["id"] for one in listed]
    refused = run("call", "heygen", "no-such-action")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "404 action_not_found (proxy, request" in refused.stderr


@pytest.mark.parametrize("size", [100, 33 << 20])
def test_file_of_any_size_goes_up(size: int, run: Run, tmp_path: Path) -> None:
    """The larger one is passed on as a job, which is waited for."""
    path = tmp_path / "dot.png"
    path.write_bytes(PNG + os.urandom(size - len(PNG)))
    asset = said(run("upload", path))
    assert (asset["size_bytes"], asset["mime_type"]) == (size, "image/png")


def test_batch_is_carried_out(demo: dict[str, str]) -> None:
    with Client(demo["base_url"], demo["org"], demo["api_key"]) as client:
        job = client.batch("heygen", "v3-list-voices", [{"query": {"limit": 1}}] * 3)
        shown: list[int] = []
        assert job.wait(120, on_progress=shown.append)["result"]["done"] == 3
        assert [item["status"] for item in job.items(state="done")] == [200] * 3
        assert shown[-1] == 100
        kinds = {one.data["kind"] for one in client.jobs(kind="batch") if one.data}
        assert kinds == {"batch"}
        assert client.heygen.list_voices().data["voices"]
        with pytest.raises(ProxyError) as caught:
            client.heygen.video_status(query={"video_id": "no-such-video"})
    assert (caught.value.status, caught.value.origin) == (404, "upstream")
