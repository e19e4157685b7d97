"""What a maker tells of its goods, in four records of every family: 发货, 配送, 收货, 零售."""

from __future__ import annotations

from dataclasses import replace

from tracing.records.base import Column, Record, Rule
from tracing.records.consumable_rules import lots_say_how_many
from tracing.records.drug_columns import TRAC_CODG_SN
from tracing.records.event_columns import (
    DELV_ADDR,
    DELV_EMP,
    DELV_TIME,
    IS_RECEIVED,
    IS_SENT,
    RTAL_CNT,
    RTAL_DOCNO,
    RTAL_ORG,
    RTAL_TIME,
    SHP_ORG,
    SHP_SIN_NO,
    SHP_STAS_COLUMN,
    SHP_TIME,
    SHPP_ORG,
    SHPP_ORG_TYPE_COLUMN,
    SHPP_SIN_NO,
    SHPP_STAS_COLUMN,
    SHPP_TIME,
    TRAC_CODE,
    TRDN_FLAG,
)
from tracing.records.event_kinds import EventKind
from tracing.records.examples import PHARMACY as A_PHARMACY
from tracing.records.families import Family
from tracing.records.nodes import Node
from tracing.records.parts import DocumentNumber, Picked
from tracing.records.shapes import MAKERS, Binding, Event, Firm, Is, Part, Shape, Told, always
from tracing.records.values import HOSPITAL, PHARMACY

BATCH = replace(TRAC_CODG_SN, note="该追溯码所属批次的流水号，应与追溯码信息中的一致。")
# What opens a row of a drug: its batch and its code.
OF_A_DRUG = (BATCH, TRAC_CODE)


def makers_events(
    family: Family,
    opening: tuple[Column, ...] = OF_A_DRUG,
    counted: tuple[Column, ...] = (),
) -> tuple[Binding, ...]:
    """The four bindings of a family, in their order. `opening` are the columns before the
    document's, `counted` the one that says how many pieces of a lot were sent, if there is one.
    """
    return (
        _shipment(family, opening, counted),
        _delivery(family, opening),
        _receipt(family, opening),
        _retail(family, opening),
    )


def _record(
    family: Family,
    what: str,
    title: str,
    *,
    number: Column,
    time: Column,
    columns: tuple[Column, ...],
    own_unit: Picked | None = None,
    rules: tuple[Rule, ...] = (),
) -> Record:
    """What a maker tells of a code in a document that has a number, in each record of its own."""
    return family.record(
        what,
        title,
        key=(TRAC_CODE.name, "unit", number.name),
        columns=columns,
        rules=rules,
        own_unit=own_unit,
        document=DocumentNumber(Picked.always(number.name), time.name),
    )


def _shipment(family: Family, opening: tuple[Column, ...], counted: tuple[Column, ...]) -> Binding:
    record = _record(
        family,
        "shipment",
        "发货信息",
        number=SHP_SIN_NO,
        time=SHP_TIME,
        columns=(
            *opening,
            SHP_SIN_NO,
            *SHP_ORG,
            SHP_TIME,
            SHP_STAS_COLUMN,
            *SHPP_ORG,
            *counted,
        ),
        own_unit=Picked.always(SHP_ORG.uscc.name),
        rules=tuple(lots_say_how_many(TRAC_CODE.name, column.name) for column in counted),
    )
    told = Told(EventKind.SHIPMENT, Node.SHIPPED, (IS_SENT,), status=IS_SENT.column)
    event = Event(
        time=SHP_TIME.name,
        told=always(told),
        sender=Firm.of(SHP_ORG),
        receiver=Firm.of(SHPP_ORG),
        quantity=next((column.name for column in counted), ""),
        expects_receiver=True,
        takes=True,
    )
    return _told(record, "shipment", event, "发货单位")


def _delivery(family: Family, opening: tuple[Column, ...]) -> Binding:
    record = _record(
        family,
        "delivery",
        "配送信息",
        number=SHP_SIN_NO,
        time=DELV_TIME,
        columns=(*opening, SHP_SIN_NO, *DELV_EMP, DELV_TIME, SHPP_ORG.name, DELV_ADDR),
    )
    event = Event(
        time=DELV_TIME.name,
        told=always(Told(EventKind.DELIVERY)),
        receiver=Firm(SHPP_ORG.name.name),
        organisation=DELV_EMP.name.name,
    )
    return _told(record, "delivery", event, "配送信息")


def _receipt(family: Family, opening: tuple[Column, ...]) -> Binding:
    name, uscc = A_PHARMACY
    record = _record(
        family,
        "receipt",
        "收货信息",
        number=SHPP_SIN_NO,
        time=SHPP_TIME,
        columns=(
            *opening,
            SHPP_SIN_NO,
            replace(
                SHP_SIN_NO,
                required=False,
                note="对应的发货单编号，没有可不填，不超过 50 个字符。",
                example="FH20241219001",
            ),
            replace(SHPP_ORG.name, example=name),
            replace(SHPP_ORG.uscc, example=uscc),
            SHPP_ORG_TYPE_COLUMN,
            SHPP_TIME,
            SHPP_STAS_COLUMN,
        ),
    )
    sells = Is(SHPP_ORG_TYPE_COLUMN.name, (HOSPITAL, PHARMACY))
    told = Told(EventKind.RECEIPT, Node.RECEIVED, (IS_RECEIVED, sells), status=IS_RECEIVED.column)
    event = Event(time=SHPP_TIME.name, told=always(told), receiver=Firm.of(SHPP_ORG))
    return _told(record, "receipt", event, "收货信息")


def _retail(family: Family, opening: tuple[Column, ...]) -> Binding:
    record = _record(
        family,
        "retail",
        "零售信息",
        number=RTAL_DOCNO,
        time=RTAL_TIME,
        columns=(*opening, RTAL_DOCNO, *RTAL_ORG, RTAL_TIME, RTAL_CNT, TRDN_FLAG),
    )
    event = Event(
        time=RTAL_TIME.name,
        told=always(Told(EventKind.RETAIL, Node.SOLD)),
        sender=Firm.of(RTAL_ORG),
        quantity=RTAL_CNT.name,
    )
    return _told(record, "retail", event, "零售信息")


def _told(record: Record, what: str, event: Event, tab: str) -> Binding:
    """Its samples and its tab in the dialog of a batch are called what the record is."""
    return Binding(record, MAKERS, Shape.EVENT, sample=what, event=event, part=Part(what, tab))
