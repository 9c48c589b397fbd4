"""Doing several things to one database at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections


def parallel(test: Any) -> Any:
    """For tests of threads; SQLite has one writer at a time."""
    skipped = pytest.mark.skipif(connection.vendor != "postgresql", reason="one writer at a time")
    return skipped(pytest.mark.django_db(transaction=True)(test))


def together(*works: Callable[[], Any]) -> list[Any]:
    """What they returned or raised, each in a thread and a connection of its own, at once."""
    gate = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)

    def run(at: int) -> None:
        gate.wait()
        try:
            results[at] = works[at]()
        except Exception as exc:  # noqa: BLE001  the test looks at it
            results[at] = exc
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
