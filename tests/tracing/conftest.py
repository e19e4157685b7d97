"""The agents who ask are fixtures of every test here."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.factories import UnitFactory
from tests.people import Side, side
from tests.tracing.traces.asking import asker, codes
from tests.tracing.uploads.devices import Uploads
from tests.tracing.uploads.workbook import here
from tests.tracing.uploads.workbook.reading import Reader
from tracing import tasks
from tracing.uploads.workbook import read

__all__ = ["asker", "codes"]


@pytest.fixture(autouse=True)
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process read workbooks, which it does in a tenth of the time that a child takes to
    start. Tests of reading, and those in which processes die, have a fixture of this name that
    leaves it to the child."""
    monkeypatch.setattr(read, "_ask", here.ask)


@pytest.fixture
def maker(transactional_db: None, settings: Settings, tmp_path: Path) -> Side:
    """A maker whose files lie in the test's own folder."""
    settings.PORTAL_FILES = tmp_path / "files"
    return side(UnitFactory.create())


@pytest.fixture
def rival(maker: Side) -> Side:
    """Another maker."""
    return side(UnitFactory.create())


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    """Reads bytes as an upload."""
    return Reader(tmp_path)


@pytest.fixture
def nudged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The submissions that were handed to the workers."""
    handed: list[str] = []
    monkeypatch.setattr(tasks, "nudge", lambda _task, row: handed.append(str(row.pk)))
    return handed


@pytest.fixture
def uploads(maker: Side, tmp_path: Path) -> Uploads:
    """What the maker uploads."""
    return Uploads(maker, tmp_path)


@pytest.fixture
def dealer(maker: Side) -> Side:
    """A distributor."""
    return side(UnitFactory.create(is_maker=False, is_distributor=True))
