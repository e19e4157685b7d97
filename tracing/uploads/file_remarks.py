"""What is remarked on a file that was read: a line of its own in the result, of no row."""

from __future__ import annotations

from collections.abc import Iterator

from tracing.records.base import Record
from tracing.stores.row_faults import RowFault
from tracing.uploads.workbook.headings import listed
from tracing.uploads.workbook.read import Sheet

WHOLE_FILE = 0  # stands where a remark on a row has its number


def file_remarks(record: Record, sheet: Sheet) -> Iterator[RowFault]:
    """How the file was read, and what of it was left out."""
    said: dict[str, tuple[str, ...]] = {
        "file_is_text": sheet.written_in or (),
        "rows_hidden": _number(sheet.hidden_rows),
        "rows_blank": _number(sheet.blank_rows),
        "columns_ignored": _names(sheet.ignored_headings),
        "sheets_ignored": _names(sheet.other_sheets),
    }
    for code, detail in said.items():
        if detail:
            yield RowFault(WHOLE_FILE, record.columns[0].name, code, tuple(detail))


def _number(count: int) -> tuple[str, ...]:
    return (str(count),) if count else ()


def _names(names: list[str]) -> tuple[str, ...]:
    return (listed(names),) if names else ()
