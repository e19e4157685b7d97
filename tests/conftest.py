"""The servers of a test run. Fixtures of one part stand beside its tests."""

import os
import shutil
import uuid
from collections.abc import Iterator

import pytest

from accounts import limits
from portal.servers import hold, remove

pytest_plugins = ["tests.people"]


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


def pytest_unconfigure(config: pytest.Config) -> None:
    """The process that started the run removes its folder, when all workers have ended."""
    folder = os.environ.get("PORTAL_TEST_RUN")
    if folder and not hasattr(config, "workerinput"):
        remove()
        shutil.rmtree(folder)
