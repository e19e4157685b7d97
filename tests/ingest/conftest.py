"""A maker with an agent who holds the upload, and a second maker."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.factories import UnitFactory
from tests.ingest.reading import Reader
from tests.people import Side, side


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
