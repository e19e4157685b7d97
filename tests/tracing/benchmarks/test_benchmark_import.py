"""The benchmark of imports runs on any record, in databases that are gone afterwards."""

import json
import os
from pathlib import Path

import jsonschema
import pytest
from django.core.management import call_command
from django.db import connection

from portal.servers.homes import BASE_DIR
from tracing.benchmarks import imports, scratch
from tracing.benchmarks.bare import BARE
from tracing.benchmarks.imports import MAKER, WAYS, prepare
from tracing.benchmarks.measure import MeasurementFailed, run
from tracing.synthetic.sample import Order, make

SCHEMA = json.loads((BASE_DIR / "docs/schemas/benchmark.json").read_text())
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def scratch_databases(pid: int = os.getpid()) -> list[str]:
    """Those of one process: other workers of the run make some of their own."""
    with connection.cursor() as cursor:
        names = f"{scratch.NAME}_{pid}%"
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [names])
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.parametrize("record", sorted(BARE))
def test_a_small_benchmark_reports_all_ways_and_leaves_real_data_alone(
    record: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "PAIRS", 1)
    call_command("benchmark", "import", "--rows", "50", "--record", record, "--json")
    result = json.loads(capsys.readouterr().out)
    jsonschema.validate(result, SCHEMA)
    assert result["rows"] == 50
    assert result["ours"]["steps"].keys() >= {"read", "check", "stage", "store"}
    assert scratch_databases() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tracing_submission")
        assert cursor.fetchone() == (0,)


@pytest.mark.usefixtures("tables")
def test_a_way_that_stores_something_else_is_not_timed(tmp_path: Path) -> None:
    path = tmp_path / "rows.xlsx"
    make("domestic-drug-codes", Order(MAKER, 10, seed=1, faults=0.2)).write(path)
    with scratch.template() as database:
        prepare(database, "domestic-drug-codes", 1, tmp_path / "batch.xlsx")
        with pytest.raises(MeasurementFailed, match="8 created of 10"):
            run(f"{WAYS}:ours", database, record="domestic-drug-codes", path=str(path), rows=10)
    assert scratch_databases() == []


def test_a_clone_holds_what_its_template_holds() -> None:
    with scratch.template() as database, scratch.clone(database) as copy:
        assert {database, copy} <= set(scratch_databases())
    assert scratch_databases() == []


def test_databases_of_killed_measurements_are_dropped() -> None:
    with scratch._server() as server:
        scratch._run(server, "CREATE DATABASE {}", "portal_benchmark_999999999_clone")
    assert scratch_databases(999999999)
    with scratch.template():
        assert not scratch_databases(999999999)
