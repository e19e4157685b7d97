"""The records of events: what firms tell of a code of any pack level.

Makers tell of shipments, deliveries, receipts and retail; distributors tell of goods that enter
and leave their stores, drugs and consumables in one record.
"""

from __future__ import annotations

from dataclasses import replace

from tracing.records.base import Record
from tracing.records.code_kinds import Trace, goods_code_doubts
from tracing.records.drug_columns import MANU_LOTNUM, MED_LIST_CODG, TRAC_CODG_SN
from tracing.records.event_columns import (
    CNT,
    DELV_ADDR,
    DELV_EMP,
    DELV_EMP_NO,
    DELV_EMP_USCC,
    DELV_TIME,
    INV_TYPE_COLUMN,
    NUMBER_NOTE,
    RTAL_CNT,
    RTAL_DOCNO,
    RTAL_ORG_NAME,
    RTAL_ORG_USCC,
    RTAL_TIME,
    SHP_ORG_NAME,
    SHP_ORG_USCC,
    SHP_SIN_NO,
    SHP_STAS_COLUMN,
    SHP_TIME,
    SHPP_ORG_NAME,
    SHPP_ORG_TYPE_COLUMN,
    SHPP_ORG_USCC,
    SHPP_SIN_NO,
    SHPP_STAS_COLUMN,
    SHPP_TIME,
    TRAC_CODE,
    TRDN_FLAG,
)
from tracing.records.examples import DISTRIBUTOR, PHARMACY
from tracing.records.parts import Document, Picked, When
from tracing.records.rules import received_after_shipping
from tracing.records.values import INBOUND, OUTBOUND

BATCH = replace(TRAC_CODG_SN, note="该追溯码所属批次的流水号，应与追溯码信息中的一致。")
AT_RECEIVING = When(INV_TYPE_COLUMN.name, INBOUND)

DOMESTIC_DRUG_SHIPMENT = Record(
    code="domestic-drug-shipment",
    title="国产药发货信息",
    family="domestic-drug",
    key=(TRAC_CODE.name, "unit", SHP_SIN_NO.name),
    columns=(
        BATCH,
        TRAC_CODE,
        SHP_SIN_NO,
        SHP_ORG_NAME,
        SHP_ORG_USCC,
        SHP_TIME,
        SHP_STAS_COLUMN,
        SHPP_ORG_NAME,
        SHPP_ORG_USCC,
    ),
    own_unit=Picked.always(SHP_ORG_USCC.name),
    document=Document(Picked.always(SHP_SIN_NO.name), SHP_TIME.name),
)

DOMESTIC_DRUG_DELIVERY = Record(
    code="domestic-drug-delivery",
    title="国产药配送信息",
    family="domestic-drug",
    key=(TRAC_CODE.name, "unit", SHP_SIN_NO.name),
    columns=(
        BATCH,
        TRAC_CODE,
        SHP_SIN_NO,
        DELV_EMP,
        DELV_EMP_USCC,
        DELV_TIME,
        SHPP_ORG_NAME,
        DELV_ADDR,
    ),
    document=Document(Picked.always(SHP_SIN_NO.name), DELV_TIME.name),
)

DOMESTIC_DRUG_RECEIPT = Record(
    code="domestic-drug-receipt",
    title="国产药收货信息",
    family="domestic-drug",
    key=(TRAC_CODE.name, "unit", SHPP_SIN_NO.name),
    columns=(
        BATCH,
        TRAC_CODE,
        SHPP_SIN_NO,
        replace(
            SHP_SIN_NO,
            required=False,
            note="对应的发货单编号，没有可不填，不超过 50 个字符。",
            example="FH20241219001",
        ),
        replace(SHPP_ORG_NAME, example=PHARMACY[0]),
        replace(SHPP_ORG_USCC, example=PHARMACY[1]),
        SHPP_ORG_TYPE_COLUMN,
        SHPP_TIME,
        SHPP_STAS_COLUMN,
    ),
    document=Document(Picked.always(SHPP_SIN_NO.name), SHPP_TIME.name),
)

DOMESTIC_DRUG_RETAIL = Record(
    code="domestic-drug-retail",
    title="国产药零售信息",
    family="domestic-drug",
    key=(TRAC_CODE.name, "unit", RTAL_DOCNO.name),
    columns=(
        BATCH,
        TRAC_CODE,
        RTAL_DOCNO,
        RTAL_ORG_NAME,
        RTAL_ORG_USCC,
        RTAL_TIME,
        RTAL_CNT,
        TRDN_FLAG,
    ),
    document=Document(Picked.always(RTAL_DOCNO.name), RTAL_TIME.name),
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
            DELV_EMP,
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
        replace(SHP_ORG_NAME, note=f"入库填上游企业，出库填本单位。{SHP_ORG_NAME.note}"),
        replace(SHP_ORG_USCC, note="入库填上游企业的 18 位代码，出库填本单位的。"),
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
        replace(SHPP_ORG_NAME, note=f"入库填本单位，出库填下游机构。{SHPP_ORG_NAME.note}"),
        replace(SHPP_ORG_USCC, note="入库填本单位的 18 位代码，出库填下游机构的。"),
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
        ((INBOUND, SHPP_ORG_USCC.name), (OUTBOUND, SHP_ORG_USCC.name)), by=INV_TYPE_COLUMN.name
    ),
    document=Document(
        Picked(((INBOUND, SHPP_SIN_NO.name), (OUTBOUND, SHP_SIN_NO.name)), by=INV_TYPE_COLUMN.name),
        DELV_TIME.name,
    ),
)
