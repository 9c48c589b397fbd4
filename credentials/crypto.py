"""Sealing secrets at rest as pure functions: key ring, seal, open, rewrap; bound to their row.

A sealed text reads `v1.<kid>.<wrapped data key>.<ciphertext>`: a random data key per secret
encrypts it with AES-256-GCM, and the ring's key `kid` encrypts the data key. Both layers
authenticate the row they belong to, so a sealed text moved to another row does not open.
Nonces are 96 random bits (NIST SP 800-38D section 8.2.2).
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = "v1"
_NONCE = 12
_KID = re.compile(r"[A-Za-z0-9_-]{1,32}")


class SealedError(Exception):
    """A sealed text cannot be opened: no key, another row's, or damaged. Holds no secret."""


class KeyRingError(ValueError):
    """The key ring's text cannot be read."""


class Secret:
    """A credential's plaintext, held for one request; never shows itself.

    No dataclass: encoders and `dataclasses.asdict` would write its field out.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("A Secret is not serialised.")


@dataclass(frozen=True, slots=True)
class Row:
    """The place that a sealed text belongs to; part of what both layers authenticate."""

    id: str
    scope: str  # "org" or "platform"
    org: str  # the org's uuid, empty for the platform
    service: str
    version: int  # of the secret; changes when the secret does, not when it is rewrapped

    @lru_cache(maxsize=4096)  # noqa: B019  a row is a small value
    def bound(self, *extra: str) -> bytes:
        """A length-prefixed list: no two different rows give the same bytes."""
        parts = ("ai-proxy-credential", VERSION, *self._parts(), *extra)
        encoded = [part.encode() for part in parts]
        return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)

    def _parts(self) -> tuple[str, ...]:
        return (self.id, self.scope, self.org, self.service, "secret", str(self.version))


class KeyRing:
    """Named 256-bit keys: the first seals, all open."""

    def __init__(self, keys: Sequence[tuple[str, bytes]]) -> None:
        self._keys = {kid: AESGCM(key) for kid, key in keys}
        self._current = keys[0][0] if keys else ""

    @classmethod
    def parse(cls, text: str) -> KeyRing:
        """Read `kidB:base64,kidA:base64`; empty text gives an empty ring, which opens nothing.

        Raises KeyRingError, which names the position and never the key.
        """
        entries = [part.strip() for part in text.split(",") if part.strip()]
        keys = [_parse_key(entry, position) for position, entry in enumerate(entries, start=1)]
        if len({kid for kid, _ in keys}) != len(keys):
            raise KeyRingError("CREDENTIAL_KEYS names a key id twice.")
        return cls(keys)

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(self._keys)})"

    def __bool__(self) -> bool:
        return bool(self._keys)

    def __contains__(self, kid: str) -> bool:
        return kid in self._keys

    @property
    def current(self) -> str:
        """The id of the key that seals."""
        return self._current

    def seal(self, secret: str, row: Row) -> str:
        """Encrypt `secret` for `row`. Raises SealedError when the ring is empty."""
        data_key = AESGCM.generate_key(bit_length=256)
        ciphertext = _encrypt(AESGCM(data_key), secret.encode(), row.bound())
        return self._join(data_key, ciphertext, row)

    def open(self, sealed: str, row: Row) -> Secret:
        """Decrypt what `seal` made for this very row. Raises SealedError for anything else."""
        data_key, ciphertext = self._unwrap(sealed, row)
        return Secret(_decrypt(AESGCM(data_key), ciphertext, row.bound()).decode())

    def rewrap(self, sealed: str, row: Row) -> str:
        """The same secret under the ring's current key; the secret itself is not decrypted."""
        data_key, ciphertext = self._unwrap(sealed, row)
        return self._join(data_key, ciphertext, row)

    def same(self, one: str, other: str, row: Row) -> bool:
        """Whether both hold the same secret of this row, so that one opens if the other does.

        Compares data keys and ciphertexts; the secret itself is not decrypted. Raises SealedError
        for a text that this ring cannot unwrap.
        """
        (key, ciphertext), (other_key, other_ciphertext) = (
            self._unwrap(text, row) for text in (one, other)
        )
        return hmac.compare_digest(key, other_key) and ciphertext == other_ciphertext

    def _join(self, data_key: bytes, ciphertext: bytes, row: Row) -> str:
        wrapped = _encrypt(self._key(self._current), data_key, row.bound(self._current))
        return f"{VERSION}.{self._current}.{_text(wrapped)}.{_text(ciphertext)}"

    def _unwrap(self, sealed: str, row: Row) -> tuple[bytes, bytes]:
        kid, wrapped, ciphertext = _parts(sealed)
        return _decrypt(self._key(kid), wrapped, row.bound(kid)), ciphertext

    def _key(self, kid: str) -> AESGCM:
        try:
            return self._keys[kid]
        except KeyError:
            raise SealedError("The key that sealed the credential is not in the ring.") from None


def new_key(kid: str = "k1") -> str:
    """A fresh `kid:base64` entry for CREDENTIAL_KEYS."""
    return f"{kid}:{_text(AESGCM.generate_key(bit_length=256))}"


def kid_of(sealed: str) -> str:
    """The id of the key that a text says it is sealed with; empty when it is no sealed text."""
    version, _, rest = sealed.partition(".")
    return rest.partition(".")[0] if version == VERSION else ""


def _parse_key(entry: str, position: int) -> tuple[str, bytes]:
    kid, _, encoded = entry.partition(":")
    try:
        key = _bytes(encoded.replace("+", "-").replace("/", "_").rstrip("="))
    except SealedError:
        key = b""
    if not _KID.fullmatch(kid) or len(key) != 32:
        raise KeyRingError(f"CREDENTIAL_KEYS entry {position} is not `id:base64 of 32 bytes`.")
    return kid, key


@lru_cache(maxsize=4096)
def _parts(sealed: str) -> tuple[str, bytes, bytes]:
    """Key id, wrapped data key and ciphertext; only what is sealed is remembered here."""
    version, _, rest = sealed.partition(".")
    kid, _, rest = rest.partition(".")
    wrapped, _, ciphertext = rest.partition(".")
    if version != VERSION:
        raise SealedError("The credential has an unknown format.")
    return kid, _bytes(wrapped), _bytes(ciphertext)


def _encrypt(key: AESGCM, plain: bytes, bound: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + key.encrypt(nonce, plain, bound)


def _decrypt(key: AESGCM, sealed: bytes, bound: bytes) -> bytes:
    try:
        return key.decrypt(sealed[:_NONCE], sealed[_NONCE:], bound)
    except (InvalidTag, ValueError):
        raise SealedError("The credential does not open.") from None


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    """Strict base64url without padding: one text for one value, so a flipped bit always shows."""
    try:
        value = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise SealedError("The credential is damaged.") from None
    if _text(value) != text:
        raise SealedError("The credential is damaged.")
    return value
