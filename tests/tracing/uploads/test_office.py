"""What LibreOffice saves comes in as what it was: every record's template, and error workbooks."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest

from tests.people import Side
from tests.tracing.synthetic.makers import context
from tests.tracing.uploads.filled import filled, samples
from tests.tracing.uploads.office import FORMATS, saved_again
from tests.tracing.uploads.rows import CODES, code_rows, pack_code, workbook
from tests.tracing.uploads.uploads import confirm, upload
from tracing.records import RECORDS
from tracing.records.base import Record
from tracing.records.bindings import BINDINGS
from tracing.records.checking import Checked, check_rows
from tracing.uploads.models import Submission
from tracing.uploads.workbook import layout
from tracing.uploads.workbook.limits import PAGE_LIMITS
from tracing.uploads.workbook.read import read

pytestmark = [pytest.mark.slow, pytest.mark.office]
ROWS = 6


@pytest.fixture(autouse=True)
def read_here() -> None:
    """Let a child read, as it does what people send: from the file to the stored rows."""


def checked(path: Path, record: Record) -> Checked:
    sheet = read(path, record, PAGE_LIMITS)
    assert sheet.rows == list(range(2, ROWS + 2))
    assert (sheet.ignored_headings, sheet.other_sheets, sheet.hidden_rows) == ([], [], 0)
    return check_rows(record, sheet.columns, context(ROWS))


class Given(NamedTuple):
    """A record, a filled template of it, and what is read of that."""

    record: Record
    path: Path
    read: Checked


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> list[Given]:
    """The templates of all records, filled without a fault."""
    folder, given = tmp_path_factory.mktemp("filled"), []
    for record in (RECORDS[code] for code in BINDINGS):
        path = filled(folder / f"{record.code}.xlsx", record.code, samples(record, ROWS))
        given.append(Given(record, path, checked(path, record)))
    return given


@pytest.mark.parametrize("ending", FORMATS)
def test_the_template_of_every_record_comes_back(
    templates: list[Given], tmp_path: Path, ending: str
) -> None:
    saved = saved_again([given.path for given in templates], ending, tmp_path)
    for given, after in zip(templates, saved, strict=True):
        again = checked(after, given.record)
        assert again.faults == given.read.faults == [], given.record.code
        assert again.values == given.read.values, given.record.code


def mended(path: Path) -> Path:
    """An error workbook with right codes in place of wrong ones."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, 2, pack_code(900 + row))
    book.save(path)
    return path


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ending", FORMATS)
def test_an_error_workbook_saved_by_it_mends_its_upload(
    maker: Side, tmp_path: Path, ending: str
) -> None:
    """Its very hidden sheet survives, and where there are no sheets its last heading tells."""
    rows: list[dict[str, Any]] = code_rows(4)
    rows[1]["lv1_trac_code"] = rows[3]["lv1_trac_code"] = "8352616"
    first = confirm(upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, rows)))
    assert (first.accepted, first.rejected) == (2, 2)
    report = tmp_path / "report.xlsx"
    report.write_bytes(first.report_path.read_bytes())
    [again] = saved_again([mended(report)], ending, tmp_path)
    if ending in ("xlsx", "ods"):
        sheet = read(again, RECORDS[CODES], PAGE_LIMITS)
        assert (sheet.submission, sheet.original_rows) == (str(first.pk), [3, 5])
    stored = confirm(upload(*maker, CODES, again))
    assert stored.pk == first.pk
    assert (stored.accepted, stored.rejected, stored.created) == (4, 0, 4)
    assert Submission.everything.filter(merged_into=first.pk).count() == 1
    assert layout.PORTAL_SHEET in openpyxl.load_workbook(report).sheetnames
