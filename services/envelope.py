"""The request envelope, from bytes to a `Call`: JSON, multipart, or the raw bytes of one file."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import msgspec
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from multipart import MultipartError, MultipartSegment, ParserLimitReached, PushMultipartParser

from services import body, headers, strict, threads
from services.action import PART_NAME, Action, Call, Upload, shown
from services.errors import BadRequest, TooLarge, UnsupportedMedia

_WAIT = re.compile(r'wait *= *"?([1-9][0-9]{0,4})"?(?: *;.*)?', re.IGNORECASE)
_PART = {"HTTP_RANGE": "range", "HTTP_IF_RANGE": "if-range"}
FIELDS = ("path_params", "query", "headers", "body")
MAX_PARTS = 64
_FRAMING = 64 * 1024  # bytes of a form with one file beside the file
_NAME = r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*"  # RFC 6838 section 4.2
_MEDIA_TYPE = re.compile(rf'{_NAME}/{_NAME}(?:; *{_NAME}=(?:{_NAME}|"[ !#-\[\]-~]+"))*')


class _Slices(msgspec.Struct):
    """Cuts the body out of an envelope, byte for byte."""

    body: msgspec.Raw = msgspec.Raw()


_CUT = msgspec.json.Decoder(_Slices)


async def parse(request: HttpRequest, action: Action) -> Call:
    """The call that this request makes of `action`.

    Raises BadRequest, TooLarge and UnsupportedMedia; nothing was sent upstream by then.
    """
    meta = request.META
    wait = wished(meta) if "HTTP_PREFER" in meta else None
    wanted = part(meta) if action.is_file and "HTTP_RANGE" in meta else {}
    call = await _parsed(request, action)
    if wait is None and not wanted:
        return call
    return replace(call, wait=wait, headers={**wanted, **call.headers})


def part(meta: Mapping[str, str]) -> dict[str, str]:
    """The headers that ask for a part of a file. Raises BadRequest."""
    given = {name: meta[key] for key, name in _PART.items() if key in meta}
    return headers.from_caller(given, given)[0]


def wished(meta: Mapping[str, str]) -> int | None:
    """The seconds of `Prefer: wait=SECONDS` (RFC 7240 section 4.3); what is no such is ignored."""
    if "HTTP_PREFER" not in meta:
        return None
    for preference in meta["HTTP_PREFER"].split(","):
        if found := _WAIT.fullmatch(preference.strip()):
            return int(found[1])
    return None


async def _parsed(request: HttpRequest, action: Action) -> Call:
    kind = (request.content_type or "").lower()
    if kind == "multipart/form-data":
        return await _multipart(request, action)
    if is_json(kind):
        return await _json(request, action)
    if action.request == "binary":
        return await _file(request, action)
    if await body.read(request, settings.MAX_JSON_BYTES):
        raise UnsupportedMedia(f"Action '{action.slug}' takes application/json, not {shown(kind)}.")
    return Call()


def is_json(kind: str) -> bool:
    return not kind or kind == "application/json" or kind.endswith("+json")


async def _json(request: HttpRequest, action: Action) -> Call:
    check_charset(request)
    raw = await body.read(request, settings.MAX_JSON_BYTES)
    if len(raw) > threads.LONG:
        return await asyncio.to_thread(from_json, raw, action)
    return from_json(raw, action)


def require_json(request: HttpRequest) -> None:
    """Refuse a body that says it is something else. Raises UnsupportedMedia."""
    if not is_json((request.content_type or "").lower()):
        raise UnsupportedMedia("Only application/json is taken here.")
    check_charset(request)


def check_charset(request: HttpRequest) -> None:
    charset = (request.content_params or {}).get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedMedia("JSON is read as UTF-8 only.")


def from_json(raw: bytes, action: Action) -> Call:
    """The call that an envelope in JSON describes. Raises BadRequest."""
    if not raw.strip():
        return Call()
    fields = strict.loads(raw, what="The request body", depth=settings.MAX_JSON_DEPTH)
    if not isinstance(fields, dict):
        raise BadRequest("The request body must be a JSON object.", code="bad_envelope")
    for name in fields:
        if name not in FIELDS:
            raise BadRequest(
                f"Unknown field: {shown(name)}. An envelope has path_params, query, "
                "headers and body; what the vendor shall get goes inside body.",
                code="unknown_field",
            )
    cut = bytes(_CUT.decode(raw).body) if fields.get("body") is not None else b""
    return _call(action, fields, cut)


def _call(
    action: Action, fields: Mapping[str, Any], raw: bytes, uploads: tuple[Upload, ...] = ()
) -> Call:
    parts = {name: _mapping(name, fields.get(name)) for name in ("path_params", "query", "headers")}
    passed, notes = headers.from_caller(parts["headers"], action.takes_headers)
    return Call(
        path_params=parts["path_params"],
        query=parts["query"],
        headers=passed,
        body=fields.get("body"),
        raw=raw,
        uploads=uploads,
        notes=notes,
    )


def _mapping(name: str, value: object) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadRequest(f"{name} must be a JSON object.", code="bad_envelope")
    return value


async def _file(request: HttpRequest, action: Action) -> Call:
    """The whole request body is the file; parameters stand in the query string."""
    limit = settings.MAX_FILE_BYTES
    body.check_length(request.META.get("CONTENT_LENGTH", ""), limit)
    fields = _from_query(request)
    spool = body.Spool()
    try:
        async for chunk in body.chunks(request, limit):
            await store(spool, chunk)
        upload = upload_of("file", None, request.META["CONTENT_TYPE"], spool)
        return _call(action, fields, b"", (upload,))
    except BaseException:
        spool.close()
        raise


async def store(spool: body.Spool, chunk: bytes) -> None:
    if spool.size + len(chunk) <= body.IN_MEMORY:
        spool.write(chunk)
    else:
        await asyncio.to_thread(spool.write, chunk)


def _from_query(request: HttpRequest) -> dict[str, dict[str, Any]]:
    try:
        given = request.GET
    except SuspiciousOperation:
        raise BadRequest("There are too many query parameters.") from None
    fields: dict[str, dict[str, Any]] = {"path_params": {}, "query": {}}
    for name, values in given.lists():
        place, _, inner = name.partition(".")
        if place not in fields or not inner:
            raise BadRequest(f"Unknown query parameter: {shown(name)}")
        fields[place][inner] = values if place == "query" and len(values) > 1 else values[-1]
    return fields


async def one_file(request: HttpRequest, limit: int, seen: Callable[[bytes], object]) -> Upload:
    """The one file that a request brings: its whole body, or the only part of its form.

    `seen` is told of every byte as it comes. Raises BadRequest, TooLarge, StorageFull.
    """
    if (request.content_type or "").lower() == "multipart/form-data":
        return await _only_part(request, limit, seen)
    body.check_length(request.META.get("CONTENT_LENGTH", ""), limit)
    spool = body.Spool(seen)
    try:
        async for chunk in body.chunks(request, limit):
            await store(spool, chunk)
        return upload_of("file", None, request.META.get("CONTENT_TYPE") or None, spool)
    except BaseException:
        spool.close()
        raise


async def _only_part(request: HttpRequest, limit: int, seen: Callable[[bytes], object]) -> Upload:
    form = _Form(limit, seen)
    try:
        await _fill(form, request, limit + _FRAMING)
        if len(form.uploads) != 1 or form.envelope:
            raise BadRequest(
                "The form must hold one file and nothing else.", code="one_file_expected"
            )
        return form.uploads[0]
    except BaseException:
        form.close()
        raise


async def _multipart(request: HttpRequest, action: Action) -> Call:
    form = _Form(settings.MAX_FILE_BYTES)
    try:
        await _fill(form, request, settings.MAX_MULTIPART_BYTES)
        return await threads.run(_from_form, form, action, size=form.size)
    except BaseException:
        form.close()
        raise


async def _fill(form: _Form, request: HttpRequest, limit: int) -> None:
    boundary = (request.content_params or {}).get("boundary", "")
    body.check_length(request.META.get("CONTENT_LENGTH", ""), limit)
    try:
        with PushMultipartParser(boundary, max_segment_count=MAX_PARTS, strict=True) as parser:
            async for chunk in body.chunks(request, limit):
                await asyncio.to_thread(form.feed, parser, chunk)
    except ParserLimitReached:
        raise TooLarge(f"A multipart body has at most {MAX_PARTS} parts.") from None
    except MultipartError:
        raise BadRequest("The multipart body is malformed.", code="bad_multipart") from None


def _from_form(form: _Form, action: Action) -> Call:
    fields: dict[str, Any] = {}
    for name, raw in form.envelope.items():
        what = f"The multipart part {name}"
        fields[name] = strict.loads(raw, what=what, depth=settings.MAX_JSON_DEPTH) if raw else None
    raw = form.envelope["body"] if fields.get("body") is not None else b""
    return _call(action, fields, raw, tuple(form.uploads))


class _Form:
    """Sorts a multipart body's segments into the envelope's fields and what goes upstream."""

    def __init__(self, largest: int, seen: Callable[[bytes], object] | None = None) -> None:
        self._largest, self._seen = largest, seen  # bytes of a file; who is told of them
        self.envelope: dict[str, bytes] = {}
        self.uploads: list[Upload] = []
        self._open: tuple[MultipartSegment, body.Spool] | None = None

    @property
    def size(self) -> int:
        """Bytes of JSON."""
        return sum(map(len, self.envelope.values()))

    def feed(self, parser: PushMultipartParser, chunk: bytes) -> None:
        """Take the next bytes; the line break that ends a body may arrive by itself."""
        try:
            self._take(parser.parse(chunk))
        except MultipartError:
            if chunk.strip(b"\r\n"):
                raise

    def _take(self, events: Iterable[MultipartSegment | bytes | None]) -> None:
        for event in events:
            if isinstance(event, MultipartSegment):
                check_quotes(event)
                self._open = event, body.Spool(self._seen)
            elif event is not None and self._open:
                self._write(*self._open, event)
            elif self._open:
                self._finish(*self._open)
                self._open = None

    def close(self) -> None:
        """Give back what the parts hold, for a body that is not used."""
        if self._open:
            self._open[1].close()
        for upload in self.uploads:
            upload.close()

    def _write(self, segment: MultipartSegment, spool: body.Spool, data: bytes) -> None:
        spool.write(bytes(data))
        limit = settings.MAX_JSON_BYTES if segment.name in FIELDS else self._largest
        if spool.size > limit:
            name = shown(segment.name)
            raise TooLarge(f"The multipart part {name} is larger than {limit} bytes.")

    def _finish(self, segment: MultipartSegment, spool: body.Spool) -> None:
        if segment.name not in FIELDS:
            kind = segment.header("Content-Type") or None
            self.uploads.append(upload_of(segment.name, segment.filename, kind, spool))
        elif segment.name in self.envelope:
            raise BadRequest(f"The multipart part {segment.name} stands there twice.")
        else:
            self.envelope[segment.name] = spool.whole()
            spool.close()


def check_quotes(segment: MultipartSegment) -> None:
    """Refuse a quoted name that ends with its line: the next header would be a part of it."""
    disposition = segment["Content-Disposition"]
    if re.sub(r"\\.", "", disposition).count('"') % 2:
        raise MultipartError("Unbalanced quotes")
    if segment.filename is None and re.search(r"; *filename\*=", disposition, re.IGNORECASE):
        # RFC 7578 section 4.2 forbids it, and without its name a file would pass for a field.
        raise BadRequest("A part has filename* and no filename.", code="bad_multipart")


def upload_of(field: str, filename: str | None, kind: str | None, spool: body.Spool) -> Upload:
    texts = (field, filename or "", kind or "")
    readable = all(text.isprintable() and len(text) <= 255 for text in texts)
    if not readable or not PART_NAME.fullmatch(field) or (kind and not _MEDIA_TYPE.fullmatch(kind)):
        raise BadRequest("A part's name, filename or type is not usable.", code="bad_multipart")
    return Upload(field, filename, kind, spool.size, spool.chunks, spool.close)
