"""Silence as Ogg Opus (RFC 7845, RFC 3533): an encoder would be needed for more."""

from __future__ import annotations

import struct
from collections.abc import Iterator

_QUIET = b"\xf8\xff\xfe"  # 20 ms of nothing, one channel, full band (RFC 6716 section 3.1)
_STEP = 960  # samples of it, at 48 kHz
_PACKETS = 50  # on a page: a second
_SERIAL = 1


def pages(seconds: float) -> Iterator[bytes]:
    """The file in pieces that can be sent as they are made."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 0, 48000, 0, 0)
    yield _page(0, 2, 0, [head])
    yield _page(1, 0, 0, [b"OpusTags" + struct.pack("<I7sI", 7, b"sandbox", 0)])
    packets = max(1, round(seconds * 48000 / _STEP))
    for number, start in enumerate(range(0, packets, _PACKETS), 2):
        end = min(start + _PACKETS, packets)
        last = 4 if end == packets else 0
        yield _page(number, last, end * _STEP, [_QUIET] * (end - start))


def _page(number: int, kind: int, position: int, packets: list[bytes]) -> bytes:
    head = struct.pack("<4sBBqIII", b"OggS", 0, kind, position, _SERIAL, number, 0)
    whole = head + bytes([len(packets), *map(len, packets)]) + b"".join(packets)
    return whole[:22] + struct.pack("<I", _checksum(whole)) + whole[26:]


def _checksum(page: bytes) -> int:
    """Ogg's CRC-32: the polynomial 0x04c11db7, neither reflected nor inverted."""
    value = 0
    for byte in page:
        value = ((value << 8) & 0xFFFFFFFF) ^ _TABLE[(value >> 24) ^ byte]
    return value


def _entry(value: int) -> int:
    value <<= 24
    for _ in range(8):
        value = (value << 1) ^ (0x104C11DB7 if value & 0x80000000 else 0)
    return value


_TABLE = [_entry(n) for n in range(256)]
