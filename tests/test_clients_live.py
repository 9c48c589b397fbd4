"""Both clients as they are installed, against one running service, and in Chromium."""

from __future__ import annotations

import json
import os
import re
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
import requests
from ai_proxy import Client, ProxyError

from tests.browser import chromium, in_browser, watching
from tests.elsewhere import site
from tests.live import ROOT

pytestmark = pytest.mark.slow
FOLDER = ROOT / "clients" / "js"
PNG = b"\x89PNG\r\n\x1a\n"
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def node_tests(name: str, **env: str) -> None:
    done = subprocess.run(
        ["node", "--test", f"test/{name}.test.mjs"],
        cwd=FOLDER, env=os.environ | env, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "# fail 0" in done.stdout


def test_client_keeps_its_promises_on_bad_lines() -> None:
    node_tests("wire")


def test_client_works_with_a_running_service(demo: dict[str, str]) -> None:
    node_tests("service", BASE_URL=demo["base_url"], ORG=demo["org"], API_KEY=demo["api_key"])


PAGE = """
async ({ base_url, org }) => {
  const { Client } = await import('/src/client.js');
  const getTicket = async (wanted) =>
    (await fetch('/ticket', { method: 'POST', body: JSON.stringify(wanted) })).json();
  const client = new Client({ baseUrl: base_url, org, getTicket });
  const progress = [], statuses = [];
  const png = atob(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  );
  const bytes = new Uint8Array(4_000_000);
  bytes.set(Uint8Array.from(png, (one) => one.charCodeAt(0)));
  const file = new File([bytes], 'dot.png', { type: 'image/png' });
  const asset = await client.upload(file, { onProgress: (one) => progress.push(one) });
  const { avatars } = (await client.heygen.listAvatars()).data;
  const { voices } = (await client.heygen.listVoices()).data;
  const made = await client.heygen.generateVideo({
    body: {
      video_inputs: [{
        character: { type: 'avatar', avatar_id: avatars[0].avatar_id, avatar_style: 'normal' },
        voice: { type: 'text', input_text: 'Hello!', voice_id: voices[0].voice_id },
      }],
      dimension: { width: 1280, height: 720 },
    },
  });
  const onStatus = (status) => statuses.push(status);
  const done = await made.job.wait({ onStatus, timeout: 60_000 });
  const later = new Client({ baseUrl: base_url, org, getTicket });
  const found = await later.job(made.job.id).refresh();
  const video = await (await made.job.media()).blob();
  const refusal = await client.invoke('heygen', 'no-such-action').catch((error) => error);
  const stop = new AbortController();
  const onProgress = () => stop.abort(new Error('enough'));
  const aborted = await client.upload(file, { signal: stop.signal, onProgress }).catch(String);
  return {
    aborted, asset, progress, statuses, result: done.result, found: found.status,
    video: [video.type, video.size > 1000],
    refusal: { code: refusal.code, origin: refusal.origin, retryable: refusal.retryable },
    asked: performance.getEntriesByType('resource').map(({ name }) => name),
    job: made.job.id,
  };
}
"""


@in_browser
def test_page_elsewhere_makes_video_with_ticket(demo: dict[str, str]) -> None:
    with (
        site(FOLDER, demo) as (address, made),
        chromium() as browser,
        watching(browser, demo) as watched,
    ):
        watched.page.goto(address)
        told = watched.page.evaluate(PAGE, {"base_url": demo["base_url"], "org": demo["org"]})
        complaints = [one for one in watched.complaints if "404" not in one]
    assert complaints == []
    assert (told["asset"]["mime_type"], told["asset"]["size_bytes"]) == ("image/png", 4_000_000)
    assert told["progress"][-1] == {"loaded": 4_000_000, "total": 4_000_000}
    assert (told["statuses"][0], told["statuses"][-1]) == ("pending", "succeeded")
    assert told["result"]["video_url"].startswith("http")
    assert told["aborted"] == "Error: enough"
    assert told["video"] == ["video/mp4", True]
    assert (told["found"], told["refusal"]["origin"]) == ("succeeded", "proxy")
    assert told["refusal"]["retryable"] is False
    # Its end was heard on the stream; what was asked afterwards is its result.
    asked = [one.partition(f"/jobs/{told['job']}/")[2] for one in told["asked"]]
    assert list(filter(None, asked)) == ["events/", "?wait=30", "media/"]
    assert made == [{}, {"jobs": [told["job"]]}]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT / "clients" / "python", folder / "source")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation",
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


@pytest.mark.parametrize(("size", "jobs"), [(100, 0), (33 << 20, 1)])
def test_file_of_any_size_goes_up(size: int, jobs: int, run: Run, tmp_path: Path) -> None:
    """The larger one is passed on as a job, which is waited for."""
    path = tmp_path / "dot.png"
    path.write_bytes(PNG + os.urandom(size - len(PNG)))
    asset = said(run("upload", path))
    assert (asset["size_bytes"], asset["mime_type"]) == (size, "image/png")
    listed = run("jobs", "--kind", "upload").stdout.splitlines()
    assert [json.loads(line)["status"] for line in listed] == ["succeeded"] * jobs


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


def block(page: Path, language: str) -> str:
    found: list[str] = re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(), re.M | re.S)
    return found[0]


def test_readmes_show_what_works(demo: dict[str, str], tmp_path: Path) -> None:
    shown = block(ROOT / "clients/python/README.md", "python")
    shown = shown.replace("http://127.0.0.1:8000", demo["base_url"])
    shown = shown.replace('"video.mp4"', repr(str(tmp_path / "video.mp4")))
    exec(compile(shown, "README.md", "exec"), {"key": demo["api_key"]})  # noqa: S102
    assert (tmp_path / "video.mp4").read_bytes()[4:8] == b"ftyp"
    script = tmp_path / "page.mjs"
    page = block(FOLDER / "README.md", "js").replace("http://127.0.0.1:8000", demo["base_url"])
    script.write_text(page.replace("'ai-proxy-client'", repr(str(FOLDER / "src/client.js"))))
    env = os.environ | {"KEY": demo["api_key"]}
    script.write_text(f"const API_KEY = process.env.KEY;\n{script.read_text()}")
    done = subprocess.run(["node", script], env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    *statuses, url = done.stdout.splitlines()
    assert (statuses[-1], requests.get(url, timeout=10).content[4:8]) == ("succeeded", b"ftyp")
