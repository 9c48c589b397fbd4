"""How HeyGen answers: the envelope and the errors of each API generation."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec
from starlette.responses import Response

Generation = Literal["v1", "v2", "v3"]

LEGACY_HEADERS = {"Deprecation": "true", "Sunset": "Sat, 31 Oct 2026 00:00:00 GMT"}
_OLD_DESPITE_V3 = re.compile(r"/v3/(template/[^/]+|avatar_groups/search)")


@dataclass(frozen=True, slots=True)
class Failure:
    """How one kind of failure reads: HTTP status, v2 and v3 word, v1 number."""

    status: int
    word: str
    number: int
    legacy_status: int | None = None
    legacy_word: str | None = None


FAILURES = {
    "missing_parameter": Failure(400, "invalid_parameter", 40001),
    "bad_query": Failure(400, "invalid_parameter", 40012),
    "invalid_parameter": Failure(400, "invalid_parameter", 400175),
    "bad_webhook_url": Failure(400, "invalid_parameter", 400542),
    "unauthorized": Failure(401, "unauthorized", 400112),
    "insufficient_credit": Failure(
        402, "insufficient_credit", 400599, 400, "MOVIO_PAYMENT_INSUFFICIENT_CREDIT"
    ),
    "not_found": Failure(404, "not_found", 40400),
    "resource_not_found": Failure(404, "resource_not_found", 40400),
    "video_not_found": Failure(404, "video_not_found", 40104),
    "avatar_not_found": Failure(404, "avatar_not_found", 40400),
    "avatar_group_not_found": Failure(404, "avatar_group_not_found", 40400),
    "voice_not_found": Failure(404, "voice_not_found", 40400),
    "asset_not_found": Failure(404, "asset_not_found", 40400),
    "template_not_found": Failure(404, "template_not_found", 40400),
    "webhook_not_found": Failure(404, "webhook_not_found", 400131),
    "method_not_allowed": Failure(405, "method_not_allowed", 40500),
    "conflict": Failure(409, "conflict", 40900),
    "resource_not_ready": Failure(409, "resource_not_ready", 40900),
    "request_in_progress": Failure(409, "request_in_progress", 40900),
    "payload_too_large": Failure(413, "payload_too_large", 41300),
    "rate_limit_exceeded": Failure(429, "rate_limit_exceeded", 400140),
    "internal_error": Failure(500, "internal_error", 50000),
}


class Refusal(Exception):
    """HeyGen says no; `kind` is a key of `FAILURES`."""

    def __init__(
        self,
        kind: str,
        message: str,
        *,
        param: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.failure = FAILURES[kind]
        self.message = message
        self.param = param
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler gives back: `extra` joins `data` in the envelope, `raw` replaces it."""

    data: object = None
    status: int = 200
    extra: Mapping[str, object] = field(default_factory=dict)
    raw: bytes | None = None
    media_type: str = "application/json"


def generation(path: str) -> Generation:
    """Which generation a path belongs to; two old paths begin with /v3/ all the same."""
    if path.startswith("/v3/"):
        return "v2" if _OLD_DESPITE_V3.fullmatch(path) else "v3"
    return "v1" if path.startswith("/v1/") else "v2"


def wrap(reply: Reply, kind: Generation) -> bytes:
    if reply.raw is not None:
        return reply.raw
    body: dict[str, Any]
    if kind == "v1":
        body = {"code": 100, "data": reply.data, "message": "Success", **reply.extra}
    elif kind == "v2":
        body = {"error": None, "data": reply.data, **reply.extra}
    else:
        body = {"data": reply.data, **reply.extra}
    return msgspec.json.encode(body)


def answer(reply: Reply, kind: Generation) -> Response:
    headers = _headers(kind)
    return Response(wrap(reply, kind), reply.status, headers, media_type=reply.media_type)


def refuse(refusal: Refusal, kind: Generation) -> Response:
    """The same failure as each generation words it."""
    failure, body = refusal.failure, dict[str, Any]()
    if kind == "v1":
        body = {"code": failure.number, "message": refusal.message}
    elif kind == "v2":
        word = failure.legacy_word or failure.word
        body = {"error": {"code": word, "message": refusal.message}, "data": None}
    else:
        body = {"error": {"code": failure.word, "message": refusal.message}}
        if refusal.param:
            body["error"]["param"] = refusal.param
    status = failure.status if kind == "v3" else failure.legacy_status or failure.status
    headers = _headers(kind) | refusal.headers
    return Response(msgspec.json.encode(body), status, headers, media_type="application/json")


def _headers(kind: Generation) -> dict[str, str]:
    return {"X-Request-Id": uuid.uuid4().hex, **({} if kind == "v3" else LEGACY_HEADERS)}
