"""Units of both kinds, so that every address of the table has a holder."""

import pytest

from tests.factories import UnitFactory
from tests.people import Side, side


@pytest.fixture
def maker(db: None) -> Side:
    """A maker that distributes as well."""
    return side(UnitFactory.create(is_distributor=True))


@pytest.fixture
def stranger(db: None) -> Side:
    """Another one, who must see nothing of the first."""
    return side(UnitFactory.create(is_distributor=True))
