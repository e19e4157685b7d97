"""The tables of the run, and the process of the test, where it is not measured what they cost."""

import importlib
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from tests.databases import MIGRATED
from tracing.benchmarks import api, export, imports, query, scratch
from tracing.benchmarks.measure import Measured, MeasurementFailed, run

# It declares a model, which a process does once, and which no other test may meet.
ALONE = f"{export.WAYS}:import_export"
# What stands in place of the memory of a process.
MEBIBYTES = 1.0


@pytest.fixture
def tables(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a measurement begin with the tables of the run: to make them takes most of its time."""
    monkeypatch.setattr(scratch, "EMPTY", MIGRATED)


@pytest.fixture
def here(
    transactional_db: None,
    tables: None,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Let the work be done in this process: to start one for each way takes most of the rest."""
    settings.PORTAL_FILES = tmp_path
    for module in (api, imports, export, query):
        monkeypatch.setattr(module, "run", run_here)


def run_here(function: str, database: str, **arguments: Any) -> Measured:
    """As `tracing.benchmarks.measure.run`, and its child."""
    if function == ALONE:
        return run(function, database, **arguments)
    module, name = function.split(":")
    work = getattr(importlib.import_module(module), name)
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        result = work(**arguments)
    except Exception as error:
        raise MeasurementFailed(str(error)) from error
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own
    details = {name: value for name, value in result.items() if name not in ("seconds", "steps")}
    return Measured(result["seconds"], MEBIBYTES, result["steps"], details)
