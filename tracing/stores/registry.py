"""One store per record: its rules against the database, its locks, its upsert."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, cast

from tracing.stores import drug_codes, drug_info
from tracing.stores.events import EVENT_STORES
from tracing.stores.target import Counts, Found, RaceLost, RowFault, Target

__all__ = ["STORES", "Counts", "Found", "RaceLost", "RowFault", "Store"]


class Store(Protocol):
    """What a module of this package, or an `EventStore`, offers."""

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


STORES: dict[str, Store] = {
    **{module.RECORD.code: cast(Store, module) for module in (drug_info, drug_codes)},
    **{store.record: store for store in EVENT_STORES},
}
