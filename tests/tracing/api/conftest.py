"""What the tests of calls share."""

from __future__ import annotations

import pytest

from accounts.keys.models import InterfaceKey
from tests.accounts.keys.keys import key_of
from tests.people import Side


@pytest.fixture
def key(maker: Side) -> InterfaceKey:
    """A live key of a maker."""
    return key_of(maker)
