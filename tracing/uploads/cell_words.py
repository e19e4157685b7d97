"""The cells of a failing row as a page shows them, to be typed over."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from portal.lib.no_value import FORMULA, MERGED, TOO_LONG
from tracing.records import cells
from tracing.records.terms import ErrorCell
from tracing.uploads.cells import from_json

# A longer text is shown by its beginning; it stays whole as long as nobody types over it.
LONGEST_SHOWN = 500
# What the box of one line takes out of a text by itself.
_BREAKS = re.compile(r"[\r\n]+")
_NO_VALUE = {FORMULA: "（公式没有结果）", MERGED: "（合并单元格）"}


def words(kept: Any) -> str:
    """A kept cell as one line. A cell whose box comes back with these words was not corrected."""
    cell = from_json(kept)
    match cell:
        case None:
            return ""
        case ErrorCell():
            kind, _, length = cell.text.partition(" ")
            return f"（{length} 个字符，没有读取）" if kind == TOO_LONG else _of_error(cell.text)
        case bool():
            return str(cell).upper()
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M:%S}"
        case str():
            line = _BREAKS.sub(" ", cell)
            return line if len(line) <= LONGEST_SHOWN else f"{line[:LONGEST_SHOWN]}…"
        case _:
            return cells.shown(cell)


def _of_error(text: str) -> str:
    return _NO_VALUE.get(text, text[:LONGEST_SHOWN])
