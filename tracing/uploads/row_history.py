"""历史 of a row: what the unit's before-images say, step by step, the newest first.

A unit reads what a row said while it was its own, and nothing else: of a row that came to it by
归属变更 it learns that it came, of one that left that it left, and of neither who had or has it
(docs/adr/0027).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q

from accounts.log.entry_words import STAFF_WORDS, who
from accounts.log.models import OperationLog
from accounts.units.models import Unit
from tracing.core.paging import SIZES, Page
from tracing.records.base import Record
from tracing.stores import row_key
from tracing.stores.images import Image, changes, stored
from tracing.stores.models import RowHistory
from tracing.stores.registry import store_of
from tracing.stores.row_key import Key
from tracing.stores.target import Target
from tracing.uploads.changed_cells import ChangedCell, changed_cell
from tracing.uploads.models import Submission
from tracing.uploads.queries import all_files
from tracing.uploads.queries_preview import uploads_of
from tracing.uploads.row_operations import voiding_rows

Cause = RowHistory.Cause
# So many changes are shown, the newest.
MOST = 100
# A step that no before-image tells: how the first version that the unit has came.
FIRST = "first"
FIRST_UPLOAD = "首次上传"
CAME = "平台将这条数据的归属变更到本单位。此前的历史不属于本单位，不在这里显示。"
LEFT = "平台将这条数据的归属变更到其他单位。此后的变化不在这里显示。"
UNKNOWN = "—"
# An entry of the log is written in the transaction of its change, by statements that have an end.
WRITTEN_WITHIN = timedelta(minutes=11)
CANDIDATES = 20


class _Step(NamedTuple):
    """A change of a row: `upload` made it, and `before` became `after`. Either may be unknown."""

    at: datetime
    cause: str
    upload: uuid.UUID | None
    before: Image | None
    after: Image | None


class Entry(NamedTuple):
    """A step in words. `file`, `how` and `upload` are of the upload that it came from, if any."""

    at: datetime
    title: str
    who: str
    words: str
    cells: list[ChangedCell]
    upload: uuid.UUID | None = None
    file: str = ""
    how: str = ""


class History(NamedTuple):
    """A page of entries; `more` says that older changes than `MOST` are not shown, `live` that the
    unit has the row and has not voided it.
    """

    page: Page[Entry]
    more: bool
    live: bool


def history(
    unit: Unit, record: Record, key: Key, *, number: int = 1, size: int = SIZES[0]
) -> History | None:
    """One page of what happened to the unit's row with a key. None if it has and had no such row,
    which is the answer for another unit's row too.
    """
    row = stored(store_of(record.code).TARGET, unit.pk, key)
    steps, more = _steps(unit, record, key, row)
    if not steps or not _tells(record, steps[0]):
        return None
    empty: Page[Entry] = Page((), len(steps), 1, size)
    number = min(max(number, 1), empty.pages)
    shown = steps[(number - 1) * size : number * size]
    entries = list(_Words(unit, record, key).entries(shown))
    live = row is not None and row["voided_at"] is None
    return History(Page(entries, len(steps), number, size), more, live)


def _tells(record: Record, step: _Step) -> bool:
    """Whether the row is one of the record: batches of all families share a table."""
    newest = step.after or step.before or {}
    return bool(newest.get("family", record.family) == record.family)


def _steps(unit: Unit, record: Record, key: Key, after: Image | None) -> tuple[list[_Step], bool]:
    """The steps to the row as it is, the newest first, and whether there are older ones."""
    target = store_of(record.code).TARGET
    images = RowHistory.objects.of(unit).filter(_of_row(target, key))
    kept = list(images.order_by("-pk")[: MOST + 1])
    steps: list[_Step] = []
    for row in kept[:MOST]:
        left = row.cause == Cause.MOVED
        if left and after is not None:
            steps.append(_first(after))
        steps.append(
            _Step(row.at, row.cause, row.submission_id, row.before, None if left else after)
        )
        after = row.before
    more = len(kept) > MOST
    if after is not None and not more:
        steps.append(_first(after))
    return steps, more


def _of_row(target: Target, key: Key) -> Q:
    """Before-images of the row with a key, as `row_key.in_history` finds them."""
    named = Q(table=target.table, key__in={row_key.written(key), row_key.written_once(key)})
    parts = zip(target.key, key, strict=True)
    return named & Q(**{f"before__{name}": part for name, part in parts})


def _first(image: Image) -> _Step:
    """How a version came that follows upon none of the unit's."""
    upload = image["submission_id"]
    return _Step(
        datetime.fromisoformat(image["uploaded_at"]),
        FIRST,
        uuid.UUID(upload) if upload else None,
        None,
        image,
    )


class _Words:
    """Words for the steps of one row."""

    def __init__(self, unit: Unit, record: Record, key: Key) -> None:
        self.unit, self.record, self.key = unit, record, key

    def entries(self, steps: Sequence[_Step]) -> Iterator[Entry]:
        """The steps in words, in their order."""
        uploads = uploads_of(self.unit, [step.upload for step in steps if step.upload])
        moves = self._moves(steps, uploads)
        for step in steps:
            upload = uploads.get(step.upload) if step.upload else None
            if step.cause == Cause.MOVED:
                yield Entry(step.at, Cause.MOVED.label, STAFF_WORDS, LEFT, [])
            elif step.cause == FIRST and step.upload in moves:
                yield Entry(moves[step.upload], Cause.MOVED.label, STAFF_WORDS, CAME, [])
            else:
                yield self._entry(step, upload)

    def _entry(self, step: _Step, upload: Submission | None) -> Entry:
        entry = Entry(step.at, _title(step.cause), UNKNOWN, _reason(step), self._cells(step))
        if upload is None:
            return entry if step.cause == FIRST else entry._replace(who=self._voider(step.at))
        agent = upload.agent if step.cause != Cause.UNDONE else upload.undone_by
        return entry._replace(
            who=UNKNOWN if agent is None else who(agent.account),
            upload=upload.pk,
            file=all_files(upload)[0].name,
            how=upload.get_source_display(),
        )

    def _cells(self, step: _Step) -> list[ChangedCell]:
        if step.before is None or step.after is None:
            return []
        return [changed_cell(*change) for change in changes(self.record, step.before, step.after)]

    def _moves(
        self, steps: Sequence[_Step], uploads: Mapping[uuid.UUID, Submission]
    ) -> dict[uuid.UUID | None, datetime]:
        """When the row came to the unit, by the id of the move. The image of it is the former
        owner's; only its time is read, by the id that the unit's own row carries.
        """
        unknown = [s.upload for s in steps if s.cause == FIRST and s.upload not in uploads]
        if not unknown:
            return {}
        found = RowHistory.everything.filter(
            _of_row(store_of(self.record.code).TARGET, self.key),
            cause=Cause.MOVED,
            submission_id__in=unknown,
        )
        return dict(found.values_list("submission_id", "at"))

    def _voider(self, at: datetime) -> str:
        """Who voided the row: the image has no upload, so the log tells.

        Entries follow their change within moments. Of several at once, one that names all of its
        keys and not this one is another's.
        """
        entries = OperationLog.objects.of(self.unit).filter(
            voiding_rows(self.record.code), at__gte=at, at__lt=at + WRITTEN_WITHIN
        )
        as_logged = " ".join(self.key)
        for entry in entries.select_related("account__agent").order_by("at", "pk")[:CANDIDATES]:
            keys = (entry.before or {}).get("keys") or {"first": [], "count": 1}
            if as_logged in keys["first"] or len(keys["first"]) < keys["count"]:
                return who(entry.account)
        return UNKNOWN


def _title(cause: str) -> str:
    return FIRST_UPLOAD if cause == FIRST else str(Cause(cause).label)


def _reason(step: _Step) -> str:
    """Why a row was voided: the reason stands in what it became."""
    reason = step.after.get("void_reason") if step.after and step.cause == Cause.VOIDED else None
    return f"删除原因：{reason}" if reason else ""
