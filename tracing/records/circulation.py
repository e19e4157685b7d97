"""流通信息: what distributors tell of goods that enter and leave their stores, drugs and
consumables in one record, and what the product does with it.
"""

from __future__ import annotations

from dataclasses import replace

from tracing.records.base import Record
from tracing.records.code_kinds import Trace, goods_code_doubts
from tracing.records.columns import NUMBER_NOTE
from tracing.records.drug_columns import MANU_LOTNUM, MED_LIST_CODG
from tracing.records.event_columns import (
    CNT,
    DELV_EMP,
    DELV_EMP_NO,
    DELV_TIME,
    INV_TYPE_COLUMN,
    IS_RECEIVED,
    IS_SENT,
    SHP_ORG,
    SHP_SIN_NO,
    SHP_STAS_COLUMN,
    SHP_TIME,
    SHPP_ORG,
    SHPP_SIN_NO,
    SHPP_STAS_COLUMN,
    SHPP_TIME,
    TRAC_CODE,
)
from tracing.records.event_kinds import EventKind
from tracing.records.examples import DISTRIBUTOR
from tracing.records.nodes import Node
from tracing.records.parts import DocumentNumber, Picked, When
from tracing.records.rules import received_after_shipping
from tracing.records.shapes import (
    CODE,
    DISTRIBUTORS,
    Binding,
    Days,
    Event,
    Firm,
    Is,
    Listing,
    Pick,
    Shape,
    Told,
)
from tracing.records.values import INBOUND, OUTBOUND

AT_RECEIVING = When(INV_TYPE_COLUMN.name, INBOUND)

CIRCULATION = Record(
    code="circulation",
    title="流通企业药信息",
    family="circulation",
    key=(TRAC_CODE.name, INV_TYPE_COLUMN.name, "unit", "document"),
    columns=(
        replace(
            TRAC_CODE,
            label="药品追溯码",
            aliases=("追溯码", "药耗追溯码"),
            kind=Trace(devices=True),
            note=f"药品的追溯码或医用耗材的 UDI（只有 DI 时填 14 位数字）。{TRAC_CODE.note}",
        ),
        replace(
            MED_LIST_CODG,
            note=f"药品填医保药品编码，耗材填医保耗材代码（C 开头 20 位或 27 位）。"
            f"{MED_LIST_CODG.note}",
            checks=(goods_code_doubts,),
        ),
        replace(MANU_LOTNUM, required=False),
        INV_TYPE_COLUMN,
        DELV_EMP_NO,
        replace(
            DELV_EMP.name,
            label="流通单位",
            aliases=("流通单位名称",),
            note="入库时填货物到本企业时的流通单位，出库时填实际使用的流通单位；"
            "可以是其他企业，不超过 200 个字符。",
            example=DISTRIBUTOR[0],
        ),
        replace(
            DELV_TIME,
            label="流通时间",
            aliases=("入(出)库时间",),
            note="入库或出库的时间，如 2024-12-18 09:00:00；只填日期时按当天零点处理。",
            example="2024-12-18 09:00:00",
        ),
        replace(
            SHP_SIN_NO,
            note=f"出库填本单位的发货单编号，入库填上游企业的，{NUMBER_NOTE}"
            "同一追溯码、同一发货单的出库重复上传时替换原有信息。",
        ),
        replace(SHP_ORG.name, note=f"入库填上游企业，出库填本单位。{SHP_ORG.name.note}"),
        replace(SHP_ORG.uscc, note="入库填上游企业的 18 位代码，出库填本单位的。"),
        SHP_TIME,
        SHP_STAS_COLUMN,
        replace(
            SHPP_SIN_NO,
            required=False,
            required_when=AT_RECEIVING,
            note=f"入库填本单位的收货单编号，必填；出库可不填，{NUMBER_NOTE}"
            "同一追溯码、同一收货单的入库重复上传时替换原有信息。",
            example="SH20241218001",
        ),
        replace(SHPP_ORG.name, note=f"入库填本单位，出库填下游机构。{SHPP_ORG.name.note}"),
        replace(SHPP_ORG.uscc, note="入库填本单位的 18 位代码，出库填下游机构的。"),
        replace(
            SHPP_TIME,
            required=False,
            required_when=AT_RECEIVING,
            note="实际收货的时间，如 2024-12-18 09:00:00；入库时必填，出库时可不填。",
            example="2024-12-18 09:00:00",
        ),
        SHPP_STAS_COLUMN,
        CNT,
    ),
    rules=(received_after_shipping,),
    own_unit=Picked(
        ((INBOUND, SHPP_ORG.uscc.name), (OUTBOUND, SHP_ORG.uscc.name)), by=INV_TYPE_COLUMN.name
    ),
    document=DocumentNumber(
        Picked(((INBOUND, SHPP_SIN_NO.name), (OUTBOUND, SHP_SIN_NO.name)), by=INV_TYPE_COLUMN.name),
        DELV_TIME.name,
    ),
)


def _went(kind: EventKind, node: Node, when: Is) -> Told:
    """What rows of one direction tell, whose node stands once the goods really went there."""
    return Told(kind, node, (when,), status=when.column)


BINDINGS = (
    Binding(
        CIRCULATION,
        DISTRIBUTORS,
        Shape.EVENT,
        sample="trade",
        event=Event(
            time=DELV_TIME.name,
            told=(
                (INBOUND, _went(EventKind.CIRCULATION_IN, Node.CIRCULATED_IN, IS_RECEIVED)),
                (OUTBOUND, _went(EventKind.CIRCULATION_OUT, Node.CIRCULATED_OUT, IS_SENT)),
            ),
            by=INV_TYPE_COLUMN.name,
            sender=Firm.of(SHP_ORG),
            receiver=Firm.of(SHPP_ORG),
            quantity=CNT.name,
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
