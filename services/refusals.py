"""Who was turned away: counted in memory, told to the audit record now and then.

Anybody can be refused as often as they like, so the record takes only so much of it: alike refusals
are one event, of many different ones most are told as a single sum.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction

from credentials import keys
from credentials.actor import Actor, acting
from credentials.models import AuditEvent
from services import addresses
from services.errors import ProxyError

EVENT = "authentication.refused"
UNREADABLE = "credential_unreadable"  # damaged, or moved by who may write to the database
# Not about who asks; approvals are in the record by themselves.
_NOT_WHO = ("https_required", "approval_required", "approval_refused")
KINDS = 1000  # told apart in memory
UNPROVEN = 800  # of them, those that anybody can make up
EVENTS = 50  # in one flush
REFILL = 10 / 60  # events a second, once that many were told at once
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")


class Kind(NamedTuple):
    """What refusals have in common that are counted together; `proven`: the key is a real one."""

    reason: str
    address: str = ""
    key: str = ""
    org: str = ""
    proven: bool = False


OTHERS = Kind("others")


@dataclass(slots=True)
class Seen:
    """How often, and the first and last time in unix seconds."""

    count: int
    first: float
    last: float

    def add(self, more: Seen) -> None:
        self.count += more.count
        self.first = min(self.first, more.first)
        self.last = max(self.last, more.last)


class Refusals:
    """Those that one process has not told yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self._seen: dict[Kind, Seen] = {}
        self._room = float(EVENTS)
        self._filled = time.monotonic()

    def add(self, kind: Kind, seen: Seen) -> None:
        with self._lock:
            known = self._seen.get(kind)
            if known is None:
                full = len(self._seen) >= (KINDS if kind.proven else UNPROVEN)
                known = self._seen.setdefault(OTHERS if full else kind, Seen(0, seen.first, 0.0))
            known.add(seen)

    def flush(self) -> None:
        """Tell the audit record. Raises DatabaseError; then they are kept for the next time."""
        with self._lock:
            seen, self._seen = self._seen, {}
        if not seen:
            return
        try:
            told = _folded(seen, self._allowed())
            with transaction.atomic():
                for kind, times in told.items():
                    _tell(kind, times)
        except BaseException:
            for kind, times in seen.items():
                self.add(kind, times)
            raise
        self._room -= len(told)

    def _allowed(self) -> int:
        """How many events may be told now: a whole flush, then only as they come back."""
        now = time.monotonic()
        self._room = min(float(EVENTS), self._room + (now - self._filled) * REFILL)
        self._filled = now
        return max(1, int(self._room))


def note(meta: Mapping[str, Any], fault: ProxyError, *, org: str, known: bool) -> None:
    """Remember a request that was refused for who sent it, or that met a credential which does
    not open; other faults are passed over.

    `meta` is the request's, `known` says that the caller was recognised before.
    """
    unreadable = fault.code == UNREADABLE
    proven = fault.status == 403 or unreadable
    unknown = fault.status == 401 or (fault.status == 429 and not known)
    if not (unknown or unreadable or _forbidden(fault)):
        return
    now = time.time()
    kind = Kind(
        reason=fault.code,
        address=addresses.client(meta, settings.TRUSTED_PROXIES),
        key=_public_id(meta.get("HTTP_AUTHORIZATION", "")),
        org=org if _SLUG.fullmatch(org) else "",
        proven=proven,
    )
    refusals.add(kind, Seen(1, now, now))


def flush() -> None:
    """Tell the audit record what this process refused. Raises DatabaseError; it is kept then."""
    refusals.flush()


def _forbidden(fault: ProxyError) -> bool:
    return fault.status == 403 and fault.origin == "proxy" and fault.code not in _NOT_WHO


def _public_id(authorization: str) -> str:
    """The public part of a key that has the form of one."""
    key = authorization.partition(" ")[2].encode("latin-1", "replace")
    return key[5:13].decode() if keys.well_formed(key) else ""


def _folded(seen: dict[Kind, Seen], limit: int) -> dict[Kind, Seen]:
    """At most `limit` of them, real keys and large counts first, and the others as one."""
    order = sorted(seen, key=lambda kind: (kind == OTHERS, not kind.proven, -seen[kind].count))
    told = {kind: seen[kind] for kind in order[: limit - 1]}
    if rest := order[limit - 1 :]:
        others = Seen(0, seen[rest[0]].first, 0.0)
        for kind in rest:
            others.add(seen[kind])
        told[rest[0] if len(rest) == 1 else OTHERS] = others
    return told


def _tell(kind: Kind, seen: Seen) -> None:
    name = kind.key if kind.proven and kind.key else "unproven"
    with acting(Actor("key", name, kind.address)):
        AuditEvent.append(
            "credential.unreadable" if kind.reason == UNREADABLE else EVENT,
            org=kind.org,
            target=kind.key,
            detail={
                "reason": kind.reason,
                "count": seen.count,
                "first": _moment(seen.first),
                "last": _moment(seen.last),
            },
        )


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC).replace(microsecond=0)


refusals = Refusals()
