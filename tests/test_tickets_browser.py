"""A page at another origin with a ticket, in Chromium; its backend is the examples of the docs."""

from __future__ import annotations

import json
import re
import subprocess
import threading
import uuid
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page

from tests.browser import in_browser
from tests.deployed import Deployed, deployed
from tests.following import working
from tests.live import ROOT
from tests.upstream import Received, Script, Upstream

pytestmark = [pytest.mark.slow, in_browser]
DOCS = (ROOT / "docs" / "tickets.md").read_text()
SCENE = {
    "character": {"type": "avatar", "avatar_id": "a"},
    "voice": {"type": "text", "voice_id": "v", "input_text": "Hello."},
}
UPLOAD = """
async ({ base, ticket, size }) => {
  const headers = { "Authorization": `Token ${ticket}` };
  const made = await fetch(`${base}/services/heygen/assets/`, {
    method: "POST", body: new Uint8Array(size),
    headers: {
      ...headers, "Content-Type": "video/mp4", "X-Filename": "a.mp4", "Prefer": "respond-async",
    },
  });
  const job = made.headers.get("X-Job-Id");
  const events = await fetch(`${base}/jobs/${job}/events/`, { headers });
  const reader = events.body.pipeThrough(new TextDecoderStream()).getReader();
  let seen = "";
  for (let one; !(one = await reader.read()).done; ) seen += one.value;
  return { status: made.status, kinds: [...seen.matchAll(/^event: (.*)$/gm)].map((m) => m[1]) };
}
"""
REFUSED = """
async ({ base, ticket }) => {
  const answer = await fetch(`${base}/services/heygen/list-avatars/`, {
    method: "POST", headers: { "Authorization": `Token ${ticket}` },
  });
  return { status: answer.status, code: (await answer.json()).code };
}
"""


def example(language: str, number: int = 0) -> str:
    return re.findall(rf"```{language}\n(.*?)```", DOCS, re.DOTALL)[number]


def play(seen: Received) -> Script:
    if seen.target == "/v1/asset":
        data: Any = {"id": "a1", "url": "https://files.example.com/a1"}
    elif seen.method == "POST":
        data = {"video_id": uuid.uuid4().hex}
    else:
        video = seen.target.rpartition("=")[2]
        url = f"https://files.example.com/{video}.mp4"
        data = {"id": video, "status": "completed", "video_url": url}
    return Script(body=json.dumps({"error": None, "data": data}).encode())


class Empty(BaseHTTPRequestHandler):
    """A page with nothing on it."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>App</title>")

    def log_message(self, *given: Any) -> None:
        pass


@pytest.fixture(scope="module")
def origins() -> Iterator[list[str]]:
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), Empty) for _ in range(2)]
    for server in servers:
        threading.Thread(target=partial(server.serve_forever, 0.05), daemon=True).start()
    yield [f"http://127.0.0.1:{server.server_port}" for server in servers]
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def service(tmp_path_factory: Any, _vendor: Upstream, origins: list[str]) -> Iterator[Deployed]:
    folder = tmp_path_factory.mktemp("tickets")
    names = ("HEYGEN_BASE_URL", "HEYGEN_UPLOAD_BASE_URL")
    with deployed(folder, dict.fromkeys(names, _vendor.url)) as running:
        allow = f"""
from credentials.models import Org
org = Org.objects.get()
org.origins = {origins!r}
org.save()"""
        running.service.manage("shell", "-c", allow)
        _vendor.reset()
        _vendor.plays(play)
        with working(running.service, folder / "log"):
            yield running
        _vendor.reset()


def fitted(code: str, service: Deployed, origin: str) -> str:
    """An example as it stands in the docs, but for its addresses."""
    return code.replace("https://proxy.example.com", service.service.url).replace(
        "https://app.example.com", origin
    )


def by_python(service: Deployed, origin: str) -> str:
    scope: dict[str, Any] = {"KEY": service.key}
    exec(fitted(example("python"), service, origin), scope)  # noqa: S102  the docs' own
    text: str = scope["ticket"]("u-42")
    return text


def by_node(service: Deployed, origin: str) -> str:
    code = fitted(example("js"), service, origin) + "\nconsole.log(await ticket('u-42'));"
    command = ["node", "--input-type=module", "-e", code]
    env = {"AI_PROXY_KEY": service.key, "PATH": "/usr/bin:/bin:/usr/local/bin"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def page(browser: Browser, origins: list[str]) -> Iterator[Page]:
    made = browser.new_page()
    made.goto(origins[0])
    yield made
    made.close()


@pytest.mark.parametrize("backend", [by_python, by_node])
def test_page_makes_a_video(
    page: Page, service: Deployed, origins: list[str], backend: Any
) -> None:
    given = {
        "base": f"{service.service.url}/api/ai-proxy/orgs/acme",
        "ticket": backend(service, origins[0]),
        "body": {"video_inputs": [SCENE]},
    }
    page.add_script_tag(content=example("js", 1))
    call = "({ base, ticket, body }) => video(base, ticket, body)"
    data = page.evaluate(call, given)
    assert (data["status"], data["end_user"]) == ("succeeded", "u-42")
    again = page.evaluate(f"{call}.catch(String)", given)
    assert again == "Error: The ticket's calls are used up."


def minted(service: Deployed, origin: str, *actions: str) -> str:
    wish = {"origin": origin, "actions": list(actions)}
    url = f"{service.service.url}/api/ai-proxy/orgs/acme/tickets/"
    made = requests.post(url, json=wish, headers=service.headers, timeout=10).json()
    text: str = made["data"]["ticket"]
    return text


def test_page_uploads_and_watches(page: Page, service: Deployed, origins: list[str]) -> None:
    ticket = minted(service, origins[0], "heygen:*asset", "heygen:v3-create-direct-upload")
    base = f"{service.service.url}/api/ai-proxy/orgs/acme"
    told = page.evaluate(UPLOAD, {"base": base, "ticket": ticket, "size": 2_000_000})
    assert told["status"] == 202
    assert (told["kinds"][0], told["kinds"][-1]) == ("created", "succeeded")


def test_page_reads_why_it_is_refused(page: Page, service: Deployed, origins: list[str]) -> None:
    base = f"{service.service.url}/api/ai-proxy/orgs/acme"
    mine = minted(service, origins[0], "heygen:list-voices")
    other = minted(service, origins[1], "heygen:list-avatars")
    codes = [page.evaluate(REFUSED, {"base": base, "ticket": one}) for one in (mine, other)]
    assert codes == [
        {"status": 403, "code": "out_of_scope"},
        {"status": 403, "code": "origin_not_allowed"},
    ]
