"""A kept answer, what it is filed under, and how it is written down."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from hashlib import blake2b

import msgspec

VERSION = 1  # of what is written down; another one is not read

# What makes two calls the same: texts, numbers and pairs of texts, never a secret.
Identity = tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the answer of a catalogue read is kept, and for how many seconds it is fresh."""

    org: str  # whose share of the memory it takes
    key: bytes
    mark: bytes  # names what a write drops: see `mark_of`
    ttl: int
    noted: int = 60  # the same for an answer with notes, which may have been cut short; 0: not kept


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """An answer as every caller gets it, without its content; `since` in unix seconds."""

    version: int
    key: bytes  # compared when it is read back, so that no answer is ever taken for another
    turn: bytes  # of the mark when the vendor was asked; another one now means it was dropped
    since: float
    ttl: int
    status: int
    tag: str
    notes: tuple[str, ...] = ()

    def age(self, now: float) -> float:
        return max(0.0, now - self.since)


@dataclass(frozen=True, slots=True)
class Found:
    """What a look into the store gave: nothing, or an entry with its content.

    `turn` is what a new entry is stored under; None when the store is out of reach.
    """

    turn: bytes | None
    entry: Entry | None = None
    content: bytes = b""


def key_of(identity: Identity) -> bytes:
    """A digest of the whole identity; msgpack frames every part, so no two read the same."""
    return blake2b(msgspec.msgpack.encode(identity), digest_size=24).digest()


def mark_of(org: str, credential: str, service: str) -> bytes:
    """What a write through this credential drops: the org's entries of the service."""
    return key_of(("mark", org, credential, service))


def tag_of(content: bytes) -> str:
    """A strong entity tag (RFC 9110 section 8.8.3)."""
    return f'"{blake2b(content, digest_size=16).hexdigest()}"'


_ENTRY = msgspec.msgpack.Decoder(Entry)


def written(entry: Entry) -> bytes:
    return msgspec.msgpack.encode(entry)


def read(text: bytes, key: bytes) -> Entry | None:
    """The entry of this key, or None for anything that is not one."""
    try:
        entry = _ENTRY.decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
    return entry if entry.version == VERSION and entry.key == key else None
