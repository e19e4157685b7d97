"""The product facts of a trace: the columns of 追溯信息详情, as texts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from tracing.core.tables import Cell, Columns, OfProducts, shown
from tracing.records.bindings import of_shape
from tracing.records.shapes import Shape
from tracing.records.shown_facts import FACTS_LEFT, FACTS_RIGHT

COLUMNS = [Columns(OfProducts(), names) for names in (FACTS_LEFT, FACTS_RIGHT)]
FACTS = [fact for column in COLUMNS for fact in column.columns]
# A code says these of itself, so they are known before its batch is uploaded.
KNOWN_TO_CODE = ("trac_codg_sn", "med_list_codg", "prod_code")
SEVERAL = "（不止一个批次）"


def common_facts(batches: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Fact name to text. A box may hold several batches: what differs among them is said so."""
    every = [{fact.name: shown(fact, batch[fact.name]) for fact in FACTS} for batch in batches]
    found: dict[str, str] = {}
    for fact in FACTS:
        texts = {facts[fact.name] for facts in every}
        found[fact.name] = texts.pop() if len(texts) == 1 else SEVERAL if texts else ""
    return found


def in_columns(facts: Mapping[str, str], families: Collection[str]) -> Sequence[list[Cell]]:
    """The facts of families with their labels, in the two columns of the dialog.

    Those that every family has, where no batch is there to say of which it is.
    """
    records = [binding.record for binding in of_shape(Shape.PRODUCT)]
    said = [
        {column.name for column in record.columns}
        for record in records
        if not families or record.family in families
    ]
    names = set.union(*said) if families else set.intersection(*said)
    return [_column(columns, facts, names) for columns in COLUMNS]


def _column(columns: Columns, facts: Mapping[str, str], names: Collection[str]) -> list[Cell]:
    return [
        Cell(label, facts[column.name])
        for column, label in zip(columns.columns, columns.labels, strict=True)
        if column.name in names
    ]
