"""What a call sends: files and forms as they are read, never whole in memory."""

from __future__ import annotations

import io
import json
import mimetypes
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Callable, Optional, Union

Data = Union[bytes, str, "os.PathLike[str]", IO[bytes]]  # a text is a path
# Bytes, a path, an open file; or one of them with the name, and the media type, to send it under.
FileLike = Union[Data, tuple[str, Data], tuple[str, Data, str]]
Progress = Callable[[int, Optional[int]], None]  # bytes so far, and of how many where it is known

PIECE = 1 << 16
_ENVELOPE = ("path_params", "query", "headers", "body")


class Source:
    """One file to send, which can be opened for each try."""

    def __init__(self, file: FileLike) -> None:
        name, given, kind = _described(file)
        data = Path(given) if isinstance(given, str) else given
        self._data = data
        self._start = _place(data)
        self.name = name
        self.type = kind or mimetypes.guess_type(name)[0] or "application/octet-stream"
        self.again = self._start is not None
        self.size = self._measured()

    def _measured(self) -> int | None:
        """Bytes; None for a stream."""
        if isinstance(self._data, bytes):
            return len(self._data)
        if isinstance(self._data, os.PathLike):
            return os.stat(self._data).st_size
        if self._start is None:
            return None
        end = self._data.seek(0, os.SEEK_END)
        self._data.seek(self._start)
        return end - self._start

    def pieces(self) -> Iterator[bytes]:
        """Its bytes, from the beginning."""
        if isinstance(self._data, bytes):
            yield from _pieces(io.BytesIO(self._data))
        elif isinstance(self._data, os.PathLike):
            with open(self._data, "rb") as file:
                yield from _pieces(file)
        else:
            if self._start is not None:
                self._data.seek(self._start)
            yield from _pieces(self._data)


class Sized:
    """Pieces of a known length, as `requests` takes a body; tells how many have gone out."""

    def __init__(self, pieces: Iterator[bytes], size: int, report: Progress | None) -> None:
        self._pieces, self._size, self._report = pieces, size, report
        self._rest = b""
        self._sent = 0

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._rest) < size:
            piece = next(self._pieces, b"")
            if not piece:
                break
            self._rest += piece
        end = len(self._rest) if size < 0 else size
        taken, self._rest = self._rest[:end], self._rest[end:]
        self._sent += len(taken)
        if self._report and taken:
            self._report(self._sent, self._size)
        return taken


class Body:
    """A request's body, made anew for each try; `again` is False for what can be read once."""

    again = True

    def __init__(self, content: bytes = b"", kind: str = "application/json") -> None:
        self._content = content
        self.type = kind

    def make(self, report: Progress | None) -> Any:
        return self._content


class Raw(Body):
    """The bytes of one file."""

    def __init__(self, file: FileLike) -> None:
        self.source = Source(file)
        super().__init__(kind=self.source.type)
        self.again = self.source.again

    def make(self, report: Progress | None) -> Any:
        if self.source.size is None:
            return _counted(self.source.pieces(), report)
        return Sized(self.source.pieces(), self.source.size, report)


class Form(Body):
    """An envelope's fields as JSON, and files under their own names (RFC 7578)."""

    def __init__(
        self, fields: Mapping[str, Any], files: Mapping[str, FileLike | Sequence[FileLike]]
    ) -> None:
        self._mark = secrets.token_hex(16)
        super().__init__(kind=f"multipart/form-data; boundary={self._mark}")
        self._parts: list[bytes | Source] = []
        for name, value in fields.items():
            self._head(name)
            self._parts.append(json.dumps(value).encode())
        for name, given in files.items():
            for file in given if isinstance(given, list) else [given]:
                source = Source(file)  # type: ignore[arg-type]
                self._head(name, f'; filename="{_quoted(source.name)}"', source.type)
                self._parts.append(source)
        self._parts.append(f"\r\n--{self._mark}--\r\n".encode())
        sources = [part for part in self._parts if isinstance(part, Source)]
        if any(source.size is None for source in sources):
            raise TypeError("A form takes no streams: give bytes, a path or a file that can seek.")

    def _head(self, name: str, more: str = "", kind: str = "") -> None:
        kind = f"\r\nContent-Type: {kind}" if kind else ""
        start = f'\r\n--{self._mark}\r\nContent-Disposition: form-data; name="{_quoted(name)}"'
        self._parts.append(f"{start}{more}{kind}\r\n\r\n".encode())

    def make(self, report: Progress | None) -> Any:
        sizes = (len(one) if isinstance(one, bytes) else one.size or 0 for one in self._parts)
        return Sized(self._pieces(), sum(sizes), report)

    def _pieces(self) -> Iterator[bytes]:
        for part in self._parts:
            if isinstance(part, bytes):
                yield part
            else:
                yield from part.pieces()


def parameters(envelope: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Parameters of a call that sends raw bytes: they stand in the URL."""
    return [
        (f"{place}.{name}", _text(one))
        for place in ("path_params", "query")
        for name, value in (envelope.get(place) or {}).items()
        for one in (value if isinstance(value, list) else [value])
        if one is not None
    ]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _described(file: FileLike) -> tuple[str, Data, str]:
    if isinstance(file, tuple):
        return file if len(file) == 3 else (*file, "")
    place = file if isinstance(file, (str, os.PathLike)) else getattr(file, "name", "file")
    return (os.path.basename(place) if not isinstance(place, int) else "file"), file, ""


def _place(data: bytes | os.PathLike[str] | IO[bytes]) -> int | None:
    """Where its bytes begin; None for what cannot be read twice."""
    if isinstance(data, (bytes, os.PathLike)):
        return 0
    return data.tell() if data.seekable() else None


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


def _counted(pieces: Iterator[bytes], report: Progress | None) -> Iterator[bytes]:
    sent = 0
    for piece in pieces:
        yield piece
        sent += len(piece)
        if report:
            report(sent, None)


def _quoted(name: str) -> str:
    """As browsers write a name: https://html.spec.whatwg.org/#multipart-form-data."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
