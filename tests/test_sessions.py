"""How long a console session lasts, and what ends it before its time."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.checks import run_checks
from django.test import Client

from tests.signin import LOGIN, PASSWORD, browser, events, log_in, logged_in, person
from tests.test_checks import values

HOME, LOGOUT = "/admin/auth/user/", "/admin/logout/"
HOUR = 3600


@pytest.fixture(autouse=True)
def ada(db: None, settings: Any) -> Any:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return person()


class Clock:
    """The time that the console reads, moved by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = time.time()
        monkeypatch.setattr("time.time", lambda: self.now)

    def passes(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def inside(client: Client) -> bool:
    return client.get(HOME).status_code == 200


def test_unused_session_ends(clock: Clock) -> None:
    client = logged_in()
    clock.passes(29 * 60)
    assert inside(client)
    clock.passes(30 * 60 + 1)
    page = client.get("/admin/auth/user/?q=x", follow=True)
    assert page.redirect_chain == [(f"{LOGIN}?next=%2Fadmin%2Fauth%2Fuser%2F%3Fq%3Dx", 302)]
    assert b"not used for a while. Please log in again." in page.content
    assert events("admin.logout")[0][3] == {"why": "The session was not used for a while."}
    assert Session.objects.count() <= 1, "of the login page's message at most"


def test_used_session_ends_after_eight_hours(clock: Clock) -> None:
    client = logged_in()
    for _ in range(19):
        clock.passes(25 * 60)
        assert inside(client)
    clock.passes(6 * 60)
    assert not inside(client)


def test_idle_time_is_a_setting(clock: Clock, settings: Any) -> None:
    settings.ADMIN_IDLE_SECONDS = 60
    client = logged_in()
    for _ in range(5):
        clock.passes(50)
        assert inside(client)
    clock.passes(61)
    assert not inside(client)


@pytest.mark.parametrize(("seconds", "told"), [(60, []), (59, ["proxy.E020"]), (0, ["proxy.E020"])])
def test_too_short_idle_time_stops_start(settings: Any, seconds: int, told: list[str]) -> None:
    settings.ADMIN_IDLE_SECONDS = seconds
    assert [message.id for message in run_checks() if message.id == "proxy.E020"] == told


def test_late_post_does_nothing(clock: Clock) -> None:
    client = logged_in()
    clock.passes(31 * 60)
    form = {"username": "mallory", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post("/admin/auth/user/add/", form).headers["Location"] == LOGIN
    assert log_in(browser(), "mallory").status_code == 200


def test_session_that_never_began_is_none(ada: Any) -> None:
    """One from before these limits has no clock, so it has ended."""
    client = logged_in()
    session = client.session
    for name in ("begun_at", "used_at"):
        del session[f"security.{name}"]
    session.save()
    assert not inside(client)


def test_login_changes_the_sessions_name() -> None:
    """A name that somebody planted before the login is worth nothing after it."""
    client = browser()
    client.get(LOGIN)
    session = client.session
    session["planted"] = "yes"
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    log_in(client)
    assert client.cookies["sessionid"].value != planted
    thief = browser()
    thief.cookies["sessionid"] = planted
    assert not inside(thief)


def test_cookies_are_kept_from_scripts_and_sites() -> None:
    cookie = logged_in().cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert not cookie["domain"]


def test_production_cookies_need_https() -> None:
    """A browser sends them to this host only, and takes them from nobody else."""
    told = values({})
    assert told["SESSION_COOKIE_NAME"] == "'__Host-sessionid'"
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT")
    assert {told[name] for name in (*names, "ADMIN_REQUIRE_OTP")} == {"True"}
    assert values({"HTTPS_ONLY": "false"})["ADMIN_REQUIRE_OTP"] == "False"


def test_new_password_ends_other_sessions(ada: Any) -> None:
    here, there = logged_in(), logged_in(address="198.51.100.9")
    new = "another-horse-battery-9"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert here.post("/admin/password_change/", form).status_code == 302
    assert (inside(here), inside(there)) == (True, False)
    assert events("user.password_changed") == [
        ("user.password_changed", "ada", "192.0.2.7", {}),
    ]


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_lost_rank_ends_sessions(ada: Any, change: dict[str, bool]) -> None:
    client = logged_in()
    type(ada).objects.filter(pk=ada.pk).update(**change)
    assert not inside(client)


def test_logout_is_a_post() -> None:
    client = logged_in()
    name = client.cookies["sessionid"].value
    assert client.get(LOGOUT).status_code == 405
    assert inside(client)
    client.post(LOGOUT)
    thief = browser()
    thief.cookies["sessionid"] = name
    assert (inside(client), inside(thief)) == (False, False)


def test_forms_need_a_csrf_token() -> None:
    client = Client(enforce_csrf_checks=True)
    person("grace")
    client.force_login(person("edsger"))
    urls = (
        *("", "password_change/", "logout/", "login/", "auth/user/add/", "auth/user/1/delete/"),
        *("security/password/", "security/set-up/", "security/remove/"),
        *("security/recovery-codes/", "security/code/"),
    )
    answers = {
        url: client.post(f"/admin/{url}", {"password": PASSWORD}).status_code for url in urls
    }
    assert set(answers.values()) == {403}, answers


def test_session_is_no_key(account: Any) -> None:
    """A browser that is logged in cannot be made to call the API for somebody else."""
    client = logged_in()
    for path in ("services/heygen/list-avatars/", "services/", "audit/", "api-keys/"):
        url = f"/api/ai-proxy/orgs/{account.org.slug}/{path}"
        answers = {client.get(url).status_code, client.post(url).status_code}
        assert answers <= {401, 404, 405}
        assert 401 in answers or 404 in answers


def test_pages_are_not_stored() -> None:
    client = logged_in()
    for url in (HOME, "/admin/security/", "/admin/nothing/"):
        assert "no-store" in client.get(url).headers["Cache-Control"]
