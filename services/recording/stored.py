"""Answers as they are kept, and as they are given again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec

from credentials.crypto import SealedError
from jobs import attempts
from jobs.attempts import Answer
from jobs.models import Attempt
from services.errors import AnswerNotKept, Unavailable, UpstreamAnswer, UpstreamRefused
from services.exchange import Reply

MAX_KEPT = 1024 * 1024  # bytes of one answer
REPLAYED = {"Idempotent-Replayed": "true"}
_NOTES = "X-Contract-Notes"
_JSON = {"content-type": "application/json"}


class _Refusal(msgspec.Struct):
    """A vendor's refusal, as its caller was told of it."""

    detail: str
    code: str
    retryable: bool
    upstream_status: int
    upstream_body: Any
    request_id: str
    raw: str | None = None  # the vendor's own words, for who wants them so


def of_reply(reply: Reply) -> Answer:
    """A successful answer; a stream's bytes and large ones are not kept."""
    headers = {_NOTES: "; ".join(reply.notes)} if reply.notes else {}
    return Answer(reply.status, headers, _text(reply))


def _text(reply: Reply) -> str | None:
    if reply.stream is not None or len(reply.content) > MAX_KEPT:
        return None
    try:
        return (reply.content if reply.raw is None else reply.raw).decode()
    except UnicodeDecodeError:
        return None


def of_refusal(refused: UpstreamRefused, request_id: str) -> Answer:
    """The vendor's refusal, with the id that its body told."""
    told = refused.upstream or UpstreamAnswer(refused.status, None)
    raw = None if told.raw is None else told.raw.decode(errors="replace")
    kept = _Refusal(
        refused.detail, refused.code, refused.retryable, told.status, told.body, request_id, raw
    )
    return Answer(refused.status, {}, msgspec.json.encode(kept).decode())


def links(org: str, jobs: Sequence[object]) -> dict[str, str]:
    """Where the work that an answer started can be followed (RFC 8288, RFC 5989)."""
    if not jobs:
        return {}
    paths = [f'</api/ai-proxy/orgs/{org}/jobs/{job}/>; rel="monitor"' for job in jobs]
    return {"X-Job-Id": str(jobs[0]), "Link": ", ".join(paths)}


def replayed(attempt: Attempt, org: str, *, raw: bool = False) -> Reply:
    """The answer again. Raises the refusal that it was, AnswerNotKept, Unavailable.

    `raw` says that it was kept as the vendor wrote it.
    """
    try:
        text = attempts.opened(attempt)
    except SealedError:
        raise Unavailable("The stored answer cannot be read.", code="answer_unreadable") from None
    if text is None:
        raise AnswerNotKept
    headers = REPLAYED | links(org, attempt.headers.get("jobs", ()))
    status = attempt.status or 200
    if status >= 400:
        raise _refusal(status, msgspec.json.decode(text, type=_Refusal), headers)
    notes = (attempt.headers[_NOTES],) if _NOTES in attempt.headers else ()
    content = text.encode()
    if raw:
        headers = headers | _JSON
    return Reply(status, content, dict(headers), notes=notes, raw=content if raw else None)


def _refusal(status: int, kept: _Refusal, headers: dict[str, str]) -> UpstreamRefused:
    answer = UpstreamAnswer(kept.upstream_status, kept.upstream_body)
    if kept.raw is not None:
        answer = replace(answer, raw=kept.raw.encode(), headers=_JSON)
    refused = UpstreamRefused(
        status, kept.detail, code=kept.code, answer=answer, headers=dict(headers)
    )
    refused.retryable, refused.request_id = kept.retryable, kept.request_id
    return refused
