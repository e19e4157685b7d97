"""进口药: the records of drugs made abroad, and what the product does with them."""

from __future__ import annotations

from dataclasses import replace

from tracing.records.drug_columns import (
    APPROVAL_DAYS,
    APRVNO,
    DRUG_REGNO,
    IMPT_APPV_NO,
    IMPT_ENTP_NAME,
    MAKING,
    MED_LIST_CODG,
    ORIGIN,
    PROD_CODE,
    PRODENTP_NAME,
    PRODENTP_USCC,
    PRODUCT,
    TRAC_CODG_SN,
)
from tracing.records.drugs import CALLED, codes_binding, drug_info, info_binding
from tracing.records.families import Family
from tracing.records.makers_events import makers_events
from tracing.records.shapes import SERIAL

FAMILY = Family("imported-drug", "进口药")

# A maker abroad has no credit code, and a drug registered by an old certificate no 批准文号.
INFO = drug_info(
    FAMILY,
    (
        TRAC_CODG_SN,
        MED_LIST_CODG,
        *PRODUCT,
        replace(
            APRVNO,
            required=False,
            note="如 国药准字HJ20990001：“国药准字”加字母加 8 位数字，没有可不填。",
            example=DRUG_REGNO.example,
        ),
        *APPROVAL_DAYS,
        DRUG_REGNO,
        IMPT_APPV_NO,
        IMPT_ENTP_NAME,
        *MAKING,
        replace(
            PRODENTP_NAME,
            note="境外生产企业的名称，按批件上的填写，中文或外文都可以，不超过 200 个字符。",
            example="某某海外制药公司",
        ),
        replace(PRODENTP_USCC, required=False, note=f"{PRODENTP_USCC.note}境外企业没有的可不填。"),
        *ORIGIN,
        PROD_CODE,
    ),
)

BINDINGS = (
    info_binding(
        INFO,
        "imported",
        sample="import",
        columns=(
            SERIAL,
            "med_list_codg",
            "nat_drug_no",
            "drug_genname",
            "manu_lotnum",
            "manu_date",
            "aprvno_enddate",
            "drug_regno",
            "impt_appv_no",
        ),
        filters=(
            SERIAL,
            "med_list_codg",
            CALLED,
            "impt_entp_name",
            "manu_lotnum",
            "manu_date",
        ),
    ),
    codes_binding(FAMILY),
    *makers_events(FAMILY),
)
