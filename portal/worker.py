"""Whether a background worker answers."""

from __future__ import annotations

from django.core.cache import cache
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from portal.celery import app

PATIENCE_SECONDS = 1.0
REMEMBERED_SECONDS = 5
KEY = "worker-answers"


def worker_answers() -> bool:
    """Ask all workers and wait for the first answer; one answer serves for a few seconds.

    No answer and no Redis are both "no": in either case nothing is being worked on.
    """
    try:
        known: bool | None = cache.get(KEY)
        if known is None:
            known = bool(app.control.ping(timeout=PATIENCE_SECONDS, limit=1))
            cache.set(KEY, known, REMEMBERED_SECONDS)
    except (OperationalError, RedisError):
        return False
    return known
