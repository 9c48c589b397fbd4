"""A real browser on a newcomer's service: Debian's Chromium, and what it complains about."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urldefrag, urljoin

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = shutil.which("chromium")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
in_browser = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Watched:
    """A page that remembers what the browser complained about."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base
        self.complaints: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self._note(f"{error}"))
        page.on("requestfailed", lambda request: self._failed(request))

    def _said(self, message: Any) -> None:
        if message.type == "error":
            self._note(message.text)

    def _failed(self, request: Any) -> None:
        # Who leaves a page, or a player that has enough, aborts what is still on its way.
        if request.failure != "net::ERR_ABORTED":
            self._note(f"failed: {request.url}: {request.failure}")

    def _note(self, text: str) -> None:
        self.complaints.append(f"{self.page.url}: {text}")

    def links(self) -> set[str]:
        """Where the page leads to under /admin/, one way of sorting and filtering apart."""
        hrefs = self.page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
        whole = {urldefrag(urljoin(self.page.url, href))[0] for href in hrefs}
        wanted = (url for url in whole if url.startswith(f"{self.base}/admin/"))
        return {url for url in wanted if not re.search(r"/logout/|jsi18n|\?.*(=-|\.)", url)}

    def open(self, path: str) -> Page:
        self.page.goto(urljoin(self.base, path), wait_until="networkidle")
        return self.page

    def log_in(self, demo: dict[str, str]) -> Page:
        self.page.goto(demo["admin_url"])
        self.page.fill("input[name=username]", demo["admin_username"])
        self.page.fill("input[name=password]", demo["admin_password"])
        self.page.click("button[type=submit]")
        self.page.wait_for_url("**/admin/")
        return self.page


@contextmanager
def watching(browser: Browser, demo: dict[str, str], **options: Any) -> Iterator[Watched]:
    """A page of its own, with no cookies; `options` are those of a browser context."""
    context: BrowserContext = browser.new_context(**options)
    try:
        yield Watched(context.new_page(), demo["base_url"])
    finally:
        context.close()
