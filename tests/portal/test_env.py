"""Wrong values in the environment are refused, with how to mend them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import env
from portal.servers import addresses
from portal.servers.redis_address import broker_url, redis_url

NAME = "PORTAL_SOMETHING"


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (lambda: env.env_str(NAME, "a"), "  b ", "b"),
        (lambda: env.env_str(NAME, "a"), " ", "a"),
        (lambda: env.env_bool(NAME, default=False), "Yes", True),
        (lambda: env.env_bool(NAME, default=True), "off", False),
        (lambda: env.env_int(NAME, 3, least=1, most=9), "9", 9),
        (lambda: env.env_choice(NAME, ("18", "16"), "18"), "16", "16"),
        (lambda: env.env_list(NAME), " a, ,b", ["a", "b"]),
        (lambda: env.env_path(NAME, Path("/srv")), "/data", Path("/data")),
        (lambda: env.env_secret(NAME, least=4), "abcd", "abcd"),
    ],
)
def test_a_value_is_read(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[], Any], value: str, expected: Any
) -> None:
    monkeypatch.setenv(NAME, value)
    assert read() == expected


@pytest.mark.parametrize(
    ("read", "value", "mend"),
    [
        (lambda: env.env_bool(NAME, default=False), "ja", "one of 1, true, yes"),
        (lambda: env.env_int(NAME, 3, least=1, most=9), "10", "from 1 to 9"),
        (lambda: env.env_int(NAME, 3), "-1", "a whole number"),
        (lambda: env.env_int(NAME, 3), "１", "a whole number"),
        (lambda: env.env_choice(NAME, ("18", "16"), "18"), "17", "one of 18, 16"),
        (lambda: env.env_path(NAME, Path("/srv")), "data", "an absolute path"),
        (lambda: env.env_secret(NAME), "", "is not set"),
    ],
)
def test_a_wrong_value_says_its_name_and_how_to_mend_it(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[], Any], value: str, mend: str
) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=mend) as refused:
        read()
    assert NAME in str(refused.value)


def test_a_short_secret_is_refused_without_showing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "hunter2")
    with pytest.raises(ImproperlyConfigured, match="only 7 characters") as refused:
        env.env_secret(NAME)
    assert "hunter2" not in str(refused.value)


def test_a_database_of_others_is_taken_from_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "DATABASE_URL", "postgresql://me:p%40ss@db.example:6000/trace?sslmode=require"
    )
    found = addresses.database_settings()
    assert {name: found[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "NAME": "trace",
        "USER": "me",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "6000",
    }
    assert found["OPTIONS"]["sslmode"] == "require"
    assert not addresses.embedded_database()


@pytest.mark.parametrize(
    ("asked", "options"),
    [
        ("", "-c statement_timeout=60s"),
        ("?options=-c%20work_mem%3D8MB", "-c work_mem=8MB -c statement_timeout=60s"),
        ("?options=-c%20statement_timeout%3D5s", "-c statement_timeout=5s"),
    ],
)
def test_statements_have_an_end_unless_the_address_says_which(
    monkeypatch: pytest.MonkeyPatch, asked: str, options: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://me@db.example/trace{asked}")
    assert addresses.database_settings()["OPTIONS"]["options"] == options


def test_an_address_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://db.example/trace")
    with pytest.raises(ImproperlyConfigured, match="expected postgresql://"):
        addresses.database_settings()
    monkeypatch.setenv("REDIS_URL", "http://redis.example")
    with pytest.raises(ImproperlyConfigured, match="expected redis://"):
        redis_url()


def test_redis_of_others_has_a_database_for_each_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_REDIS_DATABASE", "4")
    monkeypatch.setenv("REDIS_URL", "rediss://:secret@redis.example:6390/9")
    assert redis_url(1) == "rediss://:secret@redis.example:6390?db=5"
    assert broker_url() == "rediss://:secret@redis.example:6390/4?ssl_cert_reqs=required"
    monkeypatch.setenv("REDIS_URL", "unix:///run/redis/redis.sock")
    assert redis_url(1) == "unix:///run/redis/redis.sock?db=5"
    assert broker_url() == "redis+socket:///run/redis/redis.sock?virtual_host=4"


def test_the_secret_key_is_made_once_and_kept_private(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path / "data"))
    key = addresses.secret_key()
    assert len(key) >= 50
    assert addresses.secret_key() == key
    assert (tmp_path / "data" / "secret-key").stat().st_mode & 0o077 == 0
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret-key"]
