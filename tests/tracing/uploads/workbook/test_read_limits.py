"""Files that ask for too much: refused precisely where the scan sees it, else by the process."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from portal.lib.refused import Refused
from tests.tracing.uploads.workbook.reading import HEADINGS, TITLE, Reader, good_row, good_rows
from tests.tracing.uploads.workbook.workbooks import Raw, rows_xml, sheet_xml, xlsx
from tracing.uploads.workbook import read as reading
from tracing.uploads.workbook.limits import PAGE_LIMITS, Limits
from tracing.uploads.workbook.read import ROOT, ReaderFailed

SMALL = replace(PAGE_LIMITS, max_rows=50)


def with_cell(reference: str, inside: str = "<v>1</v>") -> bytes:
    row = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    far = f'<row r="{row}"><c r="{reference}">{inside}</c></row>'
    return xlsx({TITLE: sheet_xml(rows_xml([HEADINGS, *good_rows(3)]) + far)})


@pytest.mark.parametrize(
    ("reference", "inside"),
    [
        ("XFD1048576", "<v>1</v>"),
        ("A1048576", "<v>1</v>"),
        ("XFD200000", "<v>1</v>"),
        ("XFD1048576", "<f>1+1</f>"),
        ("ZZZ5000", "<is><t>x</t></is>"),
    ],
)
def test_a_far_cell_is_named_with_its_row_and_column(
    reader: Reader, reference: str, inside: str
) -> None:
    code, words = reader.refusal(with_cell(reference, inside))
    assert code == "far_cell"
    letters = reference.rstrip("0123456789")
    assert f"单元格 {reference} 有内容" in words
    assert f"第 {reference[len(letters) :]} 行或 {letters} 列" in words


def test_a_cell_not_so_far_is_a_row(reader: Reader) -> None:
    sheet = reader(with_cell("B2000"))
    assert (sheet.rows, sheet.blank_rows) == ([2, 3, 4, 2000], 1995)
    assert reader(with_cell("ZZ5")).rows == [2, 3, 4]


@pytest.mark.parametrize("extra", [1, 2000])
def test_too_many_rows_are_counted(reader: Reader, extra: int) -> None:
    """Both where the rows are read to be counted, and where the scan sees that they are not."""
    code, words = reader.refusal(xlsx({TITLE: [HEADINGS, *good_rows(50 + extra)]}), SMALL)
    assert code == "too_many_rows"
    assert f"{50 + extra} 行数据，超过一次上传的上限 50 行" in words
    assert len(reader(xlsx({TITLE: [HEADINGS, *good_rows(50)]}), SMALL).rows) == 50


def test_other_sheets_far_off_do_no_harm(reader: Reader) -> None:
    far = sheet_xml('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    assert reader(xlsx({"汇总": far, "Sheet2": [HEADINGS, good_row()]})).rows == [2]


def busy_workbook() -> bytes:
    """Small, and slow to scan: millions of cells that only parsing can tell apart."""
    return xlsx({TITLE: sheet_xml("<row>" + "<c/>" * 4_900_000 + "</row>")})


def heavy_workbook() -> bytes:
    """Small, and large in memory: one long text in twenty thousand cells."""
    cell: object = Raw('t="s"', "<v>0</v>")
    rows = [HEADINGS, *([[cell] * 7] * 3000)]
    return xlsx({TITLE: rows}, shared=f"<si><t>{'x' * 30_000}</t></si>")


@pytest.mark.parametrize(
    ("data", "limits", "code"),
    [
        (busy_workbook, replace(PAGE_LIMITS, cpu_seconds=1), "too_slow"),
        (heavy_workbook, replace(PAGE_LIMITS, memory_bytes=400 << 20), "too_complex"),
        (heavy_workbook, replace(PAGE_LIMITS, max_unpacked=20 << 20), "too_complex"),
        (busy_workbook, replace(PAGE_LIMITS, wall_seconds=0.2), "too_slow"),
    ],
    ids=["cpu", "memory", "answer", "time"],
)
def test_what_the_scan_does_not_see_the_process_stops(
    reader: Reader, data: Callable[[], bytes], limits: Limits, code: str
) -> None:
    content = data()
    assert len(content) < 1 << 20
    assert reader.refusal(content, limits)[0] == code
    assert not [child for child in psutil.Process().children() if "child" in child.cmdline()[-2:]]


def test_a_fault_of_the_reader_is_not_blamed_on_the_file(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_request", lambda *_: {"limits": {"cpu_seconds": 1}})
    with pytest.raises(ReaderFailed, match="KeyError: 'memory_bytes'"):
        reader.rows([HEADINGS, good_row()])


def test_without_room_it_is_said_that_there_is_none(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As where the child finds none, and cannot write down why it failed."""
    tell = tmp_path / "tell"
    tell.write_text("#!/bin/sh\nexit 1\n")
    tell.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(tell))
    made = tempfile.TemporaryFile

    def full(**given: Any) -> Any:
        return Path("/dev/full").open("wb") if "dir" in given else made(**given)

    monkeypatch.setattr("tracing.uploads.workbook.read.tempfile.TemporaryFile", full)
    with pytest.raises(Refused) as caught:
        reader.rows([HEADINGS, good_row()])
    assert caught.value.code == "not_kept"


def test_nor_is_it_begun(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("tracing.uploads.workbook.read.tempfile.TemporaryDirectory", full)
    with pytest.raises(Refused) as caught:
        reader.rows([HEADINGS, good_row()])
    assert caught.value.code == "not_kept"


def test_the_child_is_given_no_secrets(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tell = tmp_path / "tell"
    tell.write_text("#!/bin/sh\nenv >&2\nexit 1\n")
    tell.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(tell))
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    with pytest.raises(ReaderFailed, match="PATH=") as caught:
        reader.rows([HEADINGS, good_row()])
    assert "secret" not in str(caught.value)


def test_the_child_holds_nothing_of_the_product_but_the_reader() -> None:
    code = (
        "import sys\n"
        "from tracing.uploads.workbook import book, child, table\n"
        "print(*sorted(name for name in sys.modules if name.startswith("
        "('django', 'portal', 'tracing.models', 'tracing.records'))))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT)
    # The helper that folds, what stands for a cell without value, what tells a crash of Rust, the
    # refusals, and the two packages around them, which hold nothing.
    names = ("folding", "no_value", "panics", "refused")
    helpers = [f"portal.lib.{name}".encode() for name in names]
    assert ran.stdout.split() == [b"portal", b"portal.lib", *helpers]
