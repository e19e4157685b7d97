"""What the product does with each record: one entry beside its declaration.

A binding names everything by data: a business by its code, what the rows become by a shape, what
an event says by columns of the record. Each layer maps a shape, never a record, to what is its
own (store, table, list) and reads the bindings when it is asked.
"""

from __future__ import annotations

from collections.abc import Iterator

from tracing.records.base import Column, Record
from tracing.records.drugs import DOMESTIC_DRUG_CODES, DOMESTIC_DRUG_INFO
from tracing.records.event_kinds import EventKind
from tracing.records.events import (
    CIRCULATION,
    DOMESTIC_DRUG_DELIVERY,
    DOMESTIC_DRUG_RECEIPT,
    DOMESTIC_DRUG_RETAIL,
    DOMESTIC_DRUG_SHIPMENT,
)
from tracing.records.nodes import Node
from tracing.records.shapes import (
    CODE,
    SERIAL,
    Announced,
    Binding,
    Days,
    Event,
    Firm,
    Is,
    Listing,
    Part,
    Pick,
    Shape,
    Told,
    always,
)
from tracing.records.values import HOSPITAL, INBOUND, OUTBOUND, PHARMACY, RECEIVED, SENT

MAKERS, DISTRIBUTORS = "maker-upload", "distributor-upload"

# Whether goods really left or came; the event keeps the same column as its status.
IS_SENT, IS_RECEIVED = Is("shp_stas", (SENT,)), Is("shpp_stas", (RECEIVED,))

ANNOUNCED = (
    Announced(MAKERS, "imported", "进口药信息", ahead=True),
    Announced(MAKERS, "consumable", "医用耗材信息", ahead=False),
)

BINDINGS: dict[str, Binding] = {
    binding.record.code: binding
    for binding in (
        Binding(
            DOMESTIC_DRUG_INFO,
            MAKERS,
            Shape.PRODUCT,
            sample="info",
            listing=Listing(
                tab="domestic",
                title=DOMESTIC_DRUG_INFO.title,
                search_title=f"{DOMESTIC_DRUG_INFO.title}查询",
                columns=(
                    SERIAL,
                    "med_list_codg",
                    "nat_drug_no",
                    "drug_genname",
                    "manu_lotnum",
                    "manu_date",
                    "aprvno",
                ),
                filters=(
                    SERIAL,
                    "med_list_codg",
                    "drug_genname",
                    "prodentp_name",
                    "manu_lotnum",
                    "manu_date",
                    "rx_flag",
                ),
                header=("med_list_codg", "drug_genname"),
            ),
            part=Part("info", "基本信息"),
        ),
        Binding(
            DOMESTIC_DRUG_CODES,
            MAKERS,
            Shape.CODES,
            sample="codes",
            part=Part(
                "codes",
                "追溯码信息",
                ("lv1_trac_code", "lv2_trac_code", "lv3_trac_code", "stoin_time"),
            ),
        ),
        Binding(
            DOMESTIC_DRUG_SHIPMENT,
            MAKERS,
            Shape.EVENT,
            sample="shipment",
            event=Event(
                time="shp_time",
                told=always(
                    Told(EventKind.SHIPMENT, Node.SHIPPED, (IS_SENT,), status=IS_SENT.column)
                ),
                sender=Firm("shp_org_name", "shp_org_uscc"),
                receiver=Firm("shpp_org_name", "shpp_org_uscc"),
                expects_receiver=True,
            ),
            part=Part("shipment", "发货单位"),
        ),
        Binding(
            DOMESTIC_DRUG_DELIVERY,
            MAKERS,
            Shape.EVENT,
            sample="delivery",
            event=Event(
                time="delv_time",
                told=always(Told(EventKind.DELIVERY)),
                receiver=Firm("shpp_org_name"),
                organisation="delv_emp",
            ),
            part=Part("delivery", "配送信息"),
        ),
        Binding(
            DOMESTIC_DRUG_RECEIPT,
            MAKERS,
            Shape.EVENT,
            sample="receipt",
            event=Event(
                time="shpp_time",
                told=always(
                    Told(
                        EventKind.RECEIPT,
                        Node.RECEIVED,
                        (IS_RECEIVED, Is("shpp_org_type", (HOSPITAL, PHARMACY))),
                        status=IS_RECEIVED.column,
                    )
                ),
                receiver=Firm("shpp_org_name", "shpp_org_uscc"),
            ),
            part=Part("receipt", "收货信息"),
        ),
        Binding(
            DOMESTIC_DRUG_RETAIL,
            MAKERS,
            Shape.EVENT,
            sample="retail",
            event=Event(
                time="rtal_time",
                told=always(Told(EventKind.RETAIL, Node.SOLD)),
                sender=Firm("rtal_org_name", "rtal_org_uscc"),
                quantity="rtal_cnt",
            ),
            part=Part("retail", "零售信息"),
        ),
        Binding(
            CIRCULATION,
            DISTRIBUTORS,
            Shape.EVENT,
            sample="trade",
            event=Event(
                time="delv_time",
                told=(
                    (
                        INBOUND,
                        Told(
                            EventKind.CIRCULATION_IN,
                            Node.CIRCULATED_IN,
                            (IS_RECEIVED,),
                            status=IS_RECEIVED.column,
                        ),
                    ),
                    (
                        OUTBOUND,
                        Told(
                            EventKind.CIRCULATION_OUT,
                            Node.CIRCULATED_OUT,
                            (IS_SENT,),
                            status=IS_SENT.column,
                        ),
                    ),
                ),
                by="inv_type",
                sender=Firm("shp_org_name", "shp_org_uscc"),
                receiver=Firm("shpp_org_name", "shpp_org_uscc"),
                quantity="cnt",
                lists_codes=True,
            ),
            listing=Listing(
                tab="circulation",
                title="流通企业查询",
                search_title="流通企业查询",
                columns=(
                    "delv_emp_no",
                    "delv_emp",
                    "shp_sin_no",
                    "shpp_sin_no",
                    Pick("delv_time", "入(出)库时间"),
                ),
                filters=(
                    CODE,
                    "med_list_codg",
                    Pick("delv_emp", "流通单位名称"),
                    Days("shp_time", "发货日期", "shp_from", "shp_to"),
                ),
            ),
        ),
    )
}


def of_business(business: str) -> list[Binding]:
    """What a business uploads, in the order of its import dialog."""
    return [binding for binding in BINDINGS.values() if binding.business == business]


def of_family(family: str) -> list[Binding]:
    """What is told of the batches of a family, in the order of their dialog."""
    return [binding for binding in BINDINGS.values() if binding.record.family == family]


def of_shape(*shapes: Shape) -> Iterator[Binding]:
    """The records of some shapes, shape by shape."""
    for shape in shapes:
        yield from (binding for binding in BINDINGS.values() if binding.shape is shape)


def record_of(shape: Shape) -> Record:
    """The first record of a shape: what tells for all of them where one must, as in the demo."""
    return next(of_shape(shape)).record


def column_of(shape: Shape, name: str) -> Column:
    """A column as the first record of a shape has it that has it. Raises KeyError."""
    for binding in of_shape(shape):
        for column in binding.record.columns:
            if column.name == name:
                return column
    raise KeyError(name)


def required_of(shape: Shape, name: str) -> bool:
    """Whether every record of a shape has a column and asks for it."""
    return all(
        any(column.name == name and column.required for column in binding.record.columns)
        for binding in of_shape(shape)
    )


def telling(kind: EventKind) -> Record:
    """The first record that tells of a kind of event."""
    return next(b.record for b in of_shape(Shape.EVENT) if kind in b.told.kinds)


def traded_kinds() -> list[EventKind]:
    """The kinds of event whose codes become the list of a unit that does not own them."""
    return [k for b in of_shape(Shape.EVENT) if b.told.lists_codes for k in b.told.kinds]


def traded_code() -> Column:
    """The code as those tell it who list codes of others: it takes every kind of them, UDI too."""
    return next(b for b in of_shape(Shape.EVENT) if b.told.lists_codes).record.column(CODE)
