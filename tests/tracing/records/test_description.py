"""The description of the records, for programs and for readers."""

from __future__ import annotations

import re

import pytest

from portal.lib.refused import Declared, Ground, catalogue
from tracing.records import RECORDS, description
from tracing.records.description import as_mapping, as_markdown
from tracing.records.faults import FAULTS


def test_the_mapping_holds_every_record_fault_and_refusal() -> None:
    described = as_mapping()
    assert [record["code"] for record in described["records"]] == list(RECORDS)
    assert [fault["code"] for fault in described["faults"]] == list(FAULTS)
    assert [refusal["code"] for refusal in described["refusals"]] == list(catalogue())


def test_a_column_of_the_mapping() -> None:
    columns = {column["name"]: column for column in as_mapping()["records"][0]["columns"]}
    rx_flag = columns["rx_flag"]
    assert rx_flag["label"] == "处方药标识"
    assert rx_flag["type"] == "choice"
    assert rx_flag["values"] == [
        {"code": "1", "word": "是"},
        {"code": "0", "word": "否"},
        {"code": "2", "word": "双跨"},
    ]
    assert (columns["manu_cnt"]["precision"], columns["manu_cnt"]["scale"]) == (16, 4)
    assert columns["med_list_codg"]["aliases"] == ["医保编码"]


def test_a_record_of_two_directions_in_the_mapping() -> None:
    circulation = {record["code"]: record for record in as_mapping()["records"]}["circulation"]
    assert circulation["key"] == ["trac_code", "inv_type", "unit", "document"]
    assert circulation["own_unit"] == {
        "by": "inv_type",
        "columns": [
            {"value": "101", "name": "shpp_org_uscc"},
            {"value": "201", "name": "shp_org_uscc"},
        ],
    }
    assert circulation["document"]["time"] == "delv_time"
    columns = {column["name"]: column for column in circulation["columns"]}
    assert columns["shpp_sin_no"]["required_when"] == {"column": "inv_type", "value": "101"}
    assert columns["shp_sin_no"]["required_when"] is None


def test_a_record_of_one_direction_in_the_mapping() -> None:
    shipment = {record["code"]: record for record in as_mapping()["records"]}[
        "domestic-drug-shipment"
    ]
    assert shipment["own_unit"] == {
        "by": None,
        "columns": [{"value": None, "name": "shp_org_uscc"}],
    }


def test_the_page_says_whose_a_row_is_and_what_its_document_is() -> None:
    lines = as_markdown().splitlines()
    assert "The own unit is `shpp_org_uscc` at 入库, `shp_org_uscc` at 出库." in lines
    assert (
        "The document is `shpp_sin_no` at 入库, `shp_sin_no` at 出库, "
        "without one the day of `delv_time`."
    ) in lines
    assert any(line.startswith("| `shpp_time` | 收货时间 | moment | R 入库 |") for line in lines)


def test_the_page_shows_every_column_and_code() -> None:
    lines = as_markdown().splitlines()
    for record in RECORDS.values():
        assert f"## {record.title} `{record.code}`" in lines
        for column in record.columns:
            assert any(line.startswith(f"| `{column.name}` | {column.label} |") for line in lines)
    for code in [*FAULTS, *catalogue()]:
        assert any(line.startswith(f"| `{code}` |") for line in lines)


def test_every_row_of_a_table_has_the_cells_of_its_heading() -> None:
    width = None
    for line in as_markdown().splitlines():
        bars = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else None
        if bars is not None and width is not None:
            assert bars == width, line
        width = bars


def test_a_bar_in_a_cell_does_not_end_the_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    toy = Declared("bar", Ground.CONFLICT, "a|b\nc", "", (), "")
    monkeypatch.setattr(description, "catalogue", lambda: {"bar": toy})
    assert "| `bar` | 409 | a\\|b c |" in as_markdown().splitlines()
