"""Rows of a record as a call brings them: their names in any spelling."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from portal.lib.refused import Refused
from portal.lib.strict_json import first_repeated
from tracing.records import RECORDS

MOST_ROWS = 5_000


def spelled(record_code: str, rows: Any) -> Any:
    """The rows with the record's own spelling of each name that is one of its columns; whatever
    else they are, they stay, to be refused where rows are taken in.

    Raises `Refused` for a row that gives a column twice in two spellings.
    """
    if not isinstance(rows, list):
        return rows
    names = dict(_spellings(record_code))
    return [
        _spelled(number, row, names) if isinstance(row, dict) else row
        for number, row in enumerate(rows, start=1)
    ]


def _spelled(number: int, row: Mapping[str, Any], names: dict[str, str]) -> dict[str, Any]:
    try:
        found = {names[name]: value for name, value in row.items()}
    except KeyError:  # Capitals mixed otherwise, or no column of the record.
        found = {names.get(name.lower(), name): value for name, value in row.items()}
    if len(found) < len(row):
        given = [names.get(name, names.get(name.lower(), name)) for name in row]
        raise Refused("column_repeated", row=str(number), column=first_repeated(given) or "")
    return found


def value_of(row: Mapping[str, Any], column: str) -> Any:
    """The cell of a column, however its name is spelled; None where the row has none."""
    for name, value in row.items():
        if name == column or name.replace("_", "").lower() == column.replace("_", ""):
            return value
    return None


@cache
def _spellings(record_code: str) -> Mapping[str, str]:
    """Every spelling that is taken, in small letters and as it is usual, by the column it means:
    med_list_codg, MED_LIST_CODG and medListCodg.
    """
    found: dict[str, str] = {}
    for column in RECORDS[record_code].columns:
        first, *others = column.name.split("_")
        camel = first + "".join(map(str.capitalize, others))
        for name in (column.name, column.name.upper(), camel, camel.lower()):
            found[name] = column.name
    return found
