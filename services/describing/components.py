"""What all operations of the OpenAPI document share: errors, headers, how a key is sent. Pure."""

from __future__ import annotations

from services.describing.operations import REFUSALS, ref
from services.describing.shapes import Json

_TEXT: Json = {"type": "string"}
_WHY = {
    400: "The request, its envelope or its body is not what the action takes.",
    401: "No key, or not a valid one.",
    402: "A budget of paid calls is used up.",
    403: "Another org's key, what the key is not for, or what a person has to approve.",
    404: "No such service, action, credential or thing, for this org at least.",
    405: "The route does not have this method.",
    408: "The request's body did not arrive in time.",
    409: "Not possible as things stand, or what became of an earlier request with the key.",
    410: "The vendor's current API has nothing for this old action; `instead` is the nearest one.",
    413: "The request's body is too large.",
    415: "The media type is none that is taken here.",
    422: "The `Idempotency-Key` came with another request before, or the vendor refused.",
    429: "A limit of this service or of the vendor is reached.",
    431: "A request header is too long.",
    502: "The vendor failed, or refused the credential.",
    503: "The service, or the vendor, cannot serve now.",
    504: "The vendor did not answer in time.",
}
_HEADERS = {
    "X-Request-Id": "Names the request; yours, when you sent a sane one.",
    "Server-Timing": "Milliseconds in the proxy and upstream.",
    "X-Credential-Source": "`tenant` or `platform`.",
    "X-Contract-Notes": "What of the request had no counterpart, and lists that were cut short.",
    "RateLimit": "What is left of the tighter limit.",
    "RateLimit-Policy": "The limits a minute.",
    "X-Job-Id": "The job that the call started.",
    "Link": 'That job (`rel="monitor"`), or an old action\'s successor.',
    "X-Test-Mode": "`sandbox`: a rehearsal answered, and nothing was charged.",
    "X-Dry-Run": "`true`: nothing was called.",
    "Idempotent-Replayed": "`true`: an earlier answer to the same `Idempotency-Key`.",
    "X-Recorded": "`pending`: recorded later; until then its job cannot be found.",
    "X-Answered-By": "`job`: a poll that was answered from the job.",
    "X-Error-Origin": "`proxy`: this service failed, not the vendor.",
    "Preference-Applied": "The `wait` of `Prefer` that holds (RFC 7240).",
    "ETag": "A tag of the body.",
    "Age": "Seconds since the vendor was asked.",
    "Cache-Status": "Whether the answer was kept (RFC 9211).",
    "Deprecation": "Since when the old API is (RFC 9745).",
    "Sunset": "When the old API ends (RFC 8594).",
    "Retry-After": "Seconds, or a date.",
}
_PARAMETERS: dict[str, tuple[str, Json]] = {
    "Prefer": ("`wait=SECONDS` shortens how long the call may take (RFC 7240).", _TEXT),
    "X-Request-Id": ("Names the request.", {"type": "string", "maxLength": 128}),
    "Idempotency-Key": (
        "The same request with the same key is carried out once.",
        {"type": "string", "pattern": "^[A-Za-z0-9_:.~-]{1,255}$"},
    ),
    "Cache-Control": ("`no-cache`, `no-store` or `max-age=SECONDS`.", _TEXT),
    "If-None-Match": ("The `ETag` of the answer that you hold.", _TEXT),
    "Range": ("The part of the file that is wanted.", _TEXT),
    "If-Range": ("The `ETag` of the file that the part is of.", _TEXT),
    "Last-Event-ID": ("The number of the last event that you know.", _TEXT),
    "X-Filename": ("What the file is called, percent-encoded.", _TEXT),
}
_ERROR: Json = {
    "type": "object",
    "properties": {
        "detail": {"type": "string", "description": "What went wrong, in a sentence."},
        "error": {"type": "string", "description": "The same text."},
        "code": {"type": "string", "description": "What went wrong, in a word that stays."},
        "origin": {"enum": ["proxy", "upstream"], "description": "Who refused or failed."},
        "retryable": {"type": "boolean", "description": "Sending it again is safe and may help."},
        "request_id": _TEXT,
        "upstream": {
            "type": "object",
            "description": "What the vendor sent, at most 64 KiB.",
            "properties": {"status": {"type": "integer"}, "body": {}},
            "required": ["status", "body"],
        },
        "instead": {
            "type": "object",
            "description": "The nearest action to one that is gone.",
            "properties": {"service": _TEXT, "action": _TEXT},
            "required": ["service", "action"],
        },
        "errors": {
            "type": "array",
            "description": "What is wrong with each field.",
            "items": {"type": "object", "properties": {"field": _TEXT, "detail": _TEXT}},
        },
        "approval": ref("schemas", "Approval"),
    },
    "required": ["detail", "error", "code", "origin", "retryable", "request_id"],
}


def components(schemas: Json) -> Json:
    """The components, with `schemas` beside those of errors."""
    return {
        "schemas": {"Error": _ERROR, **schemas},
        "responses": {
            f"Refused{code}": _refusal(_WHY[code], code) for code in (*REFUSALS, 405, 410)
        }
        | {"Refused4XX": _refusal("The vendor's own refusal, with its status.", 429)},
        "headers": {
            name: {"description": about, "schema": _TEXT} for name, about in _HEADERS.items()
        },
        "parameters": {
            name: {"name": name, "in": "header", "description": about, "schema": schema}
            for name, (about, schema) in _PARAMETERS.items()
        },
        "securitySchemes": {
            "ApiKey": {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": "`Api-Key <key>`, with a key of the org.",
            },
            "Bearer": {"type": "http", "scheme": "bearer", "description": "The same key."},
        },
    }


def _refusal(about: str, code: int) -> Json:
    made: Json = {
        "description": about,
        "content": {"application/json": {"schema": ref("schemas", "Error")}},
    }
    names = ("X-Request-Id", "Retry-After") if code in (402, 409, 429, 503) else ("X-Request-Id",)
    return made | {"headers": {name: ref("headers", name) for name in names}}
