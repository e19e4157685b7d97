"""The export of codes that the unit made, whose boxes and products are its own."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.units.models import Unit
from tracing.exports import sql
from tracing.exports.reading import Counted, Row, counted, streamed
from tracing.traces import membership
from tracing.traces.selections import Codes


def count(unit: Unit, codes: Codes) -> Counted:
    """Count the codes and their rows."""
    return counted(sql.COUNT, codes, sql.CHOSEN, unit.pk, membership.lifted())


def rows(unit: Unit, codes: Codes) -> Iterator[Row]:
    """The rows, by one set-based query."""
    product: Row = ()
    looking = (unit.pk, membership.lifted(), unit.name, unit.pk, unit.pk)
    for chunk in streamed(sql.ROWS, codes, sql.CHOSEN, *looking):
        for code, middle, large, uploaded_at, changed, *node in chunk:
            product = product if changed is None else changed
            yield unit.uscc, code, middle, large, uploaded_at, *product, *node
