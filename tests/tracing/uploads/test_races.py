"""Two units that store overlapping codes and boxes at the same instant."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accounts.core.origin import COMMAND
from tests.people import Side
from tests.tracing.uploads.rows import CODES, code_rows, pack_code
from tests.tracing.uploads.uploads import submit
from tests.turns import turns
from tracing.records import RECORDS
from tracing.stores.models_codes import Pack, TraceCode
from tracing.uploads import actions, confirm
from tracing.uploads import check as pipeline
from tracing.uploads.models import RejectedRow, Submission
from tracing.uploads.workbook.read import Sheet

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

Row = dict[str, Any]
Stage = Callable[[Side, list[Row]], uuid.UUID]
TIMES = turns(100)


@pytest.fixture
def stage(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[Side, list[Row]], uuid.UUID]:
    """Stage and confirm rows without a workbook; returns the submission that waits for a runner."""
    sheets: list[list[Row]] = []

    def read(*_: object) -> Sheet:
        rows = sheets.pop()
        return Sheet(
            sheet_name="rows",
            heading_row=1,
            columns={c.name: [row.get(c.name) for row in rows] for c in RECORDS[CODES].columns},
            rows=list(range(2, len(rows) + 2)),
            original_rows=None,
            submission=None,
            ignored_headings=[],
            other_sheets=[],
            blank_rows=0,
        )

    monkeypatch.setattr(pipeline, "read", read)

    def staged(side: Side, rows: list[Row]) -> uuid.UUID:
        path = tmp_path / f"{uuid.uuid4()}.xlsx"
        path.write_text(str(path))
        submission = submit(side.unit, side.agent, CODES, path).submission
        sheets.append(rows)
        pipeline.check(submission.pk)
        submission.refresh_from_db()
        assert submission.state == "staged"
        actions.confirm(
            submission=submission, agent=side.agent, origin=COMMAND, work_elsewhere=False
        )
        return submission.pk

    return staged


def at_once(*works: Callable[[], object]) -> None:
    """Run works in threads that start together; their connections are closed, errors raised."""
    barrier = threading.Barrier(len(works))
    errors: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        try:
            barrier.wait()
            work()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def assert_one_owner(first: Side, second: Side, submissions: Sequence[uuid.UUID]) -> None:
    """Each code and box has one owner and one level; every row is stored or rejected."""
    codes = dict(TraceCode.everything.values_list("code", "unit_id"))
    boxes = dict(Pack.everything.values_list("code", "unit_id"))
    assert not set(codes) & set(boxes)
    for code, lv2, lv3, owner in TraceCode.everything.values_list(
        "code", "lv2_trac_code", "lv3_trac_code", "unit_id"
    ):
        assert {boxes[box] for box in (lv2, lv3) if box} <= {owner}, code
    for pk in submissions:
        submission = Submission.everything.get(pk=pk)
        assert submission.state == "stored"
        assert submission.created == submission.accepted
        assert submission.total == (submission.accepted or 0) + (submission.rejected or 0)
        failing = RejectedRow.objects.filter(submission=submission, mended_in=None)
        assert failing.count() == submission.rejected
        assert TraceCode.everything.filter(submission_id=pk).count() == submission.accepted
        for row in failing:
            assert {code for _, code, _ in row.faults} <= {"lost_race", "box_level_differs"}


def test_overlapping_codes_and_boxes_have_one_owner(maker: Side, rival: Side, stage: Stage) -> None:
    for turn in range(TIMES):
        start = turn * 1_000
        shared_codes = code_rows(12, start=start)
        shared_boxes = [
            {**row, "lv1_trac_code": pack_code(start + 500 + n)}
            for n, row in enumerate(shared_codes)
        ]
        # A box of the rival's that is a smallest pack of the maker's.
        cross = code_rows(
            1, start=start + 700, lv2_trac_code=pack_code(start + 3), lv3_trac_code=None
        )
        mine = stage(maker, shared_codes)
        theirs = stage(rival, [*shared_codes[6:], *shared_boxes, *cross])
        at_once(partial(confirm.store, mine), partial(confirm.store, theirs))
        assert_one_owner(maker, rival, [mine, theirs])


def test_one_submission_confirmed_by_two_runners_is_stored_once(maker: Side, stage: Stage) -> None:
    for turn in range(20):
        pk = stage(maker, code_rows(5, start=turn * 100))
        at_once(partial(confirm.store, pk), partial(confirm.store, pk))
        stored = Submission.everything.get(pk=pk)
        assert (stored.state, stored.created) == ("stored", 5)
        assert TraceCode.everything.filter(submission_id=pk).count() == 5


def test_one_units_files_with_the_same_codes_both_count(maker: Side, stage: Stage) -> None:
    for turn in range(20):
        rows = code_rows(8, start=turn * 100)
        first, second = stage(maker, rows), stage(maker, rows[::-1])
        at_once(partial(confirm.store, first), partial(confirm.store, second))
        found = [Submission.everything.get(pk=pk) for pk in (first, second)]
        assert sorted((s.created, s.unchanged) for s in found) == [(0, 8), (8, 0)]
