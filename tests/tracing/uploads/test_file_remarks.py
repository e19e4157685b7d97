"""What is said of a file as a whole, and what comes of uploads that are no workbooks."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.people import Side
from tests.tracing.uploads.rows import CODES, code_rows, pack_code
from tests.tracing.uploads.uploads import confirm, counts, upload
from tests.tracing.uploads.workbook.open_documents import ods
from tests.tracing.uploads.workbook.workbooks import rows_xml, sheet_xml, xlsx
from tracing.records import RECORDS
from tracing.records.faults import FILE_REMARKS
from tracing.records.messages import sentence
from tracing.stores.models_codes import TraceCode
from tracing.uploads.file_remarks import WHOLE_FILE
from tracing.uploads.models import Submission
from tracing.uploads.queries import latest_file
from tracing.uploads.submission_facts import shown_submission

RECORD = RECORDS[CODES]
HEADINGS: list[object] = [column.label for column in RECORD.columns]

pytestmark = pytest.mark.django_db(transaction=True)


def cells(rows: list[dict[str, Any]]) -> list[list[object]]:
    return [[row[column.name] for column in RECORD.columns] for row in rows]


def kept(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def as_csv(path: Path, rows: Sequence[Sequence[object]], encoding: str = "gb18030") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def remarks(submission: Submission) -> list[str]:
    """What the page remarks on the file, not on a row of it."""
    shown = shown_submission(submission, [], latest_file(submission), lambda: True)
    return [warning.sentence for warning in shown.warnings if warning.row == WHOLE_FILE]


def test_a_text_is_stored_and_says_how_it_was_read(maker: Side, tmp_path: Path) -> None:
    path = as_csv(tmp_path / "数据.TXT", [HEADINGS, *cells(code_rows(3))])
    stored = confirm(upload(*maker, CODES, path))
    assert (stored.state, stored.created) == ("stored", 3)
    assert remarks(stored) == [sentence("file_is_text", ("GB 18030", "逗号"))]
    assert stored.warnings["file_is_text"] == 1
    assert latest_file(stored).stored_name.endswith("/1.txt")


def test_what_was_read_although_hidden_and_what_was_not_read(maker: Side, tmp_path: Path) -> None:
    hiding = rows_xml(
        [[*HEADINGS, "备注"], *cells(code_rows(3)), [], *cells(code_rows(1, start=9))]
    )
    hiding = hiding.replace('<row r="3">', '<row r="3" hidden="1">')
    data = xlsx({RECORD.title: sheet_xml(hiding), "汇总": [["x"]]})
    staged = upload(*maker, CODES, kept(tmp_path / "a.xlsx", data))
    assert remarks(staged) == [
        sentence("columns_ignored", ("备注",)),
        sentence("rows_blank", ("1",)),
        sentence("rows_hidden", ("1",)),
        sentence("sheets_ignored", ("汇总",)),
    ]
    assert {*staged.warnings, "file_is_text"} - {"batch_unknown"} == FILE_REMARKS
    assert counts(staged)["accepted"] == 4


def test_a_spreadsheet_of_libreoffice_is_stored(maker: Side, tmp_path: Path) -> None:
    data = ods({RECORD.title: [HEADINGS, *cells(code_rows(2))]})
    stored = confirm(upload(*maker, CODES, kept(tmp_path / "a.ods", data)))
    assert (stored.created, remarks(stored)) == (2, [])
    # What it is, its content says: the name is that of another kind.
    again = confirm(upload(*maker, CODES, kept(tmp_path / "b.csv", data)))
    assert again.pk == stored.pk


def test_the_error_report_comes_back_as_a_text(maker: Side, tmp_path: Path) -> None:
    rows = code_rows(3)
    rows[1]["lv1_trac_code"] = "8.35E+19"
    first = confirm(upload(*maker, CODES, as_csv(tmp_path / "a.csv", [HEADINGS, *cells(rows)])))
    assert (first.accepted, first.rejected) == (2, 1)
    report = openpyxl.load_workbook(first.report_path).worksheets[0]
    table = [list(row) for row in report.iter_rows(values_only=True)]
    assert table[1][1] == "8.35E+19"
    table[1][1] = pack_code(77)
    mended = confirm(upload(*maker, CODES, as_csv(tmp_path / "b.csv", table, "utf-16")))
    assert (mended.pk, mended.accepted, mended.rejected) == (first.pk, 3, 0)
    assert TraceCode.everything.filter(code=pack_code(77)).exists()


def test_a_report_of_another_unit_is_unknown(maker: Side, rival: Side, tmp_path: Path) -> None:
    """A number of an upload in a text opens no upload of others."""
    rows = code_rows(2)
    rows[1]["lv1_trac_code"] = "8"
    first = upload(*maker, CODES, as_csv(tmp_path / "a.csv", [HEADINGS, *cells(rows)]))
    report = openpyxl.load_workbook(first.report_path).worksheets[0]
    table = [list(row) for row in report.iter_rows(values_only=True)]
    path = as_csv(tmp_path / "b.csv", table)
    with path.open("a") as file:
        file.write("\n")
    refused = upload(*rival, CODES, path)
    assert (refused.state, refused.refusal_code) == ("refused", "submission_unknown")
