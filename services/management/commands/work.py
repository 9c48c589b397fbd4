"""`manage.py work`: what has to be done beside answering calls."""

import logging
import signal
import time
from contextlib import suppress
from queue import Empty, SimpleQueue
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from services import chores, tasks
from services.engine import Crew, engine
from services.ticker import Ticker

logger = logging.getLogger("ai_proxy.work")
PATIENCE = 75.0  # seconds that tasks have after SIGTERM: the longest paid call, and a few
HURRY = 3.0  # seconds after SIGINT, or a second signal
MINUTE = 60.0


class Command(BaseCommand):
    help = (
        "Follow jobs, deliver webhooks, carry out batches and settle what was left behind, until "
        "told to stop; every so often log the audit record's head and delete what is outdated."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=3600.0, help="seconds between chores")
        parser.add_argument("--once", action="store_true", help="one round, then end")
        parser.add_argument(
            "--threads", type=int, default=settings.WORK_THREADS,
            help="tasks at a time of each of the four queues (WORK_THREADS)",
        )  # fmt: skip

    def handle(self, *args: Any, every: float, once: bool, threads: int, **options: Any) -> None:
        if once:
            chores.hourly()
            tasks.once()
            return
        stopping = Stopping()
        crew = Crew(engine(), max(1, threads))
        ticker = Ticker(crew)
        crew.start()
        ticker.start()
        _keep_house(stopping, every)
        ticker.end(HURRY)
        ended = stopping.wait_for(crew)
        _tell()
        if not ended:
            logger.warning("Some tasks were cut off; they are done again when their lease is over")


class Stopping:
    """Whether a signal asked for the end, and how much time it leaves."""

    def __init__(self) -> None:
        self._until = float("inf")
        self._bell: SimpleQueue[int] = SimpleQueue()  # which a handler of signals may ring
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    @property
    def asked(self) -> bool:
        return self._until < float("inf")

    def wait(self, seconds: float) -> None:
        """So long, or until somebody asks for the end."""
        with suppress(Empty):
            self._bell.get(timeout=max(0.05, seconds))

    def wait_for(self, crew: Crew) -> bool:
        """Until all that is under way has ended; False when the time was over before."""
        while not crew.end(0.2):
            if time.monotonic() >= self._until:
                return False
        return True

    def _ask(self, number: int, frame: FrameType | None) -> None:
        hurry = number == signal.SIGINT or self.asked
        self._until = min(self._until, time.monotonic() + (HURRY if hurry else PATIENCE))
        self._bell.put(number)


def _keep_house(stopping: Stopping, every: float) -> None:
    """Chores and a line about what was done, until somebody asks for the end."""
    chore, line = time.monotonic(), time.monotonic() + MINUTE
    while not stopping.asked:
        now = time.monotonic()
        close_old_connections()
        if now >= chore:
            chores.hourly()
            chore = now + every
        if now >= line:
            chores.each_minute()
            _tell()
            line = now + MINUTE
        stopping.wait(min(chore, line) - time.monotonic())


def _tell() -> None:
    taken = tasks.done.take()
    if taken:
        logger.info("Done: %s", "; ".join(f"{name} {n}" for name, n in sorted(taken.items())))
