"""Results of jobs by links that last: fetched from wherever they lie now, whole or in part."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests
from django.test import Client
from django.utils import timezone

from jobs import tracking
from jobs.models import Job
from jobs.tracking import Seen
from services import bulkhead, upstream
from services.action import ORDINARY
from services.errors import UpstreamFailed
from services.following import polling, results
from services.gate import gate
from tests.conftest import Caller, Sandbox
from tests.factories import HEYGEN_SECRET, make_account
from tests.test_generations import AVATAR, VOICE
from tests.upstream import Received, Script, Upstream
from tests.working import FAILED, Status, begun

VIDEO = bytes(range(256)) * 40


class Host:
    """A vendor whose status answers mint URLs that end, and the host of its files."""

    def __init__(self, vendor: Upstream) -> None:
        self.vendor = vendor
        self.minted = 0
        self.good = "1"  # the URLs' tokens that work
        self.refusal = 403
        self.more: dict[str, Any] = {}
        self.headers = {"Content-Type": "video/mp4", "ETag": '"e1"', "Set-Cookie": "a=b"}
        self.status: Script | None = None
        vendor.plays(self.play)

    def play(self, seen: Received) -> Script:
        if seen.target.startswith("/files/"):
            return self.file(seen)
        if self.status is not None:
            return self.status
        self.minted += 1
        data = {
            "id": "vid1",
            "status": "completed",
            "video_url": self.url(self.minted),
            **self.more,
        }
        return Script(body=json.dumps({"code": 100, "data": data}).encode())

    def url(self, token: int) -> str:
        return f"{self.vendor.url}/files/a%20b.mp4?Token={token}&Signature=x%2By~z"

    def file(self, seen: Received) -> Script:
        if f"Token={self.good}&Signature=x%2By~z" not in seen.target:
            return Script(status=self.refusal, body=b"<Error>AKIA-SIGNED</Error>")
        given = seen.header("range")
        if not given:
            return Script(body=VIDEO, headers=self.headers)
        first, _, last = given[0].removeprefix("bytes=").partition("-")
        start, end = int(first), int(last or len(VIDEO) - 1)
        if start >= len(VIDEO):
            return Script(status=416, headers={"Content-Range": f"bytes */{len(VIDEO)}"})
        whole = f"bytes {start}-{end}/{len(VIDEO)}"
        return Script(
            status=206,
            body=VIDEO[start : end + 1],
            headers={**self.headers, "Content-Range": whole},
        )

    @property
    def fetched(self) -> list[Received]:
        return [seen for seen in self.vendor.requests if seen.target.startswith("/files/")]


@pytest.fixture
def host(vendor: Upstream, settings: Any) -> Host:
    settings.HEYGEN_GENERATION = "legacy"
    return Host(vendor)


def ended(call: Caller, host: Host, *, token: int = 1, age: float = 0, **more: Any) -> Job:
    """A finished job whose URL of this token is so many seconds old."""
    host.minted = max(host.minted, token)
    job = begun(call.account)
    data = {"status": "completed", "video_url": host.url(token), **more}
    answer = json.dumps({"data": data})
    job = tracking.observe(job.id, Seen(Status.SUCCEEDED, "completed", answer=answer), "poll")
    Job.objects.filter(pk=job.pk).update(seen_at=timezone.now() - timedelta(seconds=age))
    return job


def media(call: Caller, job: Job, query: str = "", method: str = "GET", **headers: str) -> Any:
    given = {"Authorization": call.account.authorization} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    path = f"/api/ai-proxy/orgs/{call.account.org.slug}/jobs/{job.id}/media/{query}"
    return call.client.generic(method, path, headers=given)


def test_result_streams_through(call: Caller, host: Host) -> None:
    answer = media(call, ended(call, host))
    assert (answer.status_code, b"".join(answer)) == (200, VIDEO)
    shown = {
        name: answer.headers.get(name)
        for name in ("Content-Type", "Content-Length", "Accept-Ranges", "ETag", "Set-Cookie",
                     "Cache-Control", "Content-Disposition", "X-Content-Type-Options")
    }  # fmt: skip
    assert shown == {
        "Content-Type": "video/mp4",
        "Content-Length": str(len(VIDEO)),
        "Accept-Ranges": "bytes",
        "ETag": '"e1"',
        "Set-Cookie": None,
        "Cache-Control": "private, no-cache",
        "Content-Disposition": "inline",
        "X-Content-Type-Options": "nosniff",
    }
    [seen] = host.vendor.requests  # the URL is young: the vendor's API is not asked
    assert seen.target == "/files/a%20b.mp4?Token=1&Signature=x%2By~z"
    sent = str(seen.headers).lower()
    assert HEYGEN_SECRET not in sent
    assert call.account.text not in sent
    assert "authorization" not in sent
    assert "x-api-key" not in sent


def test_part_of_result(call: Caller, host: Host) -> None:
    answer = media(call, ended(call, host), Range="bytes=10-19", If_Range='"e1"')
    assert (answer.status_code, b"".join(answer)) == (206, VIDEO[10:20])
    assert answer.headers["Content-Range"] == f"bytes 10-19/{len(VIDEO)}"
    assert answer.headers["Content-Length"] == "10"
    assert host.fetched[0].header("if-range") == ['"e1"']


def test_part_outside_is_refused(call: Caller, host: Host) -> None:
    answer = media(call, ended(call, host), Range=f"bytes={len(VIDEO)}-")
    assert (answer.status_code, answer.json()["origin"]) == (416, "upstream")
    assert answer.headers["Content-Range"] == f"bytes */{len(VIDEO)}"


def test_head_tells_size(call: Caller, host: Host) -> None:
    answer = media(call, ended(call, host), method="HEAD")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(VIDEO))
    assert answer.headers["Content-Type"] == "video/mp4"
    assert [seen.method for seen in host.fetched] == ["GET"]  # presigned URLs are for GET alone


@pytest.mark.parametrize("refusal", [401, 403, 404, 410])
def test_ended_url_is_renewed(call: Caller, host: Host, refusal: int) -> None:
    host.good, host.refusal = "2", refusal
    job = ended(call, host)
    answer = media(call, job, Range="bytes=0-3")
    assert (answer.status_code, b"".join(answer)) == (206, VIDEO[:4])
    assert [seen.target.partition("?")[0] for seen in host.vendor.requests] == [
        "/files/a%20b.mp4", "/v1/video_status.get", "/files/a%20b.mp4",
    ]  # fmt: skip
    job.refresh_from_db()
    assert job.result["video_url"] == host.url(2)
    assert b"".join(media(call, job)) == VIDEO
    assert host.minted == 2  # the renewed one was kept


def test_old_url_is_not_even_tried(call: Caller, host: Host) -> None:
    host.good = "2"
    answer = media(call, ended(call, host, age=600))
    assert (answer.status_code, len(host.fetched)) == (200, 1)


def test_url_that_never_works_is_vendors_fault(call: Caller, host: Host) -> None:
    host.good = "none"
    for refusal, status, code in ((403, 502, "upstream_failed"), (404, 404, "upstream_error")):
        host.refusal = refusal
        answer = media(call, ended(call, host, age=600))
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert b"AKIA" not in answer.content


def test_deleted_result_is_vendors_404(call: Caller, host: Host) -> None:
    host.status = Script(body=b'{"code":40104,"message":"video not found"}')
    answer = media(call, ended(call, host, age=600))
    assert (answer.status_code, host.fetched) == (404, [])


def test_redirect_on_demand(call: Caller, host: Host) -> None:
    answer = media(call, ended(call, host), "?redirect=1")
    assert (answer.status_code, answer.headers["Location"]) == (302, host.url(1))
    assert answer.headers["Cache-Control"] == "no-store"
    assert host.fetched == []


def test_kinds_of_results(call: Caller, host: Host) -> None:
    more = {
        "caption_url": host.url(1).replace("a%20b.mp4", "c.srt"),
        "thumbnail_url": host.url(1).replace("a%20b.mp4", "t.jpg"),
        "gif_url": None,
    }
    job = ended(call, host, **more)
    for kind, name in (("video", "a%20b.mp4"), ("caption", "c.srt"), ("thumbnail", "t.jpg")):
        answer = media(call, job, f"?kind={kind}&redirect=1")
        assert answer.headers["Location"] == host.url(1).replace("a%20b.mp4", name)
    for kind in ("gif", "audio"):
        answer = media(call, job, f"?kind={kind}")
        assert (answer.status_code, answer.json()["code"]) == (404, "no_result")


@pytest.mark.parametrize("query", ["?kind=secrets", "?item=x", "?item=-1", "?item=1000", "?url=x"])
def test_odd_wish_is_refused(call: Caller, host: Host, query: str) -> None:
    answer = media(call, ended(call, host), query)
    assert (answer.status_code, host.vendor.requests) == (400, [])


@pytest.mark.parametrize("status", ["pending", "running", "failed"])
def test_unfinished_work_has_no_result(call: Caller, host: Host, status: str) -> None:
    job = begun(call.account)
    tracking.observe(job.id, FAILED if status == "failed" else Seen(Status(status)), "poll")
    answer = media(call, job)
    code = "job_failed" if status == "failed" else "job_not_ended"
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert host.vendor.requests == []


def test_given_up_work_may_have_ended(call: Caller, host: Host) -> None:
    """Expired or stopped: nobody looked, so the vendor is asked."""
    job = begun(call.account)
    tracking.stop(job.id)
    assert b"".join(media(call, job)) == VIDEO


def test_too_large_result_is_refused(call: Caller, host: Host, settings: Any) -> None:
    settings.MAX_MEDIA_BYTES = len(VIDEO) - 1
    answer = media(call, ended(call, host))
    assert (answer.status_code, answer.json()["code"]) == (502, "upstream_too_large")


@pytest.mark.parametrize("how", ["read", "left", "head", "redirect", "refused"])
def test_places_are_given_back(call: Caller, host: Host, how: str) -> None:
    names = (("media", "acme"), ("media",))
    before = [gate.inside, *map(bulkhead.orgs.used, names)]
    job = ended(call, host)
    query = {"redirect": "?redirect=1", "refused": "?kind=gif"}.get(how, "")
    answer = media(call, job, query, method="HEAD" if how == "head" else "GET")
    if how == "read":
        assert b"".join(answer) == VIDEO
    answer.close()
    assert [gate.inside, *map(bulkhead.orgs.used, names)] == before


def test_active_content_is_not_shown(call: Caller, host: Host) -> None:
    host.headers["Content-Type"] = "text/html"
    answer = media(call, ended(call, host))
    assert answer.headers["Content-Disposition"] == "attachment"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_missing_type_is_guessed(call: Caller, host: Host) -> None:
    host.headers["Content-Type"] = "binary/octet-stream"
    assert media(call, ended(call, host)).headers["Content-Type"] == "video/mp4"


UNSAFE: list[tuple[bool, str]] = [
    (False, "http://files.example/v.mp4"),
    (False, "https://files.example:8443/v.mp4"),
    (False, "https://user:word@files.example/v.mp4"),
    (False, "ftp://files.example/v.mp4"),
    (True, "ftp://files.example/v.mp4"),
    (True, "file:///etc/passwd"),
    (True, "http://user@files.example/v.mp4"),
    (True, "nonsense"),
    (True, "//files.example/v.mp4"),
]


@pytest.mark.parametrize(("insecure", "url"), UNSAFE)
def test_unsafe_urls_are_not_fetched(settings: Any, insecure: bool, url: str) -> None:
    settings.ALLOW_INSECURE_UPSTREAMS = insecure
    with pytest.raises(UpstreamFailed):
        upstream.located(url, (), ORDINARY)


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/v", "https://localhost/v", "https://169.254.169.254/latest/"]
)
def test_private_addresses_are_not_reached(
    call: Caller, host: Host, settings: Any, url: str
) -> None:
    job = ended(call, host, video_url=url)
    settings.ALLOW_INSECURE_UPSTREAMS = False
    answer = media(call, job)
    assert (answer.status_code, answer.json()["code"]) == (502, "upstream_unreachable")


def test_signed_query_stays_as_written(settings: Any) -> None:
    url = "https://files.example/a%2Fb%20c/%C3%A9.mp4?X-Sig=a%2Fb+c~'|&e=&plain&x=%zz"
    request = upstream.located(url, (), ORDINARY)
    assert request.written == "X-Sig=a%2Fb+c~%27|&e=&plain&x=%zz"
    assert str(upstream.target(request)) == url.replace("'", "%27")


LAYOUTS: list[tuple[str, str, dict[str, Any], list[str]]] = [
    ("", "data.video_url", {"video_url": "https://x/1"}, ["https://x/1"]),
    ("", "data.url", {"url": "https://x/1"}, ["https://x/1"]),
    ("", "data.video_url", {"video_url": None, "audio_url": "https://x/a"}, ["https://x/a"]),
    ("", "data.id", {"id": "a1", "preview_image_url": "https://x/p"}, ["https://x/p"]),
    ("", "data.clips[].video_url", {"clips": [{"video_url": f"https://x/{n}"} for n in "12"]},
     ["https://x/1", "https://x/2"]),
    ("video", "data.clips[].video_url", {"clips": [{"video_url": "https://x/1"}, {}]},
     ["https://x/1"]),
    ("", "data.image_url_list", {"image_url_list": ["https://x/1", "https://x/2"]},
     ["https://x/1", "https://x/2"]),
    ("", "data.layers", {"layers": [{"url": "https://x/1"}, {"url": "https://x/2"}]},
     ["https://x/1", "https://x/2"]),
    ("caption", "data.video_url", {"subtitle_url": "https://x/s"}, ["https://x/s"]),
    ("captioned", "data.video_url", {"captioned_video_url": "https://x/c"}, ["https://x/c"]),
    ("", "", {"status": "dubbed"}, []),
    ("", "data.video_url", {"video_url": {"a": 1}}, []),
    ("video", "data.video_url", {"video_url": "javascript:alert(1)"}, []),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "main", "data", "urls"), LAYOUTS)
def test_results_are_found(kind: str, main: str, data: dict[str, Any], urls: list[str]) -> None:
    assert list(results._urls(data, main, kind)) == urls


def test_dub_is_read_behind_the_api(call: Caller, host: Host) -> None:
    """ElevenLabs has no URLs of dubs: the org's key reads them, by an action."""
    job = begun(
        call.account, "d1", service="elevenlabs", action="create-dubbing",
        status_action="get-dubbing", parameters={"path_params": {"dubbing_id": "d1"}},
    )  # fmt: skip
    seen = Seen(Status.SUCCEEDED, "dubbed", answer='{"data":{"target_languages":["de","fr"]}}')
    tracking.observe(job.id, seen, "poll")
    host.vendor.answers(VIDEO, headers={"Content-Type": "audio/mpeg"})
    answer = media(call, job, "?item=1", Range="bytes=0-")
    assert (answer.status_code, b"".join(answer)) == (200, VIDEO)
    assert answer.headers["Content-Type"] == "audio/mpeg"
    [read] = host.vendor.requests
    assert (read.target, read.header("range")) == ("/v1/dubbing/d1/audio/fr", ["bytes=0-"])
    assert read.header("xi-api-key") == [HEYGEN_SECRET]
    assert media(call, job, "?item=2").json()["code"] == "no_result"
    assert media(call, job, "?kind=gif").json()["code"] == "no_result"


# Public links.


def link(call: Caller, job: Job, body: Any = None) -> Any:
    path = f"/api/ai-proxy/orgs/acme/jobs/{job.id}/links/"
    return call.send(path, json.dumps(body or {}).encode())


@pytest.fixture
def viewer() -> Callable[..., Any]:
    """Somebody without a key."""
    client = Client()

    def get(made: Any, method: str = "GET", **headers: str) -> Any:
        path = made if isinstance(made, str) else made.json()["data"]["url"]
        return client.generic(method, path.partition("testserver")[2] or path, headers=headers)

    return get


def test_link_plays_without_key(call: Caller, host: Host, viewer: Any) -> None:
    made = link(call, ended(call, host))
    assert (made.status_code, made.json()["data"]["kind"]) == (201, None)
    answer = viewer(made, Range="bytes=5-9", Origin="https://anywhere.example")
    assert (answer.status_code, b"".join(answer)) == (206, VIDEO[5:10])
    shown = {
        name: answer.headers[name]
        for name in ("Cache-Control", "Content-Disposition", "X-Content-Type-Options",
                     "Access-Control-Allow-Origin")
    }  # fmt: skip
    assert shown == {
        "Cache-Control": "private, no-cache",
        "Content-Disposition": "inline",
        "X-Content-Type-Options": "nosniff",
        "Access-Control-Allow-Origin": "*",
    }
    assert viewer(made, "HEAD").headers["Content-Length"] == str(len(VIDEO))
    assert viewer(made, "POST").status_code == 405


def test_link_is_for_one_result(call: Caller, host: Host, viewer: Any) -> None:
    job = ended(call, host, thumbnail_url=host.url(1).replace("a%20b.mp4", "t.jpg"))
    b"".join(viewer(link(call, job, {"kind": "thumbnail"})))
    assert host.fetched[-1].target.startswith("/files/t.jpg")


def test_link_has_the_public_address(call: Caller, host: Host, settings: Any) -> None:
    settings.PUBLIC_URL = "https://proxy.example.com/"
    url = link(call, ended(call, host)).json()["data"]["url"]
    assert url.startswith("https://proxy.example.com/api/ai-proxy/media/")


def test_link_ends(call: Caller, host: Host, viewer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from services.following import links

    made = link(call, ended(call, host), {"expires_in": 60})
    now = links.time.time()
    monkeypatch.setattr(links.time, "time", lambda: now + 59)
    assert viewer(made).status_code == 200
    monkeypatch.setattr(links.time, "time", lambda: now + 61)
    assert viewer(made).status_code == 404


def test_forged_links_are_unknown(call: Caller, host: Host, viewer: Any, settings: Any) -> None:
    url = link(call, ended(call, host)).json()["data"]["url"]
    token = url.rpartition("/")[2]
    for at in range(0, len(token), 7):
        forged = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        answer = viewer(f"/api/ai-proxy/media/{forged}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    settings.SECRET_KEY = "another-secret-key-of-at-least-fifty-characters-0123456789"
    assert viewer(url).status_code == 404
    assert host.vendor.requests == []


@pytest.mark.parametrize("how", ["org", "job", "links", "service"])
def test_links_can_be_taken_back(call: Caller, host: Host, viewer: Any, how: str) -> None:
    job = ended(call, host)
    made = link(call, job)
    assert viewer(made).status_code == 200
    if how == "org":
        call.account.org.is_active = False
        call.account.org.save()
    elif how == "job":
        job.delete()
    elif how == "service":
        from tests.factories import make_policy

        make_policy(call.account.org, is_enabled=False)
    else:
        path = f"/api/ai-proxy/orgs/acme/jobs/{job.id}/links/"
        headers = {"Authorization": call.account.authorization}
        assert call.client.delete(path, headers=headers).status_code == 200
    assert viewer(made).status_code == 404
    if how == "links":
        assert viewer(link(call, job)).status_code == 200


def test_links_are_limited_by_address(call: Caller, host: Host, viewer: Any, settings: Any) -> None:
    settings.RATE_LINK = 3
    made = link(call, ended(call, host))
    assert [viewer(made, "HEAD").status_code for _ in range(4)] == [200, 200, 200, 429]


@pytest.mark.parametrize(
    "body",
    [{"expires_in": 0}, {"expires_in": 604801}, {"expires_in": "60"}, {"expires_in": True},
     {"kind": "all"}, {"kind": 1}, {"item": True}, {"seconds": 5}, [1]],
)  # fmt: skip
def test_odd_link_is_refused(call: Caller, host: Host, body: Any) -> None:
    assert link(call, ended(call, host), body).status_code == 400


def test_reading_key_makes_no_links(call: Caller, host: Host) -> None:
    reader = make_account("reader", access=["read"])
    job = begun(reader)
    path = f"/api/ai-proxy/orgs/reader/jobs/{job.id}/links/"
    assert call.send(path, b"{}", Authorization=reader.authorization).status_code == 403


# The whole way, against the stand-in.


def test_paid_call_leads_to_its_video(call: Caller, sandbox: Sandbox, viewer: Any) -> None:
    from credentials import vault

    vault.store(org=call.account.org, service="heygen", secret="sandbox-heygen-key")
    scene = {
        "character": {"type": "avatar", "avatar_id": AVATAR},
        "voice": {"type": "text", "input_text": "Hi", "voice_id": VOICE},
    }
    made = call("generate-video", {"body": {"video_inputs": [scene]}})
    assert made.status_code == 200, made.content
    job = Job.objects.get(pk=made.headers["X-Job-Id"])
    assert f"/jobs/{job.id}/" in made.headers["Link"]
    assert job.upstream_id == made.json()["data"]["video_id"]
    for _ in range(100):
        polling.poll(job.id)
        job.refresh_from_db()
        if job.ended:
            break
        Job.objects.update(due_at=timezone.now(), lease_until=timezone.now() + timedelta(hours=1))
    assert job.status == Status.SUCCEEDED
    plain = requests.get(job.result["video_url"], timeout=10).content
    assert b"".join(media(call, job)) == plain
    assert b"".join(viewer(link(call, job), Range="bytes=-100")) == plain[-100:]
    assert len(sandbox.charges) == 1
