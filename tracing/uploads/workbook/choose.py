"""Choose the sheet that holds the rows: by its title, else by its headings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from portal.lib.refused import Refused
from tracing.uploads.workbook.headings import OR, Headings, Template, Wanted, find, listed, normal
from tracing.uploads.workbook.layout import (
    LAYOUT_VERSION,
    NOTES_SHEET,
    PORTAL_RECORD,
    PORTAL_SHEET,
    PORTAL_SUBMISSION,
    PORTAL_VERSION,
)
from tracing.uploads.workbook.opening import Opened, Rows
from tracing.uploads.workbook.package import printable


class Chosen(NamedTuple):
    """The sheet to read, its headings, and the names of visible sheets that are left unread."""

    rows: Rows
    headings: Headings
    others: list[str]


def choose(book: Opened, asked: Template, others: Sequence[Template] = ()) -> Chosen:
    """The sheet with the record's title, else the only one with its headings.

    `others` are the templates for which people may have mistaken it.
    """
    title, wanted = asked.title, asked.wanted
    names = [
        sheet.name
        for sheet in book.sheets
        if sheet.visible and sheet.name not in (PORTAL_SHEET, NOTES_SHEET)
    ]
    titled = [name for name in names if normal(name) == normal(title)]
    seen = [_look(book, name, wanted) for name in titled]
    complete = [look for look in seen if look.usable]
    if not complete:
        seen += [_look(book, name, wanted) for name in names if name not in titled]
        complete = [look for look in seen if look.usable]
    if len(complete) > 1:
        raise Refused(
            "several_sheets", sheets=listed([look.name for look in complete]), title=title
        )
    if not complete:
        raise _none(book, asked, others, seen)
    name, rows, headings, _ = complete[0]
    assert rows is not None  # noqa: S101  what `usable` says
    assert headings is not None  # noqa: S101
    headings.refuse_repeated(name)
    return Chosen(rows, headings, [other for other in names if other != name])


class _Look(NamedTuple):
    """What was seen in a sheet: rows and headings, or why it could not be read."""

    name: str
    rows: Rows | None = None
    headings: Headings | None = None
    refused: Refused | None = None

    @property
    def usable(self) -> bool:
        return self.headings is not None and not self.headings.missing


def _look(book: Opened, name: str, wanted: Sequence[Wanted]) -> _Look:
    try:
        rows = book.read(name)
    except Refused as refused:
        # Another sheet may hold the rows; this one's refusal counts only if none does.
        return _Look(name, refused=refused)
    return _Look(name, rows, find(_filled_down(rows), wanted, rows.first_column))


def _filled_down(rows: Rows) -> list[tuple[int, list[Any]]]:
    """The first rows, with the content of a cell that is merged over several of them in each: so
    people see headings beside those that stand in two rows."""
    tall = [area for area in rows.merged if area.bottom > area.top]
    if not tall:
        return rows.head
    head = {row: list(cells) for row, cells in rows.head}
    for top, left, bottom, _ in tall:
        at = left - rows.first_column
        if top not in head or not 0 <= at < len(head[top]):
            continue
        for row in range(top + 1, min(bottom, max(head)) + 1):
            cells = head.get(row, [])
            if cells:
                cells.extend([""] * (at + 1 - len(cells)))
                cells[at] = cells[at] or head[top][at]
    return list(head.items())


def _none(
    book: Opened, asked: Template, others: Sequence[Template], seen: Sequence[_Look]
) -> Refused:
    """Why no sheet will do: one is unreadable, the template is another one, headings are missing,
    it is hidden, or nothing."""
    title, wanted = asked.title, asked.wanted
    for look in seen:
        if look.refused is not None:
            return look.refused
    for look in seen:
        if found := _others_found(look, others):
            return Refused(
                "other_template",
                sheet=printable(look.name),
                found=OR.join(template.code for template in found),
                wanted=asked.code,
            )
    partial = [(look.name, look.headings) for look in seen if look.headings]
    if partial:
        name, headings = max(partial, key=lambda pair: len(pair[1].columns))
        return headings.lacking(name)
    hidden = [
        sheet.name
        for sheet in book.sheets
        if not sheet.visible and normal(sheet.name) == normal(title)
    ]
    if hidden:
        return Refused("sheet_hidden", sheet=printable(hidden[0]))
    required = [column.labels[0] for column in wanted if column.required]
    return Refused(
        "no_headings",
        sheets=listed([look.name for look in seen]) or "无",
        headings=listed(required),
    )


def _others_found(look: _Look, others: Sequence[Template]) -> list[Template]:
    """The templates whose headings a sheet has, and more of them than of the record asked for: the
    one with the sheet's name, else those of which it has most."""
    if look.rows is None:
        return []
    head, known = _filled_down(look.rows), len(look.headings.columns) if look.headings else 0
    found = {}
    for template in others:
        headings = find(head, template.wanted, look.rows.first_column)
        if headings and not headings.missing and len(headings.columns) > known:
            found[template.code] = len(headings.columns)
    fitting = [t for t in others if t.code in found and found[t.code] == max(found.values())]
    return [t for t in fitting if normal(t.title) == normal(look.name)] or fitting


def portal_submission(book: Opened, code: str) -> str | None:
    """The submission whose rows an error workbook holds, None for any other workbook.

    Refuses a workbook that was made for another record.
    """
    if PORTAL_SHEET not in [sheet.name for sheet in book.sheets]:
        return None
    pairs = {
        str(cells[0]): str(cells[1]) for _, cells in book.read(PORTAL_SHEET).head if len(cells) > 1
    }
    if PORTAL_RECORD not in pairs:
        return None  # a sheet of the user's own that happens to have this name
    if pairs[PORTAL_RECORD] != code:
        raise Refused("record_mismatch", found=printable(pairs[PORTAL_RECORD]), wanted=code)
    if pairs.get(PORTAL_VERSION) != LAYOUT_VERSION:
        raise Refused("layout_version")
    return pairs.get(PORTAL_SUBMISSION) or None
