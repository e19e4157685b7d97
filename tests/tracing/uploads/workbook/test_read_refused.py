"""Files that are no workbook, or none that may be read: each is told what it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tracing.uploads.workbook.damage import compound, lie_about_size, set_encrypted_flag
from tests.tracing.uploads.workbook.reading import HEADINGS, TITLE, Reader, good_row, good_workbook
from tests.tracing.uploads.workbook.workbooks import Raw, pack, parts, rows_xml, sheet_xml, xlsx
from tracing.uploads.workbook.limits import PAGE_LIMITS

SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>'
)


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (b"", "empty_file", "0 字节"),
        (b"<html><body><table><tr><td>1</td></tr></table></body></html>", "is_html", "网页"),
        (b"\xef\xbb\xbf\r\n <TABLE border=1><tr><td>1</td></tr></TABLE>", "is_html", "网页"),
        ("<meta charset=gbk><table>药品".encode("gbk"), "is_html", "网页"),
        (b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n", "is_html", "网页"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:x"/>', "is_xml", "XML"),
        (b"%PDF-1.7\n", "wrong_type", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "wrong_type", "PNG"),
        (b"Rar!\x1a\x07\x01\x00", "wrong_type", "RAR"),
        (bytes(range(256)), "wrong_type", "无法识别"),
        (b"PK\x05\x06" + b"\0" * 18, "damaged", "压缩包里没有内容"),
        (pack({"报表.xlsx": b"x"}), "is_zip", "先解压"),
        (pack({"xl/workbook.bin": b"x"}), "is_xlsb", "xlsb"),
        (pack({"mimetype": b"x", "content.xml": b"<x/>"}), "wrong_type", "OpenDocument"),
        (pack({"word/document.xml": b"<x/>"}), "wrong_type", "Word"),
        (compound("EncryptedPackage"), "password_protected", "密码"),
        (compound("WordDocument"), "wrong_type", "Word"),
        (compound("Book"), "old_xls", "Excel 95"),
        (compound("Something"), "wrong_type", "无法识别"),
        (compound("Workbook"), "damaged", "损坏"),
        (set_encrypted_flag(good_workbook()), "password_protected", "密码"),
        (good_workbook()[:-300], "damaged", "没有下载或上传完"),
        (good_workbook()[:2000], "damaged", "没有下载或上传完"),
    ],
)
def test_what_is_no_workbook_is_told_what_it_is(
    reader: Reader, data: bytes, code: str, said: str
) -> None:
    found, words = reader.refusal(data)
    assert found == code
    assert said in words


def test_a_file_over_the_limit_is_not_opened(reader: Reader) -> None:
    code, words = reader.refusal(b"x" * 1536, replace(PAGE_LIMITS, max_bytes=1024))
    assert code == "too_large"
    limits = replace(PAGE_LIMITS, max_bytes=1 << 20)
    assert "1.5 MB，超过上限 1 MB" in reader.refusal(b"x" * (3 << 19), limits)[1]
    # Rounded, both would be 1 MB.
    words = reader.refusal(b"x" * ((1 << 20) + 1), limits)[1]
    assert "1048577 字节，超过上限 1048576 字节" in words


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ({"xl/vbaProject.bin": b"x"}, "macros"),
        ({"xl/externalLinks/externalLink1.xml": b"<x/>"}, "external_links"),
        ({"../../etc/passwd": b"x"}, "zip_names"),
        ({"xl/../../passwd": b"x"}, "zip_names"),
        ({"..\\..\\windows\\x": b"x"}, "zip_names"),
        ({"/etc/passwd": b"x"}, "zip_names"),
        ({"XL/Worksheets/Sheet1.xml": b"<x/>"}, "zip_names"),
        ({f"xl/media/{n}.png": b"x" for n in range(500)}, "zip_entries"),
        ({"xl/media/big.bin": b"\0" * (21 << 20)}, "zip_ratio"),
        ({"xl/styles.xml": f"{LAUGHS}<styleSheet>&d;</styleSheet>".encode()}, "xml_declarations"),
        ({"xl/workbook.xml": b"<workbook><sheets>"}, "damaged"),
        ({"xl/_rels/workbook.xml.rels": b"<Relationships/>"}, "damaged"),
        ({"xl/sharedStrings.xml": "<sst/>".encode("utf-16")}, "damaged"),
        ({SHEET: b"<worksheet/>"}, "damaged"),
        ({SHEET: b""}, "damaged"),
        ({SHEET: b"\x00\x01\x02\x03"}, "damaged"),
        ({SHEET: sheet_xml(rows_xml([HEADINGS])).encode("utf-16")}, "damaged"),
        ({SHEET: sheet_xml("").replace("UTF-8", "GBK").encode("gbk")}, "damaged"),
        ({SHEET: sheet_xml("<row r='1'>").encode()}, "damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_packages_that_are_not_read(reader: Reader, extra: dict[str, bytes], code: str) -> None:
    assert reader.refusal(xlsx({TITLE: [HEADINGS, good_row()]}, extra))[0] == code


def with_sheet(data: str, before: str = "") -> bytes:
    return xlsx({TITLE: sheet_xml(rows_xml([HEADINGS, good_row()]) + data, before=before)})


TEXT = "<is><t>x</t></is>"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ('<row r="3"><c r="A3"><v>1</v></c></row><row r="3"><c r="A3"><v>2</v></c></row>', "两次"),
        ('<row r="3"><c r="A4" t="x"><v>1</v></c></row>', "A4"),
        ('<row r="3"><c r="3A" t="x"><v>1</v></c></row>', "3A"),
        ('<row r="0"><c><v>1</v></c></row>', "行号"),
        ('<row r="3"><c r="A3"><v>1</v><v>2</v></c></row>', "两个值"),
        (f'<row r="3"><c r="A3" t="inlineStr">{TEXT}<v>2</v></c></row>', "两个值"),
        (f'<row r="3"><c r="A3" t="inlineStr">{TEXT}{TEXT}</c></row>', "两个值"),
        ('<row r="3"><c r="A3" t="s"><v>-1</v></c></row>', "A3 附近：文本编号“-1”"),
        ('<row r="3"><c r="A3" t="s"><v>0.5</v></c></row>', "A3 附近：文本编号“0.5”"),
        ('<row r="3"><c r="A3" t=\'s\'><v>1e20</v></c></row>', "A3 附近：文本编号“1e20”"),
        ('<row r="3"><c r="A3" t="str"><v><![CDATA[80]]></v></c></row>', "CDATA"),
        ('<row r="3"><c r="A3"><c r="B3"><v>1</v></c></c></row>', "没有结束"),
        ('<row r="3"><y:c xmlns:y="urn:y" r="A3"><y:v>1</y:v></y:c></row>', "其他内容"),
        ('</sheetData><sheetData><row r="3"><c r="A3"><v>1</v></c></row>', "两个数据区"),
        ('<row r="3"><c r="A3"><v>&undeclared;</v></c></row>', ""),
    ],
)
def test_a_sheet_that_could_be_misread_is_refused_with_its_place(
    reader: Reader, data: str, said: str
) -> None:
    code, words = reader.refusal(with_sheet(data))
    assert code == "damaged"
    assert said in words


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (Raw('t="e"', "<v>#SPILL!</v>"), "B3 内容“#SPILL!”"),
        (Raw('t="b"', "<v>yes</v>"), "B3 内容“yes”"),
        (Raw('t="n"', "<v>1,5</v>"), "B3 内容“1,5”"),
        (Raw('t="zzz"', "<v>1</v>"), "B3 内容“1”"),
    ],
)
def test_a_cell_the_reader_cannot_take_is_named(reader: Reader, cell: Raw, said: str) -> None:
    row = good_row()
    row[1] = cell
    code, words = reader.refusal(xlsx({TITLE: [HEADINGS, good_row(), row]}))
    assert code == "cell_unreadable"
    assert said in words


def test_a_declaration_in_the_sheet_itself(reader: Reader) -> None:
    code, words = reader.refusal(with_sheet("", before=LAUGHS))
    assert code == "xml_declarations"
    assert TITLE in words


def test_a_part_larger_than_it_declares_is_refused(reader: Reader) -> None:
    """Its beginning is a good sheet with the right checksum; the rest would come unannounced."""
    good = sheet_xml(rows_xml([HEADINGS, good_row()]), dimension="A1").encode()
    made = parts({TITLE: []})
    del made[SHEET]
    data = pack({**made, SHEET: good + b"<!-- more -->" * 9})
    assert reader(data).rows == [2]
    code, words = reader.refusal(lie_about_size(data, len(good), good))
    assert code == "damaged"
    assert "比标明的大" in words
    assert "校验值" in reader.refusal(lie_about_size(data, len(good) + 500))[1]


def test_sizes_are_counted_before_and_while_unpacking(reader: Reader) -> None:
    data = pack({**parts({TITLE: [HEADINGS]}), "xl/media/x": b"x"})
    declared = lie_about_size(data, 15 << 20)
    code, words = reader.refusal(declared, replace(PAGE_LIMITS, max_unpacked=10 << 20))
    assert code == "unpacked_too_large"
    assert "16 MB，超过上限 10 MB" in words
