"""One short transaction of the ledger, bounded in time and tried again where that helps."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Func, IntegerField

Given = ParamSpec("Given")
Made = TypeVar("Made")
TRIES = 4
PATIENCE = 1.0  # seconds after which no further try begins: the database is away, or too slow
STATEMENT = "2s"  # that one statement may take, or wait for a lock; SQLite has its own timeout


def short(work: Callable[Given, Made]) -> Callable[Given, Made]:
    """`work` in one transaction, again after a deadlock, a conflict or a cut connection.

    So it must be able to run after having been committed without anybody being told. Inside
    another transaction it is a part of that, and is run once.
    """

    @wraps(work)
    def carried(*given: Given.args, **named: Given.kwargs) -> Made:
        started = time.monotonic()
        for turn in range(1, TRIES + 1):
            try:
                with transaction.atomic():
                    _bound()
                    return work(*given, **named)
            except (OperationalError, InterfaceError):
                late = time.monotonic() - started > PATIENCE
                if connection.in_atomic_block or turn == TRIES or late:
                    raise
                connection.close_if_unusable_or_obsolete()
                time.sleep(random.uniform(0, 0.03 * turn))  # noqa: S311  no secret
        raise AssertionError

    return carried


def _bound() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, true),"
                " set_config('lock_timeout', %s, true)",
                [STATEMENT, STATEMENT],
            )


class Bytes(Func):
    """How long a sealed text is, without its being read where the database knows that."""

    function = "OCTET_LENGTH"
    output_field = IntegerField()

    def as_sqlite(self, *given: Any, **more: Any) -> Any:
        return self.as_sql(*given, **{**more, "function": "LENGTH"})
