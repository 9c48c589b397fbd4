"""Everything that can go wrong with a call, as one tree; imports nothing of the project.

ProxyError
|-- BadRequest            400  the caller's request is malformed
|   |-- InvalidFields     400  fields of a management request; names each of them
|   `-- NoSourceAllowed   400  the policy allows no credential source
|-- Unauthenticated       401  no key, or not a valid one
|-- BudgetSpent           402  a budget of paid calls is used up
|-- Forbidden             403  a valid key that may not do this
|   `-- ApprovalRequired  403  a person has to approve the call first
|-- NotFound              404  no such service, action or credential
|-- MethodNotAllowed      405
|-- TooSlow               408  the body did not arrive in time
|-- Conflict              409  not possible as things stand
|   |-- InProgress        409  the first request with this Idempotency-Key is under way
|   |-- SessionBusy       409  another call opens this realtime session, or speaks in it
|   |-- OutcomeUnknown    409  nobody knows what became of the first request with this key
|   `-- AnswerNotKept     409  the first request was answered with what is not kept
|-- Gone                  410  an old action that the vendor's new API has nothing for
|-- TooLarge              413
|-- UnsupportedMedia      415
|-- KeyReused             422  the Idempotency-Key came with another request before
|-- HeaderTooLarge        431
|-- RateLimited           429  the proxy's own limit
|-- Busy                  429  more calls at a time than there may be
|-- Unavailable           503  the proxy itself cannot serve now
|   |-- CircuitOpen       503  the vendor keeps failing, so it is not asked
|   |-- StorageFull       503  no room for a file on its way through
|   `-- Overloaded        503  this worker is full
`-- UpstreamFailed        502  the vendor refused, broke or was not reachable
    |-- UpstreamTimeout   504
    `-- UpstreamRefused   4xx, 503  the vendor's own answer, kept
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypedDict


@dataclass(frozen=True, slots=True)
class UpstreamAnswer:
    """What the vendor sent along with a failure: HTTP status, and JSON value or text, redacted.

    `raw` is the body as it was written and `headers` go with it, for callers who want them so.
    """

    status: int
    body: object
    raw: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class ProxyError(Exception):
    """A failure with a fixed place in the HTTP contract (`docs/contract.md`, "Errors").

    `detail` is shown to the caller, so it never holds a secret, an upstream header or the text of
    a foreign exception.
    """

    status = 500
    code = "internal_error"
    origin = "proxy"
    retryable = False
    detail = "The proxy could not handle this request."

    def __init__(
        self,
        detail: str | None = None,
        *,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.detail = detail or self.detail
        self.code = code or self.code
        self.headers = dict(headers or {})
        self.upstream: UpstreamAnswer | None = None
        self.seconds = 0.0  # spent upstream before it failed
        self.request_id = ""  # of the request that it was told first, when it is told again
        super().__init__(self.detail)


class BadRequest(ProxyError):
    status = 400
    code = "bad_request"


class FieldError(TypedDict):
    """What is wrong with one field; "" for the whole."""

    field: str
    detail: str


class InvalidFields(BadRequest):
    """Says of each field what is wrong; the first one is the error's text."""

    code = "invalid_fields"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        first = errors[0]
        super().__init__(
            f"{first['field']}: {first['detail']}" if first["field"] else first["detail"]
        )
        self.errors = tuple(errors)


class NoSourceAllowed(BadRequest):
    code = "no_credential_source"
    detail = "Credential policy does not allow any credential source."


class Unauthenticated(ProxyError):
    """401, with the challenge that RFC 9110 section 11.6.1 requires."""

    status = 401
    code = "not_authenticated"
    detail = "Authentication credentials were not provided."

    def __init__(self, detail: str | None = None, *, code: str | None = None) -> None:
        super().__init__(detail, code=code, headers={"WWW-Authenticate": "Api-Key"})


class BudgetSpent(ProxyError):
    """The org's or the key's own budget of paid calls is used up until the next day (UTC)."""

    status = 402
    code = "budget_exceeded"

    def __init__(self, detail: str, *, after: int) -> None:
        super().__init__(detail, headers={"Retry-After": str(after)})


class Forbidden(ProxyError):
    status = 403
    code = "permission_denied"
    detail = "You do not have permission to perform this action."


class ApprovalRequired(Forbidden):
    """The call waits for a person's word; `approval` says which, or is None where it cannot."""

    code = "approval_required"
    detail = "A person has to approve this call before it is carried out."

    def __init__(
        self, detail: str | None = None, *, approval: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(detail)
        self.approval = approval


class NotFound(ProxyError):
    status = 404
    code = "not_found"
    detail = "Not found."


class MethodNotAllowed(ProxyError):
    status = 405
    code = "method_not_allowed"

    def __init__(self, method: str, allow: str) -> None:
        super().__init__(f'Method "{method}" not allowed.', headers={"Allow": allow})


class TooSlow(ProxyError):
    status = 408
    code = "request_timeout"
    retryable = True
    detail = "The request body did not arrive in time."


class Conflict(ProxyError):
    status = 409
    code = "conflict"
    detail = "Somebody else changed this at the same moment."


class Gone(ProxyError):
    """The vendor took the API behind an action away; `instead` is the nearest other action."""

    status = 410
    code = "no_v3_counterpart"

    def __init__(self, detail: str, *, service: str, instead: str) -> None:
        super().__init__(detail)
        self.service = service
        self.instead = instead


class InProgress(Conflict):
    """The first request with this Idempotency-Key has no answer yet."""

    code = "request_in_progress"
    retryable = True
    detail = "The first request with this Idempotency-Key is still under way."

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "1"})


class SessionBusy(Conflict):
    """In a moment it is free again."""

    retryable = True

    def __init__(self, detail: str, *, code: str) -> None:
        super().__init__(detail, code=code, headers={"Retry-After": "1"})


class OutcomeUnknown(Conflict):
    """The first request was sent, and asking again could do its work twice."""

    code = "outcome_unknown"
    detail = (
        "The first request with this Idempotency-Key was sent, and what became of it is not known. "
        "See whether its work exists before you ask again with another key."
    )


class AnswerNotKept(Conflict):
    """The first request was carried out; its answer was a stream, or too large to keep."""

    code = "answer_not_kept"
    detail = "The request with this Idempotency-Key was carried out; its answer was not kept."


class TooLarge(ProxyError):
    status = 413
    code = "body_too_large"
    detail = "The request body is too large."


class HeaderTooLarge(ProxyError):
    status = 431
    code = "header_too_large"
    detail = "A request header is too long."


class UnsupportedMedia(ProxyError):
    status = 415
    code = "unsupported_media_type"


class KeyReused(ProxyError):
    status = 422
    code = "idempotency_key_reused"
    detail = "This Idempotency-Key was used for another request."


class Busy(ProxyError):
    """An org, or a credential, has as many calls under way as it may have at a time."""

    status = 429
    code = "too_many_concurrent"
    retryable = True
    detail = "Too many calls at a time; wait for some to finish."

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "1"})


class RateLimited(ProxyError):
    """429 of the proxy itself; its headers say which limit, and when to come back."""

    status = 429
    code = "rate_limited"
    retryable = True
    detail = "There were too many requests."


class Unavailable(ProxyError):
    """503: retry after `Retry-After` seconds."""

    status = 503
    code = "unavailable"
    retryable = True
    detail = "The service is temporarily unavailable."

    def __init__(
        self, detail: str | None = None, *, code: str | None = None, after: float = 1
    ) -> None:
        super().__init__(detail, code=code, headers={"Retry-After": str(math.ceil(after))})


class CircuitOpen(Unavailable):
    """The vendor's host kept failing: calls to it are paused."""

    code = "circuit_open"
    detail = "The upstream external service is failing; calls to it are paused."


class StorageFull(Unavailable):
    """There is no room for a file on its way through."""

    code = "storage_full"
    detail = "There is no room for the file at the moment."


class Overloaded(Unavailable):
    """This worker has as many calls under way as it can take."""

    code = "overloaded"
    detail = "The proxy is busy; try again."


class UpstreamFailed(ProxyError):
    """502: the vendor broke, could not be reached, or refused the org's credential."""

    status = 502
    code = "upstream_failed"
    origin = "upstream"
    detail = "The upstream external service request failed."
    unsent = False  # nothing of the request left the proxy
    blames_host: bool | None = None  # True and False: how the vendor's host is; None: no telling

    def __init__(
        self,
        detail: str | None = None,
        *,
        code: str | None = None,
        retryable: bool = False,
        answer: UpstreamAnswer | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail, code=code, headers=headers)
        self.retryable = retryable
        self.upstream = answer


class UpstreamTimeout(UpstreamFailed):
    status = 504
    code = "upstream_timeout"
    detail = "The upstream external service did not answer in time."


class UpstreamRefused(UpstreamFailed):
    """The vendor's own 4xx or 503: its status and message are kept."""

    code = "upstream_error"

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        code: str | None = None,
        answer: UpstreamAnswer,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        again = status in (429, 503)
        super().__init__(detail, code=code, retryable=again, answer=answer, headers=headers)
        self.status = status
