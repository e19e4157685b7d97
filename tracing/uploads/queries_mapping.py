"""三码映射关系: the codes of a unit's drugs with their boxes and the two codes of the product.

A code is of the family, and has the 医疗目录编码 and the 商品码, of its batch, as its trace says;
of a batch that is not there yet, those that it says itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Q

from accounts.core.kinds import CodeList
from accounts.units.models import Unit
from tracing.core.paging import Page, mapped
from tracing.library.typed_codes import spellings
from tracing.records.bindings import column_of
from tracing.records.shapes import KEPT_LEVELS, LEVEL_COLUMNS, Shape
from tracing.stores.lookups import looked_up
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import Pack, TraceCode
from tracing.stores.models_counts import BatchCount
from tracing.traces.paging import page_of_segments
from tracing.traces.selections import Segment
from tracing.uploads.queries_batches import families_of_codes

PRODUCT_CODES = ("med_list_codg", "prod_code")
ORDER = ("code",)
# Where each level is kept, by the column of the records.
KEPT = dict(zip(LEVEL_COLUMNS, KEPT_LEVELS, strict=True))

# The unit's live packs that have the codes asked for, each at its own level, looked up by one of
# them: whoever asks owns the box, so that how much a stranger's holds costs nothing.
_INSIDE = """
    SELECT t.code, t.trac_codg_sn FROM {found} t
    WHERE t.unit_id = %(unit)s AND t.voided_at IS NULL AND NOT t.is_consumable AND {levels}"""
SERIALS = "SELECT DISTINCT trac_codg_sn FROM ({inside}) i"
# Of batches that are there, and of those that are not what their codes say themselves.
OF_GOODS = """
    {inside} AND (t.trac_codg_sn = ANY(%(known)s::text[])
                  OR t.trac_codg_sn = ANY(%(alone)s::text[]) AND {said})"""
COUNT = "SELECT count(*) FROM ({of_goods}) g"
PAGE = "{of_goods} ORDER BY t.code LIMIT %(size)s OFFSET %(start)s"


class MappedCode(NamedTuple):
    """A smallest pack and its batch; None where that is not there yet."""

    code: TraceCode
    batch: DrugBatch | None


class _Goods(NamedTuple):
    """Serial numbers of one family: of batches that have the product codes asked for, and of those
    that are not there, whose codes say their own."""

    known: list[str]
    alone: list[str]


def mapped_codes(
    unit: Unit, family: str, wanted: Mapping[str, str], *, number: int = 1, size: int = 10
) -> Page[MappedCode]:
    """One page of the unit's codes of a family, in the order of their batches and codes.

    `wanted` maps at least one column of levels or of the product's codes to what it must be, whole.
    """
    product = {name: _read(name, wanted[name]) for name in PRODUCT_CODES if name in wanted}
    levels = {KEPT[name]: spellings(wanted[name]) for name in LEVEL_COLUMNS if name in wanted}
    if levels:
        page = _of_levels(unit, family, levels, product, number, size)
    else:
        page = page_of_segments(_live(unit), _segments(unit, family, product), ORDER, number, size)
    return mapped(page, lambda rows: _with_batches(unit, rows))


def _read(name: str, value: str) -> str:
    """A value as the tables keep it; what can be none finds nothing as it stands either."""
    read = column_of(Shape.CODES, name).kind.parse(value)
    return read if isinstance(read, str) else value


def _live(unit: Unit) -> Any:
    return TraceCode.objects.of(unit).filter(voided_at__isnull=True)


def _of_levels(
    unit: Unit,
    family: str,
    levels: Mapping[str, Sequence[str]],
    product: Mapping[str, str],
    number: int,
    size: int,
) -> Page[TraceCode]:
    """The packs of a box, or one pack: few enough to be sorted. A number past the end has none."""
    empty: Page[TraceCode] = Page((), 0, 1, size)
    if not _owned(unit, levels):
        return empty
    # The first is the smallest, of which there are the fewest.
    key = next(iter(levels))
    inside = _INSIDE.format(
        found=looked_up("tracing_tracecode", "(SELECT unnest(%(key)s::text[]) AS code)", key=key),
        levels=" AND ".join(f"t.{level} = ANY(%({level})s::text[])" for level in levels),
    )
    asked: dict[str, Any] = {**levels, **product, "key": levels[key], "unit": unit.pk}
    with connection.cursor() as cursor:
        cursor.execute(SERIALS.format(inside=inside), asked)
        serials = [serial for (serial,) in cursor]
    goods = _goods(unit, family, product, serials)
    said = " AND ".join(["true", *(f"t.{name} = %({name})s" for name in product)])
    asked |= {**goods._asdict(), "size": size, "start": (number - 1) * size}
    of_goods = OF_GOODS.format(inside=inside, said=said)
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(of_goods=of_goods), asked)
        (total,) = cursor.fetchone()
        cursor.execute(PAGE.format(of_goods=of_goods), asked)
        codes = [code for code, _ in cursor]
    rows = sorted(_live(unit).filter(code__in=codes), key=attrgetter("code"))
    return Page(rows, total, number, size)


def _owned(unit: Unit, levels: Mapping[str, Sequence[str]]) -> bool:
    """Whether the unit owns what is looked up; a box has one owner."""
    key, *_ = levels
    rows: Any = _live(unit) if key == KEPT_LEVELS[0] else Pack.objects.of(unit)
    return bool(rows.filter(code__in=levels[key]).exists())


def _goods(unit: Unit, family: str, product: Mapping[str, str], serials: Collection[str]) -> _Goods:
    """What of some serial numbers is of a family and has the product's codes."""
    batches = DrugBatch.objects.of(unit).filter(voided_at__isnull=True, trac_codg_sn__in=serials)
    there = set(batches.values_list("trac_codg_sn", flat=True))
    known = batches.filter(family=family, **product).values_list("trac_codg_sn", flat=True)
    families = families_of_codes(unit, [s for s in serials if s not in there])
    return _Goods(list(known), [s for s, found in families.items() if found == family])


def _segments(unit: Unit, family: str, product: Mapping[str, str]) -> list[Segment]:
    """A segment for each batch, by the counters."""
    counted = BatchCount.objects.of(unit).filter(kind=CodeList.MADE.value, codes__gt=0)
    codes = dict(counted.values_list("trac_codg_sn", "codes"))
    batches = DrugBatch.objects.of(unit).filter(voided_at__isnull=True)
    there = set(batches.values_list("trac_codg_sn", flat=True))
    of_batches = batches.filter(family=family, **product).values_list("trac_codg_sn", flat=True)
    known = {serial: codes[serial] for serial in of_batches if serial in codes}
    # What stands for the serial number of consumables has a space.
    waiting = [serial for serial in codes if serial not in there and " " not in serial]
    alone = _counted_alone(unit, _goods(unit, family, product, waiting).alone, product)
    segments = {s: Segment(count, Q(trac_codg_sn=s)) for s, count in known.items()}
    segments |= {s: Segment(count, Q(trac_codg_sn=s, **product)) for s, count in alone.items()}
    return [segments[serial] for serial in sorted(segments)]


def _counted_alone(
    unit: Unit, serials: Collection[str], product: Mapping[str, str]
) -> dict[str, int]:
    """How many codes of batches that are not there say the product's codes; they are counted
    themselves, for the counters do not know these."""
    if not serials:
        return {}
    said = _live(unit).filter(trac_codg_sn__in=serials, **product)
    return dict(said.order_by().values_list("trac_codg_sn").annotate(Count("code")))


def _with_batches(unit: Unit, rows: Iterable[TraceCode]) -> list[MappedCode]:
    rows = list(rows)
    serials = {row.trac_codg_sn for row in rows}
    found = DrugBatch.objects.of(unit).filter(voided_at__isnull=True, trac_codg_sn__in=serials)
    batches = {batch.trac_codg_sn: batch for batch in found}
    return [MappedCode(row, batches.get(row.trac_codg_sn)) for row in rows]
