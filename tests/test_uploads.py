"""One file to HeyGen as one call: the way it takes there, what it may be, and what goes wrong."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from credentials import vault
from credentials.directory import directory
from jobs import uploads
from jobs.models import Job, Owned
from services import resolver, upstream
from services.assets import sending, views
from services.heygen import SERVICE
from services.service import Assets
from tests.asgi import post
from tests.conftest import Caller
from tests.factories import HEYGEN_SECRET, make_account, make_policy
from tests.test_tickets import APP, Desk
from tests.upstream import Received, Script, Upstream

ASSETS = SERVICE.assets
assert isinstance(ASSETS, Assets)
PNG = b"\x89PNG\r\n" + bytes(range(256)) * 4
LARGE = bytes(range(256)) * 40  # for tests with a small limit
ASSET = {
    "asset_id": "a1",
    "url": "https://files.example.com/a1",
    "mime_type": "image/png",
    "size_bytes": len(PNG),
}


class Heygen:
    """The vendor's uploads: one step or three; `faults` answers in place of a step."""

    def __init__(self, upstream: Upstream) -> None:
        self.upstream = upstream
        self.place = f"{upstream.url}/bucket/a1?X-Signature=abc%2Fd&x=1"
        self.headers: Any = {"Content-Type": "image/png", "x-amz-meta": "one"}
        self.late = 0  # completions that come too early
        self.faults: list[tuple[str, Script]] = []
        upstream.plays(self.play)

    def play(self, seen: Received) -> Script:
        for one in self.faults:
            if seen.target.startswith(one[0]):
                self.faults.remove(one)
                return one[1]
        if seen.target == "/v3/assets/direct-uploads":
            told = {"asset_id": "a1", "upload_url": self.place, "upload_headers": self.headers}
            return self.says(told | {"status": "pending_upload", "max_bytes": 1 << 30})
        if seen.target.startswith("/bucket/"):
            return Script(body=b"")
        if seen.target.endswith("/complete"):
            if self.late:
                self.late -= 1
                error = {"code": "resource_not_ready", "message": "Not there yet."}
                return Script(409, json.dumps({"error": error}).encode())
            return self.says(ASSET | {"size_bytes": len(LARGE), "status": "completed"})
        if seen.target == "/v1/asset":
            told = {"id": "a1", "url": ASSET["url"], "file_type": "image", "name": "x"}
            return Script(body=json.dumps({"code": 100, "data": told}).encode())
        return self.says(ASSET)

    def says(self, data: Any) -> Script:
        return Script(body=json.dumps({"data": data}).encode())

    @property
    def targets(self) -> list[str]:
        return [f"{one.method} {one.target.partition('?')[0]}" for one in self.upstream.requests]

    def named(self, start: str) -> list[Received]:
        return [one for one in self.upstream.requests if one.target.startswith(start)]


STEPS = ["POST /v3/assets/direct-uploads", "PUT /bucket/a1", "POST /v3/assets/a1/complete"]
SIMPLE = ["POST /v3/assets"]


@pytest.fixture
def heygen(vendor: Upstream, settings: Any) -> Heygen:
    settings.HEYGEN_GENERATION = "v3"
    return Heygen(vendor)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is larger than the picture takes three steps; none of them waits."""
    monkeypatch.setitem(SERVICE.__dict__, "assets", _with(most=len(PNG)))
    monkeypatch.setattr(sending, "PAUSES", (0.0, 0.0, None))
    monkeypatch.setattr(sending, "ARRIVING", (0.0, 0.0, None))


def _with(**fields: Any) -> Assets:
    assert ASSETS is not None
    return replace(ASSETS, **fields)


def url(call: Caller, query: str = "") -> str:
    return f"/api/ai-proxy/orgs/{call.account.org.slug}/services/heygen/assets/{query}"


def put(call: Caller, content: bytes, kind: str = "image/png", query: str = "", **more: str) -> Any:
    """Upload, and wait for the end also of what takes long."""
    return call.send(url(call, query), content, kind, **{"Prefer": "wait=60"} | more)


def code(response: Any) -> tuple[int, str]:
    return response.status_code, response.json().get("code", "")


def test_small_file_takes_one_step(call: Caller, heygen: Heygen) -> None:
    response = put(call, PNG, X_Filename="Caf%C3%A9.png")
    assert response.status_code == 200, response.content
    assert response.json() == {"data": ASSET | {"status": "completed"}}
    assert response.headers["X-Credential-Source"] == "tenant"
    assert heygen.targets == SIMPLE
    [seen] = heygen.upstream.requests
    assert seen.header("x-api-key") == [HEYGEN_SECRET]
    assert PNG in seen.body
    assert 'name="file"; filename="Café.png"' in seen.body.decode("utf-8", "replace")


def test_large_file_takes_three(call: Caller, heygen: Heygen, small: None) -> None:
    response = put(call, LARGE, query="?filename=big.png")
    assert response.status_code == 200, response.content
    data = ASSET | {"size_bytes": len(LARGE), "status": "completed"}
    assert response.json() == {"data": data}
    assert heygen.targets == STEPS
    reserve, bytes_, complete = heygen.upstream.requests
    checksum = hashlib.sha256(LARGE).hexdigest()
    assert reserve.json == {
        "filename": "big.png",
        "content_type": "image/png",
        "size_bytes": len(LARGE),
        "checksum_sha256": checksum,
    }
    assert complete.json == {"checksum_sha256": checksum}
    assert bytes_.target == "/bucket/a1?X-Signature=abc%2Fd&x=1"
    assert bytes_.body == LARGE
    given = {name.lower(): value for name, value in bytes_.headers}
    assert given.pop("host").startswith("127.0.0.1")
    assert given.pop("user-agent") == "ai-proxy"
    for name in ("accept", "accept-encoding"):
        given.pop(name, None)
    assert given == {
        "content-type": "image/png",
        "content-length": str(len(LARGE)),
        "x-amz-meta": "one",
    }


def test_old_generation_takes_raw_bytes(call: Caller, heygen: Heygen, settings: Any) -> None:
    settings.HEYGEN_GENERATION = "legacy"
    response = put(call, PNG)
    assert response.json() == {"data": ASSET | {"status": "completed"}}
    [seen] = heygen.upstream.requests
    assert (seen.target, seen.header("content-type"), seen.body) == (
        "/v1/asset",
        ["image/png"],
        PNG,
    )


def _form(call: Caller, **files: Any) -> Any:
    given = {"Authorization": call.account.authorization}
    return call.client.post(url(call), files, headers=given)


def test_form_is_taken_too(call: Caller, heygen: Heygen) -> None:
    part = SimpleUploadedFile("../x/photo.png", PNG, "image/png")
    assert _form(call, anything=part).status_code == 200
    assert b'filename="photo.png"' in heygen.upstream.requests[0].body


def test_form_with_more_is_refused(call: Caller, heygen: Heygen) -> None:
    one, two = (SimpleUploadedFile(f"{n}.png", PNG, "image/png") for n in "ab")
    assert code(_form(call, one=one, two=two)) == (400, "one_file_expected")
    assert code(_form(call, one=SimpleUploadedFile("a.png", PNG), body="{}")) == (
        400,
        "one_file_expected",
    )
    assert heygen.targets == []


SIZES = [(1, SIMPLE), (31_999_999, SIMPLE), (32_000_000, SIMPLE), (32_000_001, STEPS)]


@pytest.mark.parametrize(("size", "targets"), SIZES)
def test_size_decides(call: Caller, heygen: Heygen, size: int, targets: list[str]) -> None:
    content = bytes(size)
    assert put(call, content).status_code == 200
    assert heygen.targets == targets
    sent = next(one for one in heygen.upstream.requests if len(one.body) >= size)
    assert content in sent.body


def test_empty_file_is_refused(call: Caller, heygen: Heygen) -> None:
    answer = post(call.account, url(call), [b""], content_type="image/png")
    assert (answer.status, answer.json["code"]) == (400, "empty_file")
    part = SimpleUploadedFile("a.png", b"", "image/png")
    assert code(_form(call, one=part)) == (400, "empty_file")
    assert heygen.targets == []


KINDS = [
    ("image/gif", "", 415),
    ("text/html", "?filename=x.png", 415),
    ("application/json", "", 415),
    ("application/octet-stream", "", 415),
    ("application/octet-stream", "?filename=x.exe", 415),
    ("application/octet-stream", "?filename=X.PNG", 200),
    ("image/PNG; charset=x", "", 200),
    ("audio/mp3", "", 200),
    ("text/srt", "", 200),
    ("application/pdf", "", 200),
]


@pytest.mark.parametrize(("kind", "query", "status"), KINDS)
def test_types_are_the_vendors(
    call: Caller, heygen: Heygen, kind: str, query: str, status: int
) -> None:
    assert put(call, PNG, kind, query).status_code == status
    assert bool(heygen.targets) == (status == 200)


def test_old_generation_takes_fewer_types(call: Caller, heygen: Heygen, settings: Any) -> None:
    settings.HEYGEN_GENERATION = "legacy"
    assert code(put(call, PNG, "application/pdf")) == (415, "unsupported_media_type")


def test_size_has_a_limit(call: Caller, heygen: Heygen, settings: Any) -> None:
    settings.MAX_ASSET_BYTES = 100
    assert code(put(call, bytes(101))) == (413, "body_too_large")
    part = SimpleUploadedFile("a.png", bytes(101), "image/png")
    assert code(_form(call, one=part)) == (413, "body_too_large")
    assert heygen.targets == []
    assert put(call, bytes(100)).status_code == 200


def test_late_bytes_are_waited_for(call: Caller, heygen: Heygen, small: None) -> None:
    heygen.late = 2
    assert put(call, LARGE).status_code == 200
    assert heygen.targets == [*STEPS, STEPS[2], STEPS[2]]
    heygen.late = 9
    assert code(put(call, LARGE)) == (409, "upstream_error")


FAULTS: list[tuple[Script, int, str, int]] = [
    (Script(503, b"later"), 200, "", 2),
    (Script(raw=b""), 200, "", 2),
    (Script(403, b"<Secret>AKIA</Secret>"), 502, "upload_refused", 1),
    (Script(302, b"", {"Location": "http://169.254.169.254/latest"}), 502, "upload_refused", 1),
]


@pytest.mark.parametrize(("script", "status", "word", "puts"), FAULTS)
def test_place_that_fails(
    call: Caller, heygen: Heygen, small: None, script: Script, status: int, word: str, puts: int
) -> None:
    heygen.faults.append(("/bucket/", script))
    response = put(call, LARGE)
    assert code(response) == (status, word)
    assert len(heygen.named("/bucket/")) == puts
    assert b"AKIA" not in response.content
    assert b"bucket" not in response.content
    if status != 200:
        job = Job.objects.get()
        assert (job.status, job.error["code"]) == ("failed", word)


PLACES = [
    "http://127.0.0.1:1/bucket",
    "ftp://files.example.com/a",
    "https://user:pass@files.example.com/a",
    "https://files.example.com:8443/a",
    "file:///etc/passwd",
    "",
]


@pytest.mark.parametrize("place", PLACES)
def test_place_must_be_https(
    call: Caller, heygen: Heygen, small: None, settings: Any, place: str, monkeypatch: Any
) -> None:
    heygen.place = place
    genuine = upstream.located

    def strict(*given: Any) -> Any:
        settings.ALLOW_INSECURE_UPSTREAMS = False
        try:
            return genuine(*given)
        finally:
            settings.ALLOW_INSECURE_UPSTREAMS = True

    monkeypatch.setattr(upstream, "located", strict)
    assert code(put(call, LARGE)) == (502, "upstream_bad_answer")
    assert heygen.targets == STEPS[:1]


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "::1"])
def test_place_must_be_public(
    call: Caller,
    heygen: Heygen,
    small: None,
    settings: Any,
    monkeypatch: Any,
    caplog: Any,
    address: str,
) -> None:
    """The guard of every vendor's host stands before the place, too."""
    heygen.place = "https://rebound.example.com/bucket/a1"

    async def ask(host: str) -> list[str]:
        return [address]

    monkeypatch.setattr("services.upstream.resolver", resolver.Resolver(ask))
    genuine = sending._put

    async def guarded(*given: Any) -> None:
        settings.ALLOW_INSECURE_UPSTREAMS = False
        try:
            await genuine(*given)
        finally:
            settings.ALLOW_INSECURE_UPSTREAMS = True

    monkeypatch.setattr(sending, "_put", guarded)
    with caplog.at_level("ERROR"):
        assert code(put(call, LARGE)) == (502, "upstream_unreachable")
    assert "rebound.example.com has no public address" in caplog.text


HEADERS = [
    ["x"],
    {"x-a": 1},
    {"x a": "1"},
    {"x": "a\r\nb: c"},
    {"Content-Length": "1"},
]


@pytest.mark.parametrize("given", HEADERS)
def test_unusable_headers_of_the_place(
    call: Caller, heygen: Heygen, small: None, given: Any
) -> None:
    heygen.headers = given
    assert code(put(call, LARGE)) == (502, "upstream_bad_answer")
    assert heygen.targets == STEPS[:1]


def test_framing_headers_are_not_the_places(call: Caller, heygen: Heygen, small: None) -> None:
    heygen.headers = {"Host": "evil.example.com", "Content-Length": str(len(LARGE))}
    assert put(call, LARGE).status_code == 200
    [sent] = heygen.named("/bucket/")
    assert sent.header("host") == [heygen.upstream.url.removeprefix("http://")]
    assert sent.header("content-type") == ["image/png"]


def test_wrong_checksum_is_told(call: Caller, heygen: Heygen, small: None) -> None:
    error = {"code": "invalid_parameter", "message": "checksum_sha256 does not match the file."}
    heygen.faults.append(("/v3/assets/a1/", Script(400, json.dumps({"error": error}).encode())))
    response = put(call, LARGE)
    assert code(response) == (400, "upstream_error")
    assert "checksum_sha256" in response.json()["detail"]


def test_asset_is_the_orgs_own(call: Caller, heygen: Heygen, small: None) -> None:
    for content in (PNG, LARGE):
        Owned.objects.all().delete()
        put(call, content)
        assert Owned.objects.get().org_id == call.account.org.id
    other = Caller(make_account("globex"))
    assert other("v3-get-asset", {"path_params": {"asset_id": "a1"}}).status_code == 404
    assert call("v3-get-asset", {"path_params": {"asset_id": "a1"}}).status_code == 200


@pytest.mark.parametrize("content", [PNG, LARGE])
def test_same_key_is_the_same_asset(
    call: Caller, heygen: Heygen, small: None, content: bytes
) -> None:
    first = put(call, content, Idempotency_Key="k1")
    sent = len(heygen.targets)
    again = put(call, content, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(heygen.targets) == sent
    assert code(put(call, content[::-1], Idempotency_Key="k1")) == (422, "idempotency_key_reused")


def test_key_goes_on_where_it_failed(call: Caller, heygen: Heygen, small: None) -> None:
    heygen.faults.append(("/bucket/", Script(403, b"")))
    assert put(call, LARGE, Idempotency_Key="k1").status_code == 502
    heygen.late = 1  # the vendor says that the bytes never came
    again = put(call, LARGE, Idempotency_Key="k1")
    assert again.status_code == 200
    assert heygen.targets == [*STEPS[:2], STEPS[2], *STEPS[1:]]  # no second place
    assert [job.status for job in Job.objects.order_by("created_at")] == ["failed", "succeeded"]


def test_large_one_is_told_as_a_job(call: Caller, heygen: Heygen, small: None) -> None:
    assert put(call, LARGE).status_code == 200
    job = Job.objects.get()
    told = call.get(f"acme/jobs/{job.pk}/").json()["data"]
    assert (told["kind"], told["status"], told["progress"]) == ("upload", "succeeded", 100)
    assert told["result"]["asset_id"] == "a1"
    assert set(told["links"]) == {"self", "events"}
    assert code(call.get(f"acme/jobs/{job.pk}/media/")) == (404, "no_result")


def test_who_waits_for_a_stopped_one_is_told(
    call: Caller, heygen: Heygen, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stopped(transfer: views.Transfer) -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr(views.Transfer, "carry_out", stopped)
    assert code(put(call, LARGE)) == (409, "upload_stopped")


def test_lost_upload_is_ended(call: Caller) -> None:
    order = uploads.Order(call.account.org.id, "heygen", "v3-upload-asset", "r", {})
    (held, _), (lost, _) = (
        uploads.place(order),
        uploads.place(uploads.Order(call.account.org.id, "heygen", "v3-upload-asset", "r", {})),
    )
    Job.objects.filter(pk=lost.pk).update(lease_until=timezone.now() - uploads.LEASE)
    assert uploads.claim(10) == [lost.pk]
    for job in (held, lost):
        uploads.settle(job.pk)
    held.refresh_from_db()
    lost.refresh_from_db()
    assert (held.status, lost.status) == ("pending", "failed")
    assert lost.error["code"] == "upload_lost"
    assert uploads.advance(held.pk, 40)
    assert not uploads.advance(lost.pk, 40)


RIGHTS: list[tuple[Callable[[Caller], None], int]] = [
    (lambda call: _key(call, scopes=["heygen:list-*"]), 403),
    (lambda call: _key(call, scopes=["heygen:v3-upload-asset"]), 200),
    (lambda call: _key(call, access=["read"]), 403),
    (lambda call: _switch(call, "v3-upload-asset"), 404),
]


def _key(call: Caller, **fields: Any) -> None:
    type(call.account.key).objects.filter(pk=call.account.key.pk).update(**fields)
    directory.forget()


def _switch(call: Caller, action: str) -> None:
    make_policy(call.account.org, disabled_actions=[action])


@pytest.mark.parametrize(("change", "status"), RIGHTS)
def test_rights_of_its_actions_hold(
    call: Caller, heygen: Heygen, change: Callable[[Caller], None], status: int
) -> None:
    change(call)
    assert put(call, PNG).status_code == status
    assert bool(heygen.targets) == (status == 200)


def test_large_one_needs_more_rights(call: Caller, heygen: Heygen, small: None) -> None:
    _key(call, scopes=["heygen:v3-upload-asset"])
    assert put(call, PNG).status_code == 200
    assert code(put(call, LARGE)) == (403, "out_of_scope")
    _key(call, scopes=["heygen:v3-create-direct-upload", "heygen:v3-complete-asset"])
    assert put(call, LARGE).status_code == 200


def test_other_services_take_none(call: Caller) -> None:
    path = url(call).replace("heygen", "elevenlabs")
    assert code(call.send(path, PNG, "image/png")) == (404, "no_assets")


@pytest.mark.parametrize("content", [PNG, LARGE])
def test_ticket_counts_an_upload_once(
    heygen: Heygen, small: None, db: None, content: bytes
) -> None:
    desk = Desk(Caller(make_account(org_fields={"origins": [APP]})))
    ticket = desk.make(actions=["heygen:v3-*asset", "heygen:v3-create-direct-upload"], calls=1)
    given = {"Authorization": f"Token {ticket}", "Origin": APP}
    assert put(desk.call, content, **given).status_code == 200
    assert code(put(desk.call, content, **given)) == (403, "ticket_used_up")


def test_sandbox_takes_both(call: Caller, sandbox: Any, settings: Any, small: None) -> None:
    settings.HEYGEN_GENERATION = "v3"
    vault.store(org=call.account.org, service="heygen", secret="sandbox-heygen-key")
    for content in (PNG, LARGE):
        data = put(call, content).json()["data"]
        assert data["size_bytes"] == len(content)
        shown = call("v3-get-asset", {"path_params": {"asset_id": data["asset_id"]}})
        assert shown.status_code == 200
