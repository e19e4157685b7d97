"""/healthz, /readyz, and the request id of every answer."""

import logging
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from pytest_django.fixtures import Settings
from redis import Redis
from redis.exceptions import ConnectionError as NoRedis

from portal import tasks
from portal.celery import QUEUES
from portal.lib.request_id import current_request_id
from portal.logs import RequestIdFilter
from portal.servers.redis_address import redis_url
from portal.workers import canaries


@pytest.fixture(autouse=True)
def no_canary_yet(servers: None) -> Iterator[None]:
    keys = [canaries.key_of(queue) for queue in QUEUES]
    cache.delete_many(keys)
    yield
    cache.delete_many(keys)


def answers(*queues: str, database: bool = True, redis: bool = True) -> dict[str, object]:
    """What /readyz says while these queues answer."""
    return {
        "database": database,
        "redis": redis,
        "worker": set(queues) == set(QUEUES),
        "queues": {queue: queue in queues for queue in QUEUES},
    }


def test_healthz_asks_nobody(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_readyz_waits_for_the_workers_of_every_queue(client: Client) -> None:
    for number, queue in enumerate(QUEUES):
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json() == answers(*QUEUES[:number])
        tasks.canary(queue)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == answers(*QUEUES)


@pytest.mark.django_db
def test_a_start_that_is_not_ready_yet_logs_no_error(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    tasks.canary("quick")
    with caplog.at_level(logging.DEBUG):
        assert client.get("/readyz").status_code == 503
    assert [(line.levelname, line.getMessage()) for line in caplog.records] == [
        ("WARNING", "Not ready: worker, imports, exports, webhooks")
    ]


@pytest.mark.django_db
def test_readyz_without_redis(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise NoRedis("gone")

    for queue in QUEUES:
        tasks.canary(queue)
    for name in ("get", "set", "get_many"):
        monkeypatch.setattr(cache, name, refuse)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == answers(redis=False)


@pytest.mark.django_db
def test_readyz_without_the_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("gone")

    for queue in QUEUES:
        tasks.canary(queue)
    monkeypatch.setattr(connection, "cursor", refuse)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == answers(*QUEUES, database=False)


def test_a_canary_is_forgotten_in_time() -> None:
    canaries.stamp("imports")
    assert canaries.queues_answer() == dict.fromkeys(QUEUES, False) | {"imports": True}
    with Redis.from_url(redis_url(1)) as client:
        (key,) = client.keys(f"*{canaries.key_of('imports')}")
        assert 0 < client.ttl(key) <= canaries.STAMP_SECONDS


def test_every_answer_carries_its_request_id(client: Client) -> None:
    first, second = client.get("/healthz"), client.get("/healthz")
    assert first["X-Request-ID"] != second["X-Request-ID"]
    given = client.get("/healthz", headers={"X-Request-ID": "proxy-4711"})
    assert given["X-Request-ID"] == "proxy-4711"
    forged = client.get("/healthz", headers={"X-Request-ID": "a b\tc<script>"})
    assert forged["X-Request-ID"] not in ("a b\tc<script>", "")


def test_log_lines_carry_the_request_id() -> None:
    record = logging.LogRecord("a", logging.INFO, "f", 1, "text", None, None)
    token = current_request_id.set("proxy-4711")
    try:
        RequestIdFilter().filter(record)
    finally:
        current_request_id.reset(token)
    assert record.__dict__["request_id"] == "proxy-4711"


def test_the_answers_policy_lets_nothing_in_from_elsewhere(client: Client) -> None:
    policy = client.get("/healthz")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/healthz", "/readyz"])
@pytest.mark.parametrize("host", ["10.0.0.7:8000", "evil.example", "x y", "", "[::"])
def test_health_answers_whatever_the_host(
    client: Client, settings: Settings, page: str, host: str
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    for queue in QUEUES:
        tasks.canary(queue)
    fresh = Client(SERVER_NAME="elsewhere.example")
    for ask in (fresh.get, fresh.head):
        answer = ask(page, headers={"Host": host})
        assert answer.status_code == 200
        assert answer["X-Request-ID"]
        assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert fresh.post(page, headers={"Host": host}).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/", "/login/", "/healthz/", "/readyz/x", "//healthz"])
def test_nothing_else_answers_an_unknown_host(client: Client, page: str) -> None:
    assert client.get(page, headers={"Host": "evil.example"}).status_code == 400
