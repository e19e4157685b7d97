"""One store per shape of record: its rules against the database, its locks, its upsert."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from tracing.records.bindings import BINDINGS
from tracing.records.shapes import Binding, Shape
from tracing.stores.drug_codes import CodesStore
from tracing.stores.drug_info import ProductStore
from tracing.stores.events import EventStore
from tracing.stores.target import Counts, Found, RaceLost, RowFault, Target

__all__ = ["Counts", "Found", "RaceLost", "RowFault", "Store", "store_of"]


class Store(Protocol):
    """What the store of a shape offers for one record."""

    @property
    def STAGED(self) -> str:
        """The table that stages the record's rows."""

    @property
    def TARGET(self) -> Target:
        """How they are kept."""

    def codes(self, values: Mapping[str, Sequence[Any]]) -> Iterator[str | None]:
        """The codes of these columns that another unit could hold, at any level."""

    def find_faults(
        self,
        submission: uuid.UUID,
        unit: int,
        *,
        rounds: int,
        stored_rounds: int,
        codes_unchanged: bool,
    ) -> Found:
        """Run the set-based rules over the staged rows.

        `codes_unchanged` says that no confirmation touched the rows' buckets since the check
        ran them last.
        """

    def store(self, submission: uuid.UUID, unit: int, now: datetime, *, none_known: bool) -> Counts:
        """Upsert the staged rows; raises `RaceLost`.

        `none_known` says that no row with any of their keys is stored.
        """


SHAPES: dict[Shape, Callable[[Binding], Store]] = {
    Shape.PRODUCT: ProductStore,
    Shape.CODES: CodesStore,
    Shape.EVENT: EventStore,
}


def store_of(record_code: str) -> Store:
    """The store of a record. Raises KeyError for a code that no record has."""
    return _bound(BINDINGS[record_code])


@cache
def _bound(binding: Binding) -> Store:
    return SHAPES[binding.shape](binding)
