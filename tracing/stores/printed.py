"""What the element string on a pack says of its batch, beside what the batch says of itself."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection
from django.utils import timezone

from tracing.records.code_parts import day_of
from tracing.records.shapes import LEVEL_COLUMNS
from tracing.stores.staged_copy import STAGED_COPY
from tracing.stores.target import Parameters, RowFault

SMALLEST = LEVEL_COLUMNS[0]

# A file has a few batches, each with one lot and one day. Only bracketed codes are sure of theirs.
PRINTED = f"""
    SELECT m.lot, m.day, m.rows, b.manu_lotnum, b.expy_end
    FROM (SELECT trac_codg_sn, array_agg(row) AS rows,
                 substring({SMALLEST} from '[(]10[)]([^(]+)') AS lot,
                 substring({SMALLEST} from '[(]17[)]([0-9]{{6}})') AS day
          FROM {STAGED_COPY}
          WHERE submission_id = %(submission)s AND starts_with({SMALLEST}, '(01)')
          GROUP BY trac_codg_sn, 3, 4) m
    JOIN tracing_drugbatch b ON b.unit_id = %(unit)s
         AND b.trac_codg_sn = m.trac_codg_sn AND b.voided_at IS NULL
    WHERE m.lot IS NOT NULL OR m.day IS NOT NULL"""


def against_batches(parameters: Parameters) -> list[RowFault]:
    """Rows whose code names another lot or another day of expiry than their batch does.

    A batch that is not there yet says nothing.
    """
    today = timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(PRINTED, parameters)
        return [
            RowFault(row, SMALLEST, *problem)
            for lot, day, rows, batch_lot, expires in cursor
            for problem in _problems(lot, day and day_of(day, today), batch_lot, expires)
            for row in rows
        ]


def _problems(
    lot: str | None, day: str | None, batch_lot: str, expires: datetime
) -> list[tuple[str, tuple[str, str]]]:
    """The faults of packs that say so, with what was printed and what the batch says."""
    found = []
    # The case of a lot tells packs apart, but hands do not keep it.
    if lot is not None and lot.casefold() != batch_lot.strip().casefold():
        found.append(("code_lot_differs", (lot, batch_lot)))
    of_batch: date = timezone.localtime(expires).date()
    if day is not None and day != of_batch.isoformat():
        found.append(("code_expiry_differs", (day, of_batch.isoformat())))
    return found
