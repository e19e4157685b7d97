"""The worker on each spelling of REDIS_URL, against a real server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from kombu import Connection
from redis import Redis
from redis.exceptions import ConnectionError as NoRedis

from portal.servers.homes import BASE_DIR
from portal.servers.redis_address import broker_url, redis_url
from portal.workers.canaries import key_of
from tests.portal.holder import wait_until
from tests.portal.own_redis import HOST, Authority, OwnRedis, Relay, authority

PASSWORD = "p@ss/word:1?"
QUOTED = "p%40ss%2Fword%3A1%3F"


@pytest.fixture
def trusted(tmp_path: Path) -> Authority:
    return authority(tmp_path)


@pytest.fixture(params=["plain", "with a password and a number"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OwnRedis]:
    password = "" if request.param == "plain" else PASSWORD
    with OwnRedis(tmp_path / "r", password) as running:
        yield running


@pytest.fixture(autouse=True)
def nobody_elses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORTAL_REDIS_DATABASE", raising=False)


def works(url: str, server: OwnRedis, first: int, data: Path, *, checks: bool = False) -> None:
    """A worker takes its first task from this address, and leaves the sign of it in the cache. It
    `checks` the product before, as in an installation, or leaves that out, as in the demo."""
    environment = {
        **os.environ,
        "REDIS_URL": url,
        "PORTAL_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        **({} if checks else {"CELERY_SKIP_CHECKS": "1"}),
    }
    command = ["-m", "celery", "-A", "portal.celery", "worker", "-Q", "quick", "-c", "1"]
    with (data.parent / "worker.out").open("wb") as output:
        worker = subprocess.Popen(
            [sys.executable, *command],
            cwd=BASE_DIR,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        with server.client(first + 1) as cache, server.client() as client:
            wait_until(lambda: cache.keys(f"*{key_of('quick')}") != [])
            used = {int(one["db"]) for one in client.client_list()} - {0}
            assert used <= {first, first + 1}
            assert client.client_list(_type="pubsub") == []
    finally:
        worker.terminate()
        worker.wait(60)


@pytest.mark.slow
def test_a_worker_by_tcp(server: OwnRedis, tmp_path: Path) -> None:
    if server.password:
        works(f"redis://:{QUOTED}@{HOST}:{server.port}/3", server, 3, tmp_path / "data")
    else:
        works(f"redis://{HOST}:{server.port}", server, 0, tmp_path / "data", checks=True)


@pytest.mark.slow
def test_a_worker_by_tls(server: OwnRedis, trusted: Authority, tmp_path: Path) -> None:
    with Relay(server.port, trusted.server) as relay:
        options = f"?ssl_ca_certs={trusted.file}"
        if server.password:
            address = f"rediss://default:{QUOTED}@{HOST}:{relay.port}/3{options}"
            works(address, server, 3, tmp_path / "data")
        else:
            works(f"rediss://{HOST}:{relay.port}{options}", server, 0, tmp_path / "data")


@pytest.mark.slow
def test_a_worker_by_a_socket(server: OwnRedis, tmp_path: Path) -> None:
    if server.password:
        works(f"unix://:{QUOTED}@{server.socket}?db=3", server, 3, tmp_path / "data")
    else:
        works(f"unix://{server.socket}", server, 0, tmp_path / "data")


@pytest.mark.slow
def test_a_certificate_of_somebody_else_is_refused(
    trusted: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with OwnRedis(tmp_path / "r") as server, Relay(server.port, trusted.server) as relay:
        address = f"rediss://{HOST}:{relay.port}"
        monkeypatch.setenv("REDIS_URL", address)
        with Redis.from_url(redis_url(), retry=None) as client, pytest.raises(NoRedis):
            client.ping()
        with Connection(broker_url()) as connection, pytest.raises(NoRedis):
            connection.connect()
        # Who says so takes any.
        monkeypatch.setenv("REDIS_URL", f"{address}?ssl_cert_reqs=none")
        with Redis.from_url(redis_url(), retry=None) as client:
            assert client.ping()
        with Connection(broker_url()) as connection:
            connection.connect()
            assert connection.connected


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("http://redis.example", "its scheme is not known"),
        ("redis.example:6379", "its scheme is not known"),
        ("redis:///3", "it names no server"),
        ("unix://", "it names no server"),
        ("redis://redis.example:port", "its port is no number"),
        ("redis://redis.example/tasks", "its database is no number"),
        ("redis://redis.example?timeout=3", "it has the unknown option timeout"),
        ("redis://redis.example?ssl_ca_certs=/ca.pem", "it has the unknown option ssl_ca_certs"),
    ],
)
def test_an_address_that_cannot_be_used_says_what_is_wrong(
    address: str, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", address)
    for spelled in (redis_url, broker_url):
        with pytest.raises(ImproperlyConfigured, match=found):
            spelled()
