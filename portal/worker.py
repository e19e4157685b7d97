"""Whether background work is being done.

Every few seconds a task goes through the queue of quick jobs and leaves a stamp in Redis. So a
worker that runs but takes nothing from its queue counts as gone, as does one without Redis.
"""

from __future__ import annotations

import logging

from django.core.cache import cache
from redis.exceptions import RedisError

KEY = "worker-canary"
# Three canaries may be late before the worker counts as gone.
STAMP_SECONDS = 30

log = logging.getLogger(__name__)


def stamp() -> None:
    """Leave the sign of life; the canary task does."""
    cache.set(KEY, True, STAMP_SECONDS)


def worker_answers() -> bool:
    """Whether a worker did something lately; without Redis nothing is being worked on."""
    try:
        return cache.get(KEY) is not None
    except RedisError as error:
        log.warning("Redis does not answer: %s", error)
        return False
