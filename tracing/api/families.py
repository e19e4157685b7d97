"""Which family each row of a call is of, by the batch that it names: so one interface takes what a
maker tells of drugs from home and from abroad, and of consumables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from accounts.units.models import Unit
from portal.lib.refused import Refusal, Refused, refusal
from tracing.api.rows import MOST_ROWS, spelled, value_of
from tracing.records import RECORDS
from tracing.records.bindings import FAMILIES, USUAL_FAMILY, column_of
from tracing.records.shapes import LEVEL_COLUMNS, SERIAL, Shape
from tracing.records.terms import Fault
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import TraceCode
from tracing.uploads.arrays import kind_word, require_plain
from tracing.uploads.queries_batches import families_of_codes

BATCH = column_of(Shape.CODES, SERIAL)
CODE_COLUMN = column_of(Shape.CODES, LEVEL_COLUMNS[0])


class Group(NamedTuple):
    """Rows of one record in the places where they stood in the call; what stands between them is
    empty, so that each keeps its number."""

    record_code: str
    rows: Any


class Grouped(NamedTuple):
    """Rows by their records in the order of the families, and why others are of none, by their
    positions. `by_family`: whether rows of several records may come in one call."""

    groups: list[Group]
    refused: dict[int, list[Fault | Refusal]]
    by_family: bool = False


def grouped(
    unit: Unit, records: Mapping[str, str], rows: Any, family: str | None, *, deleted: bool
) -> Grouped:
    """Group rows; `records` are the record's codes by their families, `family` that of the rows
    whose batch the unit has not stored. Raises `Refused` for what is no array of rows.

    A row that names no batch is of a family whose record knows none; one that is `deleted`, which
    its key alone may name, is of the family of what the unit has stored under that.
    """
    require_rows(rows)
    batches = {number: BATCH.kind.parse(value_of(row, SERIAL)) for number, row in _numbered(rows)}
    stored = _families(unit, {batch for batch in batches.values() if isinstance(batch, str)})
    of_codes = _families_of_codes(unit, rows) if deleted else {}
    without = {f for f, code in records.items() if not _has_batch(code)}
    places: dict[str, list[dict[str, Any]]] = {}
    refused: dict[int, list[Fault | Refusal]] = {}
    for number, row in _numbered(rows):
        batch = batches[number]
        if batch is None:
            found = of_codes.get(number) or _without_batch(row, records, without) or family
            why: Fault | Refusal = Fault(number, SERIAL, "required")
        elif isinstance(batch, str):
            found = stored.get(batch) or family
            why = refusal("batch_without_family", batch=batch, families="、".join(records))
        else:  # Its own check finds what is wrong with it.
            found, why = family or USUAL_FAMILY, Fault(number, SERIAL, batch.code, batch.detail)
        if found is None or found not in records:
            refused[number] = [why]
            continue
        place = places.setdefault(found, [])
        place += [{}] * (number - 1 - len(place))
        place.append(_of_family(row, records[found]))
    groups = [Group(code, places[f]) for f, code in records.items() if f in places]
    told = [Group(g.record_code, spelled(g.record_code, g.rows)) for g in groups]
    return Grouped(told, refused, by_family=True)


def require_rows(rows: Any) -> None:
    """Raises `Refused` for what is no array, holds no row, or more rows than a call may."""
    if not isinstance(rows, list):
        raise Refused("rows_not_array", found=kind_word(rows))
    if not rows:
        raise Refused("rows_empty")
    if len(rows) > MOST_ROWS:
        raise Refused("rows_too_many", limit=str(MOST_ROWS))
    if all(isinstance(row, dict) and is_blank(row) for row in rows):
        raise Refused("rows_empty")


def is_blank(row: Mapping[str, Any]) -> bool:
    """Whether a row has no content, and counts for nothing."""
    return not any(map(_says, row.values()))


def _says(cell: Any) -> bool:
    return cell is not None and bool(str(cell).strip())


def _numbered(rows: Sequence[Any]) -> list[tuple[int, dict[str, Any]]]:
    """Rows with content and their positions. Raises `Refused` for what is no row of plain values:
    its batch is read before the record is known that would refuse it."""
    found = []
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise Refused("row_not_object", row=str(number), found=kind_word(row))
        require_plain(number, row)
        if not is_blank(row):
            found.append((number, row))
    return found


def _families(unit: Unit, batches: set[str]) -> dict[str, str]:
    """The families of those batches that the unit has stored."""
    found = DrugBatch.objects.of(unit).filter(trac_codg_sn__in=batches, voided_at=None)
    return dict(found.values_list("trac_codg_sn", "family"))


def _families_of_codes(unit: Unit, rows: Sequence[Any]) -> dict[int, str]:
    """The families of the drugs whose codes rows without a batch name, by their positions, as far
    as the unit has stored them."""
    codes = {
        number: CODE_COLUMN.kind.parse(value_of(row, CODE_COLUMN.name))
        for number, row in _numbered(rows)
        if not _says(value_of(row, SERIAL))
    }
    read = {code for code in codes.values() if isinstance(code, str)}
    kept = TraceCode.objects.of(unit).filter(code__in=read, is_consumable=False, voided_at=None)
    batches = dict(kept.values_list("code", "trac_codg_sn"))
    families = families_of_codes(unit, set(batches.values()))
    families |= _families(unit, set(batches.values()))
    return {number: families[batches[code]] for number, code in codes.items() if code in batches}


def _has_batch(record_code: str) -> bool:
    return any(column.name == SERIAL for column in RECORDS[record_code].columns)


def _without_batch(
    row: Mapping[str, Any], records: Mapping[str, str], without: set[str]
) -> str | None:
    """The family that knows no batches, where its record knows all that the row tells."""
    for family in records:
        if family in without:
            columns = {column.name for column in RECORDS[records[family]].columns}
            (told,) = spelled(records[family], [_of_family(row, records[family])])
            if columns.issuperset(told):
                return family
    return None


def _of_family(row: Mapping[str, Any], record_code: str) -> dict[str, Any]:
    """The row without an empty batch where its record knows none: one form may serve all."""
    if _has_batch(record_code):
        return dict(row)
    return {
        name: cell
        for name, cell in row.items()
        if _says(cell) or name.replace("_", "").lower() != SERIAL.replace("_", "")
    }


FAMILY_WORDS = "，".join(f"{family.code} {family.goods}" for family in FAMILIES.values())
