"""The floor under an import: the least that any program must do to bring a file's rows into the
tables.

Which tables these are, and what stands in them, is not written down here: an import of the file in
our way, not timed and in a copy of the database, shows every row that it adds to any table of
stored rows, derived ones and counters too. They are kept as lines of COPY, those of the record
itself in the file's order. That the lines need not be made is in the floor's favour.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection
from python_calamine import CalamineWorkbook

from tracing.stores.registry import store_of

BLOCK = 1 << 18
ENDING = ".copy"
# What a table held before the import, and the order of the file; gone with the copy.
BEFORE = "benchmark_before_{}"
IN_FILE = "benchmark_in_file"


def read(path: str) -> Sequence[Sequence[Any]]:
    """The rows of a workbook's first sheet, heading included."""
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


def note(record: str, submission: uuid.UUID) -> None:
    """Note what is stored before an upload whose rows are staged is, and where its rows stand."""
    store = store_of(record)
    keys = ", ".join(f"{staged} AS {kept}" for kept, staged in store.TARGET.key.items())
    with connection.cursor() as cursor:
        for table, key in _tables():
            cursor.execute(
                f"CREATE TABLE {BEFORE.format(table)} AS SELECT {', '.join(key)} FROM {table}"
            )
            cursor.execute(f"ANALYZE {BEFORE.format(table)}")
        cursor.execute(
            f"CREATE TABLE {IN_FILE} AS SELECT {keys}, s.row AS place FROM {store.STAGED} s"
            " WHERE s.submission_id = %s",
            [submission],
        )
        cursor.execute(f"ANALYZE {IN_FILE}")


def keep(record: str, folder: Path) -> dict[str, int]:
    """Write the rows that came since `note` into the folder; returns how many, by table."""
    own = store_of(record).TARGET
    kept = {}
    with connection.cursor() as cursor:
        for table, key in _tables():
            same = " AND ".join(f"b.{name} = t.{name}" for name in key)
            joined, order = "", ""
            if table == own.table:
                joined = f"LEFT JOIN {IN_FILE} USING ({', '.join(own.key)})"
                order = "ORDER BY place"
            rows = (
                f"SELECT t.* FROM {table} t {joined} WHERE NOT EXISTS"
                f" (SELECT 1 FROM {BEFORE.format(table)} b WHERE {same}) {order}"
            )
            file = folder / f"{table}{ENDING}"
            with file.open("wb") as lines, cursor.copy(f"COPY ({rows}) TO STDOUT") as copy:
                for block in copy:
                    lines.write(block)
            if cursor.rowcount:
                kept[table] = cursor.rowcount
            else:
                file.unlink()
    return kept


def lay(folder: Path) -> None:
    """COPY the lines in the folder into their tables."""
    with connection.cursor() as cursor:
        for file in sorted(folder.glob(f"*{ENDING}")):
            with cursor.copy(f"COPY {file.stem} FROM STDIN") as copy, file.open("rb") as lines:
                while block := lines.read(BLOCK):
                    copy.write(block)


def _tables() -> Iterator[tuple[str, list[str]]]:
    """The tables of stored rows, and what their primary keys are made of."""
    for model in apps.get_app_config("tracing").get_models():
        if model.__module__.startswith("tracing.stores."):
            yield model._meta.db_table, [str(field.column) for field in model._meta.pk_fields]
