"""Checking a table of a record: its columns, then whole rows, then the rules across columns.

Columns are checked over their distinct cells, so the work grows with what a column says, not with
its rows, and no object is made for a good row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tracing.records.base import Record
from tracing.records.fault_kind import Severity
from tracing.records.findings import Findings, RowSet
from tracing.records.reading import read_column
from tracing.records.rule_sets import BUILT_IN
from tracing.records.terms import Cell, CodeRules, Context, Fault, Table
from tracing.records.whole_rows import missing_cells, repeated_keys, rows_of_others


class Checked(NamedTuple):
    """The outcome of a check: parsed columns, findings, of each row how many of its cells read
    otherwise than typed, and the 识别规则 that judged its codes.
    """

    values: dict[str, list[Any]]
    findings: Findings
    rewritten: bytearray
    rules: CodeRules

    @property
    def normalised(self) -> int:
        """How many cells read otherwise than typed."""
        return sum(self.rewritten)

    @property
    def faults(self) -> list[Fault]:
        """The findings that reject their rows, in the order of the rows; for few rows only."""
        return list(self.findings.each(Severity.ERROR))

    @property
    def warnings(self) -> list[Fault]:
        """The remarks, in the order of the rows; for few rows only."""
        return list(self.findings.each(Severity.WARN))


def check_rows(record: Record, cells: Mapping[str, Sequence[Cell]], context: Context) -> Checked:
    """Check the rows of a table.

    `cells` holds every column of the record, all of one length. Raises KeyError for a missing
    column, ValueError for ragged ones.
    """
    lengths = {len(cells[column.name]) for column in record.columns}
    if len(lengths) > 1:
        raise ValueError(f"the columns of {record.code} differ in length")
    length = lengths.pop()
    values: dict[str, list[Any]] = {}
    refused: dict[str, RowSet] = {}
    findings = Findings(context, length)
    rewritten = bytearray(length)
    for column in record.columns:
        reading = read_column(column, cells[column.name], context)
        values[column.name] = reading.values
        refused[column.name] = RowSet(length, reading.refused)
        findings.add_column(reading)
        for row in reading.rewritten:
            rewritten[row] += 1
    table = Table(values, refused)
    for whole in (missing_cells, rows_of_others, repeated_keys):
        findings.add(whole(record, table, context))
    for rule in record.rules:
        findings.add(rule(table, context))
    return Checked(values, findings, rewritten, context.rules or BUILT_IN)
