"""The records of events: what firms tell of a code of any pack level.

Makers tell of shipments, deliveries, receipts and retail; distributors tell of goods that enter
and leave their stores, drugs and consumables in one record.
"""

from __future__ import annotations

from dataclasses import replace

from tracing.records.base import Column, Record
from tracing.records.code_kinds import Trace, goods_code_doubts
from tracing.records.columns import NUMBER_NOTE
from tracing.records.drug_columns import MANU_LOTNUM, MED_LIST_CODG, TRAC_CODG_SN
from tracing.records.event_columns import (
    CNT,
    DELV_ADDR,
    DELV_EMP,
    DELV_EMP_NO,
    DELV_TIME,
    INV_TYPE_COLUMN,
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
from tracing.records.examples import DISTRIBUTOR, PHARMACY
from tracing.records.parts import DocumentNumber, Picked, When
from tracing.records.rules import received_after_shipping
from tracing.records.values import INBOUND, OUTBOUND

BATCH = replace(TRAC_CODG_SN, note="该追溯码所属批次的流水号，应与追溯码信息中的一致。")
AT_RECEIVING = When(INV_TYPE_COLUMN.name, INBOUND)


def _of_domestic_drug(
    code: str,
    title: str,
    *,
    number: Column,
    time: Column,
    columns: tuple[Column, ...],
    own_unit: Picked | None = None,
) -> Record:
    """What a maker tells of a code in a document that has a number, in each record of its own."""
    return Record(
        code=code,
        title=title,
        family="domestic-drug",
        key=(TRAC_CODE.name, "unit", number.name),
        columns=(BATCH, TRAC_CODE, *columns),
        own_unit=own_unit,
        document=DocumentNumber(Picked.always(number.name), time.name),
    )


DOMESTIC_DRUG_SHIPMENT = _of_domestic_drug(
    "domestic-drug-shipment",
    "国产药发货信息",
    number=SHP_SIN_NO,
    time=SHP_TIME,
    columns=(SHP_SIN_NO, *SHP_ORG, SHP_TIME, SHP_STAS_COLUMN, *SHPP_ORG),
    own_unit=Picked.always(SHP_ORG.uscc.name),
)

DOMESTIC_DRUG_DELIVERY = _of_domestic_drug(
    "domestic-drug-delivery",
    "国产药配送信息",
    number=SHP_SIN_NO,
    time=DELV_TIME,
    columns=(SHP_SIN_NO, *DELV_EMP, DELV_TIME, SHPP_ORG.name, DELV_ADDR),
)

DOMESTIC_DRUG_RECEIPT = _of_domestic_drug(
    "domestic-drug-receipt",
    "国产药收货信息",
    number=SHPP_SIN_NO,
    time=SHPP_TIME,
    columns=(
        SHPP_SIN_NO,
        replace(
            SHP_SIN_NO,
            required=False,
            note="对应的发货单编号，没有可不填，不超过 50 个字符。",
            example="FH20241219001",
        ),
        replace(SHPP_ORG.name, example=PHARMACY[0]),
        replace(SHPP_ORG.uscc, example=PHARMACY[1]),
        SHPP_ORG_TYPE_COLUMN,
        SHPP_TIME,
        SHPP_STAS_COLUMN,
    ),
)

DOMESTIC_DRUG_RETAIL = _of_domestic_drug(
    "domestic-drug-retail",
    "国产药零售信息",
    number=RTAL_DOCNO,
    time=RTAL_TIME,
    columns=(RTAL_DOCNO, *RTAL_ORG, RTAL_TIME, RTAL_CNT, TRDN_FLAG),
)

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
