"""The one error shape, as the tests expect it."""

from __future__ import annotations

from typing import Any

from tests.upstream import Upstream

REQUEST_ID = "request-0001"


def problem(
    detail: str, code: str, *, origin: str = "proxy", retryable: bool = False, **more: Any
) -> dict[str, Any]:
    """The whole body of an error that answers REQUEST_ID."""
    return {
        "detail": detail, "error": detail, "code": code, "origin": origin,
        "retryable": retryable, "request_id": REQUEST_ID, **more,
    }  # fmt: skip


def assert_refused(response: Any, vendor: Upstream, status: int, detail: str, code: str) -> None:
    """Refused with exactly this error, and nothing was sent."""
    assert (response.status_code, vendor.requests) == (status, [])
    assert response.json() == problem(detail, code)
