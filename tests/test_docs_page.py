"""The page of documents: nothing without a key, all that a key may call with one."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, expect

from tests.browser import Watched, in_browser

DOCS = "/api/ai-proxy/docs/"


def test_page_has_a_strict_policy() -> None:
    for name, kind in (("", "text/html"), ("docs.js", "text/javascript"), ("docs.css", "text/css")):
        answer = Client().get(DOCS + name)
        assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (200, kind)
        assert answer["X-Content-Type-Options"] == "nosniff"
        policy = answer["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "unsafe" not in policy
    assert Client().get(f"{DOCS}schema.py").status_code == 404
    refused = Client().post(DOCS)
    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD")


@pytest.mark.slow
@in_browser
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_page_shows_and_tries_actions(
    browser: Browser, demo: dict[str, str], scheme: str, width: int
) -> None:
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 800},
    )
    page = context.new_page()
    watched = Watched(page, demo["base_url"])
    page.goto(demo["base_url"] + DOCS)
    expect(page.locator("main")).to_be_hidden()
    page.fill("[name=org]", demo["org"])
    page.fill("[name=key]", "aips_" + "x" * 46)
    page.click("text=Open")
    expect(page.locator("#said")).to_have_text("Invalid API key.")
    page.fill("[name=key]", demo["api_key"])
    page.click("text=Open")
    expect(page.locator("main")).to_be_visible()
    page.fill("#find", "v3-create-video/")
    page.locator("#list a", has_text="Render a video").first.click()
    expect(page.locator("article h2")).to_have_text("Render a video")
    page.click("text=Dry run")
    expect(page.locator("article pre")).to_contain_text('"would_be"')
    faults = Axe().run(page).response["violations"]
    told = [(each["id"], each["nodes"][0]["html"][:150]) for each in faults]
    assert told == []
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0
    complaints = [each for each in watched.complaints if "401" not in each]
    assert complaints == []
    context.close()
