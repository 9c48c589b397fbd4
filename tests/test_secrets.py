"""No answer and no log line ever holds a secret, whoever echoes it and wherever it was put."""

import json
import logging

import pytest
from django.conf import settings as configured

from tests.factories import HEYGEN_SECRET
from tests.upstream import Script

KIB64 = 64 * 1024
ESCAPED = "".join(f"\\u{ord(char):04x}" for char in HEYGEN_SECRET)


def echo(received):
    """All that a vendor knows of a request: its line, its headers, its body."""
    return {
        "target": received.target,
        "headers": dict(received.headers),
        "body": received.body.decode(errors="replace"),
        "note": f"The key {HEYGEN_SECRET} is in use.",
    }


def as_json(wrap, **script):
    return lambda received: Script(body=json.dumps(wrap(echo(received))).encode(), **script)


def as_text(text, **script):
    return lambda received: Script(body=text(json.dumps(echo(received))).encode(), **script)


def in_headers(status, *names):
    names = ("X-Echo", "Set-Cookie", "Location", "WWW-Authenticate", "Server", *names)
    headers = dict.fromkeys(names, HEYGEN_SECRET) | {"Content-Type": "application/json"}
    return lambda _: Script(status=status, body=b'{"data": 1}', headers=headers)


def cut_off(received):
    head = "HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"
    return Script(raw=(head + json.dumps(echo(received))).encode())


def escaped(said):
    return '{"data": "' + ESCAPED + f'", "token": {said}}}'


SCRIPTS = {
    "success": as_json(lambda said: {"error": None, "data": said}),
    "success, escaped": as_text(escaped),
    "v1 error under 200": as_json(lambda said: {"code": 400999, "message": str(said)}),
    "v2 error under 200": as_json(lambda said: {"error": {"code": "x", "message": str(said)}}),
    "refusal": as_json(lambda said: {"error": {"message": str(said)}, "data": said}, status=400),
    "refusal in text": as_text(lambda said: f"Bad {HEYGEN_SECRET} in {said}", status=404),
    "refusal, escaped": as_text(escaped, status=409),
    "refusal at the cut": as_text(lambda said: "x" * (KIB64 - 8) + said * 2, status=422),
    "key refused": as_json(lambda said: {"detail": {"message": str(said)}}, status=401),
    "key refused in text": as_text(lambda said: said, status=403),
    "broken": as_text(lambda said: f"<html>{said}", status=500),
    "overloaded": as_json(lambda said: {"message": str(said)}, status=503),
    "no JSON": as_text(lambda said: f"oops {said}"),
    "cut off": cut_off,
    "no HTTP": lambda received: Script(raw=f"{HEYGEN_SECRET} {echo(received)}\r\n\r\n".encode()),
    "headers of success": in_headers(200),
    "headers of refusal": in_headers(429, "Retry-After", "RateLimit"),
    "headers of redirect": in_headers(302),
}  # fmt: skip
TEMPLATE = {"path_params": {"template_id": "t"}}
SPEECH = {"path_params": {"voice_id": "v"}, "body": {"text": "Hi"}}


def calls(key):
    """Good and hostile envelopes; many have the caller's own key where it does not belong."""
    return [
        ("heygen", "list-avatars", {}),
        ("heygen", "list-avatars", {"query": {"q": key}, "headers": {"Accept-Language": key}}),
        ("heygen", "get-template", {"path_params": {"template_id": key}}),
        ("heygen", "share-video", {"body": {"video_id": key, key: key}}),
        ("heygen", "video-status", {"query": {"video_id": key}}),
        ("elevenlabs", "list-models", {"query": {"q": f"a {key} b"}}),
        ("elevenlabs", "tts", SPEECH),
        ("liveavatar", "get-credits", {}),
        ("liveavatar", "start-session", {"headers": {"X-Session-Token": key}}),
        ("heygen", "list-avatars", {"headers": {key: key, f"X {key}": key}}),
        ("heygen", "list-avatars", {"headers": {"Authorization": f"Api-Key {key}"}}),
        ("heygen", "list-avatars", {"headers": {f"X-Forwarded-{key}": key}}),
        ("heygen", "list-avatars", {"headers": {"Accept-Language": f"{key}\n"}}),
        ("heygen", "list-avatars", {"query": {"api_key": key}}),
        ("heygen", "list-avatars", {"query": {f"{key} x": 1}}),
        ("heygen", "list-avatars", {"query": {"q": {key: key}}}),
        ("heygen", "list-avatars", {"path_params": {key: key}}),
        ("heygen", "list-avatars", {"body": {key: key}}),
        ("heygen", "list-avatars", {key: key}),
        ("heygen", "list-avatars", {f"{'x' * 40}{key}": key}),
        ("heygen", "get-template", {"path_params": {"template_id": f"../{key}"}}),
        ("heygen", "generate-template-video", TEMPLATE | {"body": {"variables": {key: 1}}}),
        ("heygen", "v3-create-video", {"body": {"type": key}}),
        ("heygen", "list-avatars", f'{{"query": {{"{key}": 1, "{key}": 2}}}}'.encode()),
        ("heygen", "list-avatars", f'{{"query": {key}}}'.encode()),
    ]  # fmt: skip


def form(key):
    part = f'--X\r\nContent-Disposition: form-data; name="{key}"; filename="{key}"\r\n\r\n{key}\r\n'
    return f"{part}--X--\r\n".encode()


def forms(call, key):
    """The same in multipart, and in what goes around an envelope."""
    kind = "multipart/form-data; boundary=X"
    avatars, asset = call.url("list-avatars"), call.url("upload-asset")
    return [
        call.send(asset, form(key), kind),
        call.send(call.url("v3-upload-asset"), form(key), kind),
        call.send(call.url("share-video"), form(key), kind),
        call.send(asset + f"?{key}={key}", form(key), "image/png"),
        call.send(asset + f"?path_params.{key}={key}", form(key), "image/png"),
        call.send(avatars, b"x", f"text/{key}"),
        call.send(avatars, b"{}", f"application/json; charset={key}"),
        call.send(avatars, b"{}", X_Api_Key=key, Cookie=f"sessionid={key}"),
        call.send(avatars, b"{}", Authorization=f"Basic {key}"),
        call.send(avatars, b"{}", Authorization=f"Api-Key {key}x"),
        call.send(avatars, b"{}", Authorization=f"Api-Key  {key}"),
        call.send(avatars, b"{}", Origin=f"https://{key}.test"),
        call.send(call.url("list-avatars", org="other"), b"{}"),
        call.send(avatars + f"{key}/", b"{}"),
        call.get(f"acme/services/?key={key}"),
        call.get("acme/services/heygen/"),
    ]


def shown(response):
    body = b"".join(response) if response.streaming else response.content
    return f"{dict(response.headers)} {body.decode(errors='replace')}"


@pytest.fixture
def everything_logged(caplog):
    """All loggers at their most talkative, but for the one that the settings silence for this."""
    for name in {None, *logging.root.manager.loggerDict} - {"django.request"}:
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_no_secret_leaves(call, account, vendor, everything_logged, capfd, script):
    vendor.plays(script)
    key = account.text
    answers = [
        shown(call(action, envelope, service=service))
        for service, action, envelope in calls(key)
        if not (action == "tts" and script in STREAMED)
    ]
    answers += [shown(response) for response in forms(call, key)]
    assert HEYGEN_SECRET in str(vendor.requests)
    assert key in str(vendor.requests)
    out, err = capfd.readouterr()
    written = {
        "answers": "\n".join(answers),
        "logs": everything_logged.text,
        "out": out,
        "err": err,
    }
    for secret in (HEYGEN_SECRET, key, key[5:], *PROXYS_OWN):
        for place, text in written.items():
            assert secret not in text, place
            assert secret.lower() not in text.lower(), place


PROXYS_OWN = [
    configured.API_KEY_PEPPER,
    configured.SECRET_KEY,
    configured.CREDENTIAL_KEYS.partition(":")[2],
]
# A file passes through as it is; what a vendor writes into it is the vendor's.
STREAMED = [
    SCRIPTS[name] for name in SCRIPTS if name.startswith(("success", "v", "no JSON", "cut"))
]


def test_echo_is_visibly_redacted(call, vendor):
    """The table above is not clean because the echo was lost."""
    vendor.plays(SCRIPTS["refusal in text"])
    response = call("list-avatars").json()
    assert response["detail"].startswith("Bad [redacted] in {")
    assert '"X-Api-Key": "[redacted]"' in response["upstream"]["body"]
    vendor.plays(SCRIPTS["success"])
    data = call("list-avatars").json()["data"]
    assert data["note"] == "The key [redacted] is in use."
    assert data["headers"]["X-Api-Key"] == "[redacted]"


def test_success_headers_hide_secrets(call, vendor):
    kind = {"Content-Type": "audio/mpeg", "ETag": f'"{HEYGEN_SECRET}"'}
    vendor.answers(
        b"ID3", headers=kind | {"Content-Disposition": f"inline; filename={HEYGEN_SECRET}"}
    )
    envelope = {"path_params": {"voice_id": "v"}, "body": {"text": "hi"}}
    response = call("tts", envelope, service="elevenlabs")
    assert b"".join(response) == b"ID3"
    assert HEYGEN_SECRET not in str(response.headers)


@pytest.mark.parametrize("name", ["xi_api_key", "xi_api_key_preview", "\\u0078i_api_key"])
def test_account_key_is_left_out(call, vendor, name):
    vendor.answers(b'{"%s": "another-key", "seat_type": "x", "n": 1e999}' % name.encode())
    response = call("get-user", service="elevenlabs")
    assert response.content == b'{"data":{"seat_type":"x","n":1e999}}'


def test_key_in_odd_places_is_hidden(call, vendor):
    key = call.account.text
    response = call("list-voices", X_Request_Id=key)
    assert key not in str(response.headers)
    for url in (call.url(key), call.url("list-voices", service=key)):
        assert key not in call.send(url).content.decode()
