"""国产药: the records of drugs made at home, and what the product does with them."""

from __future__ import annotations

from tracing.records.drug_columns import (
    APPROVAL,
    MAKING,
    MED_LIST_CODG,
    PROD_CODE,
    PRODUCT,
    TRAC_CODG_SN,
)
from tracing.records.drugs import codes_binding, drug_info, info_binding
from tracing.records.families import Family
from tracing.records.makers_events import makers_events
from tracing.records.shapes import SERIAL

FAMILY = Family("domestic-drug", "国产药")

INFO = drug_info(FAMILY, (TRAC_CODG_SN, MED_LIST_CODG, *PRODUCT, *APPROVAL, *MAKING, PROD_CODE))

BINDINGS = (
    info_binding(
        INFO,
        "domestic",
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
    ),
    codes_binding(FAMILY),
    *makers_events(FAMILY),
)
