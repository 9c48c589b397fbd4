"""`manage.py serve`: the system checks, then the server in place of this process."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from services import memory
from services.catalogue import SERVICES

GRACE = 10  # seconds beyond the longest call


class Command(BaseCommand):
    help = "Serve on HOST and PORT with WORKERS processes."

    def handle(self, *args: Any, **options: Any) -> None:
        # For PostgreSQL's client library. Not a setting: a migration may take longer.
        os.environ.setdefault("PGOPTIONS", "-c statement_timeout=2000 -c lock_timeout=1000")
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        paths = [str(settings.BASE_DIR), os.environ.get("PYTHONPATH", "")]
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
        memory.share()
        sys.stdout.flush()
        sys.stderr.flush()
        # The server is the parent of the workers and needs nothing of what the checks imported.
        os.execv(sys.executable, [sys.executable, "-m", "proxy_project.server", *_arguments()])  # noqa: S606


def _arguments() -> list[str]:
    given = {
        "host": settings.HOST,
        "port": settings.PORT,
        "workers": max(1, settings.WORKERS),
        "drain": settings.DRAIN_SECONDS,
        "patience": patience(),
        "keep-alive": settings.KEEP_ALIVE_SECONDS,
        "log-level": settings.LOG_LEVEL,
    }
    return [f"--{name}={value}" for name, value in given.items()]


def patience() -> float:
    """Seconds until calls in flight are given up: no call may take this long."""
    calls = [(service, action) for service in SERVICES for action in service.actions]
    return max(service.limits(action).total for service, action in calls) + GRACE
