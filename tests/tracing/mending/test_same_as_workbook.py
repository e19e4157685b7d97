"""Rows mended on the page and the same rows in a corrected error workbook: nothing that is kept of
them tells them apart."""

from __future__ import annotations

import tempfile
from pathlib import Path

import openpyxl
import pytest
from django.test import Client
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from tests.people import Side, client_of
from tests.tracing.mending.failing import fields
from tests.tracing.uploads import uploads
from tests.tracing.uploads.test_rows_as_workbooks import (
    CHANGED,
    Rows,
    by_workbook,
    kept,
    report,
    staged,
    stories,
    taken_back,
    trader,
)
from tests.tracing.uploads.uploads import counts
from tracing.records import RECORDS
from tracing.records.faults import FAULTS
from tracing.uploads.cell_words import words
from tracing.uploads.cells import to_json
from tracing.uploads.models import RejectedRow, Submission
from tracing.uploads.workbook import layout

__all__ = ["trader"]
# The way in differs: a workbook is an upload of its own until it is known for a correction.
OF_THE_WAY = {"Submission", "Round", "log"}
Typed = dict[int, dict[str, str]]


def typed_into(submission: Submission, good: Rows, chosen: list[int], boxes: set[str]) -> Typed:
    """The good cells as people type them, in the boxes of these rows that hold anything else."""
    typed: Typed = {}
    for row in RejectedRow.objects.filter(submission=submission, row__in=chosen, mended_in=None):
        for column, cell in zip(submission.record.columns, row.cells, strict=True):
            meant = words(to_json(good[row.row - 2][column.name]))
            if f"{row.row}.{column.name}" in boxes and meant != words(cell):
                typed.setdefault(row.row, {})[column.name] = meant
    return typed


def by_page(client: Client, where: str, typed: Typed) -> None:
    """On the page of all failing rows."""
    posted = fields(client.get(where).content.decode())
    for row, texts in typed.items():
        posted |= {f"{row}.{name}": text for name, text in texts.items()}
    assert client.post(where, posted).status_code == 302


def contradicted(submission: Submission, typed: Typed) -> set[int]:
    """The rows with a fault that lies between rows, if one of the typed rows has one."""
    rows = RejectedRow.objects.filter(submission=submission, mended_in=None)
    between = {
        row.row for row in rows if any(FAULTS[code].between_rows for _, code, _ in row.faults)
    }
    return between if between & set(typed) else set()


def by_error_workbook(trader: Side, submission: Submission, typed: Typed) -> None:
    """In the error workbook, from which the other rows are deleted, unless they contradict one."""
    kept_rows = {*typed, *contradicted(submission, typed)}
    book = openpyxl.load_workbook(submission.report_path)
    sheet = book.worksheets[0]
    headings = [str(cell.value).removesuffix(layout.REQUIRED_MARK) for cell in sheet[1]]
    original = headings.index(layout.ORIGINAL_ROW)
    for row in reversed(list(sheet.iter_rows(min_row=2))):
        number = int(str(row[original].value))
        if number not in kept_rows:
            sheet.delete_rows(int(str(row[0].row)))
            continue
        for name, text in typed.get(number, {}).items():
            row[headings.index(submission.record.column(name).label)].value = text or None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mended.xlsx"
        book.save(path)
        uploads.upload(*trader, submission.record_code, path)


@pytest.mark.parametrize("code", CHANGED)
@settings(
    max_examples=3,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
@given(data=st.data())
def test_the_page_and_the_workbook_agree(trader: Side, code: str, data: st.DataObject) -> None:
    client = client_of(trader.agent.account)
    record = RECORDS[code]
    _, bad, good = data.draw(stories(code))
    kind = "distributor" if code == "circulation" else "maker"
    leaves_out = data.draw(st.integers(2, 6))
    confirms_first = data.draw(st.booleans())

    def story(*, page: bool) -> list[object]:
        with taken_back():
            sent = by_workbook(trader, record, bad)
            if confirms_first and sent.staged_rows:
                sent = uploads.confirm(sent)
            assume(sent.rejected)
            where = f"/u/{trader.unit.slug}/{kind}/uploads/{sent.pk}/mend/?size=50"
            boxes = set(fields(client.get(where).content.decode()))
            numbers = sorted({int(name.partition(".")[0]) for name in boxes if "." in name})
            chosen = [n for place, n in enumerate(numbers) if place % leaves_out or place == 0]
            typed = typed_into(sent, good, chosen, boxes)
            assume(typed)
            if page:
                by_page(client, where, typed)
            else:
                by_error_workbook(trader, sent, typed)
            sent.refresh_from_db()
            seen: list[object] = [counts(sent), sent.warnings, staged(record), report(sent)]
            if sent.staged_rows:
                sent = uploads.confirm(sent)
            tables = {name: rows for name, rows in kept(0).items() if name not in OF_THE_WAY}
            return [*seen, counts(sent), sent.causes, tables, report(sent)]

    for one, other in zip(story(page=True), story(page=False), strict=True):
        assert one == other
