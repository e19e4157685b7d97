"""导出 of stored rows: a workbook under the headings of their template, to be uploaded again.

Importing it changes nothing; so it is also how many rows are changed at once.
"""

from __future__ import annotations

import tempfile
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from accounts.agents.models import Agent
from accounts.core.origin import Origin
from accounts.log import writing
from accounts.units.models import Unit
from portal.lib.refused import Refused
from portal.lib.sheets import Heading, write_xlsx
from tracing.core import rates, rights
from tracing.records.base import Record
from tracing.uploads.queries_stored import Wanted, as_uploaded, stored
from tracing.uploads.workbook.formats import USUAL_ENDING
from tracing.uploads.workbook.template import heading, width

MOST_ROWS = 50_000


class Exported(NamedTuple):
    """A workbook and its name."""

    file: BytesIO
    name: str


def export_rows(*, unit: Unit, agent: Agent, wanted: Wanted, origin: Origin) -> Exported:
    """Write the unit's live rows of a record to a workbook.

    Raises `Refused` without the right to upload the record, for no rows, for too many, and for too
    many exports within the hour.
    """
    record = wanted.record
    rights.require_upload(unit, agent, record.code, origin)
    rates.count_one(rates.EXPORTS, agent, origin)
    file, count = _written(unit, wanted)
    with transaction.atomic():
        writing.record(
            "rows-exported",
            origin=origin.done_by(agent.account),
            unit=unit,
            target=record.code,
            after={"rows": count},
        )
    moment = timezone.localtime()
    return Exported(file, f"{record.title}_{moment:%Y%m%d_%H%M%S}{USUAL_ENDING}")


def _written(unit: Unit, wanted: Wanted) -> tuple[BytesIO, int]:
    """The workbook and how many rows it has: what is counted is what is written."""
    record = wanted.record
    with transaction.atomic(durable=True), tempfile.TemporaryDirectory() as folder:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        found = stored(unit, wanted)
        count = found.count()
        if not count:
            raise Refused("rows_none")
        if count > MOST_ROWS:
            raise Refused("rows_too_many_to_export", rows=str(count), limit=str(MOST_ROWS))
        path = Path(folder) / f"rows{USUAL_ENDING}"
        write_xlsx(path, record.title, _headings(record), as_uploaded(record, found), count)
        return BytesIO(path.read_bytes()), count


def _headings(record: Record) -> list[Heading]:
    return [Heading(c.name, heading(c), width(c)) for c in record.columns]
