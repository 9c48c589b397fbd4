"""Everything that can go wrong with a call, as one tree; imports nothing of the project.

ProxyError
|-- BadRequest            400  the caller's request is malformed
|   `-- NoSourceAllowed   400  the policy allows no credential source
|-- Unauthenticated       401  no key, or not a valid one
|-- Forbidden             403  a valid key that may not do this
|-- NotFound              404  no such service, action or credential
|-- MethodNotAllowed      405
|-- TooSlow               408  the body did not arrive in time
|-- TooLarge              413
|-- UnsupportedMedia      415
|-- Unavailable           503  the proxy itself cannot serve now
`-- UpstreamFailed        502  the vendor refused, broke or was not reachable
    |-- UpstreamTimeout   504
    `-- UpstreamRefused   4xx, 503  the vendor's own answer, kept
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UpstreamAnswer:
    """What the vendor sent along with a failure: HTTP status, and JSON value or text, redacted."""

    status: int
    body: object


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
        super().__init__(self.detail)


class BadRequest(ProxyError):
    status = 400
    code = "bad_request"


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


class Forbidden(ProxyError):
    status = 403
    code = "permission_denied"
    detail = "You do not have permission to perform this action."


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


class TooLarge(ProxyError):
    status = 413
    code = "body_too_large"
    detail = "The request body is too large."


class UnsupportedMedia(ProxyError):
    status = 415
    code = "unsupported_media_type"


class Unavailable(ProxyError):
    """503: retry after `Retry-After` seconds."""

    status = 503
    code = "unavailable"
    retryable = True
    detail = "The service is temporarily unavailable."

    def __init__(self, detail: str | None = None, *, code: str | None = None) -> None:
        super().__init__(detail, code=code, headers={"Retry-After": "1"})


class UpstreamFailed(ProxyError):
    """502: the vendor broke, could not be reached, or refused the org's credential."""

    status = 502
    code = "upstream_failed"
    origin = "upstream"
    detail = "The upstream external service request failed."

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
        answer: UpstreamAnswer,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail, retryable=status in (429, 503), answer=answer, headers=headers)
        self.status = status
