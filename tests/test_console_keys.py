"""API keys in the console: issued for a purpose, shown once, rolled and revoked."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from credentials.models import ApiKey
from tests.people import staff, superuser

KEY = re.compile(r"aip[bs]_[0-9A-Za-z]{46}")
ADD = "/admin/credentials/apikey/add/"


@pytest.fixture
def admin(db: None) -> Client:
    return superuser()


def issue(client: Client, account: Any, **fields: Any) -> Any:
    return client.post(ADD, {"org": account.org.pk, "name": "new", **fields})


def shown(page: Any) -> str:
    """The one key that the page shows."""
    [found] = set(KEY.findall(page.content.decode()))
    return str(found)


def new() -> ApiKey:
    return ApiKey.objects.get(name="new")


def url(key: ApiKey, verb: str) -> str:
    return f"/admin/credentials/apikey/{key.pk}/{verb}/"


@pytest.mark.parametrize(
    ("fields", "made"),
    [
        (
            {"purpose": "browser", "origins": "https://a.example\nhttp://localhost:*"},
            {"kind": "browser", "origins": ["https://a.example", "http://localhost:*"]},
        ),
        ({"purpose": "server"}, {"kind": "server", "access": ["invoke"], "scopes": []}),
        ({"purpose": "server", "access": ["read"]}, {"access": ["read"]}),
        ({"purpose": "manage"}, {"kind": "server", "access": ["manage"]}),
        ({"purpose": "manage", "access": ["invoke"]}, {"access": ["manage", "invoke"]}),
        (
            {"purpose": "server", "services": ["heygen"], "scopes": "elevenlabs:tts*"},
            {"scopes": ["heygen:*", "elevenlabs:tts*"]},
        ),
        (
            {"purpose": "server", "networks": "192.0.2.0/24", "rate": "7"},
            {"networks": ["192.0.2.0/24"], "rate": 7},
        ),
    ],
)
def test_purpose_makes_the_key(admin, account, fields, made):
    page = issue(admin, account, **fields)
    assert page.status_code == 200
    assert shown(page)[5:13] == new().pk
    assert {name: getattr(new(), name) for name in made} == made
    assert new().created_by == "admin"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"purpose": "browser"}, "A frontend's key needs the origins of its pages."),
        ({"purpose": "server", "origins": "https://a.example"}, "A backend's key has no origins"),
        ({"purpose": "browser", "origins": "a.example"}, "is not an origin"),
        ({"purpose": "server", "scopes": "everything"}, "is not a scope"),
        ({"purpose": "server", "networks": "192.0.2.1/24"}, "is not a network"),
        ({"purpose": "server", "rate": "0"}, "greater than or equal to 1"),
        ({"purpose": "server", "expires_at": "2020-01-01T00:00"}, "That time is past."),
        ({"purpose": "other"}, "Select a valid choice."),
        ({"purpose": "server", "services": "soundcloud"}, "Select a valid choice."),
    ],
)
def test_unusable_wish_is_refused(admin, account, fields, words):
    page = issue(admin, account, **fields)
    assert words in html.unescape(page.content.decode())
    assert ApiKey.objects.count() == 1


def test_reload_shows_nothing_again(admin, account):
    form = admin.get(ADD).content.decode()
    [once] = re.findall(r'name="once" value="([^"]+)"', form)
    shown(issue(admin, account, purpose="server", once=once))
    again = issue(admin, account, purpose="server", once=once)
    assert again.status_code == 409
    assert KEY.findall(again.content.decode()) == []
    assert ApiKey.objects.filter(name="new").count() == 1
    assert admin.get(ADD).status_code == 200


def test_text_reaches_no_store(admin, account):
    """Neither the session, nor a cookie, nor a cache of the browser."""
    page = issue(admin, account, purpose="server", once="token")
    secret = shown(page)[13:45]
    assert "no-store" in page.headers["Cache-Control"]
    assert [name for name in page.cookies if secret in page.cookies[name].value] == []
    assert [row for row in Session.objects.all() if secret in str(row.get_decoded())] == []
    assert "once" not in page.headers.get("Location", "")


def test_snippets_hold_a_call_that_works(admin, account, vendor):
    page = issue(admin, account, purpose="server", scopes="heygen:list-*")
    content = html.unescape(page.content.decode())
    [path] = set(re.findall(r"http://testserver(/api/ai-proxy/orgs/acme/[\w/-]+)", content))
    assert path == "/api/ai-proxy/orgs/acme/services/heygen/list-avatars/"
    answer = Client().post(path, headers={"Authorization": f"Api-Key {shown(page)}"})
    assert answer.status_code == 200
    for title in ("curl", "JavaScript", "Python"):
        assert f"<strong>{title}</strong>" in content


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"scopes": "elevenlabs:tts"}, "services/elevenlabs/tts/"),
        ({"scopes": "liveavatar:*"}, "services/liveavatar/"),
        ({"purpose": "manage"}, "orgs/acme/api-keys/"),
        ({"purpose": "server", "access": ["read"]}, "services/heygen/list-avatars/"),
    ],
)
def test_snippet_is_within_the_scope(admin, account, fields, path):
    assert path in issue(admin, account, **fields).content.decode()


@pytest.mark.parametrize(("hours", "lives"), [("0", False), ("1", True), ("168", True)])
def test_rolled_key_lives_as_long_as_chosen(admin, call, vendor, hours, lives):
    key = call.account.key
    page = admin.post(url(key, "roll"), {"hours": hours})
    text = shown(page)
    assert call("list-avatars").status_code == (200 if lives else 401)
    assert call("list-avatars", Authorization=f"Api-Key {text}").status_code == 200
    old = ApiKey.objects.get(pk=key.pk)
    assert ApiKey.objects.get(pk=text[5:13]).rolled_from == old
    if lives:
        left = old.expires_at - timezone.now()
        assert timedelta(hours=int(hours)) - timedelta(minutes=1) < left
        assert left <= timedelta(hours=int(hours))


def test_rolling_twice_is_refused(admin, account):
    assert admin.post(url(account.key, "roll"), {"hours": "24"}).status_code == 200
    page = admin.post(url(account.key, "roll"), {"hours": "24"})
    assert "rolled already" in page.content.decode()
    assert KEY.findall(page.content.decode()) == []
    assert ApiKey.objects.count() == 2


@pytest.mark.parametrize("hours", ["", "-1", "720", "x"])
def test_odd_roll_changes_nothing(admin, account, hours):
    before = list(ApiKey.objects.values())
    assert admin.post(url(account.key, "roll"), {"hours": hours}).status_code == 200
    assert list(ApiKey.objects.values()) == before


def test_revoking_asks_first(admin, call, vendor):
    key = call.account.key
    assert "This cannot be undone" in admin.get(url(key, "revoke")).content.decode()
    assert call("list-avatars").status_code == 200
    assert admin.post(url(key, "revoke")).status_code == 302
    assert call("list-avatars").status_code == 401


@pytest.mark.parametrize(
    ("permissions", "allowed"),
    [
        (("add_apikey",), {"add"}),
        (("change_apikey",), {"revoke"}),
        (("add_apikey", "change_apikey"), {"add", "roll", "revoke"}),
        (("view_apikey",), set()),
    ],
)
def test_each_verb_has_its_permission(account, permissions, allowed):
    client = staff(*permissions)
    paths = {"add": ADD, "roll": url(account.key, "roll"), "revoke": url(account.key, "revoke")}
    may = {verb for verb, path in paths.items() if client.get(path).status_code == 200}
    assert may == allowed
    refused = [paths[verb] for verb in paths.keys() - allowed]
    assert {client.post(path, {"hours": "0"}).status_code for path in refused} <= {403}
    assert ApiKey.objects.get().state == "active"
