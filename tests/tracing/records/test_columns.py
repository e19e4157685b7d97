"""Columns are checked over distinct cells; levels decide what a finding does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar

import pytest

from tests.tracing.records.build import CODES, INFO, TODAY, check, context, good_row, judged, placed
from tracing.records.base import Check, Column, ColumnKind, Record
from tracing.records.checking import check_rows
from tracing.records.column_kinds import Code, Text
from tracing.records.fault_kind import Severity
from tracing.records.terms import Bad, Cell, Context, Doubtful, ErrorCell


@dataclass(frozen=True)
class Counting(ColumnKind):
    """Keeps the cells it was asked to parse."""

    type: ClassVar[str] = "text"
    asked: list[Cell] = field(default_factory=list)

    def parse(self, cell: Cell) -> Any:
        self.asked.append(cell)
        return None if cell is None else f"{type(cell).__name__} {cell}"


def one_column(column: Column, cells: list[Cell], **levels: Severity) -> Any:
    record = Record("r", "r", "f", (), (column,))
    return check_rows(record, {column.name: cells}, context(**levels))


def test_each_distinct_cell_is_parsed_once() -> None:
    kind = Counting()
    checked = one_column(Column("c", "C", kind), ["a", "b", "a", None, "a", None])
    assert sorted(map(str, kind.asked)) == ["None", "a", "b"]
    assert checked.values["c"] == ["str a", "str b", "str a", None, "str a", None]


def test_cells_that_are_one_key_of_a_dict_are_told_apart() -> None:
    kind = Counting()
    checked = one_column(Column("c", "C", kind), [1, 1.0, True, "1", 1, False, 0])
    assert checked.values["c"] == [
        "int 1",
        "float 1.0",
        "bool True",
        "str 1",
        "int 1",
        "bool False",
        "int 0",
    ]


def test_a_true_among_numbers_is_a_fault_only_where_it_stands() -> None:
    checked = check(INFO, {"convrat": 1}, {"trac_codg_sn": "B", "convrat": True})
    assert placed(checked.faults) == [(1, "convrat", "number_form")]
    assert checked.values["convrat"] == [Decimal(1), None]


def test_every_row_of_a_bad_cell_has_its_fault() -> None:
    column = Column("c", "C", Code(3), required=True)
    checked = one_column(column, ["abcd", "abc", None, "abcd", ErrorCell("#N/A")])
    assert placed(checked.faults) == [
        (0, "c", "too_long"),
        (2, "c", "required"),
        (3, "c", "too_long"),
        (4, "c", "error_cell"),
    ]
    assert checked.values["c"] == [None, "ABC", None, None, None]


def test_cells_changed_by_nfkc_are_counted_by_row_and_never_in_texts() -> None:
    code, text = Column("c", "C", Code(9)), Column("c", "C", Text(9))
    cells: list[Cell] = ["１２", "12", "１２", "1\u200b2", " 12", 12, None]
    assert one_column(code, cells).normalised == 3
    assert one_column(text, cells).normalised == 0


def test_an_optional_empty_cell_is_no_finding_and_meets_no_check() -> None:
    def refuse(value: Any, _: Context) -> Bad:
        raise AssertionError(value)

    column = Column("c", "C", Text(9), checks=(refuse,))
    checked = one_column(column, [None, "", "  "])
    assert (checked.faults, checked.warnings) == ([], [])
    assert checked.values["c"] == [None, None, None]


def test_an_error_in_an_optional_column_is_still_a_fault() -> None:
    checked = check(CODES, {"lv3_trac_code": ErrorCell("formula")})
    assert placed(checked.faults) == [(0, "lv3_trac_code", "formula_without_value")]


def finding(code: str) -> Callable[[Any, Context], Bad]:
    return lambda value, _: Bad(code, (str(value),))


def test_all_findings_about_a_cell_are_reported() -> None:
    checks: tuple[Check, ...] = (finding("gtin_not_69"), finding("gtin_form"))
    checked = one_column(Column("c", "C", Text(9), checks=checks), ["x"])
    assert placed(checked.warnings) == [(0, "c", "gtin_not_69")]
    assert placed(checked.faults) == [(0, "c", "gtin_form")]
    assert checked.values["c"] == [None]


@pytest.mark.parametrize(
    ("column", "cell", "code", "value"),
    [
        ("med_list_codg", "X00323740010010", "med_list_form", "X00323740010010"),
        ("prod_code", "6916194000427", "gtin_check_digit", "6916194000427"),
        ("aprvno", "卫药准字Z1", "aprvno_form", "卫药准字Z1"),
        ("prodentp_uscc", "9132000", "uscc_length", "9132000"),
    ],
)
def test_a_level_lowered_to_warn_accepts_the_value_as_typed(
    column: str, cell: Cell, code: str, value: object
) -> None:
    assert judged(INFO, column, cell) == (None, [code])
    levels = {code: Severity.WARN}
    assert judged(INFO, column, cell, **levels) == (value, [code])
    checked = check(INFO, {column: cell}, **levels)
    assert checked.faults == []
    assert placed(checked.warnings) == [(0, column, code)]


def test_a_level_off_says_nothing_and_changes_nothing() -> None:
    assert judged(INFO, "prod_code", "6916194000427", gtin_check_digit=Severity.OFF) == (
        "6916194000427",
        [],
    )
    assert judged(INFO, "prod_code", "4006381333931", gtin_not_69=Severity.OFF) == (
        "4006381333931",
        [],
    )


def test_a_level_raised_to_error_rejects() -> None:
    assert judged(INFO, "med_list_codg", "0", med_list_not_coded=Severity.ERROR) == (
        None,
        ["med_list_not_coded"],
    )


def test_a_month_alone_can_be_refused_or_taken_silently() -> None:
    warned, found = judged(INFO, "expy_end", "2027-11")
    assert found == ["date_month_only"]
    assert judged(INFO, "expy_end", "2027-11", date_month_only=Severity.OFF) == (warned, [])
    assert judged(INFO, "expy_end", "2027-11", date_month_only=Severity.ERROR) == (
        None,
        ["date_month_only"],
    )


def test_a_warning_never_changes_what_is_accepted() -> None:
    cells = {"prod_code": "4006381333931", "expy_end": "2027-11", "med_list_codg": "0"}
    silent = dict.fromkeys(("gtin_not_69", "date_month_only", "med_list_not_coded"), Severity.OFF)
    warned, quiet = check(INFO, cells), check(INFO, cells, **silent)
    assert len(warned.warnings) == 3
    assert quiet.warnings == []
    assert warned.values == quiet.values


@pytest.mark.parametrize("code", ["required", "number_lost_digits", "trace_code_is_prod_code"])
def test_a_fixed_level_cannot_be_changed(code: str) -> None:
    assert Context(TODAY, "", levels={code: Severity.ERROR}).level(code) is Severity.ERROR
    with pytest.raises(ValueError, match=f"'{code}' is fixed"):
        Context(TODAY, "", levels={code: Severity.WARN})


def test_an_unknown_code_has_no_level() -> None:
    with pytest.raises(ValueError, match="unknown fault code 'gtin'"):
        Context(TODAY, "", levels={"gtin": Severity.OFF})


def test_levels_may_come_as_words() -> None:
    world = Context(TODAY, "", levels={"gtin_form": "warn"})  # type: ignore[dict-item]
    assert world.level("gtin_form") is Severity.WARN


def test_columns_must_be_there_and_of_one_length() -> None:
    row = {name: [cell] for name, cell in good_row(CODES).items()}
    with pytest.raises(KeyError):
        check_rows(CODES, {k: v for k, v in row.items() if k != "stoin_time"}, context())
    with pytest.raises(ValueError, match="differ in length"):
        check_rows(CODES, {**row, "stoin_time": []}, context())


def test_a_table_without_rows_has_no_findings() -> None:
    checked = check_rows(CODES, {column.name: [] for column in CODES.columns}, context())
    assert checked.values == {column.name: [] for column in CODES.columns}
    assert (checked.faults, checked.warnings, checked.normalised) == ([], [], 0)


def test_findings_come_in_the_order_of_the_rows() -> None:
    rows = [
        {"trac_codg_sn": f"S{i}", "prod_code": "1", "spec": None if i % 2 else "10ml"}
        for i in range(4)
    ]
    assert [fault.row for fault in check(INFO, *rows).faults] == [0, 1, 1, 2, 3, 3]


def test_a_doubtful_value_meets_the_checks_too() -> None:
    @dataclass(frozen=True)
    class Unsure(ColumnKind):
        type: ClassVar[str] = "text"

        def parse(self, cell: Cell) -> Any:
            return Doubtful(cell, Bad("date_month_only", ("a", "b")))

    checked = one_column(Column("c", "C", Unsure(), checks=(finding("gtin_form"),)), ["x"])
    assert placed(checked.warnings) == [(0, "c", "date_month_only")]
    assert placed(checked.faults) == [(0, "c", "gtin_form")]


def test_a_column_is_found_by_its_identifier() -> None:
    assert INFO.column("prod_code").label == "商品码"
    with pytest.raises(KeyError):
        INFO.column("lv1_trac_code")
