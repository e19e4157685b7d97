"""Asking for codes: our pages beside the bare SQL that they need."""

from __future__ import annotations

from typing import Any

from tracing.benchmarks import scratch
from tracing.benchmarks.measure import run

PREPARATION = "tracing.benchmarks.query_rows"
WAYS = "tracing.benchmarks.query_ways"
REPEATS = 100


def measure(rows: int, seed: int) -> dict[str, Any]:
    """Measure a maker's and a distributor's list of `rows` codes each.

    The result is the JSON object of `benchmark query`: for each kind of page the milliseconds
    that the website needs for a request, and the 95th percentile of its SQL alone.
    """
    with scratch.template() as database:
        run(f"{PREPARATION}:fill", database, codes=rows, seed=seed)
        measured = run(f"{WAYS}:pages", database, rows=rows, seed=seed, repeats=REPEATS)
    return {"rows": rows, "seed": seed, **measured.details}
