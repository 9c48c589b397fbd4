"""One call per Idempotency-Key: replayed, refused, or asked again, and never paid for twice."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from credentials import vault
from credentials.models import Credential
from jobs import attempts, batching
from jobs.models import Attempt
from services.batches.carrying import carry_out
from services.recording import reaping
from tests.conftest import Caller
from tests.factories import make_account, make_policy
from tests.upstream import Received, Script, Upstream

VIDEO = {"type": "avatar", "avatar_id": "a", "script": "Hi", "voice_id": "v"}
V3 = ("v3-create-video", {"body": VIDEO})
LEGACY = ("create-webm-video", {"body": {"avatar_pose_id": "a", "avatar_style": "normal"}})
MADE = {"data": {"video_id": "v1", "status": "waiting", "output_format": "mp4"}}
OLD = {"code": 100, "data": {"video_id": "v1"}, "message": "Success"}
UNKNOWN, DONE, SENT, RESERVED = "unknown", "done", "sent", "reserved"


@pytest.fixture(autouse=True)
def _legacy(settings: Any) -> None:
    settings.HEYGEN_GENERATION = "legacy"


def numbered(vendor: Upstream, shape: dict[str, Any] = MADE) -> None:
    """Every request makes another video."""

    def play(_: Received) -> Script:
        data = {**shape["data"], "video_id": f"v{len(vendor.requests)}"}
        return Script(body=json.dumps({**shape, "data": data}).encode())

    vendor.plays(play)


def attempt() -> Attempt:
    return Attempt.objects.get()


def keyed(call: Caller, what: tuple[str, Any] = V3, key: str = "k1", **more: Any) -> Any:
    return call(what[0], what[1], Idempotency_Key=key, **more)


def expire(**fields: Any) -> None:
    """As if whoever sent it had died, and its time were over."""
    past = timezone.now() - timedelta(seconds=1)
    Attempt.objects.update(lease_until=past, ended_at=None, expires_at=None, **fields)


@pytest.mark.parametrize("what", [V3, LEGACY])
def test_replay_is_the_first_answer_byte_for_byte(
    call: Caller, vendor: Upstream, what: tuple[str, Any]
) -> None:
    numbered(vendor, MADE if what is V3 else OLD)
    first, again = keyed(call, what), keyed(call, what)
    assert (first.status_code, len(vendor.requests)) == (200, 1)
    assert (again.status_code, again.content) == (200, first.content)
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    for name in ("X-Job-Id", "Link", "X-Contract-Notes", "X-Credential-Source", "Content-Type"):
        assert again.headers.get(name) == first.headers.get(name)
    assert again.headers["X-Request-Id"] != first.headers["X-Request-Id"]
    assert attempt().state == DONE


def test_answer_tells_of_the_job_it_started(call: Caller, vendor: Upstream) -> None:
    numbered(vendor)
    response = keyed(call)
    job = response.headers["X-Job-Id"]
    assert response.headers["Link"] == f'</api/ai-proxy/orgs/acme/jobs/{job}/>; rel="monitor"'
    vendor.answers(OLD)
    retiring = call(*LEGACY)
    rels = [link.rpartition("rel=")[2] for link in retiring.headers["Link"].split(", ")]
    assert rels == ['"monitor"', '"successor-version"']


WRITTEN_OTHERWISE = [
    b'{"body": {"voice_id": "v", "script": "\\u0048i", "avatar_id": "a", "type": "avatar"}}',
    b'{"body": {"type": "avatar", "avatar_id": "a",  "script":"Hi", "voice_id":"v"}, "query": {}}',
    json.dumps({"body": VIDEO, "headers": {"Idempotency-Key": "k1"}}).encode(),
]


@pytest.mark.parametrize("body", WRITTEN_OTHERWISE)
def test_equal_request_written_otherwise_replays(
    call: Caller, vendor: Upstream, body: bytes
) -> None:
    numbered(vendor)
    first, again = keyed(call), call(V3[0], body, Idempotency_Key="k1")
    assert (again.status_code, again.content) == (200, first.content)
    assert len(vendor.requests) == 1


CHANGED: list[dict[str, Any]] = [
    {"body": {**VIDEO, "script": "Hello"}},
    {"body": {**VIDEO, "title": None}},
    {"body": VIDEO, "query": {"a": "b"}},
    {"body": VIDEO, "headers": {"Accept-Language": "de"}},
]


@pytest.mark.parametrize("envelope", CHANGED)
def test_changed_request_is_refused(call: Caller, vendor: Upstream, envelope: Any) -> None:
    numbered(vendor)
    keyed(call)
    response = call(V3[0], envelope, Idempotency_Key="k1")
    assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")
    assert len(vendor.requests) == 1


def test_key_is_of_one_org_and_one_action(call: Caller, vendor: Upstream, db: None) -> None:
    numbered(vendor)
    other = Caller(make_account("other"))
    vault.store(org=None, service="heygen", secret="sk-platform")
    for org in (call.account.org, other.account.org):
        Credential.objects.filter(org=org, service="heygen").delete()
        make_policy(org, allow_platform_key=True, default_source="platform")
    bodies = {keyed(who, what).content for who in (call, other) for what in (V3, LEGACY)}
    assert (len(bodies), len(vendor.requests)) == (4, 4)
    sent = {seen.header("idempotency-key")[0] for seen in vendor.requests[::2]}
    assert len(sent) == 2
    assert not sent & {"k1"}


def test_replay_outlives_the_api_key(call: Caller, vendor: Upstream) -> None:
    from credentials.issue import issue

    numbered(vendor)
    first = keyed(call)
    call.account.key.delete()
    _, text = issue(call.account.org)
    again = keyed(call, Authorization=f"Api-Key {text}")
    assert again.content == first.content


HOSTILE = [
    "", " ", '""', '"', '"k', 'k"', "'k'", "a b", "a,b", "k1, k2", "a/b", "a;b", "a\\b", "ä",
    "k" * 256, '"' + "k" * 256 + '"', "%00", "$(id)", "' OR 1=1 --", "<script>", "k#1", "#k",
]  # fmt: skip
FINE = ["k", "k" * 255, '"quoted-key"', "a_b:c.d~e-f", " padded ", "0"]


@pytest.mark.parametrize("key", HOSTILE)
@pytest.mark.parametrize("place", ["header", "envelope"])
def test_unusable_key_is_refused(call: Caller, vendor: Upstream, key: str, place: str) -> None:
    if place == "header":
        response = keyed(call, key=key)
    else:
        response = call(V3[0], {"body": VIDEO, "headers": {"Idempotency-Key": key}})
    assert response.status_code == 400
    assert response.json()["code"] in ("bad_idempotency_key", "bad_header")
    assert (vendor.requests, Attempt.objects.count()) == ([], 0)


@pytest.mark.parametrize("key", FINE)
def test_usable_key_is_kept_as_a_digest(call: Caller, vendor: Upstream, key: str) -> None:
    numbered(vendor)
    assert keyed(call, key=key).status_code == 200
    assert keyed(call, key=key.strip(' "')).headers["Idempotent-Replayed"] == "true"
    stored = attempt()
    assert key.strip(' "') not in (stored.key, stored.upstream_key, stored.fingerprint)
    assert len(stored.key or "") == 64


def test_two_keys_of_one_request_are_refused(call: Caller, vendor: Upstream) -> None:
    given = {"body": VIDEO, "headers": {"Idempotency-Key": "k2"}}
    assert keyed(call, (V3[0], given)).json()["code"] == "bad_idempotency_key"
    assert vendor.requests == []


REFUSED_BEFORE: list[tuple[str, Any, int]] = [
    ("v3-create-video", {"body": {"type": "nothing"}}, 400),
    ("v3-create-video", {"path_params": {"x": "y"}, "body": VIDEO}, 400),
    ("v3-get-nothing", {}, 404),
    ("v3-upload-asset", b'--x\r\nContent-Disposition: form-data; name="file"', 400),
]


@pytest.mark.parametrize(("action", "envelope", "status"), REFUSED_BEFORE)
def test_refusal_before_the_send_leaves_the_key_free(
    call: Caller, vendor: Upstream, action: str, envelope: Any, status: int
) -> None:
    assert call(action, envelope, Idempotency_Key="k1").status_code == status
    assert Attempt.objects.count() == 0
    numbered(vendor)
    assert keyed(call).status_code == 200


def test_unreachable_vendor_leaves_the_key_free(
    call: Caller, vendor: Upstream, settings: Any
) -> None:
    settings.HEYGEN_BASE_URL = "http://127.0.0.1:9"
    assert keyed(call).json()["code"] == "upstream_unreachable"
    assert Attempt.objects.count() == 0
    settings.HEYGEN_BASE_URL = vendor.url
    numbered(vendor)
    assert keyed(call).status_code == 200


CUT = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
# What the vendor does, what the attempt becomes, and what the second call with the key meets.
FAULTS: list[tuple[dict[str, Any], str | None, int, str]] = [
    ({"status": 400}, DONE, 400, "replay"),
    ({"status": 402}, DONE, 402, "replay"),
    ({"status": 404}, DONE, 404, "replay"),
    ({"status": 409}, DONE, 409, "replay"),
    ({"status": 422}, DONE, 422, "replay"),
    ({"status": 200, "body": b'{"code": 400140, "message": "busy"}'}, None, 429, "sent"),
    ({"status": 200, "body": b'{"code": 40012, "message": "no"}'}, DONE, 400, "replay"),
    ({"status": 401}, None, 502, "sent"),
    ({"status": 403}, None, 502, "sent"),
    ({"status": 408}, None, 408, "sent"),
    ({"status": 425}, None, 425, "sent"),
    ({"status": 429}, None, 429, "sent"),
    ({"status": 500}, UNKNOWN, 502, "unknown"),
    ({"status": 503}, UNKNOWN, 503, "unknown"),
    ({"status": 504}, UNKNOWN, 504, "unknown"),
    ({"status": 302}, UNKNOWN, 502, "unknown"),
    ({"raw": b""}, UNKNOWN, 502, "unknown"),
    ({"raw": CUT}, UNKNOWN, 502, "unknown"),
    ({"status": 200, "body": b"{garbage"}, UNKNOWN, 502, "unknown"),
]


@pytest.mark.parametrize(("fault", "state", "status", "then"), FAULTS)
def test_failure_decides_what_the_key_is_worth(
    call: Caller, vendor: Upstream, fault: Any, state: str | None, status: int, then: str
) -> None:
    vendor.answers(**({"body": {"message": "no"}} | fault)) if "body" not in fault else (
        vendor.plays(lambda _: Script(**fault))
    )
    first = keyed(call, LEGACY)
    assert (first.status_code, len(vendor.requests)) == (status, 1)
    stored = Attempt.objects.first()
    assert (stored and stored.state) == state
    numbered(vendor, OLD)
    again = keyed(call, LEGACY)
    if then == "replay":
        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert again.headers["Idempotent-Replayed"] == "true"
        assert len(vendor.requests) == 1
    elif then == "sent":
        assert (again.status_code, len(vendor.requests)) == (200, 2)
    else:
        assert (again.status_code, again.json()["code"]) == (409, "outcome_unknown")
        assert len(vendor.requests) == 1


def test_unknown_outcome_is_asked_again_where_the_vendor_knows_the_key(
    call: Caller, vendor: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.retries.ATTEMPTS", 1)
    vendor.plays(lambda _: Script(raw=b""))
    first = keyed(call)
    assert (first.status_code, first.json()["retryable"]) == (502, True)
    assert attempt().state == UNKNOWN
    numbered(vendor)
    assert keyed(call).status_code == 200
    one, other = (seen.header("idempotency-key") for seen in vendor.requests)
    assert one == other
    assert (attempt().state, attempt().sends) == (DONE, 2)


# What stands between the first send and the second one: then it is not sent again.
CHANGES: dict[str, dict[str, Any]] = {
    "the vendor has forgotten the key": {"reserved_at": timezone.now() - timedelta(hours=23.5)},
    "another secret is in use": {"credential_version": F("credential_version") + 1},
    "keys derive otherwise": {"upstream_key": "other"},
    "the vendor knew no key": {"honoured": False},
}


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_sent_again_when_the_key_may_not_hold(
    call: Caller, vendor: Upstream, change: str
) -> None:
    numbered(vendor)
    keyed(call)
    expire(state=SENT, **CHANGES[change])
    assert keyed(call).json()["code"] == "outcome_unknown"
    assert len(vendor.requests) == 1


def test_second_caller_waits_for_the_first(call: Caller, vendor: Upstream) -> None:
    numbered(vendor)
    keyed(call)
    for state in (RESERVED, SENT):
        Attempt.objects.update(state=state, lease_until=timezone.now() + timedelta(seconds=9))
        response = keyed(call)
        assert (response.status_code, response.json()["code"]) == (409, "request_in_progress")
        assert (response.headers["Retry-After"], response.json()["retryable"]) == ("1", True)
    assert len(vendor.requests) == 1


@pytest.mark.parametrize("reaped", [False, True])
def test_dead_reservation_is_sent_once(call: Caller, vendor: Upstream, reaped: bool) -> None:
    numbered(vendor)
    keyed(call)
    vendor.requests.clear()
    expire(state=RESERVED, sends=0, sent_at=None)
    if reaped:
        for stuck in attempts.claim(10):
            reaping.settle(stuck)
        assert Attempt.objects.count() == 0
    assert keyed(call).status_code == 200
    assert (len(vendor.requests), attempt().state, attempt().sends) == (1, DONE, 1)


def test_reaper_leaves_what_is_alive_and_ends_what_is_not(call: Caller, vendor: Upstream) -> None:
    numbered(vendor)
    keyed(call)
    Attempt.objects.update(state=SENT, lease_until=timezone.now() + timedelta(seconds=9))
    assert attempts.claim(10) == []
    reaping.settle(attempt().pk)
    assert attempt().state == SENT
    expire(state=SENT)
    for stuck in attempts.claim(10) * 2:
        reaping.settle(stuck)
    assert (attempt().state, attempt().fault) == (UNKNOWN, "worker_lost")


def test_large_answer_is_not_kept(call: Caller, vendor: Upstream) -> None:
    vendor.answers({"data": {"video_id": "v1", "note": "x" * (1 << 20)}})
    first, again = keyed(call), keyed(call)
    assert first.status_code == 200
    assert (again.status_code, again.json()["code"]) == (409, "answer_not_kept")
    assert len(vendor.requests) == 1


def test_streamed_answer_is_not_kept(call: Caller, vendor: Upstream) -> None:
    vendor.answers(b"sound", headers={"Content-Type": "audio/mpeg"})
    speech = ("tts", {"path_params": {"voice_id": "v"}, "body": {"text": "Hi"}})
    first = keyed(call, speech, service="elevenlabs")
    assert b"".join(first) == b"sound"
    again = keyed(call, speech, service="elevenlabs")
    assert (again.status_code, again.json()["code"]) == (409, "answer_not_kept")
    assert (len(vendor.requests), attempt().state) == (1, DONE)


def upload(call: Caller, content: bytes) -> Any:
    boundary = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n'
    body = boundary + b"Content-Type: image/png\r\n\r\n" + content + b"\r\n--x--\r\n"
    kind = "multipart/form-data; boundary=x"
    return call.send(call.url("v3-upload-asset"), body, kind, Idempotency_Key="k1")


def test_files_count_by_their_bytes(call: Caller, vendor: Upstream) -> None:
    vendor.answers({"data": {"asset_id": "a1", "url": "https://x.test/a"}})
    png = b"\x89PNG" + bytes(200_000)
    first, again = upload(call, png), upload(call, png)
    assert (first.status_code, again.content) == (200, first.content)
    assert upload(call, png[:-1] + b"1").status_code == 422
    assert len(vendor.requests) == 1


def test_key_is_free_again_after_its_time(call: Caller, vendor: Upstream) -> None:
    numbered(vendor)
    first = keyed(call)
    hours = (attempt().expires_at or timezone.now()) - timezone.now()
    assert timedelta(hours=23.9) < hours <= timedelta(hours=24)
    Attempt.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    second = keyed(call)
    assert second.content != first.content
    old = Attempt.objects.get(key=None)
    assert (old.sealed, old.headers, old.state) == ("", {}, DONE)  # the charge stays on record


def test_org_has_a_quota_of_keys(
    call: Caller, vendor: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "MOST_KEYS", 2)
    numbered(vendor)
    other = Caller(make_account("other"))
    said = [keyed(call, key=f"k{number}").status_code for number in range(3)]
    assert said == [200, 200, 429]
    assert keyed(call, key="k1").headers["Idempotent-Replayed"] == "true"
    assert keyed(other).status_code == 200
    assert call(*V3).status_code == 200  # without a key
    assert len(vendor.requests) == 4


def test_only_callers_live_keys_count(
    call: Caller, vendor: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "MOST_KEYS", 1)
    numbered(vendor)
    for number in range(2):  # those of a batch's items, which the service itself gives them
        body = json.dumps({"items": [V3[1]]}).encode()
        assert call.send(f"{call.url(V3[0])}batch/", body).status_code == 202
        for item in batching.claim(1):
            carry_out(item)
        assert Attempt.objects.exclude(key=None).count() == number + 1
    assert keyed(call, key="k1").status_code == 200
    refused = keyed(call, key="k2")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_keys")
    assert 23.9 * 3600 < int(refused.headers["Retry-After"]) <= 24 * 3600
    Attempt.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert keyed(call, key="k2").status_code == 200


def test_forgetting_reads_no_answers(call: Caller, vendor: Upstream) -> None:
    numbered(vendor)
    keyed(call)
    Attempt.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with CaptureQueriesContext(connection) as asked:
        assert attempts.prune() == 1
    read = [query["sql"] for query in asked if query["sql"].startswith("SELECT")]
    assert [sql for sql in read if "sealed" in sql] == []
    assert attempt().key is None


def test_key_that_is_used_again_is_not_forgotten(
    call: Caller, vendor: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A replay claims it between the look for old ones and their end."""
    numbered(vendor)
    keyed(call)
    Attempt.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    forget = attempts._forget

    def late(names: Any) -> Any:
        Attempt.objects.update(expires_at=None, state=SENT)
        return forget(names)

    monkeypatch.setattr(attempts, "_forget", late)
    attempts.prune()
    assert attempt().key is not None


REMOVAL: dict[str, Any] = {
    "body": {"video": {"type": "url", "url": "https://x.test/a.mp4"}, "title": "T"}
}


def test_request_id_names_the_call_where_that_is_the_vendors_way(
    call: Caller, vendor: Upstream, db: None
) -> None:
    vendor.answers({"data": {"id": "r1", "status": "pending"}})
    mine = {"body": {**REMOVAL["body"], "request_id": "mine"}}
    what = "v3-create-background-removal"
    keyed(call, (what, REMOVAL))
    call(what, mine)
    Caller(make_account("other"))(what, mine)
    call(what, REMOVAL)
    bodies = [seen.json for seen in vendor.requests]
    names = [body.pop("request_id") for body in bodies]
    assert len(set(names)) == 4
    assert all(len(name) == 64 for name in names)
    assert bodies == [REMOVAL["body"]] * 4
    assert not any(seen.header("idempotency-key") for seen in vendor.requests)
    assert set(Attempt.objects.values_list("honoured", flat=True)) == {True}
    again = call(what, mine)
    assert again.status_code == 200
    assert vendor.requests[-1].json["request_id"] == names[1]


def test_translated_call_has_its_key_at_the_paid_step(
    call: Caller, vendor: Upstream, settings: Any
) -> None:
    settings.HEYGEN_GENERATION = "v3"
    numbered(vendor)
    scene = {
        "character": {"type": "avatar", "avatar_id": "a"},
        "voice": {"type": "text", "voice_id": "v", "input_text": "Hi"},
    }
    old = ("generate-video", {"body": {"video_inputs": [scene]}})
    first, again = keyed(call, old), keyed(call, old)
    assert (first.status_code, again.content) == (200, first.content)
    assert len(vendor.requests) == 1
    assert len(vendor.requests[0].header("idempotency-key")[0]) == 64
    assert attempt().honoured


def test_rehearsal_and_dry_run_are_not_recorded(
    call: Caller, vendor: Upstream, settings: Any
) -> None:
    settings.HEYGEN_GENERATION = "v3"
    scene = {
        "character": {"type": "avatar", "avatar_id": "a"},
        "voice": {"type": "text", "voice_id": "v", "input_text": "Hi"},
    }
    test = {"body": {"test": True, "video_inputs": [scene]}}
    assert keyed(call, ("generate-video", test)).headers["X-Test-Mode"] == "sandbox"
    assert call(*V3, X_Dry_Run="true").headers["X-Dry-Run"] == "true"
    assert (Attempt.objects.count(), vendor.requests) == (0, [])


def test_read_needs_no_key(call: Caller, vendor: Upstream) -> None:
    vendor.answers({"data": []})
    for _ in range(2):
        assert call("v3-list-videos", Idempotency_Key="k").status_code == 200
    assert (Attempt.objects.count(), len(vendor.requests)) == (0, 2)
