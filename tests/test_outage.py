"""The console and the management API while the database is away: 503, and when to come back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import DataError, InterfaceError, InternalError, OperationalError, connection
from django.test import Client

from credentials.models import AuditEvent
from services import paging
from tests.managing import make_manager
from tests.people import superuser
from tests.signin import PASSWORD, browser, log_in, person

FAULTS = [
    OperationalError("host db.internal refused"),
    InterfaceError("connection closed"),
    InternalError("cannot execute in a read-only transaction"),
]
AWAY = {
    "detail": "The service is temporarily unavailable.",
    "error": "The service is temporarily unavailable.",
    "code": "directory_unavailable",
    "origin": "proxy",
    "retryable": True,
}


@pytest.fixture
def admin(db: None) -> Client:
    return superuser(raise_request_exception=False)


@contextmanager
def database_away(fault: Exception) -> Iterator[None]:
    def refuse(*given: Any) -> None:
        raise fault

    with connection.execute_wrapper(refuse):
        yield


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("path", ["/admin/", "/admin/credentials/org/", "/admin/playground/"])
def test_pages_say_when_to_come_back(admin: Client, path: str, fault: Exception) -> None:
    with database_away(fault):
        page = admin.get(path)
    assert (page.status_code, page.headers["Retry-After"]) == (503, "1")
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "temporarily unavailable" in page.content.decode()
    assert str(fault) not in page.content.decode()
    assert admin.get(path).status_code == 200, "the session outlives it"


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    "path", ["/admin/playground/send/acme/heygen/list-avatars/", "/admin/playground/snippets/"]
)
def test_playground_is_told_in_json(admin: Client, path: str, fault: Exception) -> None:
    with database_away(fault):
        answer = admin.put(path, {}, content_type="application/json")
    told = answer.json()
    assert told.pop("request_id") == answer.headers["X-Request-Id"]
    assert (answer.status_code, answer.headers["Retry-After"], told) == (503, "1", AWAY)


def test_other_faults_stay_500(admin: Client) -> None:
    """Coming back would not help."""
    for fault in (DataError("value too long"), ValueError("broken")):
        with database_away(fault):
            page = admin.get("/admin/")
        assert (page.status_code, "Retry-After" in page.headers) == (500, False)


def test_login_without_record_is_none(
    db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a request had put into its session goes with it, as with any failure."""

    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("host db.internal refused")

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    person()
    client = browser()
    client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr(AuditEvent, "append", away)
        assert log_in(client, password=PASSWORD).status_code == 503
    assert "_auth_user_id" not in str([row.get_decoded() for row in Session.objects.all()])
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("fault", FAULTS)
def test_management_is_unavailable(
    db: None, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def away(*_: Any) -> None:
        raise fault

    api = make_manager()
    monkeypatch.setattr(paging, "page", away)
    answer = api("GET", "api-keys/")
    told = answer.json()
    assert told.pop("request_id")
    assert (answer.status_code, answer.headers["Retry-After"], told) == (503, "1", AWAY)
