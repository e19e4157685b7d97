"""The two changes of rows from which counters and links follow.

Each is a context manager around the statements that change the rows, inside the caller's
transaction: whatever they store, replace, revive or void, the derived rows are right afterwards.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from accounts.core.kinds import CodeList
from tracing.stores import counters, links, orders
from tracing.stores.chain_locks import lock_buckets, lock_chains, lock_codes, lock_units
from tracing.stores.membership import NAMES

OLD_BOXES = """
    SELECT DISTINCT box FROM tracing_tracecode t
    CROSS JOIN LATERAL (VALUES (t.lv2_trac_code), (t.lv3_trac_code)) boxes (box)
    WHERE t.code IN ({codes}) AND t.unit_id = %(unit)s AND box IS NOT NULL"""

UPLOADED_BY_OTHERS = """
    SELECT k.code, k.unit_id FROM tracing_unitcode k
    WHERE k.voided_at IS NULL
      AND k.code IN ({codes} UNION ALL SELECT unnest(%(boxes)s::text[]))"""

# The codes of the events that change, counted.
GIVEN = "derived_given"

# How many of them name a receiver: only these open or shut a chain to anyone.
NAMING = f"""
    SELECT count(*) FROM {GIVEN} JOIN tracing_traceevent e USING (code)
    WHERE e.unit_id = %(unit)s AND e.voided_at IS NULL AND {NAMES}"""

# What anyone uploaded of these codes, or of packs that lie in them: an event opens and shuts the
# chain for units that it does not name. The unit's own list may get rows that are not there yet.
CONCERNED = f"""
    SELECT k.code, k.unit_id FROM tracing_unitcode k JOIN (
        SELECT code FROM {GIVEN}
        UNION SELECT t.code FROM tracing_tracecode t JOIN {GIVEN} g ON t.lv2_trac_code = g.code
        UNION SELECT t.code FROM tracing_tracecode t JOIN {GIVEN} g ON t.lv3_trac_code = g.code
        UNION SELECT t.lv2_trac_code FROM tracing_tracecode t
              JOIN {GIVEN} g ON t.lv3_trac_code = g.code) listed USING (code)
    WHERE k.voided_at IS NULL"""
OWN = f"SELECT code, %(unit)s::bigint AS unit_id FROM {GIVEN}"


@dataclass(frozen=True)
class Fresh:
    """Staged codes that are all new: they are stored at `now` and nothing was there before."""

    staged: str
    submission: uuid.UUID
    now: datetime

    def tally(self, unit_id: int) -> counters.Tally:
        """Their tally, from the staging table."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT trac_codg_sn, count(*) FROM {self.staged}"
                " WHERE submission_id = %s GROUP BY 1",
                [self.submission],
            )
            return counters.tally_new(unit_id, self.now, dict(cursor.fetchall()))

    def buckets(self) -> list[int]:
        """The buckets of their codes, as the check found them."""
        return _column(
            "SELECT jsonb_array_elements_text(sight -> 'buckets')::int"
            " FROM tracing_submission WHERE id = %(submission)s",
            {"submission": self.submission},
        )


@contextmanager
def codes_change(
    unit_id: int, codes: str, parameters: Mapping[str, Any], *, fresh: Fresh | None = None
) -> Iterator[None]:
    """Codes that a unit made, and their boxes, change within.

    `codes` is a SELECT of one column: the codes concerned, at all levels; where rows are only
    voided, those of the smallest packs suffice. The caller holds the lock on the unit's codes.
    """
    chosen = {**parameters, "unit": unit_id}
    these = f"AND t.unit_id = %(unit)s AND t.code IN ({codes})"
    before, boxes = counters.Tally(), []
    if fresh is None:
        before = counters.tally(CodeList.MADE, these, chosen)
        boxes = _column(OLD_BOXES.format(codes=codes), chosen)
    yield
    after = fresh.tally(unit_id) if fresh else counters.tally(CodeList.MADE, these, chosen)
    counters.write(before, after)
    if fresh:
        lock_buckets(fresh.buckets())
    else:
        lock_codes(codes, chosen, boxes)
    _link_others(codes, {**chosen, "boxes": boxes})


def _link_others(codes: str, parameters: dict[str, Any]) -> None:
    """Link what others uploaded of a maker's changed codes."""
    if not _anyone_has_a_list():
        return
    units = links.gather(UPLOADED_BY_OTHERS.format(codes=codes), parameters)
    if units:
        lock_units(units)
        links.settle()


def _anyone_has_a_list() -> bool:
    return bool(_column("SELECT 1 FROM tracing_unitcode LIMIT 1", {}))


@contextmanager
def events_change(
    unit_id: int,
    codes: str,
    parameters: Mapping[str, Any],
    *,
    documents: str = "",
    then: Callable[[], object] | None = None,
) -> Iterator[None]:
    """Events that a unit tells of change within.

    `codes` is a SELECT of one column: the codes of the events; `documents` one of their kinds and
    documents, where the caller knows better than all in which the unit tells of these codes.
    `then` changes the unit's own list of these codes (`UnitCode`); it is called at the end, under
    the locks which that needs.
    """
    unit = {"unit": unit_id}
    given = f"SELECT DISTINCT code FROM ({codes}) given (code)"
    links.keep(GIVEN, given, {**parameters, **unit})
    named = _column(NAMING, unit)
    yield
    _follow(any(named + _column(NAMING, unit)), unit, then)
    orders.renew(unit_id, documents or orders.DOCUMENTS.format(given=GIVEN), parameters)


def _follow(naming: bool, unit: Mapping[str, int], then: Callable[[], object] | None) -> None:
    """Link what is listed of the codes whose events changed, and do `then`."""
    if not (naming or then):
        return
    lock_chains(GIVEN)
    concerned = [OWN] if then else []
    if naming and _anyone_has_a_list():
        concerned.append(CONCERNED)
    units = links.gather(" UNION ".join(concerned), dict(unit)) if concerned else []
    if units:
        lock_units(units)
        links.settle(then)


def _column(statement: str, parameters: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [value for (value,) in cursor.fetchall()]
