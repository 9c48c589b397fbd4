"""The console as people use it: a mouse, a keyboard, a phone, light and dark."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser import Watched, in_browser, watching

pytestmark = [pytest.mark.slow, in_browser]
PHONE = {"viewport": {"width": 375, "height": 720}, "is_mobile": True, "has_touch": True}
KEY = re.compile(r"aip[bs]_[0-9A-Za-z]{46}")
RENDERING = 30_000  # milliseconds


@pytest.fixture
def watched(browser: Browser, demo: dict[str, str]) -> Iterator[Watched]:
    with watching(browser, demo, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.log_in(demo)
        yield page


def new_org(page: Page, slug: str) -> None:
    """An org from nothing, by what the pages say."""
    page.get_by_role("link", name="Home").click()
    page.get_by_role("link", name="New org").click()
    page.get_by_label("Slug").fill(slug)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name=slug).first).to_be_visible()


def new_key(page: Page, name: str) -> str:
    """A key's text, from the only page that ever shows it."""
    opened = page.locator("details", has_text="New key").first
    if opened.get_attribute("open") is None:
        opened.locator("summary").first.click()
    page.get_by_label("Backend: a service of yours").check()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Issue the key").click()
    page.get_by_role("heading", name="Copy the key now").wait_for()
    text = page.locator("#key").input_value()
    assert KEY.fullmatch(text)
    return text


def plays(page: Page) -> float:
    """The width of the video in the page, once it has been played for a moment."""
    video = page.locator("video").first
    video.wait_for(timeout=RENDERING)
    page.wait_for_function("document.querySelector('video').readyState >= 2")
    video.evaluate("async (video) => { video.muted = true; await video.play(); }")
    page.wait_for_function("document.querySelector('video').currentTime > 0.2")
    return float(video.evaluate("(video) => video.videoWidth"))


def called(demo: dict[str, str], org: str, key: str) -> int:
    url = f"{demo['base_url']}/api/ai-proxy/orgs/{org}/services/heygen/list-voices/"
    return requests.post(url, headers={"Authorization": f"Api-Key {key}"}, timeout=10).status_code


def test_org_from_nothing_to_video(watched: Watched, demo: dict[str, str]) -> None:
    page = watched.page
    new_org(page, "film-club")
    card = page.locator("#heygen")
    card.get_by_label("HeyGen key").fill("sandbox-heygen-key")
    card.get_by_role("button", name="Save and verify").click()
    expect(page.locator("#heygen")).to_contain_text("verified")
    key = new_key(page, "backend")
    page.get_by_role("button", name="Copy").first.click()
    assert page.evaluate("navigator.clipboard.readText()") == key
    assert called(demo, "film-club", key) == 200
    page.get_by_role("link", name="Open the playground").click()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#answer")).to_contain_text("rehearsal: nothing charged")
    assert plays(page) > 0
    assert watched.complaints == []


def test_speech_is_heard_in_the_playground(watched: Watched) -> None:
    page = watched.open("/admin/playground/?org=my-org&service=elevenlabs&action=tts")
    page.locator("#params [data-name=voice_id]").fill("21m00Tcm4TlvDq8ikWAM")
    page.get_by_role("tab", name="JSON").click()
    page.locator("#json").fill(json.dumps({"text": "Hello from the playground."}))
    page.get_by_role("button", name="Send").click()
    audio = page.locator("#answer audio")
    audio.wait_for()
    audio.evaluate("(audio) => audio.play()")
    page.wait_for_function("document.querySelector('audio').currentTime > 0.2")
    assert audio.evaluate("(audio) => audio.duration") == pytest.approx(26 * 0.06, abs=0.1)
    assert watched.complaints == []


def test_paid_video_is_rendered_and_played(watched: Watched) -> None:
    page = watched.open("/admin/playground/?org=my-org&service=heygen&action=generate-video")
    page.get_by_role("tab", name="JSON").click()
    body = json.loads(page.locator("#json").input_value())
    page.locator("#json").fill(json.dumps(body | {"test": False}))
    page.get_by_role("button", name="Send").click()
    assert plays(page) > 0
    assert "rehearsal" not in page.locator("#answer").inner_text()
    request = page.locator("#request").inner_text()
    assert "***" in request
    assert "sandbox-heygen-key" not in page.content()
    assert watched.complaints == []


def test_revoked_key_stops_calls(watched: Watched, demo: dict[str, str]) -> None:
    page = watched.page
    new_org(page, "short-lived")
    page.locator("#heygen").get_by_label("HeyGen key").fill("sandbox-heygen-key")
    page.locator("#heygen").get_by_role("button", name="Save and verify").click()
    key = new_key(page, "soon gone")
    assert called(demo, "short-lived", key) == 200
    page.reload()
    assert key not in page.content()
    page = watched.open("/admin/")
    page.get_by_role("link", name="short-lived").first.click()
    page.get_by_role("link", name="Revoke").click()
    page.get_by_role("button", name="Revoke").click()
    expect(page.locator("#keys")).to_contain_text("revoked")
    revoked = time.monotonic()
    while called(demo, "short-lived", key) != 401:
        assert time.monotonic() - revoked < 1.5  # the promised second, and a look
    assert ["409 (Conflict)" in said for said in watched.complaints] == [True]  # the reload


def test_wrong_secret_is_kept_and_marked(watched: Watched) -> None:
    page = watched.page
    new_org(page, "typo")
    page.locator("#heygen").get_by_label("HeyGen key").fill("not-the-sandboxes-key-1234")
    page.locator("#heygen").get_by_role("button", name="Save and verify").click()
    expect(page.locator("#heygen")).to_contain_text("…1234")
    expect(page.locator("#heygen")).to_contain_text("refused")
    assert watched.complaints == []


def focused(page: Page) -> str:
    """What the keyboard is on, in words; fails when nothing shows that it is."""
    return str(
        page.evaluate(
            """() => {
                const one = document.activeElement, style = getComputedStyle(one);
                const ring = style.outlineStyle !== 'none' && style.outlineWidth !== '0px';
                const told = one.getAttribute('aria-label') || one.labels?.[0]?.innerText
                    || one.innerText || one.id || one.tagName;
                if (one === document.body) return 'the page';  // between its end and its start
                const inside = one.matches('input, select, textarea') || style.boxShadow !== 'none';
                return (ring || inside ? '' : 'UNSEEN ') + told.trim();
            }"""
        )
    )


def tab_to(page: Page, name: str, presses: int = 80) -> list[str]:
    """Press Tab until the control of that name has the focus; everything passed on the way."""
    passed: list[str] = []
    for _ in range(presses):
        page.keyboard.press("Tab")
        passed.append(focused(page))
        if name in passed[-1].removeprefix("UNSEEN ").split("\n"):
            return passed
    raise AssertionError(f"{name} was not reached: {passed}")


def test_keyboard_alone_sends_a_call(browser: Browser, demo: dict[str, str]) -> None:
    with watching(browser, demo) as watched:
        page = watched.open("/admin/login/")
        if not page.evaluate("document.activeElement.matches('[name=username]')"):
            page.keyboard.press("Tab")
        page.keyboard.type(demo["admin_username"])
        page.keyboard.press("Tab")
        page.keyboard.type(demo["admin_password"])
        page.keyboard.press("Enter")
        page.wait_for_url("**/admin/")
        passed = tab_to(page, "Playground")
        page.keyboard.press("Enter")
        page.wait_for_url("**/playground/**")
        page.wait_for_function("document.getElementById('about').innerText.length > 0")
        passed += tab_to(page, "Action")
        page.keyboard.press("Control+A")
        page.keyboard.type("list-voices")
        page.keyboard.press("Enter")
        expect(page.locator("#about")).to_contain_text("/v2/voices")
        passed += tab_to(page, "Send")
        page.keyboard.press("Enter")
        expect(page.locator("#answer")).to_contain_text("200")
        assert [name for name in passed if name.startswith("UNSEEN")] == []
        assert watched.complaints == []


def pages(watched: Watched) -> list[str]:
    """The main pages, an org's among them."""
    org = next(url for url in watched.open("/admin/").locator("a").all() if _is_org(url))
    path = str(org.get_attribute("href"))
    return [
        "/admin/", path, f"{path}?settings", "/admin/playground/", "/admin/audit/",
        "/admin/credentials/apikey/", "/admin/credentials/apikey/add/",
        "/admin/credentials/credential/", "/admin/credentials/servicepolicy/add/",
        "/admin/credentials/org/add/", "/admin/auth/user/", "/admin/security/",
    ]  # fmt: skip


def _is_org(link: Any) -> bool:
    return bool(re.search(r"/org/[0-9a-f-]{36}/change/", link.get_attribute("href") or ""))


def test_nothing_overflows_a_phone(browser: Browser, demo: dict[str, str]) -> None:
    with watching(browser, demo, **PHONE) as watched:
        watched.log_in(demo)
        wide = []
        for path in pages(watched):
            page = watched.open(path)
            if (width := page.evaluate("document.documentElement.scrollWidth")) > 375:
                wide.append((path, width))
        assert wide == []
        assert watched.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_hinder_nobody(browser: Browser, demo: dict[str, str], scheme: Any) -> None:
    """Labels, names, contrast: what axe-core finds to be serious, on every main page."""
    with watching(browser, demo, color_scheme=scheme) as watched:
        watched.log_in(demo)
        grounds, found = set(), []
        for path in pages(watched):
            page = watched.open(path)
            grounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
            for fault in Axe().run(page).response["violations"]:
                if fault["impact"] in ("serious", "critical"):
                    where = [node["html"][:150] for node in fault["nodes"][:3]]
                    found.append((path, fault["id"], len(fault["nodes"]), where))
        assert found == []
        assert len(grounds) == 1
        assert watched.complaints == []
