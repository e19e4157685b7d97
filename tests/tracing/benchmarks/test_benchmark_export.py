"""The benchmark of exports: every way writes all rows, and leaves no database behind."""

import json

import jsonschema
import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from portal.servers.homes import BASE_DIR
from tests.tracing.benchmarks.conftest import run_here
from tests.tracing.benchmarks.test_benchmark_import import scratch_databases
from tracing.benchmarks import export, scratch
from tracing.benchmarks.export import NODES, PREPARATION, WAYS
from tracing.benchmarks.measure import MeasurementFailed
from tracing.exports.limits import MOST_CODES

SCHEMA = json.loads((BASE_DIR / "docs/schemas/benchmark.json").read_text())
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("here")]


def test_a_small_benchmark_reports_all_ways(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "PAIRS", 1)
    call_command("benchmark", "export", "--rows", "45", "--json")
    result = json.loads(capsys.readouterr().out)
    jsonschema.validate(result, SCHEMA)
    assert (result["rows"], result["nodes"]) == (45, 6)
    assert result["ours"]["steps"].keys() >= {"count", "write", "seal"}
    assert result["import_export"]["rows_run"] == 45
    assert scratch_databases() == []


def test_codes_have_six_nodes_and_a_way_that_writes_less_is_not_timed() -> None:
    with scratch.template() as database:
        run_here(f"{PREPARATION}:fill", database, codes=25, seed=1)
        run_here(f"{PREPARATION}:lay_out", database, rows=25 * NODES)
        parameters = {**connection.get_connection_params(), "dbname": database}
        with psycopg.connect(**parameters) as copy:
            rows = copy.execute("SELECT count(*) FROM benchmark_rows GROUP BY code").fetchall()
        assert rows == [(NODES,)] * 25
        for way in ("ours", "floor", "import_export"):
            with pytest.raises(MeasurementFailed, match="rows"):
                run_here(f"{WAYS}:{way}", database, rows=25 * NODES + 1)


def test_more_codes_than_an_export_holds_are_refused() -> None:
    with pytest.raises(CommandError, match=str(MOST_CODES)):
        call_command("benchmark", "export", "--rows", str(MOST_CODES + 1))
