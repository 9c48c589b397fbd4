"""Calls the ASGI application as a server does, the body in any pieces."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from asgiref.sync import async_to_sync

from proxy_project.asgi import application
from tests.factories import Account


@dataclass(frozen=True)
class Answer:
    """What the application sent, and how many pieces of the body it had taken by then.

    `at` is when each piece of the answer was sent, by a clock that only goes forward.
    """

    status: int
    body: bytes
    taken: int
    headers: dict[str, str]
    at: tuple[float, ...] = ()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


GONE = b"\0gone"  # a piece that is none: the caller went away there


def post(
    account: Account,
    path: str,
    pieces: Sequence[bytes],
    *,
    slow: bool = False,
    query: str = "",
    **headers: str,
) -> Answer:
    """`posted`, for a test that is no coroutine."""
    answer: Answer = async_to_sync(posted)(account, path, pieces, slow=slow, query=query, **headers)
    return answer


async def posted(
    account: Account,
    path: str,
    pieces: Sequence[bytes],
    *,
    slow: bool = False,
    query: str = "",
    **headers: str,
) -> Answer:
    """POST a body in these pieces; names of `headers` are written with underscores.

    A slow caller never sends the last piece.
    """
    written = query.encode()
    return await asked(account, "POST", path, pieces, query=written, slow=slow, **headers)


async def asked(
    account: Account,
    method: str,
    path: str,
    pieces: Sequence[bytes],
    *,
    query: bytes = b"",
    slow: bool = False,
    **headers: str,
) -> Answer:
    """`posted`, with any method and query."""
    waiting: list[bytes] = list(pieces)
    sent: list[Any] = []
    at: list[float] = []
    given = {"authorization": account.authorization, "host": "testserver"} | headers
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query,
        "root_path": "",
        "headers": [(k.replace("_", "-").encode(), value.encode()) for k, value in given.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }

    async def receive() -> dict[str, Any]:
        if not waiting:
            await asyncio.Event().wait()  # a caller that waits for its answer
        piece = waiting.pop(0)
        if piece == GONE:
            return {"type": "http.disconnect"}
        more = bool(waiting) or slow
        return {"type": "http.request", "body": piece, "more_body": more}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        at.append(time.monotonic())

    await application(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent[1:])
    shown = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], body, len(pieces) - len(waiting), shown, tuple(at[1:]))
