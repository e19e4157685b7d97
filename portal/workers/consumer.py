"""How a worker listens to Redis: to its queues, and to nothing else, as long as Redis is there.

Two things made a worker live on and take nothing from its queue after a connection was lost.

Remote control, gossip and mingle subscribe to channels. When that connection is cut, kombu reads
the subscription anew in the middle of its event loop, without any time-out, and waits there for
ever. Nothing here needs them, so no worker has them, however it was started; what it reads instead,
a queue, has a time-out everywhere.

A worker takes so many messages as it has hands, and gets a hand back when it tells Redis that a
task is done. When that very message was lost kombu never gave the hand back.
"""

from __future__ import annotations

from typing import Any

from celery.worker import consumer
from kombu.transport import redis, virtual

SILENT = {"without_gossip": True, "without_mingle": True, "without_heartbeat": True}


class Consumer(consumer.Consumer):
    """Celery's own, without what subscribes. Remote control is off in portal/celery.py."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        options["worker_options"] = {**(options.get("worker_options") or {}), **SILENT}
        super().__init__(*arguments, **options)


class Hands(redis.QoS):
    """Counts what a worker has in its hands. What Redis was not told of comes again in an hour."""

    def ack(self, delivery_tag: str) -> None:
        """Done: free the hand, also where Redis cannot be told."""
        try:
            super().ack(delivery_tag)
        finally:
            virtual.QoS.ack(self, delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """Not done here: likewise."""
        try:
            super().reject(delivery_tag, requeue=requeue)
        finally:
            virtual.QoS.ack(self, delivery_tag)


redis.Channel.QoS = Hands
