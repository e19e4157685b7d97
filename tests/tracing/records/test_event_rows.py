"""Whole rows of events: whose they are, what some of them need, and what tells two apart."""

from __future__ import annotations

from datetime import datetime

import pytest

from portal.lib.clock import SHANGHAI
from tests.tracing.records.build import (
    CIRCULATION,
    DELIVERY,
    MAKER,
    RECEIPT,
    RETAIL,
    SHIPMENT,
    check,
    context,
    good_row,
    judged,
    placed,
)
from tracing.records import RECORDS
from tracing.records.base import Record
from tracing.records.checking import check_rows
from tracing.records.fault_kind import Severity
from tracing.records.messages import sentence
from tracing.records.terms import Cell, Context, Fault, Table

EVENTS = (SHIPMENT, DELIVERY, RECEIPT, RETAIL, CIRCULATION)
DISTRIBUTOR, PHARMACY = "91990000MA0000015Q", "91990000MA0000023K"
# The example of circulation turned round: the distributor sends to a pharmacy.
OUT: dict[str, Cell] = {
    "inv_type": "出库",
    "delv_time": "2024-12-19",
    "shp_sin_no": "FH-2",
    "shp_org_uscc": DISTRIBUTOR,
    "shp_time": "2024-12-19",
    "shpp_sin_no": None,
    "shpp_org_uscc": PHARMACY,
    "shpp_time": None,
    "shpp_stas": "待收货",
}


def test_the_turned_example_is_a_good_row() -> None:
    checked = check(CIRCULATION, OUT, {})
    assert (checked.faults, checked.warnings) == ([], [])
    assert checked.values["inv_type"] == ["201", "101"]
    assert checked.values["delv_time"][0] == datetime(2024, 12, 19, tzinfo=SHANGHAI)


# Whose rows they are.


def test_a_shipment_is_the_senders_own() -> None:
    faults = check(SHIPMENT, {}, {"trac_code": "80000000000000000002", "shp_org_uscc": PHARMACY})
    detail = (PHARMACY, "国产药发货信息", MAKER)
    assert faults.faults == [Fault(1, "shp_org_uscc", "not_own_unit", detail)]


@pytest.mark.parametrize(
    ("row", "column", "found", "kind"),
    [
        ({"shpp_org_uscc": PHARMACY}, "shpp_org_uscc", PHARMACY, "入库"),
        ({**OUT, "shp_org_uscc": MAKER}, "shp_org_uscc", MAKER, "出库"),
    ],
)
def test_circulation_is_the_receivers_at_in_and_the_senders_at_out(
    row: dict[str, Cell], column: str, found: str, kind: str
) -> None:
    faults = check(CIRCULATION, row).faults
    detail = (found, f"流通企业药信息（{kind}）", DISTRIBUTOR)
    assert faults == [Fault(0, column, "not_own_unit", detail)]


def test_a_row_whose_direction_is_turned_is_not_the_own_units() -> None:
    faults = check(CIRCULATION, {"inv_type": "出库"}, {**OUT, "inv_type": "入库"}).faults
    assert ("not_own_unit", 0, "shp_org_uscc") in [(f.code, f.row, f.column) for f in faults]
    assert ("not_own_unit", 1, "shpp_org_uscc") in [(f.code, f.row, f.column) for f in faults]


def test_the_other_side_may_be_anybody() -> None:
    assert check(SHIPMENT, {"shpp_org_uscc": MAKER}).faults == []
    assert check(CIRCULATION, {"shp_org_uscc": PHARMACY}).faults == []
    for record, column in (
        (DELIVERY, "delv_emp_uscc"),
        (RECEIPT, "shpp_org_uscc"),
        (RETAIL, "rtal_org_uscc"),
    ):
        assert check(record, {column: DISTRIBUTOR}).faults == []


def test_a_code_in_small_letters_is_the_own_units() -> None:
    assert check(SHIPMENT, {"shp_org_uscc": MAKER.lower()}).faults == []


@pytest.mark.parametrize("cell", [None, "9132000", "91320000MA0000007A"])
def test_a_cell_that_is_wrong_already_is_not_called_a_strangers(cell: Cell) -> None:
    faults = check(SHIPMENT, {"shp_org_uscc": cell}).faults
    assert len(faults) == 1
    assert faults[0].code != "not_own_unit"


def test_a_row_without_a_direction_is_nobodys() -> None:
    faults = check(CIRCULATION, {"inv_type": None, "shpp_org_uscc": PHARMACY}).faults
    assert placed(faults) == [(0, "inv_type", "required")]


def test_the_sentence_says_what_was_found_expected_and_how_to_mend_it() -> None:
    label = SHIPMENT.column("shpp_org_uscc").label
    words = sentence("not_own_unit", (PHARMACY, "流通企业药信息（入库）", DISTRIBUTOR), label)
    assert words.startswith(f"{label}“{PHARMACY}”不是本单位的代码。")
    assert f"流通企业药信息（入库）的这一项应为本单位的“{DISTRIBUTOR}”" in words
    assert "请核对" in words


# What only some rows need.


def test_the_receiving_document_and_time_are_needed_at_in_only() -> None:
    missing: dict[str, Cell] = {"shpp_sin_no": None, "shpp_time": "  "}
    checked = check(CIRCULATION, missing, OUT)
    assert checked.faults == [
        Fault(0, "shpp_sin_no", "required_when", ("操作类型", "入库")),
        Fault(0, "shpp_time", "required_when", ("操作类型", "入库")),
    ]


def test_a_refused_cell_is_not_called_empty() -> None:
    faults = check(CIRCULATION, {"shpp_time": "昨天", "shpp_sin_no": "8" * 51}).faults
    assert [fault.code for fault in faults] == ["too_long", "date_form"]


def test_what_some_rows_need_can_be_asked_for_less_strictly() -> None:
    checked = check(CIRCULATION, {"shpp_sin_no": None}, required_when=Severity.WARN)
    assert checked.faults == []
    assert placed(checked.warnings) == [(0, "shpp_sin_no", "required_when")]


# What tells two events of a code apart.


@pytest.mark.parametrize(
    ("record", "number"),
    [
        (SHIPMENT, "shp_sin_no"),
        (DELIVERY, "shp_sin_no"),
        (RECEIPT, "shpp_sin_no"),
        (RETAIL, "rtal_docno"),
    ],
)
def test_a_code_may_stand_in_several_documents_once_each(record: Record, number: str) -> None:
    rows: list[dict[str, Cell]] = [{number: "A-1"}, {number: "A-2"}, {number: "ａ-1"}]
    detail = ("80000000000000000001 / A-1", "2")
    assert check(record, *rows).faults == [Fault(2, "trac_code", "duplicate_in_file", detail)]


def test_the_document_of_circulation_is_that_of_its_direction() -> None:
    rows: list[dict[str, Cell]] = [
        {"shpp_sin_no": "S-1", "shp_sin_no": "F-1"},
        {"shpp_sin_no": "S-2", "shp_sin_no": "F-1"},
        {**OUT, "shp_sin_no": "F-1"},
        {**OUT, "shp_sin_no": "S-1"},
        {"shpp_sin_no": "S-1", "shp_sin_no": "F-2"},
        {**OUT, "shp_sin_no": "F-1", "shpp_sin_no": "S-9"},
    ]
    assert check(CIRCULATION, *rows).faults == [
        Fault(4, "trac_code", "duplicate_in_file", ("80000000000000000001 / 入库 / S-1", "2")),
        Fault(5, "trac_code", "duplicate_in_file", ("80000000000000000001 / 出库 / F-1", "4")),
    ]


def test_a_missing_number_is_the_local_day_of_the_event() -> None:
    rows: list[dict[str, Cell]] = [
        {"shpp_sin_no": None, "delv_time": "2024-12-18 00:30"},
        {"shpp_sin_no": None, "delv_time": "2024-12-18 23:30"},
        {"shpp_sin_no": None, "delv_time": "2024-12-19"},
        {"shpp_sin_no": "2024-12-19"},
    ]
    faults = check(CIRCULATION, *rows, required_when=Severity.OFF).faults
    assert [(fault.row, fault.detail) for fault in faults] == [
        (1, ("80000000000000000001 / 入库 / 2024-12-18", "2")),
        (3, ("80000000000000000001 / 入库 / 2024-12-19", "4")),
    ]


def test_rows_whose_document_is_not_known_are_no_duplicates() -> None:
    faults = check(CIRCULATION, {"shpp_sin_no": "单号"}, {"shpp_sin_no": "单号"}).faults
    assert {fault.code for fault in faults} == {"code_characters"}
    faults = check(CIRCULATION, {"inv_type": "退"}, {"inv_type": "退"}).faults
    assert {fault.code for fault in faults} == {"choice_unknown"}


def test_the_document_of_every_row() -> None:
    assert CIRCULATION.document is not None
    cells = [{**good_row(CIRCULATION), **row} for row in ({}, OUT, {"inv_type": None})]
    columns = {c.name: [row[c.name] for row in cells] for c in CIRCULATION.columns}
    values = check_rows(CIRCULATION, columns, context()).values
    table = Table(values, {name: set() for name in values})
    assert CIRCULATION.document.of_rows(table) == ["SH20241218001", "FH-2", None]
    values["shp_sin_no"][1] = None
    assert CIRCULATION.document.of_rows(table)[1] == "2024-12-19"
    values["delv_time"][1] = None
    assert CIRCULATION.document.of_rows(table)[1] is None


# Times.


@pytest.mark.parametrize(
    ("sent", "received", "found"),
    [
        ("2024-12-17 10:00", "2024-12-17 10:00", []),
        ("2024-12-17 10:00", "2024-12-17 09:59:59", ["received_before_shipping"]),
        ("2024-12-17 10:00", "2024-12-16 23:00", ["received_before_shipping"]),
        ("2024-12-17", "2024-12-16", ["received_before_shipping"]),
        # A day alone may be any time of it.
        ("2024-12-17 10:00", "2024-12-17", []),
        ("2024-12-17 10:00", "2024-12-16", ["received_before_shipping"]),
    ],
)
def test_goods_received_before_they_were_sent_are_remarked(
    sent: str, received: str, found: list[str]
) -> None:
    checked = check(CIRCULATION, {"shp_time": sent, "shpp_time": received})
    assert checked.faults == []
    assert [(w.column, w.code) for w in checked.warnings] == [("shpp_time", code) for code in found]


@pytest.mark.parametrize(
    ("record", "column"),
    [(r, c.name) for r in RECORDS.values() for c in r.columns if c.kind.type == "moment"],
    ids=lambda value: value if isinstance(value, str) else value.code,
)
@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("2025-01-15 23:59:59", []),
        ("2025-01-16", ["time_in_future"]),
        ("2004-06-01", ["date_long_ago"]),
        ("9999-12-31", ["time_in_future"]),
    ],
)
def test_a_time_that_can_hardly_be_right_is_accepted_with_a_remark(
    record: Record, column: str, cell: str, found: list[str]
) -> None:
    value, codes = judged(record, column, cell)
    assert value is not None
    assert codes == found


def test_amounts_are_above_zero() -> None:
    for record, column in ((RETAIL, "rtal_cnt"), (CIRCULATION, "cnt")):
        assert judged(record, column, "0")[1] == ["number_not_above_zero"]
        assert judged(record, column, "0.5")[1] == []


def test_many_rows_of_one_paper() -> None:
    rows = [{"trac_code": f"80000000000000{i:06}"} for i in range(500)]
    rows[400] = {"trac_code": "80000000000000000007"}
    assert check(SHIPMENT, *rows).faults == [
        Fault(400, "trac_code", "duplicate_in_file", ("80000000000000000007 / FH20241217001", "9"))
    ]


def test_another_unit_may_not_upload_the_examples() -> None:
    stranger = Context(context().today, PHARMACY)
    for record in (SHIPMENT, CIRCULATION):
        cells = {name: [cell] for name, cell in good_row(record).items()}
        assert [f.code for f in check_rows(record, cells, stranger).faults] == ["not_own_unit"]
