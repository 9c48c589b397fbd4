"""What a vendor's answer means: our success bytes, or the ProxyError that stands for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from services import answers
from services.action import Action
from services.errors import (
    ProxyError,
    UpstreamAnswer,
    UpstreamFailed,
    UpstreamRefused,
    UpstreamTimeout,
)
from services.service import Service

MAX_SHOWN = 64 * 1024  # bytes of an upstream's error body shown to the caller
# Seconds or a date (RFC 9110 section 10.2.3); anything else would only confuse a caller.
_RETRY_AFTER = re.compile(r"[0-9]{1,9}|[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9: ]{13} GMT")


def success(service: Service, action: Action, body: bytes) -> bytes:
    """`{"data": ...}` from a 2xx body. Raises UpstreamFailed for what is none after all."""
    patch = service.patch.get(action.slug)
    try:
        wrapped = service.unwrap(body)
        return patch(wrapped) if patch else wrapped
    except (answers.BadAnswer, msgspec.DecodeError) as exc:
        raise UpstreamFailed(code="upstream_bad_answer", retryable=action.safe) from exc
    except answers.Failure as exc:
        raise _failure(_status(service, exc.code), body, {}, action) from exc


def failure(
    action: Action,
    status: int,
    headers: Sequence[tuple[str, str]],
    body: bytes,
    secrets: Iterable[str],
) -> ProxyError:
    """The error for a status that is not 2xx."""
    return _failure(status, answers.redact(body, secrets), dict(headers), action)


def gone(refused: UpstreamRefused) -> bool:
    """Whether a refusal says that the vendor took the old API away.

    410 always does. A 404 does when it is not in the vendor's own words: an API that still lives
    answers an unknown id with a code of its own.
    """
    if refused.status == 410:
        return True
    shown = refused.upstream.body if refused.upstream else None
    return refused.status == 404 and answers.code(shown) is None


def _failure(
    status: int, body: bytes, headers: Mapping[str, str], action: Action
) -> UpstreamFailed:
    shown = _shown(body)
    answer = UpstreamAnswer(status, shown)
    if status in (401, 403):
        return UpstreamFailed(code="upstream_auth_failed", answer=answer)
    wait = headers.get("retry-after", "")
    passed = {"Retry-After": wait} if _RETRY_AFTER.fullmatch(wait) else {}
    if status == 503 or 400 <= status < 500:
        detail = answers.message(shown) or UpstreamFailed.detail
        return UpstreamRefused(status, detail, answer=answer, headers=passed)
    if status == 504:
        return UpstreamTimeout(answer=answer, retryable=action.safe)
    if status < 400:
        return UpstreamFailed(code="upstream_redirect", answer=UpstreamAnswer(status, None))
    return UpstreamFailed(answer=answer, retryable=action.safe)


def _shown(body: bytes) -> object:
    cut = body[:MAX_SHOWN]
    parsed = answers.value(cut) if len(body) <= MAX_SHOWN else None
    return cut.decode("utf-8", "replace") if parsed is None else parsed


def _status(service: Service, code: object) -> int:
    """The HTTP status for a vendor's error code; an unknown one is the vendor's fault."""
    known = service.codes.get(code) if isinstance(code, str | int) else None
    if known is not None:
        return known
    return 400 if isinstance(code, int) and str(code).startswith("400") else 502
