"""Inbound API keys as pure functions: make, check, digest. No database, no framework.

A key reads `aip` + type (`b` browser, `s` server) + `_` + 46 base62 characters: 8 of public id,
32 of secret (190 bits), 6 of CRC-32 over all before, so that a typo or a guess is refused without
a look-up and a secret scanner can tell a key from noise: ^aip[bs]_[0-9A-Za-z]{46}$
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string
import zlib
from dataclasses import dataclass
from typing import Literal

_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_FORM = re.compile(rb"aip[bs]_[0-9A-Za-z]{46}")

Kind = Literal["browser", "server"]


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made: `text` is shown once and never stored."""

    public_id: str
    text: str

    def __repr__(self) -> str:
        return f"NewKey({self.public_id!r}, text=***)"

    @property
    def last_four(self) -> str:
        return self.text[-4:]


def make(kind: Kind) -> NewKey:
    """A new random key."""
    public_id, secret = _random(8), _random(32)
    head = f"aip{kind[0]}_{public_id}{secret}"
    return NewKey(public_id, head + _checksum(head.encode()))


def well_formed(key: bytes) -> bool:
    """Whether `key` has the form and checksum of a key; says nothing of whether it is valid."""
    return _FORM.fullmatch(key) is not None and _checksum(key[:-6]).encode() == key[-6:]


def digest(key: bytes, pepper: bytes) -> bytes:
    """What is stored of a key: HMAC-SHA256 under a pepper that the database never sees.

    A fast hash is right for 190 random bits; slow ones protect guessable passwords (RFC 2104).
    """
    return hmac.digest(pepper, key, hashlib.sha256)


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def _checksum(head: bytes) -> str:
    number, text = zlib.crc32(head), ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        text = _ALPHABET[digit] + text
    return text
