"""The scan finds the same by counting tags as by parsing, wherever the stream is cut."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.lib.refused import Refused
from tests.tracing.uploads.workbook.workbooks import prefixed, sheet_xml
from tracing.uploads.workbook.scanned import Scanned, letters
from tracing.uploads.workbook.sheet_scan import scan
from tracing.uploads.workbook.sheet_xml import SheetParser

MAX_ROWS = 60
CELLS = (
    '<c r="{}"><v>1</v></c>',
    '<c r="{}" t="s"><v>7</v></c>',
    '<c r="{}" t="s"><v>-1</v></c>',
    "<c r=\"{}\" t='s'><v>0.5</v></c>",
    '<c r="{}" t="inlineStr"><is><t>a</t></is><v>1</v></c>',
    '<c r="{}" s="3"/>',
    '<c r="{}" s="3"></c>',
    '<c r="{}" t="inlineStr"><is><t>a &lt; b</t></is></c>',
    '<c r="{}" t="inlineStr"><is><t xml:space="preserve"> "x" </t></is></c>',
    '<c r="{}" t="e"><v>#N/A</v></c>',
    "<c r='{}' t='e'><v>#REF!</v></c>",
    '<c  r="{}" t="str"><f>A1</f></c>',
    '<c r="{}"><f>A1</f><v>3</v></c>',
    "<c t=\"str\"><v>'e'</v></c>",
    '<c r="{}"><!-- <c r="B2"> --><v>1</v></c>',
)
ROWS = ('<row r="{}">', '<row r="{}" spans="1:3" s="1">', '<row spans="1:3" r="{}">', "<row>")
TAILS = ("", '<row r="70" s="1"/>', '<row r="1048576"><c r="XFD1048576" s="1"/></row>')

row = st.tuples(
    st.sampled_from(ROWS),
    st.integers(0, 3),
    st.lists(st.tuples(st.sampled_from(("A", "B", "AZ", "BA", "XFD")), st.sampled_from(CELLS)),
             max_size=3),
)  # fmt: skip


def written(rows: list[tuple[str, int, list[tuple[str, str]]]], tail: str) -> bytes:
    number, lines = 0, []
    for opening, gap, cells in rows:
        number += 1 + (gap if "{}" in opening else 0)
        inside = "".join(cell.format(f"{letters}{number}") for letters, cell in cells)
        lines.append(f"{opening.format(number)}{inside}</row>")
    return sheet_xml("".join(lines) + tail).encode()


def outcome(xml: bytes, sizes: int | None) -> object:
    """What is found: by the scan of pieces of this size, or by parsing alone."""
    found = Scanned("x", MAX_ROWS)
    try:
        if sizes is None:
            parser = SheetParser(found)
            parser.feed(xml)
            parser.close()
            found.judge()
        else:
            scan((xml[i : i + sizes] for i in range(0, len(xml), sizes)), found)
    except Refused as refused:
        return refused.code
    return found.rows, found.low[0], found.errors


@settings(max_examples=300, deadline=None)
@given(st.lists(row, max_size=12), st.sampled_from(TAILS), st.integers(1, 700), st.booleans())
def test_counting_tells_the_same_as_parsing(
    rows: list[tuple[str, int, list[tuple[str, str]]]], tail: str, sizes: int, prefix: bool
) -> None:
    xml = written(rows, tail)
    if prefix:
        xml = prefixed(xml)
    assert outcome(xml, sizes) == outcome(xml, None)


@pytest.mark.parametrize("form", [bytes, prefixed])
def test_plain_rows_are_not_parsed(
    form: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason for counting: expat sees only what stands around the rows."""
    lines = [
        f'<row r="{n}"><c r="A{n}" t="s"><v>{n}</v></c><c r="B{n}"><v>2</v></c></row>'
        for n in range(1, 40)
    ]
    seen: list[bytes] = []
    feed = SheetParser.feed

    def spy(parser: SheetParser, chunk: bytes) -> None:
        seen.append(chunk)
        feed(parser, chunk)

    monkeypatch.setattr(SheetParser, "feed", spy)
    found = Scanned("x", MAX_ROWS)
    scan([form(sheet_xml("".join(lines), after="<pageMargins/>").encode())], found)
    assert found.rows == set(range(39))
    assert b"row r=" not in b"".join(seen)
    assert b"pageMargins" in b"".join(seen)


@pytest.mark.parametrize(("place", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_column_letters(place: int, letter: str) -> None:
    assert letters(place) == letter
