"""Which system a trace code comes from, and the form in which it is kept."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracing.records.build import ANY_CELL, context
from tracing.records.base import Column
from tracing.records.code_kinds import Trace
from tracing.records.fault_kind import Severity
from tracing.records.reading import judge
from tracing.records.terms import Bad, Cell
from tracing.records.trace_codes import RULES, System, recognise

TRACE = Trace()
COLUMN = Column("lv1_trac_code", "小包装追溯码", TRACE)

MSFX_CODES = ["83526160252612345678", "87616340001912345678", "80217611234567890123"]
GS1_CODE = "(01)06901234567892(11)141231(17)150707(10)A213B1(21)1234"
MA_CODE = "MA.156.M0.100350.01004YA10017.SLMSAGAAAC.M210628.LAY21062803.E220628.V220627.C3"


def judged(cell: Cell) -> tuple[Any, list[str]]:
    value, found = judge(COLUMN, cell, context())
    return value, [bad.code for bad in found]


@pytest.mark.parametrize(
    ("code", "system"),
    [
        *((code, System.MSFX) for code in MSFX_CODES),
        ("https://www.mashangfangxin.com/code/83857930000879766660", System.MSFX),
        ("HTTP://a.cn/?c=83857930000879766660&x=1", System.MSFX),
        ("00106901234567890125", System.TWENTY_DIGITS),
        ("00" + "069012345600000015", System.SSCC),
        ("12345678901234567890", System.TWENTY_DIGITS),
        (GS1_CODE, System.GS1),
        ("(01)06901234567892", System.GS1),
        ("010690123456789221ABC", System.GS1),
        # The GTIN is wrong: with brackets a slip, without them somebody's own numbering.
        ("(01)06901234567891(21)1", System.GS1),
        ("010690123456789121ABC", System.OWN),
        (MA_CODE, System.MA),
        ("MA.156.M0.100472.11103316", System.MA),
        ("6916194000426", System.PROD_CODE),
        ("06916194000426", System.PROD_CODE),
        ("69161940004260", System.PROD_CODE),
        ("ABC-12345", System.OWN),
        ("a1" * 50, System.OWN),
        ("8352616025261234567", System.OWN),
        ("A.1_2:3#4*5$6%7@8", System.OWN),
        ("undefined", System.UNKNOWN),
        ("(10)A(21)B", System.UNKNOWN),
        ("ABC/12345", System.UNKNOWN),
        ("ABC--12345", System.UNKNOWN),
        ("-ABC12345", System.UNKNOWN),
        ("'ABC12345", System.UNKNOWN),
        ("MA.156.M0.100472", System.OWN),
        ("a1" * 50 + "a", System.UNKNOWN),
        ("1234567", System.UNKNOWN),
        ("835二", System.UNKNOWN),
        ("835 26160252612345678", System.UNKNOWN),
        ("", System.UNKNOWN),
    ],
)
def test_the_first_rule_that_fits_names_the_system(code: str, system: System) -> None:
    assert recognise(code) is system


def test_rules_have_a_name_each() -> None:
    assert len({rule.name for rule in RULES}) == len({rule.title for rule in RULES}) == len(RULES)


def test_every_system_has_a_chinese_label() -> None:
    assert all(system.label for system in System)
    assert System.MSFX.label == "码上放心"
    assert len({system.label for system in System}) == len(System)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("83526160252612345678", "83526160252612345678"),
        ("８３５２６１６０２５２６１２３４５６７８", "83526160252612345678"),
        ("8352616 0252612345678", "83526160252612345678"),
        (" 83526160252612345678\r\n", "83526160252612345678"),
        ("https://a.cn/83857930000879766660", "83857930000879766660"),
        ("https://a.cn/" + "x" * 200 + "/83857930000879766660", "83857930000879766660"),
        ("（01）06901234567892（21）aB", "(01)06901234567892(21)aB"),
        (GS1_CODE, GS1_CODE),
        ("]d2010690123456789210A213B1\x1d211234", "(01)06901234567892(10)A213B1(21)1234"),
        ("]C1010690123456789210A213B1\x1d211234", "(01)06901234567892(10)A213B1(21)1234"),
        ("010690123456789210A213B1<GS>211234", "(01)06901234567892(10)A213B1(21)1234"),
        ("010690123456789210A213B1{GS}211234", "(01)06901234567892(10)A213B1(21)1234"),
        ("010690123456789210A213B1^]211234", "(01)06901234567892(10)A213B1(21)1234"),
        ("010690123456789210A213B1_x001D_211234", "(01)06901234567892(10)A213B1(21)1234"),
        (
            "01069012345678921124123110a1\x1d21bB",
            "(01)06901234567892(11)241231(10)a1(21)bB",
        ),
        ("(00)106901234567890128", "00106901234567890128"),
        ("]C100106901234567890125", "00106901234567890125"),
        ("]C083526160252612345678", "83526160252612345678"),
        ("83526160252612345678<GS>", "83526160252612345678"),
        ("ma.156.m0.100472.11103316", "MA.156.M0.100472.11103316"),
        ("MA.156.M0.100011.2cscp023", "MA.156.M0.100011.2cscp023"),
        # A string without separators whose only part of any length is the last.
        ("010690123456789221A213B1101234", "(01)06901234567892(21)A213B1101234"),
        ("0106901234567892211234", "(01)06901234567892(21)1234"),
        ("010690123456789210A13B1", "(01)06901234567892(10)A13B1"),
        (
            "01069012345678921124123117261230211234",
            "(01)06901234567892(11)241231(17)261230(21)1234",
        ),
        ("0106901234567892", "(01)06901234567892"),
        # The order in which the parts are written says nothing about the pack.
        ("(21)1234(10)A(17)261230(01)06901234567892", "(01)06901234567892(17)261230(10)A(21)1234"),
        ("010690123456789221A<GS>1726123010B", "(01)06901234567892(17)261230(10)B(21)A"),
        ("(01)06901234567892(240)X1(21)5", "(01)06901234567892(21)5(240)X1"),
    ],
)
def test_a_code_is_kept_in_one_form(typed: Cell, code: str) -> None:
    assert judged(typed) == (code, [])
    assert judged(code) == (code, [])


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        (8.352616025261235e19, "number_lost_digits"),
        (83526160252612345678, "number_lost_digits"),
        (12.5, "number_with_fraction"),
        ("1234567", "trace_code_length"),
        ("8" * 101, "too_long"),
        ("8352616025261234567码", "code_characters"),
        ("8352616025261\n2345678", "code_characters"),
        ("83526160252612\x1d345678", "code_characters"),
        ("6916194000426", "trace_code_is_prod_code"),
        ("06916194000426", "trace_code_is_prod_code"),
        (6916194000426.0, "trace_code_is_prod_code"),
        ("６９１６１９４０００４２６", "trace_code_is_prod_code"),
        ("6916194000427", "trace_code_is_prod_code"),
        ("(01)06901234567891(21)1234", "gs1_gtin_check_digit"),
        # With the brackets it can be nothing but an SSCC, however its last digit reads.
        ("(00)106901234567890125", "sscc_check_digit"),
        ("(01)06901234567892(17)251340(21)1", "gs1_day"),
        # No calendar has these days; raw they are no own codes either.
        ("(01)06901234567892(17)250231", "gs1_day"),
        ("(01)06901234567892(17)250431(21)1", "gs1_day"),
        ("(01)06901234567892(17)250229", "gs1_day"),
        ("010690123456789217250231", "gs1_day"),
        ("01069012345678921725023121S1", "gs1_day"),
        # A GTIN of China behind 01 and a known identifier behind that: meant to be GS1.
        ("010690149631080221XMqdEKVyuP", "gs1_gtin_check_digit"),
        ("0106999000000019172712312112345", "gs1_gtin_check_digit"),
        ("011690123456789121ABC", "gs1_gtin_check_digit"),
        ("0106901234567891", "gs1_gtin_check_digit"),
        ("010690123456789121A1<GS>10B1", "gs1_gtin_check_digit"),
        ("16901234567891", "gs1_gtin_check_digit"),
        # A separator within a value: of two values one has lost its identifier.
        ("(01)06901234567892(21)S1<GS>6", "gs1_form"),
        ("(01)06901234567892(10)", "gs1_form"),
        ("(01)06901234567892(21)" + "1" * 21, "gs1_form"),
        ("(01)06901234567892(21)1(21)2", "gs1_form"),
        ("(01)0690123456789O(21)1234", "gs1_form"),
        ("(10)A213B1(21)1234", "gs1_form"),
        ("010690123456789221A(B\x1d10C", "code_characters"),
        ("MA.156.MO.100472.11103316", "ma_form"),
        ("ma-156-M0".replace("-", ".") + ".100472.1110;316", "ma_form"),
    ],
)
def test_a_cell_that_is_no_trace_code(typed: Cell, fault: str) -> None:
    assert judged(typed) == (None, [fault])


def test_the_right_check_digit_of_a_raw_string_is_named() -> None:
    cases = {
        "0106999000000019172712312112345": ("06999000000019", "8"),
        "16901234567891": ("16901234567891", "9"),
        "(00)106901234567890125": ("106901234567890125", "8"),
    }
    for cell, detail in cases.items():
        (found,) = judge(COLUMN, cell, context())[1]
        assert found.detail == detail


@pytest.mark.parametrize("day", ["240229", "000229", "250200", "251231", "250430"])
def test_days_of_the_calendar_and_the_end_of_a_month_are_taken(day: str) -> None:
    code = f"(01)06901234567892(17){day}"
    assert judged(code) == (code, [])
    assert judged(f"010690123456789217{day}") == (code, [])


@pytest.mark.parametrize(
    "own", ["01069012345678", "0106901234567892ABC", "01000001-ABC", "010112345678901221ABC"]
)
def test_an_enterprise_may_begin_its_codes_with_01(own: str) -> None:
    assert judged(own) == (own, ["trace_code_own"])


def test_a_missing_separator_is_remarked_and_the_code_kept_as_typed() -> None:
    typed = "010690123456789210A213B1211234"
    assert judged(typed) == (typed, ["gs1_ambiguous"])


@pytest.mark.parametrize(
    "typed",
    [
        # Behind a serial a date, and a batch, may have lost their separator.
        "010690123456789221ABC17261230",
        "010690123456789221ABC1726123010L1",
        # More than a batch or a serial may hold.
        "010690123456789221" + "A" * 21,
    ],
)
def test_a_part_that_may_hide_in_the_last_one_is_remarked(typed: str) -> None:
    assert judged(typed) == (typed, ["gs1_ambiguous"])


@pytest.mark.parametrize("typed", ["(01)06901234567892(21)5(240)X1", "(01)06901234567892(21)a"])
def test_unusual_identifiers_are_left_to_the_library(typed: str) -> None:
    assert judged(typed) == (typed, [])


@pytest.mark.parametrize("typed", ["aBc-12345", "12345678", "8352616025261234567", 12345678.0])
def test_an_enterprises_own_code_is_taken_with_a_remark(typed: Cell) -> None:
    own = str(typed).removesuffix(".0")
    assert judged(typed) == (own, ["trace_code_own"])
    silent = context(trace_code_own=Severity.OFF)
    value, found = judge(COLUMN, typed, silent)
    assert (value, list(found)) == (own, [])


def test_a_wrong_ma_digit_is_only_remarked() -> None:
    assert judged(MA_CODE) == (MA_CODE, [])
    wrong = "MA.156.M0.100472.11103317"
    assert judged(wrong) == (wrong, ["ma_check_digit"])


def test_twenty_digits_are_never_checked_by_a_digit() -> None:
    codes = [f"8352616025261234567{last}" for last in "0123456789"]
    assert [judged(code) for code in codes] == [(code, []) for code in codes]


@given(ANY_CELL)
def test_any_cell_can_be_read_as_a_trace_code_and_once_is_enough(cell: Cell) -> None:
    value = TRACE.parse(cell)
    assert isinstance(value, Bad) or TRACE.parse(value) == value


@given(st.from_regex(r"\A(\](d2|C1))?\(?01\)?[0-9]{14}[!-~\x1d]{0,40}\Z"))
def test_strings_like_gs1_are_judged_without_an_error(text: str) -> None:
    value, _ = judged(text)
    assert value is None or judged(value)[0] == value
