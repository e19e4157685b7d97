"""What the element string on a pack says of its batch, beside what the batch says of itself.

Whichever comes later is held against the other.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection
from django.utils import timezone

from tracing.records.code_parts import day_of
from tracing.records.shapes import LEVEL_COLUMNS
from tracing.stores.row_faults import Parameters, RowFault
from tracing.stores.staged_copy import STAGED_COPY
from tracing.stores.told_before import CODES

SMALLEST = LEVEL_COLUMNS[0]
# The columns of a batch that a code may name too.
COLUMNS = {"lot": "manu_lotnum", "expiry": "expy_end"}


_GS1 = "^[(]01[)].*[(]10[)]([^(]+)"
# Behind the five parts of the DI.
_MA = "^MA[.][0-9]+[.]M0[.][^.]+[.][^.]+(?:[.].*)?[.]L([^.]+)"


def printed_lot(code: str) -> str:
    """The lot in a code, NULL where it names none that can be read."""
    return f"coalesce(substring({code} from '{_GS1}'), substring({code} from '{_MA}'))"


def _said(code: str) -> str:
    """The lot and the day of expiry in a code. Only bracketed codes are sure of theirs."""
    return (
        f"substring({code} from '[(]10[)]([^(]+)') AS lot,"
        f" substring({code} from '[(]17[)]([0-9]{{6}})') AS day"
    )


# A file has a few batches, each with one lot and one day.
PRINTED = f"""
    SELECT m.lot, m.day, m.rows, b.manu_lotnum, b.expy_end
    FROM (SELECT trac_codg_sn, array_agg(row) AS rows, {_said(SMALLEST)}
          FROM {STAGED_COPY}
          WHERE submission_id = %(submission)s AND starts_with({SMALLEST}, '(01)')
          GROUP BY trac_codg_sn, 3, 4) m
    JOIN tracing_drugbatch b ON b.unit_id = %(unit)s
         AND b.trac_codg_sn = m.trac_codg_sn AND b.voided_at IS NULL
    WHERE m.lot IS NOT NULL OR m.day IS NOT NULL"""

# Of codes that came before their batch.
PRINTED_BEFORE = f"""
    SELECT m.lot, m.day, m.row, s.manu_lotnum, s.expy_end
    FROM (SELECT DISTINCT row, {_said("code")} FROM {CODES} WHERE starts_with(code, '(01)')) m
    JOIN {STAGED_COPY} s ON s.row = m.row
    WHERE m.lot IS NOT NULL OR m.day IS NOT NULL
    ORDER BY m.row, m.lot, m.day"""


def against_batches(parameters: Parameters) -> list[RowFault]:
    """Rows whose code names another lot or another day of expiry than their batch does.

    A batch that is not there yet says nothing.
    """
    today = timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(PRINTED, parameters)
        return [
            RowFault(row, SMALLEST, f"code_{what}_differs", said)
            for lot, day, rows, batch_lot, expires in cursor
            for what, said in _differences(lot, day and day_of(day, today), batch_lot, expires)
            for row in rows
        ]


def against_codes(parameters: Parameters) -> list[RowFault]:
    """Batches whose lot or day of expiry is another than one of their codes names, once each; of
    the codes that `told_before.of_batches` gathered.
    """
    today = timezone.localdate()
    found: dict[tuple[int, str], RowFault] = {}
    with connection.cursor() as cursor:
        cursor.execute(PRINTED_BEFORE, parameters)
        for lot, day, row, batch_lot, expires in cursor:
            for what, said in _differences(lot, day and day_of(day, today), batch_lot, expires):
                fault = RowFault(row, COLUMNS[what], f"{what}_differs_from_codes", said[::-1])
                found.setdefault((row, what), fault)
    return list(found.values())


def _differences(
    lot: str | None, day: str | None, batch_lot: str, expires: datetime
) -> list[tuple[str, tuple[str, str]]]:
    """In what a pack and its batch differ, with what was printed and what the batch says."""
    found = []
    # The case of a lot tells packs apart, but hands do not keep it.
    if lot is not None and lot.casefold() != batch_lot.strip().casefold():
        found.append(("lot", (lot, batch_lot)))
    of_batch: date = timezone.localtime(expires).date()
    if day is not None and day != of_batch.isoformat():
        found.append(("expiry", (day, of_batch.isoformat())))
    return found
