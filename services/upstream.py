"""The only module that speaks HTTP to a vendor: one client, one deadline, one table of errors."""

from __future__ import annotations

import functools
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from types import TracebackType
from urllib.parse import quote, urlencode

import pyreqwest.exceptions as faults
from django.conf import settings
from pyreqwest.client import Client, ClientBuilder
from pyreqwest.http import Url
from pyreqwest.multipart import FormBuilder, PartBuilder
from pyreqwest.request import RequestBuilder, StreamRequest
from pyreqwest.response import Response

from credentials.crypto import Secret
from services.action import MAX_TARGET, Upload, UpstreamRequest
from services.errors import BadRequest, ProxyError, UpstreamFailed, UpstreamTimeout

CONNECT = timedelta(seconds=5)
IDLE = timedelta(seconds=120)  # longest silence between two reads
AGENT = "ai-proxy"

# Every exception of the client, most specific first; a test compares it with the library.
_FAULTS: tuple[tuple[type[Exception], str], ...] = (
    (faults.RequestTimeoutError, "timeout"),
    (faults.ConnectError, "unreachable"),
    (faults.BuilderError, "unsendable"),
    (faults.PyreqwestError, "broken"),
)


@dataclass(slots=True)
class Answer:
    """What the vendor sent: status and headers are here, the body still flows.

    Close it, or use it as an async context manager, in the end.
    """

    status: int
    headers: Sequence[tuple[str, str]]
    _exchange: StreamRequest
    _response: Response
    _request: UpstreamRequest
    started: float
    seconds: float = field(default=0.0)  # to the headers, then to the end of what was read
    _closed: bool = field(default=False)

    async def body(self, limit: int) -> bytes:
        """The whole body, decoded. Raises UpstreamFailed past `limit` bytes."""
        whole = await self.start(limit + 1)
        if len(whole) > limit:
            raise UpstreamFailed(code="upstream_too_large")
        return whole

    async def start(self, limit: int) -> bytes:
        """The first `limit` bytes of the body; the rest stays unread."""
        parts, size = [], 0
        async for chunk in self.chunks():
            parts.append(chunk)
            size += len(chunk)
            if size >= limit:
                break
        self.seconds = time.perf_counter() - self.started
        return b"".join(parts)[:limit]

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body's bytes as they come."""
        reader = self._response.body_reader
        try:
            while (chunk := await reader.read_chunk()) is not None:
                yield bytes(chunk)
        except Exception as exc:  # noqa: BLE001  translated, or raised again
            raise _translated(exc, self._request) from None

    async def aclose(self) -> None:
        if self._closed:
            return
        self._closed = True
        await self._exchange.__aexit__(None, None, None)

    async def __aenter__(self) -> Answer:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        await self.aclose()


async def send(request: UpstreamRequest, *, secret: Secret | None) -> Answer:
    """Send one request, once; the secret joins here and lives nowhere else.

    Raises UpstreamTimeout and UpstreamFailed; a vendor's refusal is an Answer, not an exception.
    """
    started = time.perf_counter()
    try:
        exchange = (await _built(request, secret)).build_streamed()
        response = await exchange.__aenter__()
    except ProxyError:
        raise
    except Exception as exc:  # noqa: BLE001  translated, or raised again
        raise _translated(exc, request) from None
    return Answer(
        status=response.status,
        headers=_headers(response),
        _exchange=exchange,
        _response=response,
        _request=request,
        started=started,
        seconds=time.perf_counter() - started,
    )


def _headers(response: Response) -> list[tuple[str, str]]:
    """Names in lower case with their values; one that is not ASCII is left out."""
    try:
        return [(name.lower(), value) for name, value in response.headers.items()]
    except ValueError:
        return [pair for name in set(response.headers) for pair in _header(response, name)]


def _header(response: Response, name: str) -> list[tuple[str, str]]:
    try:
        return [(name.lower(), value) for value in response.get_header_all(name)]
    except ValueError:
        return []


def target(request: UpstreamRequest) -> Url:
    """The URL that is sent, checked: parsing it must change nothing (RFC 3986 section 6).

    Raises BadRequest when it is too long, and when a client would send it somewhere else.
    """
    query = urlencode(request.query, quote_via=quote) if request.query else ""
    raw = f"{request.path}?{query}" if query else request.path
    if len(raw) > MAX_TARGET:
        raise BadRequest("The path and query are too long.", code="target_too_long")
    url = Url(request.base_url + raw)
    if url.path != _base(request.base_url) + request.path or url.query_string != (query or None):
        raise BadRequest("The path parameters change the path.", code="bad_path_param")
    return url


@functools.lru_cache(maxsize=64)
def _base(url: str) -> str:
    return Url(url).path.rstrip("/")


@functools.cache
def _client() -> Client:
    """One client per process: no redirects, no cookies, no proxies from the environment."""
    return (
        ClientBuilder()
        .follow_redirects(False)
        .referer(False)
        .no_proxy()
        .default_cookie_store(False)
        .http1_only()
        .https_only(not settings.ALLOW_INSECURE_UPSTREAMS)
        .connect_timeout(CONNECT)
        .read_timeout(IDLE)
        .user_agent(AGENT)
        .build()
    )


async def _built(request: UpstreamRequest, secret: Secret | None) -> RequestBuilder:
    builder = _client().request(request.method, target(request))
    builder = builder.timeout(_seconds(request.timeout))
    for name, value in request.headers:
        builder = builder.header(name, value)
    if request.response != "json":
        builder = builder.header("accept-encoding", "identity").streamed_read_buffer_limit(0)
    if secret is not None:
        builder = builder.header(request.auth_header, secret.reveal(), is_sensitive=True)
    if request.multipart:
        return builder.multipart(_form(request))
    if request.uploads:
        return _raw(builder, request.uploads[0])
    return builder if request.body is None else builder.body_bytes(request.body)


@functools.lru_cache(maxsize=64)
def _seconds(value: float) -> timedelta:
    return timedelta(seconds=value)


def _raw(builder: RequestBuilder, upload: Upload) -> RequestBuilder:
    builder = builder.header("content-length", str(upload.size))
    if upload.content_type:
        builder = builder.header("content-type", upload.content_type)
    return builder.body_stream(upload.chunks())


def _form(request: UpstreamRequest) -> FormBuilder:
    form = FormBuilder().percent_encode_noop()  # names are plain: see outgoing
    for name, value in request.fields:
        form = form.text(name, value)
    for upload in request.uploads:
        part = PartBuilder.from_stream_with_length(upload.chunks(), upload.size)
        if upload.filename is not None:
            part = part.file_name(upload.filename)
        if upload.content_type:
            part = part.mime(upload.content_type)
        form = form.part(upload.field, part)
    return form


def _translated(exc: Exception, request: UpstreamRequest) -> Exception:
    """A foreign exception as one of ours; its text may hold the secret and is never shown."""
    for kind, word in _FAULTS:
        if isinstance(exc, kind):
            sent = word == "unreachable" and not _unsent(exc)
            return _failure("broken" if sent else word, request)
    return exc


def _unsent(exc: Exception) -> bool:
    """Whether no byte of the request left: the client's connect errors also cover a connection
    that ended before the answer began, when the vendor may have acted on the request."""
    causes = (getattr(exc, "details", None) or {}).get("causes") or ()
    return any("(Connect)" in cause["message"] for cause in causes)


def _failure(word: str, request: UpstreamRequest) -> UpstreamFailed:
    if word == "timeout":
        return UpstreamTimeout(retryable=request.repeatable)
    retryable = request.repeatable or word == "unreachable"
    return UpstreamFailed(code=f"upstream_{word}", retryable=retryable and word != "unsendable")
