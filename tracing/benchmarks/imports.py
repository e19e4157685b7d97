"""Importing a workbook: ours against the floor and against django-import-export."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from tracing.benchmarks import scratch
from tracing.benchmarks.bulk import BULK
from tracing.benchmarks.measure import (
    Measured,
    MeasurementFailed,
    median_ratio,
    run,
    summary,
    times_faster,
)
from tracing.benchmarks.preparation import MAKER, PARTNER, before, order_of
from tracing.records.bindings import BINDINGS
from tracing.records.shapes import DISTRIBUTORS, MAKERS
from tracing.synthetic.products import Firm
from tracing.synthetic.sample import make

WAYS = "tracing.benchmarks.import_ways"
PAIRS = 3
# django-import-export needs minutes for what we do in seconds; its time grows with the rows.
MOST_IMPORT_EXPORT_ROWS = 10_000


def measure(rows: int, record: str, seed: int, faults: float = 0.0) -> dict[str, Any]:
    """Measure the import of `rows` rows; the result is the JSON object of `benchmark import`.

    Ours and the floor take turns, each time in a fresh copy of one database; a share of `faults`
    rows fails, and the floor brings in the others. django-import-export runs for the records that
    it has a resource of, without faults: its peak memory is that of the rows it ran on, its seconds
    are scaled.
    """
    with tempfile.TemporaryDirectory() as folder, scratch.template() as database:
        path, lines = Path(folder) / "rows.xlsx", Path(folder) / "lines"
        lines.mkdir()
        sample = make(record, order_of(rows, seed, faults))
        sample.write(path)
        prepare(database, record, rows, seed, Path(folder))
        there = {"record": record, "path": str(path)}
        laid = _once("lay_out", database, **there, folder=str(lines)).details
        if (laid["good"], laid["bad"]) != (rows - len(sample.planted), len(sample.planted)):
            raise MeasurementFailed(f"{laid}, {len(sample.planted)} faults planted")
        good = laid["good"]
        ways: dict[str, dict[str, Any]] = {
            "ours": {**there, "rows": good},
            "floor": {**there, "rows": good, "folder": str(lines)},
        }
        runs: dict[str, list[Measured]] = {way: [] for way in ways}
        for turn in range(PAIRS):
            for way in ways if turn % 2 == 0 else reversed(ways):
                runs[way].append(_once(way, database, **ways[way]))
        ours, floor = runs.values()
        other = {} if faults or record not in BULK else _other(database, record, rows, seed, ours)
    return {
        "record": record,
        "rows": rows,
        "seed": seed,
        "faults": len(sample.planted),
        "pairs": PAIRS,
        "tables": laid["kept"],
        "ours": summary(ours),
        "floor": summary(floor),
        "ratio_to_floor": median_ratio(ours, floor),
        **other,
    }


def prepare(database: str, record: str, rows: int, seed: int, folder: Path) -> None:
    """Tables, units, their agent, and what the rows rest on."""
    earlier = list(before(record, order_of(rows, seed)))
    firms: dict[Firm, str] = {MAKER: BINDINGS[record].business, PARTNER: DISTRIBUTORS}
    for upload in earlier:
        firms.setdefault(upload.order.maker, MAKERS)
    units = [
        {"account": f"benchmark{place}", "name": firm.name, "uscc": firm.uscc, "business": business}
        for place, (firm, business) in enumerate(firms.items(), start=1)
    ]
    uploads = []
    for place, (code, order) in enumerate(earlier):
        path = folder / f"before{place}.xlsx"
        make(code, order).write(path)
        unit = order.maker.uscc
        uploads.append({"record": code, "path": str(path), "rows": order.rows, "account": unit})
    run(f"{WAYS}:prepare", database, units=units, uploads=uploads)


def _other(
    database: str, record: str, rows: int, seed: int, ours: list[Measured]
) -> dict[str, Any]:
    """django-import-export, looking for the rows that exist and not, on some of the rows."""
    few = min(rows, MOST_IMPORT_EXPORT_ROWS)
    scale = rows / few
    result: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "few.xlsx"
        make(record, order_of(few, seed)).write(path)
        for blind, ending in ((False, ""), (True, "_blind")):
            done = _once(
                "import_export", database, record=record, path=str(path), rows=few, blind=blind
            )
            result[f"import_export{ending}"] = {**summary([done], scale), "rows_run": few}
            result[f"times_faster{ending}"] = times_faster(ours, done, scale)
    return result


def _once(way: str, database: str, **arguments: Any) -> Measured:
    with scratch.clone(database) as copy:
        return run(f"{WAYS}:{way}", copy, **arguments)
