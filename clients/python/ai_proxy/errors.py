"""What can go wrong: one error for every call, and one for a job that ended badly."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import Any

import requests

_GATEWAY = (429, 502, 503, 504)


class ProxyError(Exception):
    """A call that failed; the fields are those of the service's errors.

    `origin` is `proxy`, `upstream` (the vendor) or `network`: nobody told. `status` is 0 where
    there was no answer, and `code` then `unreachable` or `timeout`. `retry_after` is in seconds.
    """

    def __init__(
        self,
        detail: str,
        *,
        code: str,
        status: int = 0,
        origin: str = "network",
        retryable: bool = False,
        request_id: str | None = None,
        retry_after: float | None = None,
        upstream: dict[str, Any] | None = None,
        body: Any = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code
        self.status = status
        self.origin = origin
        self.retryable = retryable
        self.request_id = request_id
        self.retry_after = retry_after
        self.upstream = upstream
        self.body = body

    def __str__(self) -> str:
        place = f"{self.status} {self.code}" if self.status else self.code
        request = f", request {self.request_id}" if self.request_id else ""
        return f"{place} ({self.origin}{request}): {self.detail}"


class JobFailed(ProxyError):
    """A job that ended, and not well: `failed`, `expired` or `stopped`; `job` is all of it."""

    def __init__(self, job: dict[str, Any]) -> None:
        error = job.get("error") or {}
        super().__init__(
            error.get("message") or f"The job ended as {job['status']}.",
            code=str(error.get("code") or f"job_{job['status']}"),
            origin="upstream",
            request_id=job.get("request_id"),
            body=job,
        )
        self.job = job


def told(response: requests.Response) -> ProxyError:
    """The error that this response tells of."""
    try:
        body = response.json()
    except ValueError:
        body = None
    status = response.status_code
    request_id = response.headers.get("X-Request-Id")
    after = _seconds(response.headers.get("Retry-After"))
    if not isinstance(body, dict) or not {"code", "origin", "detail"} <= body.keys():
        # Not the service's own words: something between it and us answered.
        return ProxyError(
            f"HTTP status {status} without the service's error.",
            code="unexpected_answer",
            status=status,
            retryable=status in _GATEWAY,
            request_id=request_id,
            retry_after=after,
            body=body,
        )
    return ProxyError(
        body["detail"],
        code=body["code"],
        status=status,
        origin=body["origin"],
        retryable=bool(body.get("retryable")),
        request_id=body.get("request_id") or request_id,
        retry_after=after,
        upstream=body.get("upstream"),
        body=body,
    )


def _seconds(text: str | None) -> float | None:
    """Retry-After (RFC 9110 section 10.2.3), a number or a date, in seconds."""
    if text is None:
        return None
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (TypeError, ValueError):
        return None
