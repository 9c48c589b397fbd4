"""The pass-through: vendors' own clients, their bytes and answers as they are."""

from __future__ import annotations

import gzip
import itertools
import json
from typing import Any

import pytest
from django.test import Client

from jobs.models import Attempt, Job
from services.catalogue import SERVICES
from tests.conftest import Caller
from tests.factories import HEYGEN_SECRET, Account, make_policy
from tests.upstream import Script, Upstream

JSON = "application/json"
SERVICE = {service.slug: service for service in SERVICES}


class Door:
    """Calls the pass-through as a vendor's client does, with its own headers."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.client = Client(raise_request_exception=False)

    def url(self, path: str, service: str = "heygen") -> str:
        return f"/api/ai-proxy/orgs/{self.account.org.slug}/services/{service}/passthrough{path}"

    def __call__(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        service: str = "heygen",
        kind: str = JSON,
        **headers: str,
    ) -> Any:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if not given.keys() & {"X-Api-Key", "xi-api-key", "Authorization", "none"}:
            given["X-Api-Key"] = self.account.text
        return self.client.generic(
            method, self.url(path, service), body, content_type=kind, headers=given
        )


@pytest.fixture
def door(account: Account, vendor: Upstream) -> Door:
    return Door(account)


def test_bytes_go_through_untouched(door: Door, vendor: Upstream) -> None:
    answer = b'{ "error":null,\n "data" : {"video_id":"v1", "big": 12345678901234567890.10}}'
    vendor.plays(lambda _: Script(201, answer, {"Content-Type": "application/json; charset=utf-8"}))
    body = b'{"video_inputs" :[ {"character": {}} ] ,"n":1.10,"nobody_knows": "\\u00e4"}'
    told = door("POST", "/v2/video/generate?a=b%20c&a=d+e&x", body, Accept="application/json")
    (seen,) = vendor.requests
    assert (seen.method, seen.target) == ("POST", "/v2/video/generate?a=b%20c&a=d+e&x")
    assert seen.body == body
    assert seen.header("x-api-key") == [HEYGEN_SECRET]
    assert seen.header("accept") == ["application/json"]
    assert (told.status_code, told.content) == (201, answer)
    assert told["Content-Type"] == "application/json; charset=utf-8"
    assert "X-Error-Origin" not in told.headers
    assert told["X-Credential-Source"] == "tenant"


def test_work_becomes_a_job(door: Door, vendor: Upstream) -> None:
    vendor.answers({"error": None, "data": {"video_id": "v1"}})
    told = door("POST", "/v2/video/generate", b'{"video_inputs": []}')
    job, attempt = Job.objects.get(), Attempt.objects.get()
    assert (job.upstream_id, job.action, str(job.id)) == ("v1", "generate-video", told["X-Job-Id"])
    assert (attempt.action, attempt.billable) == ("generate-video", True)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-Api-Key": "{key}"}, 200),
        ({"xi-api-key": "{key}"}, 200),
        ({"Authorization": "Bearer {key}"}, 200),
        ({"Authorization": "Api-Key {key}"}, 200),
        ({"Authorization": "token {key}"}, 200),
        ({"none": "1"}, 401),
        ({"X-Api-Key": "{key}", "xi-api-key": "{key}"}, 401),
        ({"X-Api-Key": "{key}", "Authorization": "Bearer {key}"}, 401),
        ({"X-Api-Key": "{key}x"}, 401),
        ({"Authorization": "Basic {key}"}, 401),
    ],
)
def test_keys_come_as_clients_send_them(
    door: Door, vendor: Upstream, headers: dict[str, str], status: int
) -> None:
    given = {name: text.format(key=door.account.text) for name, text in headers.items()}
    told = door("GET", "/v2/avatars", **given)
    assert told.status_code == status
    assert len(vendor.requests) == (status == 200)
    for seen in vendor.requests:
        assert seen.header("x-api-key") == [HEYGEN_SECRET]
        assert seen.header("xi-api-key") == seen.header("authorization") == []


def test_get_with_json_type_is_ordinary(door: Door, vendor: Upstream) -> None:
    assert door("GET", "/v2/avatars", kind=JSON).status_code == 200
    assert vendor.requests[0].header("content-type") == []


@pytest.mark.parametrize("status", [400, 402, 404, 409, 410, 422, 429, 500, 503])
def test_refusals_come_as_they_are(door: Door, vendor: Upstream, status: int) -> None:
    body = b'{"code": 40104,  "message": "no ' + HEYGEN_SECRET.encode() + b'"}'
    vendor.plays(
        lambda _: Script(
            status, body, {"Content-Type": JSON, "Set-Cookie": "a=b", "Retry-After": "60"}
        )
    )
    told = door("POST", "/v2/video/generate", b"{}")
    assert told.status_code == status
    assert told.content == b'{"code": 40104,  "message": "no [redacted]"}'
    assert told["Retry-After"] == "60"
    assert "Set-Cookie" not in told.headers
    assert "X-Error-Origin" not in told.headers


def test_failures_under_200_stay_so(door: Door, vendor: Upstream) -> None:
    vendor.answers({"code": 40104, "message": "video not found"})
    told = door("GET", "/v1/video_status.get?video_id=v1")
    assert (told.status_code, told.json()["code"]) == (200, 40104)


@pytest.mark.parametrize(
    ("service", "path", "status", "body", "passes"),
    [
        ("heygen", "/v2/avatars", 401, {"code": 400112, "message": "Unauthorized"}, False),
        ("heygen", "/v2/avatars", 403, {"error": {"code": "forbidden"}}, False),
        ("heygen", "/v2/avatars", 403, {"error": {"code": "voice_not_usable"}}, True),
        ("heygen", "/v2/avatars", 403, "no", False),
        ("elevenlabs", "/v1/voices", 401, {"detail": {"status": "invalid_api_key"}}, False),
        ("elevenlabs", "/v1/voices", 401, {"detail": {"status": "quota_exceeded"}}, True),
    ],
)
def test_refused_credential_is_ours_to_tell(
    door: Door, vendor: Upstream, service: str, path: str, status: int, body: Any, passes: bool
) -> None:
    vendor.answers(body, status=status)
    told = door("GET", path, service=service)
    if passes:
        assert (told.status_code, told.json()) == (status, body)
        assert "X-Error-Origin" not in told.headers
    else:
        assert told.status_code == 502
        assert told["X-Error-Origin"] == "proxy"
        assert "upstream_auth_failed" in told.content.decode()


@pytest.mark.parametrize(
    ("service", "shape"),
    [
        ("heygen", {"error": {"code": "path_not_found", "message": "TEXT"}}),
        ("elevenlabs", {"detail": {"status": "path_not_found", "message": "TEXT"}}),
        ("liveavatar", {"code": 4040, "data": None, "message": "TEXT (path_not_found)"}),
    ],
)
def test_our_errors_look_like_the_vendors(
    door: Door, vendor: Upstream, service: str, shape: Any
) -> None:
    told = door("GET", "/v1/nothing/like/this/at/all", service=service)
    text = f"This path is not in the catalogue of external proxy service '{service}'."
    assert told.status_code == 404
    assert json.dumps(told.json()) == json.dumps(shape).replace("TEXT", text)
    assert told["X-Error-Origin"] == "proxy"
    assert told["X-Request-Id"]
    assert not vendor.requests


def test_vendor_cannot_forge_the_origin(door: Door, vendor: Upstream) -> None:
    vendor.plays(lambda _: Script(200, b"{}", {"Content-Type": JSON, "X-Error-Origin": "proxy"}))
    assert "X-Error-Origin" not in door("GET", "/v2/avatars").headers


def test_redirects_are_not_passed_on(door: Door, vendor: Upstream) -> None:
    vendor.plays(lambda _: Script(302, b"", {"Location": "https://elsewhere.example"}))
    told = door("GET", "/v2/avatars")
    assert (told.status_code, told["X-Error-Origin"]) == (502, "proxy")
    assert "Location" not in told.headers


def test_uploads_find_their_host(door: Door, vendor: Upstream, settings: Any) -> None:
    settings.HEYGEN_BASE_URL = "http://127.0.0.1:1"
    vendor.answers({"code": 100, "data": {"id": "a1"}})
    picture = bytes(range(256)) * 5000
    for path in ("/v1/asset", "/v1/talking_photo"):
        assert door("POST", path, picture, kind="image/png").status_code == 200
    assert [(r.target, r.body, r.header("content-type")) for r in vendor.requests] == [
        (path, picture, ["image/png"]) for path in ("/v1/asset", "/v1/talking_photo")
    ]


FORM = (
    b'------WebKitFormBoundaryX\r\nContent-Disposition: form-data; name="name"\r\n\r\nMine\r\n'
    b"------WebKitFormBoundaryX\r\n"
    b'Content-Disposition: form-data; name="files"; filename="a.mp3"\r\n'
    b"Content-Type: audio/mpeg\r\n\r\n\x00\x01\xff\r\n------WebKitFormBoundaryX--\r\n"
)
FORM_KIND = "multipart/form-data; boundary=----WebKitFormBoundaryX"


def test_forms_go_through_untouched(door: Door, vendor: Upstream) -> None:
    vendor.answers({"voice_id": "mine1"})
    told = door("POST", "/v1/voices/add", FORM, service="elevenlabs", kind=FORM_KIND)
    assert (told.status_code, told.json()) == (200, {"voice_id": "mine1"})
    (seen,) = vendor.requests
    assert (seen.body, seen.header("content-type")) == (FORM, [FORM_KIND])


def test_sound_streams_with_its_headers(door: Door, vendor: Upstream) -> None:
    told = {"request-id": "r1", "character-cost": "5", "history-item-id": "h1", "x-secret": "no"}
    vendor.plays(
        lambda _: Script(
            headers={"Content-Type": "audio/mpeg", **told}, pieces=(b"ID3", b"\x00\xff", b"end")
        )
    )
    answer = door(
        "POST",
        "/v1/text-to-speech/voice1/stream?output_format=mp3_44100_128",
        b'{"text": "Hello"}',
        service="elevenlabs",
        Accept="audio/mpeg",
    )
    assert b"".join(answer) == b"ID3\x00\xffend"
    assert answer["Content-Type"] == "audio/mpeg"
    assert {name: answer.headers.get(name) for name in told} == {**told, "x-secret": None}
    assert vendor.requests[0].header("accept") == ["audio/mpeg"]


def test_packed_answers_are_unpacked_or_named(door: Door, vendor: Upstream) -> None:
    plain = b'{"code": 100, "data": {"list": []}}'
    for encoding, sent, body in (("gzip", gzip.compress(plain), plain), ("br", b"\x0b", b"\x0b")):
        kind = {"Content-Type": JSON, "Content-Encoding": encoding}
        vendor.answers(sent, headers=kind)
        told = door("GET", "/v1/avatar.list")
        assert (told.status_code, told.content) == (200, body)
        assert told.headers.get("Content-Encoding") == (None if body == plain else encoding)


ODD = ("", "null", "[]", '"x"', "1", '[{"test": true}]', '{"test": true}', '{"data": {"id": [1]}}')


@pytest.mark.slow
@pytest.mark.parametrize("service", ["heygen", "elevenlabs", "liveavatar"])
def test_nothing_odd_is_our_fault(door: Door, vendor: Upstream, service: str) -> None:
    """Schemas are not enforced here, so that everything behind must bear any value."""
    kinds = itertools.cycle(itertools.product(ODD, ODD, ("", "?test=true", "?test=1&test=2")))
    for action in SERVICE[service].actions:
        sent, answer, query = next(kinds)
        vendor.answers(answer.encode())
        path = action.path.replace("{", "x").replace("}", "x")
        told = door(action.method, path + query, sent.encode(), service=service)
        assert told.status_code != 500, (action.slug, sent, answer)


def test_empty_bodies_can_say_test(door: Door, vendor: Upstream) -> None:
    for body in (b"", b"[]", b'"x"'):
        told = door("POST", "/v2/video/generate?test=true", body)
        assert (told.status_code, told.json()["error"]["code"]) == (400, "test_mode_unavailable")
    assert not vendor.requests


def test_account_keys_stay_out(door: Door, vendor: Upstream) -> None:
    vendor.answers(b'{"xi_api_key": "sk_other", "first_name" : "A"}')
    told = door("GET", "/v1/user", service="elevenlabs")
    assert told.content == b'{"xi_api_key": "[redacted]", "first_name" : "A"}'


def test_empty_answers_stay_empty(door: Door, vendor: Upstream) -> None:
    vendor.plays(lambda _: Script(204, b"", {}))
    told = door("DELETE", "/v3/videos/v1")
    assert (told.status_code, told.content) == (204, b"")


def test_head_asks_with_head(door: Door, vendor: Upstream) -> None:
    vendor.plays(lambda _: Script(raw=b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"))
    told = door("HEAD", "/v2/avatars")
    assert (told.status_code, told.content) == (200, b"")
    assert vendor.requests[0].method == "HEAD"


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("PUT", "/v2/avatars", 405, "GET, OPTIONS"),
        ("TRACE", "/v2/avatars", 405, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
        ("GET", "/v2/avatars/", 404, None),
        ("GET", "/V2/avatars", 404, None),
        ("GET", "/", 404, None),
    ],
)
def test_only_what_is_catalogued(
    door: Door, vendor: Upstream, method: str, path: str, status: int, allow: str | None
) -> None:
    told = door(method, path)
    assert (told.status_code, told.headers.get("Allow")) == (status, allow)
    assert not vendor.requests


def test_literal_templates_win(door: Door, vendor: Upstream) -> None:
    door("GET", "/v3/workflows/node-types")
    door("GET", "/v3/workflows/w1")
    assert [r.target for r in vendor.requests] == ["/v3/workflows/node-types", "/v3/workflows/w1"]
    key = door.account.key
    key.scopes = ["heygen:v3-get-workflow"]
    key.save()
    assert door("GET", "/v3/workflows/node-types").status_code == 403
    assert door("GET", "/v3/workflows/w1").status_code == 200


def test_switched_off_actions_are_gone(door: Door, vendor: Upstream) -> None:
    make_policy(door.account.org, disabled_actions=["list-avatars"], uncatalogued=True)
    assert door("GET", "/v2/avatars").status_code == 404
    for disguise in ("/v2/avatars/", "/v2/Avatars", "/V2/avatars/"):
        assert door("GET", disguise).status_code == 404
    assert not vendor.requests


def test_same_key_answers_once(door: Door, call: Caller, vendor: Upstream) -> None:
    answers = [b'{"error":null, "data":{"video_id":"%d"}}' % n for n in range(3)]
    vendor.plays(lambda _: Script(body=answers.pop(0)))
    body = b'{"video_inputs": []}'
    first = door("POST", "/v2/video/generate", body, Idempotency_Key="k1")
    again = door("POST", "/v2/video/generate", body, Idempotency_Key="k1")
    assert first.content == again.content == b'{"error":null, "data":{"video_id":"0"}}'
    assert again["Idempotent-Replayed"] == "true"
    assert len(vendor.requests) == 1
    changed = door("POST", "/v2/video/generate", b'{"video_inputs": [1]}', Idempotency_Key="k1")
    assert (changed.status_code, changed.json()["error"]["code"]) == (422, "idempotency_key_reused")


def test_keys_are_apart_from_those_of_actions(door: Door, call: Caller, vendor: Upstream) -> None:
    vendor.plays(lambda _: Script(body=b'{"error":null, "data":{"id":"s1"}}'))
    body = b'{"text":"Hi","voice_id":"v1"}'
    mine = door("POST", "/v3/voices/speech", body, Idempotency_Key="k1")
    named = call("v3-create-speech", b'{"body":' + body + b"}", Idempotency_Key="k1")
    assert (mine.status_code, named.status_code) == (200, 200), (mine.content, named.content)
    assert mine.content == b'{"error":null, "data":{"id":"s1"}}'
    assert named.content == b'{"data":{"id":"s1"}}'
    assert len(vendor.requests) == 2


def test_refusals_are_given_again_as_they_were(door: Door, vendor: Upstream) -> None:
    vendor.plays(lambda _: Script(400, b'{"error" :{"code":"bad"}}'))
    first, again = (
        door("POST", "/v2/video/generate", b"{}", Idempotency_Key="k1") for _ in range(2)
    )
    assert first.content == again.content == b'{"error" :{"code":"bad"}}'
    assert (first.status_code, again.status_code, len(vendor.requests)) == (400, 400, 1)


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b'{"a": 1, "a": 2}', JSON, "bad_json"),
        (b"{", JSON, "bad_json"),
        (b"<a/>", "text/xml", "unsupported_media_type"),
        (FORM, FORM_KIND, "unsupported_media_type"),
    ],
)
def test_bodies_must_be_readable(
    door: Door, vendor: Upstream, body: bytes, kind: str, code: str
) -> None:
    told = door("POST", "/v2/video/generate", body, kind=kind)
    assert told.json()["error"]["code"] == code
    assert not vendor.requests


def test_compressed_bodies_are_refused(door: Door, vendor: Upstream) -> None:
    told = door("POST", "/v2/video/generate", b"\x1f\x8b", Content_Encoding="gzip")
    assert told.status_code == 415
    assert not vendor.requests


def test_dry_runs_send_nothing(door: Door, vendor: Upstream) -> None:
    told = door("POST", "/v2/video/generate?a=1", b'{"a": 1.10}', X_Dry_Run="true")
    assert b'"body":{"a": 1.10}' in told.content
    assert told.json()["data"]["url"].endswith("/v2/video/generate?a=1")
    assert not vendor.requests


def test_rehearsals_keep_the_vendors_form(door: Door, vendor: Upstream) -> None:
    body = json.dumps({"type": "avatar", "test": True}).encode()
    made = door("POST", "/v3/videos", body)
    assert made["X-Test-Mode"] == "sandbox"
    video = made.json()["data"]["video_id"]
    assert door("GET", f"/v3/videos/{video}").json()["data"]["id"] == video
    old = door("GET", f"/v1/video_status.get?video_id={video}")
    assert (old.json()["code"], old.json()["data"]["id"]) == (100, video)
    assert not vendor.requests


def test_credentials_in_the_query_are_refused(door: Door, vendor: Upstream) -> None:
    for name in ("api_key", "X-Api-Key", "xi-api-key", "api_token"):
        told = door("GET", f"/v2/avatars?{name}=x")
        assert (told.status_code, told.json()["error"]["code"]) == (400, "query_not_allowed")
    assert not vendor.requests
