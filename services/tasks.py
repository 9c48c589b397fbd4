"""What is done in the background: what is due is claimed, and each piece is a task of the engine.

Due times and leases stand in the rows themselves. A task only says "look at this one now", so one
that is lost or done twice does no harm: a row that nobody settled is due again after its lease.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from django.db import DatabaseError, InterfaceError
from django_tasks import task

from jobs import attempts, batching, deliveries, inbox, polling, uploads
from services.batches import carrying
from services.following.polling import poll
from services.recording import reaping
from services.webhooks import delivering, handling, registering

logger = logging.getLogger("ai_proxy.work")

QUICK = "ai-proxy-quick"  # the queue of what takes moments
# What waits for others must not hold up the rest, so it has queues of its own:
LOOKS = "ai-proxy-looks"  # for vendors that are asked how jobs are doing
TELLING = "ai-proxy-telling"  # for orgs' endpoints
SLOW = "ai-proxy-slow"  # for vendors that are called
QUEUES = (QUICK, LOOKS, TELLING, SLOW)
ROUND = 100  # pieces of each kind that `once` takes on


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of work: `claim(limit)` leases what is due, `carry_out(id)` settles one of it.

    `every`, in seconds, is how long something due may lie unseen.
    """

    name: str
    claim: Callable[[int], list[uuid.UUID]]
    carry_out: Callable[[uuid.UUID], None]
    queue: str = QUICK
    every: float = 0.5


WORK = (
    Work("polling jobs", polling.claim, poll, LOOKS),
    Work("reading webhooks", inbox.claim, handling.handle),
    Work("settling attempts", attempts.claim, reaping.settle, every=5.0),
    Work("ending lost uploads", uploads.claim, uploads.settle, every=5.0),
    Work("delivering webhooks", deliveries.claim, delivering.deliver, TELLING),
    Work("registering webhooks", registering.claim, registering.settle, SLOW, every=5.0),
    Work("carrying out batches", batching.claim, carrying.carry_out, SLOW),
)
BY_NAME = {work.name: work for work in WORK}


class Done:
    """How much was done since it was asked last, by name; and how much is under way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    def note(self, name: str, outcome: str = "") -> None:
        with self._lock:
            self._counts[f"{name}, {outcome}" if outcome else name] += 1

    def take(self) -> Counter[str]:
        with self._lock:
            taken, self._counts = self._counts, Counter()
        return taken


done = Done()


def enqueue(work: Work, piece: uuid.UUID) -> None:
    """Hand a claimed piece to the engine. Raises what the engine does when it is away."""
    carry_out.using(queue_name=work.queue).enqueue(work.name, str(piece))


def once() -> None:
    """Everything that is due now, done right here."""
    for work in WORK:
        for piece in work.claim(ROUND):
            carry_out.func(work.name, str(piece))


@task(queue_name=QUICK)
def carry_out(name: str, piece: str) -> None:
    """One piece of work. Never raises: what failed is due again when its lease is over."""
    started = time.monotonic()
    try:
        BY_NAME[name].carry_out(uuid.UUID(piece))
        done.note(name)
    except (DatabaseError, InterfaceError):
        done.note(name, "the database was away")
    except Exception:
        done.note(name, "failed")
        logger.exception("%s failed for %s", name.capitalize(), piece)
    logger.debug("%s %s took %.3f s", name, piece, time.monotonic() - started)
