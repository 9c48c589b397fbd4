"""Sound in every format that can be asked for: a tone for each letter, a rest for each space."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sandbox.elevenlabs import mp3, opus

LETTER = 0.06  # seconds of a letter at speed 1, as people talk
PIECE = 16  # letters in a piece of a stream, about a second
_LOUD = 6000  # of 32767
_TYPES = {
    "mp3": "audio/mpeg",
    "pcm": "audio/pcm",
    "wav": "audio/wav",
    "opus": "audio/ogg",
    "ulaw": "audio/basic",
    "alaw": "audio/x-alaw-basic",
}


@dataclass(frozen=True, slots=True)
class Tune:
    """What is heard: pitches in hertz, 0 for silence, of `each` seconds."""

    pitches: tuple[float, ...]
    each: float

    @property
    def seconds(self) -> float:
        return len(self.pitches) * self.each


def spoken(text: str, speed: float = 1.0) -> Tune:
    return Tune(tuple(_pitch(letter) for letter in text), LETTER / speed)


def lasting(seconds: float, seed: str = "") -> Tune:
    """A tune of this length, another one for another seed."""
    count = max(1, round(seconds / LETTER))
    letters = seed or "sound"
    return spoken((letters * (count // len(letters) + 1))[:count], LETTER * count / seconds)


def media_type(form: str) -> str:
    return _TYPES[form.partition("_")[0]]


def whole(tune: Tune, form: str) -> bytes:
    return b"".join(pieces(tune, form))


def pieces(tune: Tune, form: str) -> Iterator[bytes]:
    """The sound in a format such as `mp3_44100_128`, in pieces of about a second."""
    kind, rate, *more = form.split("_")
    if kind == "opus":
        return opus.pages(tune.seconds)
    if kind == "mp3":
        return _gathered(mp3.frames(int(rate), int(more[0]), _granules(tune, int(rate))), 38)
    samples = _samples(tune, int(rate))
    if kind == "wav":
        return iter((_riff(round(tune.seconds * int(rate)), int(rate)), *samples))
    return (_encoded(kind, part) for part in samples)


def _pitch(letter: str) -> float:
    return 0.0 if letter.isspace() else 220.0 * 2 ** (ord(letter) % 24 / 12)


def _granules(tune: Tune, rate: int) -> Sequence[float]:
    count = math.ceil(tune.seconds * rate / mp3.GRANULE)
    last = len(tune.pitches) - 1
    step = mp3.GRANULE / rate / tune.each
    return [tune.pitches[min(last, int(step * (n + 0.5)))] for n in range(count)]


def _gathered(parts: Iterator[bytes], count: int) -> Iterator[bytes]:
    held: list[bytes] = []
    for part in parts:
        held.append(part)
        if len(held) == count:
            yield b"".join(held)
            held.clear()
    yield b"".join(held)


def _samples(tune: Tune, rate: int) -> Iterator[bytes]:
    """16-bit samples; the letters' borders are rounded, so that the sum is exact."""
    ends = [round(n * tune.each * rate) for n in range(len(tune.pitches) + 1)]
    for at in range(0, len(tune.pitches), PIECE):
        part = range(at, min(at + PIECE, len(tune.pitches)))
        yield b"".join(_tone(tune.pitches[n], ends[n + 1] - ends[n], rate) for n in part)


@lru_cache(maxsize=512)
def _tone(pitch: float, count: int, rate: int) -> bytes:
    wave = (_LOUD * math.sin(n * pitch * math.tau / rate) for n in range(count))
    return struct.pack(f"<{count}h", *(round(level) for level in wave))


def _riff(count: int, rate: int) -> bytes:
    size = count * 2
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16)
    return (
        b"RIFF"
        + struct.pack("<I4s", 36 + size, b"WAVE")
        + form
        + struct.pack("<4sI", b"data", size)
    )


def _encoded(kind: str, samples: bytes) -> bytes:
    if kind == "pcm":
        return samples
    law = _mu if kind == "ulaw" else _a
    return bytes(law(level) for (level,) in struct.iter_unpack("<h", samples))


@lru_cache(maxsize=1 << 16)
def _mu(level: int) -> int:
    """One sample by ITU-T G.711's mu-law."""
    size = min(abs(level), 32635) + 132
    exponent = size.bit_length() - 8
    low = (size >> (exponent + 3)) & 15
    return ~((level < 0) << 7 | exponent << 4 | low) & 255


@lru_cache(maxsize=1 << 16)
def _a(level: int) -> int:
    """One sample by ITU-T G.711's A-law."""
    size = (level if level >= 0 else ~level) >> 3
    exponent = max(0, size.bit_length() - 5)
    low = (size >> max(1, exponent)) & 15
    return ((level >= 0) << 7 | exponent << 4 | low) ^ 0x55


def length(content: bytes) -> float:
    """About how long an uploaded sound is, in seconds; all but WAV is taken for 128 kbit/s."""
    if content[:4] == b"RIFF" and content[12:16] == b"fmt " and len(content) >= 44:
        (rate,) = struct.unpack_from("<I", content, 28)
        return max(0.1, (len(content) - 44) / rate) if rate else 1.0
    return min(600.0, max(0.1, len(content) / 16000))
