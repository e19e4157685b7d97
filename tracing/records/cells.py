"""What a cell says, decided by its type and never by a guess at its value.

Codes, numbers and dates are read after NFKC without invisible characters; names and texts only
lose invisible characters and surrounding blanks. A number of 16 digits or more in a code or text
column is refused: Excel keeps 15 digits, the rest is already gone. A text is measured before
anything works on it: what is too long for a cell, or too wild to be folded, is refused as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from unicodedata import category

from portal.lib.folding import Reason, Unfoldable, fold
from portal.lib.no_value import FORMULA, MERGED, TOO_LONG, UNEVEN
from tracing.records.terms import Bad, Cell, ErrorCell

# Excel keeps 15 significant digits; this is the first number with 16.
FIRST_UNSAFE_NUMBER = 10**15

# Excel lets no cell hold more characters than this; the reader takes no more out of a file.
LONGEST_CELL = 32_767
# What a code, date, number or word of a list may have before and after folding, without blanks
# around it: far more than any column keeps, and than any address that a code is scanned as.
LONGEST_FOLDED = 500

SHOWN_CHARACTERS = 60

_BREAKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_BLANKS = re.compile(r"\s+")
# An error of a spreadsheet that was typed or pasted as a text, in English or as WPS and Excel write
# it in Chinese, or as LibreOffice does.
_ERROR_TEXT = re.compile(
    r"#(?:N/A!?|GETTING_DATA|[A-Z0-9_/]{2,12}[!?]|[\u4e00-\u9fff]{1,8}[!?])|ERR:[0-9]{3}"
)
_LONGEST_ERROR_TEXT = 20
_ERROR_STARTS = ("#", "＃", "E", "e", "Ｅ", "ｅ")
# Format and control characters and halves of surrogates. Private use stays: it may be rare hanzi.
_INVISIBLE = frozenset({"Cf", "Cc", "Cs"})


def shown(value: object) -> str:
    """A found value as it is quoted in a sentence: one line, cut where it grows too long.

    Readers give numbers as floats: a whole one is quoted as the file and the user have it.
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < FIRST_UNSAFE_NUMBER:
        value = int(value)
    # One character more than fits, so that the rest is not looked at and the cut still shows.
    text = str(value)[: SHOWN_CHARACTERS + 1]
    if not text.isprintable():
        text = "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in text)
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"


# Python calls printable what is neither invisible nor a blank other than the ASCII space, which
# is the quick way to know that there is nothing to take out.


def fold_code(text: str) -> str:
    """A code as it is compared: NFKC, without blanks and invisible characters anywhere.

    Control characters inside stay, so that they can be refused: two codes joined by a line break
    must not become one. Raises Unfoldable.
    """
    folded = fold(text.strip(), LONGEST_FOLDED)
    if not folded.isprintable():
        folded = "".join(c for c in folded if category(c) not in ("Cf", "Zs"))
    return folded.replace(" ", "").strip()


def fold_line(text: str) -> str:
    """A date, number or word as it is read: NFKC, no invisible characters, single blanks.

    Raises Unfoldable.
    """
    folded = fold(text.strip(), LONGEST_FOLDED)
    if not folded.isprintable():
        folded = "".join(c for c in folded if category(c) != "Cf")
    return _BLANKS.sub(" ", folded).strip()


def is_folded(text: str) -> bool:
    """Whether NFKC or the loss of invisible characters changes how a cell reads.

    What cannot be folded is refused where it is read, and changes nothing.
    """
    try:
        return fold_line(text) != _BLANKS.sub(" ", text).strip()
    except Unfoldable:
        return False


def clean_text(text: str) -> str:
    """A name or text without invisible characters and surrounding blanks; breaks become blanks."""
    if not text.isprintable():
        text = _BREAKS.sub(" ", text)
        text = "".join(c for c in text if category(c) not in _INVISIBLE)
    return text.strip()


def text_cell(cell: Cell) -> str | Bad | None:
    """A cell of a text column: cleaned text, None when empty, or what is wrong with it."""
    if isinstance(cell, str):
        if len(cell) > LONGEST_CELL:
            return _too_long(str(len(cell)), LONGEST_CELL)
        text = clean_text(cell)
        return _error_text(text) or text or None
    return _written_out(cell)


def code_cell(cell: Cell) -> str | Bad | None:
    """A cell of a code column: folded text, None when empty, or what is wrong with it."""
    if isinstance(cell, str):
        return _folded(fold_code, cell)
    if isinstance(cell, float) and abs(cell) < FIRST_UNSAFE_NUMBER and not cell.is_integer():
        return Bad("number_with_fraction", (shown(cell),))
    return _written_out(cell)


def line_cell(cell: Cell) -> str | int | float | datetime | date | Bad | None:
    """A cell of a date or number column: typed as it came, text folded, errors refused."""
    if isinstance(cell, str):
        return _folded(fold_line, cell)
    if isinstance(cell, ErrorCell):
        return _refused(cell)
    if isinstance(cell, time | timedelta):
        return str(cell)
    return cell


def _error_text(text: str) -> Bad | None:
    """The finding about a text that is the error of a spreadsheet, None for any other."""
    if not text.startswith(_ERROR_STARTS) or len(text) > _LONGEST_ERROR_TEXT:
        return None
    try:
        found = _ERROR_TEXT.fullmatch(fold_code(text).upper())
    except Unfoldable:
        return None
    return Bad("error_cell", (shown(text),)) if found else None


def _folded(read: Callable[[str], str], text: str) -> str | Bad | None:
    """A text as `read` folds it, None when nothing is left, or what is wrong with it."""
    try:
        folded = read(text)
    except Unfoldable as flaw:
        if flaw.reason is Reason.MARKS:
            return Bad("too_many_marks", (str(flaw.place), shown(text[flaw.place - 1])))
        if flaw.reason is Reason.GROWS:
            return Bad("grows_too_long", (shown(flaw.grown), str(flaw.most)))
        return _too_long(str(flaw.length), flaw.most)
    return _error_text(folded) or folded or None


def _too_long(length: str, most: int) -> Bad:
    return Bad("cell_too_long", (length, str(most)))


def _written_out(cell: Any) -> str | Bad | None:
    """A cell that is not text, as the text a user would have typed."""
    if cell is None:
        return None
    if isinstance(cell, ErrorCell):
        return _refused(cell)
    if isinstance(cell, bool):
        return Bad("cell_is_boolean", (str(cell).upper(),))
    if isinstance(cell, date | time | timedelta):
        return Bad("cell_is_date", (str(cell),))
    return _digits(cell)


def _digits(number: int | float) -> str | Bad:
    """A number as Excel shows it, unless digits of it are gone."""
    if not abs(number) < FIRST_UNSAFE_NUMBER:
        return Bad("number_lost_digits", (shown(number),))
    return f"{number:.15g}" if number != int(number) else str(int(number))


def _refused(cell: ErrorCell) -> Bad:
    if cell.text == FORMULA:
        return Bad("formula_without_value")
    if cell.text == MERGED:
        return Bad("merged_cell")
    kind, _, detail = cell.text.partition(" ")
    if kind == TOO_LONG:
        return _too_long(shown(detail), LONGEST_CELL)
    if kind == UNEVEN:
        count, _, most = detail.partition(" ")
        return Bad("row_uneven", (shown(count), shown(most)))
    return Bad("error_cell", (shown(cell.text),))
