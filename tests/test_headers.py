"""Which headers pass, each way: what is not named stops at the proxy."""

import gzip
import re
import zlib
from itertools import product

import pytest

from tests.conftest import Caller
from tests.factories import HEYGEN_SECRET, make_account
from tests.problems import REQUEST_ID, assert_refused
from tests.upstream import Upstream

VIDEO = {"type": "avatar", "avatar_id": "a", "script": "Hi", "voice_id": "v"}
SPEECH = {"path_params": {"voice_id": "v"}, "body": {"text": "Hi"}}
EVERY_ANSWER = {
    "Content-Type", "Content-Length", "X-Request-Id", "Server-Timing", "Vary", "Cache-Control",
    "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy",
}  # fmt: skip


def invoke(call, headers, action="list-avatars", **envelope):
    return call(action, {"headers": headers, **envelope}, X_Request_Id=REQUEST_ID)


IDENTITY = ["Authorization", "X-Api-Key", "xi-api-key", "Api-Key", "Cookie", "Set-Cookie"]
FRAMING = ["Host", "Content-Length", "Transfer-Encoding", "TE", "Trailer", "Upgrade", "Expect"]
HOPS = ["Connection", "Keep-Alive", "Proxy-Authorization", "Proxy-Connection", "Proxy-Anything"]
ROUTES = ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-X", "X-Real-IP"]
SPELLINGS = [
    str.lower, str.upper, str.title, lambda name: f" {name}\t",
    lambda name: name.replace("-", "_"), lambda name: f"\u00a0{name.upper().replace('-', '_')}",
]  # fmt: skip


@pytest.mark.parametrize("name", [*IDENTITY, *FRAMING, *HOPS, *ROUTES])
def test_forbidden_header_is_refused(call, vendor, name):
    for spelled in SPELLINGS:
        text = spelled(name)
        response = invoke(call, {"Accept-Language": "de", text: "x"})
        detail = f"Header not allowed: {ascii(text)[1:-1]}"
        assert_refused(response, vendor, 400, detail, "header_not_allowed")


UNKNOWN = [
    "X-Custom", "Content-Type", "Accept", "Accept-Encoding", "User-Agent", "Origin", "Referer", "",
    "X-Api-Key:", "x api key", "x\r\nX-Api-Key", "\uff58-api-key", "X-Session-Token", "traceparent",
]  # fmt: skip


def test_unknown_headers_are_noted(call, vendor):
    response = invoke(call, {"Accept-Language": "de", **dict.fromkeys(UNKNOWN, "x" * 9000)})
    assert response.status_code == 200
    notes = response.headers["X-Contract-Notes"].split("; ")
    assert notes == [f"headers.{ascii(name)[1:-1]}: not forwarded" for name in UNKNOWN]
    [sent] = vendor.requests
    assert sent_names(sent) == CLIENT | {"x-api-key", "accept-language"}


def test_too_many_headers_are_refused(call, vendor):
    for count, fits in ((20, True), (21, False)):
        response = invoke(call, {f"x-{number}": "a" for number in range(count)})
        assert (response.status_code == 200) == fits
        vendor.requests.clear()
    assert_refused(response, vendor, 400, "headers: there are more than 20.", "bad_header")


VALUES = ["a\r\nX-Api-Key: b", "a\nb", "a\x7f", "é", "x" * 4097, 5, None, True, ["de"], {"a": "b"}]


@pytest.mark.parametrize("name", ["Accept-Language", "idempotency_key"])
def test_unusable_value_is_refused(call, vendor, name):
    detail = f"Header not usable: {name.lower().replace('_', '-')}"
    for value in VALUES:
        assert_refused(invoke(call, {name: value}), vendor, 400, detail, "bad_header")


def test_two_spellings_are_refused(call, vendor):
    response = invoke(call, {"Accept-Language": "de", "accept_language": "en"})
    assert_refused(response, vendor, 400, "Header not usable: accept-language", "bad_header")


CLIENT = {"accept", "user-agent", "accept-encoding", "host"}


def sent_names(sent):
    names = [name.lower() for name, _ in sent.headers]
    assert len(names) == len(set(names))
    return set(names)


ONE_CREDENTIAL = [
    ("heygen", "list-avatars", {}, "x-api-key", set()),
    ("heygen", "v3-create-video", {"body": VIDEO}, "x-api-key",
     {"content-type", "content-length", "idempotency-key"}),
    ("elevenlabs", "list-models", {}, "xi-api-key", set()),
    ("elevenlabs", "tts", SPEECH, "xi-api-key", {"content-type", "content-length"}),
    ("liveavatar", "get-credits", {}, "x-api-key", set()),
]  # fmt: skip


BROWSER = {
    "Cookie": "sessionid=1", "Via": "1.1 a", "Forwarded": "for=1.2.3.4", "X-Real-IP": "1.2.3.4",
    "X-Forwarded-For": "1.2.3.4", "X-Forwarded-Host": "evil", "Accept-Language": "fr", "Range": "a",
    "Accept": "text/html", "User-Agent": "browser", "Referer": "http://a", "X-Custom": "x",
    "Idempotency-Key": "k", "Traceparent": "00-1-2-3", "Connection": "close",
    "If-None-Match": '"a"',
    "Proxy-Authorization": "Basic eA==", "Accept-Encoding": "br", "X-Request-Id": REQUEST_ID,
}  # fmt: skip


@pytest.mark.parametrize(("service", "action", "envelope", "credential", "more"), ONE_CREDENTIAL)
def test_vendor_sees_one_credential(
    call, account, vendor, service, action, envelope, credential, more
):
    """Nothing of the caller's own HTTP headers goes on."""
    keys = {"X-Api-Key": account.text, "Xi-Api-Key": account.text}
    given = {"headers": {"Accept-Language": "de, en;q=0.5"}, **envelope}
    response = call(action, given, service=service, **BROWSER, **keys)
    assert response.status_code == 200
    [sent] = vendor.requests
    assert sent_names(sent) == CLIENT | more | {credential, "accept-language"}
    assert sent.header(credential) == [HEYGEN_SECRET]
    assert sent.header("accept-language") == ["de, en;q=0.5"]
    assert "k" not in sent.header("idempotency-key")  # but one derived from it
    assert sent.header("host") == [vendor.url.removeprefix("http://")]
    assert sent.header("user-agent") == ["ai-proxy"]
    assert account.text not in str(sent)


def test_session_token_replaces_credential(call, vendor):
    def start(headers):
        return call(
            "start-session", {"headers": headers}, service="liveavatar", X_Request_Id=REQUEST_ID
        )

    assert start({"X_Session_Token": "token-1"}).status_code == 200
    [sent] = vendor.requests
    assert sent_names(sent) - {"content-length"} == CLIENT | {"authorization"}
    assert sent.header("authorization") == ["Bearer token-1"]
    vendor.requests.clear()
    for headers in ({}, {"X-Session-Token": ""}, {"X-Session-Token": "a b"}):
        response = start(headers)
        assert (response.status_code, vendor.requests) == (400, [])
        assert "X-Session-Token" in response.json()["detail"]


def test_idempotency_key_is_derived_per_org(call, vendor, db):
    other = Caller(make_account("other"))
    headers, sent = {"Idempotency-Key": "order-42"}, []
    for caller in (call, call, other):
        assert invoke(caller, headers, "v3-create-video", body=VIDEO).status_code == 200
        sent += vendor.requests[-1].header("idempotency-key")
    ours, again, theirs = sent
    assert ours == again != theirs
    assert all(re.fullmatch(r"[0-9a-f]{64}", key) for key in sent)


def test_idempotency_key_goes_where_declared(call, vendor):
    headers = {"Idempotency-Key": "order-42"}
    assert invoke(call, headers, "share-video", body={"video_id": "v"}).status_code == 200
    assert vendor.requests[-1].header("idempotency-key") == []


NEVER_BACK = {
    "Set-Cookie": "a=b", "Strict-Transport-Security": "max-age=1", "Location": "http://evil",
    "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": "true",
    "Access-Control-Expose-Headers": "*", "Server": "nginx", "Via": "1.1 a", "X-Powered-By": "x",
    "X-Error-Origin": "proxy", "X-Credential-Source": "platform", "X-Request-Id": "theirs-0001",
    "Server-Timing": "evil;dur=1", "X-Contract-Notes": "evil", "X-Test-Mode": "evil",
    "WWW-Authenticate": "Basic", "Content-Security-Policy": "default-src *", "Refresh": "0",
    "X-Content-Type-Options": "evil", "X-Frame-Options": "ALLOW", "Link": "<http://evil>",
    "Clear-Site-Data": "*", "Alt-Svc": "h3", "Cache-Control": "public", "Vary": "*",
    "Deprecation": "@1", "Sunset": "x", "Retry-After-Evil": "1", "xi-api-key": HEYGEN_SECRET,
}  # fmt: skip
LIMITS = {"RateLimit": '"a";r=1;t=2', "X-RateLimit-Remaining": "5"}
FILE_HEADERS = {
    "Content-Disposition": 'attachment; filename="a.mp3"', "Content-Range": "bytes 0-3/10",
    "Accept-Ranges": "bytes", "ETag": '"e1"', "Last-Modified": "Sat, 31 Oct 2026 00:00:00 GMT",
    "Age": "3", "Retry-After": "7",
}  # fmt: skip


OURS = {
    "X-Request-Id": REQUEST_ID, "X-Credential-Source": "tenant", "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Vary": "Origin",
}  # fmt: skip


def sample(response, names):
    return {name: response.headers[name] for name in names}


def test_json_answer_carries_only_ours(call, vendor):
    kind = {"Content-Type": "application/json; charset=latin-1"}
    vendor.answers({"a": 1}, headers={**NEVER_BACK, **LIMITS, **FILE_HEADERS, **kind})
    response = call("get-subscription", service="elevenlabs", X_Request_Id=REQUEST_ID)
    assert response.json() == {"data": {"a": 1}}
    passed = {"retry-after", *(name.lower() for name in LIMITS)}
    more = {"Content-Security-Policy", "X-Credential-Source", *passed}
    assert set(response.headers) == EVERY_ANSWER | more
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert sample(response, LIMITS) == LIMITS
    assert sample(response, OURS) == OURS


@pytest.mark.parametrize("action", ["tts", "tts-stream"])
def test_file_answer_carries_only_named(call, vendor, action):
    kind = {"Content-Type": "audio/mpeg"}
    vendor.answers(b"ID3!", headers={**NEVER_BACK, **LIMITS, **FILE_HEADERS, **kind})
    response = call(action, SPEECH, service="elevenlabs", X_Request_Id=REQUEST_ID)
    assert b"".join(response) == b"ID3!"
    passed = {**LIMITS, **FILE_HEADERS, **kind, "Content-Length": "4"}
    names = {name.lower() for name in (*EVERY_ANSWER, *passed, "X-Credential-Source")}
    assert {name.lower() for name in response.headers} == names
    assert sample(response, passed) == passed
    assert sample(response, OURS) == OURS


def test_error_carries_only_limits(call, vendor):
    vendor.answers({"detail": "x"}, status=429, headers={**NEVER_BACK, **LIMITS, **FILE_HEADERS})
    response = call("tts", SPEECH, service="elevenlabs", X_Request_Id=REQUEST_ID)
    assert response.status_code == 429
    passed = {"retry-after", *(name.lower() for name in LIMITS)}
    more = {"Content-Security-Policy", "X-Credential-Source", *passed}
    assert set(response.headers) == EVERY_ANSWER | more
    assert sample(response, LIMITS) == LIMITS
    assert response.headers["Retry-After"] == "7"


ACTIVE = [
    "text/html", "TEXT/HTML; charset=utf-8", "image/svg+xml", "application/xhtml+xml", "text/xml",
    "text/javascript", "application/ecmascript", "application/x-shockwave-flash",
]  # fmt: skip


@pytest.mark.parametrize("kind", ACTIVE)
def test_active_content_is_attachment(call, vendor, kind):
    vendor.answers(
        b"<script>1</script>", headers={"Content-Type": kind, "Content-Disposition": "inline"}
    )
    response = call("tts", SPEECH, service="elevenlabs")
    assert b"".join(response) == b"<script>1</script>"
    assert sample(response, ("Content-Disposition", "X-Content-Type-Options")) == {
        "Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff",
    }  # fmt: skip


def test_untyped_content_is_octets(call, vendor):
    vendor.answers(b"<html>", headers={})
    response = call("tts", SPEECH, service="elevenlabs")
    assert b"".join(response) == b"<html>"
    assert response.headers["Content-Type"] == "application/octet-stream"


SANE = ["r1", "request-0001", "A" * 128, "0190b0a4-7c5f-7c1e-9c56-8a1f6e0f2b11", "a.b_c-d1"]
ODD = ["", "-", "a" * 129, "has space1", "-leading1", "line\nbreak", "a;b=1234", "größe-1234"]


@pytest.mark.parametrize("action", ["list-avatars", "no-such-action"])
def test_sane_request_id_is_kept(call, action):
    for given in SANE:
        response = call(action, X_Request_Id=given)
        assert response.headers["X-Request-Id"] == given
        assert response.json().get("request_id", given) == given


@pytest.mark.parametrize("action", ["list-avatars", "no-such-action"])
def test_odd_request_id_is_replaced(call, action):
    for given in ODD:
        response = call(action, X_Request_Id=given)
        made = response.headers["X-Request-Id"]
        assert re.fullmatch(r"[0-9a-f]{32}", made)
        assert response.json().get("request_id", made) == made


def test_timing_tells_both_shares(call, vendor):
    vendor.answers({}, delay=0.25)
    for action, upstream in (("list-avatars", True), ("no-such-action", False)):
        timing = call(action).headers["Server-Timing"]
        shares = re.fullmatch(r"proxy;dur=(\d+\.\d\d), upstream;dur=(\d+\.\d\d)", timing)
        own, theirs = map(float, shares.groups())
        assert 0 < own < 250
        assert (theirs >= 250) if upstream else (theirs == 0)


CALLS = [("list-avatars", {}), ("v3-create-video", {"body": VIDEO})]


@pytest.fixture
def elsewhere():
    upstream = Upstream()
    yield upstream
    upstream.close()


@pytest.mark.parametrize("place", ["{url}/v2/avatars", "//{host}/x", "https://{host}/", "/v1/same"])
def test_redirect_is_not_followed(call, vendor, elsewhere, place):
    location = place.format(url=elsewhere.url, host=elsewhere.url.removeprefix("http://"))
    for status, (action, envelope) in product((300, 301, 302, 303, 304, 305, 307, 308), CALLS):
        vendor.answers({"go": location}, status=status, headers={"Location": location})
        response = call(action, envelope, X_Request_Id=REQUEST_ID)
        detail = "The upstream external service request failed."
        assert (response.status_code, response.json()) == (
            502,
            {
                "detail": detail, "error": detail, "code": "upstream_redirect",
                "origin": "upstream", "retryable": False, "request_id": REQUEST_ID,
                "upstream": {"status": status, "body": None},
            },
        )  # fmt: skip
        assert location not in str(response.headers)
    assert len(vendor.requests) == 16
    assert elsewhere.connections == 0


@pytest.mark.parametrize(
    ("coding", "encode"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("identity", bytes)]
)
def test_encoded_answers_are_decoded(call, vendor, coding, encode):
    headers = {"Content-Type": "application/json", "Content-Encoding": coding}
    vendor.answers(encode(b'{"a": 1.10}'), headers=headers)
    assert call("list-models", service="elevenlabs").content == b'{"data":{"a": 1.10}}'
    response = call("tts", SPEECH, service="elevenlabs")
    assert b"".join(response) == b'{"a": 1.10}'
    assert response.headers.get("Content-Length") in (None, "11")
    assert "Content-Encoding" not in response.headers


def test_unhonoured_idempotency_is_noted(call, vendor):
    vendor.answers({"error": None, "data": []})
    given = {"headers": {"Idempotency-Key": "k1"}}
    response = call("list-voices", given)
    assert response.headers["X-Contract-Notes"] == (
        "headers.Idempotency-Key: not used, since a read can be repeated"
    )
    assert vendor.requests[0].header("idempotency-key") == []
