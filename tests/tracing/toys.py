"""Records that a test adds: their declaration and their binding, nothing else.

What a migration would add, the table that stages their rows, is made here and dropped again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from django.apps import apps
from django.db import connection

from tracing.records import RECORDS
from tracing.records.base import Column, Record
from tracing.records.bindings import BINDINGS, FAMILIES, record_of
from tracing.records.code_kinds import Uscc
from tracing.records.column_kinds import Choice, Code, Moment, Text
from tracing.records.drug_columns import TRAC_CODG_SN
from tracing.records.event_columns import TRAC_CODE
from tracing.records.event_kinds import EventKind
from tracing.records.examples import DISTRIBUTOR, MAKER
from tracing.records.families import Family
from tracing.records.nodes import Node
from tracing.records.parts import DocumentNumber, Picked
from tracing.records.shapes import (
    CODE,
    DISTRIBUTORS,
    MAKERS,
    SERIAL,
    Binding,
    Days,
    Event,
    Firm,
    Is,
    Listing,
    Part,
    Shape,
    Told,
    always,
)
from tracing.stores.models_staging import STAGED, staged_model


@contextmanager
def bound(*bindings: Binding) -> Iterator[None]:
    """The product with more records, as if they had been declared, bound and migrated."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(FAMILIES, "toy", Family("toy", "玩具"))
        models = []
        for binding in bindings:
            code = binding.record.code
            patch.setitem(BINDINGS, code, binding)
            patch.setitem(RECORDS, code, binding.record)
            patch.setitem(STAGED, code, staged_model(binding))
            models.append(STAGED[code])
        with connection.schema_editor() as editor:
            for model in models:
                editor.create_model(model)
        try:
            yield
        finally:
            with connection.schema_editor() as editor:
                for model in models:
                    editor.delete_model(model)
            for model in models:
                del apps.all_models["tracing"][model._meta.model_name or ""]
            apps.clear_cache()


# What came back to a maker. It belongs to a family that is there, so its rows stand in a tab of
# the dialog of its batches. Every column but the batch and the code is its own.
RETURNED = Record(
    code="toy-return",
    title="玩具退货信息",
    family=record_of(Shape.PRODUCT).family,
    key=(CODE, "unit", "back_no"),
    columns=(
        TRAC_CODG_SN,
        TRAC_CODE,
        Column("back_no", "退货单编号", Code(50), required=True, example="TH001"),
        Column("back_from", "退货机构", Text(200), required=True, example=DISTRIBUTOR[0]),
        Column("back_from_uscc", "退货机构代码", Uscc(), required=True, example=DISTRIBUTOR[1]),
        Column("back_to", "退回企业", Text(200), required=True, example=MAKER[0]),
        Column("back_to_uscc", "退回企业代码", Uscc(), required=True, example=MAKER[1]),
        Column("back_time", "退货时间", Moment(), required=True, example="2024-12-20 08:00:00"),
        Column("back_reason", "退货原因", Text(100), example="外包装破损"),
    ),
    own_unit=Picked.always("back_to_uscc"),
    document=DocumentNumber(Picked.always("back_no"), "back_time"),
)
RETURNS = Binding(
    RETURNED,
    MAKERS,
    Shape.EVENT,
    sample="shipment",
    event=Event(
        time="back_time",
        told=always(Told(EventKind.CIRCULATION_IN, Node.CIRCULATED_IN)),
        sender=Firm("back_from", "back_from_uscc"),
        receiver=Firm("back_to", "back_to_uscc"),
    ),
    part=Part("return", "退货信息"),
)

# What a distributor's store holds at a count: a list of its own beside the other.
COUNTED = Record(
    code="toy-count",
    title="玩具盘点信息",
    family="toy",
    key=(CODE, "unit", "count_no"),
    columns=(
        TRAC_CODE,
        Column("count_no", "盘点单编号", Code(50), required=True, example="PD001"),
        Column("count_time", "盘点时间", Moment(), required=True, example="2024-12-21 08:00:00"),
        Column("holder", "存放机构", Text(200), required=True, example=DISTRIBUTOR[0]),
        Column("holder_uscc", "存放机构代码", Uscc(), required=True, example=DISTRIBUTOR[1]),
        Column(
            "found",
            "盘点结果",
            Choice((("1", "在库"), ("0", "缺失"))),
            required=True,
            example="在库",
        ),
    ),
    own_unit=Picked.always("holder_uscc"),
    document=DocumentNumber(Picked.always("count_no"), "count_time"),
)
COUNTS = Binding(
    COUNTED,
    DISTRIBUTORS,
    Shape.EVENT,
    sample="retail",
    event=Event(
        time="count_time",
        told=always(Told(EventKind.RECEIPT, Node.RECEIVED, (Is("found", ("1",)),), status="found")),
        receiver=Firm("holder", "holder_uscc"),
    ),
    listing=Listing(
        tab="counts",
        title="盘点查询",
        search_title="盘点查询",
        columns=(CODE, "count_no", "count_time", "found"),
        filters=(CODE, "found", Days("count_time", "盘点日期", "counted_from", "counted_to")),
    ),
)


def family() -> tuple[Binding, ...]:
    """A family with a product, its codes and a shipment: each as a record that is there has it,
    under a name of its own, and one column of the product under a label of its own.
    """
    product, codes, shipment = (
        next(b for b in BINDINGS.values() if b.sample == sample)
        for sample in ("info", "codes", "shipment")
    )
    facts = replace(_toy(product.record, "info", "玩具信息"), columns=_labelled(product.record))
    listing = replace(
        product.listed, tab="toys", title=facts.title, search_title=f"{facts.title}查询"
    )
    return (
        Binding(facts, MAKERS, Shape.PRODUCT, product.sample, listing=listing, part=product.part),
        Binding(
            _toy(codes.record, "codes", "玩具追溯码信息"),
            MAKERS,
            Shape.CODES,
            codes.sample,
            part=codes.part,
        ),
        Binding(
            _toy(shipment.record, "shipment", "玩具发货信息"),
            MAKERS,
            Shape.EVENT,
            shipment.sample,
            event=shipment.event,
            part=shipment.part,
        ),
    )


def _toy(record: Record, name: str, title: str) -> Record:
    return replace(record, code=f"toy-{name}", title=title, family="toy")


def _labelled(record: Record) -> tuple[Column, ...]:
    return tuple(
        replace(column, label="玩具名称") if column.name == "drug_genname" else column
        for column in record.columns
    )


__all__ = ["COUNTED", "COUNTS", "RETURNED", "RETURNS", "SERIAL", "bound", "family"]
