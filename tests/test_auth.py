"""Who is let in: header spellings, states of a key, wrong orgs, scopes."""

import hashlib
import time
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from credentials import keys
from credentials.directory import directory
from credentials.issue import issue
from credentials.models import ApiKey, Org
from tests.factories import Account, make_account, make_org

ROUTES = {
    "invoke": ("POST", "services/heygen/list-avatars/"),
    "services": ("GET", "services/"),
    "service": ("GET", "services/heygen/"),
}
each_route = pytest.mark.parametrize("route", ROUTES)


def ask(call: Any, route: str, header: str | None, org: str = "acme", **more: str) -> Any:
    method, path = ROUTES[route]
    headers = ({} if header is None else {"Authorization": header}) | more
    return call.client.generic(method, f"/api/ai-proxy/orgs/{org}/{path}", headers=headers)


def problem(response: Any) -> dict[str, Any]:
    body = response.json()
    assert body.pop("request_id")
    return body


def said(text: str, code: str) -> dict[str, Any]:
    return {"detail": text, "error": text, "code": code, "origin": "proxy", "retryable": False}


MISSING = said("Authentication credentials were not provided.", "not_authenticated")
INVALID = said("Invalid API key.", "invalid_api_key")
FORBIDDEN = said("You do not have permission to perform this action.", "permission_denied")


@each_route
def test_every_spelling_is_accepted(call, route):
    schemes = ("Api-Key", "api-key", "API-KEY", "Api-Token", "api-token", "Token", "bEARER")
    answers = {scheme: ask(call, route, f"{scheme} {call.account.text}") for scheme in schemes}
    assert [scheme for scheme in schemes if answers[scheme].status_code != 200] == []


HEADERS = [
    (None, MISSING),
    ("", MISSING),
    (" ", MISSING),
    ("KEY", MISSING),
    ("Api-Key", MISSING),
    ("Api-Key ", MISSING),
    ("Api-Key    ", MISSING),
    (" Api-Key KEY", MISSING),
    ("Api-Key\tKEY", MISSING),
    ("ApiKey KEY", MISSING),
    ("Api_Key KEY", MISSING),
    ("X-Api-Key KEY", MISSING),
    ("Basic KEY", MISSING),
    ("Digest KEY", MISSING),
    ("Api-K\xe9y KEY", MISSING),
    ("Api-Key:KEY", MISSING),
    ("Api-Key  KEY", INVALID),
    ("Api-Key KEY KEY", INVALID),
    ("Api-Key KEY,Api-Key KEY", INVALID),
    ("Api-Key KEY, Api-Key KEY", INVALID),
    ("Api-Key KEY,", INVALID),
    ("Api-Key 'KEY'", INVALID),
    ("Api-Key KEY\xe9", INVALID),
    ("Api-Key \xff\xfe", INVALID),
    ("Api-Key \u212aEY", INVALID),
    ("Api-Key KEY\x00", INVALID),
    ("Api-Key KEY" + "A" * 10_000, INVALID),
    ("Api-Key " + "aips_" + "0" * 46, INVALID),
    ("Api-Key null", INVALID),
]


@each_route
def test_malformed_headers_cost_no_query(call, vendor, route, django_assert_num_queries):
    directory.max_age = 60
    assert ask(call, route, f"Api-Key {call.account.text}").status_code == 200
    vendor.reset()
    for header, answer in HEADERS:
        with django_assert_num_queries(0):
            response = ask(call, route, header and header.replace("KEY", call.account.text))
        assert (header, response.status_code, problem(response)) == (header, 401, answer)
        assert response.headers["WWW-Authenticate"] == "Api-Key"
    assert vendor.requests == []


@each_route
def test_other_key_headers_are_ignored(call, vendor, route):
    others = {"X-Api-Key": call.account.text, "xi-api-key": call.account.text}
    response = ask(call, route, None, **others)
    assert (response.status_code, problem(response)) == (401, MISSING)
    assert ask(call, route, f"Api-Key {call.account.text}", **{"X-Api-Key": "x"}).status_code == 200


@each_route
def test_session_is_no_identity(call, vendor, route):
    call.client.force_login(get_user_model().objects.create_superuser("admin"))
    response = ask(call, route, None)
    assert (response.status_code, problem(response)) == (401, MISSING)
    assert vendor.requests == []


def revoked(account: Account) -> None:
    account.key.revoke()


def expired(account: Account) -> None:
    ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def deleted(account: Account) -> None:
    account.key.delete()


def inactive(account: Account) -> None:
    Org.objects.update(is_active=False)


def hashed(account: Account) -> None:
    """What somebody who can write to the database, but knows no pepper, can do."""
    ApiKey.objects.update(digest=hashlib.sha256(account.text.encode()).digest())


def peppered_by_nothing(account: Account) -> None:
    ApiKey.objects.update(digest=keys.digest(account.text.encode(), b""))


def moved(account: Account) -> None:
    """The row goes to an org that is not active."""
    ApiKey.objects.update(org=make_org("gone", is_active=False))


@each_route
@pytest.mark.parametrize(
    "change",
    [revoked, expired, deleted, inactive, hashed, peppered_by_nothing, moved],
    ids=lambda change: change.__name__,
)
def test_dead_key_is_refused(call, vendor, route, change):
    header = f"Api-Key {call.account.text}"
    assert ask(call, route, header).status_code == 200
    vendor.reset()
    change(call.account)
    response = ask(call, route, header)
    assert (response.status_code, problem(response)) == (401, INVALID)
    assert vendor.requests == []


def test_cached_key_expires_on_time(db, vendor, client):
    expires = timezone.now() + timedelta(seconds=0.5)
    headers = {"Authorization": make_account(expires_at=expires).authorization}
    directory.max_age = 60

    def statuses() -> list[int]:
        urls = ((method, f"/api/ai-proxy/orgs/acme/{path}") for method, path in ROUTES.values())
        return [client.generic(*each, headers=headers).status_code for each in urls]

    assert statuses() == [200, 200, 200]
    time.sleep(max(0.0, (expires - timezone.now()).total_seconds()))
    assert statuses() == [401, 401, 401]


@each_route
def test_unknown_key_is_refused(call, route):
    response = ask(call, route, f"Api-Key {keys.make('server').text}")
    assert (response.status_code, problem(response)) == (401, INVALID)


@each_route
@pytest.mark.parametrize("dead", [False, True])
def test_other_orgs_all_look_alike(call, vendor, route, dead):
    make_account("globex")
    make_org("closed", is_active=False)
    if dead:
        call.account.key.revoke()
    found = [
        ask(call, route, f"Api-Key {call.account.text}", org)
        for org in ("globex", "closed", "nobody", "ACME", "acme-")
    ]
    expected = (401, INVALID) if dead else (403, FORBIDDEN)
    assert [(response.status_code, problem(response)) for response in found] == [expected] * 5
    assert len({frozenset(response.headers) for response in found}) == 1
    assert vendor.requests == []


def test_old_pepper_stays_accepted(call, settings):
    old, new = settings.API_KEY_PEPPER, "n" * 40
    authorization = call.account.authorization
    settings.API_KEY_PEPPER = f"{new},{old}"
    row, text = issue(call.account.org)
    assert bytes(row.digest) == keys.digest(text.encode(), new.encode())
    both = (authorization, f"Token {text}")
    assert [ask(call, "invoke", header).status_code for header in both] == [200, 200]
    settings.API_KEY_PEPPER = new
    assert [ask(call, "invoke", header).status_code for header in both] == [401, 200]


@pytest.mark.parametrize(
    ("scopes", "allowed"),
    [
        ([], ["heygen:list-avatars", "heygen:list-voices", "elevenlabs:list-models"]),
        (["*:*"], ["heygen:list-avatars", "heygen:list-voices", "elevenlabs:list-models"]),
        (["heygen:*"], ["heygen:list-avatars", "heygen:list-voices"]),
        (["heygen:list-*"], ["heygen:list-avatars", "heygen:list-voices"]),
        (["heygen:list-avatars"], ["heygen:list-avatars"]),
        (["heygen:list"], []),
        (["heygen:ist-avatars"], []),
        (["HeyGen:*"], []),
        (["*:list-models"], ["elevenlabs:list-models"]),
        (["h*:*v*s", "x:y"], ["heygen:list-avatars", "heygen:list-voices"]),
    ],
)
def test_scopes_bound_the_actions(db, vendor, client, scopes, allowed):
    account = make_account(scopes=scopes)
    names = ("heygen:list-avatars", "heygen:list-voices", "elevenlabs:list-models")
    for name in names:
        vendor.reset()
        service, action = name.split(":")
        response = client.post(
            f"/api/ai-proxy/orgs/acme/services/{service}/{action}/",
            headers={"Authorization": account.authorization},
        )
        if name in allowed:
            assert (response.status_code, len(vendor.requests)) == (200, 1)
        else:
            assert response.status_code == 403
            assert problem(response) == FORBIDDEN | {"code": "out_of_scope"}
            assert vendor.requests == []
