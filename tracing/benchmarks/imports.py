"""Importing a workbook: ours against the floor and against django-import-export."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from tracing.benchmarks import scratch
from tracing.benchmarks.bare import CODES, INFO
from tracing.benchmarks.measure import Measured, median_ratio, run, summary, times_faster
from tracing.synthetic.codes import credit_code
from tracing.synthetic.products import Maker
from tracing.synthetic.sample import Order, make

WAYS = "tracing.benchmarks.import_ways"
PAIRS = 3
# django-import-export needs minutes for what we do in seconds; its time grows with the rows.
MOST_IMPORT_EXPORT_ROWS = 10_000
MAKER = Maker("某某药业有限公司", credit_code("benchmark"))


def measure(rows: int, record: str, seed: int) -> dict[str, Any]:
    """Measure the import of `rows` rows; the result is the JSON object of `benchmark import`.

    Ours and the floor take turns, each time in a fresh copy of one database. The peak memory of
    django-import-export is that of the rows it ran on, its seconds are scaled.
    """
    few = min(rows, MOST_IMPORT_EXPORT_ROWS)
    with tempfile.TemporaryDirectory() as folder, scratch.template() as database:
        path, short = Path(folder) / "rows.xlsx", Path(folder) / "few.xlsx"
        make(record, Order(MAKER, rows, seed)).write(path)
        make(record, Order(MAKER, few, seed)).write(short)
        prepare(database, record, seed, Path(folder) / "batch.xlsx")
        ours: list[Measured] = []
        floor: list[Measured] = []
        for turn in range(PAIRS):
            turns = [("ours", ours), ("floor", floor)]
            for way, runs in turns if turn % 2 == 0 else reversed(turns):
                runs.append(_once(way, database, record, path, rows))
        bulk = _once("import_export", database, record, short, few, blind=False)
        blind = _once("import_export", database, record, short, few, blind=True)
    scale = rows / few
    return {
        "record": record,
        "rows": rows,
        "seed": seed,
        "pairs": PAIRS,
        "ours": summary(ours),
        "floor": summary(floor),
        "import_export": {**summary([bulk], scale), "rows_run": few},
        "import_export_blind": {**summary([blind], scale), "rows_run": few},
        "ratio_to_floor": median_ratio(ours, floor),
        "times_faster": times_faster(ours, bulk, scale),
        "times_faster_blind": times_faster(ours, blind, scale),
    }


def prepare(database: str, record: str, seed: int, path: Path) -> None:
    """Tables, the unit, its agent; for codes the batch that they belong to."""
    run(f"{WAYS}:tables", database)
    run(f"{WAYS}:people", database, name=MAKER.name, uscc=MAKER.uscc)
    if record == CODES.code:
        make(INFO.code, Order(MAKER, 1, seed)).write(path)
        run(f"{WAYS}:ours", database, record=INFO.code, path=str(path), rows=1)


def _once(way: str, database: str, record: str, path: Path, rows: int, **options: bool) -> Measured:
    with scratch.clone(database) as copy:
        return run(f"{WAYS}:{way}", copy, record=record, path=str(path), rows=rows, **options)
