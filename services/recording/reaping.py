"""What a dead worker left: attempts whose time is over are settled."""

from __future__ import annotations

import uuid

from jobs import attempts


def settle(attempt_id: uuid.UUID) -> None:
    """Free what was never sent; what was sent becomes unknown. Does no more than once what it does.

    Nothing is sent here. A replay with the same key asks again where the vendor does each key once.
    """
    attempts.settle(attempt_id)
