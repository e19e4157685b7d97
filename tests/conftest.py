"""The servers of a test run. Fixtures of one part stand beside its tests."""

import os
import shutil
import uuid
from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.models.signals import post_save
from hypothesis import settings
from pytest_django import DjangoDbBlocker

from accounts.core import limits
from accounts.log.models import OperationLog
from accounts.log.words import changes_of
from portal.servers.holding import hold, remove

pytest_plugins = ["tests.people"]

# A busy machine is slow without being wrong, so no example has a time limit.
settings.register_profile("portal", deadline=None)
settings.register_profile("thorough", deadline=None, max_examples=1_000)
settings.load_profile("portal")


@pytest.fixture(scope="session")
def servers() -> Iterator[None]:
    """PostgreSQL and Redis, shared by all workers of the run; a test without them starts none."""
    with hold():
        yield


@pytest.fixture(autouse=True)
def counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test counts its tries from nothing: they all come from one address."""
    monkeypatch.setattr(limits, "PREFIX", f"limit-{uuid.uuid4().hex}")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    servers: None, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """Make every test with a database wait for the servers; each worker has its own database."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Let tests that commit be cleaned up: Django does it by TRUNCATE, which the operation log
    refuses. Only that trigger rests; rows can be neither changed nor deleted here either, and
    tests/accounts/log/test_log_append_only.py wakes it to see it refuse.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in ("accounts_operationlog", "accounts_logseal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only_whole")


@pytest.fixture(scope="session", autouse=True)
def log_is_readable() -> None:
    """Whatever any test has written to the operation log has words on the page of the unit."""
    post_save.connect(_worded, sender=OperationLog, weak=False)


def _worded(instance: OperationLog, **_: object) -> None:
    assert instance.title
    assert all("：" in change for change in changes_of(instance))


def pytest_unconfigure(config: pytest.Config) -> None:
    """The process that started the run removes its folder, when all workers have ended."""
    folder = os.environ.get("PORTAL_TEST_RUN")
    if folder and not hasattr(config, "workerinput"):
        remove()
        shutil.rmtree(folder)
