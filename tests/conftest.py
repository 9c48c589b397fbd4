"""Fixtures: a vendor on a real socket, an account, and callers of the service."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from django.test import Client

from credentials.directory import directory
from tests.factories import Account, make_account
from tests.live import free_port, running
from tests.upstream import Upstream

BASE_URLS = (
    "HEYGEN_BASE_URL",
    "HEYGEN_UPLOAD_BASE_URL",
    "ELEVENLABS_BASE_URL",
    "LIVEAVATAR_BASE_URL",
)


@pytest.fixture(autouse=True)
def _fresh_directory() -> Iterator[None]:
    """Every look-up asks the revision, so that a test's changes are seen at once."""
    before = directory.max_age
    directory.max_age = 0
    directory.forget()
    yield
    directory.max_age = before
    directory.forget()


@pytest.fixture(scope="session")
def _vendor() -> Iterator[Upstream]:
    upstream = Upstream()
    yield upstream
    upstream.close()


@pytest.fixture
def vendor(_vendor: Upstream, settings: Any) -> Upstream:
    """The vendor behind every service; answers `{}` until it is told otherwise."""
    _vendor.reset()
    for name in BASE_URLS:
        setattr(settings, name, _vendor.url)
    return _vendor


@pytest.fixture
def account(db: None) -> Account:
    return make_account()


class Caller:
    """Calls the service through Django's test client."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.client = Client(raise_request_exception=False)

    def url(self, action: str, service: str = "heygen", org: str = "") -> str:
        return f"/api/ai-proxy/orgs/{org or self.account.org.slug}/services/{service}/{action}/"

    def __call__(
        self, action: str, envelope: Any = None, *, service: str = "heygen", **headers: str
    ) -> Any:
        """Invoke with a JSON envelope; bytes go as they are."""
        body = envelope if isinstance(envelope, bytes) else json.dumps(envelope or {}).encode()
        return self.send(self.url(action, service), body, **headers)

    def send(
        self, url: str, body: bytes = b"", kind: str = "application/json", **headers: str
    ) -> Any:
        given = {"Authorization": self.account.authorization} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return self.client.generic("POST", url, body, content_type=kind, headers=given)

    def get(self, path: str, **headers: str) -> Any:
        given = {"Authorization": self.account.authorization} | headers
        return self.client.get(f"/api/ai-proxy/orgs/{path}", headers=given)


@pytest.fixture
def call(account: Account, vendor: Upstream) -> Caller:
    return Caller(account)


class Sandbox:
    """The stand-in for HeyGen, in a process of its own; `control` turns its knobs."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def control(self, path: str, body: Any = None) -> Any:
        method = requests.get if body is None else requests.post
        options = {} if body is None else {"json": body}
        return method(f"{self.url}/_sandbox/{path}", timeout=10, **options).json()

    def reset(self) -> None:
        self.control("reset", {})
        self.control("config", {"render_seconds": 0.3})

    @property
    def targets(self) -> list[str]:
        """The paths that were called, without their queries."""
        return [
            f"{seen['method']} {seen['target'].partition('?')[0]}"
            for seen in self.control("requests")
        ]

    @property
    def charges(self) -> list[Any]:
        ledger: list[Any] = self.control("state")["ledger"]
        return ledger


@pytest.fixture(scope="session")
def _sandbox() -> Iterator[Sandbox]:
    port = free_port()
    with running([sys.executable, "-m", "sandbox", "--port", str(port)], port):
        yield Sandbox(port)


@pytest.fixture
def sandbox(_sandbox: Sandbox, settings: Any) -> Sandbox:
    """A freshly reset sandbox behind the heygen service."""
    _sandbox.reset()
    settings.HEYGEN_BASE_URL = settings.HEYGEN_UPLOAD_BASE_URL = _sandbox.url
    return _sandbox
