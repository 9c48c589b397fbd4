"""Browser tickets as pure functions: sealed and opened, and what one is good for.

A ticket reads `aipt_` + base64url of 16 random bytes, its id, and an AES-256-GCM text of its terms.
The key of each is HMAC-SHA256 of its id under the pepper of API keys, for this one purpose: no two
share a key, so the nonce may stand still (NIST SP 800-38D section 8.2 asks for one use of each
pair), and a changed pepper voids no ticket while the old one is listed. Nobody but the service can
read one, or make one; it names its API key by that key's digest, so the two end together.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
import uuid
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MARK = b"aipt_"
MAX_TEXT = 1000  # bytes of a whole ticket; headers of 1 KiB pass everywhere
_FORM = re.compile(rb"aipt_[A-Za-z0-9_-]{60,995}")
_PURPOSE = b"ai-proxy: browser tickets, 1\0"
_ID, _NONCE = 16, bytes(12)


class Ticket(msgspec.Struct, frozen=True, array_like=True):
    """What a ticket is good for; `expires_at` in unix seconds."""

    id: uuid.UUID
    digest: bytes  # of the API key that it was made with
    origin: str
    actions: tuple[str, ...]  # patterns `SERVICE:ACTION`
    expires_at: int
    calls: int | None = None
    end_user: str = ""
    path_params: Mapping[str, tuple[str, ...]] = {}
    query: Mapping[str, tuple[str, ...]] = {}
    jobs: tuple[uuid.UUID, ...] = ()  # that may be followed besides its own

    def covers(self, name: str) -> bool:
        """Whether it is for this `SERVICE:ACTION`."""
        return any(fnmatchcase(name, pattern) for pattern in self.actions)


_ENCODER = msgspec.msgpack.Encoder(uuid_format="bytes")
_DECODER = msgspec.msgpack.Decoder(Ticket)


def new_id() -> uuid.UUID:
    """16 random bytes: all of them are the salt of the ticket's key."""
    return uuid.UUID(bytes=secrets.token_bytes(_ID))


def seal(ticket: Ticket, pepper: bytes) -> str:
    """The text of a ticket, to be handed to a browser."""
    salt = ticket.id.bytes
    sealed = AESGCM(_key(pepper, salt)).encrypt(_NONCE, _ENCODER.encode(ticket), MARK)
    return (MARK + base64.urlsafe_b64encode(salt + sealed).rstrip(b"=")).decode()


def opened(text: bytes, peppers: Sequence[bytes]) -> Ticket | None:
    """What a ticket says; None for one that was not made here."""
    if not _FORM.fullmatch(text):
        return None
    try:
        raw = base64.urlsafe_b64decode(text[len(MARK) :] + b"=" * (-(len(text) - len(MARK)) % 4))
    except (binascii.Error, ValueError):
        return None
    salt, sealed = raw[:_ID], raw[_ID:]
    for pepper in peppers:
        try:
            return _DECODER.decode(AESGCM(_key(pepper, salt)).decrypt(_NONCE, sealed, MARK))
        except (InvalidTag, msgspec.DecodeError):
            continue
    return None


def _key(pepper: bytes, salt: bytes) -> bytes:
    return hmac.digest(pepper, _PURPOSE + salt, hashlib.sha256)
