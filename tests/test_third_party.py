"""Published clients of the vendors, as they are, through a served pass-through to the sandbox."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from sandbox.elevenlabs import audio
from tests.conftest import Sandbox
from tests.live import Service, database

pytestmark = pytest.mark.slow
HERE = Path(__file__).parent / "third_party"
PICTURE = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    b"+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
needs_pip = pytest.mark.skipif(
    not (HERE / "python").is_dir(), reason="tests/third_party/requirements.txt is not installed"
)
needs_npm = pytest.mark.skipif(
    not (HERE / "node_modules").is_dir(), reason="`npm ci` in tests/third_party was not run"
)


@pytest.fixture(scope="module")
def live(tmp_path_factory: Any, _sandbox: Sandbox) -> Iterator[Any]:
    with database(tmp_path_factory.mktemp("live")) as url:
        service = Service(
            url,
            HEYGEN_BASE_URL=_sandbox.url,
            HEYGEN_UPLOAD_BASE_URL=_sandbox.url,
            ELEVENLABS_BASE_URL=f"{_sandbox.url}/elevenlabs",
            LIVEAVATAR_BASE_URL=f"{_sandbox.url}/liveavatar",
        )
        service.manage("migrate")
        service.manage("create_org", "acme")
        for name in ("heygen", "elevenlabs", "liveavatar"):
            service.manage("set_credential", "acme", name, stdin=f"sandbox-{name}-key")
        key = service.manage("issue_key", "acme")
        with service.serving(workers=1):
            yield SimpleNamespace(
                base=f"{service.url}/api/ai-proxy/orgs/acme/services", key=key, sandbox=_sandbox
            )


@pytest.fixture
def served(live: Any) -> Any:
    live.sandbox.reset()
    return live


def run(served: Any, command: list[str], **more: str) -> dict[str, Any]:
    env = os.environ | {
        "BASE": served.base,
        "KEY": served.key,
        "PICTURE": PICTURE.decode(),
        "SOUND": base64.b64encode(audio.whole(audio.spoken("Mine."), "wav_16000")).decode(),
        **more,
    }
    done = subprocess.run(command, cwd=HERE, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    steps: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return steps


def first(served: Any, service: str, path: str) -> Any:
    """What the vendor answers to a plain read."""
    url = f"{served.base}/{service}/passthrough{path}"
    told = requests.get(url, headers={"X-Api-Key": served.key}, timeout=20)
    assert told.status_code == 200, told.text
    return told.json()


def test_elevenlabs_python(served: Any) -> None:
    steps = run(served, [sys.executable, "elevenlabs_python.py"])
    assert all(steps.values())
    assert min(steps["generate"], steps["stream"], steps["later"]) > 1000
    assert (steps["upload"], steps["fault"]) == ("Mine", 404)


@needs_pip
def test_elevenlabs_first_python(served: Any) -> None:
    steps = run(served, [sys.executable, "elevenlabs_first.py"], PYTHONPATH="python")
    assert all(steps.values())
    assert min(steps["generate"], steps["stream"]) > 1000
    assert steps["upload"] == "Mine"


@needs_pip
def test_pipecat(served: Any) -> None:
    steps = run(
        served,
        [sys.executable, "pipecat_avatars.py"],
        PYTHONPATH="python",
        LIVE_AVATAR=first(served, "liveavatar", "/v1/avatars/public")["data"]["results"][0]["id"],
    )
    assert steps == {"token": True, "session": True}


@needs_npm
def test_elevenlabs_js(served: Any) -> None:
    steps = run(served, ["node", "elevenlabs_js.mjs"])
    assert all(steps.values())
    assert min(steps["generate"], steps["stream"], steps["timestamps"]) > 1000
    assert (steps["upload"], steps["fault"]["status"]) == ("Mine", 404)


@needs_npm
def test_elevenlabs_old(served: Any) -> None:
    steps = run(served, ["node", "elevenlabs_old.mjs"])
    assert all(steps.values())
    assert min(steps["generate"], steps["stream"]) > 1000
    assert steps["upload"] == "Mine"


@needs_npm
def test_heygen_typescript(served: Any) -> None:
    steps = run(served, ["node", "heygen_ts.mjs"])
    assert min(steps["voices"], steps["avatars"]) > 0
    found = (steps["generate"], steps["status"], steps["upload"])
    assert found == ("string", "completed", "string")


@needs_npm
def test_ai_sdk(served: Any) -> None:
    voice = first(served, "elevenlabs", "/v1/voices")["voices"][0]
    assert run(served, ["node", "ai_sdk.mjs"], VOICE=voice["voice_id"])["generate"] > 1000


@needs_npm
def test_streaming_avatar(served: Any) -> None:
    steps = run(served, ["node", "streaming_avatar.mjs"])
    assert steps == {"token": "string", "session": "string"}
