"""A cell as text: how an error workbook gives back what was typed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from tracing.records.base import Cell, ErrorCell


def cell_text(cell: Cell) -> str | None:
    """What the user's sheet showed, as closely as the value tells; None for an empty cell."""
    match cell:
        case None | "":
            return None
        case bool():
            return "TRUE" if cell else "FALSE"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case datetime():
            return cell.strftime("%Y-%m-%d %H:%M:%S")
        case date() | time() | timedelta() | int():
            return str(cell)
        case ErrorCell():
            return cell.text
        case str():
            return cell
