"""Requests to the service: who calls, how long, and whether to try again."""

from __future__ import annotations

import random
import threading
import time
import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import requests
import urllib3

from .errors import ProxyError, told
from .files import Body, Progress

CONNECT = 10.0  # seconds
LONGEST_PAUSE = 60.0  # seconds of Retry-After that are waited for
FAULTS = (requests.RequestException, urllib3.exceptions.HTTPError)


@dataclass
class Request:
    """One request; `safe` says that sending it again does no harm."""

    path: str
    method: str = "GET"
    query: Mapping[str, Any] | Sequence[tuple[str, str]] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Body | None = None
    safe: bool = True
    streams: bool = False  # its answer is read later, piece by piece
    timeout: float | None = None  # seconds for the whole, further tries included
    silence: float | None = None  # seconds without a byte, of what streams
    on_progress: Progress | None = None

    @property
    def again(self) -> bool:
        """Whether it can be sent a second time."""
        return self.safe and (self.body is None or self.body.again)


class _Key(requests.auth.AuthBase):
    """Sets the header itself: what `.netrc` says would replace it otherwise."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Api-Key {self._key}"
        return request


class Transport:
    """Speaks HTTP for one org; several threads may use it."""

    def __init__(self, base_url: str, org: str, key: str, *, timeout: float, retries: int) -> None:
        if not (base_url and org and key):
            raise ValueError("base_url, org and key are needed.")
        self._root = f"{base_url.rstrip('/')}/api/ai-proxy/orgs/{quote(org, safe='')}/"
        self._auth = _Key(key)
        self._timeout = timeout
        self.retries = retries
        self._own = threading.local()
        self._sessions: weakref.WeakSet[requests.Session] = weakref.WeakSet()

    def close(self) -> None:
        for session in list(self._sessions):
            session.close()

    def send(self, request: Request) -> requests.Response:
        """The answer, tried again where that is safe. Raises ProxyError."""
        until = time.monotonic() + (request.timeout or self._timeout)
        tries = 0
        while True:
            try:
                return self._once(request, until)
            except ProxyError as fault:
                # Who waits for an earlier try of the same call has not tried again.
                tries += fault.code != "request_in_progress"
                pause = self._pause(fault, request, tries)
                if pause is None or time.monotonic() + pause > until:
                    raise
            time.sleep(pause)

    def _once(self, request: Request, until: float) -> requests.Response:
        left = max(0.001, until - time.monotonic())
        body = request.body
        headers = {**({"Content-Type": body.type} if body else {}), **request.headers}
        try:
            response = self._session().request(
                request.method,
                self._root + request.path,
                params=request.query,
                data=body.make(request.on_progress) if body else None,
                headers=headers,
                auth=self._auth,
                timeout=(min(CONNECT, left), min(left, request.silence or left)),
                allow_redirects=False,
                stream=True,
            )
            if not 200 <= response.status_code < 300:
                _read(response, until)
                raise told(response)
            if not request.streams:
                _read(response, until)
        except FAULTS as exc:
            raise lost(exc, request.again) from exc
        return response

    def _pause(self, fault: ProxyError, request: Request, tries: int) -> float | None:
        """Seconds until the next try, None for none.

        Random over the whole span, so that many that failed together do not come back together.
        """
        if not (fault.retryable and request.again) or tries > self.retries:
            return None
        if fault.retry_after is None:
            return random.uniform(0, min(20.0, 0.25 * 2**tries))
        if fault.retry_after > LONGEST_PAUSE:
            return None
        return fault.retry_after + random.uniform(0, 0.25)

    def _session(self) -> requests.Session:
        """This thread's own: sessions are not made to be shared."""
        session: requests.Session | None = getattr(self._own, "session", None)
        if session is None:
            session = self._own.session = requests.Session()
            self._sessions.add(session)
        return session


def lost(exc: Exception, retryable: bool) -> ProxyError:
    """What became of a request whose answer did not come, or broke off."""
    if isinstance(exc, (requests.Timeout, urllib3.exceptions.TimeoutError)):
        return ProxyError("There was no answer in time.", code="timeout", retryable=retryable)
    return ProxyError(
        "The service could not be reached, or its answer broke off.",
        code="unreachable",
        retryable=retryable,
    )


def _read(response: requests.Response, until: float) -> None:
    """Take the whole answer in, while there is time."""
    response._content = b"".join(_timely(response, until))
    response._content_consumed = True  # type: ignore[attr-defined]


def _timely(response: requests.Response, until: float) -> Iterator[bytes]:
    for piece in response.iter_content(1 << 16):
        if time.monotonic() > until:
            response.close()
            raise requests.Timeout
        yield piece
