"""Exporting codes with six nodes each: ours, the floor and django-import-export."""

from __future__ import annotations

from typing import Any

from tracing.benchmarks import scratch
from tracing.benchmarks.measure import (
    Measured,
    MeasurementFailed,
    median_ratio,
    run,
    summary,
    times_faster,
)
from tracing.exports.limits import MOST_CODES

WAYS = "tracing.benchmarks.export_ways"
PREPARATION = "tracing.benchmarks.export_rows"
PAIRS = 3
NODES = 6
# django-import-export needs many minutes for what we do in seconds; its time grows with the rows.
MOST_IMPORT_EXPORT_CODES = 2_000


def measure(rows: int, seed: int) -> dict[str, Any]:
    """Measure the export of `rows` codes; the result is the JSON object of `benchmark export`.

    Ours and the floor take turns on one database. django-import-export is given its rows ready
    made, as one table; its peak memory is that of the rows it ran on, its seconds are scaled.
    Raises MeasurementFailed for more codes than an export may hold.
    """
    if rows > MOST_CODES:
        raise MeasurementFailed(f"一次最多导出 {MOST_CODES} 个追溯码，收到 {rows}。")
    few = min(rows, MOST_IMPORT_EXPORT_CODES)
    with scratch.template() as database:
        run(f"{PREPARATION}:fill", database, codes=rows, seed=seed)
        run(f"{PREPARATION}:lay_out", database, rows=few * NODES)
        ours: list[Measured] = []
        floor: list[Measured] = []
        for turn in range(PAIRS):
            turns = [("ours", ours), ("floor", floor)]
            for way, runs in turns if turn % 2 == 0 else reversed(turns):
                runs.append(run(f"{WAYS}:{way}", database, rows=rows * NODES))
        other = run(f"{WAYS}:import_export", database, rows=few * NODES)
    scale = rows / few
    return {
        "rows": rows,
        "nodes": NODES,
        "seed": seed,
        "pairs": PAIRS,
        "ours": summary(ours),
        "floor": summary(floor),
        "import_export": {**summary([other], scale), "rows_run": few},
        "ratio_to_floor": median_ratio(ours, floor),
        "times_faster": times_faster(ours, other, scale),
    }
