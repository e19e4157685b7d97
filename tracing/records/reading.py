"""Checking whole columns: each distinct cell is judged once, rows are looked up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from tracing.records.fault_kind import Level
from tracing.records.findings import Bad, Cell, Context, Doubtful, Fault

if TYPE_CHECKING:
    from tracing.records.base import Column

# 1, 1.0 and True are one key of a dict but three different cells.
ALIKE = frozenset({bool, int, float})

MISSING = Bad("required")


class Reading(NamedTuple):
    """One column read: its values, findings of any level, and how many cells were rewritten."""

    values: list[Any]
    found: list[Fault]
    normalised: int


def judge(column: Column, cell: Cell, context: Context) -> tuple[Any, Sequence[Bad]]:
    """The value of one cell, and the findings about it that are not off."""
    return _judged(column.kind.parse(cell), column.required, column.every_check, context)


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
    heeded = [bad for bad, level in zip(found, levels, strict=True) if level is not Level.OFF]
    return (None if Level.ERROR in levels else value), heeded


def read_column(column: Column, cells: Sequence[Cell], context: Context) -> Reading:
    """Judge the distinct cells of a column and look every row up."""
    types = set(map(type, cells))
    told_apart = len(types & ALIKE) > 1
    keys: Sequence[Any] = [(type(cell), cell) for cell in cells] if told_apart else cells
    parse, required, checks = column.kind.parse, column.required, column.every_check
    known: dict[Any, Any] = {}
    doubts: dict[Any, Sequence[Bad]] = {}
    for key in dict.fromkeys(keys):
        cell = key[1] if told_apart else key
        known[key], found = _judged(parse(cell), required, checks, context)
        if found:
            doubts[key] = found
    values = list(map(known.__getitem__, keys))
    normalised = _count(column.kind.rewrites, known, keys) if str in types else 0
    return Reading(values, list(_placed(column.name, keys, doubts)), normalised)


def _placed(name: str, keys: Sequence[Any], doubts: Mapping[Any, Sequence[Bad]]) -> Iterator[Fault]:
    """A fault for every row whose cell was doubted."""
    if not doubts:
        return
    for row, key in enumerate(keys):
        for bad in doubts.get(key, ()):
            yield Fault(row, name, bad.code, bad.detail)


def _count(rewrites: Callable[[str], bool], distinct: Iterable[Any], keys: Sequence[Any]) -> int:
    """How many cells read differently from how they were typed."""
    rewritten = set()
    for key in distinct:
        cell = key[1] if isinstance(key, tuple) else key
        if isinstance(cell, str) and rewrites(cell):
            rewritten.add(key)
    return sum(key in rewritten for key in keys) if rewritten else 0
