"""The maker of samples, in the database."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.factories import AgentFactory, UnitFactory, hold
from tests.people import Side
from tests.tracing.synthetic.makers import MAKER


@pytest.fixture
def sampler(transactional_db: None, settings: Settings, tmp_path: Path) -> Side:
    """A maker and the agent who uploads for it; its files lie in the test's own folder."""
    settings.PORTAL_FILES = tmp_path / "files"
    unit = UnitFactory.create(slug="sampler1", name=MAKER.name, uscc=MAKER.uscc)
    agent = AgentFactory.create(units=[unit])
    hold(unit, agent, "maker-upload", "maker-query")
    return Side(unit, agent)
