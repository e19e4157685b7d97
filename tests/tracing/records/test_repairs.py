"""What a failing cell surely means: the repair that is offered, and the many that are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracing.records.build import CIRCULATION, CODES, INFO, SHIPMENT, context
from tests.tracing.records.faulty import CELLS
from tracing.records import RECORDS
from tracing.records.base import Record
from tracing.records.fault_kind import Severity
from tracing.records.faults import FAULTS
from tracing.records.reading import judge
from tracing.records.repairs import REPAIRS, repaired
from tracing.records.terms import Cell

CONTEXT = context()
ONE, TWO = "80000991000000000001", "80000991000000000002"

SURE: list[tuple[Record, str, Cell, str, str]] = [
    (INFO, "trac_codg_sn", "20241201.00", "code_decimal", "20241201"),
    (INFO, "prod_code", "6916194000426.0", "code_decimal", "6916194000426"),
    (CODES, "lv1_trac_code", f"{ONE}-20241201", "trace_code_within", ONE),
    (CODES, "lv1_trac_code", f"SN{ONE}", "trace_code_within", ONE),
    (CODES, "lv1_trac_code", f"1 {ONE}", "trace_code_within", ONE),
    (CODES, "lv1_trac_code", f"{ONE},{ONE}", "trace_code_several", ONE),
    (CODES, "lv1_trac_code", ONE * 2, "trace_code_several", ONE),
    (CODES, "lv1_trac_code", "8000099100000000OO01", "trace_code_not_all_digits", ONE),
    (CODES, "lv1_trac_code", "8000099100000000000l", "trace_code_not_all_digits", ONE),
    (CODES, "lv1_trac_code", "80000-99100-00000-00001", "trace_code_not_all_digits", ONE),
    (CODES, "lv1_trac_code", "“AB12345678”", "code_characters", "AB12345678"),
    (CODES, "lv1_trac_code", "AB12345678;", "trace_code_form", "AB12345678"),
    (CODES, "prod_code", "(01)06916194000426", "too_long", "06916194000426"),
    (CODES, "prod_code", "6-916194-000426", "too_long", "6916194000426"),
    (CODES, "prod_code", "69I6194000426", "gtin_form", "6916194000426"),
    (INFO, "prodentp_uscc", "9199000OMA0000007X", "uscc_characters", "91990000MA0000007X"),
    (INFO, "prodentp_uscc", "9I99OOOOMAOOOOOO7X", "uscc_characters", "91990000MA0000007X"),
    (INFO, "aprvno", "批准文号：国药准字Z20990001", "aprvno_form", "国药准字Z20990001"),
    (INFO, "aprvno", "国药准字Z20990001号", "aprvno_form", "国药准字Z20990001"),
    (INFO, "rx_flag", "1-是", "choice_unknown", "是"),
    (INFO, "rx_flag", "双跨（2）", "choice_unknown", "双跨"),
    (INFO, "rx_flag", "1.0", "choice_unknown", "是"),
    (INFO, "bas_medn_flag", True, "choice_unknown", "是"),
    (INFO, "bas_medn_flag", "No", "choice_unknown", "否"),
    (INFO, "bas_medn_flag", "√", "choice_unknown", "是"),
    (CIRCULATION, "inv_type", "入 库", "choice_unknown", "入库"),
    (CIRCULATION, "inv_type", "201出库", "choice_unknown", "出库"),
    (INFO, "manu_cnt", "33000盒", "number_form", "33000"),
    (INFO, "manu_cnt", "33 000", "number_form", "33000"),
    (INFO, "convrat", "60 粒", "number_form", "60"),
    (INFO, "manu_date", "2024-12-15T16:15:30", "date_form", "2024-12-15 16:15:30"),
    (INFO, "manu_date", "2024/12-15", "date_form", "2024-12-15"),
    (INFO, "manu_date", "2024年12月15", "date_form", "2024-12-15"),
    (INFO, "manu_date", "2024 12 5", "date_form", "2024-12-05"),
    (INFO, "manu_date", "20241215161530", "date_form", "2024-12-15 16:15:30"),
    (INFO, "manu_date", "15/12/2024", "date_year_last", "2024-12-15"),
    (INFO, "manu_date", "12/15/2024", "date_year_last", "2024-12-15"),
    (INFO, "manu_date", "5.5.2024", "date_year_last", "2024-05-05"),
]

OPEN: list[tuple[Record, str, Cell, str]] = [
    (CODES, "lv1_trac_code", 8.35e19, "number_lost_digits"),
    (CODES, "lv1_trac_code", "8.35E+19", "code_exponent"),
    (CODES, "lv1_trac_code", f"{ONE}.0", "code_decimal"),
    (CODES, "lv1_trac_code", f"{ONE},{TWO}", "trace_code_several"),
    (CODES, "lv1_trac_code", "8000099100000000S001", "trace_code_not_all_digits"),
    (CODES, "lv1_trac_code", "6916194000426", "trace_code_is_prod_code"),
    (SHIPMENT, "trac_code", "6916194000426", "trace_code_is_prod_code"),
    (CODES, "prod_code", "6916194000427", "gtin_check_digit"),
    (CODES, "prod_code", "69I6194000427", "gtin_form"),
    (INFO, "prodentp_uscc", "9199000OMA0000007Y", "uscc_characters"),
    (INFO, "prodentp_uscc", "91990000MA0000V07X", "uscc_characters"),
    (INFO, "aprvno", "国药准字Z2099000", "aprvno_form"),
    (INFO, "rx_flag", "是否", "choice_unknown"),
    (INFO, "rx_flag", "1/2", "choice_unknown"),
    (INFO, "manu_cnt", "3.3万", "number_form"),
    (INFO, "manu_cnt", "12箱", "number_form"),
    (INFO, "manu_cnt", "约33000", "number_form"),
    (INFO, "manu_date", "2024-12", "date_without_day"),
    (INFO, "manu_date", "03/04/2024", "date_year_last"),
    (INFO, "manu_date", "24-12-15", "date_year_last"),
    (INFO, "manu_date", "202412", "date_form"),
    (INFO, "manu_date", "2024 13 40", "date_form"),
    (INFO, "manu_date", "20241315161530", "date_form"),
    (INFO, "drug_genname", None, "required"),
    (INFO, "drug_lv", "1-" * 11, "too_long"),
]


def found_in(record: Record, column: str, cell: Cell) -> set[str]:
    return {bad.code for bad in judge(record.column(column), cell, CONTEXT)[1]}


@pytest.mark.parametrize(("record", "column", "cell", "code", "meant"), SURE)
def test_what_is_surely_meant(
    record: Record, column: str, cell: Cell, code: str, meant: str
) -> None:
    assert code in found_in(record, column, cell)
    assert repaired(record.column(column), code, cell, CONTEXT) == meant


@pytest.mark.parametrize(("record", "column", "cell", "code"), OPEN)
def test_what_nobody_can_tell(record: Record, column: str, cell: Cell, code: str) -> None:
    assert code in found_in(record, column, cell)
    assert repaired(record.column(column), code, cell, CONTEXT) is None


def test_repairs_are_of_faults_that_reject_and_each_is_tried() -> None:
    assert {FAULTS[code].level for code in REPAIRS} == {Severity.ERROR}
    assert {code for *_, code, _ in SURE} == set(REPAIRS)


def test_titles_are_chinese_and_of_one_line() -> None:
    titles = [repair.title for repair in REPAIRS.values()]
    assert all(title.isprintable() and not title.isascii() for title in titles)


@pytest.mark.parametrize(("record", "column", "cell", "code"), CELLS)
def test_a_repaired_cell_passes(record: Record, column: str, cell: Cell, code: str) -> None:
    meant = repaired(record.column(column), code, cell, CONTEXT)
    if meant is not None:
        _, found = judge(record.column(column), meant, CONTEXT)
        assert not [bad for bad in found if CONTEXT.level(bad.code) is Severity.ERROR]


@given(
    st.sampled_from([(r, c) for r in RECORDS.values() for c in r.columns]),
    st.sampled_from(sorted(REPAIRS)),
    st.text(alphabet="0123456789EOIlZS8.-/() 年月日是否盒,'\"A", max_size=30)
    | st.floats()
    | st.booleans(),
)
def test_whatever_is_repaired_passes(place: tuple[Record, object], code: str, cell: Cell) -> None:
    record, column = place
    meant = repaired(column, code, cell, CONTEXT)  # type: ignore[arg-type]
    if meant is not None:
        value, found = judge(column, meant, CONTEXT)  # type: ignore[arg-type]
        assert value is not None
        assert not [bad for bad in found if CONTEXT.level(bad.code) is Severity.ERROR]
