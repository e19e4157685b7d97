"""进口药 beside 国产药: tabs, lists and dialogs as in the guide, and the table's own rules."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.test import Client

from tests.people import Side, client_of
from tests.tracing.desks import Desk
from tests.tracing.exports.asking import ask, contents, make
from tests.tracing.factories import DrugBatchFactory, TraceCodeFactory
from tests.tracing.facts import facts_of_family
from tests.tracing.uploads.rows import code_rows, example, workbook
from tests.tracing.uploads.uploads import confirm, upload
from tracing.exports.columns import COLUMNS
from tracing.records import RECORDS
from tracing.records.bindings import of_family
from tracing.stores.models import DrugBatch, RowHistory
from tracing.stores.models_codes import TraceCode
from tracing.traces.selections import ByBatch
from tracing.uploads.models import RejectedRow, Submission

pytestmark = pytest.mark.django_db(transaction=True)

FAMILIES = {"imported-drug": ("imported", "进口药"), "domestic-drug": ("domestic", "国产药")}
KINDS = ("info", "codes", "shipment", "delivery", "receipt", "retail")
each_family = pytest.mark.parametrize("family", FAMILIES)


@pytest.fixture
def makers(maker: Side) -> Desk:
    return Desk(client_of(maker.agent.account), f"/u/{maker.unit.slug}/maker/upload/")


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


@each_family
def test_figure_42_is_the_dialog_of_a_batch(makers: Desk, maker: Side, family: str) -> None:
    tab, goods = FAMILIES[family]
    abroad = tab == "imported"
    batch = DrugBatchFactory.create(unit=maker.unit, abroad=abroad)
    html = makers.get("batch/", sn=batch.trac_codg_sn)
    shown = words(html)
    assert f"{goods}追溯信息" in shown
    assert f"医疗目录编码： {batch.med_list_codg} 药品通用名： {batch.drug_genname}" in shown
    parts = re.findall(r'id="batch-body-\w+"[^>]*>([^<]+)</a>', html)
    assert parts == ["基本信息", "追溯码信息", "发货单位", "配送信息", "收货信息", "零售信息"]
    facts = re.findall(r"<dt>([^<]+)</dt>", html)
    assert facts[:9] == [
        "追溯码唯一流水号",
        "医疗目录编码",
        "国家药品标识码",
        "药品通用名",
        "剂型",
        "制剂规格",
        "包装规格",
        "包装转换比",
        "药品转换比单位",
    ]
    assert len(facts) == len(RECORDS[f"{family}-info"].columns)
    assert ("进口药品批件号" in facts) is abroad
    for kind in KINDS[1:]:
        assert "还没有上传" in makers.get("batch/", sn=batch.trac_codg_sn, part=kind)


def test_each_tab_lists_the_batches_of_its_family(makers: Desk, maker: Side) -> None:
    DrugBatchFactory.create(unit=maker.unit, trac_codg_sn="HERE", manu_lotnum="L1")
    for name in ("JK1", "JK2"):
        DrugBatchFactory.create(
            unit=maker.unit,
            trac_codg_sn=name,
            abroad=True,
            manu_lotnum=name,
            impt_entp_name=f"某某{name}进口公司",
        )
    list_of = partial(makers.keys, tab="imported")
    assert (makers.keys(), makers.keys(tab="domestic")) == (["HERE"], ["HERE"])
    assert sorted(list_of()) == ["JK1", "JK2"]
    assert list_of(impt_entp_name="JK1") == list_of(manu_lotnum="JK1") == ["JK1"]
    assert list_of(trac_codg_sn="2", manu_date="2024-12-15") == ["JK2"]
    assert list_of(med_list_codg="Z") == list_of(drug_genname="无此药") == []


def test_voiding_leads_back_to_its_tab(makers: Desk, maker: Side) -> None:
    DrugBatchFactory.create(unit=maker.unit, trac_codg_sn="JK1", abroad=True)
    fields = {"record": "imported-drug-info", "key": "JK1", "asked": "1", "reason": "录入有误"}
    gone = makers.client.post(f"{makers.page}void/", fields)
    assert gone["Location"] == f"{makers.page}?tab=imported"
    assert makers.keys(tab="imported") == []
    assert DrugBatch.everything.get().voided_at is not None


def test_an_upload_closes_over_the_list_of_its_family(
    makers: Desk, maker: Side, tmp_path: Path
) -> None:
    record = "imported-drug-info"
    sent = upload(*maker, record, workbook(tmp_path / "a.xlsx", record, [example(record)]))
    shown = makers.client.get(f"/u/{maker.unit.slug}/maker/uploads/{sent.pk}/").content.decode()
    assert shown.count(f'href="{makers.page}?tab=imported"') > 2
    assert f'href="{makers.page}"' not in shown.partition("<dialog")[2]
    assert "进口药信息查询列表" in shown
    again = makers.get("import/", record=record)
    assert re.findall(r"<option[^>]*selected>([^<]+)</option>", again) == ["进口药信息上传"]
    assert "国产药信息上传" not in again


def send_all(send: Callable[[str, dict[str, Any]], Submission], maker: Side, family: str) -> str:
    """Send a row of each record of a family; returns the code they tell of."""
    (pack,) = code_rows(1, start=700, trac_codg_sn="SN700")
    info = {"trac_codg_sn": "SN700", "impt_entp_name": maker.unit.name}
    firm = {"shp_org_name": maker.unit.name, "shp_org_uscc": maker.unit.uscc}
    told = {"trac_codg_sn": "SN700", "trac_code": pack["lv1_trac_code"]}
    for kind in KINDS:
        row = {"info": info, "codes": pack, "shipment": {**told, **firm}}.get(kind, told)
        stored = send(f"{family}-{kind}", row)
        assert (stored.state, stored.created, stored.rejected) == ("stored", 1, 0), kind
    return str(pack["lv1_trac_code"])


def its_trace_and_export_tell_it(maker: Side, family: str, code: str) -> None:
    """The facts of its family, its nodes, and every row of the export."""
    out = StringIO()
    call_command("trace", code, unit=maker.unit.slug, stdout=out)
    said = out.getvalue()
    assert [line.partition("：")[0] for line in said.splitlines()[1:]][
        : len(facts_of_family(family))
    ] == facts_of_family(family)
    rows = contents(make(ask(maker, ByBatch("SN700"))).path)
    assert {row[1] for row in rows} == {code}
    assert [row[-4] for row in rows] == ["生产入库", "生产出库", "销售入库", "销售出库"]
    first = dict(zip((column.label for column in COLUMNS), rows[0], strict=True))
    abroad = family == "imported-drug"
    assert first["进口药品注册证号"] == ("国药准字HJ20990001" if abroad else "")
    assert first["进口企业名称"] == (maker.unit.name if abroad else "")


@each_family
def test_each_record_goes_from_its_template_to_the_export_by_page(
    makers: Desk, maker: Side, family: str
) -> None:
    def send(record: str, row: dict[str, Any]) -> Submission:
        own = {name: cell for name, cell in row.items() if name in example(record)}
        return makers.send(RECORDS[record], **own)

    its_trace_and_export_tell_it(maker, family, send_all(send, maker, family))


@each_family
@pytest.mark.parametrize("kind", ["info", "codes"])
def test_the_import_finds_exactly_the_planted_faults(
    maker: Side, family: str, kind: str, tmp_path: Path
) -> None:
    record, file, plant = f"{family}-{kind}", tmp_path / "s.xlsx", tmp_path / "p.json"
    call_command(
        "sample", unit=maker.unit.slug, record=record, rows=300, faults=0.1,
        plant=plant, out=file, stdout=StringIO(),
    )  # fmt: skip
    stored = confirm(upload(*maker, record, file))
    found = {
        (rejected.row, column, code)
        for rejected in RejectedRow.objects.filter(submission=stored)
        for column, code, _ in rejected.faults
    }
    assert found == {(p["row"], p["column"], p["code"]) for p in json.loads(plant.read_text())}
    assert (stored.total, stored.created, stored.rejected) == (300, 270, 30)


@pytest.mark.parametrize(
    "said",
    [
        {"abroad": True, "drug_regno": None},
        {"abroad": True, "impt_entp_name": None},
        {"aprvno": None},
        {"prodentp_uscc": None},
        {"drug_regno": "国药准字HJ20990001"},
        {"impt_appv_no": "JX1"},
        {"impt_entp_name": "某某进口公司"},
    ],
    ids=str,
)
def test_the_table_refuses_what_a_family_does_not_say(maker: Side, said: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="drugbatch_(imported|domestic)_drug"):
        DrugBatchFactory.create(unit=maker.unit, **said)


def test_a_batch_of_another_family_says_nothing_of_the_one_before(
    maker: Side, tmp_path: Path
) -> None:
    for number, family in enumerate(("imported-drug", "domestic-drug", "imported-drug")):
        record = f"{family}-info"
        file = workbook(tmp_path / f"{number}.xlsx", record, [example(record, trac_codg_sn="SN1")])
        stored = confirm(upload(*maker, record, file))
        assert (stored.created, stored.replaced) == ((1, 0) if number == 0 else (0, 1))
        batch = DrugBatch.objects.of(maker.unit).get()
        abroad = family == "imported-drug"
        assert (batch.family, bool(batch.drug_regno)) == (family, abroad)
        assert bool(batch.impt_appv_no) is bool(batch.impt_entp_name) is abroad
    befores = RowHistory.everything.order_by("id").values_list("before__family", flat=True)
    assert list(befores) == ["imported-drug", "domestic-drug"]


@each_family
def test_a_trace_shows_the_facts_of_the_codes_family(
    agent_client: Client, maker: Side, family: str
) -> None:
    batch = DrugBatchFactory.create(unit=maker.unit, abroad=family == "imported-drug")
    code: TraceCode = TraceCodeFactory.create(batch=batch)
    page = f"/u/{maker.unit.slug}/maker/query/trace/"
    html = agent_client.get(page, {"code": code.code}, headers={"HX-Request": "true"})
    shown = re.findall(r"<dt>([^<]+)</dt>", html.content.decode())
    assert shown == facts_of_family(family)
    assert ("进口药品注册证号" in shown) is (family == "imported-drug")


def test_every_record_of_the_family_is_tested_here() -> None:
    assert [b.record.code for b in of_family("imported-drug")] == [
        f"imported-drug-{k}" for k in KINDS
    ]
