"""Work that outlives its answer: followed, waited for, stopped."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable
from urllib.parse import quote

from . import downloads
from .errors import JobFailed, ProxyError
from .files import Body, Progress
from .progress import Bar
from .sse import parsed
from .transport import FAULTS, Request, Transport, lost

ENDS = frozenset(("succeeded", "failed", "expired", "stopped"))
POLL = 30.0  # seconds of one long poll
SILENCE = 40.0  # seconds; the service gives a sign of life every fifteen
TRIES = 3  # streams that end at once, before long polls take over


class Job:
    """One job; `data` is what is known of it, None until it is asked for."""

    def __init__(self, transport: Transport, id: str, data: dict[str, Any] | None = None) -> None:
        self._transport = transport
        self.id = id
        self.data = data
        self._path = f"jobs/{quote(id, safe='')}/"

    def __repr__(self) -> str:
        return f"<Job {self.id} {self.data['status'] if self.data else 'unasked'}>"

    @property
    def ended(self) -> bool:
        return self.data is not None and self.data["status"] in ENDS

    def refresh(self, wait: float = 0) -> dict[str, Any]:
        """Ask how it is doing; with `wait`, at the latest after so many seconds (60 at most)."""
        query = {"wait": max(1, int(wait))} if wait else None
        self.data = self._ask(Request(self._path, query=query, timeout=wait + 60))
        return self.data

    def wait(
        self,
        timeout: float | None = None,
        *,
        on_status: Callable[[str], None] | None = None,
        on_progress: Callable[[int], None] | None = None,
        progress: bool = False,
    ) -> dict[str, Any]:
        """Its data when it has succeeded; `progress` shows a bar where somebody looks on.

        Without a `timeout` (seconds) until the service itself gives the job up. Raises JobFailed
        when it ends otherwise, ProxyError with the code `timeout` when it takes longer.
        """
        until = None if timeout is None else time.monotonic() + timeout
        with Bar("job") if progress else Bar(None) as bar:
            told = _Told(on_status, on_progress, bar)
            self._streamed(until, told)
            while not self.ended:
                told.state(self.refresh(min(POLL, _left(until))))
        data = self.data or {}
        if data["status"] != "succeeded":
            raise JobFailed(data)
        return data

    def _streamed(self, until: float | None, told: _Told) -> None:
        """Listen to its end, as long as streams come through."""
        try:
            for event in self._events(0, until):
                if event["type"] != "conflict":
                    told.state(event["data"])
        except ProxyError as error:
            if _is_final(error) or (until is not None and time.monotonic() >= until):
                raise
        told.state(self.refresh())

    def events(self, last_event_id: int = 0) -> Iterator[dict[str, Any]]:
        """Its history as it is written, from the line after this one to its end."""
        return self._events(last_event_id, None)

    def _events(self, last: int, until: float | None) -> Iterator[dict[str, Any]]:
        failures = 0
        while True:
            opened = time.monotonic()
            try:
                for event in self._stream(last, until):
                    last = event["number"]
                    yield event
                    if event["type"] in ENDS:
                        return
            except _Over:
                return
            except ProxyError as error:
                if error.status or error.code == "no_stream" or failures >= TRIES:
                    raise
            failures = 0 if time.monotonic() - opened > 5 else failures + 1
            if failures > TRIES:
                raise _no_stream()
            pause = random.uniform(0, min(20.0, 0.5 * 2**failures))
            time.sleep(min(pause, _left(until)))

    def _stream(self, last: int, until: float | None) -> Iterator[dict[str, Any]]:
        """One connection's worth of events. Raises _Over when there are no more."""
        headers = {"Accept": "text/event-stream", **({"Last-Event-ID": str(last)} if last else {})}
        silence = min(SILENCE, _left(until))
        response = self._transport.send(
            Request(f"{self._path}events/", headers=headers, streams=True, silence=silence)
        )
        with response:
            if response.status_code == 204:
                raise _Over
            if not response.headers.get("Content-Type", "").startswith("text/event-stream"):
                raise _no_stream()
            try:
                for event in parsed(response.iter_content(None)):
                    _left(until)
                    if "data" in event:
                        yield json.loads(event["data"])
            except FAULTS as exc:
                raise lost(exc, retryable=True) from exc

    def download(
        self,
        target: str | os.PathLike[str] | None = None,
        *,
        kind: str | None = None,
        item: int | None = None,
        on_progress: Progress | None = None,
    ) -> Path:
        """Its result as a file: at `target`, in that folder, or here under the service's name.

        What breaks off goes on where it broke, and the file is there once it is whole.
        """
        place = Request(f"{self._path}media/", query=_given(kind=kind, item=item), streams=True)
        return downloads.fetch(self._transport, place, self.id, target, on_progress)

    def link(
        self, expires_in: int | None = None, *, kind: str | None = None, item: int | None = None
    ) -> dict[str, Any]:
        """A public address of the result, for so many seconds: `{"url", "expires_at", ...}`."""
        given = _given(expires_in=expires_in, kind=kind, item=item)
        body = Body(json.dumps(given).encode())
        return self._ask(Request(f"{self._path}links/", "POST", body=body))

    def remove_links(self) -> None:
        """Make all its public links void."""
        self._transport.send(Request(f"{self._path}links/", "DELETE"))

    def stop(self) -> dict[str, Any]:
        """Follow it no more; the vendor finishes what it began, and charges for it."""
        self.data = self._ask(Request(self._path, "DELETE"))
        return self.data

    def items(self, state: str | None = None) -> Iterator[dict[str, Any]]:
        """A batch's results, in the order of its items."""
        return pages(self._transport, f"{self._path}items/", _given(state=state))

    def _ask(self, request: Request) -> dict[str, Any]:
        found: dict[str, Any] = self._transport.send(request).json()["data"]
        return found


class _Over(Exception):
    """The service has no more events."""


class _Told:
    """Tells listeners what is new, once."""

    def __init__(
        self,
        on_status: Callable[[str], None] | None,
        on_progress: Callable[[int], None] | None,
        bar: Bar,
    ) -> None:
        self._on_status, self._on_progress, self._bar = on_status, on_progress, bar
        self._status: str | None = None
        self._progress: int | None = None

    def state(self, data: dict[str, Any]) -> None:
        status, progress = data.get("status"), data.get("progress")
        if status is not None and status != self._status:
            self._status = status
            self._bar.label = f"job {status}"
            if self._on_status:
                self._on_status(status)
        if progress is not None and progress != self._progress:
            self._progress = progress
            if self._on_progress:
                self._on_progress(progress)
        self._bar(self._progress or 0, 100)


def pages(transport: Transport, path: str, query: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every row of a list, page after page."""
    while True:
        page = transport.send(Request(path, query=query)).json()
        yield from page["data"]
        if not page["has_more"]:
            return
        query = {**query, "cursor": page["next_cursor"]}


def _left(until: float | None) -> float:
    """Seconds that are left. Raises ProxyError when there are none."""
    left = float("inf") if until is None else until - time.monotonic()
    if left <= 0:
        raise ProxyError("The job had not ended in time.", code="timeout")
    return left


def _no_stream() -> ProxyError:
    return ProxyError("No stream of events comes through.", code="no_stream")


def _is_final(error: ProxyError) -> bool:
    """Whether asking in another way changes nothing."""
    return 400 <= error.status < 500 and error.status not in (406, 408, 429)


def _given(**values: Any) -> dict[str, Any]:
    """Only what is there."""
    return {name: value for name, value in values.items() if value is not None}
