"""Keeping the event loop free: work on large values goes to a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings

Made = TypeVar("Made")


async def run(work: Callable[..., Made], *given: Any, size: int, **named: Any) -> Made:
    """`work(*given, **named)`, in a thread when it handles more than THREAD_BYTES bytes."""
    if size > settings.THREAD_BYTES:
        return await asyncio.to_thread(work, *given, **named)
    return work(*given, **named)
