"""The columns of an export, in order: the code, its product, one node. Declared once."""

from __future__ import annotations

from collections.abc import Sequence

from portal.lib.identifiers import CREDIT_CODE
from portal.lib.sheets import Heading
from tracing.records.base import Column
from tracing.records.bindings import record_of
from tracing.records.shapes import Shape
from tracing.records.words import GOODS_CODE, GOODS_CODE_UPLOADED
from tracing.traces import consumables
from tracing.traces.facts import FACTS

CODES = record_of(Shape.CODES)


_WIDTHS = {"code": 24.0, "uscc": 22.0, "date": 20.0, "moment": 20.0, "text": 20.0}


def _of_record(column: Column, name: str = "") -> Heading:
    return Heading(name or column.name, column.label, _WIDTHS.get(column.kind.type, 14.0))


CODE_COLUMNS = (
    Heading("uscc", CREDIT_CODE, 22.0),
    Heading("code", GOODS_CODE, 24.0),
    _of_record(CODES.column("lv2_trac_code"), "middle"),
    _of_record(CODES.column("lv3_trac_code"), "large"),
    Heading("uploaded_at", GOODS_CODE_UPLOADED, 20.0),
)
FACT_COLUMNS = tuple(_of_record(fact) for fact in FACTS)
NODE_COLUMNS = (
    Heading("title", "环节", 12.0),
    Heading("time", "环节时间", 20.0),
    Heading("organisation", "环节企业", 30.0),
    Heading("inherited_from", "继承自包装", 24.0),
)
COLUMNS = (*CODE_COLUMNS, *FACT_COLUMNS, *NODE_COLUMNS)
# What consumables say under names that no drug's facts have; only where any is in the file.
_TAKEN = {column.label for column in COLUMNS}
DEVICE_FACTS = [fact for fact in consumables.FACTS if fact.label not in _TAKEN]
DEVICE_COLUMNS = tuple(_of_record(fact, f"device_{fact.name}") for fact in DEVICE_FACTS)


def columns_of(*, devices: bool) -> tuple[Heading, ...]:
    """The columns of a file, with those of consumables alone or without."""
    own = DEVICE_COLUMNS if devices else ()
    return (*CODE_COLUMNS, *FACT_COLUMNS, *own, *NODE_COLUMNS)


def device_cells(goods: Sequence[consumables.Facts], *, devices: bool) -> list[str]:
    """The cells of these columns: for goods of one code, for a drug, or none in a file of drugs."""
    if not devices:
        return []
    if not goods:
        return [""] * len(DEVICE_FACTS)
    return [consumables.common(fact, goods) for fact in DEVICE_FACTS]
