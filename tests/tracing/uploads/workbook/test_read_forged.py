"""Files that two readers would understand in two ways: what is read is what was scanned."""

from __future__ import annotations

import io
import random
import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from portal.lib.refused import Refused
from portal.lib.sheets import Heading, write_xlsx
from tests.tracing.uploads.workbook.damage import END, two_directories, with_second_stream
from tests.tracing.uploads.workbook.reading import (
    HEADINGS,
    TITLE,
    Reader,
    good_row,
    good_rows,
    good_workbook,
)
from tests.tracing.uploads.workbook.test_read_xls import workbook as xls_workbook
from tests.tracing.uploads.workbook.workbooks import (
    RELATIONS,
    Raw,
    pack,
    parts,
    relations_xml,
    rows_xml,
    sheet_xml,
    xlsx,
)
from tracing.uploads.workbook import plain, plain_xls
from tracing.uploads.workbook.compound import Compound
from tracing.uploads.workbook.package import Package
from tracing.uploads.workbook.parts import RELATIONS as WORKBOOK_RELATIONS
from tracing.uploads.workbook.parts import (
    ROOT,
    WORKBOOK,
    directory,
    refuse_declarations,
    refuse_other_kinds,
)

SHEET = "xl/worksheets/sheet1.xml"
# What the scan must not pass over: an error cell, which the reader would show as empty.
HIDDEN = [HEADINGS, [*good_row(7)[:2], Raw('t="e"', "<v>#REF!</v>"), *good_row(7)[3:]]]


def codes(reader: Reader, data: bytes) -> list[object]:
    """The first codes of the rows that are read."""
    return list(reader(data).columns["lv1_trac_code"])


@pytest.mark.parametrize("swapped", [False, True])
def test_a_second_directory_in_a_zip64_record(reader: Reader, *, swapped: bool) -> None:
    """Python believes the ZIP64 record, the reader the other one; both now get the same."""
    shown = xlsx({TITLE: [HEADINGS, good_row(1)]})
    hidden = xlsx({TITLE: HIDDEN})
    first, second = (shown, hidden) if swapped else (hidden, shown)
    sheet = reader(two_directories(first, second))
    found = (sheet.columns["lv1_trac_code"], sheet.columns["lv2_trac_code"])
    scanned = reader(second)
    assert found == (scanned.columns["lv1_trac_code"], scanned.columns["lv2_trac_code"])


def test_a_zip64_record_that_says_the_same_is_read(reader: Reader) -> None:
    """As streaming writers end their files."""
    assert len(codes(reader, two_directories(good_workbook(3), good_workbook(3)))) == 3


def test_more_entries_in_a_zip64_record_than_are_taken(reader: Reader) -> None:
    many = xlsx({TITLE: [HEADINGS, good_row()]}, {f"xl/media/{n}.png": b"x" for n in range(500)})
    assert reader.refusal(two_directories(good_workbook(), many))[0] == "zip_entries"


def renamed(data: bytes, name: str, other: str) -> bytes:
    """The same zip with another name in the local header of an entry."""
    at = data.index(name.encode())
    return data[:at] + other.encode() + data[at + len(name) :]


@pytest.mark.parametrize(
    "change",
    [
        lambda data: renamed(data, SHEET, "xl/worksheets/sheet9.xml"),
        lambda data: data + good_workbook(1)[-22:-2] + b"\x00\x00",
        lambda data: data[:-2] + struct.pack("<H", 22) + END + bytes(18),
        lambda data: data[:-2] + struct.pack("<H", len(data)) + data,
        lambda data: data[: data.index(b"PK\x01\x02")] + data,
    ],
    ids=["local name", "second end", "end in comment", "archive in comment", "archive in front"],
)
def test_what_is_read_is_what_was_scanned(reader: Reader, change: Callable[[bytes], bytes]) -> None:
    """Whatever stands beside the entries: three rows of the one archive, or a refusal."""
    data = change(xlsx({TITLE: [HEADINGS, *good_rows(3)]}))
    try:
        found = codes(reader, data)
    except Refused as refused:
        found = [refused.code]
    assert found in ([row[1] for row in good_rows(3)], ["damaged"], ["is_zip"])


@pytest.mark.parametrize(
    "name",
    ["XL/worksheets/sheet1.xml", "xl\\worksheets\\sheet1.xml", SHEET],
    ids=["case", "backslash", "twice"],
)
def test_an_entry_under_two_spellings_of_its_name(reader: Reader, name: str) -> None:
    other = sheet_xml(rows_xml([HEADINGS, good_row(5)])).encode()
    made = [*parts({TITLE: [HEADINGS, good_row()]}).items(), (name, other)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the writer's, of the name that is there twice
        data = pack(made)
    assert reader.refusal(data)[0] == "zip_names"


def root(target: str) -> bytes:
    return parts({TITLE: []})[ROOT].replace(b"xl/workbook.xml", target.encode())


def elsewhere() -> bytes:
    """A package whose directory lies in another folder than is usual."""
    made = parts({TITLE: HIDDEN})
    moved = {name.replace("xl/", "other/"): part for name, part in made.items()}
    shown = parts({TITLE: [HEADINGS, good_row(1)]})
    return pack({**moved, **shown, ROOT: root("other/workbook.xml")})


def two_relations() -> bytes:
    """A sheet that names its part twice, as a reader of prefixes and one of names would see it."""
    made = parts({TITLE: [HEADINGS, good_row(1)], "other": HIDDEN})
    ids = b'y:id="rId1" xmlns:y="urn:y" r:id="rId2"'
    return pack(
        {
            **made,
            "xl/workbook.xml": made["xl/workbook.xml"].replace(b'r:id="rId1"', ids),
        }
    )


def one_id_twice() -> bytes:
    made = parts({TITLE: [HEADINGS, good_row(1)], "other": HIDDEN})
    same = relations_xml(2).replace("rId2", "rId1")
    return pack({**made, WORKBOOK_RELATIONS: same.encode()})


def two_tables_of_strings() -> bytes:
    made = parts({TITLE: [HEADINGS, good_row(1)]})
    more = f'<Relationship Id="x" Type="{RELATIONS}/sharedStrings" Target="other.xml"/></Rel'
    part = made[WORKBOOK_RELATIONS].replace(b"</Rel", more.encode())
    return pack({**made, WORKBOOK_RELATIONS: part, "xl/other.xml": b"<sst/>"})


@pytest.mark.parametrize("forge", [elsewhere, two_relations, one_id_twice, two_tables_of_strings])
def test_a_directory_that_leaves_open_what_is_meant(
    reader: Reader, forge: Callable[[], bytes]
) -> None:
    assert reader.refusal(forge())[0] == "damaged"


def test_a_kind_of_sheet_that_is_not_known(reader: Reader) -> None:
    made = parts({TITLE: [HEADINGS, good_row(1)]})
    part = made[WORKBOOK_RELATIONS].replace(b'/worksheet"', b'/xlMacrosheet"')
    code, words = reader.refusal(pack({**made, WORKBOOK_RELATIONS: part}))
    assert (code, TITLE in words) == ("damaged", True)


def test_a_xls_with_a_workbook_of_the_other_format_behind_it(reader: Reader) -> None:
    """A reader that tries one format after the other would take what nobody has scanned."""
    code_page, unknown = struct.pack("<HHH", 0x42, 2, 1200), struct.pack("<HHH", 0x42, 2, 1)
    unreadable = xls_workbook().replace(code_page, unknown)
    assert unknown in unreadable
    assert reader.refusal(unreadable + xlsx({TITLE: HIDDEN}))[0] == "damaged"


def test_a_xls_with_two_streams_of_the_workbook(reader: Reader) -> None:
    """The scan and the reader would choose by different rules; one hides an error cell."""
    hidden = xls_workbook(lambda sheet: sheet.row(2).set_cell_error(2, "#REF!"))
    shown = Compound(xls_workbook()).read("Workbook")
    forged = with_second_stream(hidden, "WORKBOOK", shown)
    assert set(Compound(forged).streams) >= {"Workbook", "WORKBOOK"}
    found = reader(forged).columns["lv2_trac_code"]
    assert found in ([row[2] for row in good_rows(3)], reader(hidden).columns["lv2_trac_code"])


@pytest.mark.parametrize("size", [1, 4095, 4096, 4097, 1023 * 4096, 1024 * 4096, 9_000_000])
def test_the_copy_of_a_xls_holds_its_stream(size: int) -> None:
    stream = random.Random(size).randbytes(size)
    target = io.BytesIO()
    plain_xls.copy(stream, target)
    copied = Compound(target.getvalue())
    assert list(copied.streams) == ["Workbook"]
    assert copied.read("Workbook") == stream.ljust(4096, b"\0")


def test_a_declaration_in_strings_of_another_name(reader: Reader) -> None:
    """The parts that the reader gets are looked through whatever they are called."""
    made = parts({TITLE: [HEADINGS, good_row(1)]})
    strings = b'<!DOCTYPE sst [<!ENTITY a "8">]>' + made.pop("xl/sharedStrings.xml")
    part = made[WORKBOOK_RELATIONS].replace(b"sharedStrings.xml", b"strings.bin")
    data = pack({**made, WORKBOOK_RELATIONS: part, "xl/strings.bin": strings})
    assert reader.refusal(data)[0] == "xml_declarations"


def test_strings_of_another_name_are_read(reader: Reader) -> None:
    row = [*good_row()[:1], Raw('t="s"', "<v>0</v>"), *good_row()[2:]]
    made = parts({TITLE: [HEADINGS, row]}, shared="<si><t>8001</t></si>")
    part = made[WORKBOOK_RELATIONS].replace(b"sharedStrings.xml", b"strings2.xml")
    made["xl/strings2.xml"] = made.pop("xl/sharedStrings.xml")
    made["xl/sharedStrings.xml"] = b"<sst><si><t>another</t></si></sst>"
    assert codes(reader, pack({**made, WORKBOOK_RELATIONS: part})) == ["8001"]


def test_names_of_sheets_survive_the_copy(reader: Reader) -> None:
    name = "a&b <\"'> 𠮷"
    sheet = reader(xlsx({name: [HEADINGS, good_row(1)]}))
    assert sheet.sheet_name == name


def test_the_copy_holds_what_the_scan_sees() -> None:
    """Whatever is damaged between the parts, the reader's parts are those that are scanned."""
    copied = sum(copied_as_scanned(seed) for seed in range(300))
    assert 30 < copied < 270


def copied_as_scanned(seed: int) -> bool:
    """Damage the directory of a zip; whether it is still copied, and then as it is scanned."""
    chance, data = random.Random(seed), bytearray(good_workbook(2))
    start = data.index(b"PK\x01\x02")
    for _ in range(1 + seed % 3):
        data[chance.randrange(start, len(data))] = chance.randrange(256)
    target = io.BytesIO()
    try:
        package = Package(bytes(data), 1 << 20)
        refuse_other_kinds(package)
        contents = directory(package)
        refuse_declarations(package, contents)
        plain.copy(package, contents, target)
        sources = [*(s.entry for s in contents.sheets), contents.strings, contents.styles]
        scanned = sorted(package.read(entry) for entry in sources if entry in package.entries)
    except Refused:
        return False
    with zipfile.ZipFile(target) as archive:
        ours = (ROOT, WORKBOOK, WORKBOOK_RELATIONS)
        names = [name for name in archive.namelist() if name not in ours]
        assert sorted(map(archive.read, names)) == scanned
    return True


class _Unseekable(io.RawIOBase):
    """A stream that only takes bytes: a writer of zips puts sizes behind the data (bit 3)."""

    def __init__(self) -> None:
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.data += bytes(data)
        return len(data)


def streamed(force_zip64: bool) -> bytes:
    """A workbook as streaming writers make it."""
    target = _Unseekable()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts({TITLE: [HEADINGS, *good_rows(3)]}).items():
            with archive.open(name, "w", force_zip64=force_zip64) as entry:
                entry.write(content)
    return target.data


def by_openpyxl(*, write_only: bool) -> bytes:
    held, book = io.BytesIO(), openpyxl.Workbook(write_only=write_only)
    sheet = book.create_sheet(TITLE, 0)
    for row in (HEADINGS, *good_rows(3)):
        sheet.append(row)
    book.save(held)
    return held.getvalue()


def by_our_own_writer(folder: Path) -> bytes:
    path = folder / "written.xlsx"
    columns = [Heading(str(n), str(label), 10.0) for n, label in enumerate(HEADINGS)]
    rows = [[str(cell) for cell in row] for row in good_rows(3)]
    write_xlsx(path, TITLE, columns, rows, 3)
    return path.read_bytes()


def stored() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts({TITLE: [HEADINGS, *good_rows(3)]}).items():
            archive.writestr(name, content)
    return held.getvalue()


def test_workbooks_of_many_writers_are_read(reader: Reader, tmp_path: Path) -> None:
    files = {
        "streamed": streamed(force_zip64=False),
        "streamed, ZIP64": streamed(force_zip64=True),
        "openpyxl": by_openpyxl(write_only=False),
        "openpyxl, write-only": by_openpyxl(write_only=True),
        "rust_xlsxwriter": by_our_own_writer(tmp_path),
        "stored": stored(),
    }
    assert files["streamed"][6] & 8  # sizes come behind the data
    expected = [row[1] for row in good_rows(3)]
    assert {name: codes(reader, data) for name, data in files.items()} == dict.fromkeys(
        files, expected
    )


TWICE = [
    '<c r="A3"><v>1</v></c><c r="A3"><v>2</v></c>',
    '<c r="A3" t="inlineStr"><is><t>x</t></is></c><c r="A3"><v>2</v></c>',
    '<c r="B3" t="str"><v>a</v></c><c r="A3"><v>1</v></c><c r="B3"/><c r="B3"><v>2</v></c>',
    '<c r="A3" t="e"><v>#N/A</v></c><c r="A3"><v>2</v></c>',
    '<c><v>1</v></c><c r="A3"><v>2</v></c>',
]


@pytest.mark.parametrize("cells", TWICE)
def test_a_cell_with_two_contents_is_refused_with_its_place(reader: Reader, cells: str) -> None:
    rows = rows_xml([HEADINGS, good_row()]) + f'<row r="3">{cells}</row>'
    rows += rows_xml(good_rows(20), first=4)
    code, words = reader.refusal(xlsx({TITLE: sheet_xml(rows)}))
    assert code == "cell_repeated"
    assert "A3" in words or "B3" in words


def test_a_cell_of_another_row_among_plain_ones(reader: Reader) -> None:
    """It would be placed by its own name: on a cell that is there, or far beyond the sheet."""
    rows = rows_xml([HEADINGS, *good_rows(20)]).replace('<c r="B5"', '<c r="B900000"')
    code, words = reader.refusal(xlsx({TITLE: sheet_xml(rows)}))
    assert (code, "B900000" in words) == ("damaged", True)


def test_an_empty_cell_beside_a_full_one_of_the_same_place(reader: Reader) -> None:
    row = rows_xml([good_row(1)], first=2).replace("</row>", '<c r="B2" s="1"/></row>')
    assert codes(reader, xlsx({TITLE: sheet_xml(rows_xml([HEADINGS]) + row)})) == [good_row(1)[1]]
