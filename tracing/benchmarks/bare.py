"""Rows laid straight into the tables, for measurements that begin with stored rows. Nothing is
checked; columns are taken by place, as the sample writes them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from tracing.records.bindings import record_of
from tracing.records.shapes import Shape

Rows = Sequence[Sequence[Any]]
Lines = Iterator[str]

LINES_PER_WRITE = 5_000
NULL = "\\N"
INFO, CODES = record_of(Shape.PRODUCT), record_of(Shape.CODES)
FACTS = tuple(column.name for column in INFO.columns)
CHOICES = {"是": "1", "否": "0", "双跨": "2"}


# What a record's rows become: the text lines of COPY for each table.
Bare = Callable[[Rows, str], Iterator[tuple[str, str, Lines]]]


def copy_rows(bare: Bare, rows: Rows, unit: int) -> None:
    """COPY the rows into every table of the record."""
    owner = f"{unit}\t{timezone.now().isoformat()}\t{uuid.uuid4()}\n"
    with connection.cursor() as cursor:
        for table, columns, lines in bare(rows, owner):
            statement = f"COPY {table} ({columns}, unit_id, uploaded_at, submission_id) FROM STDIN"
            with cursor.copy(statement) as copy:
                for block in _blocks(lines):
                    copy.write(block)


def _blocks(lines: Lines) -> Iterator[str]:
    block: list[str] = []
    for line in lines:
        block.append(line)
        if len(block) == LINES_PER_WRITE:
            yield "".join(block)
            block.clear()
    yield "".join(block)


def _codes(rows: Rows, owner: str) -> Iterator[tuple[str, str, Lines]]:
    """Codes and the boxes that hold them."""
    columns = "trac_codg_sn, code, lv2_trac_code, lv3_trac_code, med_list_codg, prod_code"
    rest = f"+08\tmsfx\t1\t{owner}"
    yield (
        "tracing_tracecode",
        f"{columns}, stoin_time, system, quantity",
        (
            f"{sn}\t{code}\t{middle or NULL}\t{large or NULL}\t{med}\t{prod}\t{stored}{rest}"
            for sn, code, middle, large, med, prod, stored in rows
        ),
    )
    boxes = {row[2]: row[3] for row in rows if row[2]}
    yield (
        "tracing_pack",
        "code, level, parent",
        (f"{middle}\t2\t{large or NULL}\t{owner}" for middle, large in boxes.items()),
    )
    larges = {large for large in boxes.values() if large}
    yield "tracing_pack", "code, level", (f"{large}\t3\t{owner}" for large in larges)


def _batches(rows: Rows, owner: str) -> Iterator[tuple[str, str, Lines]]:
    """Batches; choices are stored as their codes."""
    choices = [FACTS.index(name) for name in ("rx_flag", "bas_medn_flag")]

    def line(row: Sequence[Any]) -> str:
        cells = [str(cell) for cell in row]
        for place in choices:
            cells[place] = CHOICES[cells[place]]
        return "\t".join(cells) + f"\t{INFO.family}\t{owner}"

    yield "tracing_drugbatch", f"{', '.join(FACTS)}, family", map(line, rows)


BARE: dict[str, Bare] = {
    CODES.code: _codes,
    INFO.code: _batches,
}
