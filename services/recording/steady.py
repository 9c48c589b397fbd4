"""Work that is carried on whoever leaves: calls under way, and what the database did not take."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

from django.db import DatabaseError, InterfaceError

from jobs import database

logger = logging.getLogger("ai_proxy")
Given = ParamSpec("Given")
Made = TypeVar("Made")

AWAY = (DatabaseError, InterfaceError)
FIRST, LONGEST = 0.5, 5.0  # seconds between tries
TRIES = 24  # after which the reaper has the attempt: about two minutes
SETTLING = 10.0  # seconds that a loop which ends with its work waits for what was left for later
_under_way: set[asyncio.Task[Any]] = set()
_ending = False


async def carried(work: Coroutine[Any, Any, Made], left: Callable[[Made], Awaitable[None]]) -> Made:
    """The result of `work`, which goes on when the caller goes away; `left` gets its result then.

    A vendor that was asked works on too, and what it answers was paid for.
    """
    task = kept(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if not task.cancelled():
            kept(_abandoned(task, left))
        raise


def later(work: Callable[Given, Any], *given: Given.args, **named: Given.kwargs) -> None:
    """Do this to the database as soon as that is there again; what must not run twice may not."""
    kept(_until_done(work, *given, **named))


async def finish(seconds: float) -> None:
    """Wait for what is under way, at the process's end; the database gets one more chance."""
    global _ending
    _ending = True
    await _settled(seconds)


async def whole(work: Awaitable[Made]) -> Made:
    """The result of `work` on a loop that ends with it, and with what it left for later."""
    try:
        return await work
    finally:
        await _settled(SETTLING)


async def _settled(seconds: float) -> None:
    """Wait until nothing of this loop is under way, what begins meanwhile included."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while mine := [task for task in _under_way.copy() if task.get_loop() is loop]:
        if (left := until - loop.time()) <= 0:
            return
        await asyncio.wait(mine, timeout=left)


def kept(work: Coroutine[Any, Any, Made]) -> asyncio.Task[Made]:
    """A task with a reference, without which it could vanish; a worker that ends waits for it."""
    task = asyncio.get_running_loop().create_task(work)
    _under_way.add(task)
    task.add_done_callback(_under_way.discard)
    return task


async def _abandoned(task: asyncio.Task[Made], left: Callable[[Made], Awaitable[None]]) -> None:
    try:
        result = await task
    except Exception:  # noqa: BLE001  it is in the ledger, and nobody is here to be told
        return
    await left(result)


async def _until_done(
    work: Callable[Given, Any], *given: Given.args, **named: Given.kwargs
) -> None:
    pause = FIRST
    for turn in range(TRIES):
        if _ending and turn:
            break
        await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311  no secret
        try:
            await database.run(work, *given, **named)
            return
        except AWAY:
            pause = min(LONGEST, pause * 2)
    logger.error("The ledger could not be written; a call is left to the reaper")
