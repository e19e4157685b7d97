"""The tables of the run, where it is not measured how they are made."""

import pytest

from tests.databases import MIGRATED
from tracing.benchmarks import scratch


@pytest.fixture
def tables(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a measurement begin with the tables of the run: to make them takes most of its time.

    The benchmarks of imports begin with nothing, as all of them do outside of tests.
    """
    monkeypatch.setattr(scratch, "EMPTY", MIGRATED)
