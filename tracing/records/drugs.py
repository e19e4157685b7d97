"""The records of drugs: the facts of a batch, and the codes of its packs.

Domestic and imported records share their columns; each record lists its own, so that the order of
the template can be read here.
"""

from __future__ import annotations

from dataclasses import replace

from tracing.records.base import Record
from tracing.records.drug_columns import (
    APPROVAL,
    LEVEL_LABELS,
    LEVELS,
    LV1,
    LV2,
    LV3,
    MAKING,
    MED_LIST_CODG,
    PROD_CODE,
    PRODUCT,
    STOIN_TIME,
    TRAC_CODG_SN,
)
from tracing.records.rules import (
    expires_after_production,
    levels_differ,
    not_the_product_code,
    one_level,
    one_outer_box,
)

DOMESTIC_DRUG_INFO = Record(
    code="domestic-drug-info",
    title="国产药信息",
    family="domestic-drug",
    key=("unit", "trac_codg_sn"),
    columns=(TRAC_CODG_SN, MED_LIST_CODG, *PRODUCT, *APPROVAL, *MAKING, PROD_CODE),
    rules=(expires_after_production,),
)

DOMESTIC_DRUG_CODES = Record(
    code="domestic-drug-codes",
    title="国产药追溯码信息",
    family="domestic-drug",
    key=(LV1,),
    columns=(
        replace(
            TRAC_CODG_SN,
            note="该批药品的流水号，应与药品信息中的一致；药品信息尚未上传的先收下，上传后自动关联。",
        ),
        *LEVELS,
        replace(MED_LIST_CODG, note=f"应与药品信息中的一致。{MED_LIST_CODG.note}"),
        replace(PROD_CODE, note=f"应与药品信息中的一致。{PROD_CODE.note}"),
        STOIN_TIME,
    ),
    rules=(
        levels_differ(LEVEL_LABELS),
        not_the_product_code(tuple(LEVEL_LABELS)),
        one_outer_box(LV2, LV3),
        one_level(LEVEL_LABELS),
    ),
)
