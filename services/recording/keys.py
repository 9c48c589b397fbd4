"""The caller's `Idempotency-Key`, and what makes a call the same call. Pure but for reading files.

The header's syntax is that of draft-ietf-httpapi-idempotency-key-header, bare or as a quoted
string of RFC 8941.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import replace

from django.conf import settings

from jobs import attempts
from services import threads
from services.action import Call, Upload
from services.errors import BadRequest

NAME = "idempotency-key"
OURS = "#"  # in the keys that the service itself gives, and in no caller's
_KEY = re.compile(r"[A-Za-z0-9_:.~-]{1,255}")


def named(meta: Mapping[str, str], call: Call) -> Call:
    """The call with its key, from the request's header or the envelope's. Raises BadRequest."""
    if "HTTP_IDEMPOTENCY_KEY" not in meta and NAME not in call.headers:
        return call
    given = [text for text in (meta.get("HTTP_IDEMPOTENCY_KEY"), call.headers.get(NAME)) if text]
    keys = {_read(text) for text in given}
    if len(keys) != 1:
        what = "is empty" if not keys else "of the request and of the envelope differ"
        raise BadRequest(f"Idempotency-Key {what}.", code="bad_idempotency_key")
    return replace(call, headers={**call.headers, NAME: keys.pop()})


def _read(text: str) -> str:
    text = text.strip(" \t")
    key = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
    if not _KEY.fullmatch(key):
        raise BadRequest(
            "Idempotency-Key must be 1 to 255 letters, digits or _ : . ~ -",
            code="bad_idempotency_key",
        )
    return key


def digest(*parts: str) -> str:
    """What is stored of a key, the last part: by itself it tells nothing of it but whose it is."""
    secret = settings.SECRET_KEY.encode()
    made = hmac.new(secret, "\0".join(("key", *parts)).encode(), hashlib.sha256).hexdigest()
    return f"{attempts.OURS}{made[1:]}" if OURS in parts[-1] else made


async def fingerprint(path: str, query: tuple[tuple[str, str], ...], call: Call) -> str:
    """A digest of all that makes the call what it is.

    Equal JSON counts as equal however it is written; files count by their bytes.
    """
    files = [await _file(upload) for upload in call.uploads]
    size = len(call.raw)
    return await threads.run(_digest, path, query, call, files, size=size)


def _digest(
    path: str, query: tuple[tuple[str, str], ...], call: Call, files: list[list[str]]
) -> str:
    headers = {name: text for name, text in call.headers.items() if name != NAME}
    facts = [path, sorted(query), headers, call.body, files]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


async def _file(upload: Upload) -> list[str]:
    seen = hashlib.sha256()
    async for chunk in upload.chunks():
        seen.update(chunk)
    return [upload.field, upload.filename or "", upload.content_type or "", seen.hexdigest()]
