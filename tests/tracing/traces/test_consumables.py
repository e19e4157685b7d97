"""Consumables in the query pages, in their traces and in exports, for maker and distributor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from accounts.core.kinds import DISTRIBUTOR, MAKER, UnitKind
from accounts.units.models import Unit
from tests.factories import UnitFactory
from tests.people import Side, side
from tests.tracing.exports.asking import ask, make
from tests.tracing.uploads.devices import (
    CODES,
    DI,
    ITEM,
    LOT,
    MCS,
    RETAIL,
    SHIPMENT,
    SPEC,
    Uploads,
    code,
    item,
    piece,
    sent,
)
from tests.tracing.uploads.rows import code_rows, example
from tracing.exports.columns import columns_of
from tracing.exports.rows import count, rows
from tracing.library.typed_codes import canonical
from tracing.traces.queries import codes as listed_codes
from tracing.traces.queries import trace
from tracing.traces.selections import ByBatch, ByCode
from tracing.traces.trace import Trace

pytestmark = pytest.mark.django_db(transaction=True)

BOX = "(01)16999000000015(10)20241201(21)A001"
FACTS = {
    "医保耗材代码": MCS,
    "注册备案凭证ID": "国械注准20193990001",
    "单件产品名称": "一次性使用某某导管",
    "规格": "1210",
    "型号": "CBC",
    "最小计量单位": "支",
    "是否为一次性耗材": "是",
    "生产企业名称": "某某医疗器械有限公司",
    "产品标识(UDI-DI)": DI,
    "包装规格": "10支/盒",
    "包装转换比": "10",
    "包装单位": "盒",
    "商品码": "6999000000018",
    "生产批号": "20241201",
    "生产日期": "2024-12-15",
    "有效截止日期": "2027-12-14",
}


@pytest.fixture
def dealer(maker: Side) -> Side:
    """A distributor."""
    return side(UnitFactory.create(is_maker=False, is_distributor=True))


@pytest.fixture
def uploads(maker: Side, dealer: Side, tmp_path: Path) -> Uploads:
    """A maker's piece in a box and a lot, both sent to a distributor, which took them in."""
    uploads = Uploads(maker, tmp_path)
    uploads.store(ITEM, item())
    uploads.store(SPEC, example(SPEC))
    uploads.store(CODES, code(piece(1), lv2_trac_code=BOX), code(LOT, cnt="500"))
    uploads.store(SHIPMENT, sent(maker, dealer, BOX), sent(maker, dealer, LOT, cnt="20"))
    uploads.store(RETAIL, example(RETAIL, trac_code=piece(1)))
    taken = Uploads(dealer, tmp_path).store(
        "circulation", arrived(maker, dealer, BOX), arrived(maker, dealer, LOT, cnt="20")
    )
    assert (taken.created, taken.rejected, taken.warnings) == (2, 0, {})
    return uploads


def arrived(maker: Side, dealer: Side, udi: str, **changes: Any) -> dict[str, Any]:
    """A row by which a distributor takes consumables in; it typed no lot."""
    return example(
        "circulation",
        **{
            "trac_code": udi,
            "med_list_codg": MCS,
            "manu_lotnum": None,
            "inv_type": "101",
            "shp_org_name": maker.unit.name,
            "shp_org_uscc": maker.unit.uscc,
            "shpp_org_name": dealer.unit.name,
            "shpp_org_uscc": dealer.unit.uscc,
            "cnt": None,
            **changes,
        },
    )


def facts(found: Trace | None) -> dict[str, str]:
    """The facts with a text, by label."""
    assert found is not None
    return {cell.label: cell.text for column in found.facts for cell in column if cell.text}


def exported(unit: Unit, kind: UnitKind, selection: ByCode | ByBatch) -> list[dict[str, str]]:
    """The rows of an export, by the names of their columns."""
    assert count(unit, kind, selection).devices
    names = [column.name for column in columns_of(devices=True)]
    found = rows(unit, kind, selection, devices=True)
    return [dict(zip(names, row, strict=True)) for row in found]


def test_a_trace_has_the_facts_of_the_item_the_packing_and_the_lot(
    uploads: Uploads, dealer: Side
) -> None:
    for unit in (uploads.who.unit, dealer.unit, None):
        own = facts(trace(piece(1), unit))
        assert own.items() >= {**FACTS, "数量": "1"}.items()
        assert "药品通用名" not in own
        assert facts(trace(LOT, unit)).items() >= FACTS.items()
        assert facts(trace(BOX, unit)).items() >= {**FACTS, "数量": "1"}.items()
    assert trace(LOT, UnitFactory.create()) is None


def test_a_lot_shows_each_buyer_its_own_part(uploads: Uploads, dealer: Side) -> None:
    other = side(UnitFactory.create(is_maker=False, is_distributor=True))
    uploads.store(SHIPMENT, sent(uploads.who, other, LOT, cnt="480", shp_sin_no="SH2"))
    for direction, receiver in (("101", other), ("201", dealer)):
        taken = Uploads(other, uploads.folder).store(
            "circulation",
            arrived(
                uploads.who if direction == "101" else other,
                receiver,
                LOT,
                cnt="480",
                inv_type=direction,
                shp_sin_no=direction,
                shpp_sin_no=direction,
            ),
        )
        assert (taken.created, taken.rejected) == (1, 0)
    made, out, into, onwards = "生产入库", "生产出库", "流通入库", "流通出库"
    everything = [made, out, out, into, into, onwards]
    # What the other sold to it is told to the dealer; what the other took in is not.
    seen = {uploads.who: everything, dealer: [made, out, into, onwards]}
    seen[other] = [made, out, into, onwards]
    for who, titles in seen.items():
        found = trace(LOT, who.unit)
        assert found is not None
        assert sorted(node.title for node in found.nodes) == sorted(titles)
        assert facts(found).get("数量") == ("500" if who == uploads.who else None)
        asks = MAKER if who == uploads.who else DISTRIBUTOR
        (line,) = listed_codes(who.unit, ByCode(LOT), kind=asks).rows
        assert line.node_count == len(titles)
        for wanted in (ByCode(LOT), ByBatch(f"{MCS} 20241201")):
            lines = [row for row in exported(who.unit, asks, wanted) if row["code"] == LOT]
            assert sorted(row["title"] for row in lines) == sorted(titles)
            assert {row["manu_cnt"] for row in lines} == {"500" if who == uploads.who else ""}
    staff = trace(LOT, None)
    assert staff is not None
    assert len(staff.nodes) == len(everything)
    assert facts(staff)["数量"] == "500"


def test_a_box_does_not_tell_how_many_pieces_its_lot_has(uploads: Uploads, dealer: Side) -> None:
    uploads.store(CODES, code(LOT, cnt="500", lv2_trac_code=BOX))
    assert facts(trace(BOX, uploads.who.unit))["数量"] == "501"
    assert "数量" not in facts(trace(BOX, dealer.unit))


def test_of_several_packings_under_one_di_that_of_the_item_is_told(uploads: Uploads) -> None:
    uploads.store(ITEM, item(spec="1215"))
    uploads.store(SPEC, example(SPEC, spec="1215", pacspec="20支/盒"))
    own = facts(trace(piece(1), uploads.who.unit))
    assert (own["规格"], own["包装规格"]) == ("1215", "20支/盒")


def test_its_nodes_are_those_of_any_code(uploads: Uploads) -> None:
    found = trace(piece(1), uploads.who.unit)
    assert found is not None
    assert [node.title for node in found.nodes] == ["生产入库", "生产出库", "流通入库", "销售出库"]
    assert f"{found.nodes[0].time:%Y-%m-%d %H:%M}" == "2024-12-16 01:30"


def test_what_is_not_described_yet_says_what_its_code_says(maker: Side, tmp_path: Path) -> None:
    Uploads(maker, tmp_path).store(CODES, code(LOT, cnt="5", stoin_time=None))
    found = trace(LOT, maker.unit)
    assert facts(found) == {
        "医保耗材代码": MCS,
        "产品标识(UDI-DI)": DI,
        "生产批号": "20241201",
        "生产日期": "2024-12-15",
        "有效截止日期": "2027-12-14",
        "数量": "5",
    }
    assert found is not None
    assert f"{found.nodes[0].time:%Y-%m-%d %H:%M}" == "2024-12-14 16:00"


def test_any_spelling_of_a_udi_finds_it(uploads: Uploads) -> None:
    for typed in (
        piece(1),
        "01069990000000181020241201\x1d210001",
        "]d201069990000000181020241201\x1d210001",
        "01069990000000182100011D10".replace("00011D10", "0001\x1d10") + "20241201",
        "（01）06999000000018（10）20241201（21）0001",
    ):
        asked = canonical(typed)
        assert asked is not None, typed
        page = listed_codes(uploads.who.unit, ByCode(asked), kind=MAKER)
        assert [row.code for row in page.rows] == [piece(1)], typed


def test_its_lot_finds_it_on_both_sides(uploads: Uploads, dealer: Side) -> None:
    """The distributor typed no lot: its codes are linked to the maker's."""
    for typed in ("20241201", f"{MCS} 20241201", f"{MCS.lower()} 20241201"):
        made = listed_codes(uploads.who.unit, ByBatch(typed), kind=MAKER)
        assert sorted(row.code for row in made.rows) == sorted([LOT, piece(1)]), typed
        taken = listed_codes(dealer.unit, ByBatch(typed), kind=DISTRIBUTOR)
        assert sorted(row.code for row in taken.rows) == sorted([BOX, LOT]), typed
        assert {row.trac_codg_sn for row in taken.rows} == {f"{MCS} 20241201"}, typed
    other = listed_codes(dealer.unit, ByBatch("20241202"), kind=DISTRIBUTOR)
    assert not other.rows


def test_an_export_by_batch_says_what_one_by_code_says(uploads: Uploads, dealer: Side) -> None:
    for unit, kind, codes in (
        (uploads.who.unit, MAKER, [LOT, piece(1)]),
        (dealer.unit, DISTRIBUTOR, [LOT, BOX]),
    ):
        by_batch = exported(unit, kind, ByBatch("20241201"))
        single = [row for one in sorted(codes) for row in exported(unit, kind, ByCode(one))]
        assert by_batch == single
        lot = next(row for row in by_batch if row["code"] == LOT)
        assert (lot["drug_genname"], lot["spec"]) == ("一次性使用某某导管", "1210 CBC")
        assert (lot["med_list_codg"], lot["aprvno"]) == (MCS, "国械注准20193990001")
        assert (lot["manu_lotnum"], lot["convrat"]) == ("20241201", "10")
        assert lot["manu_cnt"] == ("500" if kind == MAKER else "")
        # Under names of their own too, as in the block of the trace.
        labels = {column.name: column.label for column in columns_of(devices=True)}
        own = {labels[name]: text for name, text in lot.items() if text}
        assert own.items() >= FACTS.items()
        assert own.get("数量") == ("500" if kind == MAKER else None)


def test_a_file_of_drugs_has_no_columns_of_consumables(uploads: Uploads, tmp_path: Path) -> None:
    info, codes = "domestic-drug-info", "domestic-drug-codes"
    uploads.store(info, example(info))
    uploads.store(codes, *code_rows(2))
    serial = str(example(info)["trac_codg_sn"])
    for chosen, devices in ((ByBatch(serial), False), (ByBatch("20241201"), True)):
        made = make(ask(uploads.who, chosen))
        headings = CalamineWorkbook.from_path(str(made.path)).get_sheet_by_index(0).to_python()[0]
        assert headings == [column.label for column in columns_of(devices=devices)]
    # Of both together the drugs say nothing there.
    mixed = rows(uploads.who.unit, MAKER, ByBatch(serial), devices=True)
    place = [column.name for column in columns_of(devices=True)].index("device_mcs_code")
    assert {row[place] for row in mixed} == {""}
