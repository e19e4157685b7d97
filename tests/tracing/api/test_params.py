"""What a query asks is measured by name before anything is looked up."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from portal.lib.refused import Refused
from tracing.api import refusals  # noqa: F401 - its codes
from tracing.api.interfaces import Parameter
from tracing.api.params import (
    MOST_PAGES,
    PAGING,
    Asked,
    day,
    days_asked,
    one_of,
    only_one_of,
    page_asked,
    paged,
    read,
    text,
)
from tracing.core.paging import MOST_ROWS, Page

NAME = text("MANU_LOTNUM", "药品生产批号", 5)
FIRST, LAST = day("FIRST", "开始日期"), day("LAST", "结束日期")
CHOICE = Parameter("RX_FLAG", "处方药标识", {"type": "string", "enum": ["1", "0"]}, "应为 1 或 0。")
CODES = Parameter("CODES", "码", {"type": "array", "maxItems": 3}, "应为 1 至 3 个。", length=4)
ALL = (NAME, FIRST, LAST, CHOICE, CODES)


def refused(
    param: dict[str, Any], parameters: tuple[Parameter, ...] = ALL
) -> list[tuple[str, str]]:
    """The codes and places of the reasons."""
    with pytest.raises(Refused) as raised:
        read(parameters, param)
    for reason in raised.value.refusals:
        assert reason.message
    return [(reason.code, reason.place) for reason in raised.value.refusals]


def test_names_are_taken_in_either_case_and_empty_values_left_out() -> None:
    given = {"manu_lotnum": " A1 ", "First": "2024-11-20", "LAST": None, "RX_FLAG": "  "}
    assert read(ALL, given) == {"MANU_LOTNUM": "A1", "FIRST": date(2024, 11, 20)}


@pytest.mark.parametrize(
    ("param", "code", "place"),
    [
        ({"OTHER": "1"}, "param_unknown", ""),
        ({"MANU_LOTNUＭ": "1"}, "param_unknown", ""),
        ({"MANU_LOTNUM": "1", "manu_lotnum": "1"}, "param_twice", "MANU_LOTNUM"),
        ({"MANU_LOTNUM": 1}, "param_unfit", "MANU_LOTNUM"),
        ({"MANU_LOTNUM": ["1"]}, "param_unfit", "MANU_LOTNUM"),
        ({"MANU_LOTNUM": "1\0"}, "param_unfit", "MANU_LOTNUM"),
        ({"MANU_LOTNUM": "123456"}, "param_too_long", "MANU_LOTNUM"),
        ({"FIRST": "2024-11-31"}, "param_not_day", "FIRST"),
        ({"FIRST": "20241120"}, "param_not_day", "FIRST"),
        ({"FIRST": "2024-W47-3"}, "param_not_day", "FIRST"),
        ({"FIRST": "昨天"}, "param_not_day", "FIRST"),
        ({"FIRST": 20241120}, "param_unfit", "FIRST"),
        ({"RX_FLAG": "3"}, "param_no_choice", "RX_FLAG"),
        ({"CODES": "1"}, "param_unfit", "CODES"),
        ({"CODES": []}, "param_wrong_count", "CODES"),
        ({"CODES": ["1", "2", "3", "4"]}, "param_wrong_count", "CODES"),
        ({"CODES": ["1", 2]}, "param_unfit", "CODES[2]"),
        ({"CODES": ["1", "12345"]}, "param_too_long", "CODES[2]"),
    ],
)
def test_what_does_not_fit_says_where(param: dict[str, Any], code: str, place: str) -> None:
    assert refused(param) == [(code, place)]


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ({}, "param_missing"),
        ({"CURRENT_PAGE": None}, "param_missing"),
        ({"CURRENT_PAGE": ""}, "param_missing"),
        ({"CURRENT_PAGE": "1"}, "param_unfit"),
        ({"CURRENT_PAGE": "一"}, "param_unfit"),
        ({"CURRENT_PAGE": True}, "param_unfit"),
        ({"CURRENT_PAGE": 1.5}, "param_unfit"),
        ({"CURRENT_PAGE": 0}, "param_out_of_range"),
        ({"CURRENT_PAGE": MOST_PAGES + 1}, "param_out_of_range"),
        ({"CURRENT_PAGE": 10**400}, "param_out_of_range"),
    ],
)
def test_a_page_must_be_a_number(page: dict[str, Any], code: str) -> None:
    assert refused(page, PAGING) == [(code, "CURRENT_PAGE")]


@pytest.mark.parametrize("size", [0, -1, MOST_ROWS + 1])
def test_a_page_is_of_a_stated_size(size: int) -> None:
    param = {"CURRENT_PAGE": 1, "PAGE_SIZE": size}
    assert refused(param, PAGING) == [("param_out_of_range", "PAGE_SIZE")]


def test_a_page_has_ten_rows_unless_it_is_said() -> None:
    assert page_asked(read(PAGING, {"CURRENT_PAGE": 3})) == Asked(3, 10)
    assert page_asked(read(PAGING, {"CURRENT_PAGE": 1, "PAGE_SIZE": 7})) == Asked(1, 7)


def test_a_message_of_many_unknown_names_is_answered_with_a_few() -> None:
    given = {f"X{number}": 1 for number in range(1_000)} | {"MANU_LOTNUM": 1}
    reasons = refused(given)
    assert reasons.count(("param_unknown", "")) == 10
    assert reasons[-1] == ("param_unfit", "MANU_LOTNUM")


def test_all_reasons_are_told_at_once() -> None:
    assert refused({"X": 1, "PAGE_SIZE": "9"}, PAGING) == [
        ("param_unknown", ""),
        ("param_missing", "CURRENT_PAGE"),
        ("param_unfit", "PAGE_SIZE"),
    ]


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        ("2024-11-20", None, "param_missing"),
        (None, "2024-11-20", "param_missing"),
        ("2024-11-20", "2024-11-19", "days_reversed"),
        ("2024-11-01", "2024-12-02", "days_too_many"),
    ],
)
def test_days_that_cannot_be_asked_for_say_why(first: Any, last: Any, code: str) -> None:
    asked = read(ALL, {"FIRST": first, "LAST": last})
    with pytest.raises(Refused) as raised:
        days_asked(asked, FIRST, LAST, most=31)
    assert raised.value.code == code


def test_both_days_are_asked_for() -> None:
    asked = read(ALL, {"FIRST": "2024-11-01", "LAST": "2024-12-01"})
    both = (date(2024, 11, 1), date(2024, 12, 1))
    assert days_asked(asked, FIRST, LAST, most=31) == days_asked(asked, FIRST, LAST) == both
    assert days_asked({}, FIRST, LAST) is None


def test_one_of_several_must_be_given() -> None:
    for check in (one_of, only_one_of):
        with pytest.raises(Refused) as raised:
            check({}, (NAME, CODES))
        assert raised.value.code == "param_one_of"
    with pytest.raises(Refused) as raised:
        only_one_of({"MANU_LOTNUM": "1", "CODES": ["1"]}, (NAME, CODES))
    assert raised.value.code == "param_only_one_of"
    assert only_one_of({"CODES": ["1"]}, (NAME, CODES)) is CODES


def test_a_page_past_the_end_has_no_rows() -> None:
    page = Page(["a", "b"], 12, 2, 10)
    assert paged(page, Asked(2, 10), str.upper)["rows"] == ["A", "B"]
    beyond = {"total": 12, "current_page": 3, "page_size": 10, "rows": []}
    assert paged(page, Asked(3, 10), str.upper) == beyond
