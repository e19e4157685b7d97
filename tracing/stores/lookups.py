"""Rows of the big tables by keys that were gathered, whatever the statistics say.

A big table that nobody has counted is taken for one of a few rows, and a plan that joins it begins
with these few and reads all the keys again for each. Here each key is looked up by itself.
"""

from __future__ import annotations


def looked_up(table: str, given: str, *columns: str, key: str = "code") -> str:
    """The rows of a big table whose `key` is a `code` of `given`, a table or a query in brackets,
    each as often as the code stands there: an item of FROM without its alias.

    `columns` are further ones that both have and that must be equal.
    """
    further = {column: f"given.{column}" for column in columns}
    rows = rows_by(table, **{key: "given.code"}, **further)
    return f"(SELECT found.* FROM {given} given CROSS JOIN LATERAL {rows} found)"


def rows_by(table: str, **equal: str) -> str:
    """The rows of a big table whose columns are equal to these, SQL each: an item of FROM.

    The fence keeps a plan from finding them otherwise, such as among all live rows, which are
    believed to be few: so nothing but the beginning of an index is asked within it.
    """
    same = " AND ".join(f"r.{column} = {value}" for column, value in equal.items())
    return f"(SELECT * FROM {table} r WHERE {same} OFFSET 0)"


# Where a code `c.code` lies: its owner, its middle box, its large box, whether it is one of a
# consumable, and whether it is a lot; no row if it is unknown.
# A box has one owner and lies in one large box (tracing/stores/boxes.py), so any pack in it tells
# both. A look at all of them would tell strangers that it is there, by the time it takes.
PLACE = f"""LATERAL (
    SELECT t.unit_id, t.lv2_trac_code, t.lv3_trac_code, t.is_consumable,
           coalesce(t.is_lot, false)
    FROM {rows_by("tracing_tracecode", code="c.code")} t WHERE t.voided_at IS NULL
    UNION ALL
    (SELECT t.unit_id, NULL, t.lv3_trac_code, t.is_consumable, false
     FROM {rows_by("tracing_tracecode", lv2_trac_code="c.code")} t
     WHERE t.voided_at IS NULL LIMIT 1)
    UNION ALL
    (SELECT t.unit_id, NULL, NULL, t.is_consumable, false
     FROM {rows_by("tracing_tracecode", lv3_trac_code="c.code")} t
     WHERE t.voided_at IS NULL LIMIT 1)
    ) p (owner, middle, large, is_device, is_lot)"""
