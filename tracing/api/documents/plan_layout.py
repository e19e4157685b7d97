"""How the 对接方案 is laid out: fonts, headings with bookmarks, tables, examples, page numbers.

Chinese is set in STSong-Light, a font that every reader of PDF replaces by a Chinese one of its
own, so that no font is kept or sent. It squeezes Latin letters, so examples are in Courier where
they are ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    LongTable,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    XPreformatted,
)
from reportlab.platypus.tableofcontents import TableOfContents

CHINESE, LATIN = "STSong-Light", "Courier"
pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))

MARGIN = 18 * mm
WIDTH = A4[0] - 2 * MARGIN
GRID, SHADE, INK = (
    colors.HexColor("#b8c0cc"),
    colors.HexColor("#eef2f7"),
    colors.HexColor("#1f2a37"),
)
TEXT = ParagraphStyle(
    "text", fontName=CHINESE, fontSize=10, leading=16, wordWrap="CJK", spaceAfter=4
)
CELL = ParagraphStyle("cell", TEXT, fontSize=8, leading=11, spaceAfter=0)
HEAD = ParagraphStyle("head", CELL, textColor=INK)
CODE = ParagraphStyle(
    "code",
    fontName=LATIN,
    fontSize=7.5,
    leading=10.5,
    backColor=SHADE,
    borderPadding=4,
    spaceBefore=6,
    spaceAfter=10,
)
HEADINGS = (
    ParagraphStyle("chapter", TEXT, fontSize=16, leading=24, spaceBefore=10, spaceAfter=8),
    ParagraphStyle("section", TEXT, fontSize=12.5, leading=19, spaceBefore=10, spaceAfter=5),
    ParagraphStyle("part", TEXT, fontSize=10.5, leading=16, spaceBefore=6, spaceAfter=3),
)
CONTENTS = [
    ParagraphStyle(f"contents-{level}", TEXT, leading=14, leftIndent=12 * level, spaceAfter=0)
    for level in range(2)
]
# It is no chapter of its own contents.
CONTENTS_TITLE = ParagraphStyle("contents", HEADINGS[0])
TITLE = ParagraphStyle("title", TEXT, fontSize=26, leading=40, alignment=1)
SUBTITLE = ParagraphStyle("subtitle", TEXT, fontSize=12, leading=22, alignment=1)
# Characters of a line of an example: a Chinese one is as wide as 1/0.6 of Courier's.
LINE = 108
WIDE = 1 / 0.6
_RUNS = re.compile(r"[\x20-\x7e]+|[^\x20-\x7e]+")


def printable(text: str) -> str:
    """A text as the font has it: its encoding knows the middle dot of Chinese alone."""
    return text.replace("·", "・")


def heading(text: str, level: int = 0) -> Paragraph:
    """A heading, with its bookmark and its line of the contents."""
    return Paragraph(escape(printable(text)), HEADINGS[level])


def paragraph(text: str, style: ParagraphStyle = TEXT) -> Paragraph:
    """A paragraph of plain text."""
    return Paragraph(escape(printable(text)), style)


def code(text: str) -> XPreformatted:
    """An example: its blanks are kept, lines that are too long are broken."""
    lines = [part for line in printable(text).split("\n") for part in _broken(line)]
    return XPreformatted("\n".join(map(_in_fonts, lines)), CODE)


def table(
    headings: Sequence[str], shares: Sequence[float], rows: Iterable[Sequence[str]]
) -> Flowable:
    """A table over the whole width; `shares` of the columns need not add up to anything."""
    cells = [[paragraph(text, CELL) for text in row] for row in (headings, *rows)]
    widths = [WIDTH * share / sum(shares) for share in shares]
    drawn = LongTable(cells, colWidths=widths, repeatRows=1)
    drawn.setStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.4, GRID),
            ("BACKGROUND", (0, 0), (-1, 0), SHADE),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            *((side, (0, 0), (-1, -1), 3) for side in ("LEFTPADDING", "RIGHTPADDING")),
            *((side, (0, 0), (-1, -1), 2) for side in ("TOPPADDING", "BOTTOMPADDING")),
        ]
    )
    drawn.spaceAfter = 8
    return drawn


def cover(title: str, lines: Sequence[str]) -> list[Flowable]:
    """The first page, and the contents after it."""
    contents = TableOfContents(levelStyles=CONTENTS, dotsMinLevel=0)
    return [
        Spacer(1, 70 * mm),
        paragraph(title, TITLE),
        Spacer(1, 12 * mm),
        *(paragraph(line, SUBTITLE) for line in lines),
        PageBreak(),
        paragraph("目录", CONTENTS_TITLE),
        contents,
    ]


def built(title: str, author: str, story: list[Flowable]) -> bytes:
    """The PDF of a story; the same story gives the same bytes."""
    kept = BytesIO()
    _Plan(kept, title, author).multiBuild(story)
    return kept.getvalue()


class _Plan(BaseDocTemplate):  # type: ignore[misc]  # has no types
    """Pages with their number and title, bookmarks from headings."""

    def __init__(self, kept: BytesIO, title: str, author: str) -> None:
        margins = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), MARGIN)
        super().__init__(
            kept, pagesize=A4, title=title, author=author, invariant=1, lang="zh-CN", **margins
        )
        frame = Frame(MARGIN, MARGIN, WIDTH, A4[1] - 2 * MARGIN, id="page", showBoundary=0)
        self.addPageTemplates(PageTemplate("page", [frame], onPage=self._numbered))
        self._headings = 0

    def beforeDocument(self) -> None:
        """Count the headings anew in each pass."""
        self._headings = 0

    def afterFlowable(self, flowable: Any) -> None:
        """Make the bookmark of a heading."""
        if getattr(flowable, "style", None) not in HEADINGS[:2]:
            return
        level = HEADINGS.index(flowable.style)
        self._headings += 1
        key, text = f"heading-{self._headings}", flowable.getPlainText()
        self.canv.bookmarkPage(key)
        self.canv.addOutlineEntry(text, key, level, closed=level > 0)
        self.notify("TOCEntry", (level, escape(text), self.page, key))

    def _numbered(self, canvas: Any, document: Any) -> None:
        if document.page == 1:
            return
        canvas.setFont(CHINESE, 8)
        canvas.drawString(MARGIN, 10 * mm, self.title)
        canvas.drawRightString(A4[0] - MARGIN, 10 * mm, f"第 {document.page} 页")


def _broken(line: str) -> list[str]:
    """A line in parts that fit."""
    parts, width = [""], 0.0
    for character in line:
        step = 1 if character.isascii() else WIDE
        if width + step > LINE:
            parts.append("")
            width = 0
        parts[-1] += character
        width += step
    return parts


def _in_fonts(line: str) -> str:
    """A line whose characters have the font that they need."""
    return "".join(
        escape(run) if run.isascii() else f'<font name="{CHINESE}">{escape(run)}</font>'
        for run in _RUNS.findall(line)
    )
