"""Every failure has its place: status, text, code, origin; the earliest failure answers."""

import json
import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from credentials.models import Credential
from services import circuit, elevenlabs, heygen, retries
from services.action import Deadlines
from tests import asgi
from tests.factories import make_account, make_org, make_policy
from tests.live import ROOT
from tests.problems import REQUEST_ID, problem

FAILED = "The upstream external service request failed."
VIDEO = {"type": "avatar", "avatar_id": "a", "script": "Hi", "voice_id": "v"}
GET, POST = ("list-avatars", {}), ("v3-create-video", {"body": VIDEO})


@pytest.fixture(autouse=True)
def _each_call_by_itself(monkeypatch):
    """One send a call, whatever the calls before met; retries and the breaker have own tests."""
    monkeypatch.setattr(retries, "ATTEMPTS", 1)
    monkeypatch.setattr(circuit, "MIN_CALLS", 1_000_000)


PLACE = {"org": "acme", "service": "heygen", "action": "get-template"}


def send(account, *, method="POST", body=b"{}", **given):
    """One request of any kind: PLACE and headers, as `given` changes them."""
    place = {name: given.pop(name, part) for name, part in PLACE.items()}
    headers = {"Authorization": account.authorization, "X-Request-Id": REQUEST_ID} | given
    url = "/api/ai-proxy/orgs/{org}/services/{service}/{action}/".format(**place)
    client = Client(raise_request_exception=False)
    return client.generic(method, url, body, "application/json", headers=headers)


def test_contract_names_every_code():
    page = (ROOT / "docs" / "contract.md").read_text()
    modules = [path for name in ("services", "console/api") for path in (ROOT / name).rglob("*.py")]
    named = re.compile(r'\bcode(?:: [^=\n]+)? ?= ?"([a-z][a-z0-9_]+)"')
    codes = {code for path in modules for code in named.findall(path.read_text())}
    assert sorted(code for code in codes if f"`{code}`" not in page) == []
    assert len(codes) > 90


def revoke(account):
    account.key.revoke()


def expire(account):
    account.key.expires_at = datetime(2020, 1, 1, tzinfo=UTC)
    account.key.save()


def disable_org(account):
    account.org.is_active = False
    account.org.save()


def spoil(account):
    Credential.objects.update(sealed="v1.k1.AAAA.AAAA")


def lose(account):
    Credential.objects.all().delete()


def limit(account):
    account.key.scopes = ["elevenlabs:*", "heygen:list-*"]
    account.key.save()


def policy(**fields):
    return lambda account: make_policy(account.org, **fields)


def other_org(account):
    make_org("other")


def nothing(account):
    pass


MISSING, INVALID = "Authentication credentials were not provided.", "Invalid API key."
FORBIDDEN = "You do not have permission to perform this action."
NO_SERVICE = "External proxy service '{}' not found or disabled."
NO_ACTION = "Action '{}' not found or disabled for external proxy service 'heygen'."
NO_CREDENTIAL = "No allowed credentials found for external proxy service 'heygen'."
NO_SOURCE = "Credential policy does not allow any credential source."
NEEDS_ID = "Missing required path parameter: template_id"
CHALLENGE, RETRY = {"WWW-Authenticate": "Api-Key"}, {"Retry-After": "1"}
ID = b'{"path_params": {"template_id": "t"}}'
OFF = {"allow_tenant_key": False}
NO_METHOD = ("method_not_allowed", {"Allow": "POST, OPTIONS"})
PROXY = [
    (nothing, {"Authorization": ""}, 401, MISSING, "not_authenticated", CHALLENGE),
    (nothing, {"Authorization": "Basic eDp5"}, 401, MISSING, "not_authenticated", CHALLENGE),
    (nothing, {"Authorization": "Api-Key x"}, 401, INVALID, "invalid_api_key", CHALLENGE),
    (revoke, {}, 401, INVALID, "invalid_api_key", CHALLENGE),
    (expire, {}, 401, INVALID, "invalid_api_key", CHALLENGE),
    (disable_org, {}, 401, INVALID, "invalid_api_key", CHALLENGE),
    (other_org, {"org": "other"}, 403, FORBIDDEN, "permission_denied", {}),
    (nothing, {"org": "nobody"}, 403, FORBIDDEN, "permission_denied", {}),
    (limit, {}, 403, FORBIDDEN, "out_of_scope", {}),
    (nothing, {"Origin": "https://evil.test"}, 403, FORBIDDEN, "origin_not_allowed", {}),
    (nothing, {"service": "nope"}, 404, NO_SERVICE.format("nope"), "service_not_found", {}),
    (nothing, {"service": "HeyGen"}, 404, NO_SERVICE.format("HeyGen"), "service_not_found", {}),
    (policy(is_enabled=False), {}, 404, NO_SERVICE.format("heygen"), "service_not_found", {}),
    (nothing, {"action": "nope"}, 404, NO_ACTION.format("nope"), "action_not_found", {}),
    (
        policy(disabled_actions=["get-template"]), {},
        404, NO_ACTION.format("get-template"), "action_not_found", {},
    ),
    (lose, {"body": ID}, 404, NO_CREDENTIAL, "no_credential", {}),
    (policy(**OFF), {"body": ID}, 400, NO_SOURCE, "no_credential_source", {}),
    (nothing, {}, 400, NEEDS_ID, "missing_path_param", {}),
    (spoil, {"body": ID}, 503, "The credential cannot be read.", "credential_unreadable", RETRY),
    *(
        (nothing, {"method": method}, 405, f'Method "{method}" not allowed.', *NO_METHOD)
        for method in ("GET", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")
    ),
    (nothing, {"X-HTTP-Method-Override": "DELETE"}, 400, NEEDS_ID, "missing_path_param", {}),
]  # fmt: skip


@pytest.mark.parametrize(("prepare", "given", "status", "detail", "code", "headers"), PROXY)
def test_own_error_has_its_text(account, vendor, prepare, given, status, detail, code, headers):
    prepare(account)
    response = send(account, **given)
    assert response.json() == problem(detail, code, retryable=status == 503)
    assert (response.status_code, response.headers["Content-Type"]) == (status, "application/json")
    kept = {"WWW-Authenticate", "Retry-After", "Allow"} & set(response.headers)
    assert {name: response.headers[name] for name in kept} == headers
    assert vendor.requests == []


SCHEMA = b'{"path_params": {"template_id": "t"}, "body": {"variables": 1}}'
FAULTS = [
    ("invalid_api_key", {"Authorization": "Api-Key x"}),
    ("permission_denied", {"org": "other"}),
    ("service_not_found", {"service": "nope"}),
    ("action_not_found", {"action": "nope"}),
    ("method_not_allowed", {"method": "PUT"}),
    ("out_of_scope", {"scopes": ["elevenlabs:*"]}),
    ("origin_not_allowed", {"Origin": "https://evil.test"}),
    ("bad_json", {"body": b"{"}),
    ("missing_path_param", {"body": b'{"query": {"key": 1}, "body": {"variables": 1}}'}),
    ("query_not_allowed", {"body": SCHEMA.replace(b'"body"', b'"query": {"key": 1}, "body"')}),
    ("schema_violation", {"body": SCHEMA}),
    ("no_credential", {"services": ()}),
    ("upstream_auth_failed", {}),
]
GOOD = {"action": "generate-template-video", "body": SCHEMA.replace(b"1", b"{}")}


@pytest.mark.parametrize("first", range(len(FAULTS)), ids=[code for code, _ in FAULTS])
def test_earliest_failure_answers(db, vendor, first):
    """A call that fails at one step and at all later ones answers with the first."""
    vendor.answers({}, status=401)
    given = dict(GOOD)
    for _, fault in reversed(FAULTS[first:]):
        given |= fault
    account = make_account(
        scopes=given.pop("scopes", ()), services=given.pop("services", ("heygen",))
    )
    response = send(account, **given)
    assert response.json()["code"] == FAULTS[first][0]
    assert len(vendor.requests) == (first == len(FAULTS) - 1)


UNKNOWN = [
    "", "x", "%2e%2e/admin/", "ai-proxy/", "ai-proxy/orgs/acme/", "ai-proxy/orgs//services/",
    "ai-proxy/orgs/-a/services/", f"ai-proxy/orgs/{'a' * 64}/services/",
    "ai-proxy/orgs/acme%2fx/services/", "ai-proxy/orgs/acme/services/é",
    "ai-proxy/orgs/acme/services//heygen", "ai-proxy/orgs/acme/services/heygen/a/b/",
    "ai-proxy/orgs/acme/services/heygen/list-avatars//",
    "ai-proxy/orgs/acme/services/heygen/list-avatars%0A",
]  # fmt: skip


@pytest.mark.parametrize("path", UNKNOWN)
def test_unknown_url_answers_json(account, vendor, path):
    path = f"/api/{path}"
    for method in ("GET", "POST"):
        response = Client().generic(method, path, headers={"X-Request-Id": REQUEST_ID})
        assert (response.status_code, response.json()) == (404, problem("Not found.", "not_found"))
    served = asgi.post(account, path, [b"{}"], x_request_id=REQUEST_ID)
    assert (served.status, served.json) == (404, problem("Not found.", "not_found"))
    assert vendor.requests == []


V1 = {"code": 400999, "data": None, "message": "v1 words"}
V2 = {"data": None, "error": {"code": "invalid_parameter", "message": "v2 words"}}
V3 = {"error": {"code": "video_not_found", "message": "v3 words", "param": None}}
ELEVEN = {"detail": {"status": "voice_not_found", "message": "eleven words"}}
ELEVEN_TEXT = {"detail": "plain words"}
ELEVEN_LIST = {"detail": [{"loc": ["body", "text"], "msg": "field required", "type": "missing"}]}
LIVE = {"code": 4000, "data": None, "message": "live words"}
SHAPES = [
    (V1, "v1 words"), (V2, "v2 words"), (V3, "v3 words"), ([V2], "v2 words"),
    (ELEVEN, "eleven words"), (ELEVEN_TEXT, "plain words"), (ELEVEN_LIST, "field required"),
    (LIVE, "live words"), ({"error": "short"}, "short"), ({"msg": "msg words"}, "msg words"),
    ("just text", "just text"), ([], FAILED), ({}, FAILED), (5, FAILED),
    ({"error": None, "message": ""}, FAILED), ({"error": {"message": None}}, FAILED),
]  # fmt: skip
KEPT = [400, 402, 404, 405, 408, 409, 410, 413, 415, 418, 422, 429, 451, 499, 503]


@pytest.mark.parametrize("status", KEPT)
def test_refusal_is_kept_with_its_words(call, vendor, status):
    for body, detail in SHAPES:
        vendor.answers(body, status=status, headers={"Retry-After": "7"})
        for action, envelope in (GET, POST):
            response = call(action, envelope, X_Request_Id=REQUEST_ID)
            assert response.status_code == status
            assert response.headers["Retry-After"] == "7"
            assert response.json() == problem(
                detail, "upstream_error", origin="upstream", retryable=status in (429, 503),
                upstream={"status": status, "body": body},
            )  # fmt: skip


LATE = "The upstream external service did not answer in time."
FAULTY = [
    ([401, 403], 502, "upstream_auth_failed", FAILED, False),
    ([500, 501, 502, 505, 520, 599], 502, "upstream_failed", FAILED, True),
    ([504], 504, "upstream_timeout", LATE, True),
]


@pytest.mark.parametrize(("statuses", "answered", "code", "detail", "again"), FAULTY)
def test_vendors_fault_is_gateways(call, vendor, statuses, answered, code, detail, again):
    for status in statuses:
        for body in (V2, ELEVEN, "text"):
            vendor.answers(body, status=status, headers={"WWW-Authenticate": "Basic"})
            for (action, envelope), retryable in ((GET, again), (POST, False)):
                response = call(action, envelope, X_Request_Id=REQUEST_ID)
                assert response.status_code == answered
                assert "WWW-Authenticate" not in response.headers
                assert response.json() == problem(
                    detail, code, origin="upstream", retryable=retryable,
                    upstream={"status": status, "body": body},
                )  # fmt: skip


@pytest.mark.parametrize("value", ["7", "0", "120", "Sat, 31 Oct 2026 00:00:00 GMT"])
def test_retry_after_is_kept(call, vendor, value):
    for status in (429, 503, 409):
        vendor.answers({}, status=status, headers={"Retry-After": value})
        assert call("list-avatars").headers["Retry-After"] == value


@pytest.mark.parametrize("value", ["soon", "-1", "1.5", "sk-secret", "7, 8", "", "9" * 20])
def test_odd_retry_after_is_dropped(call, vendor, value):
    vendor.answers({}, status=429, headers={"Retry-After": value})
    assert "Retry-After" not in call("list-avatars").headers


HIDDEN = [
    (V3, 404, "v3 words"),
    ({"error": {"code": "rate_limit_exceeded", "message": "slow"}}, 429, "slow"),
    ({"error": {"code": "insufficient_credit", "message": "poor"}, "data": {}}, 402, "poor"),
    ({"code": 400140, "data": None, "message": "numbered"}, 429, "numbered"),
    ({"code": 400131, "data": None, "message": "gone"}, 404, "gone"),
    (V1, 400, "v1 words"),
    ({"code": 40009, "message": "key?"}, 502, FAILED),
    ({"error": {"code": "unauthorized", "message": "key?"}}, 502, FAILED),
    ({"error": {"code": "surprise", "message": "new"}}, 502, FAILED),
    ({"error": "words only"}, 502, FAILED),
    ({"error": ["a"], "data": 1}, 502, FAILED),
    ({"error": {"code": {"a": 1}}}, 502, FAILED),
    ({"error": 1e400}, 502, FAILED),
    ({"code": 101, "data": {"a": 1}}, 502, FAILED),
    ({"code": None, "data": {"a": 1}}, 502, FAILED),
    ({"code": "100", "data": {"a": 1}}, 502, FAILED),
    ({"code": [], "data": {"a": 1}}, 502, FAILED),
]


@pytest.mark.parametrize(("body", "status", "detail"), HIDDEN)
def test_failure_under_200_is_error(call, vendor, body, status, detail):
    raw = json.dumps(body).replace("Infinity", "1e400").encode()
    vendor.answers(raw)
    response = call("v3-create-video", {"body": VIDEO}, X_Request_Id=REQUEST_ID)
    assert response.status_code == status
    shown = response.json()
    assert (shown["detail"], shown["origin"]) == (detail, "upstream")
    assert shown["upstream"]["body"] == (body if b"1e400" not in raw else raw.decode())


KIB64 = 64 * 1024
NOT_JSON = [
    b"<html>", b"{", b'{"a": 1', b"NaN", b"\xff\xfe", b'"\xff"', b"{} x", b"\xef\xbb\xbf{}",
    b'{"data": {"a": NaN}}', b'{"data": [1,]}', b"[" * 100_000, b'{"a":' * 100_000, b"\0",
]  # fmt: skip


@pytest.mark.parametrize("body", NOT_JSON, ids=range(len(NOT_JSON)))
def test_bad_json_is_bad_gateway(call, vendor, body):
    vendor.answers(body)
    said = {"status": 200, "body": body[:KIB64].decode("utf-8", "replace")}
    for service, action, envelope, again in (
        ("heygen", "list-avatars", {}, True),
        ("heygen", "v3-create-video", {"body": VIDEO}, False),
        ("elevenlabs", "list-models", {}, True),
    ):
        response = call(action, envelope, service=service, X_Request_Id=REQUEST_ID)
        kind = {"origin": "upstream", "retryable": again, "upstream": said}
        wanted = problem(FAILED, "upstream_bad_answer", **kind)
        assert (response.status_code, response.json()) == (502, wanted)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
BROKEN, CUT = "upstream_broken", "upstream_truncated"
WIRES = [
    (b"garbage\r\n\r\n", BROKEN),
    (HEAD + b'Content-Length: 100\r\n\r\n{"data": 1}', CUT),
    (HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx", BROKEN),
    (HEAD + b"Content-Length: x\r\n\r\nxx", BROKEN),
    (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{}", CUT),
    (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", CUT),
    (HEAD + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", CUT),
    (HEAD + b"Bad Header\r\n\r\n{}", BROKEN),
    (HEAD.replace(b"200", b"400") + b'Content-Length: 100\r\n\r\n{"message": 1}', CUT),
]


@pytest.mark.parametrize(("wire", "code"), WIRES)
def test_broken_wire_is_bad_gateway(call, vendor, wire, code):
    vendor.answers(raw=wire)
    for (action, envelope), again in ((GET, True), (POST, False)):
        response = call(action, envelope, X_Request_Id=REQUEST_ID)
        wanted = problem(FAILED, code, origin="upstream", retryable=again)
        assert (response.status_code, response.json()) == (502, wanted)


@pytest.mark.parametrize("wire", [b"", b"HTTP/1.1 200", HEAD])
def test_early_end_is_no_unsent_call(call, vendor, wire):
    vendor.answers(raw=wire)
    for (action, envelope), again in ((GET, True), (POST, False)):
        response = call(action, envelope, X_Request_Id=REQUEST_ID)
        wanted = problem(FAILED, "upstream_broken", origin="upstream", retryable=again)
        assert (response.status_code, response.json()) == (502, wanted)


def test_closed_port_is_unreachable(call, settings):
    settings.HEYGEN_BASE_URL = "http://127.0.0.1:9"
    for action, envelope in (GET, POST):
        response = call(action, envelope, X_Request_Id=REQUEST_ID)
        wanted = problem(FAILED, "upstream_unreachable", origin="upstream", retryable=True)
        assert (response.status_code, response.json()) == (502, wanted)


SLOW = [
    {"delay": 1.0},
    {"pieces": (b'{"data"', b":", b"[", b"1", b"]", b"}"), "pause": 0.1},
    {"status": 400, "pieces": (b'{"data"', b":", b"[", b"1", b"]", b"}"), "pause": 0.1},
]


@pytest.mark.parametrize(
    ("service", "words", "code"),
    [
        ("elevenlabs", "too_many_concurrent_requests", "upstream_busy"),
        ("elevenlabs", "system_busy", "upstream_error"),
        ("heygen", "too_many_concurrent_requests", "upstream_error"),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_full_plan_is_told_from_a_full_vendor(call, vendor, service, words, code, status):
    told = {"status": words, "message": "Wait."}
    vendor.answers({"detail": told}, status=status, headers={"Retry-After": "3"})
    slug = {"elevenlabs": "list-models", "heygen": "list-avatars"}[service]
    response = call(slug, service=service)
    assert (response.status_code, response.headers["Retry-After"]) == (status, "3")
    fault = response.json()
    assert (fault["code"], fault["origin"], fault["retryable"]) == (code, "upstream", True)
    assert fault["upstream"] == {"status": status, "body": {"detail": told}}


@pytest.mark.parametrize("script", SLOW)
def test_slow_answer_times_out(call, vendor, monkeypatch, script):
    """One deadline over the whole exchange, however the time is spent."""
    monkeypatch.setitem(vars(heygen.SERVICE), "deadlines", Deadlines(total=0.2))
    vendor.answers({}, **script)
    for (action, envelope), again in ((GET, True), (POST, False)):
        response = call(action, envelope, X_Request_Id=REQUEST_ID)
        wanted = problem(LATE, "upstream_timeout", origin="upstream", retryable=again)
        assert (response.status_code, response.json()) == (504, wanted)


def test_slow_file_times_out(call, vendor, monkeypatch):
    monkeypatch.setitem(vars(elevenlabs.SERVICE), "transfers", Deadlines(total=0.15))
    vendor.answers(b"ID3", delay=1.0)
    envelope = {"path_params": {"voice_id": "v"}, "body": {"text": "Hi"}}
    response = call("tts", envelope, service="elevenlabs")
    assert (response.status_code, response.json()["code"]) == (504, "upstream_timeout")


def test_answer_past_limit_is_refused(call, vendor, settings):
    settings.MAX_ANSWER_BYTES = 1000
    for size, status in ((1000, 200), (1001, 502)):
        vendor.answers(json.dumps("x" * (size - 2)).encode())
        response = call("list-models", service="elevenlabs", X_Request_Id=REQUEST_ID)
        assert response.status_code == status
    assert response.json() == problem(FAILED, "upstream_too_large", origin="upstream")


CUT_JSON = '{"message": "' + "m" * (KIB64 - 13)
BIG = [
    (b"x" * (KIB64 + 1), "x" * KIB64, "x" * 1000),
    (json.dumps({"message": "m" * KIB64}).encode(), CUT_JSON, "m" * 1000),
    (json.dumps({"message": "m" * 5 * KIB64}).encode(), CUT_JSON, FAILED),
    (b"x" + "é".encode() * KIB64, "x" + "é" * (KIB64 // 2 - 1), "x" + "é" * 999),
    (b"\xff" * KIB64, "\ufffd" * (KIB64 // 3), "\ufffd" * 1000),
]


@pytest.mark.parametrize(("body", "shown", "detail"), BIG)
def test_big_error_body_is_cut(call, vendor, body, shown, detail):
    vendor.answers(body, status=400)
    response = call("list-avatars")
    assert response.json()["upstream"] == {"status": 400, "body": shown}
    assert response.json()["detail"] == detail


def numbered(text):
    return f'{{"message": "m", "n": {text}}}'.encode()


AS_JSON = [
    (numbered("1" * 30), {"message": "m", "n": int("1" * 30)}),
    (b'{"message": "a\\u0000b"}', {"message": "a\0b"}),
    (b'"\\ud83d\\ude00"', "\U0001f600"),
]
AS_TEXT = [
    (body, body.decode(errors="replace"))
    for body in (
        b'{"message": "half \\ud800"}', numbered("NaN"), numbered("1e999"), numbered("1" * 5000),
        b"\xff\xfe", b"\0", b"", b"[" * 5000 + b"]" * 5000,
    )
]  # fmt: skip


@pytest.mark.parametrize(("body", "shown"), AS_JSON + AS_TEXT)
def test_odd_error_body_is_shown(call, vendor, body, shown):
    """What is no plain JSON is shown as text; nothing a vendor sends is an error of the proxy's."""
    vendor.answers(body, status=400)
    response = call("list-avatars")
    assert (response.status_code, response.json()["code"]) == (400, "upstream_error")
    assert response.json()["upstream"] == {"status": 400, "body": shown}


@pytest.mark.parametrize("around", [b'{"error":%s}', b'{"detail":[%s]}', b"[%s]"])
def test_deep_error_body_is_survived(call, vendor, around):
    for levels in (50, 500, 900, 950, 2000):
        body = b'"m"'
        for _ in range(levels):
            body = around % body
        vendor.answers(body, status=400)
        response = call("list-avatars")
        assert (response.status_code, response.json()["code"]) == (400, "upstream_error")
        deep = body.count(b"{") + body.count(b"[") > 64  # callers' parsers have limits too
        assert isinstance(response.json()["upstream"]["body"], str) == deep
