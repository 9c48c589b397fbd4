"""Server-sent events from pieces of bytes.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

_END = re.compile(r"\r\n|\n|\r")


def parsed(pieces: Iterable[bytes]) -> Iterator[dict[str, str]]:
    """Each event's fields; what was not ended by an empty line is no event."""
    event: dict[str, str] = {}
    for line in _lines(pieces):
        if line:
            _add(event, line)
        elif event:
            yield event
            event = {}


def _lines(pieces: Iterable[bytes]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
    rest = ""
    for piece in pieces:
        text = rest + decoder.decode(piece)
        whole = text[:-1] if text.endswith("\r") else text  # perhaps half of a line's end
        *lines, rest = _END.split(whole)
        rest += text[len(whole) :]
        yield from lines


def _add(event: dict[str, str], line: str) -> None:
    name, _, value = line.partition(":")
    value = value[1:] if value.startswith(" ") else value
    if name == "data" and "data" in event:
        event["data"] += f"\n{value}"
    elif name in ("data", "id", "event", "retry"):
        event[name] = value
