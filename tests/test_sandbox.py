"""The sandbox behaves as HeyGen does, over a real socket."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from sandbox import videos
from services.action import Action
from services.heygen.actions import ACTIONS

ROOT = Path(__file__).parents[1]
KEY = "sandbox-heygen-key"
AVATAR = "Abigail_expressive_2024112501"
VOICE = "f38a635bee7a4d1f9b0a654a31d050d2"
SCHEMAS = json.loads((ROOT / "services/heygen/schemas.json").read_text())
VIDEO = (ROOT / "sandbox/video.mp4").read_bytes()
PNG = b"\x89PNG\r\n\x1a\n--not-a-boundary\r\nbytes"

Json = dict[str, Any]


@dataclass
class Server:
    """A running sandbox and a client of it."""

    base: str
    session: requests.Session = field(default_factory=requests.Session)

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        more.setdefault("headers", {"X-Api-Key": KEY})
        return self.session.request(method, self.base + path, timeout=5, **more)

    def get(self, path: str, **query: Any) -> Any:
        return self.call("GET", path, params=query).json()

    def post(self, path: str, body: object, **headers: str) -> Any:
        return self.call("POST", path, json=body, headers={"X-Api-Key": KEY, **headers}).json()

    def set(self, **config: object) -> None:
        assert self.call("POST", "/_sandbox/config", json=config).status_code == 200

    def state(self) -> Any:
        return self.get("/_sandbox/state")

    @property
    def credits(self) -> int:
        return int(self.state()["accounts"][0]["credits"])


def launch(*arguments: str) -> tuple[subprocess.Popen[bytes], Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "sandbox", "--port", str(port), *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    server = Server(f"http://127.0.0.1:{port}")
    for _ in range(500):
        try:
            server.state()
        except requests.ConnectionError:
            time.sleep(0.01)
        else:
            return process, server
    process.kill()
    raise AssertionError("the sandbox did not start")


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    process, server = launch("--render-seconds", "60", "--key", "second-key")
    yield server
    server.session.close()
    process.terminate()
    assert process.wait(5) == 0


@pytest.fixture
def heygen(running: Server) -> Server:
    """A sandbox as freshly started, whose renders do not end by themselves."""
    running.call("POST", "/_sandbox/reset")
    return running


@dataclass
class Delivery:
    headers: dict[str, str]
    raw: bytes


@pytest.fixture
def receiver() -> Iterator[tuple[str, queue.Queue[Delivery]]]:
    """A web server that keeps what is posted to it."""
    got: queue.Queue[Delivery] = queue.Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            got.put(Delivery(dict(self.headers.items()), raw))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook", got
    server.shutdown()
    server.server_close()


def legacy_body(text: str = "Hello, this is a test video.", **more: object) -> Json:
    character = {"type": "avatar", "avatar_id": AVATAR, "avatar_style": "normal"}
    voice = {"type": "text", "input_text": text, "voice_id": VOICE}
    dimension = {"width": 1280, "height": 720}
    return {
        "video_inputs": [{"character": character, "voice": voice}],
        "dimension": dimension,
    } | more


def v3_body(text: str = "Hello.", **more: object) -> Json:
    return {"type": "avatar", "avatar_id": AVATAR, "voice_id": VOICE, "script": text} | more


# --- ids -------------------------------------------------------------------------------------


@given(
    owner=st.text(),
    now=st.floats(0, 2**33),
    fails=st.booleans(),
    position=st.integers(0, 31),
    other=st.sampled_from("0123456789abcdefABCDEF g\n"),
)
def test_changed_id_is_never_accepted(
    owner: str, now: float, fails: bool, position: int, other: str
) -> None:
    video_id = videos.mint(secret=b"s", owner=owner, now=now, fails=fails)
    video = videos.read(video_id, secret=b"s", owner=owner)
    assert video == videos.Video(video_id, int(now * 1000) / 1000, fails)
    changed = video_id[:position] + other + video_id[position + 1 :]
    if changed != video_id:
        assert videos.read(changed, secret=b"s", owner=owner) is None
    assert videos.read(video_id, secret=b"s", owner=owner + "x") is None
    assert videos.read(video_id, secret=b"t", owner=owner) is None


@given(st.text() | st.text("0123456789abcdef", min_size=32, max_size=32))
def test_any_text_reads_as_no_video(text: str) -> None:
    assert videos.read(text, secret=b"s", owner="o") is None


@pytest.mark.parametrize(
    ("elapsed", "fails", "status"),
    [
        (-5, False, "waiting"),
        (0.9, False, "waiting"),
        (1, False, "pending"),
        (2.9, False, "pending"),
        (3, False, "processing"),
        (9.9, True, "processing"),
        (10, False, "completed"),
        (10, True, "failed"),
    ],
)
def test_render_moves_through_its_states(elapsed: float, fails: bool, status: str) -> None:
    assert videos.Video("v", 1000, fails).status(1000 + elapsed, 10) == status


def test_finished_video_shows_its_url_in_both_generations() -> None:
    video = videos.Video("v", 1000.5)
    assert videos.legacy_status(video, now=1010.5, seconds=10, url="U") == {
        "id": "v",
        "status": "completed",
        "video_url": "U",
        "video_url_caption": None,
        "caption_url": None,
        "thumbnail_url": None,
        "gif_url": None,
        "duration": 4.0,
        "created_at": 1000,
        "callback_id": None,
        "error": None,
    }
    assert videos.v3_video(video, now=1010.5, seconds=10, url="U", thumbnail="T") == {
        "id": "v",
        "status": "completed",
        "title": None,
        "video_url": "U",
        "captioned_video_url": None,
        "subtitle_url": None,
        "thumbnail_url": "T",
        "gif_url": None,
        "video_page_url": None,
        "duration": 4.0,
        "created_at": 1000,
        "completed_at": 1010,
        "folder_id": None,
        "output_language": None,
        "failure_code": None,
        "failure_message": None,
    }


def test_failed_video_says_why_in_both_generations() -> None:
    video = videos.Video("v", 0, fails=True)
    old = videos.legacy_status(video, now=9, seconds=1, url="U")
    new = videos.v3_video(video, now=9, seconds=1, url="U")
    message = "Video rendering failed."
    assert (old["status"], old["video_url"], old["error"]) == (
        "failed",
        None,
        {"code": "rendering_failed", "message": message, "detail": message},
    )
    assert (new["status"], new["video_url"]) == ("failed", None)
    assert (new["failure_code"], new["failure_message"]) == ("rendering_failed", message)


@pytest.mark.parametrize(
    ("slug", "show"), [("video-status", videos.legacy_status), ("v3-get-video", videos.v3_video)]
)
def test_video_has_the_fields_the_vendor_documents(slug: str, show: Callable[..., Json]) -> None:
    shown = show(videos.Video("v", 0), now=0, seconds=1, url="U")
    assert sorted(shown) == sorted(SCHEMAS[slug]["response"])


# --- every action ----------------------------------------------------------------------------


NEEDED = {  # what a body must hold although its schema does not say so
    "translate-video": {"video_url": "https://example.com/a.mp4"},
    "v3-create-video": {"script": "Hello."},
    "v3-generate-template-video": {"variables": {"script": {"type": "text", "content": "Hello."}}},
}


def example(schema: Json, name: str = "") -> Any:
    """The smallest value that a schema accepts."""
    if "$ref" in schema:
        slug = schema["$ref"].split("/")[1]
        return example(SCHEMAS[slug]["body"]) | NEEDED.get(slug, {})
    if "oneOf" in schema:
        return example(schema["oneOf"][0], name)
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "object":
        known = schema.get("properties", {})
        return {key: example(known.get(key, {}), key) for key in schema.get("required", ())}
    if kind == "array":
        return [example(schema["items"], name)]
    samples = {"integer": 1, "number": 1, "boolean": True}
    known_ids = {"avatar_id": AVATAR, "voice_id": VOICE, "url": "https://example.com/hook"}
    return samples.get(str(kind), known_ids.get(name, "text"))


def send(server: Server, action: Action, ids: dict[str, str]) -> requests.Response:
    path = action.path.format_map({name: ids.get(name, "0" * 32) for name in action.path_params})
    query = {
        param.name: param.enum[0] if param.enum else ids.get(param.name, "x")
        for param in action.query
        if param.required or param.name.endswith("_ids")
    }
    if action.request == "binary":
        return server.call(
            action.method, path, data=PNG, headers={"X-Api-Key": KEY, "Content-Type": "image/png"}
        )
    if action.request == "multipart":
        return server.call(action.method, path, files={"file": ("a.png", PNG, "image/png")})
    body = example(SCHEMAS.get(action.slug, {}).get("body", {"type": "object"}))
    body |= NEEDED.get(action.slug, {})
    body |= {name: ids[name] for name in body if name in ids}
    more = {"json": body} if action.request == "json" else {}
    return server.call(action.method, path, params=query, **more)


@pytest.fixture(scope="module")
def ids(running: Server) -> dict[str, str]:
    """One thing of each sort that paths, queries and bodies can name."""
    hook = {"url": "https://example.com/hook"}
    upload = {"files": [{"filename": "a", "content_type": "image/png", "size_bytes": 1}]}
    return {
        "template_id": running.get("/v3/templates")["data"][0]["id"],
        "group_id": running.get("/v3/avatars")["data"][0]["id"],
        "avatar_id": AVATAR,
        "look_id": AVATAR,
        "voice_id": VOICE,
        "video_id": running.post("/v3/videos", v3_body())["data"]["video_id"],
        "batch_id": running.post("/v3/assets/direct-uploads/batches", upload)["data"]["batch_id"],
        "endpoint_id": running.post("/v3/webhooks/endpoints", hook)["data"]["endpoint_id"],
        "folder_id": running.post("/v3/folders", {"name": "One"})["data"]["folder_id"],
        "username": "sandbox",
    }


LAST = sorted(ACTIONS, key=lambda action: action.destructive)  # others still need what they remove


@pytest.mark.parametrize("action", LAST, ids=lambda action: action.slug)
def test_every_action_answers_in_its_envelope(
    running: Server, ids: dict[str, str], action: Action
) -> None:
    answer = send(running, action, ids)
    if answer.headers["Content-Type"] == "audio/wav":
        assert action.response == "passthrough"
        return
    body = answer.json()
    old = action.version != "v3" or action.slug in (
        "get-template-details",
        "search-public-avatar-groups",
    )
    assert ("Deprecation" in answer.headers) == old
    if answer.ok:
        assert answer.status_code in (200, 202)
        assert_success(action, body, old=old)
    else:
        assert answer.status_code == 404, body
        assert action.path_params or action.query or action.group == "streaming", body
        if action.version == "v1":
            assert set(body) == {"code", "message"}
        else:
            assert body["error"]["code"].endswith("_not_found"), body


def assert_success(action: Action, body: Json, *, old: bool) -> None:
    if action.version == "v1":
        assert (body["code"], body["message"]) == (100, "Success")
    elif old:
        assert body["error"] is None
    elif action.pages and action.pages.items == "data":
        assert list(body) == ["data", "has_more", "next_token"]
    else:
        assert list(body) == ["data"]
    names = SCHEMAS.get(action.slug, {}).get("response") or []
    item = body["data"][0] if isinstance(body["data"], list) and body["data"] else body["data"]
    optional = {"video_translate_ids", "proofread_ids"} if old else set()
    if isinstance(item, dict):
        assert set(names) - optional <= set(item), body


def test_creating_anything_in_v3_makes_it_readable(heygen: Server) -> None:
    made = heygen.post("/v3/brand-kits", {"name": "Ours"})["data"]
    assert heygen.get(f"/v3/brand-kits/{made['id']}")["data"]["name"] == "Ours"
    assert [kit["name"] for kit in heygen.get("/v3/brand-kits")["data"]] == ["Ours"]
    assert heygen.call("DELETE", f"/v3/brand-kits/{made['id']}").status_code == 200
    assert heygen.call("GET", f"/v3/brand-kits/{made['id']}").status_code == 404


def test_generic_job_speaks_the_words_of_its_kind(heygen: Server) -> None:
    url = {"type": "url", "url": "https://example.com/a.mp4"}
    made = heygen.post("/v3/lipsyncs", {"video": url, "audio": url})["data"]
    path = f"/v3/lipsyncs/{made['lipsync_id']}"
    assert heygen.get(path)["data"]["status"] == "pending"
    heygen.set(render_seconds=0)
    done = heygen.get(path)["data"]
    assert (done["status"], done["video_url"]) == (
        "completed",
        f"{heygen.base}/files/{made['lipsync_id']}.mp4",
    )


def test_request_id_makes_background_removal_repeatable(heygen: Server) -> None:
    body = {"video": {"type": "url", "url": "https://example.com/a"}, "request_id": "r1"}
    first = heygen.post("/v3/background-removals", body)["data"]["id"]
    assert heygen.post("/v3/background-removals", body)["data"]["id"] == first
    assert heygen.credits == 999


# --- catalogue -------------------------------------------------------------------------------


def walk(server: Server, path: str, **query: object) -> list[Json]:
    found: list[Json] = []
    token = None
    while True:
        page = server.get(path, limit=50, token=token, **query)
        found += page["data"]
        assert page["has_more"] == (page["next_token"] is not None)
        token = page["next_token"]
        if token is None:
            return found


def test_legacy_lists_begin_with_the_documented_items(heygen: Server) -> None:
    answer = heygen.call("GET", "/v2/avatars")
    avatars = answer.json()["data"]["avatars"]
    voices = heygen.get("/v2/voices")["data"]["voices"]
    templates = heygen.get("/v2/templates")["data"]["templates"]
    assert (avatars[0]["avatar_id"], avatars[0]["avatar_name"]) == (AVATAR, "Abigail (Upper Body)")
    first = (voices[0]["voice_id"], voices[0]["name"], voices[0]["language"])
    assert first == (VOICE, "Chill Brian", "English")
    assert (len(avatars) > 1000, len(voices) > 1000, len(templates)) == (True, True, 25)
    assert 800_000 < len(answer.content) < 1_300_000


def test_both_generations_show_the_same_people_and_voices(heygen: Server) -> None:
    old = heygen.get("/v2/avatars")["data"]
    looks = walk(heygen, "/v3/avatars/looks")
    photos = [look["id"] for look in looks if look["avatar_type"] == "photo_avatar"]
    others = [look["id"] for look in looks if look["avatar_type"] != "photo_avatar"]
    assert others == [avatar["avatar_id"] for avatar in old["avatars"]]
    assert photos == [photo["talking_photo_id"] for photo in old["talking_photos"]]
    assert len(set(photos + others)) == len(looks)
    groups = walk(heygen, "/v3/avatars")
    assert sum(group["looks_count"] for group in groups) == len(looks)
    voices = [voice["voice_id"] for voice in heygen.get("/v2/voices")["data"]["voices"]]
    public, private = walk(heygen, "/v3/voices"), walk(heygen, "/v3/voices", type="private")
    assert [voice["voice_id"] for voice in public + private] == voices
    assert len(private) == 3


def test_full_last_page_says_there_is_no_more(heygen: Server) -> None:
    page = heygen.get("/v3/voices", type="private", limit=3)
    assert (len(page["data"]), page["has_more"], page["next_token"]) == (3, False, None)


def test_looks_can_be_filtered(heygen: Server) -> None:
    group = heygen.get("/v3/avatars/looks", limit=1)["data"][0]["group_id"]
    in_group = walk(heygen, "/v3/avatars/looks", group_id=group)
    assert {look["group_id"] for look in in_group} == {group}
    own = walk(heygen, "/v3/avatars/looks", ownership="private", avatar_type="digital_twin")
    assert len(own) == 4
    assert {look["avatar_type"] for look in own} == {"digital_twin"}


def test_every_template_has_variables(heygen: Server) -> None:
    for template in heygen.get("/v3/templates", limit=100)["data"]:
        old = heygen.get(f"/v2/template/{template['id']}")["data"]["variables"]
        new = heygen.get(f"/v3/templates/{template['id']}")["data"]["variables"]
        assert {name: value["type"] for name, value in old.items()} == {
            name: value["type"] for name, value in new.items()
        }
        assert old["script"] == {
            "name": "script",
            "type": "text",
            "properties": {"content": "Hello, welcome to this video."},
        }


# --- renders ---------------------------------------------------------------------------------


def test_legacy_render_completes_with_a_video_that_plays(heygen: Server) -> None:
    video_id = heygen.post("/v2/video/generate", legacy_body(caption=True))["data"]["video_id"]
    running = heygen.get("/v1/video_status.get", video_id=video_id)["data"]
    assert (running["status"], running["video_url"]) == ("waiting", None)
    assert heygen.call("GET", f"/files/{video_id}.mp4").status_code == 404
    heygen.set(render_seconds=0)
    done = heygen.get("/v1/video_status.get", video_id=video_id)["data"]
    url = f"{heygen.base}/files/{video_id}"
    assert (done["status"], done["video_url"], done["caption_url"]) == (
        "completed",
        f"{url}.mp4",
        f"{url}.ass",
    )
    assert heygen.call("GET", f"/files/{video_id}.mp4").content == VIDEO
    for name in ("thumbnail_url", "caption_url", "video_url_caption"):
        assert requests.get(done[name], timeout=5).ok


def test_v3_render_completes_under_the_same_id(heygen: Server) -> None:
    answer = heygen.post("/v3/videos", v3_body(title="Mine"))
    video_id = answer["data"].pop("video_id")
    assert answer == {"data": {"status": "waiting", "output_format": "mp4"}}
    assert heygen.get(f"/v3/videos/{video_id}")["data"]["status"] == "pending"
    heygen.set(render_seconds=0)
    done = heygen.get(f"/v3/videos/{video_id}")["data"]
    assert (done["status"], done["title"]) == ("completed", "Mine")
    assert heygen.get("/v1/video_status.get", video_id=video_id)["data"]["status"] == "completed"


@pytest.mark.parametrize(
    ("headers", "status", "length"),
    [({}, 200, len(VIDEO)), ({"Range": "bytes=0-99"}, 206, 100), ({"Range": "bytes=-7"}, 206, 7)],
)
def test_video_is_served_in_ranges(
    heygen: Server, headers: dict[str, str], status: int, length: int
) -> None:
    heygen.set(render_seconds=0)
    video_id = heygen.post("/v3/videos", v3_body())["data"]["video_id"]
    got = heygen.call("GET", f"/files/{video_id}.mp4", headers=headers)
    assert (got.status_code, len(got.content)) == (status, length)
    head = heygen.call("HEAD", f"/files/{video_id}.mp4", headers=headers)
    assert (head.status_code, head.content) == (status, b"")
    for answer in (got, head):
        assert answer.headers["Content-Type"] == "video/mp4"
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert answer.headers["Content-Length"] == str(length)


def test_template_renders_in_both_generations(heygen: Server) -> None:
    template = heygen.get("/v2/templates")["data"]["templates"][0]["template_id"]
    text = {"name": "script", "type": "text", "properties": {"content": "Hello."}}
    old = heygen.post(
        f"/v2/template/{template}/generate",
        {"test": True, "caption": False, "variables": {"script": text}},
    )
    assert list(old["data"]) == ["video_id"]
    flat = {"variables": {"script": {"type": "text", "content": "Hello."}}}
    new = heygen.post(f"/v3/templates/{template}", flat)["data"]
    assert new["status"] == "pending"
    assert heygen.get(f"/v3/videos/{new['id']}")["data"] == new
    assert heygen.credits == 999


def test_failing_script_fails_and_is_paid_back(heygen: Server) -> None:
    video_id = heygen.post("/v2/video/generate", legacy_body("Please [fail]."))["data"]["video_id"]
    assert heygen.credits == 999
    heygen.set(render_seconds=0)
    data = heygen.get("/v1/video_status.get", video_id=video_id)["data"]
    assert (data["status"], data["video_url"]) == ("failed", None)
    assert set(data["error"]) == {"code", "message", "detail"}
    wait_for(lambda: heygen.credits == 1000)
    assert [entry["credits"] for entry in heygen.state()["ledger"]] == [1, -1]


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_only_renders_that_are_no_tests_are_charged(heygen: Server) -> None:
    heygen.post("/v2/video/generate", legacy_body(test=True))
    assert (heygen.credits, heygen.state()["ledger"]) == (1000, [])
    video_id = heygen.post("/v2/video/generate", legacy_body(test=False))["data"]["video_id"]
    (entry,) = heygen.state()["ledger"]
    assert (heygen.credits, entry["id"], entry["action"], entry["credits"]) == (
        999,
        video_id,
        "generate-video",
        1,
    )
    assert heygen.get("/v2/user/remaining_quota")["data"]["remaining_quota"] == 999
    assert heygen.get("/v3/users/me")["data"]["wallet"]["remaining_balance"] == 999


def test_idempotency_key_repeats_the_first_answer(heygen: Server) -> None:
    first = heygen.post("/v3/videos", v3_body(), **{"Idempotency-Key": "k:1"})
    again = heygen.post("/v3/videos", v3_body("Other text."), **{"Idempotency-Key": "k:1"})
    other = heygen.post("/v3/videos", v3_body(), **{"Idempotency-Key": "k:2"})
    assert first == again != other
    assert heygen.credits == 998


def test_refused_request_frees_its_idempotency_key(heygen: Server) -> None:
    heygen.post("/v3/videos", {"type": "avatar"}, **{"Idempotency-Key": "k"})
    assert "data" in heygen.post("/v3/videos", v3_body(), **{"Idempotency-Key": "k"})


def test_running_request_blocks_its_idempotency_key(heygen: Server) -> None:
    heygen.set(latency=0.3)
    headers = {"X-Api-Key": KEY, "Idempotency-Key": "k"}
    both: list[int] = []

    def post() -> None:
        url = f"{heygen.base}/v3/videos"
        both.append(requests.post(url, json=v3_body(), headers=headers, timeout=5).status_code)

    threads = [threading.Thread(target=post) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(both) == [200, 409]


def test_deleted_video_is_gone(heygen: Server) -> None:
    first, second = (heygen.post("/v3/videos", v3_body())["data"]["video_id"] for _ in range(2))
    gone = heygen.call("DELETE", f"/v3/videos/{first}")
    assert gone.json() == {"data": {"id": first, "deleted": True}}
    assert [video["id"] for video in heygen.get("/v3/videos")["data"]] == [second]
    old = heygen.call("DELETE", "/v1/video.delete", params={"video_id": second})
    assert old.json() == {"code": 100, "data": None, "message": "Success"}
    assert heygen.get("/v1/video.list")["data"] == {"videos": [], "total": 0, "token": ""}
    assert heygen.call("GET", f"/v3/videos/{first}").status_code == 404


def test_translation_is_followed_in_both_generations(heygen: Server) -> None:
    wish = {"video_url": "https://example.com/a.mp4", "output_language": "Spanish"}
    old = heygen.post("/v2/video_translate", wish)["data"]["video_translate_id"]
    video = {"type": "url", "url": "https://example.com/a.mp4"}
    wish = {"video": video, "output_languages": ["French", "German"]}
    new = heygen.post("/v3/video-translations", wish)["data"]["video_translation_ids"]
    assert len(new) == 2
    assert heygen.get(f"/v2/video_translate/{old}")["data"]["status"] == "pending"
    heygen.set(render_seconds=0)
    assert heygen.get(f"/v2/video_translate/{old}")["data"] == {
        "video_translate_id": old,
        "title": f"Untitled {old[:6]}",
        "status": "success",
        "url": f"{heygen.base}/files/{old}.mp4",
        "message": None,
    }
    done = heygen.get(f"/v3/video-translations/{new[1]}")["data"]
    assert (done["status"], done["output_language"]) == ("completed", "German")
    assert heygen.credits == 997


def test_batch_reports_each_of_its_videos(heygen: Server) -> None:
    videos_wanted = {"videos": [v3_body(), v3_body("[fail]")]}
    answer = heygen.call("POST", "/v3/videos/batches", json=videos_wanted)
    batch = answer.json()["data"]
    assert (answer.status_code, batch["total_items"]) == (202, 2)
    heygen.set(render_seconds=0)
    data = heygen.get(f"/v3/videos/batches/{batch['batch_id']}", limit=1)["data"]
    assert (data["has_more"], len(data["items"])) == (True, 1)
    assert data["counts_by_status"] == {"completed": 1, "failed": 1}
    rows = heygen.get("/v3/videos/statuses", batch_ids=batch["batch_id"])["data"]
    assert [row["status"] for row in rows] == ["completed", "failed"]


def test_accounts_do_not_see_each_other(heygen: Server) -> None:
    video_id = heygen.post("/v3/videos", v3_body())["data"]["video_id"]
    other = heygen.call("GET", f"/v3/videos/{video_id}", headers={"X-Api-Key": "second-key"})
    assert other.status_code == 404
    bearer = {"Authorization": f"Bearer {KEY}"}
    assert heygen.call("GET", f"/v3/videos/{video_id}", headers=bearer).ok


def test_streaming_token_opens_only_streaming(heygen: Server) -> None:
    token = heygen.post("/v1/streaming.create_token", {})["data"]["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert heygen.call("GET", "/v1/streaming.list", headers=bearer).ok
    assert heygen.call("GET", "/v1/video.list", headers=bearer).status_code == 401


# --- refusals --------------------------------------------------------------------------------


def error(code: str, message: str, **param: str) -> Json:
    return {"error": {"code": code, "message": message, **param}}


def legacy_error(code: str, message: str) -> Json:
    return {"error": {"code": code, "message": message}, "data": None}


NO_CREDIT = "Insufficient credit. This operation requires 'api' credits."
UNKNOWN_PATH = "The requested path does not exist."


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/video.list", {"code": 400112, "message": "Unauthorized"}),
        ("/v2/avatars", legacy_error("unauthorized", "Unauthorized")),
        ("/v3/avatar_groups/search", legacy_error("unauthorized", "Unauthorized")),
        ("/v3/voices", error("unauthorized", "Unauthorized")),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"X-Api-Key": "wrong"}, {"Authorization": f"Basic {KEY}"}])
def test_unknown_key_is_refused(
    heygen: Server, path: str, body: Json, headers: dict[str, str]
) -> None:
    answer = heygen.call("GET", path, headers=headers)
    assert (answer.status_code, answer.json()) == (401, body)


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "body"),
    [
        ("GET", "/v1/nothing", None, 404, {"code": 40400, "message": UNKNOWN_PATH}),
        ("GET", "/v2/nothing", None, 404, legacy_error("not_found", UNKNOWN_PATH)),
        ("GET", "/v3/nothing", None, 404, error("not_found", UNKNOWN_PATH)),
        ("GET", "/v3/videos/a%2Fb", None, 404,
         error("video_not_found", "Video not found")),
        ("PUT", "/v3/voices", None, 405, error("method_not_allowed", "Method not allowed.")),
        ("GET", "/v1/video_status.get?video_id=x", None, 404,
         {"code": 40104, "message": "Video not found"}),
        ("GET", "/v1/video_status.get", None, 400,
         {"code": 40012, "message": "video_id is required."}),
        ("DELETE", "/v1/webhook/endpoint.delete?endpoint_id=x", None, 404,
         {"code": 400131, "message": "Webhook endpoint not found"}),
        ("POST", "/v1/webhook/endpoint.add", {"url": "nonsense"}, 400,
         {"code": 400542, "message": "url is not a valid webhook address."}),
        ("GET", "/v2/template/x", None, 404,
         legacy_error("template_not_found", "Template not found")),
        ("POST", "/v2/video/generate", b"{", 400,
         legacy_error("invalid_parameter", "The request body is not valid JSON.")),
        ("POST", "/v1/video/share", {}, 400,
         {"code": 40001, "message": "video_id is invalid: field required."}),
        ("POST", "/v2/video/generate", {}, 400,
         legacy_error("invalid_parameter", "video_inputs is invalid: field required.")),
        ("POST", "/v2/video/generate", legacy_body("x" * 5001), 400,
         legacy_error("invalid_parameter", "video_inputs.0.voice.input_text is invalid: "
                      "text exceeds the limit of 5000 characters.")),
        ("POST", "/v3/videos", {"avatar_id": AVATAR}, 400,
         error("invalid_parameter", "type is invalid: is missing or not a known type.",
               param="type")),
        ("POST", "/v3/videos", {"type": "avatar"}, 400,
         error("invalid_parameter", "avatar_id is invalid: field required.", param="avatar_id")),
        ("POST", "/v3/videos", v3_body(avatar_id="nobody"), 404,
         error("avatar_not_found", "Avatar nobody not found", param="avatar_id")),
        ("POST", "/v3/videos", v3_body(voice_id="nobody"), 404,
         error("voice_not_found", "Voice nobody not found", param="voice_id")),
        ("POST", "/v3/videos", v3_body(engine={"type": "avatar_v"}), 400,
         error("invalid_parameter", "This look does not support the engine.", param="engine")),
        ("POST", "/v3/videos", v3_body(script=None), 400,
         error("invalid_parameter", "A script or an audio is required.", param="script")),
        ("GET", "/v3/avatars/looks?limit=51", None, 400,
         error("invalid_parameter", "limit is invalid: must be at most 50.", param="limit")),
        ("GET", "/v3/voices?token=x", None, 400,
         error("invalid_parameter", "token is invalid.", param="token")),
    ],
)  # fmt: skip
def test_refusal_reads_as_the_vendors(
    heygen: Server, method: str, path: str, sent: object, status: int, body: Json
) -> None:
    more = {"data": sent} if isinstance(sent, bytes) else {"json": sent}
    answer = heygen.call(method, path, **more)
    assert (answer.status_code, answer.json()) == (status, body)
    assert heygen.credits == 1000


def test_unknown_avatar_is_refused_in_v2(heygen: Server) -> None:
    body = legacy_body()
    body["video_inputs"][0]["character"]["avatar_id"] = "nobody"
    answer = heygen.call("POST", "/v2/video/generate", json=body)
    assert answer.status_code == 404
    assert answer.json() == legacy_error("avatar_not_found", "Avatar nobody not found")


def test_empty_account_is_refused_as_each_generation_does(heygen: Server) -> None:
    heygen.set(credits=0)
    old = heygen.call("POST", "/v2/video/generate", json=legacy_body())
    new = heygen.call("POST", "/v3/videos", json=v3_body())
    code = "MOVIO_PAYMENT_INSUFFICIENT_CREDIT"
    assert (old.status_code, old.json()) == (400, legacy_error(code, NO_CREDIT))
    assert (new.status_code, new.json()) == (402, error("insufficient_credit", NO_CREDIT))
    assert "data" in heygen.post("/v2/video/generate", legacy_body(test=True))


def test_blank_idempotency_key_is_refused(heygen: Server) -> None:
    for key in ("", "with space", "x" * 256):
        headers = {"X-Api-Key": KEY, "Idempotency-Key": key}
        assert heygen.call("POST", "/v3/videos", json=v3_body(), headers=headers).status_code == 400


def test_too_many_calls_are_told_to_wait(heygen: Server) -> None:
    heygen.set(rate_limit=2)
    assert [heygen.call("GET", "/v3/users/me").status_code for _ in range(2)] == [200, 200]
    slow = heygen.call("GET", "/v3/users/me")
    assert (slow.status_code, slow.headers["Retry-After"]) == (429, "1")
    assert slow.json() == error("rate_limit_exceeded", "Rate limit exceeded.")


@pytest.mark.parametrize(
    ("switch", "dead", "alive"),
    [
        ("legacy", ["/v1/video.list", "/v2/avatars", "/v3/template/x"], "/v3/voices"),
        ("v3", ["/v3/voices", "/v3/nothing"], "/v2/templates"),
    ],
)
@pytest.mark.parametrize("status", [410, 404])
def test_retired_generation_answers_without_its_envelope(
    heygen: Server, switch: str, dead: list[str], alive: str, status: int
) -> None:
    heygen.set(**{switch: False, "retired_status": status})
    for path in dead:
        answer = heygen.call("GET", path, headers={})
        assert answer.status_code == status
        assert answer.json() == {
            "message": "This API version has been retired. See https://developers.heygen.com"
        }
    assert heygen.call("GET", alive).ok


def test_legacy_answers_carry_their_sunset(heygen: Server) -> None:
    for path in ("/v2/templates", "/v2/template/unknown"):
        headers = heygen.call("GET", path).headers
        assert (headers["Deprecation"], headers["Sunset"]) == (
            "true",
            "Sat, 31 Oct 2026 00:00:00 GMT",
        )
    assert "Sunset" not in heygen.call("GET", "/v3/templates").headers


# --- assets, folders, webhooks ---------------------------------------------------------------


def test_raw_upload_can_be_fetched_used_and_deleted(heygen: Server) -> None:
    headers = {"X-Api-Key": KEY, "Content-Type": "image/png"}
    answer = heygen.call("POST", "/v1/asset", data=PNG, headers=headers).json()
    asset = answer["data"]
    assert (answer["code"], answer["msg"], asset["file_type"]) == (100, "Success", "image")
    assert requests.get(asset["url"], timeout=5).content == PNG
    assert heygen.get(f"/v3/assets/{asset['id']}")["data"]["url"] == asset["url"]
    assert heygen.get("/v1/asset/list")["data"]["total"] == 1
    body = v3_body(script=None, audio_asset_id=asset["id"])
    assert "data" in heygen.post("/v3/videos", body)
    assert heygen.call("POST", f"/v1/asset/{asset['id']}/delete").ok
    assert heygen.call("POST", "/v3/videos", json=body).status_code == 404


def test_multipart_upload_keeps_every_byte(heygen: Server) -> None:
    content = bytes(range(256)) + b"\r\n--\r\n\r\n"
    files = {"file": ("a.png", content, "image/png")}
    asset = heygen.call("POST", "/v3/assets", files=files).json()["data"]
    assert (asset["mime_type"], asset["size_bytes"]) == ("image/png", len(content))
    assert requests.get(asset["url"], timeout=5).content == content
    wrong = heygen.call("POST", "/v3/assets", files={"other": ("a.png", content, "image/png")})
    assert (wrong.status_code, wrong.json()["error"]["param"]) == (400, "file")


def test_direct_upload_completes_once_the_bytes_arrived(heygen: Server) -> None:
    digest = hashlib.sha256(PNG).hexdigest()
    wish = {"filename": "a.png", "content_type": "image/png", "size_bytes": len(PNG)}
    slot = heygen.post("/v3/assets/direct-uploads", wish | {"checksum_sha256": digest})["data"]
    done = f"/v3/assets/{slot['asset_id']}/complete"
    assert heygen.call("POST", done, json={}).status_code == 409
    assert requests.put(slot["upload_url"], PNG[:-1], timeout=5).status_code == 400
    assert requests.put(slot["upload_url"], PNG, timeout=5).ok
    assert heygen.post(done, {})["data"] == {
        "asset_id": slot["asset_id"],
        "url": f"{heygen.base}/files/assets/{slot['asset_id']}",
        "mime_type": "image/png",
        "size_bytes": len(PNG),
        "status": "completed",
    }


def test_folder_is_renamed_trashed_and_restored(heygen: Server) -> None:
    folder = heygen.post("/v3/folders", {"name": "One"})["data"]["folder_id"]
    heygen.post(f"/v1/folders/{folder}", {"name": "Two"})
    heygen.post(f"/v1/folders/{folder}/trash", None)
    assert heygen.get("/v1/folders")["data"]["folders"] == []
    heygen.post(f"/v1/folders/{folder}/restore", None)
    (shown,) = heygen.get("/v1/folders")["data"]["folders"]
    assert shown == {"id": folder, "name": "Two", "parent_id": None, "project_type": "mixed"}


def test_v3_shows_a_webhook_secret_once(heygen: Server) -> None:
    made = heygen.post("/v3/webhooks/endpoints", {"url": "https://example.com/hook"})["data"]
    assert made["secret"].startswith("whsec_")
    (read,) = heygen.get("/v3/webhooks/endpoints")["data"]
    assert read == made | {"secret": None}
    (old,) = heygen.get("/v1/webhook/endpoint.list")["data"]
    assert old["secret"] == made["secret"]
    path = f"/v3/webhooks/endpoints/{made['endpoint_id']}"
    assert heygen.post(f"{path}/rotate-secret", None)["data"]["secret"] != made["secret"]
    assert heygen.call("DELETE", path).ok
    assert heygen.get("/v3/webhooks/endpoints")["data"] == []


def test_finished_render_posts_signed_and_unsigned(
    heygen: Server, receiver: tuple[str, queue.Queue[Delivery]]
) -> None:
    url, got = receiver
    wish = {"url": url, "events": ["avatar_video.success"]}
    secret = heygen.post("/v3/webhooks/endpoints", wish)["data"]["secret"]
    heygen.post("/v3/webhooks/endpoints", {"url": url, "events": ["avatar_video.fail"]})
    body = v3_body(callback_id="c1", callback_url=url)
    video_id = heygen.post("/v3/videos", body)["data"]["video_id"]
    heygen.set(render_seconds=0)
    deliveries = [got.get(timeout=5), got.get(timeout=5)]
    unsigned, signed = sorted(deliveries, key=lambda item: "Heygen-Signature" in item.headers)
    video_url = f"{heygen.base}/files/{video_id}.mp4"
    assert json.loads(signed.raw) == {
        "event_type": "avatar_video.success",
        "event_data": {
            "video_id": video_id,
            "url": video_url,
            "gif_download_url": video_url.replace(".mp4", ".gif"),
            "video_page_url": video_url,
            "video_share_page_url": video_url,
            "folder_id": None,
            "callback_id": "c1",
        },
    }
    mark = hmac.new(secret.encode(), signed.raw, hashlib.sha256).hexdigest()
    assert (signed.headers["Heygen-Signature"], signed.headers["signature"]) == (mark, mark)
    assert abs(int(signed.headers["Heygen-Timestamp"]) - time.time()) < 60
    assert unsigned.raw == signed.raw
    assert "Heygen-Signature" not in unsigned.headers
    (event,) = heygen.get("/v3/webhooks/events")["data"]
    assert event["event_id"] == signed.headers["Heygen-Event-Id"]
    assert got.empty()


# --- the control plane -----------------------------------------------------------------------


def test_requests_are_recorded_as_they_came(heygen: Server) -> None:
    heygen.call("POST", "/v3/videos/a%2Fb?x=%20y", data="text", headers={"X-Odd": "é"})
    (seen,) = heygen.get("/_sandbox/requests")
    assert (seen["method"], seen["target"], seen["body"]) == (
        "POST",
        "/v3/videos/a%2Fb?x=%20y",
        "text",
    )
    assert ["host", heygen.base.removeprefix("http://")] in seen["headers"]


def test_fault_replaces_answers_as_often_as_asked(heygen: Server) -> None:
    fault = {"match": "GET /v3/voi", "status": 503, "body": {"a": 1}, "times": 2}
    heygen.post("/_sandbox/faults", [fault | {"headers": {"Retry-After": "7"}}])
    for _ in range(2):
        answer = heygen.call("GET", "/v3/voices")
        assert (answer.status_code, answer.json()) == (503, {"a": 1})
        assert answer.headers["Retry-After"] == "7"
    assert heygen.call("GET", "/v3/voices").ok


@pytest.mark.parametrize(("after", "credits"), [(False, 1000), (True, 999)])
def test_dropped_call_may_have_been_carried_out(heygen: Server, after: bool, credits: int) -> None:
    fault = {"match": "POST /v3/videos", "drop": True, "times": 1, "after": after}
    heygen.post("/_sandbox/faults", [fault])
    host = heygen.base.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=5)
    connection.request("POST", "/v3/videos", json.dumps(v3_body()), {"X-Api-Key": KEY})
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        connection.getresponse()
    connection.close()
    assert heygen.credits == credits


def test_delayed_call_is_answered_in_the_end(heygen: Server) -> None:
    heygen.post("/_sandbox/faults", [{"match": "* /v2/templates", "delay": 0.2}])
    began = time.monotonic()
    assert heygen.call("GET", "/v2/templates").ok
    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("config", {"no_such_thing": 1}),
        ("config", {"legacy": "yes"}),
        ("config", {"render_seconds": -1}),
        ("config", []),
        ("faults", [{"status": 500}]),
        ("faults", [{"match": "GET /", "wrong": 1}]),
        ("faults", {}),
    ],
)
def test_wrong_settings_are_refused(heygen: Server, path: str, body: object) -> None:
    assert heygen.call("POST", f"/_sandbox/{path}", json=body).status_code == 400


def test_reset_forgets_everything(heygen: Server) -> None:
    video_id = heygen.post("/v3/videos", v3_body())["data"]["video_id"]
    heygen.post("/v3/folders", {"name": "One"})
    heygen.set(legacy=False, credits=5)
    heygen.call("POST", "/_sandbox/reset")
    state = heygen.state()
    counts = {"videos": 0, "translations": 0, "assets": 0, "folders": 0, "webhooks": 0, "events": 0}
    assert state["accounts"][0] | counts | {"credits": 1000} == state["accounts"][0]
    assert (state["config"]["legacy"], state["ledger"], state["requests"]) == (True, [], 0)
    assert heygen.call("GET", f"/v3/videos/{video_id}").status_code == 404


def test_restarted_sandbox_still_knows_its_videos() -> None:
    process, first = launch("--render-seconds", "0", "--no-legacy")
    video_id = first.post("/v3/videos", v3_body())["data"]["video_id"]
    assert first.call("GET", "/v2/templates").status_code == 410
    process.send_signal(signal.SIGINT)
    assert process.wait(5) == 0
    first.session.close()
    process, second = launch("--render-seconds", "0")
    try:
        assert second.get(f"/v3/videos/{video_id}")["data"]["status"] == "completed"
        assert second.call("GET", f"/files/{video_id}.mp4").content == VIDEO
    finally:
        second.session.close()
        process.terminate()
        assert process.wait(5) == 0


def test_taken_port_is_reported(running: Server) -> None:
    port = running.base.rsplit(":", 1)[1]
    command = [sys.executable, "-m", "sandbox", "--port", port]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=5)
    assert (ended.returncode, ended.stderr.decode()) == (1, f"127.0.0.1:{port} is in use\n")
