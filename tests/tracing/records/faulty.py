"""A cell or a row for every finding that the pure checks can make."""

from __future__ import annotations

from datetime import datetime

from tests.tracing.records.build import CIRCULATION, CODES, INFO, RECEIPT, RETAIL, SHIPMENT
from tracing.records.base import Record
from tracing.records.terms import Cell, ErrorCell

# Told only where staff have switched a built-in rule off; see test_rule_sets.py.
BY_OTHER_RULES = {"trace_code_unrecognised"}

# record, column, cell, the one finding about it
CELLS: list[tuple[Record, str, Cell, str]] = [
    (INFO, "drug_genname", None, "required"),
    (INFO, "spec", ErrorCell("#N/A"), "error_cell"),
    (INFO, "convrat", ErrorCell("formula"), "formula_without_value"),
    (CODES, "lv2_trac_code", ErrorCell("merged"), "merged_cell"),
    (CODES, "lv1_trac_code", 8.352616025261235e19, "number_lost_digits"),
    (INFO, "manu_lotnum", 2024120100000001, "number_lost_digits"),
    (INFO, "trac_codg_sn", 12.5, "number_with_fraction"),
    (INFO, "manu_lotnum", datetime(2024, 12, 1), "cell_is_date"),  # noqa: DTZ001
    (INFO, "trac_codg_sn", True, "cell_is_boolean"),
    (INFO, "drug_lv", "中" * 21, "too_long"),
    (INFO, "spec", "中" * 32_768, "cell_too_long"),
    (INFO, "spec", ErrorCell("too_long 300001"), "cell_too_long"),
    (CODES, "lv1_trac_code", "8" * 501, "cell_too_long"),
    (INFO, "manu_date", "2024-12-15" + "\u0315" * 31, "too_many_marks"),
    (INFO, "manu_cnt", "\ufdfa" * 28, "grows_too_long"),
    (CODES, "lv1_trac_code", "8352616025261234567码", "code_characters"),
    (INFO, "rx_flag", "可能", "choice_unknown"),
    (INFO, "bas_medn_flag", "双跨", "choice_unknown"),
    (INFO, "manu_cnt", "33000盒", "number_form"),
    (INFO, "convrat", 10_000_000_000, "number_too_large"),
    (INFO, "manu_cnt", "0.00001", "number_too_fine"),
    (INFO, "convrat", 0, "number_not_above_zero"),
    (INFO, "convrat", -6, "number_not_above_zero"),
    (INFO, "manu_cnt", -1, "number_negative"),
    (INFO, "manu_date", "去年", "date_form"),
    (INFO, "manu_date", "15/12/2024", "date_year_last"),
    (INFO, "manu_date", "2024-02-30", "date_impossible"),
    (INFO, "aprvno_date", "1984-12-15", "date_before_1990"),
    (INFO, "manu_date", "2024-12", "date_without_day"),
    (INFO, "expy_end", "2027-11", "date_month_only"),
    (INFO, "manu_date", "2052-12-15", "date_in_future"),
    (INFO, "manu_date", "1994-12-15", "date_long_ago"),
    (SHIPMENT, "shp_time", "2025-01-16", "time_in_future"),
    (RECEIPT, "shpp_time", "1994-12-15", "date_long_ago"),
    (RETAIL, "rtal_cnt", "0", "number_not_above_zero"),
    (CIRCULATION, "inv_type", "退货", "choice_unknown"),
    (SHIPMENT, "trac_code", "6916194000426", "trace_code_is_prod_code"),
    (CODES, "stoin_time", "16/12/2024 09:30", "date_year_last"),
    (CODES, "lv1_trac_code", "8352616", "trace_code_length"),
    (CODES, "lv1_trac_code", "6916194000426", "trace_code_is_prod_code"),
    (CODES, "lv2_trac_code", "06916194000426", "trace_code_is_prod_code"),
    (INFO, "trac_codg_sn", "2.02412010000001E+15", "code_exponent"),
    (INFO, "trac_codg_sn", "20241201.00", "code_decimal"),
    (CODES, "lv1_trac_code", "80000991000000000001,80000991000000000002", "trace_code_several"),
    (CODES, "lv1_trac_code", "80000991000000000001-20241201", "trace_code_within"),
    (CODES, "lv1_trac_code", "80000990000000000O01", "trace_code_not_all_digits"),
    (CODES, "lv1_trac_code", "ABC/12345", "trace_code_form"),
    (CODES, "lv1_trac_code", "ABC-12345", "trace_code_own"),
    (CODES, "lv1_trac_code", "MA.156.MO.100472.11103316", "ma_form"),
    (CODES, "lv1_trac_code", "(01)06901234567891(21)1", "gs1_gtin_check_digit"),
    (CODES, "lv1_trac_code", "(00)106901234567890125", "sscc_check_digit"),
    (CODES, "lv1_trac_code", "(01)06901234567892(17)251340", "gs1_form"),
    (CODES, "lv1_trac_code", "010690123456789210A213B1211234", "gs1_ambiguous"),
    (CODES, "lv1_trac_code", "MA.156.M0.100472.11103317", "ma_check_digit"),
    (INFO, "med_list_codg", "XL02BBA32A001010102180", "med_list_form"),
    (CODES, "med_list_codg", "0", "med_list_not_coded"),
    (CIRCULATION, "med_list_codg", "C01010100101001", "goods_code_form"),
    (CIRCULATION, "med_list_codg", "0", "med_list_not_coded"),
    (INFO, "nat_drug_no", "86902551000250", "drug_code_check_digit"),
    (INFO, "aprvno", "国药准字H2012308", "aprvno_form"),
    (INFO, "aprvno", "H20181041", "aprvno_old_form"),
    (INFO, "prodentp_uscc", "91990000MA0000007", "uscc_length"),
    (INFO, "prodentp_uscc", "990000000000001", "uscc_old_number"),
    (INFO, "prodentp_uscc", "MA0000007", "uscc_old_number"),
    (INFO, "prodentp_uscc", "9199000OMA0000007X", "uscc_characters"),
    (INFO, "prodentp_uscc", "91990000MA0000007Y", "uscc_check_digit"),
    (INFO, "prodentp_uscc", "91990000MA0000001B", "uscc_organisation_digit"),
    (INFO, "prod_code", "69161940004", "gtin_form"),
    (INFO, "prod_code", "036000291453", "gtin_form"),
    (INFO, "prod_code", "96385075", "gtin_form"),
    (CODES, "prod_code", "96385074", "gtin_not_69"),
    (CODES, "prod_code", "036000291452", "gtin_not_69"),
    (INFO, "prod_code", "6916194000427", "gtin_check_digit"),
    (CODES, "prod_code", "2012345678900", "gtin_in_store"),
    (CODES, "prod_code", "4006381333931", "gtin_not_69"),
    (CODES, "prod_code", "16916194000423", "gtin_packaging"),
]

# record, rows that differ from the example, the one finding
ROWS: list[tuple[Record, list[dict[str, Cell]], tuple[int, str, str]]] = [
    (
        INFO,
        [{"manu_date": "2024-12-15", "expy_end": "2024-12-15"}],
        (0, "expy_end", "expiry_not_after_production"),
    ),
    (
        CODES,
        [{"lv2_trac_code": "80000000000000000001"}],
        (0, "lv2_trac_code", "trace_codes_equal"),
    ),
    (
        CODES,
        [{}, {"lv1_trac_code": "80000000000000000002", "lv3_trac_code": "80000020000000000002"}],
        (1, "lv3_trac_code", "box_in_two_boxes"),
    ),
    (
        CODES,
        [{"lv1_trac_code": "4006381333931", "prod_code": "4006381333931"}],
        (0, "lv1_trac_code", "trace_code_equals_prod_code"),
    ),
    (
        CODES,
        [{}, {"lv1_trac_code": "80000010000000000001", "lv2_trac_code": None}],
        (1, "lv1_trac_code", "code_at_two_levels"),
    ),
    (
        INFO,
        [{}, {}],
        (1, "trac_codg_sn", "duplicate_in_file"),
    ),
    (
        SHIPMENT,
        [{"shp_org_uscc": "91990000MA0000023K"}],
        (0, "shp_org_uscc", "not_own_unit"),
    ),
    (
        CIRCULATION,
        [{"inv_type": "出库"}],
        (0, "shp_org_uscc", "not_own_unit"),
    ),
    (
        CIRCULATION,
        [{"shpp_sin_no": None}],
        (0, "shpp_sin_no", "required_when"),
    ),
    (
        CIRCULATION,
        [{"shp_time": "2024-12-18 10:00", "shpp_time": "2024-12-18 09:59:59"}],
        (0, "shpp_time", "received_before_shipping"),
    ),
]
