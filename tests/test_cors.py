"""Which browsers may call and read the answers: by org, by key, on success, error, preflight."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from credentials.directory import directory
from credentials.issue import issue
from credentials.models import Org
from tests.factories import make_account, make_org

APP, KEY, ORG2 = "https://app.example.com", "https://key.example.com", "https://globex.example.com"
ROUTES = {
    "invoke": ("POST", "services/heygen/list-avatars/"),
    "services": ("GET", "services/"),
    "service": ("GET", "services/heygen/"),
}
each_route = pytest.mark.parametrize("route", ROUTES)


@pytest.fixture
def keys(db: None, vendor: Any) -> dict[str, str]:
    """A key that goes by the org's origins, one with its own, and one of an org without any."""
    account = make_account(org_fields={"origins": [APP, "http://localhost:*"]})
    _, browser = issue(account.org, origins=[KEY, "http://127.0.0.1:*"])
    make_org("globex", origins=[ORG2])
    return {"org": account.text, "key": browser}


def ask(client: Any, method: str, path: str, origin: str | None, key: str = "", **more: str) -> Any:
    headers = {"Origin": origin} if origin is not None else {}
    headers |= {"Authorization": f"Api-Key {key}"} if key else {}
    return client.generic(method, f"/api/ai-proxy/orgs/acme/{path}", headers=headers, **more)


def allowed(response: Any) -> str | None:
    """The origin that may read the answer; what holds of every answer is checked on the way."""
    assert response.headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Credentials" not in response.headers
    origin = response.headers.get("Access-Control-Allow-Origin")
    assert origin != "*"
    if origin and response.status_code != 204:
        exposed = response.headers["Access-Control-Expose-Headers"].split(", ")
        assert {"X-Request-Id", "Retry-After", "X-Credential-Source"} <= set(exposed)
    return origin


# Origin; status with the org's key, with the key's own origins; whether the answer can be read.
MATRIX = [
    (None, 200, 200, False),
    ("http://testserver", 200, 200, False),
    (APP, 200, 403, True),
    ("http://localhost", 200, 403, True),
    ("http://localhost:3000", 200, 403, True),
    ("http://localhost:65535", 200, 403, True),
    (KEY, 403, 200, True),
    ("http://127.0.0.1:5173", 403, 200, True),
    ("null", 403, 403, False),
    ("https://evil.example.com", 403, 403, False),
    (ORG2, 403, 403, False),
    ("http://app.example.com", 403, 403, False),
    ("https://app.example.com:8443", 403, 403, False),
    ("https://app.example.com.", 403, 403, False),
    ("https://app.example.com.evil.com", 403, 403, False),
    ("https://evilapp.example.com", 403, 403, False),
    ("https://app-example.com", 403, 403, False),
    ("https://APP.example.com", 403, 403, False),
    ("https://app.example.com/", 403, 403, False),
    ("https://app.example.com, https://evil.example.com", 403, 403, False),
    ("https://user@app.example.com", 403, 403, False),
    ("https://localhost:3000", 403, 403, False),
    ("http://localhost:", 403, 403, False),
    ("http://localhost:*", 403, 403, False),
    ("http://localhost:3000.evil.com", 403, 403, False),
    ("http://localhost.evil.com:3000", 403, 403, False),
    ("http://testserver.evil.com", 403, 403, False),
    ("http://evil.com://testserver", 403, 403, False),
    ("*", 403, 403, False),
    ("app.example.com", 403, 403, False),
    ("file://", 403, 403, False),
    ("http://[", 403, 403, False),
    ("http://[::1", 403, 403, False),
    ("https://\xe9.example.com", 403, 403, False),
    ("x" * 9000, 403, 403, False),
]


@each_route
@pytest.mark.parametrize("kind", ["org", "key"])
def test_origin_decides_who_calls(client, vendor, keys, route, kind):
    method, path = ROUTES[route]
    for origin, with_org, with_key, readable in MATRIX:
        vendor.reset()
        response = ask(client, method, path, origin, keys[kind])
        status = {"org": with_org, "key": with_key}[kind]
        found = (origin, response.status_code, allowed(response))
        assert found == (origin, status, origin if readable else None)
        if status == 403:
            body = response.json()
            assert body["detail"] == "You do not have permission to perform this action."
            assert body["code"] == "origin_not_allowed"
            assert vendor.requests == []


@each_route
def test_preflight_needs_no_key(client, vendor, keys, route, django_assert_num_queries):
    directory.max_age = 60
    _, path = ROUTES[route]
    for _ in range(2):
        ask(client, "OPTIONS", path, APP)
    for origin, _, _, readable in MATRIX:
        asked = {"HTTP_ACCESS_CONTROL_REQUEST_METHOD": "POST"}
        with django_assert_num_queries(0):
            response = ask(client, "OPTIONS", path, origin, **asked)
        assert (origin, response.status_code, response.content) == (origin, 204, b"")
        assert allowed(response) == (origin if readable else None)
        methods = response.headers["Access-Control-Allow-Methods"]
        assert methods == "GET, POST, PUT, PATCH, DELETE, OPTIONS"
        names = response.headers["Access-Control-Allow-Headers"].lower().split(", ")
        assert {"authorization", "content-type", "idempotency-key", "x-dry-run"} <= set(names)
        assert response.headers["Access-Control-Max-Age"].isdigit()
    assert vendor.requests == []


@pytest.mark.parametrize("org", ["nobody", "globex", "closed"])
def test_other_orgs_allow_no_origin(client, keys, org):
    make_org("closed", is_active=False, origins=[APP])
    for method, path in (("OPTIONS", "services/"), *ROUTES.values()):
        url = f"/api/ai-proxy/orgs/{org}/{path}"
        headers = {"Origin": APP, "Authorization": f"Api-Key {keys['org']}"}
        response = client.generic(method, url, headers=headers)
        assert response.status_code == (204 if method == "OPTIONS" else 403)
        assert allowed(response) is None


def test_revoked_key_takes_its_origins_along(client, keys):
    account = make_account("initech")
    key, text = issue(account.org, origins=[KEY])
    headers = {"Origin": KEY, "Authorization": f"Api-Key {text}"}
    url = "/api/ai-proxy/orgs/initech/services/"
    assert allowed(client.get(url, headers=headers)) == KEY
    key.revoke()
    response = client.get(url, headers=headers)
    assert (response.status_code, allowed(response)) == (401, None)


@each_route
def test_key_is_not_for_another_keys_origin(client, vendor, keys, route):
    """Its answers can be read there, as the preflight, which knows no key, has said."""
    method, path = ROUTES[route]
    org = Org.objects.get(slug="acme")
    texts = {origin: issue(org, origins=[origin])[1] for origin in (KEY, ORG2)}
    for mine, other in ((KEY, ORG2), (ORG2, KEY)):
        vendor.reset()
        refused = ask(client, method, path, other, texts[mine])
        assert (refused.status_code, allowed(refused)) == (403, other)
        assert vendor.requests == []
        answer = ask(client, method, path, mine, texts[mine])
        assert (answer.status_code, allowed(answer)) == (200, mine)


@each_route
def test_expired_key_takes_its_origins_along(client, keys, route):
    """At its time, though nothing changes in the database, and nobody asks it."""
    method, path = ROUTES[route]
    org, soon = Org.objects.get(slug="acme"), timezone.now() + timedelta(seconds=1)
    issue(org, origins=["https://long-gone.example.com"], expires_at=soon - timedelta(days=1))
    issue(org, origins=["https://goes.example.com", KEY], expires_at=soon)
    issue(org, origins=["https://stays.example.com"], expires_at=soon)
    issue(org, origins=["https://stays.example.com"], expires_at=soon + timedelta(days=1))
    directory.max_age = 60

    def open_to(when):
        names = ("long-gone", "goes", "stays")
        origins = [*(f"https://{name}.example.com" for name in names), APP, KEY]
        found = [ask(client, verb, path, o) for verb in ("OPTIONS", method) for o in origins]
        assert when == (timezone.now() < soon)
        return [allowed(response) is not None for response in found]

    assert open_to(True) == [False, True, True, True, True] * 2
    time.sleep(max(0.0, (soon - timezone.now()).total_seconds()))
    assert open_to(False) == [False, False, True, True, True] * 2


def test_any_origin_is_never_a_star(client, db, vendor):
    account = make_account(org_fields={"origins": ["*"]})
    for method, path in ROUTES.values():
        for origin in ("https://anything.example.com", "http://10.0.0.1:8080"):
            response = ask(client, method, path, origin, account.text)
            assert (response.status_code, allowed(response)) == (200, origin)
        for origin in ("null", "*", "http://["):
            response = ask(client, method, path, origin, account.text)
            assert (response.status_code, allowed(response)) == (403, None)


ERRORS = [
    ("POST", "services/heygen/list-avatars/", "no key", {}, 401),
    ("POST", "services/heygen/list-avatars/", "key", {"data": b"{"}, 400),
    ("POST", "services/heygen/list-avatars/", "key", {"data": b"a", "content_type": "text/x"}, 415),
    ("POST", "services/heygen/nothing/", "key", {}, 404),
    ("POST", "services/nothing/list-avatars/", "key", {}, 404),
    ("GET", "services/heygen/list-avatars/", "key", {}, 405),
    ("DELETE", "services/heygen/list-avatars/", "key", {}, 405),
    ("GET", "services/", "no key", {}, 401),
    ("GET", "services/nothing/", "key", {}, 404),
    ("PUT", "services/heygen/", "key", {}, 405),
    ("GET", "nothing/at/all/", "key", {}, 404),
    ("GET", "services/hey%2fgen/", "key", {}, 404),
]


@pytest.mark.parametrize(("method", "path", "who", "more", "status"), ERRORS)
def test_errors_can_be_read(client, vendor, keys, method, path, who, more, status):
    key = keys["org"] if who == "key" else ""
    more = {"content_type": "application/json"} | more
    for origin, readable in ((APP, True), ("https://evil.example.com", False), ("null", False)):
        response = ask(client, method, path, origin, key, **more)
        assert response.status_code in ((status,) if readable else (status, 403))
        assert response.json()["detail"] == response.json()["error"]
        assert allowed(response) == (origin if readable else None)
    assert vendor.requests == []


def test_vendor_sets_no_cors_headers(client, vendor, keys):
    foreign = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": "true"}
    vendor.answers({"data": {}}, headers={"Content-Type": "application/json", **foreign})
    for origin in (None, APP):
        response = ask(client, *ROUTES["invoke"], origin, keys["org"])
        assert (response.status_code, allowed(response)) == (200, origin)
