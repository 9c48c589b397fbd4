"""Results as files: what breaks off goes on where it broke."""

from __future__ import annotations

import mimetypes
import os
import random
import re
import time
from dataclasses import replace
from pathlib import Path
from typing import IO

import requests

from .files import PIECE, Progress
from .transport import FAULTS, Request, Transport, lost

SILENCE = 60.0  # seconds
_NAME = re.compile(r'filename="?([^";]+)')


class _Fetched:
    """What has come so far of one file."""

    def __init__(self, out: IO[bytes], report: Progress | None) -> None:
        self._out, self._report = out, report
        self.done = 0
        self.total: int | None = None
        self._mark: str | None = None  # by which the same file is known again

    @property
    def headers(self) -> dict[str, str]:
        """Bytes as they are and, of the same file, only those that are missing."""
        plain = {"Accept-Encoding": "identity"}
        if not self.done or not self._mark:
            return plain
        return {**plain, "Range": f"bytes={self.done}-", "If-Range": self._mark}

    def take(self, response: requests.Response) -> None:
        """Write what comes; raises one of FAULTS when it breaks off."""
        if response.status_code != 206:
            self._begin(response)
        for piece in response.iter_content(PIECE):
            self._out.write(piece)
            self.done += len(piece)
            if self._report:
                self._report(self.done, self.total)
        if self.total is not None and self.done < self.total:
            raise requests.ConnectionError

    def _begin(self, response: requests.Response) -> None:
        self._out.seek(0)
        self._out.truncate()
        self.done = 0
        length = response.headers.get("Content-Length")
        self.total = int(length) if length else None
        tag = response.headers.get("ETag", "")
        weak = not tag or tag.startswith("W/")
        self._mark = response.headers.get("Last-Modified") if weak else tag


def fetch(
    transport: Transport,
    request: Request,
    job: str,
    target: str | os.PathLike[str] | None,
    report: Progress | None,
) -> Path:
    """The place of a job's file once it is whole. Raises ProxyError."""
    request = replace(request, silence=SILENCE, timeout=SILENCE * 2)
    response = transport.send(replace(request, headers={"Accept-Encoding": "identity"}))
    path = _path(target, job, response)
    part = path.with_name(f"{path.name}.part")
    try:
        with open(part, "wb") as out:
            _whole(transport, request, response, _Fetched(out, report))
        os.replace(part, path)
    except BaseException:
        part.unlink()
        raise
    return path


def _whole(
    transport: Transport, request: Request, response: requests.Response, got: _Fetched
) -> None:
    failures = 0
    while True:
        before = got.done
        try:
            with response:
                return got.take(response)
        except FAULTS as exc:
            failures = 1 if got.done > before else failures + 1
            if failures > transport.retries:
                raise lost(exc, retryable=True) from exc
        time.sleep(random.uniform(0, 0.25 * 2**failures))
        response = transport.send(replace(request, headers=got.headers))


def _path(target: str | os.PathLike[str] | None, job: str, response: requests.Response) -> Path:
    if target is not None and not os.path.isdir(target):
        return Path(target)
    found = _NAME.search(response.headers.get("Content-Disposition", ""))
    name = os.path.basename(found[1].replace("\\", "/")).lstrip(".") if found else ""
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    return Path(target or ".") / (name or f"{job}{mimetypes.guess_extension(kind) or ''}")
