"""What a vendor's answer means: our success bytes, or the ProxyError that stands for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from django.conf import settings

from services import answers, strict
from services.action import Action
from services.errors import (
    UpstreamAnswer,
    UpstreamFailed,
    UpstreamRefused,
    UpstreamTimeout,
)
from services.service import Service

RUNNING = "request_in_progress"  # what a vendor says of a key whose first request still runs
MAX_SHOWN = 64 * 1024  # bytes of an upstream's error body shown to the caller


@dataclass(frozen=True, slots=True)
class Told:
    """What the vendor said: its status, the headers that may pass on, its body; no secrets.

    `repeatable` says that asking again does no harm, `session` that the call's credential was the
    caller's own session with the vendor.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    repeatable: bool = False
    session: bool = False


def success(service: Service, action: Action, told: Told) -> bytes:
    """`{"data": ...}` from a 2xx body. Raises UpstreamFailed for what is none after all."""
    patch = service.patch.get(action.slug)
    try:
        wrapped = service.unwrap(told.body)
        return patch(wrapped) if patch else wrapped
    except (answers.BadAnswer, msgspec.DecodeError) as exc:
        answer = UpstreamAnswer(told.status, _shown(told.body))
        code = "upstream_bad_answer"
        raise UpstreamFailed(code=code, retryable=told.repeatable, answer=answer) from exc
    except answers.Failure as exc:
        raise _failure(service, told, _status(service, exc.code)) from exc


def failure(service: Service, told: Told) -> UpstreamFailed:
    """The error for a status that is not 2xx."""
    return _failure(service, told, told.status)


def gone(refused: UpstreamRefused) -> bool:
    """Whether a refusal says that the vendor took the old API away.

    410 always does. A 404 does when it is not in the vendor's own words: an API that still lives
    answers an unknown id with a code of its own.
    """
    if refused.status == 410:
        return True
    shown = refused.upstream.body if refused.upstream else None
    return refused.status == 404 and answers.code(shown) is None


def _failure(service: Service, told: Told, status: int) -> UpstreamFailed:
    """The error for what `status` means, which may be another one than was told."""
    fault = _fault(service, told, status)
    fault.blames_host = told.status >= 500
    return fault


def _fault(service: Service, told: Told, status: int) -> UpstreamFailed:
    answer = UpstreamAnswer(told.status, _shown(told.body))
    headers, word = told.headers, answers.code(answer.body)
    if status == 401 and word in service.spent_codes:
        status = 402  # the key is good; what was bought with it is used up
    if status in (401, 403) and not told.session:
        return UpstreamFailed(code="upstream_auth_failed", answer=answer)
    if status == 503 or 400 <= status < 500:
        detail = _message(told.body) or UpstreamFailed.detail
        code = "upstream_busy" if word in service.busy_codes else None
        refused = UpstreamRefused(status, detail, code=code, answer=answer, headers=headers)
        if status == 409 and word == RUNNING:  # an earlier send of this call is not lost
            refused.code, refused.retryable = RUNNING, told.repeatable
        return refused
    if status == 504:
        return UpstreamTimeout(answer=answer, retryable=told.repeatable)
    if status < 400:
        return UpstreamFailed(code="upstream_redirect", answer=UpstreamAnswer(status, None))
    return UpstreamFailed(answer=answer, retryable=told.repeatable, headers=headers)


def _message(body: bytes) -> str | None:
    """The vendor's own words; JSON that was cut short has none that could be shown."""
    parsed = answers.value(body)
    if parsed is None and body.lstrip()[:1] not in (b"{", b"["):
        parsed = body[:MAX_SHOWN].decode("utf-8", "replace")
    return answers.message(parsed)


def _shown(body: bytes) -> object:
    parsed = answers.value(body) if len(body) <= MAX_SHOWN else None
    if parsed is not None and strict.levels(parsed) <= settings.MAX_JSON_DEPTH:
        return parsed  # deeper than that, a caller's own parser may fail at the error
    text = body[:MAX_SHOWN].decode("utf-8", "replace")
    return text.encode()[:MAX_SHOWN].decode("utf-8", "ignore")


def _status(service: Service, code: object) -> int:
    """The HTTP status for a vendor's error code; an unknown one is the vendor's fault."""
    known = service.codes.get(code) if isinstance(code, str | int) else None
    if known is not None:
        return known
    return 400 if isinstance(code, int) and str(code).startswith("400") else 502
