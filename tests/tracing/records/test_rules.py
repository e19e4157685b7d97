"""Rules across columns and across the rows of a file."""

from __future__ import annotations

import pytest

from tests.tracing.records.build import CODES, INFO, check, context, placed
from tracing.records.checking import check_rows
from tracing.records.terms import Cell, Fault

SMALL = [f"8000000000000000000{i}" for i in range(10)]
MIDDLE = [f"8000001000000000000{i}" for i in range(10)]
LARGE = [f"8000002000000000000{i}" for i in range(10)]


def codes(*rows: tuple[Cell, Cell, Cell]) -> list[Fault]:
    """Faults of rows given as small, middle and large code."""
    names = ("lv1_trac_code", "lv2_trac_code", "lv3_trac_code")
    return check(CODES, *(dict(zip(names, row, strict=True)) for row in rows)).faults


@pytest.mark.parametrize(
    ("made", "expires"),
    [
        ("2024-12-15", "2024-12-15"),
        ("2024-12-15", "2024-12-14"),
        ("2024-12-15 08:00", "2024-12-15 20:00"),
        ("2024-12-15", "2023-12"),
    ],
)
def test_an_expiry_lies_on_a_later_day(made: str, expires: str) -> None:
    faults = check(INFO, {"manu_date": made, "expy_end": expires}).faults
    assert placed(faults) == [(0, "expy_end", "expiry_not_after_production")]


def test_the_next_day_is_late_enough() -> None:
    assert check(INFO, {"manu_date": "2024-12-15 23:59", "expy_end": "2024-12-16"}).faults == []


def test_a_date_that_was_refused_is_not_compared() -> None:
    faults = check(INFO, {"manu_date": "15/12/2024", "expy_end": "2020-01-01"}).faults
    assert placed(faults) == [(0, "manu_date", "date_year_last")]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ((SMALL[0], SMALL[0], LARGE[0]), [("lv2_trac_code", "小包装追溯码")]),
        ((SMALL[0], MIDDLE[0], SMALL[0]), [("lv3_trac_code", "小包装追溯码")]),
        ((SMALL[0], MIDDLE[0], MIDDLE[0]), [("lv3_trac_code", "中包装追溯码")]),
        (
            (SMALL[0], SMALL[0], SMALL[0]),
            [
                ("lv2_trac_code", "小包装追溯码"),
                ("lv3_trac_code", "小包装追溯码"),
                ("lv3_trac_code", "中包装追溯码"),
            ],
        ),
    ],
)
def test_the_codes_of_a_row_differ(
    row: tuple[Cell, Cell, Cell], found: list[tuple[str, str]]
) -> None:
    faults = codes(row)
    assert {fault.code for fault in faults} == {"trace_codes_equal"}
    assert [(fault.column, fault.detail[1]) for fault in faults] == found


def test_codes_that_differ_only_in_how_they_are_typed_are_equal() -> None:
    faults = codes((SMALL[0], f" {SMALL[0][:7]} {SMALL[0][7:]}", None))
    assert placed(faults) == [(0, "lv2_trac_code", "trace_codes_equal")]


def test_boxes_may_be_missing() -> None:
    assert codes((SMALL[0], None, None), (SMALL[1], None, LARGE[0]), (SMALL[2], "", "")) == []


@pytest.mark.parametrize("name", ["lv1_trac_code", "lv2_trac_code", "lv3_trac_code"])
@pytest.mark.parametrize("code", ["4006381333931", "04006381333931", "(01)04006381333931"])
def test_no_code_is_the_product_code_of_its_row(name: str, code: str) -> None:
    faults = check(CODES, {name: code, "prod_code": "4006381333931"}).faults
    assert placed(faults) == [(0, name, "trace_code_equals_prod_code")]


def test_the_product_code_of_another_row_is_another_matter() -> None:
    row = {"lv1_trac_code": "4006381333931"}
    assert check(CODES, row, {"prod_code": "4006381333931"}).faults == []


def test_a_middle_box_lies_in_one_large_box() -> None:
    faults = codes(
        (SMALL[0], MIDDLE[0], LARGE[0]),
        (SMALL[1], MIDDLE[0], LARGE[0]),
        (SMALL[2], MIDDLE[0], LARGE[1]),
        (SMALL[3], MIDDLE[1], LARGE[1]),
        (SMALL[4], None, LARGE[1]),
    )
    assert faults == [
        Fault(0, "lv3_trac_code", "box_in_two_boxes", (LARGE[0], MIDDLE[0], LARGE[1], "4")),
        Fault(1, "lv3_trac_code", "box_in_two_boxes", (LARGE[0], MIDDLE[0], LARGE[1], "4")),
        Fault(2, "lv3_trac_code", "box_in_two_boxes", (LARGE[1], MIDDLE[0], LARGE[0], "2")),
    ]


def test_a_wrong_first_row_does_not_make_the_others_wrong_alone() -> None:
    faults = codes(*((SMALL[i], MIDDLE[0], LARGE[i > 0]) for i in range(4)))
    assert [(fault.row, fault.detail[3]) for fault in faults] == [
        (0, "3"),
        (1, "2"),
        (2, "2"),
        (3, "2"),
    ]


def test_a_middle_box_lies_in_a_large_box_throughout_or_in_none() -> None:
    faults = codes((SMALL[0], MIDDLE[0], LARGE[0]), (SMALL[1], MIDDLE[0], None))
    assert faults == [
        Fault(0, "lv3_trac_code", "box_in_two_boxes", (LARGE[0], MIDDLE[0], "", "3")),
        Fault(1, "lv3_trac_code", "box_in_two_boxes", ("", MIDDLE[0], LARGE[0], "2")),
    ]
    assert codes((SMALL[0], MIDDLE[0], None), (SMALL[1], MIDDLE[0], None)) == []


def test_a_refused_large_box_is_not_taken_for_none() -> None:
    faults = codes((SMALL[0], MIDDLE[0], 8.0e19), (SMALL[1], MIDDLE[0], LARGE[0]))
    assert placed(faults) == [(0, "lv3_trac_code", "number_lost_digits")]


def test_a_code_stands_at_one_level() -> None:
    faults = codes(
        (SMALL[0], MIDDLE[0], LARGE[0]),
        (MIDDLE[0], MIDDLE[1], LARGE[0]),
        (SMALL[2], LARGE[0], None),
        (SMALL[3], SMALL[0], None),
    )
    assert {fault.code for fault in faults} == {"code_at_two_levels"}
    assert [(fault.row, fault.column, *fault.detail) for fault in faults] == [
        (0, "lv1_trac_code", SMALL[0], "中包装追溯码", "5"),
        (0, "lv2_trac_code", MIDDLE[0], "小包装追溯码", "3"),
        (0, "lv3_trac_code", LARGE[0], "中包装追溯码", "4"),
        (1, "lv1_trac_code", MIDDLE[0], "中包装追溯码", "2"),
        (1, "lv3_trac_code", LARGE[0], "中包装追溯码", "4"),
        (2, "lv2_trac_code", LARGE[0], "大包装追溯码", "2"),
        (3, "lv2_trac_code", SMALL[0], "小包装追溯码", "2"),
    ]


def test_a_row_that_holds_a_code_twice_makes_no_other_row_wrong() -> None:
    faults = codes((SMALL[0], LARGE[0], LARGE[0]), (SMALL[1], MIDDLE[0], LARGE[0]))
    assert placed(faults) == [(0, "lv3_trac_code", "trace_codes_equal")]


def test_a_key_used_twice_names_the_first_row() -> None:
    faults = codes(
        (SMALL[0], None, None), (SMALL[1], None, None), (SMALL[0], None, None), (SMALL[0],) * 3
    )
    repeated = [fault for fault in faults if fault.code == "duplicate_in_file"]
    assert repeated == [
        Fault(2, "lv1_trac_code", "duplicate_in_file", (SMALL[0], "2")),
        Fault(3, "lv1_trac_code", "duplicate_in_file", (SMALL[0], "2")),
    ]


def test_a_key_is_compared_as_it_is_kept() -> None:
    faults = check(INFO, {"trac_codg_sn": "sn1"}, {"trac_codg_sn": "ＳＮ１ "}).faults
    assert placed(faults) == [(1, "trac_codg_sn", "duplicate_in_file")]


def test_trace_codes_that_differ_in_case_are_two() -> None:
    assert codes(("abcd-0001", None, None), ("ABCD-0001", None, None)) == []


def test_rows_without_a_key_are_no_duplicates() -> None:
    faults = codes((None, None, None), (None, None, None))
    assert placed(faults) == [
        (0, "lv1_trac_code", "required"),
        (1, "lv1_trac_code", "required"),
    ]


def test_rows_are_counted_from_1_where_there_is_no_sheet() -> None:
    cells = {column.name: [column.example] * 2 for column in CODES.columns}
    faults = check_rows(CODES, cells, context()).faults
    assert [fault.detail[1] for fault in faults] == ["1"]
