"""Numbers and choices."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given

from tests.tracing.records.build import ANY_CELL
from tracing.records.column_kinds import Choice, Number, Text
from tracing.records.terms import Bad, Cell, ErrorCell
from tracing.records.values import RX_FLAG, YES_NO

COUNT = Number(16, 4)
RATIO = Number(10, 0)
RX = Choice(RX_FLAG)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        (60, "60"),
        (60.0, "60"),
        ("60", "60"),
        (" 60 ", "60"),
        ("６０", "60"),
        ("60.50", "60.5"),
        ("33,000", "33000"),
        ("1,234,567.5", "1234567.5"),
        ("３３，０００", "33000"),
        (0.1 + 0.2, "0.3"),
        (1e5, "100000"),
        ("+5", "5"),
        ("-5", "-5"),
        ("-0", "0"),
        ("007", "7"),
        ("999999999999.9999", "999999999999.9999"),
        (0.0001, "0.0001"),
    ],
)
def test_numbers(typed: Cell, number: str) -> None:
    value = COUNT.parse(typed)
    assert value == Decimal(number)
    assert COUNT.show(value) == number


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("60盒", "number_form"),
        ("1E5", "number_form"),
        ("1e5", "number_form"),
        ("33,00", "number_form"),
        ("3,3000", "number_form"),
        ("1.2.3", "number_form"),
        ("1.", "number_form"),
        (".5", "number_form"),
        ("六十", "number_form"),
        ("½", "number_form"),
        ("٣", "number_form"),
        ("--5", "number_form"),
        ("9" * 100, "number_form"),
        ("NaN", "number_form"),
        ("Infinity", "number_form"),
        (float("nan"), "number_form"),
        (float("inf"), "number_form"),
        (1e300, "number_form"),
        (True, "number_form"),
        (date(2024, 12, 15), "number_form"),
        (1e12, "number_too_large"),
        ("1000000000000", "number_too_large"),
        (1e25, "number_too_large"),
        ("0.00001", "number_too_fine"),
        (1e-7, "number_too_fine"),
        (ErrorCell("#DIV/0!"), "error_cell"),
        (ErrorCell("formula"), "formula_without_value"),
    ],
)
def test_what_is_no_number_of_the_column(typed: Cell, fault: str) -> None:
    found = COUNT.parse(typed)
    assert isinstance(found, Bad)
    assert found.code == fault


def test_a_whole_number_has_no_fraction() -> None:
    assert RATIO.parse("60.0") == 60
    assert RATIO.parse("60.5") == Bad("number_too_fine", ("60.5", "0"))
    assert RATIO.parse(9_999_999_999) == 9_999_999_999
    assert RATIO.parse(10_000_000_000) == Bad("number_too_large", ("10000000000", "10"))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("是", "1"),
        ("1", "1"),
        ("１", "1"),
        (1, "1"),
        (1.0, "1"),
        (" 否 ", "0"),
        (0.0, "0"),
        ("双跨", "2"),
        (None, None),
        ("", None),
    ],
)
def test_a_choice_is_code_or_word(typed: Cell, code: str | None) -> None:
    assert RX.parse(typed) == code


@pytest.mark.parametrize(
    "typed", ["可能", "3", 3, 1.5, "是否", "Y", True, False, date(2024, 1, 1), float("nan"), 1e300]
)
def test_any_other_entry_is_told_the_values(typed: Cell) -> None:
    found = RX.parse(typed)
    assert isinstance(found, Bad)
    assert found.code == "choice_unknown"
    assert found.detail[1] == "是（1）、否（0）、双跨（2）"


def test_a_choice_is_shown_as_its_word() -> None:
    assert [RX.show(value) for value in ("1", "0", "2", None)] == ["是", "否", "双跨", ""]
    assert Choice(YES_NO).show("0") == "否"


def test_other_values_are_shown_as_they_are() -> None:
    assert Text(9).show("合剂") == "合剂"
    assert Text(9).show(None) == ""
    assert COUNT.show(None) == ""


def test_a_number_is_shown_without_idle_zeros() -> None:
    shown = [COUNT.show(Decimal(text)) for text in ("33000.0000", "0.5000", "100", "0.0000")]
    assert shown == ["33000", "0.5", "100", "0"]


@given(ANY_CELL)
def test_any_cell_can_be_read_as_a_number(cell: Cell) -> None:
    value = COUNT.parse(cell)
    assert value is None or isinstance(value, Bad | Decimal)
    if isinstance(value, Decimal):
        assert COUNT.parse(COUNT.show(value)) == value


@given(ANY_CELL)
def test_any_cell_can_be_read_as_a_choice(cell: Cell) -> None:
    value = RX.parse(cell)
    assert value is None or isinstance(value, Bad) or value in dict(RX_FLAG)
