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
from functools import partial
from typing import Any

from django.db import connection

from accounts.core.kinds import CodeList
from tracing.stores import counted_tables, counters, links, orders
from tracing.stores.chain_locks import lock_buckets, lock_chains, lock_codes, lock_units
from tracing.stores.lookups import looked_up
from tracing.stores.membership import NAMES

# The codes that a unit made and that change, with the unit, counted.
CHANGED = "derived_changed"

OLD_BOXES = f"""
    SELECT DISTINCT box FROM {looked_up("tracing_tracecode", CHANGED, "unit_id")} t
    CROSS JOIN LATERAL (VALUES (t.lv2_trac_code), (t.lv3_trac_code)) boxes (box)
    WHERE box IS NOT NULL"""

WITH_OLD_BOXES = f"(SELECT code FROM {CHANGED} UNION SELECT unnest(%(boxes)s::text[]))"
UPLOADED_BY_OTHERS = f"""
    SELECT k.code, k.unit_id FROM {looked_up("tracing_unitcode", WITH_OLD_BOXES)} k
    WHERE k.voided_at IS NULL"""

# The codes of the events that change, counted.
GIVEN = "derived_given"

TOLD = looked_up("tracing_traceevent", GIVEN)

# How many of them name a receiver: only these open or shut a chain to anyone.
NAMING = f"""
    SELECT count(*) FROM {TOLD} e
    WHERE e.unit_id = %(unit)s AND e.voided_at IS NULL AND {NAMES}"""

# What anyone uploaded of these codes, or of packs that lie in them: an event opens and shuts the
# chain for units that it does not name. The unit's own list may get rows that are not there yet.
WITH_CONTENTS = f"""(
        SELECT code FROM {GIVEN}
        UNION SELECT code FROM {looked_up("tracing_tracecode", GIVEN, key="lv2_trac_code")} t
        UNION SELECT unnest(ARRAY[code, lv2_trac_code])
              FROM {looked_up("tracing_tracecode", GIVEN, key="lv3_trac_code")} t)"""
CONCERNED = f"""
    SELECT k.code, k.unit_id FROM {looked_up("tracing_unitcode", WITH_CONTENTS)} k
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
    changed = f"""
        SELECT DISTINCT code, %(unit)s::bigint AS unit_id FROM ({codes}) changed (code)
        WHERE code IS NOT NULL"""
    keep = partial(counted_tables.make, CHANGED, changed, {**parameters, "unit": unit_id})
    before, boxes = counters.Tally(), []
    if fresh is None:
        keep()
        before = counters.tally(CodeList.MADE, CHANGED)
        boxes = _column(OLD_BOXES, {})
    yield
    if fresh:
        counters.write(before, fresh.tally(unit_id))
        lock_buckets(fresh.buckets())
    else:
        # A change of another unit may lie within this one, and have kept its own.
        keep()
        counters.write(before, counters.tally(CodeList.MADE, CHANGED))
        lock_codes(f"SELECT code FROM {CHANGED}", {}, boxes)
    if _anyone_has_a_list():
        if fresh:
            keep()
        _link_others(boxes)


def _link_others(boxes: list[str]) -> None:
    """Link what others uploaded of a maker's changed codes, and of the boxes where they lay."""
    units = links.gather(UPLOADED_BY_OTHERS, {"boxes": boxes})
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
    counted_tables.make(GIVEN, given, {**parameters, **unit})
    named = _column(NAMING, unit)
    yield
    _follow(any(named + _column(NAMING, unit)), unit, then)
    orders.renew(unit_id, documents or orders.DOCUMENTS.format(given=TOLD), parameters)


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
