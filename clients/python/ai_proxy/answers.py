"""What a call brings: JSON with what stands beside it, or a file as it arrives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import requests

from .files import PIECE
from .job import Job
from .transport import FAULTS, Transport, lost

_LINKED = re.compile(r'/jobs/([\w-]+)/>;\s*rel="?monitor')


class _Told:
    def __init__(self, response: requests.Response, transport: Transport) -> None:
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.request_id = response.headers.get("X-Request-Id")
        self.replayed = response.headers.get("Idempotent-Replayed") == "true"
        self.notes = response.headers.get("X-Contract-Notes")
        self.jobs = [Job(transport, id) for id in _ids(response)]

    @property
    def job(self) -> Job | None:
        """The job that the call started; the first, where there are several."""
        return self.jobs[0] if self.jobs else None


class Answer(_Told):
    """`data` is the vendor's payload, `page` what stands beside it (`has_more`, ...)."""

    def __init__(self, response: requests.Response, transport: Transport) -> None:
        super().__init__(response, transport)
        self.page: dict[str, Any] = response.json() if response.content else {}
        self.data: Any = self.page.pop("data", None)


class FileAnswer(_Told):
    """A file, as it arrives; read it once."""

    @property
    def content(self) -> bytes:
        return b"".join(self.pieces())

    def pieces(self) -> Iterator[bytes]:
        """Its bytes. Raises ProxyError when it breaks off."""
        try:
            with self.response:
                yield from self.response.iter_content(PIECE)
        except FAULTS as exc:
            raise lost(exc, retryable=False) from exc


def _ids(response: requests.Response) -> list[str]:
    linked = _LINKED.findall(response.headers.get("Link", ""))
    return list(dict.fromkeys(filter(None, [response.headers.get("X-Job-Id"), *linked])))
