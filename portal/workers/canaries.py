"""Whether background work is being done, queue by queue.

Every few seconds a task goes through each queue and leaves a stamp in Redis. So a worker that runs
but takes nothing from its queue counts as gone, as does one without Redis. While workers are busy
the task waits behind their work: so whoever works on a task of a queue leaves the stamp as well.
"""

from __future__ import annotations

import logging
import resource
import threading
from collections.abc import Sequence

from celery import Task
from celery.signals import task_postrun, task_prerun, worker_process_init, worker_ready
from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from portal.celery import CANARY_SECONDS, QUEUES, app

# Three canaries may be late before the workers of a queue count as gone.
STAMP_SECONDS = 3 * CANARY_SECONDS

log = logging.getLogger(__name__)
_running: dict[str, threading.Event] = {}


def key_of(queue: str) -> str:
    """Where the sign of life of a queue is kept."""
    return f"worker-canary-{queue}"


def stamp(queue: str) -> None:
    """Leave the sign of life of a queue; who looks for it misses one that could not be left."""
    try:
        cache.set(key_of(queue), True, STAMP_SECONDS)
    except RedisError as error:
        log.warning("Redis does not answer: %s", error)


def queues_answer(queues: Sequence[str] = QUEUES) -> dict[str, bool]:
    """Of each queue whether something was taken from it lately; without Redis nothing was."""
    try:
        found = cache.get_many([key_of(queue) for queue in queues])
    except RedisError as error:
        log.warning("Redis does not answer: %s", error)
        found = {}
    return {queue: key_of(queue) in found for queue in queues}


def worker_answers(queue: str) -> bool:
    """Whether the workers of one queue answer."""
    return queues_answer([queue])[queue]


@worker_ready.connect
def first_canary(**_kwargs: object) -> None:
    """A worker that has just begun shows itself in its queues, without waiting for the schedule."""
    for queue in app.amqp.queues.consume_from:
        app.send_task("portal.tasks.canary", [queue], queue=queue, expires=CANARY_SECONDS)


@worker_process_init.connect
def confine(**_kwargs: object) -> None:
    """A task that wants too much memory fails, and takes neither the machine nor others with it.

    It is the data that is limited, not the addresses: libraries map more than they use. The reader
    of workbooks is a process of its own and has its own limit (tracing/uploads/workbook/child.py).
    """
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (settings.PORTAL_WORKER_MEMORY << 20, most))


@task_prerun.connect
def begin(task_id: str, task: Task[..., object], **_kwargs: object) -> None:
    """Show the queue of a task as long as it runs."""
    queue = (task.request.delivery_info or {}).get("routing_key")
    if queue in QUEUES:
        over = _running[task_id] = threading.Event()
        threading.Thread(target=_show, args=(queue, over), daemon=True).start()


@task_postrun.connect
def end(task_id: str, **_kwargs: object) -> None:
    """The task has ended, however it did."""
    if task_id in _running:
        _running.pop(task_id).set()


def _show(queue: str, over: threading.Event) -> None:
    stamp(queue)
    while not over.wait(CANARY_SECONDS):
        stamp(queue)
