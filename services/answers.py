"""Reading what vendors answer: their envelopes, their errors. Pure; bytes in, bytes out.

A vendor's payload is never decoded and encoded again: its bytes are cut out and put under `data`,
so numbers, key order and big integers stay as sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable
from typing import Any

import msgspec

_TOP = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ANY = msgspec.json.Decoder(msgspec.Raw)
_PAGING = ("has_more", "next_token", "token", "total")
_WRAPPING = frozenset(("code", "data", "error", "message", "msg", "warning", *_PAGING))
REDACTED = b"[redacted]"
# Escapes of characters that need none: allowed, seldom, and a way past a plain search.
_ODD_ESCAPE = re.compile(rb"\\(?:u00[2-7]|/)")
_ESCAPE = re.compile(rb"\\(?:u00([2-7][0-9a-fA-F])|.)", re.DOTALL)
_AS_WRITTEN = {b'"': b'\\"', b"\\": b"\\\\"}


class BadAnswer(ValueError):
    """The vendor's answer is not JSON."""


class Failure(Exception):
    """A failure that the vendor reported with a 2xx status; `code` is its own word or number."""

    def __init__(self, code: object) -> None:
        self.code = code
        super().__init__(str(code))


def plain(body: bytes) -> bytes:
    """`{"data": ...}` around a vendor's whole JSON. Raises BadAnswer."""
    if not body.strip():
        return b'{"data":null}'
    try:
        _ANY.decode(_utf8(body))
    except (msgspec.DecodeError, RecursionError):
        raise BadAnswer("The answer is not JSON.") from None
    return b'{"data":' + body + b"}"


def enveloped(body: bytes, success: Container[object] = (100,)) -> bytes:
    """`{"data": ...}` with the payload of a HeyGen-style envelope, paging fields beside it.

    Covers v1 (`code`, `data`, `message`), v2 (`error`, `data`) and v3 (`data`, `has_more`,
    `next_token`). Raises BadAnswer, and Failure for an error under a 2xx status.
    """
    if not body.strip():
        return b'{"data":null}'
    try:
        top = _TOP.decode(_utf8(body))
    except msgspec.ValidationError:
        return plain(body)
    except (msgspec.DecodeError, RecursionError):
        raise BadAnswer("The answer is not JSON.") from None
    _check(top, success)
    if "data" not in top and not _WRAPPING.issuperset(top):
        return plain(body)
    parts = [b'{"data":', bytes(top.get("data", b"null"))]
    for name in _PAGING:
        if name in top:
            parts += (b',"', name.encode(), b'":', bytes(top[name]))
    return b"".join((*parts, b"}"))


def rewrapped(body: bytes, before: bytes, after: bytes) -> bytes:
    """A vendor's `body`, whose reading was `before`, with what is left of that in `after`."""
    old, new = _TOP.decode(before), _TOP.decode(after)
    if bytes(old["data"]) == body.strip():
        return bytes(new["data"])
    top = _TOP.decode(body) | {"data": new["data"]}
    for name in _PAGING:
        if name in old and name in new:
            top[name] = new[name]
        elif name in old:
            top.pop(name, None)
    return msgspec.json.encode(top)


def value(body: bytes) -> Any:
    """The JSON value of an answer's body, or None for what is not JSON."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None


def code(body: object) -> object:
    """The vendor's own error code in a parsed error body, or None."""
    if not isinstance(body, dict):
        return None
    for holder in (body.get("error"), body, body.get("detail")):
        if isinstance(holder, dict):
            for name in ("code", "status"):
                if isinstance(holder.get(name), str | int):
                    return holder[name]
    return None


def message(body: object, levels: int = 6) -> str | None:
    """The vendor's own words in a parsed error body, or None; looks `levels` deep.

    Knows HeyGen's three envelopes, LiveAvatar's, and ElevenLabs' `detail` in its three forms.
    """
    if isinstance(body, str):
        return body.strip()[:1000] or None
    if isinstance(body, list):
        return message(body[0], levels - 1) if body and levels else None
    if isinstance(body, dict) and levels:
        for name in ("error", "message", "detail", "msg"):
            if found := message(body.get(name), levels - 1):
                return found
    return None


def redact(body: bytes, secrets: Iterable[str]) -> bytes:
    """`body` without any of `secrets`, however JSON wrote them."""
    forms = {form.encode() for text in secrets for form in _forms(text)}
    if _ODD_ESCAPE.search(body):
        plainly = _ESCAPE.sub(_plainly, body)
        body = plainly if any(form in plainly for form in forms) else body
    for form in sorted(forms, key=len, reverse=True):  # JSON's may begin with the plain one
        if form in body:
            body = body.replace(form, REDACTED)
    return body


def _forms(secret: str) -> tuple[str, ...]:
    """A secret of visible ASCII as it stands in text and in JSON, which differ in two marks."""
    return (secret, json.dumps(secret)[1:-1]) if '"' in secret or "\\" in secret else (secret,)


def _plainly(escape: re.Match[bytes]) -> bytes:
    """An escape that its character does not need, as `json.dumps` writes that character."""
    if escape[1] is None:
        return b"/" if escape[0] == b"\\/" else escape[0]
    char = bytes.fromhex(escape[1].decode())
    return _AS_WRITTEN.get(char, char)


def _check(top: dict[str, msgspec.Raw], success: Container[object]) -> None:
    error = bytes(top.get("error", b"null"))
    if error not in (b"null", b'""', b"{}"):
        raise Failure(code({"error": value(error)}))
    if "code" in top and (number := value(top["code"])) not in success:
        raise Failure(number)


def _utf8(body: bytes) -> bytes:
    if not body.isascii():
        try:
            body.decode()
        except UnicodeDecodeError:
            raise BadAnswer("The answer is not UTF-8.") from None
    return body
