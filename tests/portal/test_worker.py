"""The sign of life of a queue whose workers are busy, and how much memory a worker gets."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from celery.signals import task_postrun, task_prerun
from celery.worker.consumer.consumer import Consumer as Plain
from django.core.cache import cache
from kombu import Connection
from kombu.transport import virtual
from pytest_django import Settings
from redis.exceptions import ConnectionError as NoRedis

from portal import tasks
from portal.celery import QUEUES, app
from portal.servers.homes import BASE_DIR
from portal.servers.redis_address import broker_url
from portal.workers import canaries
from portal.workers.consumer import SILENT, Consumer
from tests.portal.holder import wait_until


@pytest.fixture(autouse=True)
def no_sign_yet(servers: None) -> Iterator[None]:
    keys = [canaries.key_of(queue) for queue in QUEUES]
    cache.delete_many(keys)
    yield
    cache.delete_many(keys)


def task_of(queue: str) -> Any:
    """A task that came through a queue."""
    return SimpleNamespace(request=SimpleNamespace(delivery_info={"routing_key": queue}))


def test_a_queue_whose_only_worker_is_busy_for_long_is_alive_and_then_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(canaries, "STAMP_SECONDS", 1)
    monkeypatch.setattr(canaries, "CANARY_SECONDS", 0.1)
    task_prerun.send(None, task_id="1", task=task_of("imports"))
    wait_until(lambda: canaries.worker_answers("imports"))
    for _ in range(15):
        time.sleep(0.1)
        assert canaries.queues_answer() == dict.fromkeys(QUEUES, False) | {"imports": True}
    task_postrun.send(None, task_id="1")
    wait_until(lambda: not canaries.worker_answers("imports"))


def test_work_that_came_through_no_queue_shows_nothing() -> None:
    task_prerun.send(None, task_id="2", task=task_of("elsewhere"))
    task_prerun.send(None, task_id="3", task=SimpleNamespace(request=SimpleNamespace()))
    task_postrun.send(None, task_id="2")
    task_postrun.send(None, task_id="3")
    assert not any(canaries.queues_answer().values())


def test_a_sign_that_cannot_be_left_fails_no_task(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise NoRedis("gone")

    monkeypatch.setattr(cache, "set", refuse)
    tasks.canary("imports")
    assert "Redis does not answer" in caplog.text


def test_every_queue_has_its_canary_on_the_clock() -> None:
    sent = {
        entry["options"]["queue"]: entry["args"]
        for entry in app.conf.beat_schedule.values()
        if entry["task"] == tasks.canary.name
    }
    assert sent == {queue: [queue] for queue in QUEUES}


def test_a_worker_subscribes_to_nothing_however_it_is_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert app.conf.worker_consumer == f"{Consumer.__module__}:{Consumer.__qualname__}"
    assert app.conf.worker_enable_remote_control is False
    heard: dict[str, Any] = {}
    monkeypatch.setattr(Plain, "__init__", lambda self, *_, **options: heard.update(options))
    Consumer(worker_options={"without_gossip": False, "hostname": "a"})
    assert heard["worker_options"] == {"hostname": "a", **SILENT}


def test_a_task_that_wants_too_much_memory_fails_alone(settings: Settings) -> None:
    program = (
        "import django; django.setup()\n"
        "from portal.workers.canaries import confine\n"
        "confine()\n"
        "few = bytearray(64 << 20)\n"
        "try:\n"
        "    many = bytearray(400 << 20)\n"
        "except MemoryError:\n"
        "    print('failed alone')\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=BASE_DIR,
        env={**os.environ, "PORTAL_WORKER_MEMORY": "384"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (run.returncode, run.stdout) == (0, "failed alone\n"), run.stderr


def test_a_hand_is_free_again_also_when_redis_cannot_be_told_that_a_task_is_done(
    servers: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object) -> None:
        raise NoRedis("gone")

    with Connection(broker_url()) as connection:
        hands: Any = connection.channel().qos  # type: ignore[attr-defined]
        hands.prefetch_count = 2
        monkeypatch.setattr(hands, "_remove_from_indices", lost)
        for tag, done in (("1", hands.ack), ("2", hands.reject)):
            virtual.QoS.append(hands, object(), tag)
            virtual.QoS.append(hands, object(), f"{tag} more")
            assert not hands.can_consume()
            with pytest.raises(NoRedis):
                done(tag)
            assert hands.can_consume()
            virtual.QoS.ack(hands, f"{tag} more")
