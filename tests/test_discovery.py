"""What can be called, as existing clients read it: names, types, and slugs that work."""

import json
from typing import Any

import pytest
from django.test import Client

from credentials import vault
from services.catalogue import SERVICES
from tests.conftest import Caller
from tests.factories import make_account, make_policy

SLUGS = [service.slug for service in SERVICES]
APP = "https://app.example.com"
SUMMARY = {
    "slug": str,
    "display_name": str,
    "service_type": str,
    "is_enabled": bool,
    "supports_async_jobs": bool,
    "supports_streaming": bool,
    "credential_name": str,
    "endpoint_count": int,
}
DETAIL = SUMMARY | {
    "base_url": str,
    "auth_mode": str,
    "default_timeout_seconds": int,
    "credential_policy": dict,
    "credential_schema": dict,
    "endpoints": list,
}
POLICY = {
    "allow_tenant_key": bool,
    "allow_platform_key": bool,
    "default_source": str,
    "fallback_to_platform_key": bool,
}
ENDPOINT = {
    "slug": str,
    "path_template": str,
    "http_method": str,
    "request_mode": str,
    "response_mode": str,
    "supports_streaming": bool,
    "callback_mode": str,
    "is_enabled": bool,
}


def types(shown: dict[str, Any], names: dict[str, type]) -> dict[str, type]:
    return {name: type(shown[name]) for name in names}


def detail(call: Any, service: str = "heygen") -> dict[str, Any]:
    response = call.get(f"acme/services/{service}/")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    return response.json()


def test_list_is_bare(call):
    response = call.get("acme/services/")
    assert response.status_code == 200
    shown = response.json()
    assert [types(item, item) for item in shown] == [SUMMARY] * len(shown)
    assert [item["slug"] for item in shown] == SLUGS
    endpoints = detail(call)["endpoints"]
    assert shown[0] == {
        "slug": "heygen",
        "display_name": "HeyGen",
        "service_type": "video",
        "is_enabled": True,
        "supports_async_jobs": True,
        "supports_streaming": False,
        "credential_name": "heygen",
        "endpoint_count": len(endpoints),
    }


@pytest.mark.parametrize("service", SLUGS)
def test_detail_has_promised_names(call, vendor, service):
    shown = detail(call, service)
    [summary] = [item for item in call.get("acme/services/").json() if item["slug"] == service]
    assert types(shown, shown) == DETAIL
    assert {name: shown[name] for name in SUMMARY} == summary
    assert types(shown["credential_policy"], shown["credential_policy"]) == POLICY
    assert (shown["base_url"], shown["auth_mode"]) == (vendor.url, "header")
    assert shown["credential_schema"] == {"key": "string"}
    assert shown["default_timeout_seconds"] > 0
    assert shown["endpoint_count"] == len(shown["endpoints"]) > 0
    streams = any(item["supports_streaming"] for item in shown["endpoints"])
    assert shown["supports_streaming"] == streams
    jobs = any(item["callback_mode"] == "poll" for item in shown["endpoints"])
    assert shown["supports_async_jobs"] == jobs


@pytest.mark.parametrize("service", SLUGS)
def test_endpoints_have_promised_names(call, service):
    for item in detail(call, service)["endpoints"]:
        assert types(item, ENDPOINT) == ENDPOINT
        assert item["request_mode"] in ("raw", "json", "multipart", "binary")
        assert item["response_mode"] in ("json", "binary", "passthrough", "stream")
        assert item["supports_streaming"] == (item["response_mode"] == "stream")
        assert item["callback_mode"] == ("poll" if item["job"] else "none")
        assert item["is_enabled"] is True
        in_path = [p["name"] for p in item["parameters"] if p["in"] == "path"]
        assert item["path_template"].format_map({name: "" for name in in_path}).isascii()
        assert item["path_template"].count("{") == len(in_path)


@pytest.mark.parametrize(
    ("generation", "old"), [("v3", "vendor"), ("auto", "here"), ("legacy", "here")]
)
def test_endpoint_tells_who_keeps_to_a_key(
    call: Caller, settings: Any, generation: str, old: str
) -> None:
    settings.HEYGEN_GENERATION = generation
    told = {item["slug"]: item["idempotency"] for item in detail(call)["endpoints"]}
    assert (told["v3-create-video"], told["v3-create-background-removal"]) == ("vendor", "vendor")
    assert (told["v3-create-speech"], told["v3-list-videos"]) == ("here", "none")
    assert (told["generate-video"], told["text-to-speech"]) == (old, "here")
    assert {item["idempotency"] for item in detail(call, "elevenlabs")["endpoints"]} == {
        "here", "none"
    }  # fmt: skip


def test_every_mode_is_in_use(call):
    items = [item for slug in SLUGS for item in detail(call, slug)["endpoints"]]
    assert {item["request_mode"] for item in items} == {"raw", "json", "multipart", "binary"}
    assert {item["response_mode"] for item in items} == {"json", "passthrough", "stream"}
    assert {item["callback_mode"] for item in items} == {"none", "poll"}


def test_secrets_stay_out(call):
    vault.store(org=None, service="heygen", secret="platform-secret-000002")
    shown = json.dumps([detail(call, slug) for slug in SLUGS])
    assert not any(text in shown for text in ("sk-heygen", "platform-secret", call.account.text))


EXAMPLES = {
    "string": "x1", "integer": 1, "number": 1, "boolean": True, "array": ["x1"],
}  # fmt: skip


def envelope(item: dict[str, Any]) -> dict[str, Any]:
    """A call with everything that discovery says is required."""
    parts: dict[str, Any] = {"path_params": {}, "query": {}, "headers": {"X-Session-Token": "t1"}}
    for parameter in item["parameters"]:
        if parameter["required"]:
            place = "path_params" if parameter["in"] == "path" else "query"
            values = parameter.get("enum") or [EXAMPLES[parameter["type"]]]
            parts[place][parameter["name"]] = values[0]
    return parts


def target(item: dict[str, Any], sent: dict[str, Any]) -> str:
    return item["path_template"].format_map(sent["path_params"])


@pytest.mark.parametrize("service", SLUGS)
def test_every_slug_without_body_works(call, vendor, service):
    items = [item for item in detail(call, service)["endpoints"] if item["request_mode"] == "raw"]
    assert len(items) > 10
    for item in items:
        vendor.reset()
        sent = envelope(item)
        response = call(item["slug"], sent, service=service)
        b"".join(response)
        assert (item["slug"], response.status_code) == (item["slug"], 200)
        [received] = vendor.requests
        path = received.target.partition("?")[0]
        assert (received.method, path) == (item["http_method"], target(item, sent))


AVATAR_VIDEO = {"type": "avatar", "avatar_id": "a1", "script": "Hi", "voice_id": "v1"}


@pytest.mark.parametrize(
    ("method", "template", "sent"),
    [
        ("GET", "/v3/videos", {}),
        ("POST", "/v3/videos", {"body": AVATAR_VIDEO}),
        ("GET", "/v3/videos/{video_id}", {"path_params": {"video_id": "v1"}}),
        ("DELETE", "/v3/videos/{video_id}", {"path_params": {"video_id": "v1"}}),
        ("GET", "/v3/avatars", {}),
        ("GET", "/v3/avatars/{group_id}", {"path_params": {"group_id": "g1"}}),
        ("GET", "/v3/voices", {}),
        ("GET", "/v3/assets", {"query": {"username": "u1"}}),
        ("GET", "/v2/templates", {}),
    ],
)
def test_template_finds_slug_that_works(call, vendor, method, template, sent):
    [item] = [
        item
        for item in detail(call)["endpoints"]
        if (item["http_method"], item["path_template"]) == (method, template)
    ]
    assert call(item["slug"], sent).status_code == 200
    [received] = vendor.requests
    path = template.format_map(sent.get("path_params", {}))
    assert (received.method, received.target.partition("?")[0]) == (method, path)
    assert not received.body or received.json == sent["body"]


def test_policy_is_shown(call):
    policy = {
        "allow_tenant_key": False,
        "allow_platform_key": True,
        "default_source": "platform",
        "fallback_to_platform_key": True,
    }
    assert detail(call)["credential_policy"] == {
        "allow_tenant_key": True,
        "allow_platform_key": False,
        "default_source": "tenant",
        "fallback_to_platform_key": False,
    }
    make_policy(call.account.org, **policy)
    assert detail(call)["credential_policy"] == policy


def test_switched_off_is_flagged(call):
    make_policy(None, disabled_actions=["list-videos", "video-status"])
    make_policy(None, "elevenlabs", is_enabled=False)
    off = [item["slug"] for item in detail(call)["endpoints"] if not item["is_enabled"]]
    assert sorted(off) == ["list-videos", "video-status"]
    flags = {item["slug"]: item["is_enabled"] for item in call.get("acme/services/").json()}
    assert flags == dict.fromkeys(SLUGS, True) | {"elevenlabs": False}
    response = call.get("acme/services/elevenlabs/")
    text = "External proxy service 'elevenlabs' not found or disabled."
    assert (response.status_code, response.json()["detail"]) == (404, text)


MISSING = ("Authentication credentials were not provided.", "not_authenticated")
INVALID = ("Invalid API key.", "invalid_api_key")
FORBIDDEN = ("You do not have permission to perform this action.", "permission_denied")


@pytest.mark.parametrize(
    ("path", "key", "method", "status", "said"),
    [
        ("acme/services/", None, "GET", 401, MISSING),
        ("acme/services/heygen/", None, "GET", 401, MISSING),
        ("acme/services/nothing/", None, "GET", 401, MISSING),
        ("nobody/services/", None, "GET", 401, MISSING),
        ("acme/services/", "Api-Key wrong", "GET", 401, INVALID),
        ("acme/services/heygen/", "Api-Key wrong", "GET", 401, INVALID),
        ("globex/services/", "own", "GET", 403, FORBIDDEN),
        ("nobody/services/heygen/", "own", "GET", 403, FORBIDDEN),
        (
            "acme/services/nothing/",
            "own",
            "GET",
            404,
            ("External proxy service 'nothing' not found or disabled.", "service_not_found"),
        ),
        ("acme/service/", "own", "GET", 404, ("Not found.", "not_found")),
        ("acme/services/hey.gen/", "own", "GET", 404, ("Not found.", "not_found")),
        ("acme/services//heygen/", "own", "GET", 404, ("Not found.", "not_found")),
        *(
            (path, "own", method, 405, (f'Method "{method}" not allowed.', "method_not_allowed"))
            for path in ("acme/services/", "acme/services/heygen/")
            for method in ("POST", "PUT", "PATCH", "DELETE", "PROPFIND", "TRACE")
        ),
    ],
)
def test_errors_have_one_shape(call, path, key, method, status, said):
    make_account("globex")
    given = {None: {}, "own": {"Authorization": call.account.authorization}}
    headers = given.get(key, {"Authorization": key})
    response = call.client.generic(
        method, f"/api/ai-proxy/orgs/{path}", b"{}", "application/json", headers=headers
    )
    body = response.json()
    assert body.pop("request_id")
    detail, code = said
    assert (response.status_code, body) == (
        status,
        {"detail": detail, "error": detail, "code": code, "origin": "proxy", "retryable": False},
    )
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Vary"] == "Origin"
    assert ("WWW-Authenticate" in response.headers) == (status == 401)
    if status == 405:
        assert "GET" in response.headers["Allow"].split(", ")
        assert method not in response.headers["Allow"].split(", ")


def test_slash_may_be_left_out(call):
    for path in ("acme/services", "acme/services/heygen"):
        bare, slashed = call.get(path), call.get(f"{path}/")
        assert (bare.status_code, slashed.status_code) == (200, 200)
        assert bare.content == slashed.content
    head = call.client.head(
        "/api/ai-proxy/orgs/acme/services/",
        headers={"Authorization": call.account.authorization},
    )
    assert (head.status_code, head.content) == (200, b"")


def test_browsers_of_the_org_can_read(db, vendor):
    account = make_account(org_fields={"origins": [APP]})
    client = Client(headers={"Authorization": account.authorization, "Origin": APP})
    for path in ("acme/services/", "acme/services/heygen/"):
        response = client.get(f"/api/ai-proxy/orgs/{path}")
        assert response.status_code == 200
        assert response.headers["Access-Control-Allow-Origin"] == APP
        assert response.headers["Cache-Control"] == "no-store"
        assert {"X-Request-Id", "Server-Timing"} <= set(response.headers)


@pytest.mark.parametrize(
    ("query", "accept"), [("?format=xml", "*/*"), ("", "text/html"), ("", "application/xml")]
)
def test_answers_are_json_whatever_is_asked(call: Caller, query: str, accept: str) -> None:
    found = call.get(f"acme/services/{query}", Accept=accept)
    assert (found.status_code, found.headers["Content-Type"]) == (200, "application/json")
    refused = call.get(f"acme/services/{query}", Accept=accept, Authorization="")
    assert refused.status_code == 401
    assert refused.json()["request_id"] == refused.headers["X-Request-Id"]
