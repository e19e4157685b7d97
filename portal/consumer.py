"""How a worker listens to Redis: to its queues, and to nothing else.

Remote control, gossip and mingle subscribe to channels. When that connection is cut, kombu reads
the subscription anew in the middle of its event loop, without any time-out, and waits there for
ever: the worker lives, and takes nothing from its queue. Nothing here needs them, so no worker has
them, however it was started; what it reads instead, a queue, has a time-out everywhere.
"""

from __future__ import annotations

from typing import Any

from celery.worker import consumer

SILENT = {"without_gossip": True, "without_mingle": True, "without_heartbeat": True}


class Consumer(consumer.Consumer):
    """Celery's own, without what subscribes. Remote control is off in portal/celery.py."""

    def __init__(
        self, *arguments: Any, worker_options: dict[str, Any] | None = None, **more: Any
    ) -> None:
        options = {**(worker_options or {}), **SILENT}
        super().__init__(*arguments, worker_options=options, **more)
