"""The commands that set an org up: what they print, refuse and bring about."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone

from credentials import vault
from credentials.models import ApiKey, Credential, Org
from tests.factories import make_account, make_org, make_policy

SECRET = "sk-typed-into-the-command-9z8y"


@pytest.fixture
def run(db: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a command with this on its standard input and returns what it printed."""

    def run(*words: str, stdin: str = "") -> str:
        out, err = io.StringIO(), io.StringIO()
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        call_command(*words, stdout=out, stderr=err)
        assert err.getvalue() == ""
        return out.getvalue()

    return run


def invoke(client: Any, key: str, action: str = "list-avatars", **headers: str) -> Any:
    url = f"/api/ai-proxy/orgs/acme/services/heygen/{action}/"
    return client.post(url, headers={"Authorization": f"Api-Key {key}"} | headers)


def test_new_org_can_call_and_is_cut_off(run, client, vendor, capsys):
    assert run("create_org", "acme", "--name", "Acme") == "Created org acme.\n"
    stored = run("set_credential", "acme", "heygen", stdin=f"{SECRET}\n")
    assert stored == "Stored acme / heygen …9z8y.\n"
    printed = run("issue_key", "acme", "--name", "first")
    assert re.fullmatch(r"aips_[0-9A-Za-z]{46}\n", printed)
    key = printed.strip()
    assert invoke(client, key).status_code == 200
    assert vendor.requests[0].header("x-api-key") == [SECRET]
    revoked = run("revoke_key", key[5:13])
    assert revoked == f"Revoked first …{key[-4:]}.\n"
    assert invoke(client, key).status_code == 401
    since = ApiKey.objects.get().revoked_at
    assert run("revoke_key", key[5:13]) == revoked
    assert ApiKey.objects.get().revoked_at == since
    assert capsys.readouterr() == ("", "")


def test_platform_credential_is_stored(run, client, vendor):
    account = make_account(services=())
    make_policy(None, allow_platform_key=True, fallback_to_platform_key=True)
    for secret in ("replaced-at-once-1234", SECRET):
        stored = run("set_credential", "--platform", "heygen", stdin=secret)
    assert stored == "Stored platform / heygen …9z8y.\n"
    response = invoke(client, account.text)
    assert response.headers["X-Credential-Source"] == "platform"
    assert vendor.requests[0].header("x-api-key") == [SECRET]


def test_scopes_bound_issued_key(run, client, vendor):
    make_account()
    words = ("--scope", "heygen:list-*", "--scope", "elevenlabs:*")
    key = run("issue_key", "acme", *words).strip()
    assert ApiKey.objects.get(pk=key[5:13]).scopes == ["heygen:list-*", "elevenlabs:*"]
    assert invoke(client, key).status_code == 200
    assert invoke(client, key, "get-remaining-quota").status_code == 403


def test_origins_make_browser_keys(run, client, vendor):
    run("create_org", "acme", "--origin", "https://org.example.com")
    run("set_credential", "acme", "heygen", stdin=SECRET)
    server = run("issue_key", "acme").strip()
    browser = run("issue_key", "acme", "--origin", "https://key.example.com").strip()
    assert (server[:5], browser[:5]) == ("aips_", "aipb_")
    assert [ApiKey.objects.get(pk=key[5:13]).kind for key in (server, browser)] == [
        "server",
        "browser",
    ]
    origins = ("https://org.example.com", "https://key.example.com")
    statuses = [
        invoke(client, key, Origin=origin).status_code
        for key in (server, browser)
        for origin in origins
    ]
    assert statuses == [200, 403, 403, 200]


@pytest.mark.parametrize(
    ("given", "expires", "status"),
    [
        ("2999-01-31", "2999-01-31T00:00:00+00:00", 200),
        ("2999-01-31T10:00", "2999-01-31T10:00:00+00:00", 200),
        ("2999-01-31T10:00:00+02:00", "2999-01-31T08:00:00+00:00", 200),
        ("2020-01-31", "2020-01-31T00:00:00+00:00", 401),
    ],
)
def test_expiry_is_read_as_utc(run, client, vendor, given, expires, status):
    make_account()
    key = run("issue_key", "acme", "--expires", given).strip()
    assert ApiKey.objects.get(pk=key[5:13]).expires_at.isoformat() == expires
    assert invoke(client, key).status_code == status


def test_key_near_its_end_works(run, client, vendor):
    make_account()
    soon = (timezone.now() + timedelta(hours=1)).isoformat()
    key = run("issue_key", "acme", "--expires", soon).strip()
    assert invoke(client, key).status_code == 200


REFUSED = [
    (("create_org", "acme"), "", "Org with this Slug already exists."),
    (("create_org", "a b"), "", "Letters, digits, hyphens"),
    (("create_org", "../etc"), "", "Letters, digits, hyphens"),
    (("create_org", "x" * 64), "", "Letters, digits, hyphens"),
    (("create_org", ""), "", "blank"),
    (("create_org", "new\n"), "", "Letters, digits, hyphens"),
    (("create_org", "new", "--origin", "example.com"), "", "is not an origin"),
    (("create_org", "new", "--origin", "https://a.example.com/path"), "", "is not an origin"),
    (("create_org", "new", "--name", "x" * 201), "", "at most 200"),
    (("set_credential", "nobody", "heygen"), SECRET, "There is no org nobody."),
    (("set_credential", "acme"), SECRET, "Give ORG SERVICE"),
    (("set_credential", "acme", "heygen", "x"), SECRET, "Give ORG SERVICE"),
    (("set_credential", "--platform", "acme", "heygen"), SECRET, "Give ORG SERVICE"),
    (("set_credential", "acme", "hey gen"), SECRET, "Letters, digits, hyphens"),
    (("set_credential", "--platform", "heygen/"), SECRET, "Letters, digits, hyphens"),
    (("set_credential", "acme", "heygen"), "", "one line of visible ASCII"),
    (("set_credential", "acme", "heygen"), f"{SECRET}\n{SECRET}", "one line of visible ASCII"),
    (("set_credential", "acme", "heygen"), f"{SECRET}\u200b", "one line of visible ASCII"),
    (("set_credential", "acme", "heygen"), SECRET * 20, "at most 512 characters"),
    (("issue_key", "nobody"), "", "There is no org nobody."),
    (("issue_key", "acme", "--scope", "heygen"), "", "is not a scope"),
    (("issue_key", "acme", "--scope", "heygen:list videos"), "", "is not a scope"),
    (("issue_key", "acme", "--scope", "heygen:[a-z]"), "", "is not a scope"),
    (("issue_key", "acme", "--origin", "null"), "", "is not an origin"),
    (("issue_key", "acme", "--origin", "https://*.example.com"), "", "is not an origin"),
    (("issue_key", "acme", "--origin", "https://App.example.com"), "", "is not an origin"),
    (("issue_key", "acme", "--name", "x" * 101), "", "at most 100"),
    (("issue_key", "acme", "--expires", "tomorrow"), "", "--expires"),
    (("issue_key", "acme", "--expires", "2030-02-30"), "", "--expires"),
    (("issue_key",), "", "required: org"),
    (("revoke_key", "nothing0"), "", "There is no key nothing0."),
]


@pytest.mark.parametrize(("words", "stdin", "text"), REFUSED, ids=range(len(REFUSED)))
def test_bad_input_changes_nothing(run, words, stdin, text):
    make_org()
    before = [list(model.objects.values()) for model in (Org, ApiKey, Credential)]
    with pytest.raises(CommandError) as caught:
        run(*words, stdin=stdin)
    assert text in str(caught.value)
    assert SECRET not in str(caught.value)
    assert [list(model.objects.values()) for model in (Org, ApiKey, Credential)] == before


def test_sealed_service_stores_nothing(run, settings):
    make_org()
    settings.CREDENTIAL_KEYS = ""
    with pytest.raises(CommandError) as caught:
        run("set_credential", "acme", "heygen", stdin=SECRET)
    assert SECRET not in str(caught.value)
    assert not Credential.objects.exists()


def test_stored_credential_opens(run):
    make_org()
    run("set_credential", "acme", "heygen", stdin=f"  {SECRET}\r\n")
    row = Credential.objects.get()
    assert SECRET not in row.sealed
    assert vault.ring().open(row.sealed, row.row).reveal() == SECRET


def test_work_drops_expired_sessions(db: None) -> None:
    now = timezone.now()
    for key, expiry in (("old", now - timedelta(days=1)), ("new", now + timedelta(days=1))):
        Session.objects.create(session_key=key, session_data="x", expire_date=expiry)
    call_command("work", "--once")
    assert [row.session_key for row in Session.objects.all()] == ["new"]
