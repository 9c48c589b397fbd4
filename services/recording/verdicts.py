"""What a failed send says of the work that was asked for: refused, not begun, or nobody knows."""

from __future__ import annotations

from typing import Literal

from services.errors import ProxyError, UpstreamFailed, UpstreamRefused
from services.outcome import RUNNING

# `refused` is the vendor's last word, `free` leaves the call as if it had never been sent; `passed`
# was carried out, and is a step on the way where another send follows.
Verdict = Literal["passed", "refused", "free", "unknown"]
_PASSING = frozenset((408, 425, 429))  # not carried out, and welcome later


def of(fault: UpstreamFailed) -> Verdict:
    """What became of one send."""
    if fault.unsent or fault.code == "upstream_unsendable":
        return "free"
    if fault.upstream is None or fault.code == "upstream_bad_answer":
        return "unknown"
    if fault.code == "upstream_auth_failed":
        return "free"  # it was about our credential, and the call may be right
    if not isinstance(fault, UpstreamRefused) or fault.status >= 500 or fault.code == RUNNING:
        return "unknown"
    return "free" if fault.status in _PASSING else "refused"


def all_of(ends: list[Verdict], exc: BaseException, *, earlier: bool) -> Verdict:
    """What became of a call that failed with `exc` after sends that ended so.

    `earlier` says that it may have been carried out before.
    """
    if not ends and isinstance(exc, ProxyError):
        return "free"
    if earlier or "unknown" in ends or ends[-1:] == ["passed"]:
        return "unknown"
    if isinstance(exc, UpstreamFailed) and ends and ends[-1] == "refused":
        return "refused"
    return "free"
