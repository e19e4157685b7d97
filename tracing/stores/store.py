"""What becomes of the rows of one record: its rules against the database, its locks, its upsert."""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from tracing.records.shapes import Binding
from tracing.stores import staged_copy
from tracing.stores.models_staging import staging_table
from tracing.stores.row_faults import Found, Parameters, RowFault, row_faults
from tracing.stores.target import Counts, Target

# The rows that an undo is about, as `u`; see tracing/stores/undoing.py.
UNDOING = "undoing_row"


class StagedRows(NamedTuple):
    """The staged rows of a submission, and what is known of them before the rules run.

    `codes_unchanged` says that no confirmation touched the rows' buckets since the check ran
    the rules last. `remarks`: whether what is only remarked is looked for, as the check alone does.
    """

    submission: uuid.UUID
    unit: int
    rounds: int
    stored_rounds: int
    codes_unchanged: bool
    remarks: bool = True


class Rules(NamedTuple):
    """The set-based rules to run over staged rows; `known` as in `Found`."""

    statements: list[str]
    known: int | None = None


@dataclass(frozen=True, eq=False)
class Store(ABC):
    """How the rows of a record become what their shape is kept as."""

    binding: Binding
    # Whether what rows were before an upload must pass the rules of today to come back.
    returns_are_checked: ClassVar[bool] = False
    # A SELECT of all codes that an undo of the rows touches; empty where they are of no code.
    codes_of_undoing: ClassVar[str] = ""

    @property
    def STAGED(self) -> str:
        """The table that stages the record's rows."""
        return staging_table(self.binding.record)

    @property
    @abstractmethod
    def TARGET(self) -> Target:
        """How they are kept."""

    def codes(self, values: Mapping[str, Sequence[Any]]) -> Iterator[str | None]:
        """The codes of these columns that another unit could hold, at any level.

        None where rows of two units share no key: the unit's own lock is enough.
        """
        return iter(())

    @abstractmethod
    def rules(self, staged: StagedRows) -> Rules:
        """What the shape asks of these rows, beside what every key asks. A look was taken."""

    def parameters(self, staged: StagedRows) -> Parameters:
        """What the rules are told."""
        return {"submission": staged.submission, "unit": staged.unit}

    def find_faults(self, staged: StagedRows) -> Found:
        """What the database says of the staged rows: faults and warnings."""
        staged_copy.take(self.STAGED, staged.submission)
        rules, known = self.rules(staged)
        rules += self.TARGET.rules(staged.rounds, staged.stored_rounds)
        parameters = self.parameters(staged)
        return Found([fault for rule in rules for fault in row_faults(rule, parameters)], known)

    def against_products(self, parameters: Parameters) -> list[RowFault]:
        """Rows whose product is not there yet, or says something else. A look was taken."""
        return []

    def store(self, submission: uuid.UUID, unit: int, now: datetime, *, none_known: bool) -> Counts:
        """Upsert the staged rows; raises `RaceLost`.

        `none_known` says that no row with any of their keys is stored.
        """
        return self.TARGET.store(submission, unit, now, none_known=none_known)

    def beside(
        self, unit: int, codes: str, parameters: Parameters, listing: Callable[[], object]
    ) -> AbstractContextManager[None]:
        """Keep right what follows from the unit's rows of these codes, which change within.

        `codes` is a SELECT of one column; `listing` is called where the rows list codes.
        """
        return nullcontext()

    @property
    def bars(self) -> Mapping[str, str]:
        """Why a row of an upload is not reversed, each with its condition on the row `u`: its
        `key`, as it is (`present`) and was (`image`, NULL where it was not there; `returns` where
        it was live), both as JSON, and `since` when the upload wrote it.
        """
        return {}

    def make_room(self, submission: uuid.UUID, unit: int, now: datetime) -> None:
        """Do what staged rows that come back need beside themselves."""
        return

    def tidy(self, submission: uuid.UUID, unit: int) -> None:
        """Take away what the upload brought beside rows that are undone, where nothing needs it."""
        return
