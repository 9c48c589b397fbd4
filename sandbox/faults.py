"""Misbehaviour on request: wrong answers, late ones, lost ones."""

from __future__ import annotations

import contextlib
import os
import socket
import stat
from typing import Any

import msgspec
from starlette.responses import Response
from starlette.types import Scope, Send

from sandbox.state import Fault, Sandbox


def take(sandbox: Sandbox, method: str, target: str) -> Fault | None:
    """The first fault that fits this request, counted as used once."""
    for fault in sandbox.faults:
        if fault.fits(method, target):
            if fault.times is not None:
                fault.times -= 1
            return fault
    return None


def spoil(fault: Fault, real: Response | None) -> Response:
    """The answer the fault asks for; the real one when it only asked for a delay."""
    if fault.status is None and real is not None:
        real.headers.update(fault.headers)
        return real
    return Response(
        _encoded(fault.body),
        fault.status or 500,
        {"content-type": "application/json", **fault.headers},
    )


def _encoded(body: Any) -> bytes:
    if body is None:
        return b""
    return body.encode() if isinstance(body, str) else msgspec.json.encode(body)


async def drop(scope: Scope, send: Send) -> None:
    """Cut the connection without an answer.

    ASGI has no word for that, so the socket is found among the process's own by its peer.
    """
    if _shut(tuple(scope.get("client") or ())):
        return
    # Where that fails, an answer that breaks off: more bytes announced than sent.
    await send({"type": "http.response.start", "status": 200, "headers": [_TOO_LONG]})
    await send({"type": "http.response.body", "body": b"{", "more_body": True})
    raise ConnectionAbortedError


_TOO_LONG = (b"content-length", b"100")


def _shut(peer: tuple[Any, ...]) -> bool:
    if len(peer) < 2:
        return False
    wanted = (str(peer[0]), int(peer[1]))
    for fd in _descriptors():
        with contextlib.suppress(OSError):
            if not stat.S_ISSOCK(os.fstat(fd).st_mode):
                continue
            with socket.socket(fileno=os.dup(fd)) as found:
                name = found.getpeername()
                if isinstance(name, tuple) and (str(name[0]), name[1]) == wanted:
                    found.shutdown(socket.SHUT_RDWR)
                    return True
    return False


def _descriptors() -> range:
    with contextlib.suppress(OSError):
        return range(3, max(map(int, os.listdir("/dev/fd"))) + 1)
    return range(3, 1024)
