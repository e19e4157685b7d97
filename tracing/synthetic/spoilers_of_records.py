"""The faults that can be planted in the records of drugs and of events."""

from __future__ import annotations

from collections.abc import Iterator

from portal.lib.no_value import FORMULA
from tracing.records.terms import ErrorCell
from tracing.records.values import INBOUND, INV_TYPE, OUTBOUND
from tracing.synthetic.codes import credit_code
from tracing.synthetic.spoilers import (
    Spoiler,
    as_exponent,
    as_number,
    become,
    changed,
    copied,
    cut,
    half_chinese,
    letter_for_digit,
    with_decimals,
    with_next,
    wrong_last_digit,
)

STRANGER = credit_code("stranger")
DIRECTION = "inv_type"
INCOMING = (DIRECTION, dict(INV_TYPE)[INBOUND])
OUTGOING = (DIRECTION, dict(INV_TYPE)[OUTBOUND])

CODE_SPOILERS = (
    Spoiler("prod_code", "gtin_check_digit", wrong_last_digit("prod_code")),
    Spoiler("lv1_trac_code", "duplicate_in_file", copied("lv1_trac_code"), True),
    Spoiler("lv1_trac_code", "number_lost_digits", as_number("lv1_trac_code")),
    Spoiler("lv2_trac_code", "number_lost_digits", as_number("lv1_trac_code")),
    Spoiler("med_list_codg", "med_list_form", cut("med_list_codg")),
    Spoiler("lv1_trac_code", "code_characters", half_chinese("lv1_trac_code")),
    # An EAN of somebody else: the row's own 商品码 would be a second finding.
    Spoiler("lv1_trac_code", "trace_code_is_prod_code", become("6999999999994")),
    Spoiler("lv1_trac_code", "required", become(None)),
    Spoiler("trac_codg_sn", "required", become(None)),
    Spoiler("lv2_trac_code", "trace_codes_equal", changed("lv1_trac_code", str)),
    Spoiler("lv1_trac_code", "error_cell", become(ErrorCell("#N/A"))),
    Spoiler("prod_code", "error_cell", become(ErrorCell("#REF!"))),
    Spoiler("lv1_trac_code", "formula_without_value", become(ErrorCell(FORMULA))),
    Spoiler("lv1_trac_code", "trace_code_length", changed("lv1_trac_code", lambda code: code[:7])),
    Spoiler("lv1_trac_code", "too_long", changed("lv1_trac_code", lambda code: f"A{code * 5}")),
    Spoiler("lv1_trac_code", "code_exponent", as_exponent("lv1_trac_code")),
    Spoiler("lv1_trac_code", "code_decimal", with_decimals("lv1_trac_code")),
    Spoiler("lv1_trac_code", "trace_code_several", with_next("lv1_trac_code", ";")),
    Spoiler("lv2_trac_code", "trace_code_several", with_next("lv1_trac_code", " ")),
    Spoiler("lv1_trac_code", "trace_code_not_all_digits", letter_for_digit("lv1_trac_code")),
    Spoiler("lv1_trac_code", "trace_code_form", changed("lv1_trac_code", lambda code: f"{code};")),
    Spoiler("lv1_trac_code", "ma_form", become("MA.156.MO.999999.11103316")),
    Spoiler("lv1_trac_code", "gs1_gtin_check_digit", become("(01)06999000000017(21)0001")),
    Spoiler("stoin_time", "date_year_last", become("16/12/2024")),
    Spoiler("stoin_time", "date_impossible", become("2024-02-30")),
)
# What can be wrong with the facts of a batch of any drug, then of one made at home or abroad.
_OF_ANY_DRUG = (
    Spoiler("prod_code", "gtin_check_digit", wrong_last_digit("prod_code")),
    Spoiler("trac_codg_sn", "duplicate_in_file", copied("trac_codg_sn"), True),
    Spoiler("drug_genname", "required", become(None)),
    Spoiler("expy_end", "expiry_not_after_production", changed("manu_date", str)),
    Spoiler("med_list_codg", "med_list_form", cut("med_list_codg")),
    Spoiler("trac_codg_sn", "code_characters", half_chinese("trac_codg_sn")),
    Spoiler("trac_codg_sn", "number_lost_digits", become(8.00000012345679e19)),
    Spoiler("trac_codg_sn", "code_exponent", become("2.02412010000001E+15")),
    Spoiler("prod_code", "gtin_form", become("03600029145")),
    Spoiler("rx_flag", "choice_unknown", become("可能")),
    Spoiler("manu_cnt", "number_form", changed("manu_cnt", lambda count: f"{count}盒")),
    Spoiler("manu_cnt", "error_cell", become(ErrorCell("#VALUE!"))),
    Spoiler("convrat", "formula_without_value", become(ErrorCell(FORMULA))),
    Spoiler("convrat", "number_not_above_zero", become(0)),
    Spoiler("manu_date", "date_impossible", become("2024-02-30")),
    Spoiler("manu_date", "date_in_future", become("2199-01-01")),
)
INFO_SPOILERS = (
    *_OF_ANY_DRUG,
    Spoiler("aprvno", "aprvno_form", cut("aprvno")),
    Spoiler("prodentp_uscc", "uscc_length", cut("prodentp_uscc")),
)
IMPORT_SPOILERS = (
    *_OF_ANY_DRUG,
    Spoiler("drug_regno", "regno_form", cut("drug_regno")),
    Spoiler("drug_regno", "required", become(None)),
    Spoiler("impt_entp_name", "required", become(None)),
    Spoiler("impt_appv_no", "too_long", changed("impt_appv_no", lambda number: number * 20)),
)


def _code_spoilers(*rest_of_key: str) -> Iterator[Spoiler]:
    """What can be wrong with the code; the same code twice only matters in the same document."""
    column = "trac_code"
    yield Spoiler(column, "required", become(None))
    yield Spoiler(column, "duplicate_in_file", copied(column), True, alike=rest_of_key)
    yield Spoiler(column, "number_lost_digits", as_number(column))
    yield Spoiler(column, "code_characters", half_chinese(column))
    # An EAN of somebody else.
    yield Spoiler(column, "trace_code_is_prod_code", become("6999999999994"))
    yield Spoiler(column, "trace_code_length", changed(column, lambda code: code[:7]))
    yield Spoiler(column, "code_exponent", as_exponent(column))
    yield Spoiler(column, "code_decimal", with_decimals(column))
    yield Spoiler(column, "trace_code_several", with_next(column, "、"))
    yield Spoiler(column, "trace_code_not_all_digits", letter_for_digit(column))
    yield Spoiler(column, "error_cell", become(ErrorCell("#N/A")))


def _firm_spoilers(name: str, uscc: str) -> Iterator[Spoiler]:
    """What can be wrong with a firm."""
    yield Spoiler(name, "required", become(None))
    yield Spoiler(uscc, "uscc_length", cut(uscc))


def _time_spoilers(column: str) -> Iterator[Spoiler]:
    """What can be wrong with the time of an event."""
    yield Spoiler(column, "date_impossible", become("2024-02-30 10:00:00"))
    yield Spoiler(column, "date_year_last", become("17/12/2024"))
    yield Spoiler(column, "required", become(None))


SHIPMENT_SPOILERS = (
    *_code_spoilers("shp_sin_no"),
    *_firm_spoilers("shpp_org_name", "shpp_org_uscc"),
    *_time_spoilers("shp_time"),
    Spoiler("shp_org_uscc", "not_own_unit", become(STRANGER)),
    Spoiler("shp_stas", "choice_unknown", become("运输中")),
    Spoiler("shp_sin_no", "too_long", changed("shp_sin_no", lambda number: number * 4)),
    Spoiler("trac_codg_sn", "formula_without_value", become(ErrorCell(FORMULA))),
)
DELIVERY_SPOILERS = (
    *_code_spoilers("shp_sin_no"),
    *_firm_spoilers("delv_emp", "delv_emp_uscc"),
    *_time_spoilers("delv_time"),
    Spoiler("shp_sin_no", "required", become(None)),
    Spoiler("delv_addr", "too_long", changed("delv_addr", lambda address: address * 50)),
)
RECEIPT_SPOILERS = (
    *_code_spoilers("shpp_sin_no"),
    *_firm_spoilers("shpp_org_name", "shpp_org_uscc"),
    *_time_spoilers("shpp_time"),
    Spoiler("shpp_org_type", "choice_unknown", become("药店")),
    Spoiler("shpp_stas", "required", become(None)),
)
RETAIL_SPOILERS = (
    *_code_spoilers("rtal_docno"),
    *_firm_spoilers("rtal_org_name", "rtal_org_uscc"),
    *_time_spoilers("rtal_time"),
    Spoiler("rtal_cnt", "number_form", changed("rtal_cnt", lambda count: f"{count}盒")),
    Spoiler("rtal_cnt", "number_not_above_zero", become(0)),
    Spoiler("trdn_flag", "choice_unknown", become("拆")),
)
CIRCULATION_SPOILERS = (
    *_code_spoilers(DIRECTION, "shp_sin_no", "shpp_sin_no"),
    *_time_spoilers("delv_time"),
    Spoiler("shpp_org_uscc", "not_own_unit", become(STRANGER), only=INCOMING),
    Spoiler("shp_org_uscc", "not_own_unit", become(STRANGER), only=OUTGOING),
    Spoiler("shpp_sin_no", "required_when", become(None), only=INCOMING),
    Spoiler("shpp_time", "required_when", become(None), only=INCOMING),
    Spoiler("med_list_codg", "goods_code_form", cut("med_list_codg")),
    Spoiler(DIRECTION, "choice_unknown", become("调拨")),
    *_firm_spoilers("delv_emp", "shpp_org_uscc"),
    Spoiler("cnt", "number_not_above_zero", become(-1)),
)
