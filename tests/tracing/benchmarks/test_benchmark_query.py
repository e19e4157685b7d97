"""The benchmark of queries: every kind of page is asked for, and answers with all codes."""

import json
import os

import jsonschema
import pytest
from django.core.management import call_command

from accounts.core.kinds import KINDS
from portal.servers.homes import BASE_DIR
from tests.tracing.benchmarks.conftest import run_here
from tests.tracing.benchmarks.test_benchmark_import import scratch_databases
from tracing.benchmarks import query, scratch
from tracing.benchmarks.measure import MeasurementFailed
from tracing.benchmarks.query import PREPARATION, WAYS

SCHEMA = json.loads((BASE_DIR / "docs/schemas/benchmark.json").read_text())
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("here")]


def test_a_small_benchmark_reports_every_kind_of_page(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query, "REPEATS", 5)
    call_command("benchmark", "query", "--rows", "45", "--json")
    result = json.loads(capsys.readouterr().out)
    jsonschema.validate(result, SCHEMA)
    lists = [f"{by}_{at}" for by in ("date", "batch") for at in ("first", "middle", "last")]
    asked = ("code", "trace", *lists)
    assert result["repeats"] == 5
    assert list(result["kinds"]) == [f"{kind}_{page}" for kind in KINDS for page in asked]
    for taken in result["kinds"].values():
        assert 0 < taken["p50_ms"] <= taken["p95_ms"] <= taken["p99_ms"]
        assert taken["floor_p95_ms"] > 0
    assert scratch_databases(os.getpid()) == []


def test_a_page_that_shows_something_else_is_not_timed() -> None:
    with scratch.template() as database:
        run_here(f"{PREPARATION}:fill", database, codes=12, seed=1)
        with pytest.raises(MeasurementFailed, match="without data-total>13<"):
            run_here(f"{WAYS}:pages", database, rows=13, seed=1, repeats=5)
