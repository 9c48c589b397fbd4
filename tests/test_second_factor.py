"""The console's second factor: set up, asked for, used once, and kept so that no dump opens it."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from console.security.models import Authenticator, RecoveryCodes
from credentials.crypto import new_key
from credentials.models import AuditEvent
from tests.signin import (
    ENROL,
    LOGIN,
    PASSWORD,
    SUDO,
    VERIFY,
    browser,
    code,
    events,
    has_app,
    log_in,
    logged_in,
    person,
)
from tests.together import parallel, together

HOME = "/admin/auth/user/"
OVERVIEW, RENEW, REMOVE = (
    "/admin/security/",
    "/admin/security/recovery-codes/",
    "/admin/security/remove/",
)
RECOVERY = re.compile(r"<code>((?:[a-z2-7]{4}-){3}[a-z2-7]{4})</code>")


@pytest.fixture
def ada(db: None, settings: Any) -> Any:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return person()


def shown_key(client: Client) -> str:
    found = re.search(r'id="key">([A-Z2-7 ]+)<', client.get(ENROL).content.decode())
    assert found is not None
    return found[1].replace(" ", "")


def enrolled(client: Client) -> tuple[str, list[str]]:
    """Set an app up; its key and the recovery codes."""
    key = shown_key(client)
    page = client.post(ENROL, {"code": code(key)})
    return key, RECOVERY.findall(page.content.decode())


def verified(client: Client, typed: str) -> bool:
    client.post(VERIFY, {"code": typed})
    return client.get(HOME).status_code == 200


def unthrottle(*, seconds: int = 3600) -> None:
    """As if the last wrong code were that long ago."""
    for kind in (Authenticator, RecoveryCodes):
        for row in kind.objects.exclude(throttling_failure_timestamp=None):
            row.throttling_failure_timestamp -= timedelta(seconds=seconds)
            row.save()


def test_app_is_asked_for_after_password(ada: Any) -> None:
    client = logged_in()
    key, codes = enrolled(client)
    assert (len(codes), client.get(HOME).status_code) == (10, 200)
    later = logged_in()
    for url in (HOME, "/admin/", "/admin/nothing/", ENROL, SUDO, OVERVIEW, RENEW):
        answer = later.get(url)
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, VERIFY)
    page = later.post(f"{VERIFY}?next=/admin/auth/user/", {"code": code(key, ahead=1)})
    assert page.headers["Location"] == "/admin/auth/user/"
    assert later.get(HOME).status_code == 200


def test_posts_wait_for_the_code(ada: Any) -> None:
    has_app(ada)
    client = logged_in()
    form = {"username": "mallory", "password1": PASSWORD, "password2": PASSWORD}
    for url in ("/admin/auth/user/add/", REMOVE, RENEW, "/admin/password_change/"):
        assert client.post(url, form).headers["Location"] == VERIFY
    assert get_user_model().objects.count() == 1
    assert Authenticator.of(ada) is not None


def test_code_counts_once(ada: Any) -> None:
    key = has_app(ada)
    now = code(key)
    assert verified(logged_in(), now)
    assert not verified(logged_in(), now), "the same code again"
    unthrottle()
    assert not verified(logged_in(), code(key, ahead=-1)), "an older code"
    unthrottle()
    assert verified(logged_in(), code(key, ahead=1))


@pytest.mark.parametrize(
    "typed", ["000000", "", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12 34 5x", "-12345", "x" * 999]
)
def test_wrong_codes_open_nothing(ada: Any, typed: str) -> None:
    has_app(ada)
    client = logged_in()
    assert not verified(client, typed)


def test_codes_cannot_be_guessed_fast(ada: Any) -> None:
    key = has_app(ada)
    client = logged_in()
    client.post(VERIFY, {"code": "000000"})
    unthrottle(seconds=1)
    client.post(VERIFY, {"code": "000000"})
    page = client.post(VERIFY, {"code": code(key)})
    assert b"Too many wrong codes. Try again after" in page.content
    assert client.get(HOME).status_code == 302
    assert len(events("admin.code_refused")) == 2
    unthrottle()
    assert verified(client, code(key))


def test_recovery_code_counts_once(ada: Any) -> None:
    _, codes = enrolled(logged_in())
    assert verified(logged_in(), codes[3].upper().replace("-", " "))
    assert not verified(logged_in(), codes[3])
    unthrottle()
    assert verified(logged_in(), codes[0])
    assert events("admin.recovery_code_used") == [
        ("admin.recovery_code_used", "ada", "192.0.2.7", {"left": left}) for left in (9, 8)
    ]


@parallel
@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_one_code_at_once_counts_once(ada: Any, kind: str) -> None:
    """Two browsers that send the same code in the same moment: one of them is let in."""
    key, codes = has_app(ada), RecoveryCodes.renew(ada)
    typed = code(key) if kind == "app" else codes[0]
    browsers = [logged_in() for _ in range(4)]
    opened = together(*(partial(verified, client, typed) for client in browsers))
    assert sorted(opened) == [False, False, False, True]


def test_new_codes_replace_the_old(ada: Any) -> None:
    client = logged_in()
    _, old = enrolled(client)
    new = RECOVERY.findall(client.post(RENEW).content.decode())
    assert (len(new), set(new) & set(old)) == (10, set())
    assert not verified(logged_in(), old[0])
    unthrottle()
    assert verified(logged_in(), new[0])


def test_another_persons_code_opens_nothing(ada: Any) -> None:
    grace = person("grace")
    has_app(ada)
    key = has_app(grace)
    codes = RecoveryCodes.renew(grace)
    assert not verified(logged_in(), code(key))
    assert not verified(logged_in(), codes[0])


def test_moved_key_does_not_open(ada: Any) -> None:
    """Who can write to the database cannot give somebody else's app to an account."""
    grace = person("grace")
    has_app(ada)
    key = has_app(grace)
    Authenticator.objects.filter(user=ada).update(sealed=Authenticator.of(grace).sealed)
    assert not verified(logged_in(), code(key))


def test_database_holds_no_factor(ada: Any) -> None:
    key, codes = enrolled(logged_in())
    with connection.cursor() as cursor:
        found = ""
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            found += repr(cursor.fetchall())
    plain = [form for one in codes for form in (one, one.replace("-", ""))]
    assert [text for text in (key, key.lower(), *plain) if text in found] == []
    assert "admin.second_factor_added" in found


def test_keys_move_with_the_ring(ada: Any, settings: Any) -> None:
    """A key of the ring that seals somebody's app is in use, and rotation frees it."""
    key = has_app(ada)
    settings.CREDENTIAL_KEYS = f"{new_key('k2')},{settings.CREDENTIAL_KEYS}"
    with pytest.raises(CommandError, match="k1 still seals 1 secrets"):
        call_command("credentials_rotate", "--retire", "k1")
    call_command("credentials_rotate")
    call_command("credentials_verify")
    settings.CREDENTIAL_KEYS = settings.CREDENTIAL_KEYS.partition(",")[0]
    assert verified(logged_in(), code(key))


def test_factor_is_required_where_set(ada: Any, settings: Any) -> None:
    settings.ADMIN_REQUIRE_OTP = True
    client = logged_in()
    for url in (HOME, "/admin/", "/admin/credentials/org/add/", VERIFY):
        where = client.get(url, follow=True).redirect_chain[-1][0]
        assert where.partition("?")[0] == ENROL
    assert client.post("/admin/auth/user/add/").headers["Location"] == ENROL
    key, codes = enrolled(client)
    assert (len(codes), client.get(HOME).status_code) == (10, 200)
    assert verified(logged_in(), code(key, ahead=1))


@pytest.mark.parametrize(("required", "told"), [(True, []), (False, ["proxy.W020"])])
def test_production_is_told_of_lone_passwords(settings: Any, required: bool, told: list) -> None:
    settings.ADMIN_REQUIRE_OTP = required
    found = run_checks(include_deployment_checks=True)
    assert [message.id for message in found if message.id == "proxy.W020"] == told


def test_factor_is_optional_elsewhere(ada: Any) -> None:
    client = logged_in()
    assert client.get(HOME).status_code == 200
    assert b"Set up an authenticator app" in client.get(OVERVIEW).content


def test_set_up_needs_a_right_code(ada: Any) -> None:
    client = logged_in()
    key = shown_key(client)
    page = client.post(ENROL, {"code": "000000"})
    assert key in page.content.decode().replace(" ", "")
    assert (Authenticator.of(ada), RecoveryCodes.left(ada)) == (None, 0)
    unthrottle()
    assert RECOVERY.findall(client.post(ENROL, {"code": code(key)}).content.decode())


def test_abandoned_key_is_not_offered_again(ada: Any) -> None:
    client = logged_in()
    keys = [shown_key(client) for _ in range(3)]
    assert len(set(keys)) == 3
    client.post(ENROL, {"code": code(keys[0])})
    assert Authenticator.of(ada) is None


def test_second_app_needs_the_first_removed(ada: Any) -> None:
    client = logged_in()
    enrolled(client)
    before = Authenticator.of(ada).sealed
    assert client.get(ENROL).headers["Location"] == OVERVIEW
    assert client.post(ENROL, {"code": "000000"}).headers["Location"] == OVERVIEW
    assert Authenticator.of(ada).sealed == before
    assert client.get(REMOVE).status_code == 405
    client.post(REMOVE)
    assert (Authenticator.of(ada), RecoveryCodes.left(ada)) == (None, 0)
    assert [name for name, *_ in events("admin.second_factor_removed")] == [
        "admin.second_factor_removed"
    ]


def test_session_ends_with_its_factor(ada: Any) -> None:
    """A browser that was let in by an app that is gone has one factor only."""
    client = logged_in()
    enrolled(client)
    call_command("remove_second_factor", "ada")
    has_app(ada)
    assert client.get(HOME).headers["Location"].startswith(VERIFY)


def test_session_changes_name_with_the_code(ada: Any) -> None:
    key = has_app(ada)
    client = logged_in()
    before = client.cookies["sessionid"].value
    assert verified(client, code(key))
    assert client.cookies["sessionid"].value != before


def test_command_rescues_who_lost_all(ada: Any, capsys: pytest.CaptureFixture[str]) -> None:
    has_app(ada)
    call_command("remove_second_factor", "ada")
    assert "Removed" in capsys.readouterr().out
    assert logged_in().get(HOME).status_code == 200
    for name in ("ada", "nobody"):
        with pytest.raises(CommandError):
            call_command("remove_second_factor", name)


def test_superuser_resets_another(ada: Any) -> None:
    grace = person("grace")
    has_app(grace)
    form = {"action": "remove_second_factor", "_selected_action": [grace.pk]}
    logged_in().post("/admin/auth/user/", form)
    assert Authenticator.of(grace) is None
    assert AuditEvent.objects.first().event == "admin.second_factor_removed"
    assert AuditEvent.objects.first().actor == "ada"


def test_sealed_service_keeps_no_factor(ada: Any, settings: Any) -> None:
    settings.CREDENTIAL_KEYS, settings.ADMIN_REQUIRE_OTP = "", True
    page = logged_in().get(HOME, follow=True)
    assert "CREDENTIAL_KEYS is not set" in page.content.decode()
    assert Authenticator.objects.count() == 0


def test_strangers_see_no_page(ada: Any) -> None:
    plain = get_user_model().objects.create_user("user", password=PASSWORD)
    outsider = browser()
    outsider.force_login(plain)
    for client in (browser(), outsider):
        for url in (VERIFY, ENROL, SUDO, OVERVIEW):
            assert client.get(url).headers["Location"].startswith(LOGIN)
    assert log_in(browser(), "user").status_code == 200


@pytest.mark.parametrize(
    ("behind", "proxies", "told"),
    [(True, 0, ["proxy.W021"]), (True, 1, []), (False, 0, [])],
)
def test_production_is_told_of_shared_addresses(
    settings: Any, behind: bool, proxies: int, told: list
) -> None:
    settings.TRUST_PROXY_HEADERS, settings.TRUSTED_PROXIES = behind, proxies
    found = run_checks(include_deployment_checks=True)
    assert [message.id for message in found if message.id == "proxy.W021"] == told
