"""The faults that can be planted in the drug records."""

from __future__ import annotations

from portal.lib.no_value import FORMULA
from tracing.records.terms import ErrorCell
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
INFO_SPOILERS = (
    Spoiler("prod_code", "gtin_check_digit", wrong_last_digit("prod_code")),
    Spoiler("trac_codg_sn", "duplicate_in_file", copied("trac_codg_sn"), True),
    Spoiler("drug_genname", "required", become(None)),
    Spoiler("expy_end", "expiry_not_after_production", changed("manu_date", str)),
    Spoiler("med_list_codg", "med_list_form", cut("med_list_codg")),
    Spoiler("trac_codg_sn", "code_characters", half_chinese("trac_codg_sn")),
    Spoiler("trac_codg_sn", "number_lost_digits", become(8.00000012345679e19)),
    Spoiler("trac_codg_sn", "code_exponent", become("2.02412010000001E+15")),
    Spoiler("prod_code", "gtin_form", become("03600029145")),
    Spoiler("aprvno", "aprvno_form", cut("aprvno")),
    Spoiler("prodentp_uscc", "uscc_length", cut("prodentp_uscc")),
    Spoiler("rx_flag", "choice_unknown", become("可能")),
    Spoiler("manu_cnt", "number_form", changed("manu_cnt", lambda count: f"{count}盒")),
    Spoiler("manu_cnt", "error_cell", become(ErrorCell("#VALUE!"))),
    Spoiler("convrat", "formula_without_value", become(ErrorCell(FORMULA))),
    Spoiler("convrat", "number_not_above_zero", become(0)),
    Spoiler("manu_date", "date_impossible", become("2024-02-30")),
    Spoiler("manu_date", "date_in_future", become("2199-01-01")),
)
