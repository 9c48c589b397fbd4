"""The ORM from the event loop: in threads of its own in a worker, in the caller's one elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import close_old_connections

Given = ParamSpec("Given")
Made = TypeVar("Made")
THREADS = 4  # and as many connections to the database
_pool: ThreadPoolExecutor | None = None


def start() -> None:
    """Give this process its threads; what it does from then on runs side by side."""
    global _pool
    _pool = ThreadPoolExecutor(THREADS, "ledger")


async def run(work: Callable[Given, Made], *given: Given.args, **named: Given.kwargs) -> Made:
    """`work(*given, **named)`, which may ask the database. Raises what it raises.

    Cancelling the caller does not undo it: what was begun is carried out.
    """
    if _pool is None:
        return await sync_to_async(work)(*given, **named)
    whole: Callable[[], Any] = partial(_fresh, work, *given, **named)
    made: Made = await asyncio.get_running_loop().run_in_executor(_pool, whole)
    return made


def _fresh(work: Callable[..., Made], *given: Any, **named: Any) -> Made:
    """With a connection that Django would use for a new request."""
    close_old_connections()
    return work(*given, **named)
