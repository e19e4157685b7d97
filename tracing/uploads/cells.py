"""Cells as they are kept with a failing row: typed, so that the error workbook gives back what
was read. A number that Excel damaged must come back as that number, not as a text that passes.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from tracing.records.terms import Cell, ErrorCell

# What XML cannot hold. DEL stands for it: as little wanted as the original in a code or a number,
# dropped like it from a text.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
STAND_IN = "\x7f"
# PostgreSQL writes a number out, digit by digit: from here on one that had a point or an exponent
# would come back as a whole number, and be quoted otherwise than where it was found.
FIRST_WRITTEN_OUT = 1e16


def to_json(cell: Cell) -> Any:
    """A cell as JSON; what JSON has no type for is an object with the type's name."""
    match cell:
        case None | "":
            return None
        case str():
            return UNWRITABLE.sub(STAND_IN, cell)
        case float() if abs(cell) >= FIRST_WRITTEN_OUT:
            return {"float": repr(cell)}
        case bool() | int() | float():
            return cell
        case ErrorCell():
            return {"error": UNWRITABLE.sub(STAND_IN, cell.text)}
        case datetime() | date() | time():
            return {type(cell).__name__: cell.isoformat()}
        case timedelta():
            return {"timedelta": cell.total_seconds()}


def from_json(kept: Any) -> Cell:
    """The cell that `to_json` kept."""
    match kept:
        case {"error": text}:
            return ErrorCell(text)
        case {"float": text}:
            return float(text)
        case {"datetime": text}:
            return datetime.fromisoformat(text)
        case {"date": text}:
            return date.fromisoformat(text)
        case {"time": text}:
            return time.fromisoformat(text)
        case {"timedelta": seconds}:
            return timedelta(seconds=seconds)
        case None | str() | bool() | int() | float():
            return kept
        case _:
            raise ValueError(f"no cell is kept as {kept!r}")
