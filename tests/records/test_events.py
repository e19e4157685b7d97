"""The five records of events: their contract, whose rows they are, and what tells two apart."""

from __future__ import annotations

from datetime import datetime

import pytest

from portal.lib.clock import SHANGHAI
from tests.records.build import (
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
from tracing.records.base import Cell, Context, Fault, Level, Record, Table
from tracing.records.messages import sentence

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

SERIAL = ("trac_codg_sn", "追溯码唯一流水号", "code", 50, "R")
CODE = ("trac_code", "追溯码", "code", 100, "R")
RECEIVER = ("shpp_org_name", "收货机构名称", "text", 200, "R")
COLUMNS = {
    SHIPMENT: [
        SERIAL,
        CODE,
        ("shp_sin_no", "发货单编号", "code", 50, "R"),
        ("shp_org_name", "发货机构名称", "text", 200, "R"),
        ("shp_org_uscc", "发货机构统一社会信用代码", "uscc", 18, "R"),
        ("shp_time", "发货时间", "moment", None, "R"),
        ("shp_stas", "发货状态", "choice", None, "R"),
        RECEIVER,
        ("shpp_org_uscc", "收货机构统一社会信用代码", "uscc", 18, "R"),
    ],
    DELIVERY: [
        SERIAL,
        CODE,
        ("shp_sin_no", "发货单编号", "code", 50, "R"),
        ("delv_emp", "配送单位名称", "text", 200, "R"),
        ("delv_emp_uscc", "配送单位统一社会信用代码", "uscc", 18, "R"),
        ("delv_time", "配送时间", "moment", None, "R"),
        RECEIVER,
        ("delv_addr", "配送地址", "text", 500, ""),
    ],
    RECEIPT: [
        SERIAL,
        CODE,
        ("shpp_sin_no", "收货单编号", "code", 50, "R"),
        ("shp_sin_no", "发货单编号", "code", 50, ""),
        RECEIVER,
        ("shpp_org_uscc", "收货机构统一社会信用代码", "uscc", 18, "R"),
        ("shpp_org_type", "收货机构类型", "choice", None, "R"),
        ("shpp_time", "收货时间", "moment", None, "R"),
        ("shpp_stas", "收货状态", "choice", None, "R"),
    ],
    RETAIL: [
        SERIAL,
        CODE,
        ("rtal_docno", "零售单据号", "code", 50, "R"),
        ("rtal_org_name", "零售机构名称", "text", 200, "R"),
        ("rtal_org_uscc", "零售机构统一社会信用代码", "uscc", 18, "R"),
        ("rtal_time", "零售时间", "moment", None, "R"),
        ("rtal_cnt", "零售数量", "number", (16, 4), "R"),
        ("trdn_flag", "拆零标志", "choice", None, "R"),
    ],
    CIRCULATION: [
        ("trac_code", "药品追溯码", "code", 100, "R"),
        ("med_list_codg", "医疗目录编码", "code", 50, "R"),
        ("manu_lotnum", "药品生产批号", "text", 30, ""),
        ("inv_type", "操作类型", "choice", None, "R"),
        ("delv_emp_no", "流通单位编号", "code", 50, ""),
        ("delv_emp", "流通单位", "text", 200, "R"),
        ("delv_time", "流通时间", "moment", None, "R"),
        ("shp_sin_no", "发货单编号", "code", 50, "R"),
        ("shp_org_name", "发货机构名称", "text", 200, "R"),
        ("shp_org_uscc", "发货机构统一社会信用代码", "uscc", 18, "R"),
        ("shp_time", "发货时间", "moment", None, "R"),
        ("shp_stas", "发货状态", "choice", None, "R"),
        ("shpp_sin_no", "收货单编号", "code", 50, "R 入库"),
        RECEIVER,
        ("shpp_org_uscc", "收货机构统一社会信用代码", "uscc", 18, "R"),
        ("shpp_time", "收货时间", "moment", None, "R 入库"),
        ("shpp_stas", "收货状态", "choice", None, "R"),
        ("cnt", "数量", "number", (16, 4), ""),
    ],
}

each = pytest.mark.parametrize("record", EVENTS, ids=lambda record: record.code)


def mark(record: Record, name: str) -> str:
    """R, R 入库 or nothing."""
    when = record.column(name).required_when
    if when is not None:
        return f"R {record.column(when.column).kind.show(when.value)}"
    return "R" if record.column(name).required else ""


@each
def test_the_contract(record: Record) -> None:
    declared = [
        (
            c.name,
            c.label,
            c.kind.type,
            (c.kind.precision, c.kind.scale) if c.kind.type == "number" else c.kind.length,
            mark(record, c.name),
        )
        for c in record.columns
    ]
    assert declared == COLUMNS[record]


def test_keys_titles_and_families() -> None:
    assert {r.code: (r.title, r.family, r.key) for r in EVENTS} == {
        "domestic-drug-shipment": (
            "国产药发货信息",
            "domestic-drug",
            ("trac_code", "unit", "shp_sin_no"),
        ),
        "domestic-drug-delivery": (
            "国产药配送信息",
            "domestic-drug",
            ("trac_code", "unit", "shp_sin_no"),
        ),
        "domestic-drug-receipt": (
            "国产药收货信息",
            "domestic-drug",
            ("trac_code", "unit", "shpp_sin_no"),
        ),
        "domestic-drug-retail": (
            "国产药零售信息",
            "domestic-drug",
            ("trac_code", "unit", "rtal_docno"),
        ),
        "circulation": (
            "流通企业药信息",
            "circulation",
            ("trac_code", "inv_type", "unit", "document"),
        ),
    }


@pytest.mark.parametrize(
    ("record", "column", "aliases"),
    [
        *((record, "trac_code", {"药品追溯码", "医用耗材追溯码"}) for record in EVENTS[:4]),
        (CIRCULATION, "trac_code", {"追溯码", "药耗追溯码"}),
        (CIRCULATION, "med_list_codg", {"医保编码"}),
        (CIRCULATION, "delv_emp", {"流通单位名称"}),
        (CIRCULATION, "delv_time", {"入(出)库时间"}),
    ],
)
def test_aliases(record: Record, column: str, aliases: set[str]) -> None:
    assert set(record.column(column).aliases) == aliases


@pytest.mark.parametrize(
    ("record", "column", "values"),
    [
        (CIRCULATION, "inv_type", {"101": "入库", "201": "出库"}),
        (SHIPMENT, "shp_stas", {"1": "已发货", "0": "待发货", "2": "已取消"}),
        (RECEIPT, "shpp_stas", {"1": "已收货", "0": "待收货", "2": "已拒收"}),
        (RECEIPT, "shpp_org_type", {"1": "流通企业", "2": "医疗机构", "3": "零售药店"}),
        (RETAIL, "trdn_flag", {"1": "是", "0": "否"}),
    ],
)
def test_values_are_accepted_as_code_and_as_word(
    record: Record, column: str, values: dict[str, str]
) -> None:
    assert dict(record.column(column).kind.values) == values
    for code, word in values.items():
        assert judged(record, column, code) == (code, [])
        assert judged(record, column, int(code)) == (code, [])
        assert judged(record, column, word) == (code, [])


def test_the_turned_example_is_a_good_row() -> None:
    checked = check(CIRCULATION, OUT, {})
    assert (checked.faults, checked.warnings) == ([], [])
    assert checked.values["inv_type"] == ["201", "101"]
    assert checked.values["delv_time"][0] == datetime(2024, 12, 19, tzinfo=SHANGHAI)


@each
@pytest.mark.parametrize(
    "code",
    [
        "80000010000000000001",
        "80000020000000000001",
        "(01)06999000000018(10)A213B1(21)1234",
        "00106901234567890125",
        "aBc-12345",
    ],
)
def test_a_code_of_any_level_and_system_is_kept_as_it_is(record: Record, code: str) -> None:
    checked = check(record, {"trac_code": code})
    assert (checked.faults, checked.values["trac_code"]) == ([], [code])


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
    checked = check(CIRCULATION, {"shpp_sin_no": None}, required_when=Level.WARN)
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
    faults = check(CIRCULATION, *rows, required_when=Level.OFF).faults
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
    values = CIRCULATION.check(columns, context()).values
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
    [(r, c.name) for r in EVENTS for c in r.columns if c.kind.type == "moment"],
    ids=lambda value: value if isinstance(value, str) else value.code,
)
@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("2025-01-15 23:59:59", []),
        ("2025-01-16", ["time_in_future"]),
        ("2004-06-01", ["date_long_ago"]),
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
        assert [f.code for f in record.check(cells, stranger).faults] == ["not_own_unit"]
