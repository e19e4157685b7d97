"""One store per record: its rules against the database, its locks, its upsert."""

from __future__ import annotations

import uuid
from datetime import datetime
from types import ModuleType
from typing import Protocol, cast

from tracing.ingest.stores import drug_codes, drug_info
from tracing.ingest.stores.target import Counts, RaceLost, RowFault

__all__ = ["STORES", "Counts", "RaceLost", "RowFault", "Store"]


class Store(Protocol):
    """What a module of this package offers."""

    STAGED: str

    def lock(self, submission: uuid.UUID) -> None:
        """Take the locks under which nothing the rules look at can change."""

    def find_faults(
        self, submission: uuid.UUID, unit: int, *, rounds: int, stored_rounds: int
    ) -> list[RowFault]:
        """Run the set-based rules over the staged rows."""

    def store(self, submission: uuid.UUID, unit: int, now: datetime) -> Counts:
        """Upsert the staged rows; raises `RaceLost`."""


def _store(module: ModuleType) -> Store:
    return cast(Store, module)


STORES: dict[str, Store] = {
    module.RECORD.code: _store(module) for module in (drug_info, drug_codes)
}
