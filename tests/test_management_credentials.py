"""Credentials by API: in, tried, staged, promoted, rolled back; never out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection

from credentials import vault
from credentials.models import AuditEvent, Credential
from tests.factories import make_account
from tests.managing import Manager, make_manager
from tests.upstream import Received, Script, Upstream

FIRST, SECOND = "sk-first-heygen-key-aaaa1111", "sk-second-heygen-key-bbbb2222"
SECRETS = (FIRST, SECOND)


@pytest.fixture
def api(db: None, vendor: Upstream) -> Manager:
    vendor.answers({"error": None, "data": {"remaining_quota": 1}})
    return make_manager(services=())


def sent(vendor: Upstream) -> list[str]:
    """The keys that the vendor was sent since it was last asked."""
    keys = [key for received in vendor.requests for key in received.header("x-api-key")]
    vendor.requests.clear()
    return keys


def refuse(secret: str) -> Any:
    def play(received: Received) -> Script:
        if received.header("x-api-key") == [secret]:
            return Script(401, b'{"error": {"code": "unauthorized", "message": "Bad key"}}')
        return Script()

    return play


def test_life_of_a_credential(api: Manager, vendor: Upstream) -> None:
    put = api("PUT", "credentials/heygen/", {"key": FIRST})
    assert (put.status_code, put.json()["verified"], put.json()["said"]) == (201, True, "ok")
    assert sent(vendor) == [FIRST]
    assert invoked(api, vendor) == FIRST

    staged = api("PUT", "credentials/heygen/next/", {"key": SECOND}).json()
    assert (staged["verified"], staged["data"]["next"]["last_four"]) == (True, "2222")
    assert sent(vendor) == [SECOND]
    assert invoked(api, vendor) == FIRST

    tried = api("POST", "credentials/heygen/next/verify/").json()
    assert (tried["verified"], tried["data"]["next"]["check_ok"]) == (True, True)
    assert sent(vendor) == [SECOND]

    promoted = api.data("POST", "credentials/heygen/promote/")
    assert (promoted["last_four"], promoted["next"]) == ("2222", None)
    assert promoted["previous"]["last_four"] == "1111"
    assert invoked(api, vendor) == SECOND

    back = api.data("POST", "credentials/heygen/rollback/")
    assert (back["last_four"], back["previous"]["last_four"]) == ("1111", "2222")
    assert invoked(api, vendor) == FIRST

    assert api.data("DELETE", "credentials/heygen/") is None
    assert api.refused("GET", "credentials/heygen/") == (404, "no_credential")


def invoked(api: Manager, vendor: Upstream) -> str:
    """The key with which the vendor was called for a call of the org."""
    api("POST", "services/heygen/get-remaining-quota/")
    [key] = sent(vendor)
    return key


def test_post_makes_but_never_replaces(api: Manager) -> None:
    made = api("POST", "credentials/", {"service": "heygen", "key": FIRST, "concurrency": 3})
    assert (made.status_code, made.json()["data"]["concurrency"]) == (201, 3)
    again = {"service": "heygen", "key": SECOND}
    assert api.refused("POST", "credentials/", again) == (409, "already_there")
    assert api.data("GET", "credentials/heygen/")["last_four"] == "1111"


def test_put_replaces_and_keeps_previous(api: Manager) -> None:
    api("PUT", "credentials/heygen/", {"key": FIRST, "concurrency": 3})
    put = api("PUT", "credentials/heygen/", {"key": SECOND})
    shown = put.json()["data"]
    assert (put.status_code, shown["last_four"], shown["concurrency"]) == (200, "2222", 3)
    assert shown["previous"]["last_four"] == "1111"
    cleared = api.data("PUT", "credentials/heygen/", {"key": SECOND, "concurrency": None})
    assert cleared["concurrency"] is None


def test_refused_key_is_kept_and_marked(api: Manager, vendor: Upstream) -> None:
    vendor.plays(refuse(FIRST))
    put = api("PUT", "credentials/heygen/", {"key": FIRST})
    told = put.json()
    assert (put.status_code, told["verified"]) == (201, False)
    assert "401" in told["said"]
    assert told["data"]["check_ok"] is False
    assert told["data"]["check_result"] == told["said"]
    assert told["data"]["checked_by"].startswith(api.account.key.id)


def test_verifying_can_be_left_out(api: Manager, vendor: Upstream) -> None:
    put = api("PUT", "credentials/heygen/?verify=false", {"key": FIRST}).json()
    assert (put["verified"], put["said"], vendor.requests) == (None, "", [])
    assert put["data"]["check_ok"] is None
    tried = api("POST", "credentials/heygen/verify/").json()
    assert (tried["verified"], sent(vendor)) == (True, [FIRST])


def test_discarded_secret_cannot_be_promoted(api: Manager) -> None:
    api("PUT", "credentials/heygen/", {"key": FIRST})
    api("PUT", "credentials/heygen/next/", {"key": SECOND})
    assert api.data("DELETE", "credentials/heygen/next/")["next"] is None
    for method, path in (
        ("POST", "promote/"),
        ("POST", "rollback/"),
        ("POST", "next/verify/"),
        ("DELETE", "next/"),
    ):
        refusal = api.refused(method, f"credentials/heygen/{path}")
        assert (path, refusal) == (path, (409, "no_such_secret"))


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("credentials/", {"key": FIRST}, "service"),
        ("credentials/", {"service": "heygen"}, "key"),
        ("credentials/", {"service": "heygen", "key": FIRST, "org": "other"}, "org"),
        ("credentials/", {"service": 5, "key": FIRST}, "service"),
        ("credentials/?verify=perhaps", {"service": "heygen", "key": FIRST}, "verify"),
        ("credentials/?verify=true&verify=false", {"service": "heygen", "key": FIRST}, "verify"),
        ("credentials/?try=1", {"service": "heygen", "key": FIRST}, "try"),
        ("credentials/", {"service": "heygen", "key": FIRST, "concurrency": 0}, "concurrency"),
        ("credentials/", {"service": "heygen", "key": FIRST, "concurrency": "3"}, "concurrency"),
        ("credentials/", {"service": "heygen", "key": "two\nlines-of-a-key"}, "key"),
        ("credentials/", {"service": "heygen", "key": "x" * 513}, "key"),
        ("credentials/", {"service": "heygen", "key": ""}, "key"),
        ("credentials/", {"service": "heygen", "key": None}, "key"),
        ("credentials/", {"service": "heygen", "key": FIRST, "last_four": "1"}, "last_four"),
    ],
)
def test_unusable_field_is_named(api: Manager, path: str, body: Any, field: str) -> None:
    answer = api("POST", path, body)
    shown = answer.json()
    assert (answer.status_code, shown["code"]) == (400, "invalid_fields")
    assert [item["field"] for item in shown["errors"]] == [field]
    assert shown["detail"].startswith(f"{field}: ")
    assert not Credential.objects.exists()
    assert FIRST not in answer.content.decode()


@pytest.mark.parametrize(
    ("raw", "kind", "refusal"),
    [
        (b'{"key": ', "application/json", (400, "bad_json")),
        (b'{"key": "a", "key": "b"}', "application/json", (400, "bad_json")),
        (b'["key"]', "application/json", (400, "bad_body")),
        (b"[" * 70 + b"]" * 70, "application/json", (400, "body_too_complex")),
        (b'{"key": "' + b"x" * 70_000 + b'"}', "application/json", (413, "body_too_large")),
        (b'{"key": "' + b"x" * 3_000_000 + b'"}', "application/json", (413, "body_too_large")),
        (b'{"key": "abc"}', "text/plain", (415, "unsupported_media_type")),
        (b"key=abc", "application/x-www-form-urlencoded", (415, "unsupported_media_type")),
        (b'{"key": "abc"}', "application/json; charset=latin-1", (415, "unsupported_media_type")),
    ],
)
def test_unreadable_body_is_refused(
    api: Manager, raw: bytes, kind: str, refusal: tuple[int, str]
) -> None:
    headers = {"Content-Type": kind}
    assert api.refused("PUT", "credentials/heygen/", raw, **headers) == refusal
    assert not Credential.objects.exists()


def test_services_are_the_catalogues(api: Manager) -> None:
    for path in ("credentials/nope/", "policy/nope/"):
        assert api.refused("PUT", path, {}) != (200, "")
    given = {"service": "nope", "key": FIRST}
    assert api.refused("POST", "credentials/", given) == (404, "service_not_found")
    assert api.refused("PUT", "credentials/nope/", {"key": FIRST}) == (404, "service_not_found")


def test_list_comes_in_pages(api: Manager) -> None:
    for service in ("heygen", "elevenlabs", "liveavatar"):
        vault.store(org=api.account.org, service=service, secret=FIRST)
    vault.store(org=None, service="heygen", secret=SECOND)
    vault.store(org=make_account("other").org, service="heygen", secret=SECOND)
    seen = [[row["service"] for row in page] for page in api.walk("credentials/?limit=2")]
    assert seen == [["elevenlabs", "heygen"], ["liveavatar"]]


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "cursor=x", "cursor=", "a=b"])
def test_unusable_page_is_refused(api: Manager, query: str) -> None:
    assert api("GET", f"credentials/?{query}").status_code == 400


def test_foreign_cursor_is_refused(api: Manager) -> None:
    for service in ("heygen", "elevenlabs"):
        vault.store(org=api.account.org, service=service, secret=FIRST)
    cursor = api("GET", "credentials/?limit=1").json()["next_cursor"]
    assert api("GET", f"credentials/?cursor={cursor}").status_code == 200
    assert api.refused("GET", f"policy/?cursor={cursor}") == (400, "bad_cursor")
    other = make_manager("other")
    assert other.refused("GET", f"credentials/?cursor={cursor}") == (400, "bad_cursor")


ROUTES = [
    ("GET", "credentials/"),
    ("POST", "credentials/"),
    ("GET", "credentials/heygen/"),
    ("PUT", "credentials/heygen/"),
    ("DELETE", "credentials/heygen/"),
    ("POST", "credentials/heygen/verify/"),
    ("PUT", "credentials/heygen/next/"),
    ("DELETE", "credentials/heygen/next/"),
    ("POST", "credentials/heygen/next/verify/"),
    ("POST", "credentials/heygen/promote/"),
    ("POST", "credentials/heygen/rollback/"),
    ("GET", "api-keys/"),
    ("POST", "api-keys/"),
    ("GET", "api-keys/{id}/"),
    ("PATCH", "api-keys/{id}/"),
    ("DELETE", "api-keys/{id}/"),
    ("POST", "api-keys/{id}/roll/"),
    ("GET", "policy/"),
    ("GET", "policy/heygen/"),
    ("PUT", "policy/heygen/"),
    ("PATCH", "policy/heygen/"),
    ("DELETE", "policy/heygen/"),
    ("GET", "audit/"),
    ("GET", "approvals/"),
    ("GET", "approvals/{approval}/request/"),
    ("POST", "approvals/{approval}/decision/"),
    ("POST", "approvals/{approval}/link/"),
    ("GET", "credentials/heygen/webhook/"),
    ("POST", "credentials/heygen/webhook/"),
    ("PUT", "credentials/heygen/webhook/"),
    ("DELETE", "credentials/heygen/webhook/"),
    ("GET", "webhooks/"),
    ("POST", "webhooks/"),
    ("GET", "webhooks/{webhook}/"),
    ("PATCH", "webhooks/{webhook}/"),
    ("DELETE", "webhooks/{webhook}/"),
    ("POST", "webhooks/{webhook}/rotate/"),
    ("POST", "webhooks/{webhook}/test/"),
    ("GET", "webhooks/{webhook}/deliveries/"),
    ("POST", "webhooks/{webhook}/deliveries/{delivery}/redeliver/"),
]
NOBODY = "00000000-0000-4000-8000-000000000000"


def filled(path: str, key: str) -> str:
    return path.format(id=key, webhook=NOBODY, delivery=NOBODY, approval=NOBODY)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_only_managing_keys_manage(api: Manager, method: str, path: str) -> None:
    path = filled(path, api.account.key.id)
    other = make_manager("other")
    wrong_key = api.account.text[:-1] + ("0" if api.account.text[-1] != "0" else "1")
    origin = {"Origin": "https://evil.example"}
    told = {
        "no key": api.refused(method, path, Authorization=""),
        "no such key": api.refused(method, path, Authorization=f"Api-Key {wrong_key}"),
        "another org": other.refused(method, path, org="acme"),
        "no such org": api.refused(method, path, org="nobody"),
        "a browser": api.refused(method, path, **origin),
    }
    for access in (["read"], ["invoke"], ["read", "invoke"]):
        lesser = Manager(make_account(f"org-{'-'.join(access)}", access=access))
        told[str(access)] = lesser.refused(method, path)
    assert told == {
        "no key": (401, "not_authenticated"),
        "no such key": (401, "invalid_api_key"),
        "another org": (403, "permission_denied"),
        "no such org": (403, "permission_denied"),
        "a browser": (403, "origin_not_allowed"),
        "['read']": (403, "out_of_scope"),
        "['invoke']": (403, "out_of_scope"),
        "['read', 'invoke']": (403, "out_of_scope"),
    }


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_no_route_takes_what_it_does_not_know(api: Manager, method: str, path: str) -> None:
    path = filled(path, api.account.key.id)
    answer = api(method, f"{path}?nope=1", {})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "nope")
    if method in ("POST", "PUT", "PATCH"):
        answer = api(method, path, {"nope": 1})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "nope")
        assert api.refused(method, path, b"{") == (400, "bad_json")


def test_every_route_is_in_that_table(api: Manager) -> None:
    from tests.managing import document

    described = {
        (method.upper(), path.partition("{org}/")[2].replace("{service}", "heygen"))
        for path, operations in document()["paths"].items()
        for method in operations
    }
    listed = {(method, path.replace("{id}", "{key}")) for method, path in ROUTES}
    assert described == listed | {("GET", "openapi.json")}


def test_slash_may_be_left_out(api: Manager) -> None:
    for path in ("credentials", "api-keys", "policy", "audit", "policy/heygen"):
        assert (path, api("GET", path).status_code) == (path, 200)


def test_scoped_key_manages_its_services(api: Manager) -> None:
    vault.store(org=api.account.org, service="elevenlabs", secret=FIRST)
    text = api("POST", "api-keys/", {"access": ["manage"], "scopes": ["heygen:*"]}).json()["key"]
    scoped = {"Authorization": f"Api-Key {text}"}
    assert api("PUT", "credentials/heygen/", {"key": FIRST}, **scoped).status_code == 201
    listed = api("GET", "credentials/", **scoped).json()["data"]
    assert [row["service"] for row in listed] == ["heygen"]
    for method, path in (
        ("GET", "credentials/elevenlabs/"),
        ("DELETE", "credentials/elevenlabs/"),
        ("PUT", "credentials/elevenlabs/next/"),
        ("GET", "policy/elevenlabs/"),
        ("PATCH", "policy/elevenlabs/"),
    ):
        body = {"key": SECOND} if method == "PUT" else None
        refusal = api.refused(method, path, body, **scoped)
        assert (path, refusal) == (path, (403, "out_of_scope"))


def test_managing_key_alone_cannot_call(api: Manager, vendor: Upstream) -> None:
    vault.store(org=api.account.org, service="heygen", secret=FIRST)
    text = api("POST", "api-keys/", {"access": ["manage"]}).json()["key"]
    only = {"Authorization": f"Api-Key {text}"}
    assert api("GET", "credentials/", **only).status_code == 200
    path = "services/heygen/get-remaining-quota/"
    assert api.refused("POST", path, **only) == (403, "out_of_scope")
    assert vendor.requests == []


def test_nothing_holds_a_secret(api: Manager, vendor: Upstream) -> None:
    def echo(received: Received) -> Script:
        words = f"no such key {received.header('x-api-key')}"
        return Script(400, json.dumps({"error": {"code": "x", "message": words}}).encode())

    answers = [api("PUT", "credentials/heygen/", {"key": FIRST})]
    answers.append(api("PUT", "credentials/heygen/next/", {"key": SECOND}))
    vendor.plays(echo)
    for method, path in (
        ("POST", "credentials/heygen/verify/"),
        ("POST", "credentials/heygen/promote/"),
        ("POST", "credentials/heygen/verify/"),
        ("GET", "credentials/"),
        ("GET", "audit/?limit=200"),
        ("POST", "api-keys/"),
        ("GET", "api-keys/"),
    ):
        answers.append(api(method, path))
    text = answers[-2].json()["key"]
    sealed = Credential.objects.get().sealed
    shown = [answer.content.decode() for answer in answers]
    for secret in (*SECRETS, sealed, sealed.split(".")[-1]):
        assert [answer for answer in shown if secret in answer] == []
    assert [answer for answer in shown if text in answer] == [shown[-2]]
    dump = _dump()
    assert [name for name in (*SECRETS, text, api.account.text) if name in dump] == []
    assert sealed in dump


def _dump() -> str:
    """Every row of every table."""
    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            rows += cursor.fetchall()
    return str(
        [bytes(cell) if isinstance(cell, memoryview) else cell for row in rows for cell in row]
    )


def test_changes_name_the_key(api: Manager) -> None:
    api("PUT", "credentials/heygen/", {"key": FIRST})
    api("PUT", "credentials/heygen/next/", {"key": SECOND})
    api("POST", "credentials/heygen/promote/")
    api("POST", "credentials/heygen/rollback/")
    api("DELETE", "credentials/heygen/")
    by_key = AuditEvent.objects.filter(actor_kind="key").order_by("seq")
    assert [event.event for event in by_key if not event.event.startswith("spare")] == [
        "credential.created",
        "credential.verified",
        "credential.staged",
        "credential.verified",
        "credential.promoted",
        "credential.rolled_back",
        "credential.deleted",
    ]
    assert {event.actor for event in by_key} == {api.account.key.id}
    assert {event.address for event in by_key} == {"127.0.0.1"}
    assert {event.org for event in by_key} == {"acme"}


def test_sealed_service_takes_no_secret(api: Manager, settings: Any) -> None:
    settings.CREDENTIAL_KEYS = ""
    assert api.refused("PUT", "credentials/heygen/", {"key": FIRST}) == (503, "sealed")
    assert not Credential.objects.exists()


def test_preflight_allows_every_method(db: None) -> None:
    api = make_manager(services=(), org_fields={"origins": ["https://app.example.com"]})
    answer = api.client.options(
        "/api/ai-proxy/orgs/acme/credentials/heygen/",
        headers={"Origin": "https://app.example.com", "Access-Control-Request-Method": "PUT"},
    )
    allowed = set(answer.headers["Access-Control-Allow-Methods"].split(", "))
    assert (answer.status_code, {"PUT", "PATCH", "DELETE"} <= allowed) == (204, True)
    assert answer.headers["Access-Control-Allow-Origin"] == "https://app.example.com"


def test_answers_count_against_the_rate(api: Manager, settings: Any) -> None:
    settings.RATE_SERVER_KEY = 2
    first = api("GET", "credentials/")
    assert 'server-key";r=1' in first.headers["RateLimit"]
    assert first.headers["Cache-Control"] == "no-store"
    assert api("GET", "policy/").status_code == 200
    assert api.refused("GET", "audit/") == (429, "rate_limited")


def test_no_audit_no_change(api: Manager) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE credentials_auditevent")
    assert api("PUT", "credentials/heygen/?verify=false", {"key": FIRST}).status_code in (500, 503)
    assert not Credential.objects.exists()
