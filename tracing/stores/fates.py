"""What became of each row of an undone upload; see `tracing.stores.undoing`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connection

from tracing.stores.store import UNDOING
from tracing.stores.undoing import SINCE, Undo

FATES = f"SELECT key, why, returns, detail FROM {UNDOING} ORDER BY row"


class Fate(NamedTuple):
    """What became of a row: `why` it stays; else it was voided, or `returns` to what it was."""

    key: str
    why: str | None
    returns: bool = False
    detail: Any = None


def fates(undo: Undo) -> Iterator[Fate]:
    """What became of each row that the upload wrote; after the undo, in its transaction."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(FATES)
        for key, why, returns, detail in cursor:
            yield Fate(key, why, returns, detail and json.loads(detail))
    with connection.chunked_cursor() as cursor:
        cursor.execute(undo.gone, {**undo.parameters, "causes": list(SINCE)})
        for key, cause in cursor:
            yield Fate(key, SINCE[cause])
