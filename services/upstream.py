"""The only module that speaks HTTP to a vendor: one client, one deadline, one table of errors."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from types import TracebackType
from urllib.parse import quote, urlencode

import pyreqwest.exceptions as faults
from django.conf import settings
from pyreqwest.bytes import Bytes
from pyreqwest.client import Client, ClientBuilder
from pyreqwest.http import Url
from pyreqwest.multipart import FormBuilder, PartBuilder
from pyreqwest.request import RequestBuilder, StreamRequest
from pyreqwest.response import Response

from credentials.crypto import Secret
from services.action import MAX_TARGET, ORDINARY, Deadlines, Upload, UpstreamRequest
from services.errors import BadRequest, ProxyError, UpstreamFailed, UpstreamTimeout
from services.resolver import Resolver, Unresolved, resolver

AGENT = "ai-proxy"

# Every exception of the client, most specific first; a test compares it with the library.
_FAULTS: tuple[tuple[type[Exception], str], ...] = (
    (faults.RequestTimeoutError, "timeout"),
    (TimeoutError, "timeout"),
    (faults.ConnectError, "unreachable"),
    (faults.BuilderError, "unsendable"),
    (faults.BodyDecodeError, "truncated"),
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
    _then: list[Callable[[], None]] = field(default_factory=list)

    @property
    def left(self) -> float:
        """Seconds until the last byte is due."""
        return self.started + self._request.deadlines.total - time.perf_counter()

    async def body(self, limit: int) -> bytes:
        """The whole body, decoded. Raises UpstreamFailed past `limit` bytes."""
        parts, size = [], 0
        async for chunk in self.chunks():
            size += len(chunk)
            if size > limit:
                raise UpstreamFailed(code="upstream_too_large")
            parts.append(chunk)
        self.seconds = time.perf_counter() - self.started
        return b"".join(parts)

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
        # What is not JSON is bounded by its total time alone, so its silences are bounded too.
        read = reader.read_chunk if self._request.response == "json" else self._in_time
        try:
            while (chunk := await read()) is not None:
                yield bytes(chunk)
        except Exception as exc:  # noqa: BLE001  translated, or raised again
            raise _translated(exc, self._request, begun=True) from None

    async def _in_time(self) -> Bytes | None:
        async with asyncio.timeout(self._request.deadlines.idle):
            return await self._response.body_reader.read_chunk()

    def then(self, work: Callable[[], None]) -> None:
        """Do `work` when the answer is closed."""
        self._then.append(work)

    async def aclose(self) -> None:
        if self._closed:
            return
        self._closed = True
        try:
            await self._exchange.__aexit__(None, None, None)
        finally:
            self.release()

    def release(self) -> None:
        """Do what was to be done when the answer is closed, once."""
        while self._then:
            self._then.pop()()

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
        response = await _answered(exchange, request)
    except ProxyError:
        raise
    except Exception as exc:  # noqa: BLE001  translated, or raised again
        fault = _translated(exc, request)
        if getattr(fault, "unsent", False):
            resolver.failed(_host(request.base_url))
        raise fault from None
    return Answer(
        status=response.status,
        headers=_headers(response),
        _exchange=exchange,
        _response=response,
        _request=request,
        started=started,
        seconds=time.perf_counter() - started,
    )


async def _answered(exchange: StreamRequest, request: UpstreamRequest) -> Response:
    """The head of the answer; a long total time is for bodies, not for waiting for this."""
    limits = request.deadlines
    if request.uploads or limits.answer >= limits.total:
        return await exchange.__aenter__()
    async with asyncio.timeout(limits.answer):
        return await exchange.__aenter__()


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


async def post(
    url: str, headers: Mapping[str, str], body: bytes, *, within: float, names: Resolver
) -> tuple[int, Mapping[str, str]]:
    """Send an org's own endpoint a body: the status and headers of its answer; the rest is unread.

    `names` vets and finds the one address that is connected to. A client of its own, so that no
    number of such addresses pushes out those of vendors. Raises UpstreamFailed, UpstreamTimeout.
    """
    limits = Deadlines(connect=min(within, ORDINARY.connect), answer=within, total=within)
    request = UpstreamRequest("POST", url, "", "", deadlines=limits, repeatable=False)
    try:
        async with asyncio.timeout(within):
            client = await _own_client(request, names)
            builder = client.post(Url(url)).timeout(_seconds(within)).body_bytes(body)
            for name, value in headers.items():
                builder = builder.header(name, value)
            async with builder.build_streamed() as response:
                return response.status, dict(_headers(response))
    except ProxyError:
        raise
    except Exception as exc:  # noqa: BLE001  translated, or raised again
        raise _translated(exc, request) from None


async def _own_client(request: UpstreamRequest, names: Resolver) -> Client:
    """A client for one request. Raises UpstreamFailed where the host has no public address."""
    host, connect = _host(request.base_url), request.deadlines.connect
    if settings.ALLOW_INSECURE_UPSTREAMS:
        return _new_client("", "", connect, None)
    try:
        address = await names.find(host, within=connect)
    except Unresolved:
        raise _failure("unreachable", request, unsent=True) from None
    return _new_client(host, address, connect, None)


def target(request: UpstreamRequest) -> Url:
    """The URL that is sent, checked: parsing it must change nothing (RFC 3986 section 6).

    Raises BadRequest when it is too long, and when a client would send it somewhere else.
    """
    query = request.written
    if request.query:
        query = urlencode(request.query, quote_via=quote)
    raw = f"{request.path}?{query}" if query else request.path
    if len(raw) > MAX_TARGET:
        raise BadRequest("The path and query are too long.", code="target_too_long")
    url = Url(request.base_url + raw)
    if url.path != _base(request.base_url) + request.path or url.query_string != (query or None):
        raise BadRequest("The path parameters change the path.", code="bad_path_param")
    return url


def located(
    url: str, headers: tuple[tuple[str, str], ...], deadlines: Deadlines
) -> UpstreamRequest:
    """The request for a file that an answer of a vendor points at.

    It has no place for a secret, and goes to https hosts on their usual port only, unless anything
    is allowed. Raises UpstreamFailed for a URL that is none such.
    """
    try:
        found = Url(url)
    except ValueError:
        raise UpstreamFailed(code="upstream_bad_answer") from None
    plain = settings.ALLOW_INSECURE_UPSTREAMS and found.scheme == "http"
    usual = plain or (found.scheme == "https" and (found.port is None or found.port == 443))
    if not usual or not found.host_str or found.username or found.password:
        raise UpstreamFailed(code="upstream_bad_answer")
    port = f":{found.port}" if found.port else ""
    return UpstreamRequest(
        method="GET",
        base_url=f"{found.scheme}://{found.host_str}{port}",
        path=found.path,
        written=found.query_string or "",
        auth_header="",
        headers=headers,
        deadlines=deadlines,
        response="passthrough",
    )


@functools.lru_cache(maxsize=64)
def _base(url: str) -> str:
    return Url(url).path.rstrip("/")


def _ready(request: UpstreamRequest) -> Client | None:
    """The client for this request, when that needs no waiting."""
    limits = request.deadlines
    if settings.ALLOW_INSECURE_UPSTREAMS:
        return _client("", "", limits.connect, _silence(request))
    host = _host(request.base_url)
    address = resolver.known(host)
    return _client(host, address, limits.connect, _silence(request)) if address else None


async def _found(request: UpstreamRequest) -> Client:
    """The client for this request: it connects to one address, vetted, whatever DNS says by then.

    Raises UpstreamFailed when there is none in the time for connecting.
    """
    connect, host = request.deadlines.connect, _host(request.base_url)
    try:
        address = await resolver.find(host, within=connect)
    except Unresolved:
        raise _failure("unreachable", request, unsent=True) from None
    return _client(host, address, connect, _silence(request))


def _silence(request: UpstreamRequest) -> float | None:
    """After how many seconds without a byte the client gives up by itself.

    It does not end a request whose caller has gone (decision 6), so that this is when that ends.
    An upload counts as silence, and has its total alone.
    """
    limits = request.deadlines
    longest = limits.answer if limits.answer > limits.idle else limits.idle
    return None if request.uploads or longest >= limits.total else longest


@functools.lru_cache(maxsize=64)
def _host(url: str) -> str:
    """The host as the client itself reads it, so that what is vetted is what it connects to."""
    return Url(url).host_str or ""


@functools.lru_cache(maxsize=64)
def _client(host: str, address: str, connect: float, silence: float | None) -> Client:
    """A client of one address, which falls out of use when others take its place.

    It still ends its requests then, and closes its idle connections.
    """
    return _new_client(host, address, connect, silence)


def _new_client(host: str, address: str, connect: float, silence: float | None) -> Client:
    """A client of one address, https only, or without one where anything is allowed.

    No redirects, no cookies, no proxies from the environment.
    """
    builder = (
        ClientBuilder()
        .follow_redirects(False)
        .referer(False)
        .no_proxy()
        .default_cookie_store(False)
        .brotli(False)  # its window alone may take 16 MiB
        .http1_only()
        .https_only(bool(address))
        .connect_timeout(timedelta(seconds=connect))
        .user_agent(AGENT)
    )
    if silence is not None:
        builder = builder.read_timeout(timedelta(seconds=silence))
    return (builder.resolve(host, address, 0) if address else builder).build()


def warm() -> None:
    """Make a client: the first of a process takes up to a tenth of a second."""
    _client("", "", ORDINARY.connect, None)


async def _built(request: UpstreamRequest, secret: Secret | None) -> RequestBuilder:
    url = target(request)
    client = _ready(request) or await _found(request)
    builder = client.request(request.method, url)
    builder = builder.timeout(_seconds(request.deadlines.total))
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


def _translated(exc: Exception, request: UpstreamRequest, *, begun: bool = False) -> Exception:
    """A foreign exception as one of ours; its text may hold the secret and is never shown.

    `begun` says that the answer had begun.
    """
    for kind, word in _FAULTS:
        if isinstance(exc, kind):
            unsent = _unsent(exc)
            if word == "unreachable" and not unsent:
                word = "broken"
            if word == "broken" and begun:
                word = "truncated"
            return _failure(word, request, unsent=unsent)
    return exc


def _unsent(exc: Exception) -> bool:
    """Whether no byte of the request left: the client's connect errors also cover a connection
    that ended before the answer began, when the vendor may have acted on the request."""
    causes = (getattr(exc, "details", None) or {}).get("causes") or ()
    return any("(Connect)" in cause["message"] for cause in causes)


def _failure(word: str, request: UpstreamRequest, *, unsent: bool) -> UpstreamFailed:
    failed = UpstreamTimeout if word == "timeout" else UpstreamFailed
    fault = failed(code=f"upstream_{word}")
    fault.unsent = unsent
    fault.retryable = word != "unsendable" and (request.repeatable or unsent)
    if word != "unsendable" and not (request.shortened and word == "timeout"):
        fault.blames_host = True
    return fault
