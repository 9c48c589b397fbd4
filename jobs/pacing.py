"""When to look at a job again: by its kind, its age and what went wrong. Pure but for jitter."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta

SHARE = 0.25  # of a job's age: its end is seen at most so much later
OLD = 120  # a job waits this part of its age once that is longer than its rhythm's longest
LONGEST = 300.0  # seconds between two looks at the oldest job
RELAXED = 3.0  # times longer where the vendor's webhooks are heard
JITTER = 0.15  # of a wait, either way, so that jobs of one moment do not stay together
MISS = 4.0  # seconds after a look that failed, doubled for each further one
REFUSED = 60.0  # seconds after one that the credential or the policy did not allow, doubled too
LONGEST_MISS = 300.0
LONGEST_REFUSED = 900.0


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The bounds of the waits between looks, in seconds."""

    shortest: float
    longest: float


QUICK = Rhythm(shortest=2, longest=30)  # as HeyGen's own client
SLOW = Rhythm(shortest=60, longest=60)  # as HeyGen asks for translations
_SLOW = ("translation", "proofread", "lipsync", "train", "clipping")


def rhythm(status_action: str) -> Rhythm:
    """How fast work goes whose status this action tells."""
    return SLOW if any(word in status_action for word in _SLOW) else QUICK


def next_look(status_action: str, age: timedelta, *, relaxed: bool = False) -> timedelta:
    """From a look that found a job of this age under way to the next one."""
    known = rhythm(status_action)
    wait = min(max(age.total_seconds() * SHARE, known.shortest), known.longest)
    wait = max(wait, age.total_seconds() / OLD) * (RELAXED if relaxed else 1)
    return _varied(min(wait, LONGEST))


def after_miss(misses: int, *, asked: float = 0, refused: bool = False) -> timedelta:
    """From a failed look to the next one. `misses` failed before it, in a row.

    `asked` are the seconds of a `Retry-After`; `refused` is what asking again soon cannot mend.
    """
    base, longest = (REFUSED, LONGEST_REFUSED) if refused else (MISS, LONGEST_MISS)
    wait = min(base * 2 ** min(misses, 16), longest)
    return _varied(max(wait, asked * (1 + JITTER)))


def _varied(seconds: float) -> timedelta:
    spread = random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  no secret
    return timedelta(seconds=seconds * spread)
