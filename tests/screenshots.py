"""`make screenshots`: the console's main pages as `docs/images` shows them."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests
from playwright.sync_api import Page

from tests.browser import Watched, chromium, watching
from tests.demo import Demo
from tests.live import ROOT

IMAGES = ROOT / "docs" / "images"
DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 375, "height": 720}, "is_mobile": True, "device_scale_factor": 2}
CALLS = ("list-voices", "list-avatars", "list-templates", "list-voices", "no-such-action")


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        Demo(Path(folder) / "clone").run() as demo,
        chromium() as browser,
    ):
        with watching(browser, demo, **DESK) as watched:
            watched.log_in(demo)
            _used(demo)
            org = _org(watched)
            _shoot(watched.open("/admin/"), "home")
            _shoot(watched.open(org), "org", full_page=True)
            _key(watched.open(org))
            _played(watched)
            _shoot(watched.open("/admin/audit/"), "audit")
            link = _waiting(watched, demo)
            _documents(watched.open("/api/ai-proxy/docs/"), demo)
        with watching(browser, demo, **DESK) as watched:
            _shoot(watched.open(link), "approve")
        with watching(browser, demo, color_scheme="dark", **DESK) as watched:
            watched.log_in(demo)
            _shoot(watched.open(org), "org-dark")
        with watching(browser, demo, **PHONE) as watched:
            watched.log_in(demo)
            _shoot(watched.open(org), "org-phone")


def _shoot(page: Page, name: str, **options: Any) -> None:
    page.screenshot(path=IMAGES / f"{name}.png", animations="disabled", **options)


def _used(demo: dict[str, str]) -> None:
    """Some calls, for the pages to tell of; they show a few seconds later."""
    for action in CALLS:
        requests.post(
            f"{demo['base_url']}/api/ai-proxy/orgs/{demo['org']}/services/heygen/{action}/",
            headers={"Authorization": f"Api-Key {demo['api_key']}"},
            timeout=10,
        )
    time.sleep(4)


def _org(watched: Watched) -> str:
    link = watched.open("/admin/").get_by_role("link", name="My org").first
    path = str(link.get_attribute("href"))
    watched.open(path).locator("#heygen").get_by_role("button", name="Verify").click()
    return path


def _key(page: Page) -> None:
    page.locator("summary", has_text="New key").click()
    page.get_by_label("Name").fill("website")
    page.get_by_label("Frontend: a page in a browser").check()
    page.locator("#keys [name=origins]").fill("https://app.example.com")
    page.get_by_role("button", name="Issue the key").click()
    page.get_by_role("heading", name="Copy the key now").wait_for()
    page.locator("#key").evaluate("input => { input.value = input.value.slice(0, 14) + '…'; }")
    page.evaluate(
        """document.querySelectorAll('pre').forEach((pre) => {
            pre.textContent = pre.textContent.replace(/(aip[bs]_.{9})[0-9A-Za-z]{37}/g, '$1…');
        })"""
    )
    _shoot(page, "key")


def _played(watched: Watched) -> None:
    page = watched.open("/admin/playground/")
    page.get_by_role("button", name="Send").click()
    video = page.locator("video").first
    video.wait_for(timeout=30_000)
    video.evaluate("async (video) => { video.muted = true; await video.play(); }")
    page.wait_for_function("document.querySelector('video').currentTime > 0.5")
    page.evaluate("window.scrollTo(0, 0)")
    _shoot(page, "playground")


def _waiting(watched: Watched, demo: dict[str, str]) -> str:
    """Calls of an agent that wait for a person, and a link that decides about the last."""
    page = watched.open("/admin/credentials/servicepolicy/add/")
    page.select_option("[name=service]", "heygen")
    page.fill("[name=approve_above]", "0")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/servicepolicy/")
    time.sleep(2)  # until the workers know
    for text in ("A tour of the new office", "What changed in May", "Welcome, Dana"):
        requests.post(
            f"{demo['base_url']}/api/ai-proxy/orgs/{demo['org']}/services/heygen/v3-create-video-agent/",
            headers={"Authorization": f"Api-Key {demo['api_key']}"},
            json={"body": {"prompt": text}},
            timeout=10,
        )
    page = watched.open("/admin/approvals/")
    row = page.locator("table a").first
    page.goto(urljoin(demo["base_url"], str(row.get_attribute("href"))))
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_text("/approve/").inner_text()
    _shoot(watched.open("/admin/approvals/"), "approvals")
    return link


def _documents(page: Page, demo: dict[str, str]) -> None:
    page.fill("[name=org]", demo["org"])
    page.fill("[name=key]", demo["api_key"])
    page.click("text=Open")
    page.fill("#find", "v3-create-video/")
    page.locator("#list a").first.click()
    _shoot(page, "documents")


if __name__ == "__main__":
    main()
