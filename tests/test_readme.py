"""What the README says is so: every shell line, the shown answer, the settings."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.demo import Demo
from tests.live import ROOT

README = (ROOT / "README.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.mark.slow
def test_shell_lines_work(tmp_path: Path) -> None:
    run, test, curl, speech, credential, managing = blocks("sh")
    assert (run, test) == ("make run\n", "make test\n")  # what runs this test, and Demo.run
    newcomer = Demo(tmp_path)
    (tmp_path / "heygen-key.txt").write_text("sandbox-heygen-key\n")
    with newcomer.run() as demo:
        here = curl.replace("http://127.0.0.1:8000", demo["base_url"])
        assert json.loads(shell(newcomer, here)) == json.loads(blocks("json")[0])
        spoken = speech.replace("http://127.0.0.1:8000", demo["base_url"])
        shell(newcomer, here.splitlines()[0] + "\n" + spoken)
        assert (tmp_path / "hello.mp3").read_bytes()[:2] == b"\xff\xfb"
        assert shell(newcomer, credential).startswith("Stored my-org / heygen")
        assert json.loads(shell(newcomer, here)) == json.loads(blocks("json")[0])
        there = managing.replace("http://127.0.0.1:8000", demo["base_url"])
        stored, made = map(json.loads, shell(newcomer, there).replace("}{", "}\n{").splitlines())
        assert (stored["verified"], stored["data"]["service"]) == (True, "heygen")
        assert (made["data"]["kind"], made["key"][:5]) == ("browser", "aipb_")


def shell(newcomer: Demo, script: str) -> str:
    done = subprocess.run(
        ["sh", "-eu", "-c", script],
        cwd=newcomer.folder, env=newcomer.env, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_shown_javascript_makes_video(tmp_path: Path) -> None:
    script = tmp_path / "page.mjs"
    script.write_text(
        "const { BASE_URL, API_KEY } = process.env;\n"
        "const plain = globalThis.fetch;\n"
        "globalThis.fetch = (url, options) => plain(new URL(url, BASE_URL), options);\n"
        + blocks("js")[0]
        + "console.log(JSON.stringify(await makeVideo('Hello')));\n"
    )
    newcomer = Demo(tmp_path / "clone")
    with newcomer.run() as demo:
        url = newcomer.node(script, demo)
    assert re.fullmatch(rf"{demo['base_url']}/\S+/test-[0-9a-f]{{32}}\.mp4", url)


def test_test_command_is_what_ci_runs() -> None:
    assert "\nmake test\n" in (ROOT / ".ci" / "run").read_text()


def test_shown_action_is_in_table() -> None:
    [line] = blocks("python")
    assert line in (ROOT / "services" / "heygen" / "actions.py").read_text().replace(
        "    Act", "Act"
    )


def test_links_lead_somewhere() -> None:
    pages = [ROOT / "README.md", *ROOT.glob("docs/**/*.md")]
    links = [
        (page, target)
        for page in pages
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text())
    ]
    assert [link for link in links if not (link[0].parent / link[1]).exists()] == []
    assert links
