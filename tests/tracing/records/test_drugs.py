"""The records of drugs: their contract, and a finding for everything that can be wrong."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from portal.lib.clock import SHANGHAI
from tests.tracing.records.build import (
    CODES,
    IMPORT_INFO,
    INFO,
    check,
    context,
    good_row,
    judged,
    placed,
)
from tests.tracing.records.faulty import CELLS, ROWS
from tracing.records import RECORDS
from tracing.records.base import Record
from tracing.records.faults import FAULTS
from tracing.records.reading import judge
from tracing.records.terms import Cell, ErrorCell

INFO_COLUMNS = [
    ("trac_codg_sn", "追溯码唯一流水号", "code", 50, True),
    ("med_list_codg", "医疗目录编码", "code", 50, True),
    ("nat_drug_no", "国家药品标识码", "code", 50, False),
    ("drug_genname", "药品通用名", "text", 128, True),
    ("dosform", "剂型", "text", 128, True),
    ("spec", "制剂规格", "text", 256, True),
    ("pacspec", "包装规格", "text", 256, True),
    ("convrat", "包装转换比", "number", (10, 0), True),
    ("convrat_unt", "包装转换比单位", "text", 64, False),
    ("manu_lotnum", "药品生产批号", "text", 30, True),
    ("manu_date", "药品生产日期", "date", None, True),
    ("expy_end", "药品有效截止日期", "date", None, True),
    ("aprvno", "药品批准文号", "code", 100, True),
    ("aprvno_date", "药品批准文号日期", "date", None, False),
    ("aprvno_enddate", "药品生产文号有效期", "date", None, False),
    ("rx_flag", "处方药标识", "choice", None, True),
    ("bas_medn_flag", "国家基本药物标识", "choice", None, True),
    ("manu_cnt", "生产数量", "number", (16, 4), True),
    ("prodentp_name", "生产企业名称", "text", 200, True),
    ("prodentp_uscc", "生产企业统一社会信用代码", "uscc", 18, True),
    ("manu_addr", "生产地址", "text", 500, False),
    ("drug_lv", "药品等级", "text", 20, False),
    ("prod_code", "商品码", "code", 14, True),
]
IMPORT_ONLY = [
    ("drug_regno", "进口药品注册证号", "code", 100, True),
    ("impt_appv_no", "进口药品批件号", "code", 100, False),
    ("impt_entp_name", "进口企业名称", "text", 200, True),
]
# A drug made abroad need have no 批准文号, and its maker no credit code.
AT_HOME_ONLY = ("aprvno", "prodentp_uscc")
IMPORT_COLUMNS = [
    (*column[:4], column[4] and column[0] not in AT_HOME_ONLY)
    for column in (*INFO_COLUMNS[:15], *IMPORT_ONLY, *INFO_COLUMNS[15:])
]
CODES_COLUMNS = [
    ("trac_codg_sn", "追溯码唯一流水号", "code", 50, True),
    ("lv1_trac_code", "小包装追溯码", "code", 100, True),
    ("lv2_trac_code", "中包装追溯码", "code", 100, False),
    ("lv3_trac_code", "大包装追溯码", "code", 100, False),
    ("med_list_codg", "医疗目录编码", "code", 50, True),
    ("prod_code", "商品码", "code", 14, True),
    ("stoin_time", "入库时间", "moment", None, False),
]


@pytest.mark.parametrize(
    ("record", "columns"),
    [
        (INFO, INFO_COLUMNS),
        (CODES, CODES_COLUMNS),
        (IMPORT_INFO, IMPORT_COLUMNS),
        (RECORDS["imported-drug-codes"], CODES_COLUMNS),
    ],
)
def test_the_contract(record: Record, columns: list[tuple[object, ...]]) -> None:
    declared = [
        (
            c.name,
            c.label,
            c.kind.type,
            (c.kind.precision, c.kind.scale) if c.kind.type == "number" else c.kind.length,
            c.required,
        )
        for c in record.columns
    ]
    assert declared == columns


def test_keys_and_titles() -> None:
    of_drugs = (r for r in RECORDS.values() if r.code.endswith(("info", "drug-codes")))
    assert {r.code: (r.title, r.key) for r in of_drugs} == {
        "imported-drug-info": ("进口药信息", ("unit", "trac_codg_sn")),
        "imported-drug-codes": ("进口药追溯码信息", ("lv1_trac_code",)),
        "domestic-drug-info": ("国产药信息", ("unit", "trac_codg_sn")),
        "domestic-drug-codes": ("国产药追溯码信息", ("lv1_trac_code",)),
    }


@pytest.mark.parametrize(
    ("record", "column", "alias"),
    [
        (INFO, "trac_codg_sn", "产品批号(药品基础信息唯一流水号)"),
        (INFO, "trac_codg_sn", "产品编码"),
        (INFO, "med_list_codg", "医保编码"),
        (INFO, "nat_drug_no", "国家药品编码"),
        (INFO, "drug_genname", "药品通用名称"),
        (INFO, "convrat_unt", "药品转换比单位"),
        (INFO, "prodentp_uscc", "统一社会信用代码"),
        (CODES, "lv1_trac_code", "药品小包装码"),
        (CODES, "lv1_trac_code", "一级追溯码"),
        (CODES, "lv1_trac_code", "药品追溯码"),
        (CODES, "lv2_trac_code", "药品中包装码"),
        (CODES, "lv2_trac_code", "二级追溯码"),
        (CODES, "lv3_trac_code", "药品大包装码"),
        (CODES, "lv3_trac_code", "三级追溯码"),
    ],
)
def test_aliases(record: Record, column: str, alias: str) -> None:
    assert alias in record.column(column).aliases


@pytest.mark.parametrize("record", RECORDS.values(), ids=lambda record: record.code)
def test_the_example_row_passes_every_check(record: Record) -> None:
    checked = check(record, {})
    assert (checked.faults, checked.warnings) == ([], [])
    assert None not in [column[0] for column in checked.values.values()]


def test_the_values_of_a_row() -> None:
    values = {name: column[0] for name, column in check(INFO, {}).values.items()}
    assert values["convrat"] == Decimal(6)
    assert values["manu_cnt"] == Decimal(33000)
    assert values["manu_date"] == datetime(2024, 12, 15, tzinfo=SHANGHAI)
    assert (values["rx_flag"], values["bas_medn_flag"]) == ("0", "1")
    assert values["aprvno"] == "国药准字Z20990001"
    moment = check(CODES, {}).values["stoin_time"][0]
    assert moment == datetime(2024, 12, 16, 9, 30, tzinfo=SHANGHAI)


@pytest.mark.parametrize("record", RECORDS.values(), ids=lambda record: record.code)
def test_every_required_column_says_so_when_it_is_empty(record: Record) -> None:
    for column in record.columns:
        found = judged(record, column.name, None)[1]
        assert found == (["required"] if column.required else []), column.name


@pytest.mark.parametrize("record", RECORDS.values(), ids=lambda record: record.code)
def test_an_error_cell_is_a_fault_in_every_column(record: Record) -> None:
    for column in record.columns:
        for cell, code in [("#N/A", "error_cell"), ("formula", "formula_without_value")]:
            assert judged(record, column.name, ErrorCell(cell)) == (None, [code]), column.name


@pytest.mark.parametrize("record", RECORDS.values(), ids=lambda record: record.code)
def test_no_column_holds_more_than_the_database(record: Record) -> None:
    for column in record.columns:
        length = column.kind.length
        if length is not None:
            value, found = judged(record, column.name, "8" * (length + 1))
            assert value is None, column.name
            assert found == ["too_long"], column.name


@pytest.mark.parametrize(("record", "column", "cell", "code"), CELLS)
def test_a_wrong_cell_is_found(record: Record, column: str, cell: Cell, code: str) -> None:
    found = judge(record.column(column), cell, context())[1]
    assert [bad.code for bad in found] == [code]


@pytest.mark.parametrize(("record", "rows", "place"), ROWS)
def test_a_wrong_row_is_found(
    record: Record, rows: list[dict[str, Cell]], place: tuple[int, str, str]
) -> None:
    checked = check(record, *rows)
    found = placed(checked.faults or checked.warnings)
    assert place in found
    # Every row of a contradiction is at fault.
    between = FAULTS[place[2]].between_rows
    assert {code for *_, code in found} == {place[2]} if between else found == [place]


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("2025-01-15", []),
        ("2025-01-15 23:59:59", []),
        ("2025-01-16", ["date_in_future"]),
        ("2004-06-01", ["date_long_ago"]),
        ("2005-01-01", []),
    ],
)
def test_a_production_date_is_not_in_the_future_nor_long_ago(cell: str, found: list[str]) -> None:
    assert judged(INFO, "manu_date", cell)[1] == found


def test_the_maker_need_not_be_the_unit_that_uploads() -> None:
    other = "91990000MA0000007X"
    assert check(INFO, {"prodentp_uscc": other}).faults == []


def test_a_lot_number_keeps_its_zeros_and_its_case() -> None:
    lots: list[Cell] = ["000123", "1E5", "a１"]
    rows = [{"trac_codg_sn": f"S{i}", "manu_lotnum": lot} for i, lot in enumerate(lots)]
    assert check(INFO, *rows).values["manu_lotnum"] == lots


def test_a_row_of_numbers_as_excel_delivers_them() -> None:
    row: dict[str, Cell] = {
        "convrat": 6.0,
        "manu_cnt": 33000.0,
        "manu_date": datetime(2024, 12, 15, 16, 15),  # noqa: DTZ001
        "manu_lotnum": 20241201.0,
        "prod_code": 6999000000018.0,
        "rx_flag": 0.0,
        "bas_medn_flag": 1,
    }
    typed = check(INFO, row).values
    assert typed["manu_date"] == [datetime(2024, 12, 15, 16, 15, tzinfo=SHANGHAI)]
    same = check(INFO, {"manu_date": "2024-12-15 16:15"}).values
    assert typed == same


def test_good_rows_keep_their_cells_in_step() -> None:
    rows = [{"lv1_trac_code": f"80000000000000{i:06}"} for i in range(1000)]
    rows[500] = {"lv1_trac_code": "坏"}
    checked = check(CODES, *rows)
    assert placed(checked.faults) == [(500, "lv1_trac_code", "code_characters")]
    values = checked.values["lv1_trac_code"]
    assert values[499:502] == ["80000000000000000499", None, "80000000000000000501"]
    assert good_row(CODES)["prod_code"] == checked.values["prod_code"][500]
