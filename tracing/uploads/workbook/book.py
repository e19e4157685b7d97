"""A workbook opened for reading, .xlsx or .xls: its sheets, each scanned before it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import IO, Any, NamedTuple, TypeVar

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from portal.lib.panics import is_panic
from portal.lib.refused import Refused
from tracing.uploads.workbook import biff, plain, plain_xls, sheet_scan
from tracing.uploads.workbook.compound import Compound
from tracing.uploads.workbook.headings import LOOKED_AT
from tracing.uploads.workbook.package import Package, printable
from tracing.uploads.workbook.parts import directory, refuse_declarations, refuse_other_kinds
from tracing.uploads.workbook.scanned import Scanned, SheetName
from tracing.uploads.workbook.sheet_xml import Diagnosis, Mender

Row = list[Any]
Result = TypeVar("Result")
Scan = Callable[[str], Scanned]
Place = Callable[[str], tuple[str, str] | None]
Mended = tuple[CalamineSheet, dict[int, dict[int, float]]]
Mend = Callable[[str], Mended | None]


class SheetRows:
    """The rows of one sheet. `errors` are its cells without a value, by (row, column) from 0,
    `merged` the areas that show one content, `hidden` the rows that show none, from 0.

    The reader fails on a whole row where a cell styled as a date has a number that no calendar has.
    Then it reads on in a mended sheet, and what was taken out of that is put back here.
    """

    def __init__(self, sheet: CalamineSheet, found: Scanned, mend: Mend) -> None:
        self.name = sheet.name
        self.errors = found.errors
        self.merged = found.merged
        self.hidden = found.hidden
        self.first_column = sheet.start[1] if sheet.start else 0
        self._sheet = sheet
        self._mend = mend
        self._numbers: dict[int, dict[int, float]] = {}

    def after(self, row: int) -> Iterator[Row]:
        """The rows below a row; the first is row + 1. Every row begins at `first_column`."""
        return islice(self._rows(0), row + 1, None)

    @cached_property
    def head(self) -> list[tuple[int, Row]]:
        """The first rows with content, each with its row."""
        rows = enumerate(self._rows(0))
        filled = ((row, cells) for row, cells in rows if any(cell != "" for cell in cells))
        return list(islice(filled, LOOKED_AT))

    def uneven(self, row: int) -> dict[int, tuple[int, int]]:
        """None: a cell of a workbook says its column."""
        return {}

    def _rows(self, first: int) -> Iterator[Row]:
        """The rows from a row on."""
        number = first
        try:
            for number, row in enumerate(islice(self._sheet.iter_rows(), first, None), first):
                for column, value in self._numbers.get(number, {}).items():
                    row[column - self.first_column] = value
                yield row
                number += 1
        except BaseException as error:
            if self._numbers or not (isinstance(error, OverflowError) or is_panic(error)):
                raise
            mended = self._mend(self.name)
            if mended is None:
                raise
            self._sheet, self._numbers = mended
            yield from self._rows(number)


class _Opened(NamedTuple):
    """What is known of a file before it is read: its scan, its unreadable cells, its epoch."""

    scan: Scan
    place: Place
    mend: Mend
    date1904: bool


class Book:
    """An open workbook. Raises `Refused` for whatever is not a readable workbook.

    `date1904` says that its days count from 1904, as in workbooks from old Macs.

    The reader works in a thread of its own while the sheet is scanned, and what it gives is used
    only if the scan finds nothing against it. A `careful` book scans first: a sheet that makes the
    reader ask for too much memory ends the process, and nobody would learn why.
    """

    def __init__(
        self, container: Package | Compound, folder: Path, max_rows: int, *, careful: bool
    ) -> None:
        is_zip = isinstance(container, Package)
        # The reader believes the name. Without an extension it would try one format after the
        # other, and read as a zip what was scanned as a .xls.
        path = folder / ("workbook.xlsx" if is_zip else "workbook.xls")
        with path.open("xb") as copy:
            if isinstance(container, Package):
                opened = _open_zip(container, copy, folder, max_rows)
            else:
                opened = _open_ole(container, copy, folder, max_rows)
        self._scan, self._place, self._mend, self.date1904 = opened
        self._workbook = _trusted(lambda: CalamineWorkbook.from_path(path))
        self._careful = careful
        self._thread = ThreadPoolExecutor(1)
        self.sheets = [
            SheetName(sheet.name, sheet.visible == SheetVisibleEnum.Visible)
            for sheet in self._workbook.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet
        ]

    def read(self, name: str) -> SheetRows:
        """Scan a sheet and read it, if the scan finds nothing against it."""
        found = self._scan(name) if self._careful else None
        reading = self._thread.submit(self._workbook.get_sheet_by_name, name)
        found = found or self._scan(name)
        sheet = _trusted(reading.result, name, lambda: self._place(name))
        return SheetRows(sheet, found, self._mend)


def _open_zip(package: Package, target: IO[bytes], folder: Path, max_rows: int) -> _Opened:
    """Look through a package, and write what is seen to `target` for the reader."""
    refuse_other_kinds(package)
    contents = directory(package)
    refuse_declarations(package, contents)
    entries = {sheet.name: sheet.entry for sheet in contents.sheets}
    plain.copy(package, contents, target)

    def entry(name: str) -> str:
        if entries.get(name) not in package.entries:
            raise _without_cells(name)
        return entries[name]

    def scan(name: str) -> Scanned:
        found = Scanned(name, max_rows)
        sheet_scan.scan(package.stream(entry(name)), found)
        return found

    def place(name: str) -> tuple[str, str] | None:
        diagnosis = Diagnosis(Scanned(name, max_rows))
        for chunk in package.stream(entry(name)):
            diagnosis.feed(chunk)
        return diagnosis.cell

    def mend(name: str) -> Mended | None:
        mender = Mender(Scanned(name, max_rows), b"".join(package.stream(entry(name))))
        path = folder / f"mended{len(list(folder.iterdir()))}.xlsx"
        with path.open("xb") as copy:
            plain.copy(package, contents, copy, {entry(name): mender.mended()})
        return _mended(path, name, mender.numbers)

    return _Opened(scan, place, mend, contents.date1904)


def _open_ole(file: Compound, target: IO[bytes], folder: Path, max_rows: int) -> _Opened:
    """Scan every sheet at once: of a .xls the reader reads them all when it opens the file."""
    stream = biff.workbook_stream(file)
    plain_xls.copy(stream, target)
    scanned: dict[str, Scanned] = {}
    offsets = biff.sheet_offsets(stream)
    for name, offset in offsets.items():
        scanned[name] = Scanned(name, max_rows)
        biff.scan(stream, offset, scanned[name])

    def scan(name: str) -> Scanned:
        if name not in scanned:
            raise _without_cells(name)
        return scanned[name]

    def mend(name: str) -> Mended | None:
        changed, numbers = biff.mended(stream, offsets[name])
        path = folder / f"mended{len(list(folder.iterdir()))}.xls"
        with path.open("xb") as copy:
            plain_xls.copy(changed, copy)
        return _mended(path, name, numbers)

    return _Opened(scan, lambda _name: None, mend, biff.counts_from_1904(stream))


def _mended(path: Path, name: str, numbers: dict[int, dict[int, float]]) -> Mended | None:
    """A sheet read again, None if no number was taken out of it."""
    return (CalamineWorkbook.from_path(path).get_sheet_by_name(name), numbers) if numbers else None


def _without_cells(name: str) -> Refused:
    return Refused("damaged", why=f"找不到工作表“{printable(name)}”的内容")


def _trusted(
    call: Callable[[], Result], sheet: str = "", place: Callable[[], Any] = lambda: None
) -> Result:
    """What the reader gives; where it fails, the cell it stumbled over is looked for."""
    try:
        return call()
    except PasswordError as error:
        raise Refused("password_protected") from error
    except CalamineError as error:
        raise _unreadable(error, sheet, place()) from error
    except BaseException as error:
        if not is_panic(error):
            raise
        raise _unreadable(error, sheet, place()) from error


def _unreadable(error: BaseException, sheet: str, cell: tuple[str, str] | None) -> Refused:
    if cell is not None:
        where, content = cell
        return Refused("cell_unreadable", sheet=printable(sheet), cell=where, content=content)
    return Refused("damaged", why=f"读取程序的提示：{printable(str(error))}")
