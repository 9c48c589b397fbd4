"""Whether, and after how long, a call may be sent once more. Pure."""

from __future__ import annotations

import random
import time
from email.utils import parsedate_to_datetime

from services.action import UpstreamRequest
from services.errors import UpstreamFailed, UpstreamTimeout

ATTEMPTS = 3  # sends of one call, the first included
FIRST_PAUSE = 0.2  # seconds; the longest first pause, doubled for each further one
LONGEST_PAUSE = 2.0  # seconds, unless the vendor asks for more
MOST_PATIENCE = 10.0  # seconds that the vendor may ask for with Retry-After


def pause(
    request: UpstreamRequest, fault: UpstreamFailed, *, attempt: int, left: float
) -> float | None:
    """Seconds to wait before the next send, or None when there must be none.

    `attempt` counts the sends so far, `left` is what remains of the call's time, in seconds. The
    pause is drawn from the whole range (full jitter), so that callers do not return together.
    """
    if attempt >= ATTEMPTS or not _harmless(request, fault):
        return None
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1))
    seconds = random.uniform(0, longest)  # noqa: S311  no secret
    asked = retry_after(fault.headers.get("retry-after", ""))
    if asked > MOST_PATIENCE or seconds + asked >= left:
        return None
    return seconds + asked


def _harmless(request: UpstreamRequest, fault: UpstreamFailed) -> bool:
    """Whether sending again cannot do the work twice, and there is time for it."""
    timed_out = isinstance(fault, UpstreamTimeout) and fault.upstream is None
    return fault.retryable and not timed_out and (fault.unsent or request.repeatable)


def retry_after(value: str) -> float:
    """Seconds that a `Retry-After` asks for, as seconds or as a date (RFC 9110 section 10.2.3)."""
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError):
        return 0.0
