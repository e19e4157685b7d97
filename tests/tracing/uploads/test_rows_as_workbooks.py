"""Rows by `submit_rows` and the same rows by workbook: nothing that is kept tells them apart."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import openpyxl
import pytest
from django.apps import apps
from django.db import connection, models, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from accounts.log.models import OperationLog
from tests.factories import UnitFactory
from tests.people import Side, side
from tests.tracing.synthetic.makers import MAKER
from tests.tracing.uploads import arrays, uploads
from tests.tracing.uploads.rows import sheet_rows
from tests.tracing.uploads.workbook.workbooks import xlsx
from tracing.exports.models import Export
from tracing.records import RECORDS
from tracing.records.base import Record
from tracing.records.bindings import BINDINGS
from tracing.records.terms import ErrorCell
from tracing.stores.models import RowHistory
from tracing.stores.models_staging import staging_table
from tracing.synthetic.faults import SPOILERS, plant
from tracing.synthetic.sample import Order, make
from tracing.uploads.models import RejectedRow, Round, Submission
from tracing.uploads.models_results import RowResults
from tracing.uploads.workbook import layout

Rows = list[dict[str, Any]]
# What differs by nature: identifiers, times, and the file itself.
OWN = {
    "rows_blank",
    "id",
    "seconds",
    "sight",
    "name",
    "stored_name",
    "size",
    "sha256",
    "lease_token",
    "source",
}
MOMENT = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]+\+00:00")
# Before the first row, where the sheet has its headings: so a row has the same number both ways.
NOTHING: dict[str, Any] = {}


class Way(Protocol):
    """How rows reach the check; `correcting` is the submission that they are failing rows of."""

    def __call__(
        self, side: Side, record: Record, rows: Rows, correcting: Submission | None = None
    ) -> Submission: ...


def by_workbook(
    side: Side, record: Record, rows: Rows, correcting: Submission | None = None
) -> Submission:
    """In a workbook, corrections in the error workbook."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.xlsx"
        if correcting is None:
            headings: list[object] = [column.label for column in record.columns]
            cells = [[row[column.name] for column in record.columns] for row in rows]
            path.write_bytes(xlsx({record.title: [headings, *cells]}))
        else:
            _fill(correcting, record, rows, path)
        return uploads.upload(*side, record.code, path)


def _fill(correcting: Submission, record: Record, rows: Rows, path: Path) -> None:
    """The error workbook with these rows in place of its own."""
    book = openpyxl.load_workbook(correcting.report_path)
    sheet = book.worksheets[0]
    sheet.delete_rows(2, sheet.max_row)
    for row in rows:
        sheet.append([*(row[c.name] for c in record.columns), row[layout.ORIGINAL_COLUMN]])
    book.save(path)


def by_rows(
    side: Side, record: Record, rows: Rows, correcting: Submission | None = None
) -> Submission:
    """In an array."""
    return arrays.check(*side, record.code, [NOTHING, *rows], correcting=correcting)


@pytest.fixture
def trader(transactional_db: None, settings: Settings, tmp_path: Path) -> Side:
    """A unit that makes and distributes."""
    settings.PORTAL_FILES = tmp_path / "files"
    return side(UnitFactory.create(name=MAKER.name, uscc=MAKER.uscc, is_distributor=True))


@contextmanager
def taken_back() -> Iterator[None]:
    """As if nothing had been sent."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def kept(first_log: int) -> dict[str, list[str]]:
    """All that the tables hold but what differs by nature, and the log since an entry."""
    numbers = {
        str(pk): f"upload {place}"
        for place, pk in enumerate(
            Submission.everything.order_by("received_at").values_list("pk", flat=True)
        )
    }

    def told(row: Mapping[str, Any]) -> str:
        text = json.dumps(
            _common(dict(row)),
            default=str,
            sort_keys=True,
            ensure_ascii=False,
        )
        for pk, number in numbers.items():
            text = text.replace(pk, number)
        return MOMENT.sub("then", text)

    # What each row came to is kept for programs alone.
    apart = (Export, RowResults)
    tables = [m for m in apps.get_app_config("tracing").get_models() if m not in apart]
    result = {model.__name__: sorted(map(told, _values(model))) for model in tables}
    entries = OperationLog.everything.filter(pk__gt=first_log).order_by("pk").values()
    for entry in entries:
        for name in ("size", "sha256"):
            (entry["after"] or {}).pop(name, None)
    result["log"] = [told(entry) for entry in entries]
    return result


def _common(value: Any) -> Any:
    """A row without what is its own, and the row that it holds as it was before likewise. A number
    of a workbook has a point that the same number in JSON has not."""
    match value:
        case dict():
            return {name: _common(inside) for name, inside in value.items() if name not in OWN}
        case list():
            return [_common(one) for one in value if not _is_of_nothing(one)]
        case float() if value.is_integer():
            return int(value)
    return value


def _is_of_nothing(value: Any) -> bool:
    """The remark on the blank row that stands for the headings in an array."""
    return isinstance(value, list) and "rows_blank" in value


def _values(model: type[models.Model]) -> list[dict[str, Any]]:
    return list(model._base_manager.values())


def staged(record: Record) -> list[tuple[Any, ...]]:
    """What the staging table holds, but whose."""
    with connection.cursor() as cursor:
        names = ", ".join(("row", "again", *(column.name for column in record.columns)))
        cursor.execute(f"SELECT {names} FROM {staging_table(record)} ORDER BY row")
        return list(cursor.fetchall())


def report(submission: Submission) -> object:
    return sheet_rows(submission.report_path) if submission.report_path.exists() else None


PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**15) + 1, 10**15 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), max_size=30).filter(
        lambda text: "_x" not in text
    ),
)


@st.composite
def stories(draw: st.DrawFn, code: str) -> tuple[Rows, Rows, Rows]:
    """Good rows of a record, the same with spoiled ones among them, and a column to change."""
    record = RECORDS[code]
    count, seed = draw(st.integers(5, 40)), draw(st.integers(1, 10_000))
    columns = make(code, Order(MAKER, count, seed)).columns
    good = [{name: cells[i] for name, cells in columns.items()} for i in range(count)]
    plant(code, columns, seed, draw(st.sampled_from([0.0, 0.3, 0.7, 1.0])))
    bad = [
        {
            # JSON has no cell that is an error, but its text is one as well.
            name: "#N/A" if isinstance(cells[i], ErrorCell) else cells[i]
            for name, cells in columns.items()
        }
        for i in range(count)
    ]
    for _ in range(draw(st.integers(0, 8))):
        row = draw(st.sampled_from(bad))
        row[draw(st.sampled_from(record.columns)).name] = draw(PLAIN)
    before = [dict(row) for row in good[: draw(st.integers(0, count))]]
    for row in before[::2]:
        row[CHANGED[code][0]] = CHANGED[code][1]
    return before, bad, good


# A cell that a row had when it was sent the time before.
CHANGED = {
    "domestic-drug-info": ("manu_addr", "某某省某某市某某路2号"),
    "domestic-drug-codes": ("stoin_time", "2024-12-25 10:11:12"),
    "domestic-drug-shipment": ("shpp_org_name", "某某药房"),
    "circulation": ("delv_emp", "某某物流有限公司"),
}


def mended(good: Rows, failing: list[int], misplaced: int) -> Rows:
    """The good rows in the places of the failing ones; one of them may name another place."""
    rows = [{**good[number - 2], layout.ORIGINAL_COLUMN: number} for number in failing]
    if rows and misplaced:
        rows[misplaced % len(rows)][layout.ORIGINAL_COLUMN] = misplaced
    return rows


@pytest.mark.parametrize("code", CHANGED)
# Each example sends up to three files both ways: its many rows give the variety, and sending it
# again and again to make it smaller would take minutes.
@settings(
    max_examples=3,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_the_same_rows_both_ways(trader: Side, code: str, data: st.DataObject) -> None:
    record = RECORDS[code]
    before, bad, good = data.draw(stories(code))
    misplaced = data.draw(st.sampled_from([0, 0, 2, 3, 99]))

    def story(way: Way) -> list[object]:
        seen: list[object] = []
        log = OperationLog.everything.order_by("-pk").values_list("pk", flat=True).first() or 0

        def look(submission: Submission) -> Submission:
            seen.extend((kept(log), staged(record), report(submission)))
            return submission

        with taken_back():
            if before:
                look(uploads.confirm(by_workbook(trader, record, before)))
            sent = look(way(trader, record, bad))
            if sent.staged_rows:
                sent = look(uploads.confirm(sent))
            rows = RejectedRow.objects.filter(submission=sent, mended_in=None)
            failing = list(rows.order_by("row").values_list("row", flat=True))
            if failing:
                sent = look(way(trader, record, mended(good, failing, misplaced), sent))
                if sent.staged_rows:
                    look(uploads.confirm(sent))
        return seen

    for one, other in zip(story(by_workbook), story(by_rows), strict=True):
        assert one == other


def test_the_comparison_sees_a_difference(trader: Side) -> None:
    """It holds what it should: rows, history and log of both, and one other cell changes them."""
    record = RECORDS["domestic-drug-codes"]
    columns = make(record.code, Order(MAKER, 4, 1)).columns
    rows = [{name: cells[i] for name, cells in columns.items()} for i in range(4)]
    seen = []
    for changed in ("2024-12-25 10:11:12", "2024-12-25 10:11:13"):
        with taken_back():
            uploads.confirm(by_rows(trader, record, rows))
            other = [{**row, "stoin_time": changed} for row in rows]
            uploads.confirm(by_rows(trader, record, other))
            assert RowHistory.everything.count() == 4
            assert Round.objects.count() == 2
            seen.append(kept(0))
    first, second = seen
    assert {name for name in first if first[name] != second[name]} == {"TraceCode"}
    assert len(first["log"]) == 6
    assert SPOILERS.keys() >= {BINDINGS[code].sample for code in CHANGED}
