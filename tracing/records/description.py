"""The records and their faults described for programs (a mapping) and for readers (Markdown)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from portal.lib.refused import catalogue
from tracing.records import RECORDS
from tracing.records.base import Column, Record
from tracing.records.code_parts import WAYS
from tracing.records.faults import FAULTS
from tracing.records.parts import Picked
from tracing.records.rule_checks import CHECKS
from tracing.records.trace_codes import RULES, system_label

HEAD = """# Records

Generated from `tracing/records/` by `manage.py describe_records`; do not edit by hand.

Every row that comes in, by a workbook, by the API or by a command, is one of these records.
R = required; R with a word = required in rows that say this word. Lengths count characters. A
coded value is accepted as its code or its word, kept as the code and shown as the word. Codes,
numbers and dates are read after NFKC, codes without quotes around them; names and texts only lose
invisible characters and surrounding blanks. In a key, `unit` is the unit that uploads and
`document` the number of the document that the record names.
"""

FAULTS_HEAD = """## Findings

What a row can be told. An error rejects its row, a warning stands beside a row that is accepted.
Levels can be changed by the setting `PORTAL_CHECK_LEVELS` except where they are fixed. `{label}`
is the column, `{0}`, `{1}` … are the details in the last column.
"""

REFUSALS_HEAD = """## Refusals

Why something is not done at all, in all of the product: a file that is not checked, an export that
is not made, an action that is not allowed. `{name}` is a detail. The status is that of an answer by
HTTP.
"""

SYSTEMS_HEAD = """## Systems of trace codes

The built-in rules of the 识别规则库; the first that fits names the system. Staff may switch them
off, order them and add their own; a `fixed` one always holds. A code that no rule claims is kept as
`unknown` with a remark where it reads as one code, and is a fault where it is damaged.
"""


def as_mapping() -> dict[str, Any]:
    """Records, faults and refusals as plain values for JSON."""
    return {
        "records": [_record(record) for record in RECORDS.values()],
        "faults": [
            {
                "code": kind.code,
                "level": kind.level.value,
                "fixed": kind.fixed,
                "message": kind.message,
                "slots": list(kind.slots),
            }
            for kind in FAULTS.values()
        ],
        "refusals": [
            {
                "code": refusal.code,
                "status": int(refusal.ground.value),
                "message": refusal.sentence,
                "details": list(refusal.details),
            }
            for refusal in catalogue().values()
        ],
        "rules": [
            {
                "name": rule.name,
                "title": rule.title,
                "pattern": rule.pattern.pattern,
                "check": rule.check,
                "parts": rule.parts,
                "system": str(rule.system),
                "fixed": rule.fixed,
            }
            for rule in RULES
        ],
    }


def as_markdown() -> str:
    """The page `docs/records.md`."""
    parts = [
        HEAD,
        *(_record_page(record) for record in RECORDS.values()),
        FAULTS_HEAD,
        _faults_table(),
        REFUSALS_HEAD,
        _refusals_table(),
        SYSTEMS_HEAD,
        _systems_table(),
    ]
    return "\n".join(parts)


def _record(record: Record) -> dict[str, Any]:
    return {
        "code": record.code,
        "title": record.title,
        "family": record.family,
        "key": list(record.key),
        "own_unit": record.own_unit and _picked(record.own_unit),
        "document": record.document
        and {**_picked(record.document.number), "time": record.document.time},
        "columns": [_column(column) for column in record.columns],
    }


def _picked(picked: Picked) -> dict[str, Any]:
    return {
        "by": picked.by or None,
        "columns": [{"value": value or None, "name": name} for value, name in picked.columns],
    }


def _column(column: Column) -> dict[str, Any]:
    kind = column.kind
    return {
        "name": column.name,
        "label": column.label,
        "aliases": list(column.aliases),
        "required": column.required,
        "required_when": column.required_when and column.required_when._asdict(),
        "type": kind.type,
        "length": kind.length,
        "precision": kind.precision,
        "scale": kind.scale,
        "values": [{"code": code, "word": word} for code, word in kind.values],
        "note": column.note,
        "example": column.example,
    }


def _record_page(record: Record) -> str:
    rows = (
        (
            f"`{column.name}`",
            column.label,
            _type(column),
            _required(record, column),
            "、".join(column.aliases),
            column.note,
            column.example,
        )
        for column in record.columns
    )
    headings = ("identifier", "label", "type", "R", "aliases", "note", "example")
    lines = "\n".join(_heading_lines(record))
    return f"## {record.title} `{record.code}`\n\n{lines}\n\n{_table(headings, rows)}"


def _heading_lines(record: Record) -> Iterator[str]:
    yield f"Family `{record.family}`. Key: {', '.join(f'`{name}`' for name in record.key)}."
    if record.own_unit:
        yield f"The own unit is {_choice(record, record.own_unit)}."
    if record.document:
        number, time = record.document.number, record.document.time
        yield f"The document is {_choice(record, number)}, without one the day of `{time}`."


def _choice(record: Record, picked: Picked) -> str:
    """Which column it is, and in which rows."""
    if not picked.by:
        return f"`{picked.columns[0][1]}`"
    words = record.column(picked.by).kind.show
    return ", ".join(f"`{column}` at {words(value)}" for value, column in picked.columns)


def _required(record: Record, column: Column) -> str:
    if column.required_when is None:
        return "R" if column.required else ""
    name, value = column.required_when
    return f"R {record.column(name).kind.show(value)}"


def _type(column: Column) -> str:
    kind = column.kind
    if kind.values:
        return "choice: " + ", ".join(f"{code} {word}" for code, word in kind.values)
    if kind.precision is not None:
        return f"number {kind.precision},{kind.scale}"
    return kind.type if kind.length is None else f"{kind.type} {kind.length}"


def _faults_table() -> str:
    rows = (
        (
            f"`{kind.code}`",
            kind.level.value + (", fixed" if kind.fixed else ""),
            kind.message,
            "、".join(kind.slots),
        )
        for kind in FAULTS.values()
    )
    return _table(("code", "level", "message", "details"), rows)


def _refusals_table() -> str:
    rows = (
        (f"`{refusal.code}`", str(int(refusal.ground.value)), refusal.sentence)
        for refusal in catalogue().values()
    )
    return _table(("code", "status", "message"), rows)


def _systems_table() -> str:
    rows = (
        (
            str(place),
            f"`{rule.name}`",
            f"`{rule.pattern.pattern}`",
            CHECKS[rule.check].title + ("，不符的由后面的规则判断" if rule.confirm else ""),
            WAYS[rule.parts].title,
            f"`{rule.system}`",
            system_label(rule.system),
            "fixed" if rule.fixed else "",
        )
        for place, rule in enumerate(RULES, start=1)
    )
    headings = ("priority", "rule", "pattern", "check", "parts", "system", "shown as", "")
    return _table(headings, rows)


def _table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    return "\n".join(_lines(list(headings), rows)) + "\n"


def _lines(headings: list[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    yield f"| {' | '.join(headings)} |"
    yield f"|{' --- |' * len(headings)}"
    for row in rows:
        cells = (text.replace("|", "\\|").replace("\n", " ") for text in row)
        yield f"| {' | '.join(cells)} |"
