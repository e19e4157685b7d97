"""Whether background work is being done.

Every few seconds a task goes through the queue of quick jobs and leaves a stamp in Redis. So a
worker that runs but takes nothing from its queue counts as gone, as does one without Redis.
"""

from __future__ import annotations

import logging

from django.core.cache import cache
from redis.exceptions import RedisError

WATCHED = "quick"
# Three canaries may be late before the worker counts as gone.
STAMP_SECONDS = 30
# A queue that shows itself only at the beginning is believed until all have begun.
BEGINNING_SECONDS = 180

log = logging.getLogger(__name__)


def key_of(queue: str) -> str:
    """Where the sign of life of a queue is kept."""
    return f"worker-canary-{queue}"


def stamp(queue: str = WATCHED) -> None:
    """Leave the sign of life of a queue; the canary task does."""
    seconds = STAMP_SECONDS if queue == WATCHED else BEGINNING_SECONDS
    cache.set(key_of(queue), True, seconds)


def worker_answers(queue: str = WATCHED) -> bool:
    """Whether a worker took something from the queue lately; without Redis none does.

    Only WATCHED is asked again and again; the others leave one sign when they begin.
    """
    try:
        return cache.get(key_of(queue)) is not None
    except RedisError as error:
        log.warning("Redis does not answer: %s", error)
        return False
