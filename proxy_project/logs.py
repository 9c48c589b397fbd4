"""Log lines that nobody can forge: what a caller sent cannot begin a line or move the cursor."""

from __future__ import annotations

import logging
import re
from typing import Any

# Control characters, and those that Unicode and terminals take for line ends or reordering.
_ODD = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def escaped(text: str) -> str:
    """The text with what is not shown as itself written as `\\x..` or `\\u....`."""
    return _ODD.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


class LineFormatter(logging.Formatter):
    """One record, one line; a traceback follows on indented lines, where no record begins."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return escaped(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:
        return _indented(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:
        return _indented(super().formatStack(stack_info))


def _indented(text: str) -> str:
    return "\n".join(f"    {escaped(line)}" for line in text.split("\n"))
