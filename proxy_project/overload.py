"""The answer of a worker that is full: cheap, so that refusing does not add to the load."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any

from proxy_project.life import CLOSE, life
from services import respond
from services.errors import Overloaded

_ID = "0" * 32  # stands for the request's own id


async def refuse(scope: Any, send: Any) -> bool:
    """Answer 503 without making a request of it; False for a browser, whose answer needs CORS."""
    given = ""
    for name, value in scope["headers"]:
        if name == b"origin":
            return False
        if name == b"x-request-id":
            given = value.decode("latin-1")
    request_id = (given if respond.is_sane(given) else respond.new_id()).encode()
    headers, before, after = _answer()
    body = before + request_id + after
    own = [
        *headers,
        *([CLOSE] if life.leaving else ()),
        (b"x-request-id", request_id),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": Overloaded.status, "headers": own})
    await send({"type": "http.response.body", "body": body})
    return True


@lru_cache(maxsize=1)
def _answer() -> tuple[list[tuple[bytes, bytes]], bytes, bytes]:
    """Its headers but the request's own, and its body before and after the request's id."""
    response = respond.error(Overloaded(), _ID)
    respond.finish(response, _ID, time.perf_counter())
    before, _, after = response.content.partition(_ID.encode())
    headers = [
        (name.lower().encode(), value.encode())
        for name, value in response.headers.items()
        if name != "X-Request-Id"
    ]
    return headers, before, after
