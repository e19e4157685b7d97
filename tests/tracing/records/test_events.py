"""The five records of events: their columns, keys, aliases and value lists."""

from __future__ import annotations

import pytest

from tests.tracing.records.build import (
    CIRCULATION,
    DELIVERY,
    RECEIPT,
    RETAIL,
    SHIPMENT,
    check,
    judged,
)
from tracing.records.base import Record

EVENTS = (SHIPMENT, DELIVERY, RECEIPT, RETAIL, CIRCULATION)

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
