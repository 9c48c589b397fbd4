"""`manage.py serve`: granian with the lean handler."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings


class Command(BaseCommand):
    help = "Serve on HOST and PORT with WORKERS processes."

    def handle(self, *args: Any, **options: Any) -> None:
        # For PostgreSQL's client library. Not a setting: a migration may take longer.
        os.environ.setdefault("PGOPTIONS", "-c statement_timeout=2000 -c lock_timeout=1000")
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        Granian(
            "proxy_project.asgi:application",
            address=settings.HOST,
            port=settings.PORT,
            interface=Interfaces.ASGINL,
            workers=settings.WORKERS,
            websockets=False,
            backlog=4096,
            backpressure=2048,
            respawn_failed_workers=True,
            workers_kill_timeout=120,
            http1_settings=HTTP1Settings(header_read_timeout=10_000),
            log_level=settings.LOG_LEVEL.lower(),
        ).serve()
