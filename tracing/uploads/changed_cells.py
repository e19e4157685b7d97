"""A cell before and after a change, in words: what previews and histories show of it."""

from __future__ import annotations

from typing import Any, NamedTuple

from tracing.core.tables import shown
from tracing.records.base import Column

# What stands for an empty cell.
EMPTY = "（空）"


class ChangedCell(NamedTuple):
    """The label of a column, and both values as people read them."""

    label: str
    before: str
    after: str


def changed_cell(column: Column, before: Any, after: Any) -> ChangedCell:
    """Word a change of one column."""
    return ChangedCell(column.label, shown(column, before) or EMPTY, shown(column, after) or EMPTY)
