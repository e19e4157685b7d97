"""A maker who may export, with a batch; files lie in the test's own folder."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.factories import UnitFactory
from tests.people import Side, side
from tests.tracing.factories import DrugBatchFactory
from tracing.stores.models import DrugBatch


@pytest.fixture
def maker(transactional_db: None, settings: Settings, tmp_path: Path) -> Side:
    """A maker. Snapshots need transactions of their own, so tests commit."""
    settings.PORTAL_FILES = tmp_path / "files"
    return side(UnitFactory.create())


@pytest.fixture
def batch(maker: Side) -> DrugBatch:
    """A batch of the maker."""
    return DrugBatchFactory.create(unit=maker.unit, trac_codg_sn="SN0001", manu_lotnum="LOT1")
