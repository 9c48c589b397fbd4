"""The JavaScript client: against a scripted server, a served one, and in Chromium."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from ai_proxy import Client

from tests.browser import chromium, in_browser, watching
from tests.live import ROOT

pytestmark = pytest.mark.slow
FOLDER = ROOT / "clients" / "js"


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


class Site(SimpleHTTPRequestHandler):
    """A page of somebody else's and its backend, which has the key and makes tickets."""

    demo: dict[str, str]
    made: list[Any]

    def do_GET(self) -> None:
        if self.path != "/":
            return super().do_GET()
        self._say(b"<!doctype html><title>Elsewhere</title>", "text/html")

    def do_POST(self) -> None:
        wanted = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.made.append(wanted)
        demo = self.demo
        with Client(demo["base_url"], demo["org"], demo["api_key"]) as client:
            origin = f"http://localhost:{self.server.server_address[1]}"  # type: ignore[attr-defined]
            ticket = client.create_ticket(origin, ["heygen:*"], expires_in=60, **wanted)
        self._say(json.dumps(ticket).encode(), "application/json")

    def _say(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def site(demo: dict[str, str]) -> Iterator[tuple[str, list[Any]]]:
    """Its address, and what tickets were asked for."""
    made: list[Any] = []
    kind = type("Made", (Site,), {"demo": demo, "made": made})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(kind, directory=str(FOLDER)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_address[1]}/", made
    finally:
        server.shutdown()
        server.server_close()


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
  return {
    asset, progress, statuses, result: done.result, found: found.status,
    video: [video.type, video.size > 1000],
    refusal: { code: refusal.code, origin: refusal.origin, retryable: refusal.retryable },
    asked: performance.getEntriesByType('resource').map(({ name }) => name),
    job: made.job.id,
  };
}
"""


@in_browser
def test_page_elsewhere_makes_video_with_ticket(demo: dict[str, str]) -> None:
    with site(demo) as (address, made), chromium() as browser, watching(browser, demo) as watched:
        watched.page.goto(address)
        told = watched.page.evaluate(PAGE, {"base_url": demo["base_url"], "org": demo["org"]})
        complaints = [one for one in watched.complaints if "404" not in one]
    assert complaints == []
    assert (told["asset"]["mime_type"], told["asset"]["size_bytes"]) == ("image/png", 4_000_000)
    assert told["progress"][-1] == {"loaded": 4_000_000, "total": 4_000_000}
    assert (told["statuses"][0], told["statuses"][-1]) == ("pending", "succeeded")
    assert told["result"]["video_url"].startswith("http")
    assert told["video"] == ["video/mp4", True]
    assert (told["found"], told["refusal"]["origin"]) == ("succeeded", "proxy")
    assert told["refusal"]["retryable"] is False
    # Its end was heard on the stream; what was asked afterwards is its result.
    asked = [one.partition(f"/jobs/{told['job']}/")[2] for one in told["asked"]]
    assert list(filter(None, asked)) == ["events/", "?wait=30", "media/"]
    assert made == [{}, {"jobs": [told["job"]]}]
