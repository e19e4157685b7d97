"""Codes go from one maker to another: what follows from it, as from any other change of codes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection

from tracing.stores import links
from tracing.stores.chain_locks import lock_codes, lock_units
from tracing.stores.changes import codes_change

# Everyone whose list holds one of the codes.
LISTED_BY = """
    SELECT DISTINCT k.unit_id FROM tracing_unitcode k WHERE k.code IN ({codes})"""
# What the maker that loses the codes may have in its own list from now on.
LOST = "SELECT code, %(old)s::bigint AS unit_id FROM ({codes}) lost (code)"


@contextmanager
def owner_changes(
    old: int,
    new: int,
    codes: str,
    parameters: Mapping[str, Any],
    *,
    then: Callable[[], object],
) -> Iterator[None]:
    """Codes of the unit `old`, at all levels, become those of `new` within.

    `codes` is a SELECT of one column. `then` adds to the old owner's list what it uploaded of them
    as events of others' codes. The caller holds the locks on both units' codes. All further locks
    are taken before anything is written, so that the two changes wait for nobody in between.
    """
    lock_codes(codes, parameters)
    with connection.cursor() as cursor:
        cursor.execute(LISTED_BY.format(codes=codes), parameters)
        units = {unit for (unit,) in cursor}
    lock_units({*units, old, new})
    with codes_change(new, codes, parameters), codes_change(old, codes, parameters):
        yield
    links.gather(LOST.format(codes=codes), {**parameters, "old": old})
    links.settle(then)
