"""Status answers and jobs: what callers' own polls tell of a job, and what a job tells them.

An answer of a status action serves all of an org's callers for a moment, and for longer once the
work has ended. It comes from a caller's own poll of this process, or from the job's row, where the
poller of any process wrote it.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.conf import settings
from django.db import DatabaseError, InterfaceError

from credentials.vault import Opened
from jobs import database, tracking
from jobs.models import Job
from services import progress, starting, threads
from services.action import Action
from services.exchange import Reply
from services.invocation import Invocation
from services.service import Service

logger = logging.getLogger("ai_proxy")
GOOD = 60.0  # seconds that the answer about finished work is given: its links live much longer
NO_JOB = 30.0  # seconds that an id is known to be no job's
PATIENCE = 1.0  # seconds to wait for the database; the vendor knows as well
SIZE = 10_000  # ids that are remembered
ROOM = 32 * 1024 * 1024  # bytes of their answers
LARGEST = 256 * 1024  # bytes of an answer that is remembered


class Name(NamedTuple):
    """A vendor's work as an org asks about it."""

    org: uuid.UUID
    service: str
    status_action: str
    upstream_id: str


@dataclass(slots=True)
class Known:
    """What this process knows of an id; times are the clock's."""

    checked: float  # when the database was asked
    job: uuid.UUID | None = None
    action: str = ""  # that started it
    answer: bytes = b""
    seen: float = float("-inf")  # when the vendor gave the answer
    ended: bool = False
    told: tuple[str, int | None] = ("", None)  # status and progress that the row has


@dataclass(slots=True)
class Memory:
    """The ids that were asked about, the longest unused one first; `clock` gives unix seconds."""

    clock: Callable[[], float] = time.time
    size: int = 0  # bytes of all answers
    _known: OrderedDict[Name, Known] = field(default_factory=OrderedDict)

    def find(self, name: Name) -> Known | None:
        """What is known, unless the database should be asked again."""
        known = self._known.get(name)
        if known is None:
            return None
        life = settings.JOB_FRESH_SECONDS if known.job else NO_JOB
        if self.clock() - known.checked >= life and not self.usable(known):
            return None
        self._known.move_to_end(name)
        return known

    def peek(self, name: Name) -> Known | None:
        return self._known.get(name)

    def keep(self, name: Name, known: Known) -> None:
        self.drop(name)
        self._known[name] = known
        self.size += len(known.answer)
        while len(self._known) > SIZE or self.size > ROOM:
            self.drop(next(iter(self._known)))

    def drop(self, name: Name) -> None:
        if (gone := self._known.pop(name, None)) is not None:
            self.size -= len(gone.answer)

    def usable(self, known: Known) -> bool:
        """Whether its answer is as good as a new one."""
        good = GOOD if known.ended else settings.JOB_FRESH_SECONDS
        return bool(known.answer) and self.clock() - known.seen < good

    def clear(self) -> None:
        self._known.clear()
        self.size = 0


memory = Memory()
_noting: set[asyncio.Task[None]] = set()  # the loop holds its tasks weakly


async def fresh(invocation: Invocation, opened: Opened) -> Reply | None:
    """The answer of a status action from its job, where that is fresh enough; else None."""
    name = _name(invocation)
    if name is None or invocation.asked.passes or not settings.JOB_FRESH_SECONDS:
        return None
    known = memory.find(name) or await _looked_up(name)
    if known is None or not memory.usable(known):
        return None
    age = max(0.0, memory.clock() - known.seen)
    if not invocation.asked.takes(age):
        return None
    return Reply(200, known.answer, {"X-Answered-By": "job", "Age": str(int(age))})


def note(invocation: Invocation, reply: Reply) -> None:
    """Remember what a caller's own poll was told; never waits, never raises."""
    try:
        name = _name(invocation)
        known = memory.peek(name) if name is not None else None
        if name is None or known is None or known.job is None or reply.stream is not None:
            return
        _learn(invocation, name, known, reply)
    except Exception:
        logger.exception("A status answer could not be noted")


def _learn(invocation: Invocation, name: Name, known: Known, reply: Reply) -> None:
    service = invocation.service
    if known.action not in service.by_slug:
        return
    work = (service, service.by_slug[known.action], reply.content)
    if len(reply.content) > LARGEST:
        _aside(_learn_later(name, reply, work))
        return
    try:
        seen = progress.read(*work)
    except ValueError:
        return
    _remember(name, known, reply, seen)


async def _learn_later(name: Name, reply: Reply, work: tuple[Service, Action, bytes]) -> None:
    """As `_learn`, of an answer that would hold up the loop."""
    try:
        seen = await threads.run(progress.read, *work, size=len(reply.content))
    except ValueError:
        return
    known = memory.peek(name)
    if known is not None and known.job is not None:
        _remember(name, known, reply, seen)


def _remember(name: Name, known: Known, reply: Reply, seen: tracking.Seen) -> None:
    ended = known.ended or seen.status in Job.TERMINAL
    kept = reply.content if len(reply.content) <= LARGEST and not reply.notes else b""
    told = (str(seen.status), seen.progress)
    now = memory.clock()
    memory.keep(name, Known(now, known.job, known.action, kept, now, ended, told))
    if told != known.told and not (known.ended and seen.status not in Job.TERMINAL):
        _aside(_tell(name, known, seen))


def _aside(work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.get_running_loop().create_task(work)
    _noting.add(task)
    task.add_done_callback(_noting.discard)


async def _tell(name: Name, known: Known, seen: tracking.Seen) -> None:
    """Write down what a caller was told of a job, behind its back."""
    if known.job is None:
        return
    try:
        await database.run(tracking.observe, known.job, seen, "call")
    except Job.DoesNotExist:
        memory.drop(name)
    except (DatabaseError, InterfaceError):
        logger.warning("What was seen of job %s could not be noted", known.job)
        memory.drop(name)


def _name(invocation: Invocation) -> Name | None:
    """What the call asks about; None when it is no plain look at one thing."""
    service, action = invocation.service, invocation.action
    if action.slug not in service.polls:
        return None
    found = starting.upstream_id(action, invocation.call)
    if found is None:
        return None
    return Name(invocation.caller.org.id, service.slug, action.slug, found)


async def _looked_up(name: Name) -> Known | None:
    """What the database knows of it; while it is away, what was known before."""
    try:
        async with asyncio.timeout(PATIENCE):
            found = await database.run(_load, name)
    except (TimeoutError, DatabaseError, InterfaceError):
        return memory.peek(name)
    before = memory.peek(name)
    if before is not None and before.job == found.job and before.seen > found.seen:
        before.checked = memory.clock()  # a caller of this process has seen more
        return before
    memory.keep(name, found)
    return found


def _load(name: Name) -> Known:
    job = (
        Job.objects.filter(
            org_id=name.org,
            service=name.service,
            status_action=name.status_action,
            upstream_id=name.upstream_id,
            kind=Job.Kind.VENDOR,
        )
        .order_by("-created_at")
        .first()
    )
    if job is None:
        return Known(memory.clock())
    told = (str(job.status), job.progress)
    ended = job.status in (Job.Status.SUCCEEDED, Job.Status.FAILED)
    if job.seen_at is None or len(job.answer) > LARGEST:
        return Known(memory.clock(), job.id, job.action, ended=ended, told=told)
    content, seen = job.answer.encode(), job.seen_at.timestamp()
    return Known(memory.clock(), job.id, job.action, content, seen, ended, told)
