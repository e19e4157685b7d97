"""The benchmark of the signed interface: a real website takes the calls, and nothing is left."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from django.core.management import call_command

from portal.servers.homes import BASE_DIR
from tests.tracing.benchmarks.conftest import run_here
from tests.tracing.benchmarks.test_benchmark_import import scratch_databases
from tracing.benchmarks import api, scratch
from tracing.benchmarks.imports import prepare
from tracing.benchmarks.measure import MeasurementFailed
from tracing.benchmarks.preparation import order_of
from tracing.synthetic.sample import make

SCHEMA = json.loads((BASE_DIR / "docs/schemas/benchmark.json").read_text())
CODES = "domestic-drug-codes"
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("here")]


def test_a_small_benchmark_reports_one_client_and_eight(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "PAIRS", 1)
    monkeypatch.setattr(api, "ROWS_PER_CALL", 5)
    call_command("benchmark", "api", "--rows", "33", "--json")
    result = json.loads(capsys.readouterr().out)
    jsonschema.validate(result, SCHEMA)
    assert (result["rows"], result["rows_per_call"]) == (33, 5)
    assert result["tables"]["tracing_tracecode"] == 33
    for way in ("ours", "eight_clients"):
        assert result[way]["steps"].keys() == {"read", "check", "stage", "store"}
        assert result["rows_per_second"][way] > 0
    assert scratch_databases() == []
    # What is said of it in words is said of this result: to measure again would take as long.
    monkeypatch.setattr(api, "measure", lambda *_: result)
    call_command("benchmark", "api", "--rows", "33")
    assert "八个客户端：每秒" in capsys.readouterr().out


def test_calls_that_store_less_are_not_timed(tmp_path: Path) -> None:
    sample = make(CODES, order_of(5, 1))
    calls = tmp_path / "calls"
    calls.write_text("\n".join(api.params_of(sample)))
    with scratch.template() as database:
        prepare(database, CODES, 5, 1, tmp_path)
        key = run_here(f"{api.WAYS}:issue_key", database, record=CODES).details
        sent = {**key, "record": CODES, "path": str(calls), "clients": 1}
        with pytest.raises(MeasurementFailed, match="5 created of 6"):
            run_here(f"{api.WAYS}:ours", database, **sent, rows=6)
        with pytest.raises(MeasurementFailed, match="401"):
            run_here(f"{api.WAYS}:ours", database, **{**sent, "sk": "0" * 32}, rows=5)
