"""`manage.py work`: what has to be done beside answering calls."""

import logging
import signal
import threading
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections

logger = logging.getLogger("ai_proxy.work")


class Command(BaseCommand):
    help = "Drop expired admin sessions, once every so often, until told to stop."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=3600.0, help="seconds between rounds")
        parser.add_argument("--once", action="store_true", help="one round, then end")

    def handle(self, *args: Any, every: float, once: bool, **options: Any) -> None:
        if once:
            _round()
            return
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            close_old_connections()
            _round()
            stop.wait(every)


def _round() -> None:
    """One round; a database that is away is tried again the next time."""
    try:
        call_command("clearsessions")
    except DatabaseError:
        logger.warning("The database was away; expired sessions stay until the next round")
