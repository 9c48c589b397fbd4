"""The request of a vendor's own client: its bytes for the vendor, and what the guards must see."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from multipart import MultipartError, MultipartSegment, ParserLimitReached, PushMultipartParser

from services import body, envelope, strict, threads
from services.action import Action, Call, Untouched, Upload, shown
from services.errors import BadRequest, TooLarge, UnsupportedMedia
from services.headers import passing
from services.passthrough.paths import OTHER, Match, parameters, written

FIELD = 64 * 1024  # bytes of a form's field that may hold an id
_PASSED = ("accept", "accept-language")
_PART = ("range", "if-range")


async def read(request: HttpRequest, match: Match, method: str) -> tuple[Call, Untouched]:
    """The call that the guards hold to its rules, and what is sent.

    Raises BadRequest, TooLarge and UnsupportedMedia for what they could not see through.
    """
    meta, action = request.META, match.action
    _refuse_encoded(meta.get("HTTP_CONTENT_ENCODING", ""))
    wait = envelope.wished(meta)
    names = (*_PASSED, *(_PART if action.is_file else ()))
    told = passing(meta, names)
    content = await _content(request, action)
    if content.raw:
        told += passing(meta, ("content-type",))
    call = Call(
        path_params=match.path_params,
        query=parameters(match.query),
        body=content.value,
        raw=content.raw,
        uploads=content.parts,
        wait=wait,
    )
    query = written(match.query)
    sent = Untouched(method, match.path, query, told, content.raw or None, content.file)
    return call, sent


@dataclass(slots=True)
class _Content:
    """A request's body: in memory, or a file; what it says, and the parts of a form."""

    raw: bytes = b""
    file: Upload | None = None
    value: Any = None
    parts: tuple[Upload, ...] = ()


async def _content(request: HttpRequest, action: Action) -> _Content:
    kind = (request.content_type or "").lower()
    anything = action.slug == OTHER
    if kind == "multipart/form-data":
        if action.request != "multipart" and not anything:
            raise _unread(action, kind)
        return await _form(request)
    if action.request == "binary" and not (kind and envelope.is_json(kind)):
        return await _file(request)
    if envelope.is_json(kind):
        return await _json(request)
    raw = await body.read(request, settings.MAX_JSON_BYTES)
    if raw:
        raise _unread(action, kind)
    return _Content()


def _unread(action: Action, kind: str) -> UnsupportedMedia:
    return UnsupportedMedia(f"Action '{action.slug}' does not take {shown(kind)}.")


def _refuse_encoded(encoding: str) -> None:
    """Refuse a compressed body: nobody here reads what is in it."""
    if encoding.lower() not in ("", "identity"):
        raise UnsupportedMedia("A request's body is read without Content-Encoding only.")


async def _json(request: HttpRequest) -> _Content:
    envelope.check_charset(request)
    raw = await body.read(request, settings.MAX_JSON_BYTES)
    if not raw.strip():
        return _Content(raw)
    return _Content(raw, value=await threads.run(_value, raw, size=len(raw)))


def _value(raw: bytes) -> Any:
    return strict.loads(raw, what="The request body", depth=settings.MAX_JSON_DEPTH)


async def _file(request: HttpRequest) -> _Content:
    limit = settings.MAX_FILE_BYTES
    body.check_length(request.META.get("CONTENT_LENGTH", ""), limit)
    spool = body.Spool()
    try:
        async for chunk in body.chunks(request, limit):
            await envelope.store(spool, chunk)
        kind = request.META.get("CONTENT_TYPE") or None
        file = envelope.upload_of("file", None, kind, spool)
        return _Content(file=file, parts=(file,))
    except BaseException:
        spool.close()
        raise


async def _form(request: HttpRequest) -> _Content:
    limit = settings.MAX_MULTIPART_BYTES
    body.check_length(request.META.get("CONTENT_LENGTH", ""), limit)
    boundary = (request.content_params or {}).get("boundary", "")
    ((_, kind),) = passing(request.META, ("content-type",))
    spool, form = body.Spool(), _Form()
    try:
        with PushMultipartParser(
            boundary, max_segment_count=envelope.MAX_PARTS, strict=True
        ) as parser:
            async for chunk in body.chunks(request, limit):
                await asyncio.to_thread(_take, form, parser, spool, chunk)
    except ParserLimitReached:
        spool.close()
        raise TooLarge(f"A multipart body has at most {envelope.MAX_PARTS} parts.") from None
    except MultipartError:
        spool.close()
        raise BadRequest("The multipart body is malformed.", code="bad_multipart") from None
    except BaseException:
        spool.close()
        raise
    file = Upload("form", None, kind, spool.size, spool.chunks, spool.close)
    return _Content(file=file, value=form.value, parts=tuple(form.parts))


def _take(form: _Form, parser: PushMultipartParser, spool: body.Spool, chunk: bytes) -> None:
    spool.write(chunk)
    form.feed(parser, chunk)


@dataclass(slots=True)
class _Form:
    """What a form says: its fields, and of each part enough to tell it from another."""

    value: dict[str, Any] = field(default_factory=dict)
    parts: list[Upload] = field(default_factory=list)
    _open: _Part | None = None

    def feed(self, parser: PushMultipartParser, chunk: bytes) -> None:
        """Take the next bytes; the line break that ends a body may arrive by itself."""
        try:
            self._read(parser.parse(chunk))
        except MultipartError:
            if chunk.strip(b"\r\n"):
                raise

    def _read(self, events: Iterable[MultipartSegment | bytes | None]) -> None:
        for event in events:
            if isinstance(event, MultipartSegment):
                envelope.check_quotes(event)
                self._open = _Part(event)
            elif event is not None and self._open:
                self._open.write(event)
            elif self._open:
                self._finish(self._open)
                self._open = None

    def _finish(self, part: _Part) -> None:
        name = part.segment.name
        self.parts.append(part.upload())
        if part.segment.filename is None:
            before = self.value.get(name)
            depth = settings.MAX_JSON_DEPTH
            value = strict.field(bytes(part.text), what=shown(name), depth=depth)
            self.value[name] = value if before is None else [value, before]


class _Part:
    """One part on its way by: a field's text, a file's digest."""

    def __init__(self, segment: MultipartSegment) -> None:
        self.segment = segment
        self.text = bytearray()
        self._seen = hashlib.sha256()
        self._size = 0

    def write(self, data: bytes | bytearray) -> None:
        self._size += len(data)
        self._seen.update(data)
        if self.segment.filename is None:
            if self._size > FIELD:
                raise BadRequest(
                    f"A part without a filename has at most {FIELD} bytes.", code="field_too_long"
                )
            self.text += data
        elif self._size > settings.MAX_FILE_BYTES:
            raise TooLarge(f"A file is larger than {settings.MAX_FILE_BYTES} bytes.")

    def upload(self) -> Upload:
        """The part as a call's: of a file's bytes, which go upstream elsewhere, their digest."""
        kept = bytes(self.text) if self.segment.filename is None else self._seen.digest()

        async def chunks() -> AsyncIterator[bytes]:
            yield kept

        kind = self.segment.header("Content-Type") or None
        segment = self.segment
        return Upload(segment.name, segment.filename, kind, self._size, chunks, lambda: None)
