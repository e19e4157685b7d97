"""The benchmark of imports runs on any record, in databases that are gone afterwards."""

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.core.management import call_command
from django.db import connection

from portal.servers.homes import BASE_DIR
from tests.tracing.benchmarks.conftest import run_here
from tracing.benchmarks import imports, scratch
from tracing.benchmarks.bulk import BULK
from tracing.benchmarks.imports import WAYS, prepare
from tracing.benchmarks.measure import MeasurementFailed
from tracing.benchmarks.preparation import before, order_of
from tracing.records import RECORDS
from tracing.stores.registry import store_of
from tracing.synthetic.sample import make

SCHEMA = json.loads((BASE_DIR / "docs/schemas/benchmark.json").read_text())
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def scratch_databases(pid: int = os.getpid()) -> list[str]:
    """Those of one process: other workers of the run make some of their own."""
    with connection.cursor() as cursor:
        names = f"{scratch.NAME}_{pid}%"
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [names])
        return [name for (name,) in cursor.fetchall()]


CODES = "domestic-drug-codes"


def measured(capsys: pytest.CaptureFixture[str], record: str, *options: str) -> dict[str, Any]:
    """The result of a benchmark, which left nothing behind."""
    call_command("benchmark", "import", "--record", record, *options, "--json")
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    jsonschema.validate(result, SCHEMA)
    assert result["ours"]["steps"].keys() >= {"read", "check", "stage", "store"}
    assert scratch_databases() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tracing_submission")
        assert cursor.fetchone() == (0,)
    return result


@pytest.fixture
def one_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each way have one turn."""
    monkeypatch.setattr(imports, "PAIRS", 1)


def reports_all_ways(capsys: pytest.CaptureFixture[str], record: str) -> None:
    """A small benchmark says how long each way took."""
    result = measured(capsys, record, "--rows", "50")
    assert result["rows"] == 50
    assert result["import_export"]["rows_run"] == 50
    assert result["times_faster"] > 0


@pytest.mark.usefixtures("one_pair")
def test_a_small_benchmark_reports_all_ways_and_leaves_real_data_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    reports_all_ways(capsys, CODES)


@pytest.mark.parametrize("record", sorted(BULK.keys() - {CODES}))
@pytest.mark.usefixtures("one_pair", "here")
def test_it_does_so_for_other_records(record: str, capsys: pytest.CaptureFixture[str]) -> None:
    reports_all_ways(capsys, record)


@pytest.mark.parametrize(
    ("record", "written"),
    [
        ("consumable-spec", {"consumablespec"}),
        ("circulation", {"traceevent", "order", "orderbatch", "unitcode", "daycount"}),
    ],
)
@pytest.mark.usefixtures("one_pair", "here")
def test_the_floor_writes_every_table_that_the_import_adds_rows_to(
    record: str,
    written: set[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    result = measured(capsys, record, "--rows", "40", "--faults", "0.1")
    assert {f"tracing_{table}" for table in written} <= result["tables"].keys()
    assert result["tables"][store_of(record).TARGET.table] == 36
    assert result["faults"] == 4
    assert "import_export" not in result


@pytest.mark.parametrize("record", RECORDS)
def test_what_a_record_rests_on_rests_on_nothing_else(record: str) -> None:
    """Each upload before it comes after those that it rests on itself."""
    order = order_of(6, 1, faults=0.5)
    done: set[str] = set()
    for upload in before(record, order):
        assert upload.order.faults == 0
        assert {of.record for of in before(upload.record, upload.order)} <= done
        done.add(upload.record)
    assert bool(done) is not record.endswith(("-info", "-item"))


@pytest.mark.usefixtures("here")
def test_a_way_that_stores_something_else_is_not_timed(tmp_path: Path) -> None:
    path = tmp_path / "rows.xlsx"
    make(CODES, order_of(10, 1, faults=0.2)).write(path)
    with scratch.template() as database:
        prepare(database, CODES, 10, 1, tmp_path)
        with pytest.raises(MeasurementFailed, match="8 created of 10"):
            run_here(f"{WAYS}:ours", database, record=CODES, path=str(path), rows=10)
    assert scratch_databases() == []


@pytest.mark.usefixtures("tables")
def test_a_clone_holds_what_its_template_holds() -> None:
    with scratch.template() as database, scratch.clone(database) as copy:
        assert {database, copy} <= set(scratch_databases())
    assert scratch_databases() == []


@pytest.mark.usefixtures("tables")
def test_databases_of_killed_measurements_are_dropped() -> None:
    with scratch._server() as server:
        scratch._run(server, "CREATE DATABASE {}", "portal_benchmark_999999999_clone")
    assert scratch_databases(999999999)
    with scratch.template():
        assert not scratch_databases(999999999)
