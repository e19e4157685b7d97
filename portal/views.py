"""Health pages. They tell a supervisor what works, and nothing else."""

import logging

from django.core.cache import cache
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from portal.celery import QUEUES
from portal.workers.canaries import queues_answer

# Nobody reads what /readyz writes.
STAMP_SECONDS = 5
log = logging.getLogger(__name__)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """{database, redis, worker}, each true or false, and {queues}: all of them make `worker` true.

    200 if everything is true, else 503.
    """
    redis = redis_answers()
    # One that says nothing takes its time each time it is asked.
    queues = queues_answer() if redis else dict.fromkeys(QUEUES, False)
    parts = {
        "database": database_answers(),
        "redis": redis,
        "worker": all(queues.values()),
    }
    answer = JsonResponse({**parts, "queues": queues}, status=200 if all(parts.values()) else 503)
    if answer.status_code != 200:
        missing = [name for name, there in {**parts, **queues}.items() if not there]
        log.warning("Not ready: %s", ", ".join(missing))
        # Django logs every 503 as an error; that a start takes its time is none.
        answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError as error:
        log.warning("The database does not answer: %s", error)
        return False
    return True


def redis_answers() -> bool:
    """Whether Redis takes something in: one that can only be read queues and counts nothing."""
    try:
        cache.set("readyz", True, STAMP_SECONDS)
    except RedisError as error:
        log.warning("Redis does not answer: %s", error)
        return False
    return True


# By path, for portal.middleware.HealthMiddleware.
HEALTH = {"/healthz": healthz, "/readyz": readyz}
