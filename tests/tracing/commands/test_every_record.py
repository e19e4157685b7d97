"""Every record by commands alone: from its sample, and from its template to trace and export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command

from tests.factories import UnitFactory
from tests.people import Side, side
from tests.tracing.uploads.devices import LOT, MCS
from tests.tracing.uploads.rows import code_rows, example, sheet_rows
from tracing.records import RECORDS
from tracing.records.bindings import BINDINGS, of_family
from tracing.records.shapes import DISTRIBUTORS

pytestmark = pytest.mark.django_db(transaction=True)

FAMILIES = ("imported-drug", "domestic-drug", "consumable")
NODES = ["生产入库", "生产出库", "流通入库", "销售入库", "销售出库"]


@pytest.fixture(autouse=True)
def read_here() -> None:
    """Let a child read, as the product does: each record goes all of its way."""


@pytest.fixture
def dealer(maker: Side) -> Side:
    """A distributor."""
    return side(UnitFactory.create(is_maker=False, is_distributor=True))


def told(command: str, *arguments: str, **options: Any) -> dict[str, Any]:
    """The JSON that a command answers."""
    out = StringIO()
    call_command(command, *arguments, json=True, stdout=out, **options)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def typed_in(folder: Path, record: str, row: dict[str, Any]) -> Path:
    """The template of a record with one row typed in."""
    file = folder / f"{record}.xlsx"
    told("template", record=record, out=file)
    book = openpyxl.load_workbook(file)
    for place, column in enumerate(RECORDS[record].columns, start=1):
        book.worksheets[0].cell(2, place).value = {**example(record), **row}[column.name]
    book.save(file)
    return file


def rows_of(family: str, maker: Side, dealer: Side) -> Iterator[tuple[str, dict[str, Any]]]:
    """A row of each record of a family, and the distributor's, that all tell of one pack."""
    codes = f"{family}-codes"
    if family == "consumable":
        pack = example(codes, lv1_trac_code=f"{LOT}(21)7", lv2_trac_code=None, lv3_trac_code=None)
        of_batch, goods = {}, {"med_list_codg": MCS, "manu_lotnum": "20241201"}
    else:
        of_batch, goods = {"trac_codg_sn": "SN700"}, {}
        pack = code_rows(1, start=700, trac_codg_sn="SN700")[0]
    code = {"trac_code": pack["lv1_trac_code"]}
    sides = {
        "shp_org_name": maker.unit.name,
        "shp_org_uscc": maker.unit.uscc,
        "shpp_org_name": dealer.unit.name,
        "shpp_org_uscc": dealer.unit.uscc,
    }
    for binding in of_family(family):
        name, told_of = binding.record.code, binding.event is not None
        row = pack if name == codes else {**of_batch, **(code if told_of else {})}
        if name.endswith("-shipment"):
            row = {**row, **sides}
        yield name, {"cnt": None, **row}
    yield "circulation", {**goods, **sides, **code, "inv_type": "入库", "cnt": None}


@pytest.mark.parametrize("family", FAMILIES)
def test_each_record_goes_from_its_template_to_trace_and_export(
    family: str, maker: Side, dealer: Side, tmp_path: Path
) -> None:
    code = ""
    for record, row in rows_of(family, maker, dealer):
        who = dealer if BINDINGS[record].business == DISTRIBUTORS else maker
        own = {name: cell for name, cell in row.items() if name in example(record)}
        file = typed_in(tmp_path, record, own)
        stored = told("import_file", str(file), unit=who.unit.slug, record=record, confirm=True)
        assert (stored["state"], stored["created"], stored["rejected"]) == ("stored", 1, 0), record
        code = row.get("trac_code", code)
    for who, kind in ((maker, "maker"), (dealer, "distributor")):
        seen = told("trace", code, unit=who.unit.slug)
        assert [node["title"] for node in seen["nodes"]] == NODES
        out = tmp_path / f"{kind}.xlsx"
        made = told("export_codes", unit=who.unit.slug, code=code, out=out)
        assert made["codes"] == 1
        heads, rows = sheet_rows(out)
        assert [row[heads.index("环节")] for row in rows] == NODES
        assert {row[heads.index("药耗追溯码")] for row in rows} == {seen["code"]}


@pytest.mark.parametrize("record", RECORDS)
def test_the_sample_of_each_record_is_imported(
    record: str, maker: Side, dealer: Side, tmp_path: Path
) -> None:
    who = dealer if BINDINGS[record].business == DISTRIBUTORS else maker
    out = tmp_path / "sample.xlsx"
    made = told("sample", unit=who.unit.slug, record=record, rows=4, out=out)
    assert (made["rows"], made["faults"]) == (4, 0)
    stored = told("import_file", str(out), unit=who.unit.slug, record=record, confirm=True)
    assert (stored["state"], stored["created"], stored["rejected"]) == ("stored", 4, 0)
