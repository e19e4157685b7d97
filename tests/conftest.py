"""The servers of a test run. Fixtures of one part stand beside its tests."""

import os
import shutil
import uuid
from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.models.signals import post_save
from django.test import TransactionTestCase
from hypothesis import settings
from pytest_django import DjangoDbBlocker

from accounts.core import limits
from accounts.log.entry_words import changes_of
from accounts.log.models import OperationLog
from portal.servers.holding import hold, remove
from tests.databases import migrated
from tests.emptying import Emptying
from tests.seeded import folder_of

pytest_plugins = ["tests.people"]

# A busy machine is slow without being wrong, so no example has a time limit.
settings.register_profile("portal", deadline=None)
settings.register_profile("thorough", deadline=None, max_examples=1_000)
settings.load_profile("portal")


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than cores: while one waits for Chromium, LibreOffice or a server that was
    killed, the others have the cores."""
    return len(os.sched_getaffinity(0)) + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one worker begin with all browser tests, for they share a demo, and with what is slow,
    so that none of that is left over when the other workers have nothing to do any more."""
    first = ("browser", "slow")
    items.sort(key=lambda item: [item.get_closest_marker(name) is None for name in first])


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
    servers: None,
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    """Make every test with a database wait for the servers; each worker copies one for itself."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated()


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Emptying]:
    """Let tests that commit take back what they wrote, and not every row of every table."""
    with django_db_blocker.unblock():
        emptying = Emptying()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda test: emptying(test))
        yield emptying


@pytest.fixture(scope="session", autouse=True)
def log_is_readable() -> None:
    """Whatever any test has written to the operation log has words on the page of the unit."""
    post_save.connect(_worded, sender=OperationLog, weak=False)


def _worded(instance: OperationLog, **_: object) -> None:
    assert instance.title
    assert all("：" in change for change in changes_of(instance))


def pytest_unconfigure(config: pytest.Config) -> None:
    """The process that started the run removes its folder, when all workers have ended."""
    run = os.environ.get("PORTAL_TEST_RUN")
    if run and not hasattr(config, "workerinput"):
        remove()
        if folder_of(run).exists():
            os.environ["PORTAL_DATA"] = str(folder_of(run))
            remove()
        shutil.rmtree(run)
