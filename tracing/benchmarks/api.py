"""Rows by the signed interface: calls of 1,000 to one web process, against a bare COPY."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from tracing.benchmarks import scratch
from tracing.benchmarks.imports import WAYS as IMPORTS
from tracing.benchmarks.imports import prepare
from tracing.benchmarks.measure import Measured, median_ratio, run, summary
from tracing.benchmarks.preparation import order_of
from tracing.synthetic.sample import Sample, make

WAYS = "tracing.benchmarks.api_ways"
PAIRS = 3
MANY = 8
ROWS_PER_CALL = 1_000


def measure(rows: int, record: str, seed: int) -> dict[str, Any]:
    """Measure `rows` rows in calls; the result is the JSON object of `benchmark api`.

    One client, eight of them and the floor take turns, each time in a fresh copy of one database.
    The floor COPYs, in one transaction, all that an import of the same rows adds to any table.
    """
    with tempfile.TemporaryDirectory() as folder, scratch.template() as database:
        book, calls, lines = (Path(folder) / name for name in ("rows.xlsx", "calls", "lines"))
        lines.mkdir()
        sample = make(record, order_of(rows, seed))
        sample.write(book)
        calls.write_text("\n".join(params_of(sample)))
        prepare(database, record, rows, seed, Path(folder))
        key = run(f"{WAYS}:issue_key", database, record=record).details
        laid = run_once(
            f"{IMPORTS}:lay_out", database, record=record, path=str(book), folder=str(lines)
        )
        sent = {**key, "record": record, "path": str(calls), "rows": rows}
        ways: dict[str, tuple[str, dict[str, Any]]] = {
            "ours": (f"{WAYS}:ours", {**sent, "clients": 1}),
            "many": (f"{WAYS}:ours", {**sent, "clients": MANY}),
            "floor": (f"{WAYS}:floor", {"record": record, "folder": str(lines), "rows": rows}),
        }
        runs: dict[str, list[Measured]] = {name: [] for name in ways}
        for turn in range(PAIRS):
            for name in ways if turn % 2 == 0 else reversed(ways):
                function, arguments = ways[name]
                runs[name].append(run_once(function, database, **arguments))
    ours, many, floor = runs.values()
    found = {"ours": summary(ours), "eight_clients": summary(many), "floor": summary(floor)}
    return {
        "record": record,
        "rows": rows,
        "rows_per_call": ROWS_PER_CALL,
        "seed": seed,
        "pairs": PAIRS,
        "tables": laid.details["kept"],
        **found,
        "rows_per_second": {name: round(rows / way["seconds"]) for name, way in found.items()},
        "ratio_to_floor": median_ratio(ours, floor),
        "ratio_to_floor_eight": median_ratio(many, floor),
    }


def params_of(sample: Sample) -> list[str]:
    """The rows as `param` of as many calls as it takes."""
    names = list(sample.columns)
    cells = zip(*sample.columns.values(), strict=True)
    rows = [dict(zip(names, row, strict=True)) for row in cells]
    blocks = (rows[first : first + ROWS_PER_CALL] for first in range(0, len(rows), ROWS_PER_CALL))
    return [json.dumps({"delFlag": False, "data": b}, ensure_ascii=False) for b in blocks]


def run_once(function: str, database: str, **arguments: Any) -> Measured:
    """Do it in a copy of the database."""
    with scratch.clone(database) as copy:
        return run(function, copy, **arguments)
