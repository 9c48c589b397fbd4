"""The bytes of a file of any size: made as they are sent, the same every time."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator

BLOCK = 64 * 1024
_NOISE = random.Random(1).randbytes(BLOCK - 8)


def blocks(size: int) -> Iterator[bytes]:
    """`size` bytes in blocks; no two blocks are equal, so that a lost or doubled one shows."""
    for number in range(-(-size // BLOCK)):
        yield (number.to_bytes(8) + _NOISE)[: size - number * BLOCK]


def digest(size: int) -> str:
    """The SHA-256 of all blocks."""
    found = hashlib.sha256()
    for block in blocks(size):
        found.update(block)
    return found.hexdigest()
