"""The kinds of columns: how one cell becomes one value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from portal.lib.sheets import GUARD, unguarded
from tracing.records import dates
from tracing.records.base import Check, ColumnKind
from tracing.records.cells import clean_text, line_cell, shown, text_cell
from tracing.records.damaged_codes import bare_code, is_wrapped
from tracing.records.terms import Bad, Cell, Doubtful

_PRINTABLE = re.compile(r"[!-~]*")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?")
# More characters than this are no number of ours, and would make Decimal work in vain.
_LONGEST_NUMBER = 60


@dataclass(frozen=True)
class Text(ColumnKind):
    """A name or text of at most `length` characters.

    The apostrophe that our CSV files put before what a spreadsheet would take for a formula is no
    part of it.
    """

    type: ClassVar[str] = "text"
    folds: ClassVar[bool] = False
    length: int = 0

    def parse(self, cell: Cell) -> str | Bad | None:
        text = text_cell(cell)
        return text if not isinstance(text, str) else _within(_without_guard(text), self.length)

    def rewrites(self, text: str) -> bool:
        return GUARD in text and _without_guard(clean := clean_text(text)) != clean


@dataclass(frozen=True)
class Code(ColumnKind):
    """A code of at most `length` characters; upper case unless its case carries meaning.

    A code is printable ASCII; `chinese` lets in the letters of an approval number. Quotes around
    it are not part of it.
    """

    type: ClassVar[str] = "code"
    length: int = 0
    chinese: bool = False
    checks: tuple[Check, ...] = ()

    def parse(self, cell: Cell) -> str | Bad | None:
        text = bare_code(cell)
        if not isinstance(text, str):
            return text
        strange = strange_characters(text, chinese=self.chinese)
        return strange or _within(text.upper(), self.length)

    def rewrites(self, text: str) -> bool:
        return is_wrapped(text) or super().rewrites(text)


@dataclass(frozen=True)
class Date(ColumnKind):
    """A day as its local midnight; a time is kept where one is given.

    `month_means_end` reads a month alone as its last day, with a finding that says so.
    """

    type: ClassVar[str] = "date"
    month_means_end: bool = False

    def parse(self, cell: Cell) -> datetime | Bad | Doubtful | None:
        content = line_cell(cell)
        if content is None or isinstance(content, Bad):
            return content
        if isinstance(content, bool):
            return Bad("date_form", (str(content).upper(),))
        if isinstance(content, date):
            return dates.from_date(content)
        if isinstance(content, str):
            return self._text(content)
        return dates.from_number(content)

    def _text(self, text: str) -> datetime | Bad | Doubtful:
        end = dates.end_of_month(text) if self.month_means_end else None
        if end is None:
            return dates.from_text(text)
        if isinstance(end, Bad):
            return end
        return Doubtful(end, Bad("date_month_only", (shown(text), dates.written(end))))

    def show(self, value: Any) -> str:
        return "" if value is None else dates.written(value)


@dataclass(frozen=True)
class Moment(Date):
    """A day and a time; a day alone is its local midnight."""

    type: ClassVar[str] = "moment"


@dataclass(frozen=True)
class Number(ColumnKind):
    """A decimal number with at most `precision` digits, `scale` of them after the point.

    Thousands may be grouped by commas. A numeric cell counts with the 15 digits Excel shows.
    """

    type: ClassVar[str] = "number"
    precision: int = 0
    scale: int = 0

    def parse(self, cell: Cell) -> Decimal | Bad | None:
        content = line_cell(cell)
        if content is None or isinstance(content, Bad):
            return content
        if isinstance(content, bool):
            return Bad("number_form", (str(content).upper(),))
        text = f"{content:.15g}" if isinstance(content, float) else str(content)
        if isinstance(content, float) and "e" in text:
            text = f"{Decimal(text):f}" if content == content and abs(content) < 1e30 else text
        if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
            return Bad("number_form", (shown(content),))
        return self._fitting(Decimal(text.replace(",", "")))

    def _fitting(self, number: Decimal) -> Decimal | Bad:
        if abs(number) >= 10 ** (self.precision - self.scale):
            digits = str(self.precision - self.scale)
            return Bad("number_too_large", (f"{number:f}", digits))
        fitted = round(number, self.scale)
        if fitted != number:
            return Bad("number_too_fine", (f"{number:f}", str(self.scale)))
        return Decimal(int(number)) if number == int(number) else fitted.normalize()

    def show(self, value: Any) -> str:
        if value is None:
            return ""
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True)
class Choice(ColumnKind):
    """One of (code, word) pairs: either is accepted, the code is kept, the word is shown."""

    type: ClassVar[str] = "choice"
    values: tuple[tuple[str, str], ...] = ()

    def parse(self, cell: Cell) -> str | Bad | None:
        content = line_cell(cell)
        if content is None or isinstance(content, Bad):
            return content
        text = str(content).upper() if isinstance(content, bool) else str(content)
        if isinstance(content, float) and content == content and abs(content) < 1e15:
            text = f"{content:.15g}"
        for code, word in self.values:
            if text in (code, word):
                return code
        expected = "、".join(f"{word}（{code}）" for code, word in self.values)
        return Bad("choice_unknown", (shown(content), expected))

    def show(self, value: Any) -> str:
        return "" if value is None else dict(self.values).get(value, str(value))


def strange_characters(text: str, *, chinese: bool = False) -> Bad | None:
    """The characters that a code may not hold, each with its place counted from 1."""
    if _PRINTABLE.fullmatch(text):
        return None
    strange = [
        (place, character)
        for place, character in enumerate(text, start=1)
        if not ("!" <= character <= "~" or (chinese and "\u4e00" <= character <= "\u9fff"))
    ]
    if not strange:
        return None
    first = "、".join(f"第 {place} 位“{shown(character)}”" for place, character in strange[:3])
    more = f"等 {len(strange)} 个" if len(strange) > 3 else ""
    return Bad("code_characters", (first + more,))


def _without_guard(text: str) -> str:
    """A text without our guard, also where it was put on twice: reading it again changes nothing"""
    return text if unguarded(text) == text else text.lstrip(GUARD)


def _within(text: str, length: int) -> str | Bad:
    if len(text) > length:
        return Bad("too_long", (str(len(text)), str(length)))
    return text
