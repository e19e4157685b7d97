"""What 追溯信息详情 shows of a product of any family, in its two columns.

What a family does not say is left out there.
"""

from __future__ import annotations

from portal.lib.identifiers import CREDIT_CODE
from tracing.records.shapes import Pick

FACTS_LEFT: tuple[Pick | str, ...] = (
    Pick("trac_codg_sn", "产品编码"),
    Pick("med_list_codg", "医保编码"),
    Pick("nat_drug_no", "国家药品编码"),
    "drug_genname",
    "dosform",
    "spec",
    "pacspec",
    "convrat",
    "convrat_unt",
    "manu_lotnum",
    "manu_date",
)
FACTS_RIGHT: tuple[Pick | str, ...] = (
    "expy_end",
    "aprvno",
    "aprvno_date",
    "drug_regno",
    "impt_appv_no",
    "impt_entp_name",
    "rx_flag",
    "bas_medn_flag",
    "manu_cnt",
    "prodentp_name",
    Pick("prodentp_uscc", CREDIT_CODE),
    "manu_addr",
    "drug_lv",
    "prod_code",
)
