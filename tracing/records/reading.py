"""Checking whole columns: each distinct cell is judged once, rows are looked up."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from json.encoder import encode_basestring_ascii
from typing import Any, NamedTuple

from tracing.records.base import Column
from tracing.records.fault_kind import Severity
from tracing.records.terms import Bad, Cell, Context, Doubtful

# 1, 1.0 and True are one key of a dict but three different cells.
ALIKE = frozenset({bool, int, float})

MISSING = Bad("required")


class Texts:
    """Many short ASCII texts, one after the other in one place."""

    __slots__ = ("_all", "_ends")

    def __init__(self) -> None:
        self._all = bytearray()
        self._ends = array("I", [0])

    def add(self, text: str) -> int:
        """Keep a text; returns its number."""
        self._all += text.encode("ascii")
        self._ends.append(len(self._all))
        return len(self._ends) - 2

    def __getitem__(self, number: int) -> str:
        return self._all[self._ends[number] : self._ends[number + 1]].decode("ascii")


class Doubted(NamedTuple):
    """The rows of a column whose cells have findings of one level, in ascending order, and for
    each the number of what was found, as `in_json` writes it.
    """

    rows: array[int]
    numbers: array[int]
    texts: Texts


class Reading(NamedTuple):
    """One column read: its values, its findings by level, the rows whose cells gave no value
    although something stands there or must, and the rows whose cells were rewritten.
    """

    values: list[Any]
    found: dict[Severity, Doubted]
    refused: array[int]
    rewritten: Sequence[int]


def in_json(column: str, code: str, detail: Sequence[str]) -> str:
    """A finding without its row, as it is kept."""
    return f'["{column}","{code}",[{",".join(map(encode_basestring_ascii, detail))}]]'


def judge(column: Column, cell: Cell, context: Context) -> tuple[Any, Sequence[Bad]]:
    """The value of one cell, and the findings about it that are not off.

    The value is None when one of the findings is an error: nothing of a rejected cell is kept.
    """
    parse = column.kind.under(context).parse
    return _judged(parse(cell), column.required, column.every_check, context)


def _judged(
    value: Any,
    required: bool,
    checks: Iterable[Callable[[Any, Context], Bad | None]],
    context: Context,
) -> tuple[Any, Sequence[Bad]]:
    """Settle what parsing gave: an empty cell, a refusal, or a value that checks may doubt."""
    if value is None:
        return None, ((MISSING,) if required else ())
    found: list[Bad] = []
    if isinstance(value, Bad):
        return None, (value,)
    if isinstance(value, Doubtful):
        found.append(value.bad)
        value = value.value
    for check in checks:
        bad = check(value, context)
        if bad is not None:
            found.append(bad)
    if not found:
        return value, ()
    levels = [context.level(bad.code) for bad in found]
    heeded = [bad for bad, level in zip(found, levels, strict=True) if level is not Severity.OFF]
    return (None if Severity.ERROR in levels else value), heeded


def read_column(column: Column, cells: Sequence[Cell], context: Context) -> Reading:
    """Judge the distinct cells of a column and look every row up."""
    types = set(map(type, cells))
    told_apart = len(types & ALIKE) > 1
    keys: Sequence[Any] = [(type(cell), cell) for cell in cells] if told_apart else cells
    parse = column.kind.under(context).parse
    required, checks = column.required, column.every_check
    known: dict[Any, Any] = {}
    doubts: dict[Any, Sequence[Bad]] = {}
    for key in dict.fromkeys(keys):
        cell = key[1] if told_apart else key
        known[key], found = _judged(parse(cell), required, checks, context)
        if found:
            doubts[key] = found
    values = list(map(known.__getitem__, keys))
    rewritten = _rewritten(column.kind.rewrites, known, keys) if str in types else ()
    found_by_level = {
        level: _doubted(column.name, keys, doubts, context, level)
        for level in ((Severity.ERROR, Severity.WARN) if doubts else ())
    }
    nothing = {key for key in doubts if known[key] is None}
    refused = array("I", [row for row, key in enumerate(keys) if key in nothing] if nothing else ())
    return Reading(values, found_by_level, refused, rewritten)


def _doubted(
    name: str,
    keys: Sequence[Any],
    doubts: Mapping[Any, Sequence[Bad]],
    context: Context,
    level: Severity,
) -> Doubted:
    """What was found of one level: each distinct cell's findings are kept once."""
    texts, numbers = Texts(), {}
    for key, found in doubts.items():
        bads = [in_json(name, *bad) for bad in found if context.level(bad.code) is level]
        if bads:
            numbers[key] = texts.add(",".join(bads))
    rows = array("I", [row for row, key in enumerate(keys) if key in numbers] if numbers else ())
    return Doubted(rows, array("I", [numbers[keys[row]] for row in rows]), texts)


def _rewritten(
    rewrites: Callable[[str], bool], distinct: Iterable[Any], keys: Sequence[Any]
) -> Sequence[int]:
    """The rows whose cells read differently from how they were typed."""
    rewritten = set()
    for key in distinct:
        cell = key[1] if isinstance(key, tuple) else key
        if isinstance(cell, str) and rewrites(cell):
            rewritten.add(key)
    return array(
        "I", [row for row, key in enumerate(keys) if key in rewritten] if rewritten else ()
    )
