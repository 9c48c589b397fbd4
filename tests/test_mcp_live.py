"""The official SDK's client at the running service: it lists, reads, makes a video and waits."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import requests
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from sandbox.config import DEFAULT_KEY
from services import catalogue
from services.describing import tools
from services.describing.examples import example
from tests.conftest import Sandbox
from tests.deployed import Deployed
from tests.following import working
from tests.live import ROOT, Service, database

PUBLISHED = Path(__file__).parent / "third_party"
pytestmark = pytest.mark.slow
WORKERS = 2
VIDEO = {
    "type": "avatar",
    "avatar_id": "Abigail_expressive_2024112501",
    "script": "Hi.",
    "voice_id": "f38a635bee7a4d1f9b0a654a31d050d2",
    "title": "by an agent",
}
APPROVE = """
from jobs import approving
from jobs.models import Approval
approving.decide(Approval.objects.get().pk, yes=True, by="tests")
"""
POLICY = """
from credentials.models import Org, ServicePolicy
org = Org.objects.get(slug="acme")
ServicePolicy.objects.update_or_create(org=org, service="heygen", defaults={"approve_above": %s})
"""


@pytest.fixture(scope="module")
def live(tmp_path_factory: Any, _sandbox: Sandbox) -> Iterator[Deployed]:
    """Two workers, neither of which an agent is tied to, and one that looks after jobs."""
    _sandbox.reset()
    folder: Path = tmp_path_factory.mktemp("mcp")
    with database(folder) as url:
        vendors = {
            "HEYGEN_BASE_URL": _sandbox.url,
            "HEYGEN_UPLOAD_BASE_URL": _sandbox.url,
            "ELEVENLABS_BASE_URL": f"{_sandbox.url}/elevenlabs",
            "LIVEAVATAR_BASE_URL": f"{_sandbox.url}/liveavatar",
        }
        service = Service(url, **vendors, HEYGEN_GENERATION="legacy", POLL_RATE="50")
        service.manage("migrate")
        service.manage("create_org", "acme")
        service.manage("set_credential", "acme", "heygen", stdin=DEFAULT_KEY)
        for other in ("elevenlabs", "liveavatar"):
            service.manage("set_credential", "acme", other, stdin=f"sandbox-{other}-key")
        key = service.manage("issue_key", "acme")
        with service.serving(workers=WORKERS) as process, working(service, folder / "work.log"):
            yield Deployed(service, process, key)


@pytest.fixture
def studio(_sandbox: Sandbox) -> Sandbox:
    """What the service under test calls."""
    return _sandbox


def endpoint(live: Deployed, query: str = "") -> str:
    return f"{live.service.url}/mcp/orgs/acme/{query}"


@asynccontextmanager
async def agent(live: Deployed, mode: str = "auto", query: str = "") -> AsyncIterator[Client]:
    """A client each of whose messages comes by a connection of its own, to whichever worker."""
    loose = httpx2.Limits(max_keepalive_connections=0)
    headers = {"Authorization": f"Bearer {live.key}"}
    async with httpx2.AsyncClient(headers=headers, limits=loose, timeout=90) as http:
        transport = streamable_http_client(endpoint(live, query), http_client=http)
        async with Client(transport, mode=mode, cache=None) as client:
            yield client


def run(work: Callable[[], Awaitable[Any]]) -> Any:
    return asyncio.run(asyncio.wait_for(work(), 300))


async def listed(client: Client) -> list[Any]:
    found: list[Any] = []
    cursor: str | None = None
    while True:
        page = await client.list_tools(cursor=cursor)
        found += page.tools
        if (cursor := page.next_cursor) is None:
            return found


@pytest.mark.parametrize("mode", ["auto", "legacy", "2026-07-28"])
def test_client_lists_every_tool(live: Deployed, mode: str) -> None:
    async def work() -> list[Any]:
        async with agent(live, mode) as client:
            return await listed(client)

    found = run(work)
    assert len({tool.name for tool in found}) == len(found) > 250


READS = {"heygen": (60, 30), "elevenlabs": (11, 5), "liveavatar": (12, 8)}  # all, and good ones


@pytest.mark.parametrize("service", READS)
def test_client_calls_every_read_tool(live: Deployed, service: str) -> None:
    """What needs no id answers; what is asked about an id that is none says so."""
    vendor = next(one for one in catalogue.SERVICES if one.slug == service)

    async def work() -> dict[str, Any]:
        told: dict[str, Any] = {}
        async with agent(live, query=f"?services={service}&read_only=true") as client:
            for tool in await listed(client):
                action = vendor.by_slug.get(tool.name.partition("_")[2])
                if action is not None:
                    given = tools.arguments_of(vendor, action, example(vendor, action))
                    told[tool.name] = await client.call_tool(tool.name, given)
        return told

    told = run(work)
    every, good = READS[service]
    assert len(told) >= every
    assert all(isinstance(result.structured_content, dict) for result in told.values())
    failed = [result.structured_content for result in told.values() if result.is_error]
    assert {(said["origin"], said["upstream"]["status"]) for said in failed} <= {
        ("upstream", 400),  # one of several ids is needed
        ("upstream", 404),
    }
    assert len(told) - len(failed) >= good


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_client_makes_a_video_and_waits(live: Deployed, studio: Sandbox, mode: str) -> None:
    studio.control("config", {"render_seconds": 3})
    words: list[Any] = []

    async def heard(progress: float, total: float | None, message: str | None) -> None:
        words.append((progress, message))

    async def work() -> Any:
        async with agent(live, mode) as client:
            made = await client.call_tool("heygen_v3-create-video", VIDEO)
            assert not made.is_error, made
            job = made.structured_content["job"]["id"]
            given = {"job_id": job, "seconds": 60}
            done = await client.call_tool("wait_for_job", given, progress_callback=heard)
            link = await client.call_tool("get_job_media", {"job_id": job})
            read = await client.read_resource(f"ai-proxy://jobs/{job}")
            film = await client.read_resource(f"ai-proxy://jobs/{job}/media")
            return done.structured_content, link.structured_content, read, film

    done, link, read, film = run(work)
    assert (done["data"]["status"], done["data"]["action"]) == ("succeeded", "v3-create-video")
    assert done["data"]["result"]["video_url"]
    assert json.loads(read.contents[0].text)["status"] == "succeeded"
    assert film.contents[0].mime_type == "video/mp4"
    assert requests.get(link["data"]["url"], timeout=30).content[4:8] == b"ftyp"
    assert words
    assert words == sorted(words)


def test_approved_video_is_made_once(live: Deployed, studio: Sandbox) -> None:
    live.service.manage("shell", "-c", POLICY % 0)
    time.sleep(1)  # that a worker takes to see it
    before = len(studio.charges)

    async def ask() -> Any:
        async with agent(live) as client:
            return await client.call_tool("heygen_v3-create-video", VIDEO)

    async def carry(row: str) -> list[Any]:
        async with agent(live) as client:
            given = {"approval_id": row}
            return [await client.call_tool("wait_for_approval", given) for _ in range(3)]

    try:
        row = run(ask).structured_content["approval"]["id"]
        assert len(studio.charges) == before
        live.service.manage("shell", "-c", APPROVE)
        told = run(lambda: carry(row))
    finally:
        live.service.manage("shell", "-c", POLICY % None)
        time.sleep(1)
    videos = {result.structured_content["data"]["video_id"] for result in told}
    assert (len(videos), len(studio.charges)) == (1, before + 1)


@pytest.mark.parametrize("block", ["python", "sh"])
def test_page_tells_what_works(live: Deployed, block: str) -> None:
    page = (ROOT / "docs" / "mcp.md").read_text()
    blocks = re.findall(rf"```{block}\n(.*?)```", page, re.DOTALL)
    found = [text for text in blocks if "BASE" in text]
    script = found[0].replace("curl ", "curl -sS ")
    command = [sys.executable, "-c"] if block == "python" else ["sh", "-c"]
    env = os.environ | {"BASE": live.service.url, "KEY": live.key}
    done = subprocess.run([*command, script], env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert re.match(r"[0-9]+ \S+", done.stdout) or "avatar_id" in done.stdout


def test_revoked_key_is_out_within_a_second(live: Deployed) -> None:
    key = live.service.manage("issue_key", "acme")
    other = Deployed(live.service, live.process, key)
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    headers = other.headers | {"Accept": "application/json"}

    def status() -> int:
        return requests.post(endpoint(live), json=ping, headers=headers, timeout=30).status_code

    assert status() == 200
    revoke = f"from credentials.models import ApiKey; ApiKey.objects.get(pk='{key[5:13]}').revoke()"
    live.service.manage("shell", "-c", revoke)
    time.sleep(1)
    assert {status() for _ in range(6)} == {401}


@pytest.mark.skipif(
    not (PUBLISHED / "node_modules").is_dir(), reason="`npm ci` in tests/third_party was not run"
)
def test_typescript_client_lists_and_calls(live: Deployed) -> None:
    script = PUBLISHED / "agent.mjs"
    env = os.environ | {"API_KEY": live.key, "URL": endpoint(live, "?services=heygen")}
    node = shutil.which("node")
    assert node
    done = subprocess.run([node, script], env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["tools"], told["error"]) == (100, False)
    assert len(told["data"]["avatars"]) == 2


def test_leaving_worker_lets_go_of_who_waits(live: Deployed, studio: Sandbox) -> None:
    """The last test here: the service ends."""
    studio.control("config", {"render_seconds": 300})

    async def work() -> Any:
        async with agent(live) as client:
            made = await client.call_tool("heygen_v3-create-video", VIDEO)
            given = {"job_id": made.structured_content["job"]["id"], "seconds": 60}
            asyncio.get_running_loop().call_later(3, os.kill, live.process.pid, signal.SIGTERM)
            return await client.call_tool("wait_for_job", given)

    started = time.monotonic()
    told = run(work).structured_content
    assert "wait_for_job" in told["next"]
    assert live.process.wait(60) == 0
    assert time.monotonic() - started < 50
