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

from accounts.businesses import UnitKind
from tracing.derived import counters, links
from tracing.derived.locking import lock_buckets, lock_codes, lock_units

OLD_BOXES = """
    SELECT DISTINCT box FROM tracing_tracecode t
    CROSS JOIN LATERAL (VALUES (t.lv2_trac_code), (t.lv3_trac_code)) boxes (box)
    WHERE t.code IN ({codes}) AND t.unit_id = %(unit)s AND box IS NOT NULL"""

UPLOADED_BY_OTHERS = """
    SELECT k.code, k.unit_id FROM tracing_unitcode k
    WHERE k.voided_at IS NULL
      AND k.code IN ({codes} UNION ALL SELECT unnest(%(boxes)s::text[]))"""

# Units that the events name beside the one that tells of them.
NAMED = """
    SELECT u.id FROM (
        SELECT DISTINCT e.sender_uscc, e.receiver_uscc FROM tracing_traceevent e
        WHERE e.unit_id = %(unit)s AND e.voided_at IS NULL AND e.code IN ({codes})) n
    JOIN accounts_unit u ON u.uscc IN (n.sender_uscc, n.receiver_uscc)
    WHERE u.id <> %(unit)s"""

WITH_A_LIST = """
    SELECT u.id FROM unnest(%(units)s::bigint[]) u (id)
    WHERE EXISTS (SELECT 1 FROM tracing_unitcode k
                  WHERE k.unit_id = u.id AND k.voided_at IS NULL)"""

# What others uploaded of these codes, or of packs that lie in them; the unit's own list may get
# rows that are not there yet.
CONCERNED = """
    WITH given AS MATERIALIZED ({codes}), listed (code) AS (
        SELECT * FROM given
        UNION SELECT t.code FROM tracing_tracecode t JOIN given g (code) ON t.lv2_trac_code = g.code
        UNION SELECT t.code FROM tracing_tracecode t JOIN given g (code) ON t.lv3_trac_code = g.code
        UNION SELECT t.lv2_trac_code FROM tracing_tracecode t
              JOIN given g (code) ON t.lv3_trac_code = g.code)
    SELECT k.code, k.unit_id FROM tracing_unitcode k JOIN listed USING (code)
    WHERE k.unit_id = ANY(%(others)s::bigint[]) AND k.voided_at IS NULL
    UNION SELECT g.code, %(unit)s::bigint FROM given g (code) WHERE %(own)s"""


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
    """Codes of a maker, and their boxes, change within.

    `codes` is a SELECT of one column: the codes concerned, at all levels; where rows are only
    voided, those of the smallest packs suffice. The caller holds the lock on the unit's codes.
    """
    chosen = {**parameters, "unit": unit_id}
    these = f"AND t.unit_id = %(unit)s AND t.code IN ({codes})"
    before, boxes = counters.Tally(), []
    if fresh is None:
        before = counters.tally(UnitKind.MAKER, these, chosen)
        boxes = _column(OLD_BOXES.format(codes=codes), chosen)
    yield
    after = fresh.tally(unit_id) if fresh else counters.tally(UnitKind.MAKER, these, chosen)
    counters.write(before, after)
    if fresh:
        lock_buckets(fresh.buckets())
    else:
        lock_codes(codes, chosen, boxes)
    _link_others(codes, {**chosen, "boxes": boxes})


def _link_others(codes: str, parameters: dict[str, Any]) -> None:
    """Link what others uploaded of a maker's changed codes."""
    if not _column("SELECT 1 FROM tracing_unitcode LIMIT 1", {}):
        return
    units = links.gather(UPLOADED_BY_OTHERS.format(codes=codes), parameters)
    if units:
        lock_units(units)
        links.settle()


@contextmanager
def events_change(
    unit_id: int,
    codes: str,
    parameters: Mapping[str, Any],
    *,
    then: Callable[[], object] | None = None,
) -> Iterator[None]:
    """Events that a unit tells of change within.

    `codes` is a SELECT of one column: the codes of the events. `then` changes the unit's own list
    of these codes (`UnitCode`); it is called at the end, under the locks which that needs.
    """
    chosen = {**parameters, "unit": unit_id}
    named = NAMED.format(codes=codes)
    before = _column(named, chosen)
    yield
    others = {*before, *_column(named, chosen)}
    own = then is not None
    if not (own or others):
        return
    lock_codes(codes, chosen)
    lock_units({*others, unit_id} if own else others)
    with_a_list = _column(WITH_A_LIST, {"units": sorted(others)})
    if own or with_a_list:
        links.gather(CONCERNED.format(codes=codes), {**chosen, "others": with_a_list, "own": own})
        links.settle(then)


def _column(statement: str, parameters: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [value for (value,) in cursor.fetchall()]
