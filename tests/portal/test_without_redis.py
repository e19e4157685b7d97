"""Redis gone, or one that can only be read: said in words, by pages and by /readyz."""

from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from kombu.exceptions import OperationalError as NoBroker
from pytest_django.fixtures import Settings
from redis import Redis
from redis.exceptions import ConnectionError as NoRedis
from redis.exceptions import RedisError, ResponseError

from accounts.core import limits
from tests.people import Side, client_of
from tests.portal.own_redis import HOST, OwnRedis, free_port
from tracing.uploads.models import Submission, submission_files


@pytest.mark.django_db
def test_an_upload_without_redis_says_that_it_was_not_kept(
    maker: Side, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PORTAL_FILES = tmp_path / "files"
    client = client_of(maker.agent.account)
    client.raise_request_exception = False
    nobody = Redis(host=HOST, port=free_port())
    monkeypatch.setattr(limits, "_client", lambda: nobody)
    answer = client.post(
        f"/u/{maker.unit.slug}/maker/upload/import/",
        {"record": "domestic-drug-info", "file": SimpleUploadedFile("批次.xlsx", b"x" * 99)},
    )
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "刚才提交的内容没有保存。请稍后再试" in answer.content.decode()
    assert "不会丢失" not in answer.content.decode()
    assert not Submission.everything.exists()
    assert not list(submission_files().rglob("*"))


def told_by_another() -> NoBroker:
    error = NoBroker("gone")
    error.__cause__ = NoRedis("gone")
    return error


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ResponseError("MISCONF Redis is configured to save RDB snapshots"), 503),
        (told_by_another(), 503),
        (NoBroker("not by Redis"), 500),
    ],
)
def test_only_what_redis_is_to_blame_for_is_said_to_pass(
    client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("accounts.rights.views_services.render", fail)
    client.raise_request_exception = False
    assert client.get("/").status_code == status


@pytest.mark.django_db
def test_a_redis_that_takes_nothing_in_is_not_ready(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    with OwnRedis(tmp_path) as own:
        address = f"redis://{HOST}:{own.port}/0"
        settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": address}}
        assert client.get("/readyz").json()["redis"] is True
        with Redis.from_url(address) as direct:
            direct.config_set("min-replicas-to-write", 1)
        assert cache.get("nothing") is None
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["redis"]) == (503, False)


@pytest.mark.django_db
def test_a_redis_that_says_nothing_is_asked_once(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def silent(name: str) -> None:
        def ask(*_: object, **__: object) -> None:
            asked.append(name)
            raise RedisError("Timeout reading from socket")

        monkeypatch.setattr(cache, name, ask)

    for name in ("get", "set", "get_many"):
        silent(name)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["worker"]) == (503, False)
    assert asked == ["set"]
