"""Keeping the event loop free: work on large values goes to a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

Made = TypeVar("Made")
LONG = 256 * 1024  # bytes


async def run(work: Callable[..., Made], *given: Any, size: int, **named: Any) -> Made:
    """`work(*given, **named)`, in a thread when it handles more than LONG bytes."""
    if size > LONG:
        return await asyncio.to_thread(work, *given, **named)
    return work(*given, **named)
