"""Records that are declared and bound, and nothing more: everything the product does works."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from accounts.core.kinds import KINDS, MAKER
from tests.factories import hold
from tests.people import Side, client_of
from tests.tracing.desks import Desk, heads
from tests.tracing.exports.asking import ask, contents, make
from tests.tracing.toys import COUNTED, COUNTS, RETURNED, RETURNS, bound, family
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, pack_code, workbook
from tests.tracing.uploads.uploads import confirm, upload
from tracing.checks import bindings_hold, columns_have_fields, desks_have_lists
from tracing.records import RECORDS
from tracing.records.bindings import BINDINGS
from tracing.records.description import as_mapping, as_markdown
from tracing.records.shapes import DISTRIBUTORS, MAKERS, Shape
from tracing.stores.models import DrugBatch, RowHistory
from tracing.stores.models_events import TraceEvent
from tracing.synthetic.products import Maker
from tracing.synthetic.sample import Order
from tracing.synthetic.sample import make as sample
from tracing.traces.queries import trace
from tracing.traces.selections import ByBatch, ByCode
from tracing.uploads.models import Submission

pytestmark = pytest.mark.django_db(transaction=True)

CODE = pack_code(0)


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> None:
    settings.PORTAL_FILES = tmp_path / "files"


@pytest.fixture
def makers(maker: Side) -> Desk:
    return Desk(client_of(maker.agent.account), f"/u/{maker.unit.slug}/maker/upload/")


@pytest.fixture
def distributors(distributor: Side) -> Desk:
    page = f"/u/{distributor.unit.slug}/distributor/upload/"
    return Desk(client_of(distributor.agent.account), page)


@pytest.fixture
def batch(maker: Side, tmp_path: Path) -> DrugBatch:
    """A batch and its codes, uploaded."""
    facts = example(INFO, prodentp_name=maker.unit.name, prodentp_uscc=maker.unit.uscc)
    for code, rows in ((INFO, [facts]), (CODES, code_rows(3))):
        confirm(upload(*maker, code, workbook(tmp_path / "a.xlsx", code, rows)))
    return DrugBatch.objects.of(maker.unit).get()


@pytest.fixture
def returns() -> Iterator[None]:
    with bound(RETURNS):
        yield


@pytest.fixture
def counts() -> Iterator[None]:
    with bound(COUNTS):
        yield


@pytest.fixture
def toys() -> Iterator[None]:
    with bound(*family()):
        yield


def come_back(makers: Desk, maker: Side) -> Submission:
    """A pack comes back to its maker."""
    own = {"back_to": maker.unit.name, "back_to_uscc": maker.unit.uscc}
    return makers.send(RETURNED, trac_code=CODE, **own)


def test_an_event_of_a_batch_goes_from_its_template_to_its_tab(
    returns: None, makers: Desk, maker: Side, batch: DrugBatch
) -> None:
    assert come_back(makers, maker).state == "stored"
    event = TraceEvent.objects.of(maker.unit).get()
    assert (event.code, event.kind, event.document) == (CODE, "circulation-in", "TH001")
    assert event.details["back_reason"] == "外包装破损"
    assert "back_time" not in event.details
    asked = {"sn": batch.trac_codg_sn, "part": "return"}
    html = makers.get("batch/", **asked)
    shown = [column.label for column in RETURNED.columns if column.name != "trac_codg_sn"]
    assert heads(html) == ["序号", *shown]
    for words in (CODE, "外包装破损", "2024-12-20 08:00:00"):
        assert words in html
    (key,) = makers.keys("batch/", **asked)
    fields = {"record": RETURNED.code, "key": key, "asked": "1", "reason": "录入有误"}
    makers.client.post(f"{makers.page}void/", {**fields, **asked})
    assert "此批次还没有上传玩具退货信息" in makers.get("batch/", **asked)


def test_an_event_stands_in_the_trace_and_in_the_export(
    returns: None, makers: Desk, maker: Side, batch: DrugBatch
) -> None:
    come_back(makers, maker)
    found = trace(CODE, maker.unit)
    assert found is not None
    assert [node.title for node in found.nodes] == ["生产入库", "流通入库"]
    for selection in (ByCode(CODE), ByBatch(batch.trac_codg_sn)):
        rows = contents(make(ask(maker, selection)).path)
        steps = [row[-4:-1] for row in rows if row[1] == CODE]
        assert steps[-1] == ["流通入库", "2024-12-20 08:00:00", maker.unit.name]


def test_a_row_that_is_wrong_is_told_so(
    returns: None, makers: Desk, maker: Side, batch: DrugBatch, tmp_path: Path
) -> None:
    rows = [
        example(RETURNED.code, trac_code=CODE),
        example(RETURNED.code, trac_code=CODE, back_to_uscc=maker.unit.uscc, back_time="昨天"),
    ]
    found = upload(*maker, RETURNED.code, workbook(tmp_path / "b.xlsx", RETURNED.code, rows))
    assert (found.state, found.accepted, found.rejected) == ("staged", 0, 2)
    shown = makers.client.get(f"/u/{maker.unit.slug}/maker/uploads/{found.pk}/")
    assert "退回企业代码" in shown.content.decode()
    assert "退货时间" in shown.content.decode()


def test_a_list_of_a_distributor_has_its_tab_its_filter_and_its_rows(
    counts: None, distributors: Desk, distributor: Side
) -> None:
    who = {"holder": distributor.unit.name, "holder_uscc": distributor.unit.uscc}
    for serial in (1, 2):
        day = {
            "count_time": f"2024-12-2{serial} 08:00:00",
            "found": "在库缺失"[2 * serial - 2 :][:2],
        }
        distributors.send(COUNTED, trac_code=pack_code(serial), **day, **who)
    html = distributors.get(tab="counts")
    assert heads(html) == ["序号", "追溯码", "盘点单编号", "盘点时间", "盘点结果"]
    assert "盘点查询列表" in html
    assert '<input type="hidden" name="tab" value="counts">' in html
    for asked, serials in (
        ({}, [2, 1]),
        ({"trac_code": pack_code(1)}, [1]),
        ({"found": "0"}, [2]),
        ({"counted_from": "2024-12-22"}, [2]),
        ({"counted_to": "2024-12-21"}, [1]),
    ):
        keys = distributors.keys(tab="counts", **asked)
        assert [pack_code(serial) in key for serial, key in zip(serials, keys, strict=True)]
    assert distributors.keys() == []
    assert "玩具盘点信息" in distributors.get("row/", key=keys[0])
    whole = distributors.client.get(f"{distributors.page}row/", {"key": keys[0]})
    assert "盘点查询列表" in whole.content.decode()
    fields = {"record": COUNTED.code, "key": keys[0], "asked": "1", "reason": "录入有误"}
    gone = distributors.client.post(f"{distributors.page}void/", fields)
    assert gone["Location"] == f"{distributors.page}?tab=counts"
    assert len(distributors.keys(tab="counts")) == 1


def test_a_family_has_its_list_its_dialog_and_its_trace(
    toys: None, makers: Desk, maker: Side, distributor: Side, batch: DrugBatch
) -> None:
    own = {"prodentp_name": maker.unit.name, "prodentp_uscc": maker.unit.uscc}
    stored = makers.send(RECORDS["toy-info"], trac_codg_sn="TOY1", **own)
    assert (stored.state, stored.created) == ("stored", 1)
    code = pack_code(500)
    boxes = {"lv2_trac_code": pack_code(500, 8000002), "lv3_trac_code": pack_code(500, 8000003)}
    makers.send(RECORDS["toy-codes"], trac_codg_sn="TOY1", lv1_trac_code=code, **boxes)
    firms = {"shp_org_name": maker.unit.name, "shp_org_uscc": maker.unit.uscc}
    firms |= {"shpp_org_name": distributor.unit.name, "shpp_org_uscc": distributor.unit.uscc}
    makers.send(RECORDS["toy-shipment"], trac_codg_sn="TOY1", trac_code=code, **firms)
    assert makers.keys(tab="toys") == makers.keys(tab="toys", trac_codg_sn="TOY") == ["TOY1"]
    assert makers.keys() == makers.keys(tab="domestic") == [batch.trac_codg_sn]
    assert "玩具名称" in makers.get(tab="toys")
    for part, words in (("info", "玩具名称"), ("codes", code), ("shipment", distributor.unit.name)):
        dialog = makers.get("batch/", sn="TOY1", part=part)
        assert "玩具追溯信息" in dialog
        assert words in dialog
        assert "零售信息" not in dialog
    assert "零售信息" in makers.get("batch/", sn=batch.trac_codg_sn)
    found = trace(code, distributor.unit)
    assert found is not None
    assert [node.title for node in found.nodes] == ["生产入库", "生产出库"]
    assert {row[1] for row in contents(make(ask(maker, ByBatch("TOY1"))).path)} == {code}


def test_a_list_of_events_works_at_the_desk_of_a_maker_too(
    makers: Desk, distributors: Desk, maker: Side, batch: DrugBatch
) -> None:
    own = {"holder": maker.unit.name, "holder_uscc": maker.unit.uscc}
    with bound(replace(COUNTS, business=MAKERS)):
        assert bindings_hold(None) == []
        makers.send(COUNTED, trac_code=CODE, **own)
        assert heads(makers.get(tab="counts")) == [
            *("序号", "追溯码", "盘点单编号", "盘点时间", "盘点结果")
        ]
        (key,) = makers.keys(tab="counts")
        assert makers.keys() == [batch.trac_codg_sn]
        assert f'hx-get="{makers.page}row/?' in makers.get(tab="counts")
        assert "玩具盘点信息" in makers.get("row/", key=key)
        assert distributors.client.get(f"{distributors.page}row/", {"key": key}).status_code == 404
        fields = {"record": COUNTED.code, "key": key, "asked": "1", "reason": "录入有误"}
        gone = makers.client.post(f"{makers.page}void/", fields)
        assert gone["Location"] == f"{makers.page}?tab=counts"
        assert makers.keys(tab="counts") == []


def test_a_list_of_batches_works_at_the_desk_of_a_distributor_too(
    makers: Desk, distributors: Desk, maker: Side, distributor: Side, batch: DrugBatch
) -> None:
    product, codes, shipment = (replace(b, business=DISTRIBUTORS) for b in family())
    own = {"prodentp_name": distributor.unit.name, "prodentp_uscc": distributor.unit.uscc}
    with bound(product, codes, shipment):
        assert bindings_hold(None) == []
        distributors.send(product.record, trac_codg_sn="TOY1", **own)
        assert distributors.keys(tab="toys") == ["TOY1"]
        assert f'hx-get="{distributors.page}batch/?sn=TOY1"' in distributors.get(tab="toys")
        dialog = distributors.get("batch/", sn="TOY1")
        assert "玩具追溯信息" in dialog
        assert f'"{distributors.page}batch/?sn=TOY1&part=shipment"' in dialog
        fields = {"record": codes.record.code, "sn": "TOY1", "part": "codes"}
        back = distributors.client.post(f"{distributors.page}void/", fields)
        assert back["Location"] == f"{distributors.page}batch/?sn=TOY1&part=codes"


def test_a_desk_shows_no_batch_of_another_desk(maker: Side, makers: Desk, batch: DrugBatch) -> None:
    asked = {"sn": batch.trac_codg_sn}
    assert makers.client.get(f"{makers.page}batch/", asked).status_code == 200
    maker.unit.is_distributor = True
    maker.unit.save()
    hold(maker.unit, maker.agent, DISTRIBUTORS)
    page = f"/u/{maker.unit.slug}/distributor/upload/"
    assert makers.client.get(page).status_code == 200
    assert makers.client.get(f"{page}batch/", asked).status_code == 404


def test_a_batch_is_of_the_family_that_was_uploaded_last(
    toys: None, makers: Desk, maker: Side, batch: DrugBatch
) -> None:
    own = {"prodentp_name": maker.unit.name, "prodentp_uscc": maker.unit.uscc}
    again = makers.send(RECORDS["toy-info"], trac_codg_sn=batch.trac_codg_sn, **own)
    assert (again.created, again.replaced) == (0, 1)
    assert DrugBatch.objects.of(maker.unit).get().family == "toy"
    assert RowHistory.everything.get().before["family"] == batch.family != "toy"


def test_the_documents_and_the_samples_know_them(
    returns: None, counts: None, toys: None, maker: Side
) -> None:
    page, described = as_markdown(), [record["code"] for record in as_mapping()["records"]]
    for code in ("toy-return", "toy-count", "toy-info", "toy-codes", "toy-shipment"):
        assert f"## {RECORDS[code].title} `{code}`" in page
        assert code in described
        rows = sample(code, Order(Maker(maker.unit.name, maker.unit.uscc), 5)).columns
        assert list(rows) == [column.name for column in RECORDS[code].columns]
        assert {len(cells) for cells in rows.values()} == {5}


def test_they_are_offered_where_their_business_is(
    returns: None, counts: None, makers: Desk, distributors: Desk
) -> None:
    assert "玩具退货信息上传" in makers.get("import/")
    assert "玩具盘点信息" not in makers.get("import/")
    assert "玩具盘点信息上传" in distributors.get("import/")
    assert makers.client.get(f"{makers.page}template/toy-count/").status_code == 404


def test_the_checks_hold_for_them_and_fail_for_wrong_ones(
    returns: None, counts: None, toys: None
) -> None:
    assert bindings_hold(None) == columns_have_fields(None) == []
    wrong = {
        "which is no business": replace(RETURNS, business="maker-dreams"),
        "has no column nowhere": replace(RETURNS, event=replace(RETURNS.told, time="nowhere")),
        "its binding tells otherwise": replace(RETURNS, event=None),
        "names no document": replace(RETURNS, record=replace(RETURNED, document=None)),
        "rows of codes cannot have": replace(
            BINDINGS["toy-codes"], listing=BINDINGS["toy-info"].listed
        ),
        "no part in the dialog": replace(BINDINGS["toy-info"], part=None),
        "tell of the same kind of event": replace(COUNTS, record=replace(COUNTED, family="toy-2")),
    }
    for words, binding in wrong.items():
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(BINDINGS, "toy-other", binding)
            assert any(words in found.msg for found in bindings_hold(None)), words


def test_a_desk_without_a_list_is_found() -> None:
    assert desks_have_lists(None) == []
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(KINDS, "maker", replace(MAKER, uploads="maker-query"))
        assert [found.msg for found in desks_have_lists(None)] == [
            "maker uploads by maker-query, of which no record has a list."
        ]


def test_a_column_without_a_field_is_found(toys: None) -> None:
    (product, *_) = family()
    more = replace(product.record.columns[0], name="colour", label="颜色")
    record = replace(product.record, columns=(*product.record.columns, more))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(BINDINGS, record.code, replace(product, record=record))
        assert [found.msg for found in columns_have_fields(None)] == [
            "toy-info.colour has no field in DrugBatch"
        ]
    assert product.shape is Shape.PRODUCT
