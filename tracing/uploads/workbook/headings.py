"""Find the row of headings, and where in the sheet each column of the record stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from unicodedata import category

from portal.lib.folding import folded_or_none
from portal.lib.refused import Refused
from tracing.uploads.workbook.layout import ORIGINAL_ROW, REASON, REQUIRED_MARK, SUBMISSION_MARK
from tracing.uploads.workbook.package import printable
from tracing.uploads.workbook.scanned import letters

LOOKED_AT = 20  # rows with content among which the headings are looked for
LONGEST = 256  # characters of a heading; what is longer is none of ours
# The number of the upload that an error workbook mends, as its last heading gives it.
NUMBERED = re.compile(rf"{SUBMISSION_MARK}:?([0-9a-f-]{{36}})")
NAMED = 12  # headings that one sentence names
OR = "》或《"  # between the templates that a file may be of, as a sentence names them


class Wanted(NamedTuple):
    """A column of the record as its heading may be written: `labels` begins with the label."""

    name: str
    labels: tuple[str, ...]
    required: bool


class Template(NamedTuple):
    """What a record is known by: its code, its title, its columns."""

    code: str
    title: str
    wanted: Sequence[Wanted]


@dataclass
class Headings:
    """One row read as headings. Columns count from 0; `row` too."""

    row: int
    columns: dict[str, int] = field(default_factory=dict)
    repeated: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    original_row: int | None = None
    submission: str | None = None

    def lacking(self, sheet: str) -> Refused:
        """The refusal of headings without all required columns."""
        return Refused(
            "headings_missing",
            sheet=printable(sheet),
            row=str(self.row + 1),
            missing=listed(self.missing),
            unknown=listed(self.unknown) or "无",
        )

    def refuse_repeated(self, sheet: str) -> None:
        """Refuse headings that name one column twice."""
        if self.repeated:
            raise Refused(
                "headings_repeated", sheet=printable(sheet), repeated="；".join(self.repeated)
            )


def normal(heading: object) -> str:
    """A heading without its mark, blanks and invisible characters, in NFKC.

    Of what is too long or too wild to be folded the beginning, as it is shown in a sentence.
    """
    text = str(heading)
    folded = folded_or_none(text, LONGEST)
    if folded is None:
        return printable(text)
    return "".join(
        letter
        for letter in folded.replace(REQUIRED_MARK, "")
        if not letter.isspace() and category(letter) not in ("Cf", "Cc")
    )


def listed(names: Sequence[str]) -> str:
    """Names for a sentence; a long list is cut and says so."""
    shown = "、".join(printable(name) for name in names[:NAMED])
    return shown if len(names) <= NAMED else f"{shown} 等 {len(names)} 个"


def find(
    rows: Sequence[tuple[int, Sequence[object]]], wanted: Sequence[Wanted], first_column: int
) -> Headings | None:
    """The first row with every required heading, else the one that has most of them.

    The row below has them where it repeats these and adds more: headings may stand in two rows.
    `rows` are (row, cells) with content, in order. None if no row has any of the headings.
    """
    best: Headings | None = None
    complete: Headings | None = None
    for row, cells in rows[:LOOKED_AT]:
        found = _read(row, cells, wanted, first_column)
        if complete is not None:
            return found if complete.columns.items() < found.columns.items() else complete
        if found.columns and not found.missing:
            complete = found
        if found.columns and (best is None or len(found.columns) > len(best.columns)):
            best = found
    return complete or best


def _read(
    row: int, cells: Sequence[object], wanted: Sequence[Wanted], first_column: int
) -> Headings:
    found = Headings(row)
    names = {normal(label): column.name for column in wanted for label in column.labels}
    for column, cell in enumerate(cells, first_column):
        heading = normal(cell)
        name = names.get(heading)
        if name is None:
            _note_other(found, heading, column)
        elif name in found.columns:
            first = letters(found.columns[name])
            found.repeated.append(f"{printable(str(cell))}（{first} 列与 {letters(column)} 列）")
        else:
            found.columns[name] = column
    found.missing = [
        column.labels[0]
        for column in wanted
        if column.required and column.name not in found.columns
    ]
    return found


def _note_other(found: Headings, heading: str, column: int) -> None:
    if heading == ORIGINAL_ROW and found.original_row is None:
        found.original_row = column
    elif number := NUMBERED.fullmatch(heading):
        found.submission = number[1]
    elif heading and heading != REASON:
        found.unknown.append(heading)
