"""The facts of consumables in a trace: what a code says of itself, and its item and packing of it.

They have a block of their own in 追溯信息详情. In lists and exports, where drugs and consumables
stand in the same columns, each fact stands where a drug has the one that corresponds to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Q

from tracing.core.tables import Cell, Columns, shown
from tracing.records.base import Column
from tracing.records.bindings import record_of
from tracing.records.shapes import Shape
from tracing.stores.models_consumables import ConsumableItem, ConsumableSpec

SEVERAL = "（不止一种）"
_ITEM = Columns(
    record_of(Shape.ITEM),
    [
        "mcs_code",
        "reg_fil_no",
        "mcs_name",
        "spec",
        "mol",
        "min_unt",
        "dspo_used_flag",
        "prodentp_name",
        "prodentp_uscc",
    ],
)
_SPEC = Columns(record_of(Shape.SPEC), ["udi_di", "pacspec", "convrat", "pacunt", "prod_code"])
_CODE = Columns(record_of(Shape.UDI), ["manu_lotnum", "manu_date", "expy_end", "cnt"])
# The two columns of the block.
BLOCK: tuple[tuple[Columns, ...], ...] = ((_ITEM,), (_SPEC, _CODE))
FACTS = [column for side in BLOCK for columns in side for column in columns.columns]

# The fact of a drug in whose column a consumable's stands, where the two have different names.
IN_PLACE_OF = {
    "med_list_codg": "mcs_code",
    "drug_genname": "mcs_name",
    "convrat_unt": "min_unt",
    "aprvno": "reg_fil_no",
    "manu_cnt": "cnt",
}


class Made(NamedTuple):
    """Codes of one consumable, lot and dates: what they say of themselves, and how many pieces they
    stand for together. `udi_di` is None where nobody can tell it, `quantity` where that is not for
    the unit that looks.
    """

    unit_id: int
    trac_codg_sn: str
    mcs_code: str
    udi_di: str | None
    manu_lotnum: str
    manu_date: datetime
    expy_end: datetime | None
    quantity: Decimal | None

    @classmethod
    def read(cls, said: Sequence[Any]) -> Made:
        """What `made_of` wrote as JSON."""
        unit, serial, mcs_code, identifier, lot, made, expires, quantity = said
        return cls(
            unit,
            serial,
            mcs_code,
            identifier,
            lot,
            datetime.fromisoformat(made),
            datetime.fromisoformat(expires) if expires else None,
            None if quantity is None else Decimal(quantity),
        )

    @property
    def own(self) -> dict[str, Any]:
        """What is known of it though nothing describes it yet."""
        return {
            "trac_codg_sn": self.trac_codg_sn,
            "mcs_code": self.mcs_code,
            "udi_di": self.udi_di,
            "manu_lotnum": self.manu_lotnum,
            "manu_date": self.manu_date,
            "expy_end": self.expy_end,
            "cnt": self.quantity,
        }


def made_of(table: str, *, summed: bool = False, looking: str = "NULL") -> str:
    """The SQL of the JSON array that `Made.read` reads, over rows of codes; with `summed` over
    groups of codes that say the same of themselves.

    How many pieces a lot has is its owner's knowledge: `looking` is the SQL of the id of the unit
    that looks, NULL for who may know.
    """
    mcs_code, quantity = f"{table}.med_list_codg", f"{table}.quantity"
    if summed:
        mcs_code, quantity = f"min({mcs_code})", f"sum({quantity})"
    hidden = f"{table}.is_lot AND {table}.unit_id <> {looking}"
    product = f"{table}.unit_id, {table}.trac_codg_sn, {mcs_code}, {table}.udi_di"
    quantity = f"CASE WHEN {hidden} THEN NULL ELSE {quantity} END::text"
    made = f"{table}.manu_lotnum, {table}.manu_date, {table}.expy_end, {quantity}"
    return f"jsonb_build_array({product}, {made})"


Facts = Mapping[str, Any]


def described(goods: Collection[Made]) -> dict[Made, Facts]:
    """The facts of consumables, by the names of their columns, in two queries."""
    if not goods:
        return {}
    products = {(each.unit_id, each.mcs_code) for each in goods}
    these = reduce(or_, (Q(unit_id=unit, mcs_code=code) for unit, code in products))
    live = these & Q(voided_at__isnull=True)
    items = list(ConsumableItem.everything.filter(live).order_by("uploaded_at", "udi"))
    specs = list(ConsumableSpec.everything.filter(live).order_by("uploaded_at", "spec", "mol"))
    return {each: _facts(each, _of(each, items), _of(each, specs)) for each in goods}


def _of(made: Made, rows: Iterable[Any]) -> list[Any]:
    return [r for r in rows if (r.unit_id, r.mcs_code) == (made.unit_id, made.mcs_code)]


def _facts(
    made: Made, items: Sequence[ConsumableItem], specs: Sequence[ConsumableSpec]
) -> dict[str, Any]:
    """The item and the packing that have the DI. Each leads to the other by 规格 and 型号, which
    tell packings apart that have one DI; of a code whose DI nobody can tell any item of the
    医保耗材代码 tells."""
    packings = [spec for spec in specs if spec.udi_di == made.udi_di]
    item = next((item for item in items if item.udi_di == made.udi_di), None)
    if item is None:
        of_form = (item for spec in packings for item in items if _same_form(item, spec))
        item = next(of_form, None)
    if item is None and made.udi_di is None:
        item = next(iter(items), None)
    own = [spec for spec in packings or specs if item is not None and _same_form(item, spec)]
    return {
        **_said(_SPEC, next(iter(own or packings), None)),
        **_said(_ITEM, item),
        **made.own,
    }


def _same_form(item: ConsumableItem, spec: ConsumableSpec) -> bool:
    return (item.spec, item.mol or "") == (spec.spec, spec.mol)


def _said(columns: Columns, row: object | None) -> dict[str, Any]:
    return {column.name: getattr(row, column.name, None) for column in columns.columns}


def as_drug(facts: Facts, names: Iterable[str]) -> dict[str, Any]:
    """The facts under the names of a drug's; None where nothing corresponds."""
    found = {name: facts.get(IN_PLACE_OF.get(name, name)) for name in names}
    return {**found, "spec": " ".join(filter(None, (facts["spec"], facts["mol"]))) or None}


def in_block(goods: Sequence[Facts]) -> Sequence[list[Cell]]:
    """The facts with their labels, in the two columns of the block. What differs among the goods of
    a box is said so, and their pieces are added up."""
    return [[cell for columns in side for cell in _cells(columns, goods)] for side in BLOCK]


def _cells(columns: Columns, goods: Sequence[Facts]) -> list[Cell]:
    return [
        Cell(label, common(column, goods))
        for column, label in zip(columns.columns, columns.labels, strict=True)
    ]


def common(fact: Column, goods: Sequence[Facts]) -> str:
    """What some goods say of a fact alike; their pieces are added up, if all are known."""
    values = [facts[fact.name] for facts in goods]
    if fact.name == "cnt":
        return "" if None in values else shown(fact, sum(values, Decimal()))
    texts = {shown(fact, value) for value in values}
    return texts.pop() if len(texts) == 1 else SEVERAL


class Described:
    """The facts of consumables whose codes are read by the thousand, each read once."""

    def __init__(self) -> None:
        self._known: dict[Made, Facts] = {}

    def learn(self, arrays: Iterable[Sequence[Any]]) -> None:
        """Read the facts of JSON arrays that `made_of` wrote."""
        goods = {Made.read(said) for said in arrays}
        self._known.update(described(goods - self._known.keys()))

    def of(self, said: Sequence[Any]) -> Facts:
        """The facts of one such array, which was learned."""
        return self._known[Made.read(said)]
