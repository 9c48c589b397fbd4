"""A bar on a terminal."""

from __future__ import annotations

import sys
import time
from types import TracebackType

WIDTH = 30


class Bar:
    """Shows how far something is, on a terminal; elsewhere, and without a label, nothing."""

    def __init__(self, label: str | None) -> None:
        self.label = label
        self._shown = label is not None and sys.stderr.isatty()
        self._next = 0.0
        self._used = False

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._used:
            sys.stderr.write("\n")

    def __call__(self, done: int, total: int | None) -> None:
        now = time.monotonic()
        if not self._shown or (now < self._next and done != total):
            return
        self._next, self._used = now + 0.1, True
        share = min(1.0, done / total) if total else 0.0
        filled = "#" * int(share * WIDTH)
        told = f"{share:4.0%}" if total else f"{done:,} bytes"
        sys.stderr.write(f"\r{self.label} [{filled:<{WIDTH}}] {told}\x1b[K")
        sys.stderr.flush()
