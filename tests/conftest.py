"""Fixtures: a vendor on a real socket, an account, and callers of the service."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import redis
import requests
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser

from credentials import guards
from credentials.directory import directory
from jobs import owners
from services import observing
from services.cache.reads import reads
from services.circuit import circuits
from services.rates import limiter
from services.refusals import refusals
from services.usage import calls
from tests.browser import chromium
from tests.demo import Demo
from tests.factories import Account, make_account
from tests.live import free_port, running
from tests.upstream import Upstream

collect_ignore = ["third_party"]  # other people's, and run by test_third_party.py
BASE_URLS = (
    "HEYGEN_BASE_URL",
    "HEYGEN_UPLOAD_BASE_URL",
    "ELEVENLABS_BASE_URL",
    "LIVEAVATAR_BASE_URL",
)


def pytest_configure() -> None:
    """Static files are found when they are asked for: each test client would list them all."""
    settings.WHITENOISE_AUTOREFRESH = True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones last: what is wrong shows in the first minutes."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is not None)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tests empty their tables; those of the audit record's guards put these back."""
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        guards.remove(None, editor)


@pytest.fixture(autouse=True)
def _fresh_directory() -> Iterator[None]:
    """Every look-up asks the revision, so that a test's changes are seen at once."""
    before = directory.max_age
    directory.max_age = 0
    directory.forget()
    yield
    directory.max_age = before
    directory.forget()


@pytest.fixture(autouse=True)
def _fresh_limits() -> Iterator[None]:
    """No test counts against another's limits, or lives with another's faults."""
    limiter.forget()
    circuits.forget()
    _forget_what_redis_knows()
    yield
    limiter.forget()
    circuits.forget()


def _forget_what_redis_knows() -> None:
    """Counts that another test's memory shared are, to this one's, those of another machine."""
    if url := os.environ.get("REDIS_URL"):
        with redis.Redis.from_url(url) as server:
            if names := list(server.scan_iter("{ai-proxy-rates}:*", count=1000)):
                server.delete(*names)


@pytest.fixture(autouse=True)
def _fresh_notes() -> Iterator[None]:
    """What one test left to be written down is not another's; no thread writes it here."""
    yield
    calls.forget()
    refusals.forget()


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """No test is answered from what another one kept."""
    reads.store.clear()
    observing.memory.clear()
    yield
    reads.store.clear()
    observing.memory.clear()


@pytest.fixture(autouse=True)
def _fresh_owners() -> Iterator[None]:
    """No test knows whose things were another's."""
    yield
    owners.memory.clear()


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
    """The stand-in for the vendors, in a process of its own; `control` turns its knobs."""

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
    """A freshly reset sandbox behind every service."""
    _sandbox.reset()
    settings.HEYGEN_BASE_URL = settings.HEYGEN_UPLOAD_BASE_URL = _sandbox.url
    settings.ELEVENLABS_BASE_URL = f"{_sandbox.url}/elevenlabs"
    settings.LIVEAVATAR_BASE_URL = f"{_sandbox.url}/liveavatar"
    return _sandbox


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What `make run` says of itself while it runs in a newcomer's copy."""
    with Demo(tmp_path_factory.mktemp("demo") / "clone").run() as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started
