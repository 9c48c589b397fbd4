"""MPEG audio, layer III, bit by bit: frames that hold one spectral line each, which is a tone.

ISO 11172-3 section 2.4.1 and ISO 13818-3 section 2.4.1 (the lower sample rates); mono, no CRC.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

GRANULE = 576  # samples
_RATES = {44100: (True, 0), 22050: (False, 0), 24000: (False, 1)}  # MPEG-1?, its number
_KILOBITS = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_GAIN = 198  # of the line, in quarters of a power of two below 210
_SIGNS = (0, 1, 1, 0)  # of a line from granule to granule, so that its tone goes on unbroken


def frames(rate: int, kilobits: int, hertz: Sequence[float]) -> Iterator[bytes]:
    """The frames that sound like `hertz`, one pitch a granule; 0 is silence."""
    newer, _ = _RATES[rate]
    each = 2 if newer else 1
    size, rest, left = *divmod((144 if newer else 72) * kilobits * 1000, rate), 0
    lines = [round(pitch * GRANULE * 2 / rate - 0.5) if pitch else -1 for pitch in hertz]
    lines += [-1] * (-len(lines) % each)
    for at in range(0, len(lines), each):
        left += rest
        padded = left >= rate
        left -= rate * padded
        yield _frame(rate, kilobits, tuple(lines[at : at + each]), at % 4, size + padded, padded)


@lru_cache(maxsize=4096)
def _frame(
    rate: int, kilobits: int, lines: tuple[int, ...], turn: int, size: int, padded: bool
) -> bytes:
    newer, number = _RATES[rate]
    spectra = [_spectrum(line, _SIGNS[(turn + n) % 4]) for n, line in enumerate(lines)]
    head = f"{0b11111111111:011b}{0b11 if newer else 0b10:02b}01{1:01b}"
    head += f"{_KILOBITS[newer].index(kilobits):04b}{number:02b}{padded:01b}011{0:02b}0100"
    # main_data_begin, private bits and, at the higher rates, which scale factors are shared
    side = "0" * (18 if newer else 9)
    side += "".join(
        _granule(line, len(spectrum), newer) for line, spectrum in zip(lines, spectra, strict=True)
    )
    bits = head + side + "".join(spectra)
    return int(bits.ljust(size * 8, "0"), 2).to_bytes(size, "big")


def _granule(line: int, length: int, newer: bool) -> str:
    """What a decoder must know of a granule; every region is coded by table 1."""
    pairs, gain = (line // 2 + 1, _GAIN) if line >= 0 else (0, 0)
    start = f"{length:012b}{pairs:09b}{gain:08b}" + "0" * (4 if newer else 9)
    regions = "0" + f"{1:05b}" * 3 + f"{0:04b}{0:03b}"
    return start + regions + ("000" if newer else "00")


def _spectrum(line: int, sign: int) -> str:
    """One line of size 1 in Huffman table 1, after pairs of zeros."""
    if line < 0:
        return ""
    return "1" * (line // 2) + ("001" if line % 2 else "01") + str(sign)
