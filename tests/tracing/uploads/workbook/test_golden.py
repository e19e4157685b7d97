"""A file for each way in which codes are lost between a spreadsheet and the portal, by its name."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.tracing.records.build import context
from tests.tracing.synthetic.makers import context as sample_context
from tests.tracing.uploads.filled import filled, samples
from tests.tracing.uploads.workbook.open_documents import ods
from tests.tracing.uploads.workbook.reading import HEADINGS, NAMES, RECORD, TITLE, Reader
from tests.tracing.uploads.workbook.workbooks import (
    DATE_STYLE,
    Raw,
    rows_xml,
    sheet_xml,
    workbook_xml,
    xlsx,
)
from tracing.records import RECORDS
from tracing.records.base import Column, Record
from tracing.records.bindings import BINDINGS
from tracing.records.checking import check_rows
from tracing.records.messages import sentence
from tracing.records.terms import ErrorCell
from tracing.uploads.workbook.limits import PAGE_LIMITS
from tracing.uploads.workbook.read import read

GOOD: dict[str, Any] = {column.name: column.example for column in RECORD.columns}
CODE, LOT, TIME = "lv1_trac_code", "trac_codg_sn", "stoin_time"


class Golden(NamedTuple):
    """A file, and what comes of it: the code of a refusal; or of each row its fault, None for a
    good one; or the values that its rows have in a column."""

    data: bytes
    refused: str = ""
    faults: Sequence[str | None] = ()
    column: str = ""
    values: Sequence[Any] = ()


def rows(*changes: dict[str, Any]) -> list[list[Any]]:
    """Rows that differ from the example, each with a code of its own."""
    return [
        [{**GOOD, CODE: f"8000000000000000{n:04d}", **changed}[name] for name in NAMES]
        for n, changed in enumerate(changes, start=1)
    ]


def excel(*changes: dict[str, Any]) -> bytes:
    return xlsx({TITLE: [HEADINGS, *rows(*changes)]})


def text(*changes: dict[str, Any], encoding: str = "utf-8-sig") -> bytes:
    held = io.StringIO()
    csv.writer(held).writerows([HEADINGS, *rows(*changes)])
    return held.getvalue().encode(encoding)


def number(digits: str) -> Raw:
    """A cell whose number is written with these digits."""
    return Raw("", f"<v>{digits}</v>")


def midnight(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T00:00:00+08:00")


DAYS = ("2024-12-15", "2024/12/15", "2024.12.15", "2024年12月15日", "20241215", 20241215, 45641)
ACTIVE = '<bookViews><workbookView activeTab="1"/></bookViews><sheets>'

GOLDEN: dict[str, Callable[[], Golden]] = {
    "01 a long code that Excel saved as a number": lambda: Golden(
        excel({CODE: number("8.3526160252612345E+19")}, {}), faults=["number_lost_digits", None]
    ),
    "01 a long code that a program wrote as a number with all its digits": lambda: Golden(
        excel({CODE: number("83526160252612345678")}), faults=["number_lost_digits"]
    ),
    "01 two codes that became one number are not each other's copies": lambda: Golden(
        excel(*({CODE: number(f"8352616025261234567{n}")} for n in (8, 9))),
        faults=["number_lost_digits"] * 2,
    ),
    "01 a long code that Excel saved as a number in a CSV": lambda: Golden(
        text({CODE: "8.35E+19"}, {CODE: "8.35262E+19"}), faults=["code_exponent"] * 2
    ),
    "03 a code as a text keeps its twenty digits": lambda: Golden(
        excel({CODE: "83526160252612345678"}), column=CODE, values=["83526160252612345678"]
    ),
    "04 leading zeros and what looks like a number stay in a text": lambda: Golden(
        excel({LOT: "000123"}, {LOT: "1E5"}), column=LOT, values=["000123", "1E5"]
    ),
    "05 a short number is the text that was typed": lambda: Golden(
        excel({LOT: number("123.0")}, {LOT: 123}), column=LOT, values=["123", "123"]
    ),
    "05 a number with a fraction is no code": lambda: Golden(
        excel({LOT: 12.5}), faults=["number_with_fraction"]
    ),
    "06 a day in every usual form": lambda: Golden(
        excel(*({TIME: day} for day in DAYS), {TIME: Raw(f's="{DATE_STYLE}"', "<v>45641</v>")}),
        column=TIME,
        values=[midnight("2024-12-15")] * 8,
    ),
    "06 a day with the year last is not guessed": lambda: Golden(
        excel({TIME: "03/04/2025"}, {TIME: "15-12-2024"}), faults=["date_year_last"] * 2
    ),
    "07 days that count from 1904": lambda: Golden(
        xlsx({TITLE: [HEADINGS, *rows({TIME: 44179})]}, date1904=True),
        column=TIME,
        values=[midnight("2024-12-15")],
    ),
    "07 a day before all others is a broken cell": lambda: Golden(
        excel({TIME: 59}, {TIME: Raw(f's="{DATE_STYLE}"', "<v>59</v>")}),
        faults=["date_form", "date_before_1990"],
    ),
    "08 WPS says that the sheet ends in A1": lambda: Golden(
        xlsx({TITLE: sheet_xml(rows_xml([HEADINGS, *rows({}, {})]), dimension="A1")}),
        faults=[None, None],
    ),
    "09 saved while another sheet was looked at": lambda: Golden(
        xlsx(
            {TITLE: [HEADINGS, *rows({})], "填写说明": [["列名"]]},
            {"xl/workbook.xml": _looking_at_the_second()},
        ),
        faults=[None],
    ),
    "10 a million formatted rows without content": lambda: Golden(
        xlsx({TITLE: sheet_xml(rows_xml([HEADINGS, *rows({})]) + _formatted(3, 200_000))}),
        faults=[None],
    ),
    "12 headings alone": lambda: Golden(excel(), refused="no_rows"),
    "12 an empty sheet": lambda: Golden(xlsx({TITLE: []}), refused="no_headings"),
    "12 rows of different length": lambda: Golden(
        xlsx({TITLE: [HEADINGS, rows({})[0][:6], *rows({}, {})[1:]]}), faults=[None, None]
    ),
    "12 a page of the web under the name of a workbook": lambda: Golden(
        b"<html><table><tr><td>1</td></tr></table></html>", refused="is_html"
    ),
    "13 a bomb": lambda: Golden(
        xlsx({TITLE: [HEADINGS]}, {"xl/media/bomb.xml": b"\0" * (60 << 20)}), refused="zip_ratio"
    ),
    "13 macros": lambda: Golden(
        xlsx({TITLE: [HEADINGS]}, {"xl/vbaProject.bin": b"x"}), refused="macros"
    ),
    "13 a link to another workbook": lambda: Golden(
        xlsx({TITLE: [HEADINGS]}, {"xl/externalLinks/externalLink1.xml": b"<x/>"}),
        refused="external_links",
    ),
    "14 a formula that was saved without its result": lambda: Golden(
        excel({CODE: Raw("", '<f>HYPERLINK("x")</f>')}), faults=["formula_without_value"]
    ),
    "15 a control character within a code": lambda: Golden(
        text({LOT: "SN\x1e1"}), faults=["code_characters"]
    ),
    "15 full-width digits and what cannot be seen around a code": lambda: Golden(
        excel({CODE: f" ８{'０' * 18}１\u200b\n"}),
        column=CODE,
        values=["80000000000000000001"],
    ),
    "16 a CSV of Excel in Chinese": lambda: Golden(
        text({}, {}, encoding="gb18030"), faults=[None] * 2
    ),
    "16 a CSV that keeps its codes for Excel": lambda: Golden(
        text({CODE: '="83526160252612345678"'}), column=CODE, values=["83526160252612345678"]
    ),
}  # fmt: skip


def _looking_at_the_second() -> bytes:
    return workbook_xml([TITLE, "填写说明"], {}, False).replace("<sheets>", ACTIVE).encode()


def _formatted(first: int, count: int) -> str:
    return "".join(f'<row r="{n}"><c r="A{n}" s="3"/></row>' for n in range(first, first + count))


@pytest.mark.parametrize("name", GOLDEN)
def test_a_file_named_for_its_fault(reader: Reader, name: str) -> None:
    golden = GOLDEN[name]()
    if golden.refused:
        assert reader.refusal(golden.data)[0] == golden.refused
        return
    sheet = reader(golden.data)
    checked = check_rows(RECORD, sheet.columns, context())
    found = {fault.row: fault.code for fault in checked.faults if fault.code != "date_in_future"}
    if golden.column:
        assert (found, checked.values[golden.column]) == ({}, golden.values)
    else:
        assert [found.get(row) for row in range(len(sheet.rows))] == golden.faults


def test_the_cure_of_a_lost_code_is_the_original() -> None:
    """Pitfall 2: showing the digits again does not bring them back."""
    for code in ("number_lost_digits", "code_exponent"):
        words = sentence(code, ("8.35E+19",), "小包装追溯码")
        assert "无法还原" in words
        assert "从赋码系统重新复制" in words
        assert "数字格式" not in words


DAY = datetime(2024, 12, 15)  # noqa: DTZ001  a cell has no zone
FORMULA = object()  # without a result
SPOILED: dict[str, tuple[tuple[Any, str], ...]] = {
    "code": ((8.352616025261235e19, "number_lost_digits"), ("8.35E+19", "code_exponent"),
             (True, "cell_is_boolean"), (DAY, "cell_is_date"), (12.5, "number_with_fraction")),
    "uscc": ((8.352616025261235e19, "number_lost_digits"), ("8.35E+19", "code_exponent")),
    "text": ((8.352616025261235e19, "number_lost_digits"), (True, "cell_is_boolean"),
             (DAY, "cell_is_date")),
    "date": (("15/12/2024", "date_year_last"), ("去年", "date_form"),
             ("2024-02-30", "date_impossible")),
    "moment": (("15/12/2024 10:00", "date_year_last"), ("去年", "date_form")),
    "number": (("33盒", "number_form"),),
    "choice": (("也许", "choice_unknown"),),
}  # fmt: skip
# A fault of any cell.
ANY = ((ErrorCell("#N/A"), "error_cell"), (FORMULA, "formula_without_value"))


def spoiled(record: Record) -> list[tuple[Column, Any, str]]:
    """What can be wrong with a cell of each column, by its kind."""
    found = [
        (column, cell, code)
        for column in record.columns
        for cell, code in (*SPOILED.get(column.kind.type, ()), *ANY)
    ]
    return found + [(column, None, "required") for column in record.columns if column.required]


def in_excel(cell: Any) -> Any:
    match cell:
        case ErrorCell():
            return Raw('t="e"', f"<v>{cell.text}</v>")
        case datetime():
            return Raw(f's="{DATE_STYLE}"', "<v>45641</v>")
    return Raw("", "<f>A1</f>") if cell is FORMULA else cell


def in_open_document(cell: Any) -> Any:
    if isinstance(cell, ErrorCell):
        return Raw('calcext:value-type="error"', f"<text:p>{cell.text}</text:p>")
    return Raw('table:formula="of:=[.A1]"', "") if cell is FORMULA else cell


WRITERS: dict[str, tuple[Callable[..., bytes], Callable[[Any], Any]]] = {
    "xlsx": (xlsx, in_excel),
    "ods": (ods, in_open_document),
}


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize("code", BINDINGS)
def test_every_planted_fault_of_a_record_is_found_in_its_row(
    tmp_path: Path, code: str, ending: str
) -> None:
    """One row for each column and fault, and good ones among them."""
    record = RECORDS[code]
    planted = spoiled(record)
    columns = samples(record, 2 * len(planted))
    lines: list[list[Any]] = []
    write, as_cell = WRITERS[ending]
    for row in range(2 * len(planted)):
        cells: dict[str, Any] = {name: column[row] for name, column in columns.items()}
        if row % 2:
            column, cell, _ = planted[row // 2]
            cells[column.name] = as_cell(cell)
        lines.append([cells[column.name] for column in record.columns])
    path = tmp_path / "planted"
    path.write_bytes(write({record.title: [[c.label for c in record.columns], *lines]}))
    sheet = read(path, record, PAGE_LIMITS)
    faults = check_rows(record, sheet.columns, sample_context(len(lines))).faults
    expected = [
        (2 * place + 1, column.name, code) for place, (column, _, code) in enumerate(planted)
    ]
    assert sorted((fault.row, fault.column, fault.code) for fault in faults) == sorted(expected)


@pytest.mark.parametrize("code", BINDINGS)
def test_the_template_of_a_record_filled_is_taken(tmp_path: Path, code: str) -> None:
    record = RECORDS[code]
    path = filled(tmp_path / "filled.xlsx", code, samples(record, 8))
    sheet = read(path, record, PAGE_LIMITS)
    assert check_rows(record, sheet.columns, sample_context(8)).faults == []
