"""For tests of the audit record: its tables in SQL, a full disk, changes at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

from credentials.actor import Actor

ALICE = Actor("user", "alice", "192.0.2.7")


def sql(statement: str, *values: Any) -> None:
    """Behind the models' backs; EVENTS and HEAD are the record's tables."""
    names = {"EVENTS": "credentials_auditevent", "HEAD": "credentials_audithead"}
    for name, table in names.items():
        statement = statement.replace(name, table)
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


def fill_disk() -> None:
    """From now on the database takes no more events."""
    if connection.vendor == "sqlite":
        sql(
            "CREATE TRIGGER full_disk BEFORE INSERT ON EVENTS "
            "BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
        return
    sql(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'disk full'; END $$"
    )
    sql(
        "CREATE TRIGGER full_disk BEFORE INSERT ON EVENTS FOR EACH ROW EXECUTE FUNCTION full_disk()"
    )


def together(*jobs: Callable[[], Any]) -> list[BaseException]:
    """Do these at the same time, each on a connection of its own; what they raised."""
    start, raised = threading.Barrier(len(jobs)), []

    def run(job: Callable[[], Any]) -> None:
        start.wait()
        try:
            job()
        except Exception as exc:  # noqa: BLE001  every one is shown
            raised.append(exc)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised
