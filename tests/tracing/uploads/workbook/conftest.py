"""What reads files is tested as it reads them."""

import pytest


@pytest.fixture(autouse=True)
def read_here() -> None:
    """Let a child read, as the product does: its limits and its end are part of reading."""
