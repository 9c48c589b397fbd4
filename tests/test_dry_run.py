"""A dry run tells the request that a call would send, and sends nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from credentials import vault
from credentials.models import ApiKey, Credential, Org, ServicePolicy
from services import usage
from services.action import Action
from services.catalogue import SERVICES
from services.heygen import SERVICE, testmode
from services.service import Service
from tests import asgi
from tests.conftest import Caller
from tests.factories import HEYGEN_SECRET, make_account, make_policy
from tests.live import ROOT
from tests.problems import REQUEST_ID, assert_refused, problem
from tests.test_multipart import PNG, form, part, received
from tests.upstream import Received, Script

# What the HTTP client adds by itself to every request.
CLIENTS_OWN = {"host", "accept", "accept-encoding", "content-length", "transfer-encoding"}
DRY = {"X_Dry_Run": "true"}
Send = Callable[..., Any]


def as_json(action: str, envelope: Any = None, service: str = "heygen") -> Send:
    return lambda call, **headers: call(action, envelope, service=service, **headers)


def as_form(action: str, *parts: bytes, service: str = "heygen") -> Send:
    kind = "multipart/form-data; boundary=XX-42"
    return lambda call, **headers: call.send(
        call.url(action, service), form(*parts), kind, **headers
    )


def as_bytes(action: str, query: str, kind: str) -> Send:
    return lambda call, **headers: call.send(call.url(action) + query, PNG, kind, **headers)


VIDEO = {
    "video_inputs": [
        {
            "character": {"type": "avatar", "avatar_id": "a"},
            "voice": {"type": "text", "voice_id": "v", "input_text": "Grüße, 日本"},
        }
    ]
}
CREATE = {"type": "avatar", "avatar_id": "a", "script": "s", "voice_id": "v"}
TEMPLATE = {
    "path_params": {"template_id": "t"},
    "body": {
        "title": "T",
        "variables": {"n": {"name": "n", "type": "text", "properties": {"content": "x"}}},
    },
}
VOICE = {"voice_id": "a b/c"}
ODD = (
    b'{"video_id": "v",  "z":1.10, "a": 12345678901234567890123, "e":1E2,'
    b' "u":"\\u00e9\\/ \xc3\xa9"}'
)
FIELDS = b'{"name": "Ann \\u00e9", "n": 1.10, "list": ["a", 2.0], "deep": {"z": 1.10}}'
FILE = part("file", PNG, "a b.png", "image/png")

SENT: dict[str, Send] = {
    "a read": as_json("get-template", {"path_params": {"template_id": "t1"}}),
    "a path to encode": as_json("get-voice", {"path_params": VOICE}, "elevenlabs"),
    "query as given": as_json(
        "get-history", {"query": {"search": "é &=?", "page_size": 5, "voice_id": ["a", "b"]}},
        "elevenlabs",
    ),
    "headers that pass": as_json(
        "list-avatar-groups", {"headers": {"Accept-Language": "de", "X-Odd": "1"}}
    ),
    "json as written": as_json("share-video", b'{"body": ' + ODD + b', "query": {}}'),
    "json of nothing": as_json("v3-cancel-workflow-run", {"path_params": {"run_id": "r"}}),
    "json with an idempotency key": as_json(
        "v3-create-video", {"body": CREATE, "headers": {"Idempotency-Key": "k-1"}}
    ),
    "bytes for an answer": as_json(
        "tts",
        {
            "path_params": {"voice_id": "v"}, "query": {"output_format": "mp3_44100_128"},
            "body": {"text": "Hi", "voice_settings": {"stability": 0.50}},
        },
        "elevenlabs",
    ),
    "a stream for an answer": as_json(
        "tts-stream", {"path_params": {"voice_id": "v"}, "body": {"text": "Hi"}}, "elevenlabs"
    ),
    "a form": as_form(
        "add-voice",
        part("body", FIELDS),
        part("query", {"q": [1, 2]}),
        part("files", PNG, "one.png", "image/png"),
        part("files", b"", "two \u65e5.wav", "audio/wav"),
        part("note", b"plain text"),
        service="elevenlabs",
    ),
    "a form without files": as_json(
        "create-dubbing", {"body": {"source_url": "https://x.test/a", "target_lang": "de"}},
        "elevenlabs",
    ),
    "a form of one file": as_form("v3-upload-asset", FILE),
    "raw bytes from a form": as_form("upload-asset", part("query", {"folder_id": "f 1"}), FILE),
    "raw bytes": as_bytes("upload-asset", "?query.folder_id=f%201&query.tag=a", "video/mp4"),
    "a deletion": as_json("delete-voice", {"path_params": VOICE}, "elevenlabs"),
    "a session's own token": as_json(
        "start-session", {"headers": {"X-Session-Token": "session-token-of-the-caller"}},
        "liveavatar",
    ),
}  # fmt: skip
TRANSLATED: dict[str, Send] = {
    "list-templates": as_json("list-templates"),
    "list-avatars": as_json("list-avatars", {"headers": {"Accept-Language": "de"}}),
    "list-voices": as_json("list-voices"),
    "generate-video": as_json(
        "generate-video", {"body": VIDEO, "headers": {"Idempotency-Key": "k-2"}}
    ),
    "generate-template-video": as_json("generate-template-video", TEMPLATE),
    "video-status": as_json("video-status", {"query": {"video_id": "v"}}),
}


def told(response: Any) -> Any:
    """The data of a dry run's answer, and the body in it as it was written."""
    assert (response.status_code, response.headers["X-Dry-Run"]) == (200, "true"), response.content
    raw = msgspec.json.decode(response.content, type=dict[str, dict[str, msgspec.Raw]])
    return response.json()["data"], bytes(raw["data"]["body"])


def masked(sent: Received) -> dict[str, str]:
    """The headers off the wire, as a dry run tells them."""
    headers = {name.lower(): value for name, value in sent.headers}
    assert len(headers) == len(sent.headers)
    shown = {name: value for name, value in headers.items() if name not in CLIENTS_OWN}
    if shown.get("content-type", "").startswith("multipart/"):
        shown["content-type"] = "multipart/form-data"
    for name in ("x-api-key", "xi-api-key"):
        assert shown.get(name) in (None, HEYGEN_SECRET)
        shown |= {name: "***"} if name in shown else {}
    if "authorization" in shown:
        assert shown["authorization"].startswith("Bearer ")
        shown["authorization"] = "Bearer ***"
    return shown


def compare(data: dict[str, Any], sent: Received, base: str) -> None:
    """Method, URL and headers are what the vendor received."""
    assert (data["method"], data["url"]) == (sent.method, base + sent.target)
    told = {name.lower(): value for name, value in data["headers"].items()}
    expected = masked(sent)
    if told.get("idempotency-key") == "***":  # every call without a key is given its own
        assert len(expected["idempotency-key"]) == 64
        expected["idempotency-key"] = "***"
    assert told == expected


def compare_body(data: dict[str, Any], raw: bytes, sent: Received) -> None:
    if data["request_mode"] == "json":
        assert raw == sent.body
    elif data["request_mode"] == "multipart":
        found = received(sent) if b"form-data" in sent.body else []  # a form of nothing
        assert [one["name"] for one in data["body"]] == [name for name, *_ in found]
        for shown, (_, filename, kind, value) in zip(data["body"], found, strict=True):
            if "value" in shown:
                assert (filename, kind, value) == (None, None, shown["value"].encode())
            else:
                facts = (shown["filename"], shown["content_type"], shown["size"])
                assert facts == (filename, kind, len(value))
    elif data["request_mode"] == "binary":
        assert data["body"]["size"] == len(sent.body) == len(PNG)
        assert data["body"]["content_type"] == sent.header("content-type")[0]
    else:
        assert (data["request_mode"], data["body"], sent.body) == ("raw", None, b"")


@pytest.mark.parametrize("name", SENT)
def test_told_request_is_the_one_sent(call: Caller, vendor: Any, settings: Any, name: str) -> None:
    settings.HEYGEN_GENERATION = "legacy"
    dry = SENT[name](call, **DRY)
    data, raw = told(dry)
    assert vendor.requests == []
    real = SENT[name](call)
    assert real.status_code == 200, real.content
    [sent] = vendor.requests
    compare(data, sent, vendor.url)
    compare_body(data, raw, sent)
    assert (data["would_be"], data["credential_source"], data["then"]) == ("sent", "tenant", [])
    for header in ("X-Credential-Source", "X-Contract-Notes", "Deprecation"):
        assert dry.headers.get(header) == real.headers.get(header)
    assert "X-Dry-Run" not in real.headers


def plainest(service: Service, action: Action) -> Send:
    """A call of the action with nothing but what its line in the table asks for."""
    query = {param.name: (*param.enum, "1")[0] for param in action.query if param.required}
    headers = {"X-Session-Token": "t"} if action.session else {}
    envelope = {"path_params": dict.fromkeys(action.path_params, "i d"), "query": query}
    if action.request == "binary":
        return as_form(action.slug, FILE, part("path_params", envelope["path_params"]))
    return as_json(action.slug, envelope | {"headers": headers}, service.slug)


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.slug)
def test_every_action_is_told_as_sent(call: Caller, vendor: Any, service: Service) -> None:
    """Those that the plainest call satisfies: the others need a body of their own."""
    compared = 0
    for action in service.actions:
        send = plainest(service, action)
        vendor.reset()
        dry = send(call, **DRY)
        assert vendor.requests == []
        real = send(call)
        if dry.status_code == 200:
            data, raw = told(dry)
            [sent] = vendor.requests
            compare(data, sent, vendor.url)
            compare_body(data, raw, sent)
            compared += 1
        else:
            assert (dry.status_code, dry.json()["code"]) == (400, real.json()["code"])
            assert vendor.requests == []
    assert compared > len(service.actions) / 2


@pytest.mark.parametrize("name", TRANSLATED)
def test_told_translation_is_the_one_sent(
    call: Caller, vendor: Any, settings: Any, name: str
) -> None:
    settings.HEYGEN_GENERATION = "v3"
    empty: Any = [] if name.startswith("list") else {"video_id": "v", "status": "completed"}
    vendor.answers({"data": empty})
    dry = TRANSLATED[name](call, **DRY)
    data, _ = told(dry)
    assert vendor.requests == []
    real = TRANSLATED[name](call)
    assert real.status_code == 200
    steps = {step["url"]: step for step in (data, *data["then"])}
    assert len(steps) == len(vendor.requests) == (2 if name == "list-voices" else 1)
    for sent in vendor.requests:
        step = steps[vendor.url + sent.target]
        compare(step, sent, vendor.url)
        assert step["body"] == (json.loads(sent.body) if sent.body else None)
    assert data["would_be"] == "translated"
    pages = "Further pages are asked for as long as there are any."
    assert (pages in data["notes"]) == name.startswith("list")
    assert dry.headers.get("X-Contract-Notes") == real.headers.get("X-Contract-Notes")


def test_whole_answer_is_as_documented(call: Caller, vendor: Any, settings: Any) -> None:
    settings.HEYGEN_GENERATION = "auto"
    response = call("generate-video", {"body": VIDEO, "headers": {"X-Odd": "1"}}, **DRY)
    assert response.headers["X-Contract-Notes"] == "headers.X-Odd: not forwarded"
    assert response.json() == {
        "data": {
            "would_be": "sent",
            "method": "POST",
            "url": f"{vendor.url}/v2/video/generate",
            "headers": {
                "user-agent": "ai-proxy",
                "content-type": "application/json",
                "X-Api-Key": "***",
            },
            "request_mode": "json",
            "body": VIDEO,
            "then": [],
            "credential_source": "tenant",
            "notes": [
                "headers.X-Odd: not forwarded",
                "If the vendor says that this API is gone, its new one is called.",
            ],
        }
    }
    assert vendor.requests == []


def test_documented_answer_is_right(call: Caller, settings: Any) -> None:
    page = (ROOT / "docs" / "contract.md").read_text().partition("## Dry run")[2]
    documented = json.loads(page.partition("```json")[2].partition("```")[0])
    settings.HEYGEN_BASE_URL = "https://api.heygen.com"
    assert call("share-video", {"body": {"video_id": "v1"}}, **DRY).json() == documented


REHEARSED: list[tuple[str, Any]] = [
    ("generate-video", {"body": {**VIDEO, "test": True}}),
    ("generate-template-video", {**TEMPLATE, "body": {**TEMPLATE["body"], "test": True}}),  # type: ignore[dict-item]
    ("v3-create-video", {"body": {**CREATE, "test": True}}),
]


@pytest.mark.parametrize(("action", "envelope"), REHEARSED)
def test_rehearsal_would_be_none_of_the_vendors(
    call: Caller, vendor: Any, settings: Any, action: str, envelope: Any
) -> None:
    settings.HEYGEN_GENERATION = "v3"
    data, _ = told(call(action, envelope, **DRY))
    assert data == {
        "would_be": "rehearsed", "method": None, "url": None, "headers": {}, "request_mode": None,
        "body": None, "then": [], "credential_source": "tenant",
        "notes": ["Answered in process: nothing would be sent, and nothing charged."],
    }  # fmt: skip
    assert call(action, envelope).headers["X-Test-Mode"] == "sandbox"
    assert vendor.requests == []


def test_look_at_a_rehearsal_is_none_of_the_vendors(call: Caller, vendor: Any) -> None:
    made = call("v3-create-video", {"body": {**CREATE, "test": True}}).json()["data"]["video_id"]
    data, _ = told(call("v3-get-video", {"path_params": {"video_id": made}}, **DRY))
    assert data["would_be"] == "rehearsed"
    assert made.startswith(testmode.PREFIX)


# What each fails at, in the order in which a call is looked at; the next ones fail at all of these.
def no_credential() -> None:
    Credential.objects.all().delete()


def unreadable() -> None:
    Credential.objects.update(sealed="")


def no_source() -> None:
    ServicePolicy.objects.create(service="heygen", allow_tenant_key=False)


def without_tests() -> None:
    ServicePolicy.objects.create(service="heygen", test_mode="refuse")


def reading_only() -> None:
    ApiKey.objects.update(access=["read"])


def elsewhere() -> None:
    ApiKey.objects.update(networks=["192.0.2.0/24"])


def as_it_is() -> None:
    pass


SCENE_TOO_FAR = {
    "video_inputs": [VIDEO["video_inputs"][0] | {"text": {"type": "text", "text": "x"}}]
}
SPEECH = {"text": "x", "voice_id": "v", "test": True}
LONG = {f"q{n}": "x" * 400 for n in range(12)}
FAILING: list[tuple[Callable[[], None], str, Any, int, str]] = [
    (as_it_is, "nothing", {}, 404, "action_not_found"),
    (reading_only, "generate-video", b"{", 403, "out_of_scope"),
    (elsewhere, "generate-video", b"{", 403, "network_not_allowed"),
    (as_it_is, "share-video", b"{", 400, "bad_json"),
    (as_it_is, "share-video", {"video_id": "v"}, 400, "unknown_field"),
    (as_it_is, "share-video", {"headers": {"Host": "x"}}, 400, "header_not_allowed"),
    (as_it_is, "get-template", {}, 400, "missing_path_param"),
    (as_it_is, "get-template", {"path_params": {"template_id": ".."}}, 400, "bad_path_param"),
    (as_it_is, "video-status", {"query": {"api_key": "x"}}, 400, "query_not_allowed"),
    (no_source, "v3-create-folder", {"body": {}}, 400, "schema_violation"),
    (no_source, "v3-create-folder", {"body": {"name": "F"}}, 400, "no_credential_source"),
    (no_credential, "v3-create-folder", {"body": {"name": "F"}}, 404, "no_credential"),
    (unreadable, "v3-create-folder", {"body": {"name": "F"}}, 503, "credential_unreadable"),
    (no_credential, "generate-video", {"body": SCENE_TOO_FAR}, 404, "no_credential"),
    (as_it_is, "generate-video", {"body": SCENE_TOO_FAR}, 400, "no_v3_counterpart"),
    (without_tests, "generate-video", {"body": {**VIDEO, "test": True}}, 400, "test_mode_refused"),
    (without_tests, "v3-create-video", {"body": {**CREATE, "test": 1}}, 400, "test_mode_refused"),
    (as_it_is, "v3-create-speech", {"body": SPEECH}, 400, "test_mode_unavailable"),
    (as_it_is, "v3-get-video", {"path_params": {"video_id": "test-unknown"}}, 404, "not_found"),
    (as_it_is, "v3-list-avatars", {"query": LONG}, 400, "target_too_long"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("prepare", "action", "envelope", "status", "code"),
    FAILING,
    ids=[f"{row[0].__name__} {row[1]} {row[4]}" for row in FAILING],
)
def test_dry_run_fails_as_the_call_does(
    call: Caller, vendor: Any, settings: Any, prepare: Any, action: str, envelope: Any,
    status: int, code: str,
) -> None:  # fmt: skip
    settings.HEYGEN_GENERATION = "v3"
    prepare()
    dry, real = (call(action, envelope, X_Request_Id="r-1", **more) for more in (DRY, {}))
    assert (real.status_code, real.json()["code"]) == (status, code)
    assert (dry.status_code, dry.json()) == (real.status_code, real.json())
    dropped = {"Server-Timing", "X-Dry-Run"}
    assert dict(dry.headers).keys() - dropped == dict(real.headers).keys() - dropped
    assert vendor.requests == []


@pytest.mark.parametrize("word", ["yes", "1", "", "on", "true,true", "tru", "not true"])
def test_other_words_are_refused(call: Caller, vendor: Any, word: str) -> None:
    response = call("get-remaining-quota", X_Dry_Run=word, X_Request_Id=REQUEST_ID)
    assert_refused(response, vendor, 400, "X-Dry-Run must be true or false.", "bad_header")


@pytest.mark.parametrize("word", ["false", "False"])
def test_false_is_a_real_call(call: Caller, vendor: Any, word: str) -> None:
    response = call("get-remaining-quota", X_Dry_Run=word)
    assert (response.status_code, len(vendor.requests)) == (200, 1)
    assert "X-Dry-Run" not in response.headers


@pytest.mark.parametrize("name", ["X-Dry-Run", "x_dry_run"])
def test_header_in_the_envelope_is_refused(call: Caller, vendor: Any, name: str) -> None:
    """There it would be without effect, and the call paid for."""
    response = call("get-remaining-quota", {"headers": {name: "true"}}, X_Request_Id=REQUEST_ID)
    assert_refused(response, vendor, 400, f"Header not allowed: {name}", "header_not_allowed")


def test_dry_run_counts_as_a_call(call: Caller, vendor: Any, settings: Any) -> None:
    settings.RATE_SERVER_KEY = 2
    answers = [call("get-remaining-quota", **DRY) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0]["RateLimit"] == '"server-key";r=1'
    assert vendor.requests == []


def test_dry_run_leaves_the_cache_alone(call: Caller, vendor: Any, settings: Any) -> None:
    settings.CACHE_BYTES = 1 << 20
    vendor.plays(lambda _: Script(body=json.dumps({"data": len(vendor.requests)}).encode()))
    data, _ = told(call("list-avatar-groups", **DRY))
    kept = "An equal call's answer may be kept; then nothing is sent."
    assert kept in data["notes"]
    first = call("list-avatar-groups")
    assert first.headers["Cache-Status"] == "ai-proxy; fwd=miss; stored"
    dry = call("list-avatar-groups", If_None_Match=first.headers["ETag"], **DRY)
    assert told(dry)[0]["url"] == f"{vendor.url}/v2/avatar_group.list"
    assert "ETag" not in dry.headers
    assert "add-photo-avatar-motion" in SERVICE.changes
    told(call("add-photo-avatar-motion", {"body": {"id": "a"}}, **DRY))
    assert call("list-avatar-groups").headers["Cache-Status"].startswith("ai-proxy; hit")
    assert len(vendor.requests) == 1


def test_no_secret_is_told(call: Caller, vendor: Any) -> None:
    """Neither the org's nor the caller's key, wherever the call has it; what else it has stays."""
    key = call.account.text
    escaped = "".join(f"\\u{ord(char):04x}" for char in key)
    sends = [
        as_json("share-video", {"body": {"video_id": key, "password": "mine-0001"}}),
        as_json("share-video", f'{{"body": {{"video_id": "{escaped}"}}}}'.encode()),
        as_json("get-template", {"path_params": {"template_id": key}}),
        as_json("list-avatar-groups", {"query": {"q": key}, "headers": {"Accept-Language": key}}),
        as_form("v3-upload-asset", part("file", PNG, key, "image/png"), part("note", {"a": key})),
    ]
    for send in sends:
        text = send(call, **DRY).content.decode()
        assert (key in text, escaped in text, HEYGEN_SECRET in text) == (False, False, False)
        assert "[redacted]" in text
    assert "mine-0001" in sends[0](call, **DRY).content.decode()
    assert vendor.requests == []


def test_platforms_credential_is_told_as_source(call: Caller, vendor: Any) -> None:
    vault.store(org=None, service="heygen", secret="platform-secret-0001")
    make_policy(None, allow_platform_key=True, default_source="platform")
    response = call("list-voice-locales", **DRY)
    assert told(response)[0]["credential_source"] == "platform"
    assert response.headers["X-Credential-Source"] == "platform"


def test_large_body_is_told_whole(call: Caller, vendor: Any) -> None:
    text = "é" * 400_000
    body = {"video_id": "v", "note": text}
    data, _ = told(call("share-video", {"body": body}, **DRY))
    assert data["body"] == body


def test_large_file_is_told_by_its_size(account: Any, call: Caller, vendor: Any) -> None:
    pieces = [b"x" * 1_000_000] * 5
    headers = {"content_type": "video/mp4", "x_dry_run": "true"}
    answer = asgi.post(account, call.url("upload-asset"), pieces, **headers)
    assert (answer.status, answer.headers["x-dry-run"]) == (200, "true")
    assert answer.json["data"]["body"] == {
        "name": "file", "filename": None, "content_type": "video/mp4", "size": 5_000_000,
    }  # fmt: skip
    assert vendor.requests == []


def test_dry_run_is_no_use(call: Caller, vendor: Any) -> None:
    usage.calls.take()
    for envelope in ({"body": {"video_id": "v"}}, {}):
        assert call("share-video", envelope, **DRY).headers["X-Request-Id"]
    assert usage.calls.take().sums == {}
    call("share-video", {"body": {"video_id": "v"}})
    assert len(usage.calls.take().sums) == 1


def test_reading_key_tries_reads_alone(db: None, vendor: Any) -> None:
    call = Caller(make_account(access=["read"]))
    assert call("get-remaining-quota", **DRY).status_code == 200
    refused = call("share-video", {"body": {"video_id": "v"}}, X_Request_Id=REQUEST_ID, **DRY)
    text = "You do not have permission to perform this action."
    assert (refused.status_code, refused.json()) == (403, problem(text, "out_of_scope"))
    assert Org.objects.count() == 1
