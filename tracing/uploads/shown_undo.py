"""What an undo did, or would do, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from tracing.records import messages
from tracing.records.base import Record
from tracing.stores.undoing import FAULT, MOST_LISTED, SAID_AGAIN, SINCE
from tracing.uploads import row_keys
from tracing.uploads.models import Submission
from tracing.uploads.undoable import is_undoable

# Why rows stay: of any upload, and as the stores say.
STAYS = {
    SINCE["replaced"]: "已被之后的上传替换",
    SINCE["voided"]: "已被删除",
    SINCE["moved"]: "已变更归属",
    SAID_AGAIN: "之后的上传含有相同的数据",
    "told_since": "该追溯码或其所在包装之后已有流转记录",
    "has_codes": "该批次或耗材之后已上传追溯码",
    "lot_exceeded": "恢复后发出的数量会超过这批耗材的数量",
    FAULT: "上传前的数据与现有数据冲突，不能恢复",
}


class Kept(NamedTuple):
    """A row that stays: what it is, and why."""

    key: str
    why: str


class ShownUndo(NamedTuple):
    """An undo of an upload. `may` says whether it can be asked for, until `until`; the counts are
    of one that was done or is planned, `stay` by reason, of which `first` names some.
    """

    may: bool
    until: datetime | None
    voided: int
    restored: int
    kept: int
    failed: int
    stay: list[tuple[str, int]]
    first: list[Kept]

    @property
    def is_cut(self) -> bool:
        """Whether more rows stay than are named."""
        return self.kept + self.failed > len(self.first)

    @property
    def reversed(self) -> int:
        """How many rows are taken back."""
        return self.voided + self.restored


def shown_undo(submission: Submission, outcome: Mapping[str, Any] | None = None) -> ShownUndo:
    """Word what became of an upload's rows, or `outcome`, in the same form, of a plan."""
    said: Mapping[str, Any] = outcome or submission.undo or {}
    stay: Mapping[str, int] = said.get("stay", {})
    failed = stay.get(FAULT, 0)
    return ShownUndo(
        may=is_undoable(submission),
        until=submission.undoable_until,
        voided=said.get("voided", 0),
        restored=said.get("restored", 0),
        kept=sum(stay.values()) - failed,
        failed=failed,
        stay=[(STAYS[why], count) for why, count in sorted(stay.items())],
        first=list(_first(submission.record, said.get("first", ())[:MOST_LISTED])),
    )


def why_it_stays(record: Record, why: str, detail: Any) -> str:
    """Why a row stays; `detail` is what is wrong with what it was: column, fault and details."""
    if detail is None:
        return STAYS[why]
    column, code, details = detail
    return messages.sentence(code, details, record.column(column).label)


def _first(record: Record, rows: Iterable[Any]) -> Iterable[Kept]:
    for key, why, detail in rows:
        yield Kept(row_keys.shown_as_written(record.code, key), why_it_stays(record, why, detail))
