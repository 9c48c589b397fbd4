"""What several machines counted, told each other through Redis; no call ever waits for it.

One worker of each machine writes its machine's counts and reads the others', a few times a second.
Counts are written whole, not added up: a Redis that lost them has them again with the next round.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from services.counters import WINDOW, Counters, bucket_at
from services.memory import Memory

logger = logging.getLogger("ai_proxy")
EVERY = 0.25  # seconds between two rounds
PATIENCE = 0.5  # seconds for which Redis may be silent
AGAIN = 1.0  # seconds until a failed round, or the vacant lead, is tried again
_BATCH = 500  # names in one command
_HOME = "{ai-proxy-rates}"  # braces: in a cluster all keys live on one node

# A machine's field in a name's hash is "count:time"; Redis's clock is the one all share.
_EXCHANGE = f"""
local now = tonumber(redis.call('TIME')[1])
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 10)
redis.call('EXPIRE', KEYS[1], {WINDOW})
local told = {{redis.call('ZCARD', KEYS[1])}}
for i = 2, #KEYS do
  if ARGV[i] == '0' then
    redis.call('HDEL', KEYS[i], ARGV[1])
  else
    redis.call('HSET', KEYS[i], ARGV[1], ARGV[i] .. ':' .. now)
    redis.call('EXPIRE', KEYS[i], {WINDOW})
  end
  local fields, sum = redis.call('HGETALL', KEYS[i]), 0
  for j = 1, #fields, 2 do
    local count, at = string.match(fields[j + 1], '(%d+):(%d+)')
    if fields[j] ~= ARGV[1] and now - at < {WINDOW} then
      sum = sum + count
    end
  end
  told[i] = sum
end
return told
"""


class Sharing:
    """One machine's exchange of counts; `round` is one of them."""

    def __init__(self, memory: Memory, url: str, clock: Callable[[], float]) -> None:
        self._memory = memory
        self._clock = clock
        self._away = False
        self._ended = threading.Event()
        self._redis: Any = redis.Redis.from_url(
            url,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 0),
        )
        self._exchange = self._redis.register_script(_EXCHANGE)

    def run(self) -> None:
        """Exchange counts until `end`; while Redis is away each machine has its share."""
        while not self._ended.wait(self._turn()):
            pass
        self._redis.close()

    def end(self) -> None:
        self._ended.set()

    def round(self) -> None:
        """Tell the counts of this machine and learn those of the others. Raises RedisError."""
        for counters in (self._memory.callers, self._memory.addresses):
            bucket = bucket_at(self._clock())
            touched = list(counters.touched(bucket).items())
            for start in range(0, max(1, len(touched)), _BATCH):
                self._batch(counters, touched[start : start + _BATCH], bucket)

    def _turn(self) -> float:
        """One round, if this worker leads; seconds until the next."""
        try:
            if not self._memory.lead():
                return AGAIN
            self.round()
        except Exception:  # noqa: BLE001  whatever answers there, this thread goes on
            if not self._away:
                logger.warning("Redis is away: each machine applies its share of the limits")
            self._away = True
            return AGAIN
        if self._away:
            logger.warning("Redis is back: limits hold over all machines")
        self._away = False
        return EVERY

    def _batch(self, counters: Counters, touched: list[tuple[int, int]], bucket: int) -> None:
        names = [f"{_HOME}:{name:016x}" for name, _ in touched]
        counts = [counters.count(place, bucket) for _, place in touched]
        machines, *others = self._exchange(
            keys=[f"{_HOME}:machines", *names], args=[self._memory.machine, *counts]
        )
        for (name, place), count in zip(touched, others, strict=True):
            if counters.holds(place, name):
                counters.elsewhere(place, bucket, count)
        self._memory.synced(bucket, machines)


def start(memory: Memory, url: str, clock: Callable[[], float]) -> Sharing | None:
    """Exchange counts from a thread of its own; None, and a log line, for an unusable URL."""
    try:
        sharing = Sharing(memory, url, clock)
    except ValueError:
        logger.error("REDIS_URL is not usable: limits hold on each machine alone")
        return None
    threading.Thread(target=sharing.run, name="rates", daemon=True).start()
    return sharing
