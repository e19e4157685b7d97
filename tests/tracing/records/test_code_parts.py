"""Codes taken apart, and the real codes of the standards with one character changed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracing.records.build import TODAY, context
from tracing.records.base import Column
from tracing.records.code_kinds import Trace
from tracing.records.code_parts import day_of, recognised
from tracing.records.reading import judge
from tracing.records.rule_sets import BUILT_IN, RuleLine, rule_set
from tracing.records.trace_codes import System

DRUG = Column("lv1_trac_code", "小包装追溯码", Trace())
DEVICE = Column("trac_code", "药品追溯码", Trace(devices=True))
# The prefixes of public lists, each pack level its own, with serials of nobody.
PREFIXES = ["8352616", "8761634", "8021761", "8021762", "8206233"]
DRUG_CODES = [f"{prefix}{serial:013}" for serial, prefix in enumerate(PREFIXES, start=12345)]
# Public device identifiers: items and boxes of them.
GTINS = [
    "06972253600013",
    "06975737431158",
    "16975737430493",
    "26975737430209",
    "06942221705071",
]
GS1 = "(01)06901234567892(11)141231(17)150707(10)A213B1(21)1234"
MA_ITEMS = ["MA.156.M0.100472.11103316", "MA.156.M0.100204.13351764"]
MA_WHOLE = "MA.156.M0.100350.01004YA10017.SLMSAGAAAC.M210628.LAY21062803.E220628.V220627.C3"
MA_OTHER = "MA.156.M0.100011.2cscp023.Ste002.M200206.L343432.D555555.E200228.V200307.C9"


def fields(code: str, *, today: date = TODAY) -> dict[str, str]:
    return {part.label: part.text for part in recognised(code, BUILT_IN, today).fields}


def read(code: str, column: Column = DEVICE) -> tuple[str | None, list[str]]:
    value, found = judge(column, code, context())
    return value, [bad.code for bad in found]


@pytest.mark.parametrize("code", DRUG_CODES)
def test_a_real_prefix_is_recognised_and_taken_apart(code: str) -> None:
    assert read(code, DRUG) == (code, [])
    assert fields(code) == {"编码体系": "码上放心", "药品标识码": code[:7], "序列号": code[7:]}


@pytest.mark.parametrize("code", GTINS)
def test_a_real_device_identifier_is_recognised(code: str) -> None:
    assert read(code) == (f"(01){code}", [])
    assert fields(f"(01){code}") == {"编码体系": "GS1", "商品码（GTIN）": code}


def test_an_element_string_is_taken_apart_into_its_fields() -> None:
    assert fields(GS1) == {
        "编码体系": "GS1",
        "商品码（GTIN）": "06901234567892",
        "生产日期": "2014-12-31",
        "有效期": "2015-07-07",
        "批号": "A213B1",
        "序列号": "1234",
    }
    assert fields("(01)06901234567892(17)250200(240)X1") == {
        "编码体系": "GS1",
        "商品码（GTIN）": "06901234567892",
        "有效期": "2025-02-28",
        "应用标识符（240）": "X1",
    }
    # Where the batch ends nobody can tell, so that only the product is shown.
    assert fields("010690123456789210A213B1211234") == {
        "编码体系": "GS1",
        "商品码（GTIN）": "06901234567892",
    }
    assert fields("00106901234567890128")["物流单元代码（SSCC）"] == "106901234567890128"


def test_an_ma_code_is_taken_apart_into_its_fields() -> None:
    assert fields(MA_WHOLE) == {
        "编码体系": "MA（IDcode）",
        "产品标识（DI）": "MA.156.M0.100350.01004YA10017",
        "序列号": "LMSAGAAAC",
        "生产日期": "2021-06-28",
        "批号": "AY21062803",
        "有效期": "2022-06-28",
        "有效期至": "2022-06-27",
    }
    assert fields(MA_OTHER)["灭菌批号"] == "555555"
    for code in (*MA_ITEMS, MA_WHOLE):
        assert read(code) == (code, [])


def test_twenty_digits_of_another_platform_begin_with_the_drug_identifier() -> None:
    assert fields("12345678901234567890") == {
        "编码体系": "20 位追溯码（其他平台）",
        "药品标识码": "1234567",
    }
    assert fields("ABC-12345") == {"编码体系": "企业自编码"}


def test_named_groups_of_a_rule_of_staff_are_fields() -> None:
    pattern = r"(?P<product>AB[0-9]{3})/(?P<lot>[^/]+)/(?P<expires>[0-9]{8})/(?P<serial>[0-9]+)"
    line = RuleLine("made-1", title="某", pattern=pattern, system="某某平台", parts="groups")
    found = recognised("AB123/L1/20270131/77", rule_set([line]), TODAY)
    assert dict(found.fields) == {
        "编码体系": "某某平台",
        "产品标识": "AB123",
        "批号": "L1",
        "有效期": "2027-01-31",
        "序列号": "77",
    }


def test_the_system_that_was_stored_stands() -> None:
    found = recognised(DRUG_CODES[0], BUILT_IN, TODAY, system="某某平台")
    assert found.fields[0].text == "某某平台"


@pytest.mark.parametrize(
    ("digits", "day"),
    [
        ("241231", "2024-12-31"),
        ("750101", "2075-01-01"),
        ("760101", "1976-01-01"),
        ("240200", "2024-02-29"),
        ("20240229", "2024-02-29"),
        ("251340", "251340"),
        ("250230", "250230"),
        ("00000000", "00000000"),
        ("A", "A"),
    ],
)
def test_days_are_read_in_the_nearest_century(digits: str, day: str) -> None:
    assert day_of(digits, TODAY) == day


def changed(code: str, place: int, character: str) -> str:
    return code[:place] + character + code[place + 1 :]


@given(st.sampled_from(DRUG_CODES), st.integers(0, 19), st.sampled_from("0123456789"))
def test_twenty_digits_with_one_changed_are_another_code(code: str, place: int, digit: str) -> None:
    """There is no public check digit; only the system may become another platform's."""
    other = changed(code, place, digit)
    value, found = read(other, DRUG)
    assert (value, found) == (other, [])
    expected = System.MSFX if other.startswith("8") else System.TWENTY_DIGITS
    assert BUILT_IN.system_of(other) == expected or other.startswith("00")


@given(st.sampled_from(DRUG_CODES), st.integers(0, 19), st.sampled_from("OIlZSB码/,"))
def test_twenty_digits_with_a_letter_are_refused(code: str, place: int, letter: str) -> None:
    value, found = read(changed(code, place, letter), DRUG)
    if letter.isascii() and letter.isalpha() and place == 0:
        # A letter in front is an enterprise's own doing.
        assert found == ["trace_code_own"]
    else:
        assert value is None
        assert len(found) == 1


@given(st.sampled_from(GTINS), st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_of_a_gtin_is_a_fault(code: str, place: int, more: int) -> None:
    other = changed(code, place, str((int(code[place]) + more) % 10))
    value, found = read(f"(01){other}(21)A1")
    assert (value, found) == (None, ["gs1_gtin_check_digit"])


@given(st.sampled_from(MA_ITEMS), st.data())
def test_one_wrong_digit_of_an_ma_code_is_only_remarked(code: str, data: st.DataObject) -> None:
    places = [place for place in range(10, len(code)) if code[place].isdigit()]
    place = data.draw(st.sampled_from(places))
    more = data.draw(st.integers(1, 9))
    other = changed(code, place, str((int(code[place]) + more) % 10))
    assert read(other) == (other, ["ma_check_digit"])
