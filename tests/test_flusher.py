"""The thread that writes down what calls left behind: it goes on, and ends in time."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

import pytest
from django.db import OperationalError

from services import flusher as module
from services.flusher import Flusher, Job


@pytest.fixture(autouse=True)
def _no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """These jobs write nowhere."""
    monkeypatch.setattr(module, "TICK", 0.01)
    monkeypatch.setattr(module, "close_old_connections", lambda: None)
    monkeypatch.setattr(module.connections, "close_all", lambda: None)


def until(true: Any) -> None:
    started = time.monotonic()
    while not true():
        assert time.monotonic() - started < 10
        time.sleep(0.005)


def test_failing_job_stops_no_other(caplog: Any) -> None:
    written: list[str] = []
    away = threading.Event()
    away.set()

    def first() -> None:
        if away.is_set():
            raise OperationalError("host db.internal refused")
        written.append("first")

    running = Flusher(Job(first, every=0.02), Job(lambda: written.append("second"), every=0.02))
    with caplog.at_level(logging.WARNING, "ai_proxy"):
        running.start()
        until(lambda: written.count("second") >= 3)
        assert "first" not in written
        away.clear()
        until(lambda: "first" in written)
        until(lambda: len(caplog.messages) == 2)
        running.end()
    assert caplog.messages == [
        "Calls and refusals cannot be written down yet",
        "Calls and refusals are written down again",
    ]
    assert "db.internal" not in caplog.text


def test_unexpected_fault_is_shown(caplog: Any) -> None:
    def broken() -> None:
        raise TypeError("a bug")

    running = Flusher(Job(broken, every=0.01))
    running.start()
    until(lambda: caplog.messages)
    running.end()
    assert "a bug" in caplog.text


def test_end_writes_what_is_not_due() -> None:
    written: list[str] = []
    running = Flusher(Job(lambda: written.append("x"), every=3600))
    running.start()
    running.end()
    assert written == ["x"]


def test_end_waits_for_no_dead_database() -> None:
    stuck = threading.Event()

    def hang() -> None:
        stuck.wait(30)

    running = Flusher(Job(hang, every=3600))
    running.start()
    started = time.monotonic()
    running.end(patience=0.2)
    assert time.monotonic() - started < 5
    stuck.set()


def test_end_of_what_never_began_is_nothing() -> None:
    Flusher(Job(lambda: None, every=1)).end()
