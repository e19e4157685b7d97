"""Lies by real uploads: what units told to open a chain, or to write into it, comes to nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accounts.core.kinds import DISTRIBUTOR, MAKER
from portal.lib.clock import local_today
from tests.factories import UnitFactory
from tests.people import Side, side
from tests.tracing.uploads.rows import CODES, code_rows, example, pack_code, workbook
from tests.tracing.uploads.test_events import (
    CIRCULATION,
    OUTBOUND,
    RECEIPT,
    RETAIL,
    SHIPMENT,
    inbound,
    shipment,
    store,
)
from tests.tracing.uploads.uploads import upload
from tracing.exports.rows import rows
from tracing.stores.models_codes import UnitCode
from tracing.traces.queries import codes, trace
from tracing.traces.selections import ByBatch, ByDates
from tracing.traces.trace import UNCORROBORATED, Trace

pytestmark = pytest.mark.django_db(transaction=True)

CODE, UNKNOWN = pack_code(0), pack_code(900)


@pytest.fixture
def one() -> Side:
    return side(UnitFactory.create(is_maker=False, is_distributor=True))


@pytest.fixture
def two() -> Side:
    return side(UnitFactory.create(is_maker=False, is_distributor=True))


def sold(seller: Side, buyer: Side, code: str, **more: Any) -> dict[str, Any]:
    """A row by which `seller` tells that goods left for `buyer`."""
    return inbound(
        buyer,
        seller,
        code,
        inv_type=OUTBOUND,
        shp_sin_no="OUT-1",
        shpp_sin_no=None,
        shpp_time=None,
        **more,
    )


def page(code: str, who: Side) -> Trace:
    found = trace(code, who.unit)
    assert found is not None
    return found


def test_two_colluding_units_open_no_chain(
    maker: Side, one: Side, two: Side, tmp_path: Path
) -> None:
    """Each says that it sold the code to the other, and got it from there."""
    store(maker, CODES, code_rows(2), tmp_path / "codes.xlsx")
    asked = [CODE, UNKNOWN]
    for name, (seller, buyer) in {"a": (one, two), "b": (two, one)}.items():
        lies = [sold(seller, buyer, code) for code in asked]
        lies += [inbound(seller, buyer, code, shpp_sin_no="IN-1") for code in asked]
        store(seller, CIRCULATION, lies, tmp_path / f"{name}.xlsx")
    again = workbook(tmp_path / "again.xlsx", CIRCULATION, [sold(one, two, c) for c in asked[::-1]])
    assert upload(*one, CIRCULATION, again).warnings["code_unknown"] == 2
    day = local_today()
    serial = code_rows(1)[0]["trac_codg_sn"]
    for who in (one, two):
        known, unknown = page(CODE, who), page(UNKNOWN, who)
        assert known.restricted == unknown.restricted == UNCORROBORATED
        assert list(known.nodes) == list(unknown.nodes) == []
        assert known.product == unknown.product
        assert set(known.product.values()) == {""}
        listed = codes(who.unit, ByDates(day, day), kind=DISTRIBUTOR).rows
        assert [row.node_count for row in listed] == [0, 0]
        assert codes(who.unit, ByBatch(serial), kind=DISTRIBUTOR).total == 0
        assert set(UnitCode.objects.of(who.unit).values_list("owner", flat=True)) == {None}
        lines = [(*row[2:4], *row[5:]) for row in rows(who.unit, DISTRIBUTOR, ByDates(day, day))]
        assert lines[0] == lines[1]
        assert set(map(str, lines[0])) == {""}
    assert len(page(CODE, maker).nodes) == 1


def test_nobody_writes_into_a_chain_from_outside(
    maker: Side, one: Side, two: Side, tmp_path: Path
) -> None:
    """Circulation in the name of an authority, and a sale by 假药店 before the pack was made."""
    store(maker, CODES, code_rows(2), tmp_path / "codes.xlsx")
    store(maker, SHIPMENT, [shipment(maker, one, CODE)], tmp_path / "ship.xlsx")
    before = page(CODE, one)
    forged = inbound(two, maker, CODE, shpp_org_name="某某药品监督管理局", shpp_sin_no="IN-1")
    store(two, CIRCULATION, [forged], tmp_path / "forged.xlsx")
    rival = side(UnitFactory.create())
    early = example(RETAIL, trac_code=CODE, rtal_org_name="假药店", rtal_time="2024-01-01")
    store(rival, RETAIL, [early], tmp_path / "early.xlsx")
    assert page(CODE, one) == before
    owners = page(CODE, maker)
    assert list(owners.nodes) == list(before.nodes)
    assert sorted((told.title, told.told_by) for told in owners.uncorroborated) == sorted(
        [("流通入库", two.unit.name), ("销售出库", rival.unit.name)]
    )
    assert "某某药品监督管理局" not in repr(owners)
    assert [told.organisation for told in page(CODE, rival).uncorroborated] == ["假药店"]
    day = local_today()
    [line] = [
        row for row in codes(maker.unit, ByDates(day, day), kind=MAKER).rows if row.code == CODE
    ]
    assert (line.node_count, line.uncorroborated) == (2, 2)


def test_what_is_not_sent_or_refused_names_nobody(
    maker: Side, one: Side, two: Side, tmp_path: Path
) -> None:
    store(maker, CODES, code_rows(6), tmp_path / "codes.xlsx")
    silent = [
        shipment(maker, one, pack_code(n), shp_stas=status)
        for n, status in enumerate(("待发货", "已取消"))
    ]
    store(maker, SHIPMENT, silent, tmp_path / "ship.xlsx")
    refused = [
        example(
            RECEIPT,
            trac_code=pack_code(n),
            shpp_org_name=one.unit.name,
            shpp_org_uscc=one.unit.uscc,
            shpp_org_type="流通企业",
            shpp_stas=status,
        )
        for n, status in enumerate(("待收货", "已拒收", "已收货"), start=2)
    ]
    store(maker, RECEIPT, refused, tmp_path / "receipt.xlsx")
    assert [trace(pack_code(n), one.unit) is None for n in range(5)] == [True] * 4 + [False]
    later = [shipment(maker, one, pack_code(n)) for n in range(2)]
    store(maker, SHIPMENT, later, tmp_path / "sent.xlsx")
    assert all(trace(pack_code(n), one.unit) for n in range(2))


def test_who_has_not_uploaded_shipments_yet_sees_its_buyers_and_how_to_mend_it(
    maker: Side, one: Side, two: Side, tmp_path: Path
) -> None:
    store(maker, CODES, code_rows(1), tmp_path / "codes.xlsx")
    box = pack_code(0, 8000003)
    store(one, CIRCULATION, [inbound(one, maker, box), sold(one, two, box)], tmp_path / "a.xlsx")
    store(two, CIRCULATION, [inbound(two, one, box)], tmp_path / "b.xlsx")
    found = page(CODE, maker)
    assert len(found.nodes) == 1
    assert {told.told_by for told in found.uncorroborated} == {one.unit.name, two.unit.name}
    assert "发货信息" in found.mend
    store(maker, SHIPMENT, [shipment(maker, one, box)], tmp_path / "ship.xlsx")
    mended = page(CODE, maker)
    assert (len(mended.nodes), list(mended.uncorroborated), mended.mend) == (5, [], "")
    assert list(page(CODE, two).nodes) == list(mended.nodes)
